import type { Dimension } from '../model/dimension.ts';
import type { Measure, Unit } from '../model/measure.ts';
import type { NetworkKind } from '../model/network-kind.ts';
import type { Predicate } from '../model/signature.ts';
import type { TimeWindow } from '../model/time.ts';
import type { Disposition, Layer, MitigationSystem } from '../model/traffic.ts';
import type { PacketKind } from './packet-kinds.ts';

/** All numbers of a case; no words, no judgement. Immutable and serialisable. */
export interface AttackStats {
  /** Period of the report: the case's window, or the extent of the data. */
  readonly window: TimeWindow;
  /** Length of the gap under which attack ids and bursts count as one wave. */
  readonly mergeGapMs: number;
  readonly waves: readonly WaveStats[];
  readonly attackIds: readonly AttackIdStats[];
  /** Calendar (first start to last end) and active (union of waves) length in ms; absent while an attack is still running. */
  readonly duration: { readonly calendar?: Measure; readonly active?: Measure };
  readonly clocks: Clocks;
  /** Layers that have data: `network` before `http`. */
  readonly layers: readonly LayerStats[];
  /** Same quantity from two sources of one layer, where they differ by more than 10 %. */
  readonly disagreements: readonly Disagreement[];
  /** What tells the attack from legitimate traffic: of each layer a list, in order; each holds what those before it do not match. */
  readonly signatures: readonly SignatureStats[];
  /** Layers for which no signature is published, and why. */
  readonly abstained: readonly Abstention[];
  /** Volume far above the usual without any evidence of an attack. */
  readonly surges: readonly SurgeStats[];
  /** Who took part, of each layer that can tell; where senders are forged these are nobody's addresses. */
  readonly senders: readonly SenderStats[];
  /** Every earlier incident that could be compared, of each layer, by its start: whether enough is shared is a judgement. */
  readonly recurring: readonly RecurrenceStats[];
}

/** Addresses that attacked in the waves and were seen neither before nor after. */
export interface SenderStats {
  readonly layer: Layer;
  /** All that were seen; of sampled traffic at least so many. */
  readonly total: Measure;
  /** Those that are kept for later incidents, in the order of their text: the largest, and a sample of all. */
  readonly kept: readonly string[];
}

/** What the senders of this incident have in common with those that an earlier one has on record. */
export interface RecurrenceStats {
  readonly layer: Layer;
  readonly incidentId: string;
  readonly startedAt: number;
  /** Addresses on record that attacked again. */
  readonly shared: Measure;
  readonly onRecord: Measure;
  /** How many would be shared by coincidence: as many as of the regular visitors are on that record. */
  readonly expectedByChance: number;
  /** Share of the attack traffic in its first minute that came from addresses on record; absent where that minute is empty. */
  readonly ofFirstMinute?: Measure;
}

/** One rule of a signature, measured on traffic that was not used to find it. */
interface SignatureStats {
  readonly layer: Layer;
  /** All conditions hold for a match; at least one is about the sender. */
  readonly all: readonly Predicate[];
  /** What was hit: names the scope of a rule, never evidence and not part of what is counted here. */
  readonly scope: readonly Predicate[];
  /** Share of the attack (the excess over the expected traffic) that matches. */
  readonly coverage: Measure;
  /** Volume that matches in the waves. */
  readonly matched: Measure;
  /** Share of the hold-out that matches; without a match the upper bound is 3/n. */
  readonly collateral: Measure;
  /** Records of the hold-out: the last 30 % of the time before the attack, not used to find the rule. */
  readonly holdOut: Measure;
  /** How far single values differ between attack and baseline, most telling first. */
  readonly attributes: readonly {
    readonly field: string;
    readonly value: string | number | null;
    readonly shareInAttack: Measure;
    readonly shareInBaseline: Measure;
  }[];
  readonly waves: readonly {
    readonly number: number;
    readonly matched: Measure;
    readonly mitigated?: Measure;
    /** Matched and not mitigated. */
    readonly leaked?: Measure;
    /** Matched, not mitigated and answered by the origin. */
    readonly reachedOrigin?: Measure;
  }[];
}

