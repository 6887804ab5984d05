/** Why something did not arrive, in the words of the ledger. */
export type FaultReason =
  | 'too-large'
  | 'not-authorised'
  | 'not-found'
  | 'refused'
  | 'redirected'
  | 'insecure'
  | 'unreachable'
  | 'rate-limited'
  | 'no-answer'
  | 'unexpected-answer'
  | 'expired'
  | 'wrong-customer'
  | 'wrong-visibility';

/**
 * What a failed step means for what is to be sent.
 * rejected: the other side took nothing and will not · later: it took nothing and may later · uncertain: nobody here knows
 * whether it took it.
 */
export type FaultOutcome = 'rejected' | 'later' | 'uncertain';

/** A step at a destination that failed, judged by the adapter that knows the system. Never a defect of ours. */
export class DeliveryFault extends Error {
  readonly outcome: FaultOutcome;
  readonly reason: FaultReason;
  /** What the other side asked for; wins over our own pace. */
  readonly retryAfterMs: number | undefined;
  /** Whether the credentials as such were refused, so that nothing else will get through with them either. */
  readonly opensCircuit: boolean;

  constructor(
    outcome: FaultOutcome,
    reason: FaultReason,
    message: string,
    options: {
      readonly retryAfterMs?: number | undefined;
      readonly opensCircuit?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DeliveryFault';
    this.outcome = outcome;
    this.reason = reason;
    this.retryAfterMs = options.retryAfterMs;
    this.opensCircuit = options.opensCircuit ?? false;
  }
}
