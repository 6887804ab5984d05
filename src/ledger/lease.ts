import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Store } from './store.ts';

/**
 * The right to do one thing alone, for a limited time. The fence grows each time the lease changes hands, so that a process
 * which slept beyond the end of its lease is told apart from the one that came after it, even where both have the same name.
 */
export interface Lease {
  readonly name: string;
  readonly owner: string;
  readonly fence: number;
  /** Epoch ms; the lease is over from this instant on. */
  readonly expiresAt: number;
}

/** How long a lease is asked for, and by whom. `owner` is told to others who wait: host and process, say. */
export interface LeaseRequest {
  readonly name: string;
  readonly owner: string;
  readonly now: number;
  readonly ttlMs: number;
}

/** Takes a lease that nobody holds; `undefined` while somebody does, the asker itself included. */
export function takeLease(store: Store, { name, owner, now, ttlMs }: LeaseRequest): Lease | undefined {
  const expiresAt = now + ttlMs;
  const row = store.get(
    `INSERT INTO leases (name, owner, expires_at, fence) VALUES (?, ?, ?, 1)
     ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at, fence = fence + 1
     WHERE leases.expires_at <= ?
     RETURNING fence`,
    name,
    owner,
    expiresAt,
    now,
  );
  return row === undefined ? undefined : { name, owner, expiresAt, fence: Number(row.fence) };
}

/** Whether the lease is neither over nor in other hands. To be asked in the transaction that relies on it. */
export function holdsLease(store: Store, lease: Lease, now: number): boolean {
  return (
    store.get(
      'SELECT fence FROM leases WHERE name = ? AND fence = ? AND expires_at > ?',
      lease.name,
      lease.fence,
      now,
    ) !== undefined
  );
}

/** The lease with a later end; `undefined` when it was lost, and then nothing may be done under it any more. */
export function renewLease(store: Store, lease: Lease, now: number, ttlMs: number): Lease | undefined {
  if (!holdsLease(store, lease, now)) return undefined;
  const expiresAt = Math.max(lease.expiresAt, now + ttlMs);
  store.run('UPDATE leases SET expires_at = ? WHERE name = ?', expiresAt, lease.name);
  return { ...lease, expiresAt };
}

/** Gives it back before its end. Does nothing when it is in other hands. */
export function releaseLease(store: Store, lease: Lease): void {
  store.run('UPDATE leases SET expires_at = 0 WHERE name = ? AND fence = ?', lease.name, lease.fence);
}

/** Names this process as the owner of leases, so that others on this machine can tell when it is gone. */
export function thisOwner(): string {
  return `${hostname()} ${process.pid} ${RUN}`;
}

/**
 * Gives back the lease of a process of this machine that is gone: nobody need wait for the end of what a crash left behind.
 * One that sleeps is not gone, and the processes of another machine cannot be seen; those leases end by themselves.
 */
export function releaseAbandoned(store: Store, name: string): void {
  const row = store.get('SELECT owner, fence FROM leases WHERE name = ? AND expires_at > 0', name);
  const [host, pid, run] = String(row?.owner ?? '').split(' ');
  if (row === undefined || host !== hostname() || run === undefined || !/^\d+$/.test(pid ?? '')) return;
  if (Number(pid) === process.pid ? run !== RUN : !isAlive(Number(pid)))
    store.run('UPDATE leases SET expires_at = 0 WHERE name = ? AND fence = ?', name, Number(row.fence));
}

/** Tells this process from an earlier one with the same number, which is the rule in containers. */
const RUN = randomBytes(8).toString('hex');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'; // it lives, under another user
  }
}
