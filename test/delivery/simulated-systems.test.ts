import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type DeliveryWorkspace,
  type DeliveryWorkspaceOptions,
  makeDeliveryWorkspace,
} from '../support/delivery-workspace.ts';
import { makeLog, runDelivery } from '../support/run-delivery.ts';
import { SIMULATED_SYSTEMS, type SimulatedSystem, setSimulatedSecrets } from '../support/simulated-systems.ts';

// Simulators of our own, each rule with its source; not the systems themselves.

describe.each(SIMULATED_SYSTEMS)('%s, simulated', (_name, start) => {
  let simulated: SimulatedSystem;
  let workspace: DeliveryWorkspace;

  beforeEach(async () => {
    setSimulatedSecrets();
    simulated = await start();
    workspace = makeDeliveryWorkspace({ systems: [simulated.system], destinations: [simulated.own] });
  });
  afterEach(async () => {
    workspace.remove();
    await simulated.simulator.close();
  });

  const remake = (options: Partial<DeliveryWorkspaceOptions>) => {
    workspace.remove();
    workspace = makeDeliveryWorkspace({ systems: [simulated.system], destinations: [simulated.own], ...options });
  };

  /** One report and one comment, byte for byte, and internal where there is such a thing. */
  const expectOnce = () => {
    const ticket = simulated.simulator.tickets.get(simulated.place);
    expect(ticket?.files.map(({ bytes }) => bytes.equals(workspace.pdf))).toEqual([true]);
    expect(ticket?.comments).toHaveLength(1);
    return ticket;
  };

  it('gets the report once, with a comment that names it, and nothing when it is run again', async () => {
    const [result] = await runDelivery(workspace);
    expect(result).toMatchObject({ outcome: 'delivered' });
    const ticket = expectOnce();
    expect(ticket?.files[0]?.name).toBe(`acme-INC-4821-r1.tlp-amber.${result?.key}.pdf`);
    expect(ticket?.comments[0]?.text).toContain(`Debrief-Key: ${result?.key}`);
    expect(ticket?.comments[0]?.text).toContain('TLP:AMBER');
    if ('visibility' in simulated.own || /zendesk|management|servicenow/.test(JSON.stringify(simulated.own)))
      expect(ticket?.comments[0]?.isPublic).toBe(false);
    const requests = simulated.simulator.requests.length;
    expect(await runDelivery(workspace)).toMatchObject([{ outcome: 'delivered' }]);
    expect(simulated.simulator.requests.length).toBe(requests);
  });

  it.each([
    ['the answer is cut off after it has acted', 'cut'],
    ['the answer breaks off in the middle', 'half'],
    ['the connection breaks before it has acted', 'drop'],
    ['it answers 503', { status: 503, body: {} }],
    ['a proxy answers with a page of HTML', { status: 200, body: '<html>Please log in</html>' }],
    ['it asks to wait', { status: 429, headers: { 'retry-after': '0' }, body: {} }],
  ] as const)('has it once though %s', async (_what, fault) => {
    simulated.simulator.fail(simulated.act, fault);
    expect(await runDelivery(workspace)).toMatchObject([{ outcome: 'delivered' }]);
    expectOnce();
  });

  it('is told exactly what a dry run says', async () => {
    const [rehearsed] = await runDelivery(workspace, { dryRun: true });
    expect(simulated.simulator.requests).toEqual([]);
    await runDelivery(workspace);
    const made = simulated.simulator.requests;
    const said = (rehearsed?.calls ?? []).filter((call) => /^[A-Z]+ \//.test(call));
    expect(said.length).toBeGreaterThan(0);
    let from = 0;
    for (const call of said) {
      const at = made.findIndex((request, index) => index >= from && isCall(request, call));
      expect(at, `${call} in ${made.slice(from).join('\n')}`).toBeGreaterThanOrEqual(from);
      from = at + 1;
    }
  });

  it('gets nothing when it does not know the credentials, and the next report is not tried on it', async () => {
    process.env.SIMULATED_SECRET = 'a-wrong-secret-entirely';
    const [first] = await runDelivery(workspace);
    expect(first?.outcome).toBe('rejected');
    expect(first?.reason).not.toContain('a-wrong-secret');
    const requests = simulated.simulator.requests.length;
    const [second] = await runDelivery(workspace, { folder: workspace.addRevision(2) });
    expect(second).toMatchObject({ outcome: 'pending', reason: expect.stringContaining('not tried') });
    expect(simulated.simulator.requests.length).toBe(requests);
  });

  it('gets nothing on a ticket of somebody else', async () => {
    if (!simulated.foreign) return; // its place is the customer's by itself
    remake({ destinations: [simulated.foreign] });
    expect(await runDelivery(workspace)).toMatchObject([
      { outcome: 'rejected', reason: expect.stringContaining('wrong-customer') },
    ]);
    expect(simulated.simulator.requests.filter((request) => !request.startsWith('GET'))).toEqual([]);
  });

  it('never sees a redirect to another host followed', async () => {
    simulated.simulator.fail(simulated.act, { status: 307, headers: { location: 'https://elsewhere.example/steal' } });
    const [result] = await runDelivery(workspace);
    expect(result?.reason).toContain('redirected to https://elsewhere.example/steal');
  });

  it('keeps its secret out of everything that is written', async () => {
    const log = makeLog();
    simulated.simulator.fail(simulated.act, { status: 400, body: { error: `no: ${process.env.SIMULATED_SECRET}` } });
    const results = await runDelivery(workspace, {}, log);
    const ledger =
      readFileSync(`${workspace.dir}/.debrief/ledger.sqlite`, 'latin1') +
      readFileSync(`${workspace.dir}/.debrief/ledger.sqlite-wal`, 'latin1');
    const written = [ledger, ...log.lines, JSON.stringify(results)].join('\n');
    expect(written).not.toContain('canary-b2d1f0c6e7');
    expect(written).not.toContain(Buffer.from('canary-b2d1f0c6e7').toString('base64').slice(0, 12));
  });
});

/** Whether a request is the call that was announced: below the base address of the API, with ids where `‹…›` stood. */
function isCall(request: string, call: string): boolean {
  const [method = '', path = ''] = call.split(/ (.*)/s);
  const pattern = path.split(/‹[^›]*›/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${method} (?:/[a-z0-9/]*)?${pattern.join('[^/?&]+')}$`).test(request);
}
