import type { Receipts } from '../../ledger/ledger.ts';
import type { Call, CallEffect } from '../http/http.ts';
import type { Parcel } from '../parcel/parcel.ts';

/** What a system can do. Everything that makes one delivery from another follows from these, not from its name. */
interface Capabilities {
  /** Whether an earlier attempt can be found there by its key; without it an uncertain outcome stays `unknown`. */
  readonly canLookUp: boolean;
  /** Whether what arrived can be read back and compared. */
  readonly canReadBack: boolean;
  /** Whether it tells internal from public. */
  readonly hasVisibility: boolean;
  /** Longest attachment as far as it is known beforehand. */
  readonly largestBytes?: number;
}

/** What a ticket says of whose it is, by the names that the configuration uses: each may have several values. */
export type TicketFacts = Readonly<Record<string, readonly string[]>>;

/** How the names of steps start that only hand over bytes for a later step to use. */
export const UPLOAD = 'upload';

/** One step on the way. Steps before the last that shows anything are `prepare`, so that a crash leaves nothing half-shown. */
export interface Step {
  readonly name: string;
  readonly effect: Exclude<CallEffect, 'look'>;
  /** @returns what later steps and the read-back need; `flaw` is what is known to be wrong with it. @throws DeliveryFault */
  run(receipts: Receipts): Promise<Receipts[string]>;
}

/** What lies at the other side. */
export interface ReadBack {
  /** Without digest where the bytes cannot be had; then their number is compared. */
  readonly files: readonly { readonly name: string; readonly sha256?: string; readonly bytes: number }[];
  /** Absent where the system does not tell. */
  readonly visibility?: 'internal' | 'public';
  /** Whether the comment with the key is there once; absent where it cannot be told. */
  readonly comments?: number;
}

/** One line of `debrief doctor --destinations`. */
export interface ProbeFinding {
  readonly status: 'ok' | 'warn' | 'fail';
  readonly finding: string;
  readonly cure?: string;
}

/** One customer's place at one system. An adapter is one file that makes it. */
export interface Destination {
  readonly capabilities: Capabilities;
  /** Looks whether credentials and rights are good, without writing anything. */
  probe(ticket: string | undefined): Promise<readonly ProbeFinding[]>;
  /**
   * Fetches the ticket: whose it is. Refuses one that cannot be written to as configured (a private note without the right to
   * write one). @throws DeliveryFault
   */
  inspect(target: string): Promise<TicketFacts>;
  /** In order. */
  steps(parcel: Parcel, target: string): readonly Step[];
  /** The receipts of those steps that took effect already, found by the key. Called only where it can look up. */
  find(parcel: Parcel, target: string): Promise<Receipts>;
  /** Called only where it can read back. */
  readBack(parcel: Parcel, target: string, receipts: Receipts): Promise<ReadBack>;
  /** The calls of one undisturbed delivery in their order, for `--dry-run`. */
  rehearse(parcel: Parcel, target: string): readonly Rehearsed[];
}

/** A call as it will be made; ids that only the other side knows stand as `‹name›`. */
type Rehearsed = Pick<Call, 'method' | 'path'> | { readonly does: string };
