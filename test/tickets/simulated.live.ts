import { afterEach, describe, expect, it } from 'vitest';
import { type CrashMatrix, runCrashMatrix } from '../support/crash-matrix.ts';
import { type DeadlyProxy, startDeadlyProxy } from '../support/deadly-proxy.ts';
import { makeDeliveryWorkspace } from '../support/delivery-workspace.ts';
import { SIMULATED_SYSTEMS, type SimulatedSystem, setSimulatedSecrets } from '../support/simulated-systems.ts';

describe.each(SIMULATED_SYSTEMS)('%s, simulated', (_name, start) => {
  const open: { proxy?: DeadlyProxy; simulated?: SimulatedSystem } = {};
  afterEach(async () => {
    await open.proxy?.close();
    await open.simulated?.simulator.close();
  });

  it('has one report and one comment wherever the process was killed or an answer was cut off', async () => {
    setSimulatedSecrets();
    const simulated = await start();
    const proxy = await startDeadlyProxy(simulated.simulator.url);
    Object.assign(open, { simulated, proxy });
    const look: CrashMatrix['look'] = async (key, workspace) => {
      const ticket = simulated.simulator.tickets.get(simulated.place);
      const files = ticket?.files.filter(({ name }) => name.includes(key)) ?? [];
      const comments = ticket?.comments.filter(({ text }) => text.includes(key)) ?? [];
      const arrived = {
        attachments: files.length,
        comments: comments.length,
        isIntact: files.every(({ bytes }) => bytes.equals(workspace.pdf)),
      };
      // The next death finds an empty ticket.
      ticket?.files.splice(0);
      ticket?.comments.splice(0);
      return arrived;
    };
    const makeWorkspace = () =>
      makeDeliveryWorkspace({ systems: [{ ...simulated.system, url: proxy.url }], destinations: [simulated.own] });
    expect(await runCrashMatrix({ proxy, makeWorkspace, look })).toBeGreaterThan(8);
  });
});
