import type { Dimension } from '../model/dimension.ts';
import type { Measure, MeasureKind } from '../model/measure.ts';
import type { Period } from '../model/period.ts';
import type { TimeWindow } from '../model/time.ts';
import type { Layer } from '../model/traffic.ts';

/** All numbers of a summary of a period (a week, as a rule); no words, no judgement. Immutable and serialisable. */
export interface WeekStats {
  readonly period: Period;
  /** Layers with data in the period: `network` before `http`. */
  readonly layers: readonly WeekLayer[];
  /** Incidents whose waves reach into the period, by their first wave in it. */
  readonly incidents: readonly WeekIncident[];
  /** Union of their waves inside the period, in ms: what overlaps counts once. */
  readonly exposure: Measure;
  /** Time under attack with each vector, the union of waves that name it; longest first. */
  readonly vectors: readonly {
    /** As the reports state it. */
    readonly name: string;
    readonly ms: number;
    /** Of the earlier periods on record, those without it as 0; absent where none is on record. */
    readonly medianMs?: number;
  }[];
  /** Share of the attack traffic that was not mitigated, over all incidents of the layer that was longest under attack. */
  readonly leaked?: { readonly share: Measure; readonly layer: Layer; readonly incidents: number };
  /** How often promises of the agreement were judged, over all incidents. */
  readonly promises: { readonly met: number; readonly missed: number; readonly notMeasurable: number };
  /** Attack ids that the data names, and those of them that lie in no wave of an incident. */
  readonly attackIds?: { readonly total: number; readonly outside: number };
  /** Periods before this one, oldest first, the last is the previous one; those before the first record are left out. */
  readonly past: readonly PastPeriod[];
}

export interface WeekLayer {
  readonly layer: Layer;
  readonly unit: Measure['unit'];
  /** Every source of the period, the first is that of most time. */
  readonly labels: readonly string[];
  readonly kind: MeasureKind;
  readonly sampling: { readonly min: number; readonly max: number };
  readonly holds: 'all' | 'part' | 'attack';
  readonly coverage: Coverage;
  readonly total: Measure;
  readonly mitigated?: Measure;
  readonly passed?: Measure;
  /** Of what nothing is recorded. */
  readonly unknown?: Measure;
  readonly bytes?: Measure;
  /** Highest bucket mean; of bits where the source knows bytes. */
  readonly peak?: Measure;
  readonly bitsPeak?: Measure;
  /** Mean rates of each hour; a gap in the data is null. */
  readonly hours: {
    readonly start: number;
    readonly intervalMs: number;
    readonly passed: readonly (number | null)[];
    readonly mitigated: readonly (number | null)[];
    readonly unknown: readonly (number | null)[];
  };
  readonly days: readonly WeekDay[];
  readonly lists: readonly WeekList[];
  /** The bucket outside of all incidents in which most was mitigated; without a record of what was done, most came in. */
  readonly largestOutside?: {
    readonly at: number;
    readonly windowMs: number;
    readonly mitigated?: Measure;
    readonly total: Measure;
    /** Median of the mean rates of the hours outside of incidents. */
    readonly usual?: Measure;
  };
}

export interface Coverage {
  readonly coveredMs: number;
  /** Of the period, 0 to 1. */
  readonly completeness: number;
  /** Whole quarters of an hour without any data, joined. */
  readonly gaps: readonly TimeWindow[];
}

export interface WeekDay {
  readonly day: string;
  readonly window: TimeWindow;
  readonly coveredMs: number;
  readonly total?: Measure;
  readonly mitigated?: Measure;
  /** What each system mitigated, by its id. */
  readonly systems: readonly { readonly system: string; readonly mitigated: Measure }[];
}

/** All traffic of the period by one dimension; items, `other` and `unknown` add up to it. */
export interface WeekList {
  readonly dimension: Dimension;
  /** Source of the list where it is not that of the sums. */
  readonly label?: string;
  /** False where a day has more values than are kept by name: items are then at least, and within bounds. */
  readonly isExact: boolean;
  /** Largest first. */
  readonly items: readonly WeekItem[];
  readonly other: Measure;
  /** Values in `other`, at least. */
  readonly otherValues: number;
  readonly unknown: Measure;
  /** Of the largest of the previous period those that did not come again. */
  readonly gone: readonly WeekItem[];
}

export interface WeekItem {
  readonly value: string;
  readonly name?: string;
  readonly total: Measure;
  readonly mitigated: Measure;
  readonly rank?: number;
  readonly previousRank?: number;
  readonly previous?: Measure;
  readonly change?: Change;
}

/** Of a rate, from the previous period to this one. A zero base has no ratio. Absent where one of them cannot be compared. */
export type Change =
  | { readonly kind: 'new' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'same' }
  /** This over the previous one, less 1. */
  | { readonly kind: 'ratio'; readonly value: number };

export interface WeekIncident {
  readonly id: string;
  readonly reportId: string;
  readonly title: string;
  /** First wave inside the period or reaching into it; absent end: still running when it was reported. */
  readonly start: number;
  readonly end?: number;
  /** Waves inside the period, cut to it. */
  readonly waves: readonly TimeWindow[];
  /** Time under attack inside the period. */
  readonly exposureMs: number;
  readonly layer: Layer;
  readonly vectors: readonly string[];
  readonly peak?: Measure;
  readonly target?: { readonly dimension: Dimension; readonly value: string };
  readonly timeToMitigateMs?: number;
  readonly severity?: number;
  /** Attack traffic in the whole incident. */
  readonly attackTotal?: Measure;
  /** Share of it that was not mitigated. */
  readonly leaked?: Measure;
  readonly missed: number;
  readonly attackIds: number;
  /** Whether its report found the senders of packets forged. */
  readonly spoofed?: boolean;
  /** Whether its report lies beside that of the period as a page. */
  readonly hasPage: boolean;
  readonly evidence: readonly string[];
}

/** A period before this one, in the numbers that are compared. */
export interface PastPeriod {
  readonly period: Period;
  readonly incidents: number;
  readonly exposureMs: number;
  readonly leakedShare?: number;
  readonly missed?: number;
  readonly layers: readonly {
    readonly layer: Layer;
    readonly unit: Measure['unit'];
    readonly completeness: number;
    readonly coveredMs: number;
    readonly total: Measure;
    readonly mitigated?: Measure;
    readonly peak?: Measure;
    readonly bitsPeak?: Measure;
  }[];
}
