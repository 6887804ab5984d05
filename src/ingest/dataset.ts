import type { Engine } from '../engine/engine.ts';
import type { Dimension } from '../model/dimension.ts';
import type { MeasureKind, Unit } from '../model/measure.ts';
import type { Message } from '../model/phrase.ts';
import type { TimeWindow } from '../model/time.ts';
import type { ActorKind, Layer, Milestone, Visibility } from '../model/traffic.ts';

/** Everything known about one case, clean: UTC, base units, one customer, duplicates removed. Big facts are in the engine. */
export interface Dataset {
  readonly engine: Engine;
  readonly inputs: readonly InputFile[];
  /** Candidates for each layer, best first; the first of a layer is its primary source and feeds totals. */
  readonly sources: readonly TrafficSource[];
  /** Attacks as other systems stated them, one entry per attack id. Never added to measured traffic. */
  readonly attacks: readonly ReportedAttack[];
  /** Lists already cut by their source; they never close to 100 % by themselves. */
  readonly topLists: readonly ReportedTopList[];
  readonly timeline: readonly TimelineEntry[];
  readonly rejects: readonly RejectedRecord[];
  readonly warnings: readonly DataWarning[];
}

export interface InputFile {
  /** `in1`, `in2`, … in the order of the case file; the evidence id of everything read from it. */
  readonly id: string;
  /** Path relative to the workspace. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Format id of `docs/data-formats.md`, such as `logpush/http_requests`; several when records are mixed. */
  readonly formats: readonly string[];
  readonly records: number;
  readonly rejected: number;
  readonly duplicates: number;
  /** First and last time in the file, epoch ms, when it has any. */
  readonly window?: TimeWindow;
}

/**
 * One self-consistent account of the traffic of a layer. `relation` is a view in the engine with the columns
 * `t` (epoch ms, start of the bucket), `interval_ms` (0 for single records), `units` (requests or packets, already scaled),
 * `bytes` (scaled, may be NULL), `weight` (sampling interval: 1 when not sampled; variance of a row is `units × (weight − 1)`), `disposition`,
 * `source_as_name`, `rule_name`, one column per entry of `dimensions`, and for HTTP logs `origin_ms`.
 * Every dimension is text (VARCHAR), numbers too, and every relation has a column for every dimension, NULL where it is not known.
 * Unknown values are NULL, never '' or 0.
 */
export interface TrafficSource {
  readonly id: string;
  readonly layer: Layer;
  readonly relation: string;
  /** Such as `Cloudflare Logpush http_requests`. */
  readonly label: string;
  readonly unit: Extract<Unit, 'requests' | 'packets' | 'connections' | 'queries' | 'events'>;
  readonly kind: MeasureKind;
  /** Smallest and largest sampling interval as disclosed; 1 and 1 when nothing is sampled. */
  readonly sampling: { readonly min: number; readonly max: number };
  /** Length of a bucket; 0 for single records. */
  readonly intervalMs: number;
  readonly window: TimeWindow;
  readonly rows: number;
  /** Dimensions with at least one known value. */
  readonly dimensions: readonly Dimension[];
  /**
   * Columns of the relation beyond those above that the files have, such as `ttl`; absent for none. `rule_matches`: every rule that
   * the request met, where it met several, a line each: disposition, system, action and rule with tabs between them.
   */
  readonly details?: readonly string[];
  /**
   * There is no column `source_prefix`: it is the network of `source_ip`, to be made (`Dialect.networkPrefix`) from addresses that
   * are grouped already. Made in each row it would cost more than everything else that is counted.
   */
  readonly prefixesFromAddresses?: true;
  readonly knowsDisposition: boolean;
  readonly hasBytes: boolean;
  /** Ids of the input files behind it. */
  readonly evidence: readonly string[];
  readonly role: 'primary' | 'detail';
  /** `part`: only traffic that some system acted on or took note of, so its volumes are not those of the layer. */
  readonly holds: 'all' | 'part';
}

export interface ReportedAttack {
  readonly id: string;
  readonly campaignId?: string;
  /** System that stated it, such as `Cloudflare dosd`, `AWS Shield`. */
  readonly system: string;
  readonly layer: Layer;
  /** The source's own name of the vector; absent when it says unknown. */
  readonly vector?: string;
  readonly window: { readonly start?: number; readonly end?: number };
  /** Address, prefix, host name or resource. */
  readonly target?: string;
  readonly destinationPort?: number;
  readonly transport?: string;
  /** Rates as stated; `windowMs` only where the source names the window. */
  readonly peak: {
    readonly bitsPerSecond?: number;
    readonly packetsPerSecond?: number;
    readonly requestsPerSecond?: number;
    readonly windowMs?: number;
    /** Rates whose unit the source does not define (AWS Shield `BPS`), in its own words. */
    readonly asStated?: readonly { readonly value: number; readonly unit: string }[];
  };
  /** Volumes as stated (already scaled by the source). */
  readonly total: {
    readonly packets?: number;
    readonly bytes?: number;
    readonly requests?: number;
    readonly droppedPackets?: number;
    readonly droppedBytes?: number;
  };
  readonly mitigation?: string;
  /** The source's own judgement in its words, such as `Possible Attack`. */
  readonly classification?: string;
  readonly status: 'ended' | 'ongoing' | 'unknown';
  /** Set when nobody stated the attack as a whole: it was put together from packets with its id, and its span is one of buckets. */
  readonly derived?: true;
  readonly input: string;
}

export interface ReportedTopList {
  readonly layer: Layer;
  readonly dimension: Dimension;
  readonly unit: Unit;
  readonly items: readonly { readonly key: string; readonly label: string; readonly value: number }[];
  /** Total of the population the list was cut from, when stated. */
  readonly total?: number;
  readonly input: string;
}

export interface TimelineEntry {
  readonly at: number;
  readonly end?: number;
  /** How exact `at` is, in ms: 1, 1 000, 60 000 or 86 400 000. */
  readonly precisionMs: number;
  readonly milestone: Milestone;
  readonly title: string;
  readonly detail?: string;
  readonly actor?: string;
  readonly actorKind: ActorKind;
  readonly visibility: Visibility;
  /** Such as `timeline.yaml`, `PagerDuty`. */
  readonly source: string;
  /** The time as it was written. */
  readonly originalTime: string;
  readonly input: string;
}

export interface RejectedRecord {
  readonly file: string;
  /** 1-based line, or record number where the format has no lines. */
  readonly line: number;
  readonly reason: string;
}

/**
 * Something the reader must know about the data. `code` is stable; `message` is a full sentence in English, and `told` the same for
 * the report, where it is not for operators alone.
 */
export interface DataWarning {
  readonly code:
    | 'rejected-lines'
    | 'duplicates-removed'
    | 'assumed-time-zone'
    | 'possibly-truncated'
    | 'sources-differ'
    | 'unknown-values'
    | 'outside-window'
    | 'subrequests-left-out'
    | 'egress-left-out'
    | 'not-an-attack'
    | 'no-times'
    | 'data-gap'
    | 'empty-result'
    | 'left-out'
    | 'ownership-vouched'
    | 'ongoing'
    | 'archive-unreadable';
  readonly message: string;
  readonly told?: Message;
  readonly input?: string;
}
