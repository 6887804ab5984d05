import { z } from 'zod';
import { withoutSecrets } from '../model/secrets.ts';
import { holdsLease, type Lease, releaseAbandoned, releaseLease, takeLease, thisOwner } from './lease.ts';
import type { Store } from './store.ts';

/**
 * pending: to be sent, now or later · sending: something may have reached the other side · delivered: read back and right, or
 * taken over where nothing can be read back · rejected: refused, and asking again as it is would not help · unknown: it cannot
 * be known whether it arrived, a person has to say · misdelivered: it arrived, but not as it should (an incident) ·
 * cancelled: a person, or a later revision, ended it.
 */
export const DELIVERY_STATES = [
  'pending',
  'sending',
  'delivered',
  'rejected',
  'unknown',
  'misdelivered',
  'cancelled',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Documents to attach, as they were frozen before the first byte went out. */
const frozenFile = z.object({ name: z.string(), type: z.string(), sha256: z.string(), bytes: z.number() });
const alternative = z.object({
  /** What is in it, in the words of the configuration: `pdf + zip`. */
  choice: z.string(),
  files: z.array(frozenFile),
});
/** What the other side answered, by step: ids and tokens. */
const receipts = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number()])));

const deliveryRow = z
  .object({
    key: z.string(),
    customer: z.string(),
    kind: z.string(),
    subject: z.string(),
    revision: z.number(),
    report_id: z.string(),
    folder: z.string(),
    destination: z.string(),
    target: z.string(),
    tlp: z.string(),
    visibility: z.string(),
    approved_by: z.string().nullable(),
    letter_sha256: z.string(),
    alternatives: z.string(),
    chosen: z.number(),
    state: z.enum(DELIVERY_STATES),
    attempts: z.number(),
    next_attempt_at: z.number().nullable(),
    reason: z.string().nullable(),
    receipts: z.string(),
    begun_step: z.string().nullable(),
    begun_at: z.number().nullable(),
    created_at: z.number(),
    updated_at: z.number(),
  })
  .transform((row) => ({
    key: row.key,
    customer: row.customer,
    kind: row.kind,
    /** Incident or period. */
    subject: row.subject,
    revision: row.revision,
    reportId: row.report_id,
    /** Relative to the workspace where it lies in it. */
    folder: row.folder,
    destination: row.destination,
    /** Ticket, or the place that a destination without tickets writes to. */
    target: row.target,
    tlp: row.tlp,
    visibility: row.visibility === 'public' ? ('public' as const) : ('internal' as const),
    approvedBy: row.approved_by ?? undefined,
    /** Of what the comment is made of. */
    letterSha256: row.letter_sha256,
    /** In the order in which they are tried; a later one only when the one before is too large. */
    alternatives: z.array(alternative).parse(JSON.parse(row.alternatives)),
    chosen: row.chosen,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at ?? undefined,
    reason: row.reason ?? undefined,
    receipts: receipts.parse(JSON.parse(row.receipts)),
    /** Step whose outcome is open, and when it was begun. */
    begun: row.begun_step === null ? undefined : { step: row.begun_step, at: row.begun_at ?? 0 },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));

export type Delivery = z.output<typeof deliveryRow>;
export type Receipts = Delivery['receipts'];
export type FrozenFile = z.infer<typeof frozenFile>;

export type NewDelivery = Pick<
  Delivery,
  | 'key'
  | 'customer'
  | 'kind'
  | 'subject'
  | 'revision'
  | 'reportId'
  | 'folder'
  | 'destination'
  | 'target'
  | 'tlp'
  | 'visibility'
  | 'letterSha256'
  | 'alternatives'
>;

/** Writes down what is to be sent, unless it is there already: what was frozen first is what goes. */
export function planDelivery(store: Store, plan: NewDelivery, now: number): Delivery {
  const added = store.run(
    `INSERT OR IGNORE INTO deliveries (key, customer, kind, subject, revision, report_id, folder, destination, target, tlp,
       visibility, letter_sha256, alternatives, created_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    plan.key,
    plan.customer,
    plan.kind,
    plan.subject,
    plan.revision,
    plan.reportId,
    plan.folder,
    plan.destination,
    plan.target,
    plan.tlp,
    plan.visibility,
    plan.letterSha256,
    JSON.stringify(plan.alternatives),
    now,
    now,
  );
  if (added > 0) record(store, plan.key, now, 'pending', 'planned');
  const delivery = findDelivery(store, plan.key);
  if (!delivery) throw new Error(`delivery ${plan.key} was just written`);
  return delivery;
}

export function findDelivery(store: Store, key: string): Delivery | undefined {
  const row = store.get('SELECT * FROM deliveries WHERE key = ?', key);
  return row === undefined ? undefined : deliveryRow.parse(row);
}

/** Oldest first. */
export function listDeliveries(
  store: Store,
  wanted: { readonly states?: readonly DeliveryState[]; readonly customer?: string } = {},
): readonly Delivery[] {
  const states = wanted.states ?? DELIVERY_STATES;
  const rows = store.all(
    `SELECT * FROM deliveries WHERE state IN (${states.map(() => '?').join(', ')}) AND (? IS NULL OR customer = ?)
     ORDER BY created_at, key`,
    ...states,
    wanted.customer ?? null,
    wanted.customer ?? null,
  );
  return rows.map((row) => deliveryRow.parse(row));
}

export interface DeliveryChange {
  readonly state: DeliveryState;
  readonly chosen?: number;
  readonly attempts?: number;
  readonly nextAttemptAt?: number | undefined;
  readonly reason?: string | undefined;
  readonly receipts?: Receipts;
  readonly begun?: Delivery['begun'];
}

/** The lease is over or in other hands: whoever worked under it must stop at once. */
export class LeaseLost extends Error {
  constructor(name: string) {
    super(`the lease on ${name} is over`);
    this.name = 'LeaseLost';
  }
}

/**
 * Changes a delivery on behalf of the one process that works at it.
 * @throws LeaseLost when that is no longer this one; nothing was changed then.
 */
export function changeDelivery(
  store: Store,
  lease: Lease,
  delivery: Delivery,
  change: DeliveryChange,
  now: number,
): Delivery {
  if (!holdsLease(store, lease, now)) throw new LeaseLost(lease.name);
  return writeChange(store, delivery, change, now, undefined);
}

/**
 * Changes a delivery because a person, who is named in the history, or a later report says so. Nothing happens while a process
 * works at it, or when it is in none of the states that the change is for.
 * @returns the changed delivery; `undefined` when nothing happened.
 */
export function settleDelivery(
  store: Store,
  key: string,
  change: DeliveryChange & { readonly from: readonly DeliveryState[]; readonly by: string },
  now: number,
): Delivery | undefined {
  const name = leaseOf(key);
  releaseAbandoned(store, name);
  const lease = takeLease(store, { name, owner: thisOwner(), now, ttlMs: 1 });
  if (!lease) return undefined;
  const delivery = findDelivery(store, key);
  const { from, by, ...rest } = change;
  const changed = delivery && from.includes(delivery.state) ? writeChange(store, delivery, rest, now, by) : undefined;
  releaseLease(store, lease);
  return changed;
}

/** Takes down who approved it, once; also while a process works at it. */
export function approveDelivery(store: Store, key: string, by: string, now: number): void {
  const approved = store.run('UPDATE deliveries SET approved_by = ? WHERE key = ? AND approved_by IS NULL', by, key);
  if (approved > 0) record(store, key, now, 'approved', `by ${by}`);
}

/** Name of the lease that a process holds while it works at a delivery. */
export function leaseOf(key: string): string {
  return `delivery ${key}`;
}

function writeChange(
  store: Store,
  delivery: Delivery,
  change: DeliveryChange,
  now: number,
  by: string | undefined,
): Delivery {
  const reason = 'reason' in change ? change.reason : delivery.reason;
  const next = { ...delivery, ...change, reason: reason && withoutSecrets(reason), updatedAt: now };
  store.run(
    `UPDATE deliveries SET state = ?, chosen = ?, attempts = ?, next_attempt_at = ?, reason = ?, receipts = ?, begun_step = ?,
       begun_at = ?, updated_at = ? WHERE key = ?`,
    next.state,
    next.chosen,
    next.attempts,
    next.nextAttemptAt ?? null,
    next.reason ?? null,
    JSON.stringify(next.receipts),
    next.begun?.step ?? null,
    next.begun?.at ?? null,
    now,
    delivery.key,
  );
  if (
    next.state !== delivery.state ||
    next.reason !== delivery.reason ||
    next.begun?.step !== delivery.begun?.step ||
    by !== undefined
  )
    record(store, delivery.key, now, next.state, describe(next, by));
  return next;
}

function describe(next: Delivery, by: string | undefined): string {
  const words = [by === undefined ? '' : `by ${by}`, next.begun ? `begin ${next.begun.step}` : '', next.reason ?? ''];
  return words.filter((word) => word !== '').join('; ');
}

function record(store: Store, key: string, now: number, state: DeliveryState | 'approved', detail: string): void {
  store.run('INSERT INTO delivery_events (key, at, state, detail) VALUES (?, ?, ?, ?)', key, now, state, detail);
}

export interface DeliveryEvent {
  readonly at: number;
  readonly state: string;
  readonly detail: string;
}

/** Everything that happened to one delivery, oldest first. */
export function eventsOf(store: Store, key: string): readonly DeliveryEvent[] {
  return store
    .all('SELECT at, state, detail FROM delivery_events WHERE key = ? ORDER BY id', key)
    .map((row) => ({ at: Number(row.at), state: String(row.state), detail: String(row.detail) }));
}

/** A destination that refused its credentials is left alone until this long after, or until doctor or a person closes it. */
export function openCircuit(store: Store, destination: string, reason: string, now: number): void {
  store.run(
    'INSERT OR REPLACE INTO circuits (destination, opened_at, reason) VALUES (?, ?, ?)',
    destination,
    now,
    reason,
  );
}

export function closeCircuit(store: Store, destination: string): void {
  store.run('DELETE FROM circuits WHERE destination = ?', destination);
}

export function circuitOf(
  store: Store,
  destination: string,
): { readonly openedAt: number; readonly reason: string } | undefined {
  const row = store.get('SELECT opened_at, reason FROM circuits WHERE destination = ?', destination);
  return row === undefined ? undefined : { openedAt: Number(row.opened_at), reason: String(row.reason) };
}
