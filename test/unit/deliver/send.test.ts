import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Destination } from '../../../src/deliver/destinations/destination.ts';
import { DeliveryFault } from '../../../src/deliver/fault.ts';
import type { Connection } from '../../../src/deliver/http/http.ts';
import { composeParcel } from '../../../src/deliver/parcel/compose-parcel.ts';
import { type SendOutcome, sendDelivery } from '../../../src/deliver/send.ts';
import { type Ledger, openLedger, planDelivery } from '../../../src/ledger/ledger.ts';
import { silentLog } from '../../../src/log.ts';
import { HOUR_MS } from '../../../src/model/time.ts';

const KEY = '0123456789abcdef';
const LETTER = Buffer.from(
  JSON.stringify({ title: 't', summary: 's', customer: { id: 'acme', name: 'Acme' }, tlp: 'AMBER' }),
);

let dir: string;
let ledger: Ledger;
let now: number;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'debrief-send-'));
  ledger = openLedger(dir);
  now = Date.UTC(2026, 10, 17, 12);
  ledger.write((store) =>
    planDelivery(
      store,
      {
        key: KEY,
        customer: 'acme',
        kind: 'incident technical',
        subject: 'INC-1',
        revision: 1,
        reportId: 'INC-1-r1',
        folder: 'reports/acme/INC-1-r1',
        destination: 'desk',
        target: '7',
        tlp: 'AMBER',
        visibility: 'internal',
        letterSha256: 'x',
        alternatives: [
          { choice: 'pdf', files: [{ name: `a.${KEY}.pdf`, type: 'application/pdf', sha256: 'd1', bytes: 1 }] },
        ],
      },
      now,
    ),
  );
});
afterEach(() => {
  ledger.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A ticket system in a variable: what is there, and what the next attempts come to. */
function desk(options: Partial<Destination> & { readonly outcomes?: (DeliveryFault | 'lost' | 'ok')[] } = {}) {
  const there: string[] = [];
  const make = ({ mayAct }: Pick<Connection, 'mayAct'>): Destination => ({
    capabilities: { canLookUp: true, canReadBack: true, hasVisibility: true },
    probe: async () => [],
    inspect: async () => ({ project: ['acme'] }),
    steps: (parcel) => [
      {
        name: 'note',
        effect: 'act',
        run: async () => {
          mayAct({ effect: 'act' });
          const outcome = options.outcomes?.shift() ?? 'ok';
          if (outcome instanceof DeliveryFault) throw outcome;
          there.push(parcel.key);
          if (outcome === 'lost') throw new DeliveryFault('uncertain', 'no-answer', 'cut off');
          return {};
        },
      },
    ],
    find: async () => (there.length > 0 ? { note: {} } : {}),
    readBack: async (parcel) => ({
      files: there.flatMap(() => parcel.files.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }))),
      comments: there.length,
      visibility: 'internal',
    }),
    rehearse: () => [],
    ...options,
  });
  return { there, make };
}

function send(make: (connection: Pick<Connection, 'mayAct'>) => Destination): Promise<SendOutcome> {
  return sendDelivery(
    {
      key: KEY,
      ledger,
      binding: { project: ['acme'] },
      settleMs: 20_000,
      open: make,
      parcelOf: async (delivery) => composeParcel(delivery, LETTER, undefined, async () => new Uint8Array()),
    },
    {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
      random: () => 1,
      log: silentLog,
      deadline: now + 300_000,
    },
  );
}

describe('one delivery', () => {
  it('is found, and not sent again, when its answer was lost', async () => {
    const { there, make } = desk({ outcomes: ['lost'] });
    expect((await send(make)).delivery.state).toBe('delivered');
    expect(there).toHaveLength(1);
  });

  it('waits until what is under way has arrived before it is sent again', async () => {
    const started = now;
    const { there, make } = desk({ outcomes: [new DeliveryFault('uncertain', 'no-answer', 'cut off')] });
    expect((await send(make)).delivery.state).toBe('delivered');
    expect(there).toHaveLength(1);
    expect(now - started).toBeGreaterThanOrEqual(20_000);
  });

  it('is unknown where nobody can look, and stays so', async () => {
    const blind = { capabilities: { canLookUp: false, canReadBack: false, hasVisibility: false } };
    const { there, make } = desk({ ...blind, outcomes: ['lost'] });
    expect((await send(make)).delivery.state).toBe('unknown');
    expect((await send(make)).delivery.state).toBe('unknown');
    expect(there).toHaveLength(1);
  });

  it.each([
    [
      'another content',
      { files: [{ name: `a.${KEY}.pdf`, sha256: 'd2', bytes: 1 }], comments: 1, visibility: 'internal' as const },
      'other content',
    ],
    [
      'it in public',
      { files: [{ name: `a.${KEY}.pdf`, sha256: 'd1', bytes: 1 }], comments: 1, visibility: 'public' as const },
      'it is public, not internal',
    ],
    [
      'it twice',
      { files: [{ name: `a.${KEY}.pdf`, sha256: 'd1', bytes: 1 }], comments: 2, visibility: 'internal' as const },
      'the comment is there 2 times',
    ],
    ['nothing', { files: [], comments: 1, visibility: 'internal' as const }, 'is not there'],
  ])('is misdelivered when the other side has %s', async (_what, found, reason) => {
    const { make } = desk({ readBack: async () => found });
    const { delivery } = await send(make);
    expect(delivery.state).toBe('misdelivered');
    expect(delivery.reason).toContain(reason);
  });

  it('is rejected on the ticket of somebody else, before anything is sent', async () => {
    const { there, make } = desk({ inspect: async () => ({ project: ['larkspur'] }) });
    expect((await send(make)).delivery).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('wrong-customer'),
    });
    expect(there).toEqual([]);
  });

  it('is left to the process that came after one that slept through the end of its lease', async () => {
    const { there, make } = desk();
    let second: SendOutcome | undefined;
    const sleeper = (connection: Pick<Connection, 'mayAct'>) => ({
      ...make(connection),
      inspect: async () => {
        now += HOUR_MS; // suspended; meanwhile another process comes
        second = await send(make);
        return { project: ['acme'] };
      },
    });
    expect((await send(sleeper)).isBusy).toBe(true);
    expect(second?.delivery.state).toBe('delivered');
    expect(there).toHaveLength(1);
  });

  it('is done by one process at a time', async () => {
    const { there, make } = desk();
    const [first, second] = await Promise.all([send(make), send(make)]);
    expect([first.isBusy, second.isBusy]).toEqual([false, true]);
    expect(there).toHaveLength(1);
  });

  it('is given up after eight runs that did not get through', async () => {
    const { make } = desk({
      inspect: async () => {
        throw new DeliveryFault('later', 'unreachable', 'nobody there');
      },
    });
    const states: string[] = [];
    for (let run = 0; run < 9; run++) {
      states.push((await send(make)).delivery.state);
      now += HOUR_MS;
    }
    expect(states).toEqual([...Array.from({ length: 7 }, () => 'pending'), 'rejected', 'rejected']);
  });
});
