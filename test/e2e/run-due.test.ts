import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type BuiltCommand, buildCommand, outcomeOf } from '../support/built-command.ts';

const CUSTOMERS = ['acme', 'globex', 'initech', 'umbrella'];
const SCRIPT = join(import.meta.dirname, '../support/run-due-process.mjs');
/** Five days after the first week was due, so that a week is due for each customer at each of these instants. */
const FIRST = Date.parse('2026-01-10T12:00:00Z');

let command: BuiltCommand;
let dir: string;
beforeAll(async () => {
  command = await buildCommand();
});
afterAll(() => command.remove());
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'debrief-due-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await writeFile(
    join(dir, 'debrief.yaml'),
    'provider: { name: Northwind Shield }\nschedules: [{ id: weekly, cadence: weekly, deliver: true }]\n',
  );
  await mkdir(join(dir, 'customers'));
  for (const id of CUSTOMERS) await writeFile(join(dir, `customers/${id}.yaml`), `id: ${id}\nname: ${id}\n`);
});

function start(...argv: readonly number[]): ChildProcessByStdio<null, Readable, null> {
  const dist = dirname(dirname(command.main));
  return spawn(process.execPath, [SCRIPT, dist, dir, ...argv.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function endOf(child: ChildProcessByStdio<null, Readable, null>): Promise<number | null> {
  child.stdout.resume();
  const [code]: (number | null)[] = await once(child, 'exit');
  return code ?? null;
}

/** Published reports as `acme 2026-W01`, each as often as it is there; reservations that nobody finished are none. */
async function published(): Promise<string[]> {
  const found: string[] = [];
  for (const id of CUSTOMERS)
    for (const name of await readdir(join(dir, 'reports', id)).catch(() => []))
      if (!name.startsWith('.')) found.push(`${id} ${name.replace(/-\d+$/, '')}`);
  return found.sort();
}

function expected(weeks: number): string[] {
  const ids = Array.from({ length: weeks }, (_, week) => `2026-W${String(week + 1).padStart(2, '0')}`);
  return CUSTOMERS.flatMap((id) => ids.map((week) => `${id} ${week}`));
}

describe('run-due as processes', () => {
  test('twice at once makes and delivers every period once, twenty times', async () => {
    const together = Date.now() + 4_000; // both have started by then, also on a busy machine
    const children = [start(FIRST, 20, together, 150), start(FIRST, 20, together, 150)];
    expect(await Promise.all(children.map(endOf))).toEqual([0, 0]);
    expect(await published()).toEqual(expected(20));
    const handed = (await readdir(join(dir, 'handed'))).map((name) => name.replace(/-\d+ [0-9a-f-]+$/, ''));
    expect(handed.sort()).toEqual(expected(20));
  });

  test.each([
    [1, 'has begun'],
    [3, 'has announced a report that has not appeared'],
    [5, 'has let a report appear and not settled it'],
    [8, 'is in the middle of several'],
  ])('killed after %d steps, when it %s, and started again makes every period once', async (steps) => {
    const killed = start(FIRST, 1);
    let seen = 0;
    killed.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString().split('\n').length - 1;
      if (seen >= steps) killed.kill('SIGKILL');
    });
    await once(killed, 'exit');
    expect(seen).toBeGreaterThanOrEqual(steps);
    expect(await endOf(start(FIRST, 1))).toBe(0);
    expect(await published()).toEqual(expected(1));
  });
});

describe('the daemon', () => {
  test('looks at once, leaves a heartbeat, and ends soon when it is told to', async () => {
    await writeFile(join(dir, 'debrief.yaml'), 'provider: { name: Northwind Shield }\n');
    const child = command.start(['daemon', '--workspace', dir]);
    const ended = outcomeOf(child);
    while (!existsSync(join(dir, '.debrief/heartbeat.json'))) await setTimeout(20);
    child.kill('SIGTERM');
    const toldAt = performance.now();
    const { exit, out, err } = await ended;
    expect([exit, out]).toEqual([143, '']);
    expect(err).not.toContain('error');
    expect(performance.now() - toldAt).toBeLessThan(10_000);
  });
});