interface Abstention {
  readonly layer: Layer;
  readonly reason: 'no-baseline' | 'too-little-baseline' | 'no-separation' | 'no-attack';
}

interface SurgeStats {
  readonly layer: Layer;
  readonly start: number;
  /** Absent while it is still going on at the end of the data. */
  readonly end?: number;
  /** Half-width of the uncertainty of start and end, ms. */
  readonly uncertaintyMs: number;
  readonly total: Measure;
  /** What the traffic before would have brought in as much time. */
  readonly expected: Measure;
}

/** Attack ids and bursts of a case that overlap or lie less than the merge gap apart, whichever targets they hit. */
export interface WaveStats {
  /** 1-based, by start. */
  readonly number: number;
  readonly start: number;
  /** Absent while the wave is still running at the end of the data. */
  readonly end?: number;
  /** Half-width of the uncertainty of start and end, ms: one bucket, or more. */
  readonly uncertaintyMs: number;
  readonly layers: readonly Layer[];
  /** How the wave was found. */
  readonly basis: 'attack-ids' | 'mitigation' | 'volume' | 'timeline';
  readonly attackIds: readonly string[];
  /** As the sources named them, largest first. */
  readonly vectors: readonly string[];
  /** What vectors are recognised by, of each layer of the wave whose rows show it. */
  readonly vectorStats: readonly VectorStats[];
  readonly targets: readonly string[];
  /** Of a wave on both layers: which targets were hit on which; a layer whose targets are not known is left out. */
  readonly targetsByLayer?: readonly { readonly layer: Layer; readonly targets: readonly string[] }[];
  readonly peaks: readonly Measure[];
  readonly total?: Measure;
  readonly mitigated?: Measure;
}

/**
 * Make-up of a wave on one layer. Excess is what goes beyond that which the time before the waves (without it, the time after)
 * would have brought in as much time; all there was where neither is known.
 */
export interface VectorStats {
  readonly layer: Layer;
  readonly hasBaseline: boolean;
  /** All traffic of the layer in the wave. */
  readonly all: TraitStats;
  /** Network layer: every packet is of one kind; largest excess first. */
  readonly kinds: readonly KindStats[];
  /** Destination addresses over which the excess is spread, each with at least a tenth of what the most hit one got. */
  readonly targets?: { readonly count: number; readonly largestShare: number };
  /** Application layer; a trait that the data cannot show is absent. */
  readonly traits?: Readonly<Partial<HttpTraits>>;
}

export interface TraitStats {
  readonly total: Measure;
  /** Of all traffic of the layer in the wave. */
  readonly share: Measure;
  readonly shareBefore?: number;
  /** Records behind it. */
  readonly rows: number;
  readonly excess: number;
  readonly excessMitigated?: number;
  readonly bytes?: number;
  readonly excessBytes?: number;
}

export interface KindStats extends TraitStats {
  readonly kind: PacketKind;
  /** Different source addresses, from a sketch: decides, is not published. */
  readonly sources?: number;
  /** Part of the excess that came from the port of a TCP service, as replies do. */
  readonly excessReplies?: number;
}

/** What tells forged senders from real ones, of one kind of packet. */
export interface SpoofingStats {
  readonly kind: PacketKind;
  /** Of the excess of all kinds in the waves, 0 to 1. */
  readonly shareOfExcess: number;
  /** Records in the waves. */
  readonly rows: number;
  /** Share of the packets with a source address that nobody can announce; before the waves of all packets. */
  readonly bogons: { readonly attack: Measure; readonly before?: Measure };
  /** Number of equally frequent TTL values with the same entropy. */
  readonly ttlValues?: { readonly attack: number; readonly before?: number };
  /** Records in the waves with an address that the time before does not have, and the different addresses in them. */
  readonly newAddresses?: { readonly rows: number; readonly addresses: number };
}

