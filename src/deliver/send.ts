import {
  changeDelivery,
  circuitOf,
  closeCircuit,
  type Delivery,
  type DeliveryChange,
  findDelivery,
  type Lease,
  LeaseLost,
  type Ledger,
  leaseOf,
  openCircuit,
  releaseAbandoned,
  releaseLease,
  renewLease,
  takeLease,
  thisOwner,
} from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import { MINUTE_MS } from '../model/time.ts';
import { type Destination, type ReadBack, type Step, UPLOAD } from './destinations/destination.ts';
import { DeliveryFault } from './fault.ts';
import { type Binding, findStranger } from './guard/binding.ts';
import type { Connection } from './http/http.ts';
import { pauseAfter } from './http/pace.ts';
import type { Parcel } from './parcel/parcel.ts';

/** A lease is renewed before every call; the longest call must fit into it. */
const LEASE_MS = 10 * MINUTE_MS;
/** A destination that refused its credentials is left alone this long. */
const CIRCUIT_MS = 15 * MINUTE_MS;
/** After so many runs that did not get through it is given up. */
const MOST_ATTEMPTS = 8;
/** How often one run begins a step anew after an outcome that was not known, or a token that had expired. */
const MOST_REPEATS = 3;

export interface SendRequest {
  readonly key: string;
  readonly ledger: Ledger;
  /** What the ticket must say; absent where there is no ticket. */
  readonly binding: Binding | undefined;
  readonly settleMs: number;
  readonly open: (connection: Pick<Connection, 'mayAct'>) => Destination;
  /** What goes out of the alternative that is chosen. */
  readonly parcelOf: (delivery: Delivery) => Promise<Parcel>;
}

export interface SendEffects {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
  readonly log: Log;
  /** Epoch ms after which nothing more is waited for. */
  readonly deadline: number;
}

/** A delivery after one run at it, or that another process is at it. */
export type SendOutcome = { readonly delivery: Delivery; readonly isBusy: boolean };

/**
 * Brings one delivery as far as it gets in one run. What could have reached the other side is written down before it is
 * begun, and looked for there before it is begun again; so it arrives once, whatever is killed or cut off in between.
 */
export async function sendDelivery(request: SendRequest, effects: SendEffects): Promise<SendOutcome> {
  const { ledger, key } = request;
  const name = leaseOf(key);
  const lease = ledger.write((store) => {
    releaseAbandoned(store, name);
    return takeLease(store, { name, owner: thisOwner(), now: effects.now(), ttlMs: LEASE_MS });
  });
  const delivery = ledger.read((store) => findDelivery(store, key));
  if (!delivery) throw new Error(`delivery ${key} is not in the ledger`);
  if (!lease) return { delivery, isBusy: true };
  const run = new Run(request, effects, lease, delivery);
  try {
    return { delivery: await run.work(), isBusy: false };
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    effects.log.warn(`${error.message}; another process goes on with ${key}`);
    return { delivery: ledger.read((store) => findDelivery(store, key)) ?? delivery, isBusy: true };
  } finally {
    ledger.write((store) => releaseLease(store, run.lease));
  }
}

/** One run at one delivery, under one lease. */
class Run {
  lease: Lease;
  #delivery: Delivery;
  readonly #request: SendRequest;
  readonly #effects: SendEffects;
  readonly #destination: Destination;

  constructor(request: SendRequest, effects: SendEffects, lease: Lease, delivery: Delivery) {
    this.#request = request;
    this.#effects = effects;
    this.lease = lease;
    this.#delivery = delivery;
    this.#destination = request.open({ mayAct: () => this.#renew() });
  }

