/**
 * The planted truth of a case, as written to `truth/<case>.json`: counted on the population itself, never on the files that
 * were written from it. Times are epoch ms UTC, windows half-open, rates per second, bytes as their unit says.
 */
export interface CaseTruth {
  readonly case: string;
  readonly customer: string;
  readonly seed: string;
  readonly window: TruthWindow;
  readonly http?: HttpTruth;
  readonly network?: NetworkTruth;
  readonly summary?: SummaryTruth;
}

export interface TruthWindow {
  readonly start: number;
  readonly end: number;
}

/** Counts by name, largest first; ties by name. */
export type Counts = Readonly<Record<string, number>>;

export interface TopTruth {
  readonly distinct: number;
  /** At most 25. */
  readonly top: readonly (readonly [value: string, count: number])[];
}

/** Highest count in aligned buckets of `windowMs`; the earliest on ties. */
export interface PeakTruth {
  readonly windowMs: number;
  readonly at: number;
  readonly count: number;
  readonly perSecond: number;
}

/** First request or packet of the wave to the first millisecond after the last. */
export interface WaveTruth extends TruthWindow {
  readonly number: number;
  readonly attack: number;
  readonly mitigated: number;
  readonly leaked: number;
  /** First attack request or packet that was stopped. */
  readonly firstMitigatedAt: number;
  /** Start of the first aligned 10 s bucket from which on at least 95 % of the attack is stopped for 60 s or to the end of the wave. */
  readonly containedAt: number;
  readonly peaks: readonly PeakTruth[];
  readonly vectors: readonly string[];
}

export interface ClocksTruth {
  readonly firstAttackAt: number;
  readonly firstMitigatedAt: number;
  readonly containedAt: number;
  readonly endedAt: number;
  readonly timeToMitigateMs: number;
  readonly timeToContainMs: number;
  /** End of the last wave minus start of the first, and the sum of the waves. */
  readonly calendarMs: number;
  readonly activeMs: number;
}

/** Requests of clients; subrequests of Workers and repeated records are left out of everything but their own counts. */
export interface HttpTruth {
  readonly sampling: 'none' | 'adaptive';
  readonly requests: number;
  readonly bytes: number;
  readonly byPopulation: Counts;
  readonly byDisposition: Counts;
  readonly attackByDisposition: Counts;
  readonly legitimateByDisposition: Counts;
  readonly attackReachedOrigin: number;
  readonly reachedOrigin: number;
  readonly origin5xx: number;
  readonly edge5xx: number;
  readonly subrequests: number;
  /** Records that were pushed twice, and events in `firewall_events`. */
  readonly repeatedRecords: number;
  readonly firewallEvents: number;
  readonly minutes: readonly HttpMinuteTruth[];
  readonly waves: readonly WaveTruth[];
  readonly clocks?: ClocksTruth;
  readonly peaks: readonly PeakTruth[];
  readonly attackPeaks: readonly PeakTruth[];
  readonly top: Readonly<Record<string, TopTruth>>;
  readonly attackTop: Readonly<Record<string, TopTruth>>;
  readonly rules: readonly RuleTruth[];
  /** `before` ends with the first wave, `after` starts with the end of the last; `during` is the union of the waves. */
  readonly origin: Readonly<Record<'before' | 'during' | 'after', OriginTruth>>;
  readonly signature?: SignatureTruth;
  readonly vectors: readonly string[];
}

export interface HttpMinuteTruth {
  readonly t: number;
  readonly requests: number;
  readonly attack: number;
  readonly mitigated: number;
  readonly origin: number;
  readonly origin5xx: number;
  readonly bytes: number;
}

export interface RuleTruth {
  readonly id: string;
  readonly description: string;
  readonly source: string;
  readonly action: string;
  readonly requests: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Matches before the first wave. */
  readonly before: number;
}

/** Of requests that the origin answered (`OriginResponseStatus` is not 0). Nearest-rank percentiles. */
export interface OriginTruth {
  readonly answered: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** The same for shoppers alone. */
  readonly legitimateAnswered: number;
  readonly legitimateErrors: number;
}

