import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DeliveryWorkspace, makeDeliveryWorkspace } from '../support/delivery-workspace.ts';
import { runDelivery } from '../support/run-delivery.ts';
import { setSimulatedSecrets } from '../support/simulated-systems.ts';
import { type SimulatedZendesk, startZendesk } from '../support/simulators/zendesk.ts';

const UPDATE = /^PUT \/api\/v2\/tickets/;

describe('a server at fault', () => {
  let desk: SimulatedZendesk;
  let workspace: DeliveryWorkspace;
  beforeEach(async () => {
    setSimulatedSecrets();
    const user = 'debrief@northwall.example';
    desk = await startZendesk({ user, token: process.env.SIMULATED_SECRET ?? '', organizations: { 4711: 360 } });
    workspace = makeDeliveryWorkspace({
      systems: [{ id: 'desk', kind: 'zendesk', url: desk.url, user, token: 'env:SIMULATED_SECRET' }],
      destinations: [{ id: 'desk', kind: 'zendesk', organization: 360, ticket: 4711, whenTooLarge: ['zip'] }],
    });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    workspace.remove();
    await desk.close();
  });
  const arrived = () => {
    const { files, comments } = desk.tickets.get('4711') ?? { files: [], comments: [] };
    return [files.length, comments.length];
  };

  it('that asks to wait until a date is waited for, and not longer', async () => {
    const until = Math.ceil(Date.now() / 1_000) * 1_000 + 2_000;
    desk.fail(UPDATE, { status: 429, headers: { 'retry-after': new Date(until).toUTCString() }, body: {} });
    expect(await runDelivery(workspace)).toMatchObject([{ outcome: 'delivered' }]);
    expect(Date.now()).toBeGreaterThanOrEqual(until);
    expect(arrived()).toEqual([1, 1]);
  });

  it('that asks to wait for longer than a run goes on is left, and asked again by the next', async () => {
    desk.fail(UPDATE, { status: 429, headers: { 'retry-after': '86400' }, body: {} });
    const [result] = await runDelivery(workspace);
    expect(result).toMatchObject({ outcome: 'pending' });
    expect(desk.requests.filter((request) => UPDATE.test(request))).toHaveLength(1);
    expect(arrived()).toEqual([0, 0]);
  });

  it('that answers a byte at a time is not listened to for ever, and found to have acted', async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    const asked: number[] = [];
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      asked.push(ms);
      return timeout(Math.round(ms / 100));
    });
    desk.fail(UPDATE, 'drip');
    expect(await runDelivery(workspace)).toMatchObject([{ outcome: 'delivered' }]);
    expect(arrived()).toEqual([1, 1]);
    // A minute, and longer the more is sent.
    expect(Math.max(...asked)).toBeGreaterThanOrEqual(60_000);
    expect(Math.max(...asked)).toBeLessThan(70_000);
  });

  it('that has forgotten an upload after an hour gets it anew', async () => {
    desk.fail(UPDATE, () => {
      desk.age(61 * 60_000);
      return { status: 503, body: {} };
    });
    expect(await runDelivery(workspace)).toMatchObject([{ outcome: 'delivered' }]);
    expect(desk.requests.filter((request) => request.startsWith('POST /api/v2/uploads'))).toHaveLength(2);
    expect(arrived()).toEqual([1, 1]);
  });

  it('that takes nothing so large gets what the configuration says instead, once, and is told so', async () => {
    desk.fail(/^POST \/api\/v2\/uploads/, { status: 413, body: {} });
    expect(await runDelivery(workspace)).toMatchObject([{ outcome: 'delivered' }]);
    expect(arrived()).toEqual([1, 1]);
    expect(desk.tickets.get('4711')?.files[0]?.name).toMatch(/\.zip$/);
  });
});
