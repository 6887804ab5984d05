// The vocabulary of recommendations, shared by what people write in YAML and by what the rule book emits.

/** Rules of our own rule book, in the order in which they are told. */
export const RECOMMENDATION_IDS = [
  'deploy-rule',
  'log-only-rule',
  'raise-sensitivity',
  'narrow-rules',
  'rate-limit',
  'cache-key',
  'challenge-networks',
  'drop-reflection',
  'prefix-thresholds',
  'keep-sources',
  'lock-origin',
  'origin-capacity',
  'approved-playbook',
  'no-signature',
  'supply-baseline',
  'unsampled-logs',
] as const;
export type RecommendationId = (typeof RECOMMENDATION_IDS)[number];

export const OWNERS = ['customer', 'provider', 'both'] as const;
export type Owner = (typeof OWNERS)[number];

export const EFFORTS = ['low', 'medium', 'high'] as const;
export type Effort = (typeof EFFORTS)[number];

/** What a rule of the workspace may ask about. A measure that the data does not have meets no condition. */
export const CONDITION_MEASURES = [
  'severity',
  'waves',
  'attackIds',
  'signatures',
  'durationMinutes',
  'peakRequestsPerSecond',
  'peakPacketsPerSecond',
  'peakBitsPerSecond',
  'timeToDetectSeconds',
  'timeToMitigateSeconds',
  'timeToContainSeconds',
  'mitigatedPercent',
  'leakedPercent',
  'originErrorPercent',
] as const;
export type ConditionMeasure = (typeof CONDITION_MEASURES)[number];

/** Holds when the measure is known and lies strictly above and below the bounds that are given. */
export interface Condition {
  readonly measure: ConditionMeasure;
  readonly above?: number | undefined;
  readonly below?: number | undefined;
}

/** A recommendation that the provider wrote, for every incident that meets its conditions. */
export interface OwnRecommendation {
  readonly id: string;
  /** All must hold. */
  readonly when: readonly Condition[];
  readonly text: string;
  readonly why?: string | undefined;
  readonly owner: Owner;
  readonly effort: Effort;
}

/** What the analyst of one case does with the recommendations: with an id one is changed or dropped, without one it is new. */
export interface RecommendationEdit {
  readonly id?: string | undefined;
  readonly drop?: true | undefined;
  readonly text?: string | undefined;
  readonly why?: string | undefined;
  readonly owner?: Owner | undefined;
  readonly effort?: Effort | undefined;
}