  async work(): Promise<Delivery> {
    const { capabilities } = this.#destination;
    const { state } = this.#delivery;
    if (state === 'delivered' || state === 'misdelivered' || state === 'cancelled') return this.#delivery;
    if (state === 'unknown' && !capabilities.canLookUp) return this.#delivery;
    const wait = (this.#delivery.nextAttemptAt ?? 0) - this.#effects.now();
    if (wait > 0) {
      if (this.#effects.now() + wait > this.#effects.deadline) return this.#delivery;
      await this.#effects.sleep(wait);
    }
    const circuit = this.#request.ledger.read((store) => circuitOf(store, this.#delivery.destination));
    const closesAt = (circuit?.openedAt ?? 0) + CIRCUIT_MS;
    if (circuit && closesAt > this.#effects.now())
      return this.#save({ state: this.#openState(), reason: `not tried: ${circuit.reason}`, nextAttemptAt: closesAt });
    try {
      return await this.#deliver();
    } catch (error) {
      if (!(error instanceof DeliveryFault)) throw error;
      return this.#conclude(error);
    }
  }

  async #deliver(): Promise<Delivery> {
    await this.#checkTicket();
    if (this.#delivery.begun || this.#delivery.state === 'unknown') {
      const isKnown = await this.#settle();
      if (!isKnown)
        return this.#save({ state: 'unknown', reason: this.#delivery.reason ?? 'it was begun and never answered' });
    }
    for (let repeats = 0; ; repeats++)
      try {
        const parcel = await this.#request.parcelOf(this.#delivery);
        for (const step of this.#openSteps(parcel)) await this.#take(step);
        return await this.#verify(parcel);
      } catch (error) {
        if (!(error instanceof DeliveryFault)) throw error;
        if (!(await this.#recover(error, repeats))) throw error;
      }
  }

  /** Whose ticket it is, before anything is sent; also that it can be written to as configured. */
  async #checkTicket(): Promise<void> {
    const { binding } = this.#request;
    const facts = await this.#destination.inspect(this.#delivery.target);
    this.#request.ledger.write((store) => closeCircuit(store, this.#delivery.destination));
    const stranger = binding && findStranger(facts, binding);
    if (stranger !== undefined)
      throw new DeliveryFault(
        'rejected',
        'wrong-customer',
        `${this.#delivery.target} is not a ticket of ${this.#delivery.customer}: ${stranger}`,
      );
  }

  /** Steps that did not take effect yet. An upload is of no use once what uses it is done. */
  #openSteps(parcel: Parcel): readonly Step[] {
    const steps = this.#destination.steps(parcel, this.#delivery.target);
    const isDone = (step: Step) => step.name in this.#delivery.receipts;
    const last = steps.findLastIndex((step) => step.effect === 'act' && isDone(step));
    return steps.filter((step, index) => !isDone(step) && !(step.effect === 'prepare' && index < last));
  }

  async #take(step: Step): Promise<void> {
    if (step.effect === 'act')
      this.#save({
        state: 'sending',
        begun: { step: step.name, at: this.#effects.now() },
        reason: undefined,
        nextAttemptAt: undefined,
      });
    const receipt = await step.run(this.#delivery.receipts);
    this.#save({
      state: this.#openState(),
      begun: undefined,
      receipts: { ...this.#delivery.receipts, [step.name]: receipt },
    });
  }

  /** Reads back what arrived, and says so if it is not what was sent. */
  async #verify(parcel: Parcel): Promise<Delivery> {
    const { capabilities } = this.#destination;
    const { target, receipts } = this.#delivery;
    const flaw = Object.values(receipts).find((receipt) => receipt.flaw !== undefined)?.flaw;
    const wrong =
      flaw ??
      (capabilities.canReadBack
        ? findDifference(parcel, await this.#destination.readBack(parcel, target, receipts), capabilities.hasVisibility)
        : undefined);
    return this.#save(
      wrong === undefined
        ? { state: 'delivered', reason: undefined }
        : { state: 'misdelivered', reason: String(wrong) },
    );
  }