interface SignatureTruth {
  readonly all: readonly { readonly field: string; readonly op: 'eq' | 'ne' | 'absent'; readonly value?: string }[];
  readonly matchesAttack: number;
  readonly matchesOther: number;
}

/** Packets before sampling. Ingress only; egress is counted apart. */
export interface NetworkTruth {
  readonly sampling: 'dynamic' | 'adaptive';
  readonly packets: number;
  readonly bytes: number;
  readonly attackPackets: number;
  readonly attackBytes: number;
  readonly droppedPackets: number;
  readonly attackDroppedPackets: number;
  readonly attackLeakedPackets: number;
  readonly egressPackets: number;
  /** Rows written to the sampled file. */
  readonly rows: number;
  readonly minutes: readonly NetworkMinuteTruth[];
  readonly waves: readonly WaveTruth[];
  readonly clocks?: ClocksTruth;
  readonly peaks: readonly PeakTruth[];
  readonly attackPeaks: readonly PeakTruth[];
  readonly peakBits: readonly PeakTruth[];
  readonly vectors: readonly VectorTruth[];
  readonly systems: Counts;
  readonly attackIds: readonly AttackIdTruth[];
  readonly campaignId?: string;
  /** Packets by value, of the whole window. */
  readonly top: Readonly<Record<string, TopTruth>>;
  readonly spectrum?: SpectrumTruth;
}

export interface NetworkMinuteTruth {
  readonly t: number;
  readonly packets: number;
  readonly bits: number;
  readonly dropped: number;
  readonly attack: number;
}

export interface VectorTruth extends TruthWindow {
  readonly name: string;
  readonly packets: number;
  readonly bytes: number;
  readonly dropped: number;
  readonly spoofed: boolean;
}

export interface AttackIdTruth extends TruthWindow {
  readonly id: string;
  readonly vector: string;
  readonly wave: number;
  /** Packets that this mitigation dropped. */
  readonly packets: number;
  readonly bytes: number;
}

export interface SpectrumTruth {
  readonly events: number;
  readonly connections: number;
  readonly filtered: number;
}

/** A case that is known by minutes only: no clocks below a minute, no peaks below 60 s. Numbers before adaptive sampling. */
export interface SummaryTruth {
  readonly http: SummaryHttpTruth;
  readonly network: SummaryNetworkTruth;
}

export interface SummaryHttpTruth {
  readonly requests: number;
  readonly bytes: number;
  readonly attack: number;
  readonly mitigated: number;
  readonly attackMitigated: number;
  readonly attackReachedOrigin: number;
  readonly origin: number;
  readonly origin5xx: number;
  /** By `securityAction` and `securitySource` as the API spells them; '' where nothing acted. */
  readonly byAction: Counts;
  readonly bySource: Counts;
  readonly minutes: readonly HttpMinuteTruth[];
  readonly waves: readonly SummaryWaveTruth[];
  readonly peak60s: PeakTruth;
  /** Under the names of the API's dimensions. */
  readonly top: Readonly<Record<string, TopTruth>>;
  readonly vectors: readonly string[];
}

interface SummaryWaveTruth extends TruthWindow {
  readonly number: number;
  readonly attack: number;
  readonly leaked: number;
}

/** Packets of attacks alone; other traffic of the prefix is known from the router only. */
export interface SummaryNetworkTruth {
  readonly packets: number;
  readonly bits: number;
  readonly droppedPackets: number;
  readonly droppedBits: number;
  readonly minutes: readonly {
    readonly t: number;
    readonly packets: number;
    readonly bits: number;
    readonly dropped: number;
  }[];
  readonly attackIds: readonly (TruthWindow & {
    readonly id: string;
    readonly vector: string;
    readonly target: string;
    readonly packets: number;
    readonly bits: number;
    readonly droppedPackets: number;
    readonly droppedBits: number;
  })[];
  readonly vectors: readonly string[];
  /** Highest one-minute mean that the edge router saw, after mitigation, bits per second. */
  readonly routerPeak: { readonly at: number; readonly bitsPerSecond: number };
}
