import { createHash } from 'node:crypto';

/** A finished report that is to be delivered. */
export interface DeliveryJob {
  /** Folder of the report, relative to the workspace. */
  readonly folder: string;
  /** Only these destinations of the customer. */
  readonly destinations?: readonly string[];
}

export interface TakenJob extends DeliveryJob {
  readonly id: string;
}

/** A job that failed as often as it may. */
export interface DeadLetter extends DeliveryJob {
  readonly reason: string;
}

/** How many jobs wait, are being worked at, are done and are given up. */
interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly done: number;
  readonly dead: number;
}

/**
 * Deliveries of one workspace that wait for a worker, shared by processes. A job is taken by one at a time; who is not heard of
 * for a while loses it. That may be done twice: what is sent once and only once is the business of the ledger.
 */
export interface WorkQueue {
  /** `known` while the same delivery is in the queue. A dead letter of it is gone then: it has another chance. */
  add(job: DeliveryJob): Promise<'added' | 'known'>;
  take(): Promise<TakenJob | undefined>;
  complete(job: TakenJob): Promise<void>;
  /** Tried again after a pause; a dead letter after the last time. */
  fail(job: TakenJob, reason: string): Promise<void>;
  /** Lets another one take it at once; it does not count as a try. */
  handBack(job: TakenJob): Promise<void>;
  /** Says that whoever took it is alive; to be called more often than the queue waits for a dead one. */
  renew(job: TakenJob): Promise<void>;
  /** How often `renew` is to be called. */
  readonly renewEveryMs: number;
  counts(): Promise<QueueCounts>;
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** Puts every dead letter back. @returns how many. */
  revive(): Promise<number>;
  close(): Promise<void>;
}

/** The same for the same delivery, so that it is queued once; in the form of a UUID. */
export function jobIdOf({ folder, destinations = [] }: DeliveryJob): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([folder, [...destinations].sort()]))
    .digest('hex');
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
}