export interface HttpTraits {
  /** HTTP/2 requests that the client cancelled (status 499). */
  readonly cancelled: TraitStats;
  /** Posts to a path under which users sign in. */
  readonly signIns: TraitStats;
  /** Requests with a query that is rare and was not seen before. */
  readonly newQueries: TraitStats;
}

export interface AttackIdStats {
  readonly id: string;
  readonly system: string;
  readonly vector?: string;
  readonly target?: string;
  readonly start?: number;
  readonly end?: number;
  readonly wave?: number;
  readonly packets?: Measure;
  readonly bytes?: Measure;
  readonly requests?: Measure;
  readonly peak?: Measure;
}

/** The moments of the incident, epoch ms, each with its resolution and where it comes from. */
export interface Clocks {
  readonly firstAttack?: Clock;
  readonly detected?: Clock;
  readonly alerted?: Clock;
  readonly mitigated?: Clock;
  /** Start of the first 10 s bucket with at least 95 % of the attack mitigated, held for 60 s. */
  readonly contained?: Clock;
  readonly ended?: Clock;
  readonly resolved?: Clock;
  /** First word to the customer, as the timeline tells it. */
  readonly notified?: Clock;
  /** Moments that people stated more than 90 s, and the resolution of the data, apart from what it shows; the data is used. */
  readonly conflicts?: readonly { readonly clock: ClockName; readonly used: Clock; readonly stated: Clock }[];
  /** Differences to the first attack packet; negative ones are data errors and stay negative. */
  readonly timeToDetect?: Measure;
  readonly timeToMitigate?: Measure;
  readonly timeToContain?: Measure;
  readonly timeToResolve?: Measure;
  readonly timeToNotify?: Measure;
  /** The same from the alert. */
  readonly alertToMitigate?: Measure;
  readonly alertToResolve?: Measure;
  readonly alertToNotify?: Measure;
}

export type ClockName =
  | 'firstAttack'
  | 'detected'
  | 'alerted'
  | 'mitigated'
  | 'contained'
  | 'ended'
  | 'resolved'
  | 'notified';

export interface Clock {
  readonly at: number;
  /** ± resolution in ms. */
  readonly resolutionMs: number;
  readonly from: 'logs' | 'attack-ids' | 'timeline';
  readonly evidence: readonly string[];
}

export interface LayerStats {
  readonly layer: Layer;
  /** `bytes` where the source counts nothing else. */
  readonly unit: Extract<Unit, 'requests' | 'packets' | 'connections' | 'queries' | 'events' | 'bytes'>;
  /** Id of the primary `TrafficSource`. */
  readonly source: string;
  readonly coverage: {
    readonly window: TimeWindow;
    readonly gaps: readonly TimeWindow[];
    readonly completeness: number;
  };
  /** The whole window of the report. */
  readonly whole: PhaseStats;
  /** Union of the waves. */
  readonly during?: PhaseStats;
  /** From the start of the data to the first wave; the baseline. Absent when shorter than one minute. */
  readonly before?: PhaseStats;
  readonly after?: PhaseStats;
  /** The attack alone, as far as it can be told from legitimate traffic; absent without a wave or without a baseline. */
  readonly attack?: AttackVolume;
  /** Every metric × window that the data allows. `headline` is the one to publish. */
  readonly peaks: readonly Peak[];
  readonly distributions: readonly Distribution[];
  readonly series: readonly TrafficSeries[];
  /** By disposition at 1 s from 30 s before the first wave to 60 s after containment (at most 10 min); absent when the source is coarser than 10 s or no wave is known. */
  readonly onset?: TrafficSeries;
  /** Each minute of the window that has data, in order. */
  readonly minutes: readonly MinuteStats[];
  readonly breakdowns: readonly Breakdown[];
  readonly systems: readonly SystemStats[];
  readonly rules: readonly RuleStats[];
  /** Pairs of rules that met the same requests in the waves; absent where the log names one rule a request. */
  readonly ruleOverlaps?: readonly RuleOverlap[];
  /** What measures against the attack would have done; absent where none could be counted. */
  readonly remedies?: RemedyStats;
  /** Where the traffic of the waves came from by kind of network; absent where no network could be told. */
  readonly networkKinds?: NetworkKindStats;
  /** Sampled logs: how many addresses there were, seen or not. Meaningless where senders are forged. */
  readonly sourceEstimate?: SourceEstimate;
  /** Load on each of the largest targets over time, for the heat map. */
  readonly targetSeries?: {
    readonly dimension: Dimension;
    readonly intervalMs: number;
    readonly start: number;
    readonly rows: readonly { readonly key: string; readonly values: readonly (number | null)[] }[];
  };
  readonly origin?: OriginStats;
  /** Present where the customer states a capacity that this layer can be held against. */
  readonly capacity?: CapacityStats;
  /** HTTP logs that tell of the origin only. */
  readonly availability?: AvailabilityStats;
  /** Network layer: each kind of packet with at least 10 % of the excess of the waves; absent where senders are not recorded one by one. */
  readonly spoofing?: readonly SpoofingStats[];
}

