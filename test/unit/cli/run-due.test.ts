import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Pipeline } from '../../../src/cli/pipeline.ts';
import { ReportError } from '../../../src/errors.ts';
import { makeWorkspace } from '../config/workspace-fixture.ts';
import { runCommand } from './streams-fixture.ts';

const MONDAY = '2026-11-23T05:00:00Z';

function workspace(): Promise<string> {
  return makeWorkspace({
    'debrief.yaml':
      'provider: { name: Northwind Shield }\nschedules: [{ id: weekly, cadence: weekly, jitter: PT0S, formats: [json] }]\n',
    'customers/globex.yaml': 'id: globex\nname: Globex\ntimeZone: Europe/Berlin\n',
  });
}

/** Summaries that are a folder with a manifest; those of globex fail where asked. */
function pipelineOf(requests: unknown[], fails = false): Partial<Pipeline> {
  return {
    generateWeekly: async ({ workspaceDir, customerId, period, formats }, { announce, now }) => {
      requests.push({ customerId, period: period.id, formats, now: new Date(now()).toISOString() });
      if (fails && customerId === 'globex') throw new ReportError('input-empty', 'no traffic at all');
      const reportId = `${period.id}-r1`;
      const folder = join(workspaceDir, 'reports', customerId, reportId);
      const manifestSha256 = createHash('sha256').update(reportId).digest('hex');
      announce?.({ reportId, folder, manifestSha256 });
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'manifest.json'), reportId);
      return { reportId, folder, files: [{ name: 'report.json', bytes: 10 }], warnings: [] };
    },
  };
}

const linesOf = (text: string) => text.trimEnd().split('\n').sort();

describe('run-due', () => {
  test('makes reports although the database of the queue is gone, and hands them over when it is back', async () => {
    process.env.RUN_DUE_TEST_QUEUE = 'postgres://soc:canary-77aa@127.0.0.1:9/debrief';
    const dir = await makeWorkspace({
      'debrief.yaml':
        'provider: { name: Northwind Shield }\nqueue: { database: env:RUN_DUE_TEST_QUEUE }\nschedules: [{ id: weekly, cadence: weekly, jitter: PT0S, formats: [json], deliver: true }]\n',
    });
    const requests: unknown[] = [];
    const first = await runCommand(['run-due', '-w', dir, '--now', MONDAY], pipelineOf(requests));
    expect([requests.length, first.exitCode]).toEqual([1, 1]);
    expect(first.err).toMatch(/2026-W47-r1 is not delivered and will be tried again: \[queue-unusable\].*ECONNREFUSED/);
    const later = await runCommand(['run-due', '-w', dir, '--now', '2026-11-23T17:00:00Z'], pipelineOf(requests));
    expect([requests.length, later.exitCode]).toEqual([1, 1]);
    expect(later.err).toContain('[queue-unusable]');
  });

  test('makes what is due as of the time that was asked for, tells it, and leaves a manifest of the run', async () => {
    const [dir, requests]: [string, unknown[]] = [await workspace(), []];
    const first = await runCommand(['run-due', '-w', dir, '--now', MONDAY], pipelineOf(requests));
    expect(first.exitCode).toBe(0);
    expect(linesOf(first.out)).toEqual([
      join(dir, 'reports/acme/2026-W47-r1/report.json'),
      join(dir, 'reports/globex/2026-W47-r1/report.json'),
    ]);
    expect(first.err).toContain('acme 2026-W47: 2026-W47-r1 → ');
    expect(first.err).toMatch(/2 made; .*\.debrief\/runs\/.*\.json/);
    expect(requests).toContainEqual({
      customerId: 'acme',
      period: '2026-W47',
      formats: ['json'],
      now: '2026-11-23T05:00:00.000Z',
    });
    const [run = ''] = await readdir(join(dir, '.debrief/runs'));
    expect(JSON.parse(await readFile(join(dir, '.debrief/runs', run), 'utf8'))).toMatchObject({
      schemaVersion: 1,
      command: 'run-due',
      interrupted: false,
      counts: { made: 2, failed: 0 },
      tasks: expect.arrayContaining([
        expect.objectContaining({
          scope: 'schedule weekly',
          name: 'acme/2026-W47',
          state: 'made',
          folder: 'reports/acme/2026-W47-r1',
        }),
      ]),
    });

    const again = await runCommand(['run-due', '-w', dir, '--now', MONDAY], pipelineOf(requests));
    expect([again.exitCode, again.out, requests.length]).toEqual([0, '', 2]);
    expect(await readdir(join(dir, '.debrief/runs'))).toHaveLength(1); // a run that made nothing leaves none
  });

  test('exits with 1 when a report failed, and says when it is tried again', async () => {
    const dir = await workspace();
    const { exitCode, out, err } = await runCommand(['run-due', '-w', dir, '--now', MONDAY], pipelineOf([], true));
    expect(exitCode).toBe(1);
    expect(out).toBe(`${join(dir, 'reports/acme/2026-W47-r1/report.json')}\n`);
    expect(err).toContain('globex 2026-W47: ');
    expect(err).toContain('no traffic at all');
    const look = await runCommand(['run-due', '-w', dir, '--now', MONDAY, '--dry-run']);
    expect(look.out).toBe('weekly: globex 2026-W47, failed, tried again from 2026-11-23 06:15 Europe/Berlin\n');
    expect(look.err).toBe('nothing is due\n');
  });

  test('shows what it would do without doing it, as objects where asked', async () => {
    const dir = await workspace();
    const argv = ['run-due', '-w', dir, '--now', MONDAY, '--dry-run', '--customer', 'acme'];
    expect((await runCommand(argv)).out).toBe('weekly: acme 2026-W47, due 2026-11-23 06:00 Europe/Berlin\n');
    expect(JSON.parse((await runCommand([...argv, '--json'])).out)).toEqual({
      type: 'due',
      schedule: 'weekly',
      customer: 'acme',
      period: '2026-W47',
      start: '2026-11-15T23:00:00.000Z',
      end: '2026-11-22T23:00:00.000Z',
      timeZone: 'Europe/Berlin',
      dueAt: '2026-11-23T05:00:00.000Z',
    });
    expect(existsSync(join(dir, '.debrief'))).toBe(false);
  });

  test.each([
    ['dueAt: Mon 07:00, jitter: PT10M', '2026-11-23 07:01 Europe/Berlin (07:00 + 1 min jitter)'],
    [
      'dueAt: Mon 00:00, lateness: PT6H, jitter: PT0S',
      '2026-11-23 06:00 Europe/Berlin (06:00, when late data can be in)',
    ],
  ])('says what the time is made of at which a report of %s is due', async (schedule, due) => {
    const dir = await makeWorkspace({
      'debrief.yaml': `provider: { name: Northwind Shield }\nschedules: [{ id: weekly, cadence: weekly, ${schedule} }]\n`,
    });
    const { out } = await runCommand(['run-due', '-w', dir, '--now', '2026-11-23T09:00:00Z', '--dry-run']);
    expect(out).toBe(`weekly: acme 2026-W47, due ${due}\n`);
  });

  test.each([
    [['--now', 'monday'], 'Expected a time with its offset such as 2026-11-23T06:00:00Z.'],
    [['--now', '2026-11-23T05:00:00'], 'Expected a time with its offset'],
    [['--schedule', 'wekly', '--dry-run'], 'Did you mean weekly?'],
  ])('answers %j with exit code 2 and what was probably meant', async (argv, said) => {
    const { exitCode, err } = await runCommand(['run-due', '-w', await workspace(), ...argv]);
    expect(exitCode).toBe(2);
    expect(err).toContain(said);
  });
});

