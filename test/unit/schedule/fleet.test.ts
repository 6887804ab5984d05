import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReportError } from '../../../src/errors.ts';
import { type Ledger, listTasks, openLedger, releaseLease, takeLease } from '../../../src/ledger/ledger.ts';
import { type FleetOptions, type FleetTask, LEASE_MS, runFleet } from '../../../src/schedule/fleet.ts';
import { isGone, thisOwner } from '../../../src/schedule/owner.ts';
import type { GeneratedReport } from '../../../src/stages.ts';

const NOON = Date.UTC(2026, 10, 23, 12);

let workspaceDir: string;
let ledger: Ledger;
/** The real time, as far as leases are concerned. */
let wall: number;
beforeEach(async () => {
  workspaceDir = await mkdtemp(join(tmpdir(), 'debrief-fleet-'));
  ledger = openLedger(workspaceDir);
  wall = NOON;
});
afterEach(async () => {
  ledger.close();
  await rm(workspaceDir, { recursive: true, force: true });
});

function run(tasks: readonly FleetTask[], changes: Partial<FleetOptions> = {}) {
  return runFleet(tasks, {
    workspaceDir,
    ledger,
    jobs: 2,
    signal: new AbortController().signal,
    now: () => NOON,
    wallNow: () => wall,
    ...changes,
  });
}

/** A task whose report is a folder with a manifest and nothing else. */
function task(name: string, changes: Partial<FleetTask> = {}): FleetTask {
  return { scope: 'schedule weekly', name, label: name, group: name, make: plainReport(name), ...changes };
}

function plainReport(name: string, between: () => Promise<void> | void = () => undefined): FleetTask['make'] {
  return async ({ announce }): Promise<GeneratedReport> => {
    const reportId = name.replace('/', '-');
    const folder = join(workspaceDir, 'reports', reportId);
    announce({ reportId, folder, manifestSha256: sha256Of(reportId) });
    await between();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'manifest.json'), reportId);
    return { reportId, folder, files: [], warnings: [] };
  };
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const failing: FleetTask['make'] = () => Promise.reject(new ReportError('input-empty', 'no traffic at all'));

function statesOf(outcomes: Awaited<ReturnType<typeof runFleet>>): Record<string, string> {
  return Object.fromEntries(outcomes.map((outcome) => [outcome.task.name, outcome.state]));
}

describe('a run over many customers', () => {
  it('makes every report once, and nothing when it is run again', async () => {
    const tasks = ['acme/2026-W47', 'globex/2026-W47', 'initech/2026-W47'].map((name) => task(name));
    expect(statesOf(await run(tasks))).toEqual({
      'acme/2026-W47': 'made',
      'globex/2026-W47': 'made',
      'initech/2026-W47': 'made',
    });
    const again = await run(tasks.map((one) => ({ ...one, make: failing })));
    expect(Object.values(statesOf(again))).toEqual(['found', 'found', 'found']);
  });

  it('lets a report that fails harm no other, and writes down why', async () => {
    const outcomes = await run([task('acme/2026-W47', { make: failing }), task('globex/2026-W47')]);
    expect(statesOf(outcomes)).toEqual({ 'acme/2026-W47': 'failed', 'globex/2026-W47': 'made' });
    expect(ledger.read((store) => listTasks(store, 'schedule weekly'))).toMatchObject([
      { name: 'acme/2026-W47', state: 'failed', attempts: 1, reason: '[input-empty] no traffic at all' },
      { name: 'globex/2026-W47', state: 'made', attempts: 1, report: { folder: 'reports/globex-2026-W47' } },
    ]);
    expect(statesOf(await run([task('acme/2026-W47')]))).toEqual({ 'acme/2026-W47': 'made' });
  });

  it('works on as many groups at once as it may, and on one task of a group at a time, in order', async () => {
    const begun: string[] = [];
    let [active, most] = [0, 0];
    const slow = (name: string): FleetTask['make'] =>
      plainReport(name, async () => {
        begun.push(name);
        most = Math.max(most, ++active);
        await new Promise((settle) => setTimeout(settle, 5));
        active--;
      });
    const names = ['acme/2026-W45', 'acme/2026-W46', 'globex/2026-W45', 'initech/2026-W45', 'umbrella/2026-W45'];
    await run(
      names.map((name) => task(name, { group: name.split('/')[0] ?? '', make: slow(name) })),
      { jobs: 3 },
    );
    expect(most).toBe(3);
    expect(begun.filter((name) => name.startsWith('acme'))).toEqual(['acme/2026-W45', 'acme/2026-W46']);
  });

  it('tells how far it is, and guesses the time left once it has something to go by', async () => {
    const told: (readonly [number, number, number, boolean])[] = [];
    await run(
      ['a', 'b', 'c', 'd'].map((name) => task(name, name === 'b' ? { make: failing } : {})),
      {
        jobs: 1,
        onOutcome: (_outcome, { done, failed, total, msLeft }) =>
          told.push([done, failed, total, msLeft !== undefined]),
      },
    );
    expect(told).toEqual([
      [1, 0, 4, false],
      [2, 1, 4, false],
      [3, 1, 4, true],
      [4, 1, 4, true],
    ]);
  });

  it('stops with an error of the ledger, not with silence', async () => {
    const tasks = [task('a', { make: plainReport('a', () => ledger.close()) }), task('b')];
    await expect(run(tasks, { jobs: 1 })).rejects.toThrow();
  });
});