  /** Whether the run goes on after a fault: the next smaller choice, a fresh upload, or what is known after looking. */
  async #recover(fault: DeliveryFault, repeats: number): Promise<boolean> {
    const { chosen, alternatives, receipts } = this.#delivery;
    if (
      fault.outcome === 'rejected' &&
      fault.reason === 'too-large' &&
      chosen + 1 < alternatives.length &&
      !this.#isShown()
    ) {
      this.#effects.log.warn(
        `${alternatives[chosen]?.choice} is too large for ${this.#delivery.destination}: ${fault.message}`,
      );
      this.#save({ state: 'pending', chosen: chosen + 1, receipts: {}, begun: undefined });
      return true;
    }
    if (repeats >= MOST_REPEATS) return false;
    if (fault.reason === 'expired') {
      this.#save({
        state: 'pending',
        receipts: Object.fromEntries(Object.entries(receipts).filter(([name]) => !isUpload(name))),
        begun: undefined,
      });
      return true;
    }
    if (fault.outcome !== 'uncertain' || !this.#delivery.begun || !this.#destination.capabilities.canLookUp)
      return false;
    this.#effects.log.warn(`${fault.message}; looking whether it arrived`);
    const pause = pauseAfter(repeats + 1, this.#effects.random);
    if (this.#effects.now() + this.#request.settleMs + pause > this.#effects.deadline) return false;
    await this.#effects.sleep(pause);
    return this.#settle();
  }

  /**
   * After an outcome that is not known: waits until what is under way has arrived, looks for the key, and takes down what is
   * there. False when one cannot look.
   */
  async #settle(): Promise<boolean> {
    if (!this.#destination.capabilities.canLookUp) return false;
    const settledAt = (this.#delivery.begun?.at ?? this.#delivery.updatedAt) + this.#request.settleMs;
    const parcel = await this.#request.parcelOf(this.#delivery);
    const look = async () => {
      const found = await this.#destination.find(parcel, this.#delivery.target);
      return {
        found,
        isThere: this.#delivery.begun ? this.#delivery.begun.step in found : Object.keys(found).length > 0,
      };
    };
    let seen = await look();
    if (!seen.isThere && settledAt > this.#effects.now()) {
      await this.#effects.sleep(settledAt - this.#effects.now());
      seen = await look();
    }
    this.#save({
      state: 'sending',
      begun: undefined,
      receipts: { ...this.#delivery.receipts, ...seen.found },
      reason: undefined,
    });
    return true;
  }

  /** How a run ends that could not finish. */
  #conclude(fault: DeliveryFault): Delivery {
    const now = this.#effects.now();
    if (fault.opensCircuit)
      this.#request.ledger.write((store) => openCircuit(store, this.#delivery.destination, fault.message, now));
    const attempts = this.#delivery.attempts + 1;
    const { begun } = this.#delivery;
    if (begun && fault.outcome === 'uncertain' && !this.#destination.capabilities.canLookUp)
      return this.#save({ state: 'unknown', reason: fault.message, attempts });
    // Where something is there already, what is missing or cannot be read back is for a person.
    if (fault.outcome === 'rejected')
      return this.#save({
        state: this.#isShown() ? 'unknown' : 'rejected',
        reason: `${fault.reason}: ${fault.message}`,
        begun: undefined,
        attempts,
      });
    if (attempts >= MOST_ATTEMPTS && fault.outcome === 'later' && !this.#isShown())
      return this.#save({
        state: 'rejected',
        reason: `given up after ${attempts} attempts: ${fault.message}`,
        attempts,
      });
    if (fault.outcome === 'later') this.#save({ state: this.#isShown() ? 'sending' : 'pending', begun: undefined }); // nothing was taken
    const pause = fault.retryAfterMs ?? pauseAfter(attempts, this.#effects.random);
    return this.#save({ state: this.#openState(), reason: fault.message, attempts, nextAttemptAt: now + pause });
  }

  #openState(): 'pending' | 'sending' | 'unknown' {
    if (this.#delivery.state === 'unknown') return 'unknown';
    return this.#delivery.begun || this.#isShown() ? 'sending' : 'pending';
  }

  /** Whether anything can be seen at the other side: the receipt of anything but an upload that waits to be used. */
  #isShown(): boolean {
    return Object.keys(this.#delivery.receipts).some((name) => !isUpload(name));
  }

  #save(change: DeliveryChange): Delivery {
    const now = this.#effects.now();
    this.#delivery = this.#request.ledger.write((store) =>
      changeDelivery(store, this.lease, this.#delivery, change, now),
    );
    return this.#delivery;
  }

  /** @throws LeaseLost when this process slept too long: another one may be at it. */
  #renew(): void {
    const renewed = this.#request.ledger.write((store) => renewLease(store, this.lease, this.#effects.now(), LEASE_MS));
    if (!renewed) throw new LeaseLost(this.lease.name);
    this.lease = renewed;
  }
}

function isUpload(step: string): boolean {
  return step.startsWith(UPLOAD);
}

/** What is not as it was sent; `undefined` when all is well. */
export function findDifference(parcel: Parcel, there: ReadBack, hasVisibility: boolean): string | undefined {
  for (const file of parcel.files) {
    const [first, second] = there.files.filter(({ name }) => name === file.name);
    if (first === undefined) return `${file.name} is not there`;
    if (second !== undefined) return `${file.name} is there more than once`;
    if (first.bytes !== file.bytes || (first.sha256 !== undefined && first.sha256 !== file.sha256))
      return `${file.name} is there with other content: ${first.bytes} bytes, sent ${file.bytes}`;
  }
  if (there.comments !== undefined && there.comments !== 1) return `the comment is there ${there.comments} times`;
  if (hasVisibility && there.visibility !== parcel.visibility)
    return `it is ${there.visibility ?? 'of unknown visibility'}, not ${parcel.visibility}`;
  return undefined;
}
