import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listDeliveries, openLedger } from '../../src/ledger/ledger.ts';
import { openPgBossQueue } from '../../src/schedule/pg-boss-queue.ts';
import { workQueue } from '../../src/schedule/schedule.ts';
import { startDebrief } from '../support/deliver-process.ts';
import { type DeliveryWorkspace, makeDeliveryWorkspace } from '../support/delivery-workspace.ts';
import { readEnv } from '../support/read-env.ts';
import { makeLog } from '../support/run-delivery.ts';
import { SIMULATED_SYSTEMS, type SimulatedSystem, setSimulatedSecrets } from '../support/simulated-systems.ts';

const env = readEnv(process.env.QUEUE_ENV);
const JOBS = 200;
const WORKERS = 3;
const KILL_EVERY_MS = 2_000;
const RULES = { database: env?.QUEUE_DATABASE ?? '', retries: 0, retryPauseSeconds: 0, expireSeconds: 10 };

describe.skipIf(env === undefined)('a queue in PostgreSQL, for real', () => {
  let simulated: SimulatedSystem;
  let workspace: DeliveryWorkspace;

  beforeAll(async () => {
    setSimulatedSecrets();
    process.env.QUEUE_DATABASE = env?.QUEUE_DATABASE ?? '';
    const [, start] = SIMULATED_SYSTEMS[0] ?? [];
    if (!start) throw new Error('there is a simulated system');
    simulated = await start();
    workspace = makeDeliveryWorkspace({
      systems: [simulated.system],
      destinations: [simulated.own],
      queue: { database: 'env:QUEUE_DATABASE', retries: 5, retryPauseSeconds: 0, expireSeconds: 10 },
    });
  });
  afterAll(async () => {
    await simulated.simulator.close();
    workspace.remove();
  });

  const queue = (...args: string[]) => startDebrief(['queue', ...args, '--workspace', workspace.dir]);
  const counts = async () => {
    const status = queue('status', '--json', '--quiet');
    await status.ended;
    const [line = ''] = status.output().split('\n');
    const { waiting, active, done, dead } = JSON.parse(line) as Record<string, number>;
    return { waiting, active, done, dead };
  };

  it('delivers each of 200 once while its workers are killed', async () => {
    const folders = Array.from({ length: JOBS }, (_, index) => workspace.addIncident(`INC-${5_000 + index}`));
    expect(await queue('add', ...folders).ended).toBe(0);
    // Asked for again, nothing is queued twice.
    expect(await queue('add', ...folders.slice(0, 20)).ended).toBe(0);
    expect(await counts()).toEqual({ waiting: JOBS, active: 0, done: 0, dead: 0 });

    const workers = Array.from({ length: WORKERS }, () => queue('work', '--until-empty'));
    let killed = 0;
    for (let turn = 0; (await counts()).done !== JOBS && turn < 120; turn++) {
      await wait(KILL_EVERY_MS);
      workers[turn % WORKERS]?.child.kill('SIGKILL');
      if ((await workers[turn % WORKERS]?.ended) === 'SIGKILL') killed += 1;
      workers[turn % WORKERS] = queue('work', '--until-empty');
    }
    expect(await Promise.all(workers.map(({ ended }) => ended))).toEqual([0, 0, 0]);

    expect(killed).toBeGreaterThan(5);
    expect(await counts()).toEqual({ waiting: 0, active: 0, done: JOBS, dead: 0 });
    const ticket = simulated.simulator.tickets.get(simulated.place);
    expect([ticket?.files.length, ticket?.comments.length]).toEqual([JOBS, JOBS]);
    const ledger = openLedger(workspace.dir);
    try {
      const deliveries = ledger.read((store) => listDeliveries(store, {}));
      expect(deliveries.map(({ state }) => state)).toEqual(Array.from({ length: JOBS }, () => 'delivered'));
      expect(new Set(deliveries.map(({ key }) => key)).size).toBe(JOBS);
    } finally {
      ledger.close();
    }
  });

  it('gives up what fails every time, says why, and takes it back when asked', async () => {
    const poison = workspace.addIncident('INC-6000');
    expect(await queue('add', poison).ended).toBe(0);
    rmSync(`${poison}/report.pdf`);
    expect(await queue('work', '--until-empty').ended).toBe(1);
    expect(await counts()).toEqual({ waiting: 0, active: 0, done: JOBS, dead: 1 });
    const status = queue('status');
    expect(await status.ended).toBe(1);
    expect(status.output()).toContain('given up: reports/acme/INC-6000-r1: [report-altered]');

    workspace.addIncident('INC-6000');
    expect(await queue('retry').ended).toBe(0);
    expect(await queue('work', '--until-empty').ended).toBe(0);
    expect(await counts()).toEqual({ waiting: 0, active: 0, done: JOBS + 1, dead: 0 });
  });

  it('belongs to its workspace: another one with the same database has nothing of it', async () => {
    const other = makeDeliveryWorkspace({
      systems: [simulated.system],
      destinations: [simulated.own],
      queue: { database: 'env:QUEUE_DATABASE', retries: 0 },
    });
    try {
      // The same folder in both.
      expect(await queue('add', workspace.addIncident('INC-7000')).ended).toBe(0);
      const folder = other.addIncident('INC-7000');
      const elsewhere = (...args: string[]) => startDebrief(['queue', ...args, '--workspace', other.dir]);
      const status = elsewhere('status', '--quiet');
      expect(await status.ended).toBe(0);
      expect(status.output()).toContain('0 wait, 0 are worked at, 0 are done, 0 are given up');
      expect(await elsewhere('work', '--until-empty').ended).toBe(0);
      expect(await counts()).toMatchObject({ waiting: 1, active: 0, done: JOBS + 1 });
      expect(await elsewhere('add', folder).ended).toBe(0);
      expect(await queue('work', '--until-empty').ended).toBe(0);
      expect(await counts()).toMatchObject({ waiting: 0, done: JOBS + 2 });
      const left = elsewhere('status', '--quiet');
      expect(await left.ended).toBe(0);
      expect(left.output()).toContain('1 wait');
    } finally {
      other.remove();
    }
  });

  it('keeps what waits and what is given up for ever, and a job that is added again has no letter', async () => {
    const folder = workspace.addIncident('INC-7100');
    const boss = await openPgBossQueue('f00d', RULES, makeLog());
    try {
      await boss.add({ folder });
      const job = await boss.take();
      if (!job) throw new Error('one job waits');
      await boss.renew(job);
      await boss.handBack(job);
      // With no retries, a second take is possible only since handing back is no try.
      const again = await boss.take();
      expect(again).toEqual(job);
      await boss.fail(job, 'no such desk');
      expect(await boss.deadLetters()).toMatchObject([{ folder, reason: 'no such desk' }]);
      const kept = `select name, keep_until > now() + interval '90 years' from debrief_queue.job
                     where name like 'debrief-f00d%' order by name`;
      const rows = execFileSync('psql', [env?.QUEUE_DATABASE ?? '', '-Atc', kept], { encoding: 'utf8' });
      expect(rows.trim().split('\n')).toEqual(['debrief-f00d|t', 'debrief-f00d-dead|t']);
      expect(await boss.add({ folder })).toBe('added');
      expect([await boss.deadLetters(), (await boss.counts()).waiting]).toEqual([[], 1]);
    } finally {
      await boss.close();
    }
  });

  it('gives the job of a worker that lives longer than the time of a dead one to nobody else', async () => {
    const boss = await openPgBossQueue('cafe', RULES, makeLog());
    try {
      await boss.add({ folder: 'slow' });
      const taken: unknown[] = [];
      const stop = new AbortController();
      await workQueue({
        workspaceDir: workspace.dir,
        queue: boss,
        deliver: async () => {
          await wait(22_000);
          taken.push(await boss.take(), await boss.counts());
          return { state: 'delivered' };
        },
        untilEmpty: true,
        signal: stop.signal,
        onOutcome: () => undefined,
      });
      expect(taken).toEqual([undefined, { waiting: 0, active: 1, done: 0, dead: 0 }]);
      expect(await boss.counts()).toEqual({ waiting: 0, active: 0, done: 1, dead: 0 });
    } finally {
      await boss.close();
    }
  });

  it('shows nothing of the password', async () => {
    const { password } = new URL(env?.QUEUE_DATABASE ?? '');
    process.env.QUEUE_DATABASE = (env?.QUEUE_DATABASE ?? '').replace(password, `${password}-canary`);
    const refused = queue('status', '--verbose');
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain('[queue-unusable]');
    expect(refused.output()).not.toContain(password);
    process.env.QUEUE_DATABASE = env?.QUEUE_DATABASE ?? '';
  });
});