describe('weekly for all customers', () => {
  test('lets one that fails harm no other, and with --resume makes only what is missing', async () => {
    const [dir, requests]: [string, { customerId?: unknown }[]] = [await workspace(), []];
    const argv = ['weekly', '-w', dir, '--week', '2026-W47', '--format', 'json'];
    const first = await runCommand(argv, pipelineOf(requests, true));
    expect([first.exitCode, first.out]).toEqual([1, `${join(dir, 'reports/acme/2026-W47-r1/report.json')}\n`]);
    const second = await runCommand([...argv, '--resume'], pipelineOf(requests));
    expect([second.exitCode, second.out]).toEqual([0, `${join(dir, 'reports/globex/2026-W47-r1/report.json')}\n`]);
    expect(second.err).toContain('acme: made before: ');
    expect(requests.map(({ customerId }) => customerId).sort()).toEqual(['acme', 'globex', 'globex']);
  });
});

describe('backfill', () => {
  test('makes what is missing of a range, oldest first, and shows it before', async () => {
    const [dir, requests]: [string, { period?: unknown }[]] = [await workspace(), []];
    await runCommand(['run-due', '-w', dir, '--now', MONDAY, '--customer', 'acme'], pipelineOf([]));
    const argv = ['backfill', '-w', dir, '-s', 'weekly', '--from', '2026-W45', '--to', '2026-W47', '-c', 'acme'];
    const now = { now: () => Date.parse(MONDAY) };
    const look = await runCommand([...argv, '--dry-run'], {}, now);
    expect(linesOf(look.out).map((line) => line.slice(0, 'weekly: acme 2026-W45'.length))).toEqual([
      'weekly: acme 2026-W45',
      'weekly: acme 2026-W46',
    ]);
    const { exitCode } = await runCommand(argv, pipelineOf(requests), now);
    expect([exitCode, requests.map(({ period }) => period)]).toEqual([0, ['2026-W45', '2026-W46']]);
  });
});

describe('daemon', () => {
  test('makes what is due and ends when it is told to stop', async () => {
    const [dir, requests]: [string, unknown[]] = [await workspace(), []];
    const controller = new AbortController();
    const pipeline = pipelineOf(requests);
    const { generateWeekly } = pipeline;
    const stopping: Pipeline['generateWeekly'] = async (...order) => {
      const report = await generateWeekly?.(...order);
      if (requests.length === 2) setTimeout(() => controller.abort(), 50); // it sleeps by then
      return report ?? Promise.reject(new Error('there is one'));
    };
    const { exitCode, out } = await runCommand(
      ['daemon', '-w', dir],
      { generateWeekly: stopping },
      { now: () => Date.parse(MONDAY), signal: controller.signal },
    );
    expect(exitCode).toBe(0);
    expect(linesOf(out)).toHaveLength(2);
  });

  test('tells a round that fails and goes on', async () => {
    const controller = new AbortController();
    const dir = await workspace();
    await writeFile(join(dir, 'customers/globex.yaml'), 'id: globex\n');
    setTimeout(() => controller.abort(), 500);
    const { exitCode, err } = await runCommand(['daemon', '-w', dir], {}, { signal: controller.signal });
    expect(exitCode).toBe(0);
    expect(err).toContain('customers/globex.yaml:1:1: name: is missing');
  });
});