/**
 * Attack traffic, legitimate traffic taken off. `signature`: what its rules match from shortly before the first wave to the end
 * of the data, exact where nothing was sampled and the rules cover the whole excess; where they surely do not, the bounds hold
 * what is missing. `excess`: what exceeds the level before the attack in the waves; a change of legitimate demand is inside the
 * interval only as far as the time before shows it. `all`: of a source that holds attack traffic only.
 */
export interface AttackVolume {
  readonly basis: 'signature' | 'excess' | 'all';
  readonly total: Measure;
  /** Beyond what the same systems already mitigated before the attack. */
  readonly mitigated?: Measure;
  /** Attack traffic that was not mitigated. */
  readonly leaked?: Measure;
  /** Mitigated / (mitigated + leaked); absent when the leak is not measured. */
  readonly efficacy?: Measure;
  /** Share of what was not mitigated in the waves that is not attack traffic; absent when the leak is not measured. */
  readonly cleanShare?: Measure;
  /** Efficacy before and after the attack was contained; by signature only, absent when one of them holds nothing. */
  readonly beforeContainment?: Measure;
  readonly afterContainment?: Measure;
  /** Leaked and answered by the origin; by signature only. */
  readonly reachedOrigin?: Measure;
  /** Mitigated since the attack began, not matched, and not by what mitigated such traffic before; by signature only. */
  readonly legitimateMitigated?: Measure;
  /** Beside a signature: the same attack by what exceeds the level before it. */
  readonly excess?: Measure;
}

/** Volumes of one minute. */
export interface MinuteStats {
  /** Epoch ms, a whole minute UTC. */
  readonly start: number;
  readonly total: Measure;
  readonly bytes?: Measure;
  readonly mitigated?: Measure;
  /** Requests that the origin answered, and those it answered with 5xx; HTTP logs only. */
  readonly origin?: Measure;
  readonly origin5xx?: Measure;
  /** Requests that the edge could not deliver to the origin; absent when the edge status is not known. */
  readonly unreachable?: Measure;
  /** 5xx answers and undelivered requests, of all that were sent to the origin. */
  readonly failedShare?: Measure;
  /** Bytes that were not mitigated; absent when the source does not know what was done. */
  readonly passedBytes?: Measure;
}

/**
 * Whole minutes whose mean was above what the customer says it can bear. `origin`: requests sent to the origin, answered or not.
 * `link`: bits that were not mitigated, which the line behind the edge had to carry.
 */
export interface CapacityStats {
  readonly of: 'origin' | 'link';
  /** As stated by the customer, in requests/s or bits/s. */
  readonly limit: Measure;
  /** Length of all minutes with data, ms. */
  readonly known: Measure;
  /** Length of the minutes above the limit, ms; the interval counts those that sampling leaves open. */
  readonly above: Measure;
  /** The mean of the highest minute. */
  readonly highest: Measure;
  /** Link only: the same of all that arrived, mitigated traffic included. */
  readonly offered?: { readonly above: Measure; readonly highest: Measure };
}

