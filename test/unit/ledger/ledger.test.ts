import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReportError } from '../../../src/errors.ts';
import {
  holdsLease,
  type Lease,
  type Ledger,
  openLedger,
  releaseLease,
  renewLease,
  type Store,
  takeLease,
} from '../../../src/ledger/ledger.ts';

const NOON = Date.UTC(2026, 10, 17, 12);

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'debrief-ledger-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

describe('the ledger', () => {
  it('keeps what a transaction wrote and nothing of one that failed', () => {
    const ledger = openLedger(workspace);
    ledger.write((store) => takeLease(store, { name: 'a', owner: 'one', now: NOON, ttlMs: 1000 }));
    expect(() =>
      ledger.write((store) => {
        takeLease(store, { name: 'b', owner: 'one', now: NOON, ttlMs: 1000 });
        throw new Error('on second thoughts');
      }),
    ).toThrow('on second thoughts');
    ledger.close();
    ledger.close();
    expect(() => ledger.read(() => 1)).toThrow('the ledger is closed');
    const again = openLedger(workspace);
    expect(again.read((store) => store.all('SELECT name FROM leases'))).toEqual([{ name: 'a' }]);
    again.close();
  });

  it('is readable by its owner alone and flushes every commit', () => {
    const ledger = openLedger(workspace);
    expect(statSync(ledger.file).mode & 0o777).toBe(0o600);
    const mode = (pragma: string) => Object.values(ledger.read((store) => store.get(`PRAGMA ${pragma}`)) ?? {});
    expect([mode('journal_mode'), mode('synchronous')]).toEqual([['wal'], [2]]);
    ledger.close();
  });

  it('refuses a ledger that a newer Debrief wrote, and one that is none', () => {
    openLedger(workspace).close();
    const file = join(workspace, '.debrief/ledger.sqlite');
    const database = new Database(file);
    database.exec('PRAGMA user_version = 999');
    database.close();
    expect(faultOf(() => openLedger(workspace))).toMatchObject({
      code: 'ledger-unusable',
      message: expect.stringContaining('layout 999'),
    });
    rmSync(join(workspace, '.debrief'), { recursive: true });
    writeFileSync(join(workspace, '.debrief'), 'a file where the folder should be');
    expect(faultOf(() => openLedger(workspace))).toMatchObject({ code: 'ledger-unusable' });
    rmSync(join(workspace, '.debrief'));
    mkdirSync(join(workspace, '.debrief'));
    writeFileSync(file, 'this is no database, whatever its name says'.repeat(100));
    expect(faultOf(() => openLedger(workspace))).toMatchObject({ code: 'ledger-unusable' });
  });

  it('is opened by several processes at once, of which each lease goes to exactly one', async () => {
    const script = `
      import { openLedger, takeLease } from ${JSON.stringify(join(import.meta.dirname, '../../../dist/ledger/ledger.js'))};
      const ledger = openLedger(${JSON.stringify(workspace)});
      let taken = 0;
      for (let n = 0; n < 40; n++)
        if (ledger.write((store) => takeLease(store, { name: 'job ' + n, owner: String(process.pid), now: ${NOON}, ttlMs: 1000 }))) taken++;
      ledger.close();
      console.log(taken);`;
    const run = promisify(execFile);
    const counts = await Promise.all(
      Array.from({ length: 4 }, () => run(process.execPath, ['--input-type=module', '-e', script])),
    );
    expect(counts.reduce((sum, { stdout }) => sum + Number(stdout), 0)).toBe(40);
  });
});

describe('a lease', () => {
  it('is for one at a time, ends by itself and tells its holders apart', () => {
    const ledger = openLedger(workspace);
    const first = mustTake(ledger, 'one', NOON);
    expect(first).toMatchObject({ fence: 1, expiresAt: NOON + 60_000 });
    expect(ledger.write((store) => take(store, 'two', NOON + 59_999))).toBeUndefined();
    const second = mustTake(ledger, 'two', NOON + 60_000);
    expect(second).toMatchObject({ owner: 'two', fence: 2 });
    ledger.write((store) => {
      expect(holdsLease(store, first, NOON + 60_001)).toBe(false); // it slept, and may not act any more
      expect(renewLease(store, first, NOON + 60_001, 60_000)).toBeUndefined();
      releaseLease(store, first); // what it no longer holds it cannot give away
      expect(holdsLease(store, second, NOON + 60_001)).toBe(true);
    });
    ledger.close();
  });

  it('can be made longer, never shorter, and given back', () => {
    const ledger = openLedger(workspace);
    const lease = mustTake(ledger, 'one', NOON);
    ledger.write((store) => {
      expect(renewLease(store, lease, NOON + 1000, 10)?.expiresAt).toBe(NOON + 60_000);
      expect(renewLease(store, lease, NOON + 30_000, 60_000)?.expiresAt).toBe(NOON + 90_000);
      expect(holdsLease(store, lease, NOON + 89_999)).toBe(true);
      releaseLease(store, lease);
      expect(holdsLease(store, lease, NOON + 31_000)).toBe(false);
      expect(take(store, 'two', NOON + 31_000)?.fence).toBe(2);
    });
    ledger.close();
  });
});

function take(store: Store, owner: string, now: number): Lease | undefined {
  return takeLease(store, { name: 'delivery', owner, now, ttlMs: 60_000 });
}

function mustTake(ledger: Ledger, owner: string, now: number): Lease {
  const lease = ledger.write((store) => take(store, owner, now));
  if (!lease) throw new Error('it was expected to be free');
  return lease;
}

function faultOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(ReportError);
    return error;
  }
  throw new Error('it was expected to fail');
}
