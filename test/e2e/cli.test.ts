import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type BuiltCommand, buildCommand, outcomeOf } from '../support/built-command.ts';

let command: BuiltCommand;
let dir: string;

beforeAll(async () => {
  command = await buildCommand();
});

afterAll(() => command.remove());

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'debrief-e2e-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
});

const CASE = 'soc/incidents/INC-1.yaml';

describe('the built command', () => {
  test('starts as a program of its own and knows its version', async () => {
    expect((await readFile(command.main, 'utf8')).startsWith('#!/usr/bin/env node\n')).toBe(true);
    const { version }: { version: string } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(await command.run(['--version'])).toEqual({ exit: 0, out: `${version}\n`, err: '' });
  });

  test('answers a slip with the nearest word and exit code 2', async () => {
    const { exit, out, err } = await command.run(['incidnet', 'a.yaml']);
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain('Did you mean incident?');
  });

  test('says so in one place when the case is not there', async () => {
    const { exit, out, err } = await command.run(['validate', 'nowhere.yaml'], { cwd: dir });
    expect([exit, out]).toEqual([2, '']);
    expect(err).toMatch(/^error: nowhere\.yaml: .* \[file-not-found\]\n {2}nowhere\.yaml does not exist\n {2}hint: /);
  });

  test('runs nothing that lies in the folder where it is called', async () => {
    const trace = join(dir, 'ran');
    const code = `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '')`;
    for (const name of ['.puppeteerrc.cjs', 'puppeteer.config.cjs']) await writeFile(join(dir, name), code);
    expect((await command.run(['doctor'], { cwd: dir })).out).toContain('browser');
    expect(existsSync(trace)).toBe(false);
  });

  test('ends without a word when nobody reads its output', async () => {
    const child = command.start(['--help']);
    child.stdout.destroy();
    expect(await outcomeOf(child)).toEqual({ exit: 0, out: '', err: '' });
  });
});

describe('a new workspace', () => {
  test('is valid as it was made, and validate writes nothing', async () => {
    expect((await command.run(['init', 'soc'], { cwd: dir })).exit).toBe(0);
    const before = await readdir(dir, { recursive: true });
    const { exit, out, err } = await command.run(['validate', CASE, '--strict'], { cwd: dir });
    expect(err).not.toContain('error');
    expect(exit).toBe(0);
    expect(out).toContain('incidents/INC-1/http_requests.ndjson  logpush/http_requests  660 records');
    expect(await readdir(dir, { recursive: true })).toEqual(before);
  });

  test('makes a report without a browser when no PDF is asked for, and a second revision beside it', async () => {
    await command.run(['init', 'soc'], { cwd: dir });
    const asked = ['incident', CASE, '--format', 'html,json,csv'];
    const first = await command.run(asked, { cwd: dir });
    expect(first.err).not.toContain('error');
    expect(first.exit).toBe(0);
    const folder = 'soc/reports/example';
    expect(first.out.trimEnd().split('\n').sort()).toEqual([
      `${folder}/INC-1-r1/report.html`,
      `${folder}/INC-1-r1/report.json`,
    ]);
    const names = await readdir(join(dir, folder, 'INC-1-r1'));
    for (const name of ['manifest.json', 'report.html', 'report.json', 'summary.md', 'data'])
      expect(names).toContain(name);

    const second = await command.run([...asked, '--json'], { cwd: dir });
    expect(JSON.parse(second.out)).toMatchObject({ type: 'report', case: CASE, reportId: 'INC-1-r2' });
    expect((await readdir(join(dir, folder))).sort()).toEqual(['INC-1-r1', 'INC-1-r2']);
  });

  test('is told the exit code 3 and the cure when no browser starts, and keeps nothing half-made', async () => {
    await command.run(['init', 'soc'], { cwd: dir });
    await writeFile(
      join(dir, 'soc/debrief.yaml'),
      'provider: { name: Example Security Operations }\nbrowser: { executable: /nowhere/chromium }\n',
    );
    const { exit, err } = await command.run(['incident', CASE], { cwd: dir });
    expect(exit).toBe(3);
    expect(err).toContain('[browser-not-found]');
    const reports = join(dir, 'soc/reports/example');
    expect(existsSync(reports) ? await readdir(reports) : []).toEqual([]);
  });

  test('of which one case fails still gets the report of the other, and exit code 1', async () => {
    await command.run(['init', 'soc'], { cwd: dir });
    await writeFile(
      join(dir, 'soc/incidents/INC-2.yaml'),
      'customer: exmaple\nid: INC-2\ntitle: x\ntraffic: [{ file: a }]\n',
    );
    const { exit, out, err } = await command.run(['incident', CASE, 'soc/incidents/INC-2.yaml', '--format', 'json'], {
      cwd: dir,
    });
    expect(exit).toBe(1);
    expect(out).toBe('soc/reports/example/INC-1-r1/report.json\n');
    expect(err).toContain('customers/exmaple.yaml does not exist; did you mean "example"?');
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('that is being reported on leaves nothing behind on %s', async (signal, code) => {
    await command.run(['init', 'soc'], { cwd: dir });
    const child = command.start(['incident', CASE], { cwd: dir });
    child.stderr.once('data', () => child.kill(signal)); // the first phase is done, the browser is starting
    const { exit, out, err } = await outcomeOf(child);
    expect([exit, out]).toEqual([code, '']);
    expect(err).toContain('stopping');
    expect(err).not.toContain('defect');
    const reports = join(dir, 'soc/reports/example');
    expect(existsSync(reports) ? await readdir(reports) : []).toEqual([]);
  });

  test('that is being reported on is left at once on a second signal', async () => {
    await command.run(['init', 'soc'], { cwd: dir });
    const child = command.start(['incident', CASE], { cwd: dir });
    child.stderr.once('data', async () => {
      child.kill('SIGINT');
      await setTimeout(50);
      child.kill('SIGINT');
    });
    expect((await outcomeOf(child)).exit).toBe(130);
  });
});
