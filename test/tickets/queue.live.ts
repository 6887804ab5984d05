import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listDeliveries, openLedger } from '../../src/ledger/ledger.ts';
import { startDebrief } from '../support/deliver-process.ts';
import { type DeliveryWorkspace, makeDeliveryWorkspace } from '../support/delivery-workspace.ts';
import { readEnv } from '../support/read-env.ts';
import { SIMULATED_SYSTEMS, type SimulatedSystem, setSimulatedSecrets } from '../support/simulated-systems.ts';

const env = readEnv(process.env.QUEUE_ENV);
const JOBS = 200;
const WORKERS = 3;
const KILL_EVERY_MS = 2_000;

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
