import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliverReport } from '../../src/deliver/deliver.ts';
import { silentLog } from '../../src/log.ts';
import { startDeliver } from '../support/deliver-process.ts';
import { type DeliveryWorkspace, makeDeliveryWorkspace } from '../support/delivery-workspace.ts';
import { SIMULATED_SYSTEMS, type SimulatedSystem, setSimulatedSecrets } from '../support/simulated-systems.ts';

const ROUNDS = 20;
const LONGER_THAN_A_LEASE_MS = 11 * 60_000;
/** The ticket as Zendesk tells it. */
const TICKET = { status: 200, body: { ticket: { id: 4711, organization_id: 360 } } } as const;

describe('processes', () => {
  let simulated: SimulatedSystem;
  let workspace: DeliveryWorkspace;
  beforeEach(async () => {
    setSimulatedSecrets();
    const [, start] = SIMULATED_SYSTEMS.find(([name]) => name === 'Zendesk') ?? [];
    if (!start) throw new Error('there is a simulated Zendesk');
    simulated = await start();
    workspace = makeDeliveryWorkspace({ systems: [simulated.system], destinations: [simulated.own] });
  });
  afterEach(async () => {
    workspace.remove();
    await simulated.simulator.close();
  });
  const arrived = () => {
    const ticket = simulated.simulator.tickets.get(simulated.place);
    return [ticket?.files.length, ticket?.comments.length];
  };

  it('that are two at once deliver each report once', async () => {
    for (let round = 1; round <= ROUNDS; round++) {
      const folder = workspace.addRevision(round);
      const codes = await Promise.all([1, 2].map(() => startDeliver(workspace.dir, folder).ended));
      expect(codes).toContain(0); // the other one found it done, or being done
      expect(arrived(), `round ${round}`).toEqual([round, round]);
    }
  });

  it('that slept longer than their lease send nothing when they wake', async () => {
    let stopped: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => {
      stopped = resolve;
    });
    simulated.simulator.fail(/^GET \/api\/v2\/tickets\/4711\.json/, () => {
      sleeper.child.kill('SIGSTOP');
      stopped();
      return TICKET;
    });
    const sleeper = startDeliver(workspace.dir, workspace.folder);
    await asleep;

    // Another comes when the lease is over.
    const later = () => Date.now() + LONGER_THAN_A_LEASE_MS;
    const results = await deliverReport(
      { workspaceDir: workspace.dir, folder: workspace.folder, dryRun: false },
      { now: later, random: () => 0, log: silentLog, signal: new AbortController().signal },
    );
    expect(results).toMatchObject([{ outcome: 'delivered' }]);
    const before = simulated.simulator.requests.length;
    sleeper.child.kill('SIGCONT');
    expect(await sleeper.ended).not.toBe('SIGKILL');
    const after = simulated.simulator.requests.slice(before);
    expect(after.filter((request) => !request.startsWith('GET'))).toEqual([]);
    expect(arrived()).toEqual([1, 1]);
  });

  it('show no secret in the list of processes', async () => {
    let seen = '';
    simulated.simulator.fail(simulated.act, () => {
      seen = listProcesses();
      return { status: 503, body: {} };
    });
    expect(await startDeliver(workspace.dir, workspace.folder, ['--verbose']).ended).toBe(0);
    expect(seen).toContain(workspace.folder);
    expect(seen).not.toContain(process.env.SIMULATED_SECRET);
    expect(seen).not.toContain(Buffer.from(process.env.SIMULATED_SECRET ?? '').toString('base64'));
  });
});

/** Command lines of all processes of this machine. */
function listProcesses(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((id) => {
      try {
        return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return ''; // ended meanwhile
      }
    })
    .join('\n');
}
