/**
 * What is held against the planted truth. Each check is a yes or no in each case it applies to, and a bar is met when the share
 * of yes is within its bounds.
 */
export interface Check {
  readonly bar: number;
  readonly text: string;
  readonly least: number;
  /** Intervals that are too wide are no better than ones that are too narrow. */
  readonly most?: number;
  /** Said, but no bar hangs on it. */
  readonly information?: true;
}

export const CHECKS = {
  edge10s: { bar: 1, text: 'edges of waves within 10 s', least: 0.95 },
  edge1s: { bar: 1, text: 'edges of waves within 1 s, unsampled', least: 0.85 },
  edge60s: { bar: 1, text: 'edges of waves within 60 s', least: 1 },
  edgeStated: { bar: 1, text: 'edges within the stated uncertainty or 1 s', least: 0.9, information: true },
  waves: { bar: 1, text: 'waves found, none invented', least: 0.98 },
  signature: { bar: 2, text: 'signatures with F1 ≥ 0.95 and collateral ≤ 0.1 %', least: 0.95 },
  collateral: { bar: 2, text: 'emitted signatures with collateral ≤ 0.1 %', least: 1 },
  abstain: { bar: 3, text: 'no signature without one (mimic, flash crowd, quiet)', least: 1 },
  noAttack: { bar: 3, text: 'flash crowd and quiet never called an attack', least: 1 },
  evidence: { bar: 4, text: 'signatures with a predicate on the attacker’s side', least: 1 },
  coverage: { bar: 5, text: 'intervals that hold the truth, at least 10 rows expected', least: 0.94, most: 0.975 },
  coverageSmall: { bar: 5, text: 'intervals that hold the truth, fewer rows expected', least: 0.93 },
  attackTotal: { bar: 5, text: 'attack volume inside its interval', least: 0.93, information: true },
  shareInside: { bar: 6, text: 'mitigated share inside its interval', least: 0.93 },
  shareExact: { bar: 6, text: 'mitigated share within 0.5 points, unsampled', least: 1 },
  shareSampled: { bar: 6, text: 'mitigated share within 3 points, sampled', least: 1 },
  // What exceeds the level is known no better than the level: only its interval is a promise.
  shareExcess: { bar: 6, text: 'mitigated share of mimics within 3 points', least: 0.9, information: true },
  peak: { bar: 7, text: 'published peak at most 8 % above the truth', least: 0.95 },
  legitimateExact: { bar: 8, text: 'legitimate mitigated exact, unsampled', least: 1 },
  legitimateInside: { bar: 8, text: 'legitimate mitigated inside its interval, sampled', least: 0.93 },
  spoofed: { bar: 9, text: 'spoofed or not', least: 1 },
  vectors: { bar: 9, text: 'vectors named right without labels', least: 0.97 },
  vectorsLabelled: { bar: 9, text: 'vectors named right with labels', least: 0.97 },
  recurring: { bar: 10, text: 'incidents with shared sources found', least: 1 },
  recurringWrong: { bar: 10, text: 'no other incident named', least: 1 },
  mitigate: { bar: 11, text: 'time to mitigate within 1 s, unsampled', least: 0.95 },
  mitigateSampled: { bar: 11, text: 'time to mitigate within 10 s, sampled', least: 0.95 },
  disorder: { bar: 14, text: 'same result from shuffled and repeated records', least: 1 },
  swapped: { bar: 16, text: 'no signature when attack and baseline are swapped', least: 1 },
  shuffled: { bar: 16, text: 'no signature when times are shuffled', least: 1 },
} as const satisfies Readonly<Record<string, Check>>;

export type CheckName = keyof typeof CHECKS;

/** One answer in one case. */
export interface Mark {
  readonly check: CheckName;
  readonly met: boolean;
  /** What was found instead; said of answers that are no. */
  readonly note?: string;
}
