import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReportError } from '../../../src/errors.ts';
import { HOUR_MS, MINUTE_MS } from '../../../src/model/time.ts';
import {
  backfill,
  type DueEffects,
  examineSchedules,
  type HandedOver,
  type MakeReport,
  planBackfill,
  planRun,
  runDue,
} from '../../../src/schedule/schedule.ts';
import { makeWorkspace } from '../config/workspace-fixture.ts';

const DUE = Date.parse('2026-11-23T05:00:00Z');

function workspaceWith(schedule: string): Promise<string> {
  return makeWorkspace({
    'debrief.yaml': `provider: { name: Northwind Shield }\nschedules:\n  - ${schedule}\n`,
    'customers/globex.yaml': 'id: globex\nname: Globex\ntimeZone: America/New_York\n',
  });
}

const WEEKLY = '{ id: weekly, cadence: weekly, jitter: PT0S }';

/** A report that is a folder with a manifest. */
const makePlain: MakeReport = async ({ workspaceDir, customerId, period }, { announce }) => {
  const reportId = `${period.id}-r1`;
  const folder = join(workspaceDir, 'reports', customerId, reportId);
  const manifest = JSON.stringify({ customerId, period });
  announce({ reportId, folder, manifestSha256: createHash('sha256').update(manifest).digest('hex') });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'manifest.json'), manifest);
  return { reportId, folder, files: [], warnings: [] };
};

const makeNothing: MakeReport = () => Promise.reject(new ReportError('input-empty', 'no traffic at all'));

function effectsAt(now: number, makeReport: MakeReport = makePlain): DueEffects {
  return { now: () => now, wallNow: Date.now, jobs: 2, signal: new AbortController().signal, makeReport };
}

async function made(dir: string, now: number, makeReport?: MakeReport): Promise<string[]> {
  const outcomes = await runDue({ workspaceDir: dir }, effectsAt(now, makeReport));
  return outcomes
    .filter(({ state }) => state === 'made')
    .map(({ task }) => task.label)
    .sort();
}

