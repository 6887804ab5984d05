import { afterEach, describe, expect, it } from 'vitest';
import { startDeliver } from '../support/deliver-process.ts';
import { type DeliveryWorkspace, makeDeliveryWorkspace } from '../support/delivery-workspace.ts';
import { SIMULATED_SYSTEMS, setSimulatedSecrets } from '../support/simulated-systems.ts';

const ROUNDS = 20;

describe('two processes at once', () => {
  const open: DeliveryWorkspace[] = [];
  afterEach(() => {
    for (const workspace of open.splice(0)) workspace.remove();
  });

  it('deliver each report once', async () => {
    setSimulatedSecrets();
    const [, start] = SIMULATED_SYSTEMS[0] ?? [];
    if (!start) throw new Error('there is a simulated system');
    const { simulator, system, own, place } = await start();
    try {
      const workspace = makeDeliveryWorkspace({ systems: [system], destinations: [own] });
      open.push(workspace);
      for (let round = 1; round <= ROUNDS; round++) {
        const folder = workspace.addRevision(round);
        const codes = await Promise.all([1, 2].map(() => startDeliver(workspace.dir, folder).ended));
        expect(codes).toContain(0); // the other one found it done, or being done
        const ticket = simulator.tickets.get(place);
        expect([ticket?.files.length, ticket?.comments.length], `round ${round}`).toEqual([round, round]);
      }
    } finally {
      await simulator.close();
    }
  });
});