/**
 * Of the origin, by the minute: a minute is down when at least half of the requests sent to the origin got a 5xx answer or none.
 * A minute in which nothing was sent to it is not known.
 */
export interface AvailabilityStats {
  /** Length of the minutes of the report's window, of those that are known, and of those that were down, ms. */
  readonly window: Measure;
  readonly known: Measure;
  readonly down: Measure;
  /** 1 − down / known. The interval takes every unknown minute for down, and for up. */
  readonly share: Measure;
}

/** Volumes of one span of time. */
export interface PhaseStats {
  readonly windows: readonly TimeWindow[];
  readonly total: Measure;
  readonly bytes?: Measure;
  readonly byDisposition: readonly { readonly disposition: Disposition; readonly total: Measure }[];
  /** Absent when the source does not know what was done. */
  readonly mitigated?: Measure;
  /** Mitigated / (all with a known disposition), Wilson interval when sampled. */
  readonly mitigatedShare?: Measure;
  readonly meanRate: Measure;
}

export interface Peak {
  readonly metric: Extract<Unit, 'requests/s' | 'packets/s' | 'bits/s' | 'connections/s' | 'queries/s' | 'events/s'>;
  readonly measure: Measure;
  /** Of a sample: the highest mean as it was seen, where chance is expected to have raised it above `measure`. */
  readonly observed?: Measure;
  readonly headline: boolean;
}

/** Of the bucket means over the whole window; nearest-rank percentiles. */
export interface Distribution {
  readonly metric: Peak['metric'];
  readonly bucketMs: number;
  readonly mean: Measure;
  readonly p50: Measure;
  readonly p95: Measure;
  readonly p99: Measure;
}

/** Rates per second in equal buckets; `null` is a gap in the data. */
export interface TrafficSeries {
  readonly metric: Peak['metric'];
  readonly by: 'disposition' | 'vector' | 'mitigation_system';
  readonly start: number;
  readonly intervalMs: number;
  /** Largest first; at most eight, the rest in `other`. */
  readonly lines: readonly { readonly key: string; readonly values: readonly (number | null)[] }[];
}

/** Shares of one dimension. items + other + unknown = total. */
export interface Breakdown {
  readonly dimension: Dimension;
  /** `attack`: only the waves; `window`: the whole report. */
  readonly scope: 'attack' | 'window';
  readonly total: Measure;
  readonly items: readonly BreakdownItem[];
  readonly other: Measure;
  readonly unknown: Measure;
  /** Number of different known values; a lower bound when sampled. */
  readonly distinct: Measure;
  /** Cumulative share of the top k, for the concentration curve. */
  readonly concentration: readonly { readonly rank: number; readonly share: number }[];
}

export interface BreakdownItem {
  readonly key: string;
  /** For people: `AS64500 Example Hosting`. Equal to `key` where there is nothing better. */
  readonly label: string;
  readonly total: Measure;
  readonly share: Measure;
  readonly mitigated?: Measure;
  /** Share of the item itself that was mitigated. */
  readonly mitigatedShare?: Measure;
  /** Share of the same value before the attack, when there is a baseline. */
  readonly shareBefore?: Measure;
}

export interface SystemStats {
  readonly system: MitigationSystem;
  readonly mitigated: Measure;
  /** Share of everything mitigated in the waves. */
  readonly share: Measure;
  readonly firstAt: number;
  /** What it did to the attack, whichever of its rules acted. */
  readonly effect?: Effect;
}

/**
 * What a rule or a system stopped in the waves; of a rule that only logged, what it would have stopped, since nothing else did.
 * Which part of it is the attack is absent without a signature.
 */
export interface Effect {
  readonly total: Measure;
  /** Matched by the signature, and not matched: legitimate traffic, and what is stopped on any day. */
  readonly attack?: Measure;
  readonly other?: Measure;
  /** Share of all attack traffic in the waves; and of that before and since it was contained. */
  readonly ofAttack?: Measure;
  readonly beforeContainment?: Measure;
  readonly afterContainment?: Measure;
  readonly waves: readonly {
    readonly number: number;
    readonly total: Measure;
    readonly attack?: Measure;
    readonly ofAttack?: Measure;
  }[];
}