describe('what is due', () => {
  it('is made for each customer when its own week is over, and only once', async () => {
    const dir = await workspaceWith(WEEKLY);
    expect(await made(dir, DUE - 1)).toEqual(['globex 2026-W46']);
    expect(await made(dir, DUE)).toEqual(['acme 2026-W47']);
    expect(await made(dir, DUE + 6 * HOUR_MS)).toEqual(['globex 2026-W47']);
    for (let run = 0; run < 20; run++) expect(await made(dir, DUE + 6 * HOUR_MS)).toEqual([]);
    expect(await readdir(join(dir, 'reports/acme'))).toEqual(['2026-W47-r1']);
  });

  it('is shown and not touched by a dry run, which makes no ledger either', async () => {
    const dir = await workspaceWith(WEEKLY);
    const { due } = await planRun({ workspaceDir: dir }, DUE);
    expect(due.map(({ customer, period }) => `${customer.id} ${period.id}`)).toEqual(['acme 2026-W47']);
    expect(existsSync(join(dir, '.debrief'))).toBe(false);
  });

  it('can be asked for one schedule and one customer, whose names are checked', async () => {
    const dir = await workspaceWith(WEEKLY);
    const request = { workspaceDir: dir, schedules: ['weekly'], customers: ['globex'] };
    const outcomes = await runDue(request, effectsAt(DUE + 6 * HOUR_MS));
    expect(outcomes.map(({ task }) => task.label)).toEqual(['globex 2026-W47']);
    await expect(planRun({ workspaceDir: dir, schedules: ['wekly'] }, DUE)).rejects.toMatchObject({
      code: 'usage',
      hint: 'Did you mean weekly?',
    });
    await expect(planRun({ workspaceDir: dir, customers: ['nobody'] }, DUE)).rejects.toThrow(
      'there is no customer "nobody"',
    );
  });

  it('and fails is tried again by a later run, and overdue until then', async () => {
    const dir = await workspaceWith('{ id: weekly, cadence: weekly, jitter: PT0S, customers: [acme] }');
    expect(await made(dir, DUE, makeNothing)).toEqual([]);
    expect(await made(dir, DUE + 14 * MINUTE_MS)).toEqual([]);
    expect(await examineSchedules(dir, DUE + 4 * HOUR_MS)).toMatchObject({
      schedules: 1,
      lastRunAt: DUE + 14 * MINUTE_MS,
      overdue: [{ period: { id: '2026-W47' }, record: { state: 'failed', attempts: 1 } }],
    });
    expect(await made(dir, DUE + 15 * MINUTE_MS)).toEqual(['acme 2026-W47']);
    expect((await examineSchedules(dir, DUE + 4 * HOUR_MS)).overdue).toEqual([]);
  });

  it('leaves a heartbeat, also where nothing was due, and none where the run was stopped', async () => {
    const dir = await workspaceWith(WEEKLY);
    const file = join(dir, '.debrief/heartbeat.json');
    const controller = new AbortController();
    controller.abort();
    await runDue({ workspaceDir: dir }, { ...effectsAt(DUE), signal: controller.signal });
    expect(existsSync(file)).toBe(false);
    await runDue({ workspaceDir: dir }, effectsAt(DUE));
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ at: '2026-11-23T05:00:00.000Z', made: 1, failed: 0 });
    await runDue({ workspaceDir: dir }, effectsAt(DUE + MINUTE_MS));
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ at: '2026-11-23T05:01:00.000Z', made: 0, failed: 0 });
    expect((await readdir(join(dir, '.debrief'))).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe('what a schedule with deliver made', () => {
  const DELIVERED = '{ id: weekly, cadence: weekly, jitter: PT0S, customers: [acme], deliver: [desk] }';
  type Order = Parameters<NonNullable<DueEffects['deliver']>>[0];

  async function run(dir: string, now: number, end: HandedOver | Error): Promise<Order[]> {
    const orders: Order[] = [];
    const deliver: DueEffects['deliver'] = async (order) => {
      orders.push(order);
      if (end instanceof Error) throw end;
      return end;
    };
    await runDue({ workspaceDir: dir }, { ...effectsAt(now), deliver });
    return orders;
  }

  it('is delivered to its destinations by the same run, and by no later one', async () => {
    const dir = await workspaceWith(DELIVERED);
    const folder = join(await realpath(dir), 'reports/acme/2026-W47-r1');
    expect(await run(dir, DUE, { state: 'delivered' })).toMatchObject([{ folder, destinations: ['desk'] }]);
    expect(await run(dir, DUE + HOUR_MS, { state: 'delivered' })).toEqual([]);
  });

  it('and could not be delivered is tried again by the rule of failed reports', async () => {
    const dir = await workspaceWith(DELIVERED);
    expect(await run(dir, DUE, new ReportError('output-failed', 'no way'))).toHaveLength(1);
    expect(await run(dir, DUE + 14 * MINUTE_MS, { state: 'delivered' })).toHaveLength(0);
    expect(await run(dir, DUE + 15 * MINUTE_MS, { state: 'waiting', reason: 'desk: unknown' })).toHaveLength(1);
    expect(await run(dir, DUE + 44 * MINUTE_MS, { state: 'delivered' })).toHaveLength(0);
    expect(await run(dir, DUE + 45 * MINUTE_MS, { state: 'delivered' })).toHaveLength(1);
    expect(await run(dir, DUE + 24 * HOUR_MS, { state: 'delivered' })).toHaveLength(0);
  });

  it('is delivered by the next run when this one was stopped after it was made', async () => {
    const dir = await workspaceWith(DELIVERED);
    const controller = new AbortController();
    const makeAndStop: MakeReport = async (...order) => {
      const report = await makePlain(...order);
      controller.abort();
      return report;
    };
    const deliver = () => Promise.reject(new Error('not now'));
    await runDue({ workspaceDir: dir }, { ...effectsAt(DUE, makeAndStop), signal: controller.signal, deliver });
    expect(await run(dir, DUE, { state: 'delivered' })).toHaveLength(1);
  });

  it('before the schedule delivered is not delivered afterwards', async () => {
    const dir = await workspaceWith(DELIVERED.replace(', deliver: [desk]', ''));
    expect(await run(dir, DUE, { state: 'delivered' })).toEqual([]);
    const text = `provider: { name: Northwind Shield }\nschedules:\n  - ${DELIVERED}\n`;
    await writeFile(join(dir, 'debrief.yaml'), text);
    expect(await run(dir, DUE + HOUR_MS, { state: 'delivered' })).toEqual([]);
  });
});

describe('a backfill', () => {
  const request = (dir: string) => ({
    workspaceDir: dir,
    schedule: 'weekly',
    customers: ['acme'],
    from: '2026-W40',
    to: '2026-W47',
  });

  it('makes what is missing of a range, whatever its age and whether it was skipped or failed', async () => {
    const dir = await workspaceWith('{ id: weekly, cadence: weekly, jitter: PT0S, catchUp: none, maxAge: P8D }');
    expect(await made(dir, DUE - 14 * 24 * HOUR_MS)).toEqual(['acme 2026-W45']);
    await made(dir, DUE + 24 * HOUR_MS); // skips what was missed
    const planned = await planBackfill(request(dir), DUE + 24 * HOUR_MS);
    expect(planned.map(({ period }) => period.id)).toEqual(
      ['40', '41', '42', '43', '44', '46', '47'].map((week) => `2026-W${week}`),
    );
    const outcomes = await backfill(request(dir), effectsAt(DUE + 24 * HOUR_MS));
    expect(outcomes.map(({ state }) => state)).toEqual(Array.from({ length: 7 }, () => 'made'));
    expect(await backfill(request(dir), effectsAt(DUE + 24 * HOUR_MS))).toEqual([]);
  });

  it.each([
    [{ from: '2026-11-01' }, '"2026-11-01" is no period of the schedule weekly'],
    [{ from: '2026-W48', to: '2026-W47' }, '"2026-W47" is before "2026-W48"'],
    [{ to: '2026-W48' }, '"2026-W48" has not ended yet for acme'],
    [{ from: '2016-W01' }, 'are more than 400 periods'],
    [{ from: 'week-of-2026-11-22' }, 'weeks here begin on a Monday'],
    [{ schedule: 'daily' }, 'there is no schedule "daily"'],
  ])('%j is refused: %s', async (changes, message) => {
    const dir = await workspaceWith(WEEKLY);
    await expect(planBackfill({ ...request(dir), ...changes }, DUE)).rejects.toThrow(message);
  });
});
