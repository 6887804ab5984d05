import { type Lease, releaseLease, takeLease } from './lease.ts';
import type { Store } from './store.ts';

/** One thing that is made exactly once: `scope` is the list it stands on (a schedule, a batch), `name` its place there. */
export interface TaskRef {
  readonly scope: string;
  readonly name: string;
}

/**
 * `open`: to be done, and not begun yet. `begun`: somebody works on it, or died while doing so. `publishing`: the report is about to appear, or did, and nobody has
 * lived to say so. `made`, `failed` and `skipped` are ends; only `failed` is tried again.
 */
const STATES = ['open', 'begun', 'publishing', 'made', 'failed', 'skipped'] as const;
type TaskState = (typeof STATES)[number];

/** A report by which a task ends. `folder` is relative to the workspace. */
export interface TaskReport {
  readonly reportId: string;
  readonly folder: string;
  readonly manifestSha256: string;
}

export interface TaskRecord extends TaskRef {
  readonly state: TaskState;
  /** How often it was begun. */
  readonly attempts: number;
  /** When it came to this state. */
  readonly at: number;
  /** From `publishing` on; of a task about a report from its start. */
  readonly report?: TaskReport;
  /** Of `failed`: code and message. Of `skipped`: why. */
  readonly reason?: string;
}

export interface TaskClaim {
  /** Told to others who wait. */
  readonly owner: string;
  /** Time of the lease: the real one, whatever time the task is about. */
  readonly wallNow: number;
  readonly ttlMs: number;
  /** Whether the process of that name can no longer end what it began. */
  readonly isGone: (owner: string) => boolean;
}

export type Begun =
  | { readonly state: 'begun'; readonly lease: Lease; readonly before?: TaskRecord }
  | { readonly state: 'settled'; readonly record: TaskRecord }
  | { readonly state: 'elsewhere'; readonly owner: string };

/** Takes a task for oneself, unless it is made or skipped already or a living process is at it. */
export function beginTask(store: Store, task: TaskRef, now: number, claim: TaskClaim): Begun {
  const before = readTask(store, task);
  if (before?.state === 'made' || before?.state === 'skipped') return { state: 'settled', record: before };
  const lease = takeTaskLease(store, task, claim);
  if ('holder' in lease) return { state: 'elsewhere', owner: lease.holder };
  // What is being published keeps its report: whether it appeared is found out by who begins it again.
  if (before?.state === 'publishing')
    store.run('UPDATE tasks SET attempts = attempts + 1 WHERE scope = ? AND name = ?', task.scope, task.name);
  else
    put(store, task, {
      state: 'begun',
      attempts: (before?.attempts ?? 0) + 1,
      at: now,
      ...(before?.report && { report: before.report }),
    });
  return { state: 'begun', lease, ...(before && { before }) };
}

/** Writes down that the report is about to appear. To be called in a transaction that has made sure of the lease. */
export function announceTask(store: Store, task: TaskRef, report: TaskReport, now: number): void {
  put(store, task, { state: 'publishing', attempts: attemptsOf(store, task), at: now, report });
}

/** Opens a task about a report that was made; does nothing when it is there. */
export function openTask(store: Store, task: TaskRef, report: TaskReport, now: number): void {
  if (readTask(store, task) === undefined) put(store, task, { state: 'open', attempts: 0, at: now, report });
}

export function settleMade(store: Store, task: TaskRef, report: TaskReport, now: number): void {
  put(store, task, { state: 'made', attempts: attemptsOf(store, task), at: now, report });
}

export function settleFailed(store: Store, task: TaskRef, reason: string, now: number): void {
  const report = readTask(store, task)?.report;
  put(store, task, { state: 'failed', attempts: attemptsOf(store, task), at: now, reason, ...(report && { report }) });
}

/** What was made or skipped meanwhile stays so. */
export function settleSkipped(store: Store, task: TaskRef, reason: string, now: number): void {
  const before = readTask(store, task);
  if (before?.state === 'made' || before?.state === 'skipped') return;
  put(store, task, { state: 'skipped', attempts: before?.attempts ?? 0, at: now, reason });
}

/** Gives a task back as it was before it was begun; what is being published stays so. */
export function abandonTask(store: Store, task: TaskRef, lease: Lease, before: TaskRecord | undefined): void {
  if (readTask(store, task)?.state === 'begun') {
    if (before === undefined) store.run('DELETE FROM tasks WHERE scope = ? AND name = ?', task.scope, task.name);
    else put(store, task, before);
  }
  releaseLease(store, lease);
}

/** Lets what was skipped be made after all. */
export function reopenTask(store: Store, { scope, name }: TaskRef): void {
  store.run("DELETE FROM tasks WHERE scope = ? AND name = ? AND state = 'skipped'", scope, name);
}

/** Forgets a list, so that all of it is made again. */
export function forgetTasks(store: Store, scope: string): void {
  store.run('DELETE FROM tasks WHERE scope = ?', scope);
}

/** All tasks of one list, by name. */
export function listTasks(store: Store, scope: string): TaskRecord[] {
  return store.all('SELECT * FROM tasks WHERE scope = ? ORDER BY name', scope).map(recordOf);
}

function readTask(store: Store, { scope, name }: TaskRef): TaskRecord | undefined {
  const row = store.get('SELECT * FROM tasks WHERE scope = ? AND name = ?', scope, name);
  return row === undefined ? undefined : recordOf(row);
}

function attemptsOf(store: Store, task: TaskRef): number {
  return readTask(store, task)?.attempts ?? 1;
}

/** A holder that is known to be gone is not waited for: after a crash the work goes on at once. */
function takeTaskLease(store: Store, { scope, name }: TaskRef, claim: TaskClaim): Lease | { readonly holder: string } {
  const leaseName = `task ${scope}/${name}`;
  const request = { name: leaseName, owner: claim.owner, now: claim.wallNow, ttlMs: claim.ttlMs };
  const lease = takeLease(store, request);
  if (lease !== undefined) return lease;
  const holder = String(store.get('SELECT owner FROM leases WHERE name = ?', leaseName)?.owner);
  if (!claim.isGone(holder)) return { holder };
  store.run('UPDATE leases SET expires_at = 0 WHERE name = ? AND owner = ?', leaseName, holder);
  return takeLease(store, request) ?? { holder };
}

function put(
  store: Store,
  { scope, name }: TaskRef,
  { state, attempts, at, report, reason }: Omit<TaskRecord, keyof TaskRef>,
): void {
  store.run(
    `INSERT OR REPLACE INTO tasks (scope, name, state, attempts, at, report_id, folder, manifest_sha256, reason)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    scope,
    name,
    state,
    attempts,
    at,
    report?.reportId ?? null,
    report?.folder ?? null,
    report?.manifestSha256 ?? null,
    reason ?? null,
  );
}

function recordOf(row: Readonly<Record<string, unknown>>): TaskRecord {
  const state = STATES.find((candidate) => candidate === row.state);
  if (state === undefined) throw new Error(`the ledger has a task in state ${String(row.state)}`);
  const { report_id: reportId, folder, manifest_sha256: manifestSha256, reason } = row;
  const isReport = typeof reportId === 'string' && typeof folder === 'string' && typeof manifestSha256 === 'string';
  return {
    scope: String(row.scope),
    name: String(row.name),
    state,
    attempts: Number(row.attempts),
    at: Number(row.at),
    ...(isReport && { report: { reportId, folder, manifestSha256 } }),
    ...(typeof reason === 'string' && { reason }),
  };
}