export interface RuleStats {
  readonly id: string;
  readonly name: string;
  readonly system: MitigationSystem;
  readonly action: string;
  readonly disposition: Disposition;
  readonly total: Measure;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Already matched before the first wave. */
  readonly before: Measure;
  /** Absent for a rule that let traffic pass on purpose. */
  readonly effect?: Effect;
  /** Stopped by this rule and by no other on record: without it, it would have passed. Absent where the log names one rule a request. */
  readonly alone?: Measure;
}

/** Kinds close: all of them, unknown and not recorded add up to the total. */
export interface NetworkKindStats {
  readonly total: Measure;
  readonly kinds: readonly {
    readonly kind: NetworkKind | 'unknown' | 'not-recorded';
    /** Different networks. */
    readonly networks: number;
    readonly total: Measure;
    readonly share: Measure;
    readonly shareBefore?: Measure;
  }[];
  /** The largest networks whose kind is known. */
  readonly largest: readonly { readonly asn: string; readonly kind: NetworkKind }[];
}

export interface SourceEstimate {
  /** Different addresses in the waves that a record shows. */
  readonly seen: Measure;
  /** Those and the ones that no record shows, if all sent about as much. */
  readonly all: Measure;
}

/** What measures would have done to the traffic of this incident; each absent where the data cannot show it. */
export interface RemedyStats {
  /** A limit on the requests of one address in fixed windows, at the 99.9th percentile of such windows before the attack. */
  readonly rateLimit?: {
    readonly limit: number;
    readonly windowMs: number;
    /** Windows in which an address asked for something, before the attack. */
    readonly windowsBefore: Measure;
    /** Share of them that kept to the limit: 99.9 % or more. */
    readonly keptBefore: Measure;
    /** Addresses that it would have touched before the attack: an address with several counts is counted for each. */
    readonly touchedBefore: Measure;
    /** What addresses that attacked sent beyond the limit in the waves, and its share of all that they sent. */
    readonly stopped: Measure;
    readonly ofAttackers: Measure;
    /** Addresses in the waves that did not attack, and those of them that it would have touched. */
    readonly others: Measure;
    readonly touched: Measure;
  };
  /** Attack requests with a query parameter new to the site that the origin answered, and those that a cache would have, without it in its key. */
  readonly cacheKey?: { readonly asked: Measure; readonly hits: Measure; readonly share: Measure };
  /** First second of the waves in which the most hit prefix brought twice what its highest second before did. */
  readonly prefixAlarm?: { readonly prefix: string; readonly at: number; readonly evidence: readonly string[] };
}

/** Requests that one rule stopped and that another had matched as well. What comes after a rule that stops is not tried, so not seen. */
export interface RuleOverlap {
  readonly stoppedBy: { readonly id: string; readonly name: string };
  readonly alsoMatched: { readonly id: string; readonly name: string; readonly disposition: Disposition };
  readonly total: Measure;
  readonly attack?: Measure;
}

export interface OriginStats {
  readonly phases: readonly {
    readonly phase: 'before' | 'during' | 'after';
    /** Requests that the origin answered. */
    readonly requests: Measure;
    /** Answers with a 5xx status. */
    readonly errors: Measure;
    readonly errorShare: Measure;
    /** Requests that the edge could not deliver: edge status 520 to 527 without an answer of the origin. Absent when the edge status is not known. */
    readonly unreachable?: Measure;
    /** `OriginResponseDurationMs`; absent below 100 sampled rows. */
    readonly p50?: Measure;
    readonly p95?: Measure;
  }[];
  readonly start: number;
  readonly intervalMs: number;
  readonly errorShare: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
}

export interface Disagreement {
  readonly layer: Layer;
  readonly quantity: string;
  readonly primary: { readonly source: string; readonly value: Measure };
  readonly other: { readonly source: string; readonly value: Measure };
}