describe('a run that is stopped', () => {
  it('begins nothing more, gives back what it was at, and the next one makes the rest', async () => {
    const controller = new AbortController();
    const stopping: FleetTask['make'] = async () => {
      controller.abort();
      throw new ReportError('cancelled', 'the run was cancelled');
    };
    const tasks = [task('a'), task('b', { make: stopping }), task('c')];
    expect(statesOf(await run(tasks, { jobs: 1, signal: controller.signal }))).toEqual({ a: 'made', b: 'abandoned' });
    expect(ledger.read((store) => listTasks(store, 'schedule weekly')).map(({ name }) => name)).toEqual(['a']);
    const made = await run(tasks.map((one) => task(one.name)));
    expect(statesOf(made)).toEqual({ a: 'found', b: 'made', c: 'made' });
  });
});

describe('a run that was killed', () => {
  /** Leaves the ledger as a process does that dies in the middle of `make`, once it has come as far as `isThere` says. */
  async function die(name: string, make: FleetTask['make'], isThere: () => boolean): Promise<void> {
    const dead = new Promise<never>(() => undefined);
    void run([task(name, { make: (effects) => make(effects).then(() => dead) })]);
    while (!isThere()) await new Promise((settle) => setTimeout(settle, 2));
    ledger.write((store) =>
      store.run('UPDATE leases SET owner = ? WHERE name = ?', `${thisOwner()}x`, `task schedule weekly/${name}`),
    );
  }

  const isIn = (state: string) => () =>
    ledger.read((store) => listTasks(store, 'schedule weekly')).some((one) => one.state === state);
  const hasAppeared = () => existsSync(join(workspaceDir, 'reports/a/manifest.json'));

  it('before the report appeared is followed by one that makes it', async () => {
    await die('a', () => new Promise<never>(() => undefined), isIn('begun'));
    expect(statesOf(await run([task('a')]))).toEqual({ a: 'made' });
    expect(ledger.read((store) => listTasks(store, 'schedule weekly'))).toMatchObject([{ state: 'made', attempts: 2 }]);
  });

  it('between the announcement and the appearance is followed by one that makes it', async () => {
    await die(
      'a',
      plainReport('a', () => new Promise<never>(() => undefined)),
      isIn('publishing'),
    );
    expect(statesOf(await run([task('a')]))).toEqual({ a: 'made' });
    expect(await readdir(join(workspaceDir, 'reports'))).toEqual(['a']);
  });

  it('after the report appeared is followed by one that finds it and makes none', async () => {
    await die('a', plainReport('a'), hasAppeared);
    expect(await run([task('a', { make: failing })])).toMatchObject([{ state: 'found', reportId: 'a' }]);
    expect(await readdir(join(workspaceDir, 'reports'))).toEqual(['a']);
  });

  it('and whose folder somebody changed is not taken for having made it', async () => {
    await die('a', plainReport('a'), hasAppeared);
    await writeFile(join(workspaceDir, 'reports/a/manifest.json'), 'another');
    expect(statesOf(await run([task('a')]))).toEqual({ a: 'made' });
  });
});

describe('a task that another process is at', () => {
  function leaseElsewhere(name: string) {
    return ledger.write((store) =>
      takeLease(store, {
        name: `task schedule weekly/${name}`,
        owner: 'other-machine 77 ab',
        now: wall,
        ttlMs: LEASE_MS,
      }),
    );
  }

  it('is left to it, and so is what comes after in its group', async () => {
    const lease = leaseElsewhere('acme/2026-W45');
    const tasks = ['acme/2026-W45', 'acme/2026-W46', 'globex/2026-W45'].map((name) =>
      task(name, { group: name.split('/')[0] ?? '' }),
    );
    expect(statesOf(await run(tasks))).toEqual({
      'acme/2026-W45': 'elsewhere',
      'acme/2026-W46': 'elsewhere',
      'globex/2026-W45': 'made',
    });
    if (lease) ledger.write((store) => releaseLease(store, lease));
    expect(Object.values(statesOf(await run(tasks))).sort()).toEqual(['found', 'made', 'made']);
  });

  it('is taken over when its lease is over, and the sleeper that wakes publishes nothing', async () => {
    let wake: () => void = () => undefined;
    const sleep = new Promise<void>((settle) => {
      wake = settle;
    });
    const sleeper = run([task('a', { make: (effects) => sleep.then(() => plainReport('a')(effects)) })]);
    wall += LEASE_MS;
    const taker = await run([task('a', { make: plainReport('a') })]);
    wake();
    expect(statesOf(taker)).toEqual({ a: 'made' });
    expect(statesOf(await sleeper)).toEqual({ a: 'elsewhere' });
  });
});

describe('the name of a process', () => {
  it('tells whether the process is gone', () => {
    const [host = '', pid = '', own = ''] = thisOwner().split(' ');
    expect(isGone(thisOwner())).toBe(false);
    expect(isGone(`${host} ${pid} ${own}x`)).toBe(true); // an earlier process of the same number
    expect(isGone(`${host} 1 ab`)).toBe(false);
    expect(isGone(`${host} 4194304 ab`)).toBe(true); // above the largest number that Linux gives
    expect(isGone('other-machine 4194304 ab')).toBe(false);
    expect(isGone('nonsense')).toBe(false);
  });
});
