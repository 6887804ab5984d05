import type { Dimension } from '../model/dimension.ts';
import type { MeasureKind, Unit } from '../model/measure.ts';
import type { Message } from '../model/phrase.ts';
import type { TimeWindow } from '../model/time.ts';
import { MINUTE_MS } from '../model/time.ts';
import type { Disposition, Layer } from '../model/traffic.ts';

/**
 * Sums are kept by quarter of an hour: every zone is a whole number of them away from UTC, so the hours and days of any zone are
 * sums of quarters.
 */
export const QUARTER_MS = 15 * MINUTE_MS;

/** Values of a list that are kept by name for each day; the others are kept as one sum. */
export const MOST_VALUES = 1_000;

/**
 * What the traffic of one customer came to in one local day: exact sums and counts, enough for every number of a summary. The day
 * is one of the customer's zone at that time, so that each belongs to one week; its sums are of quarters of an hour UTC.
 */
export interface RollUp {
  readonly customerId: string;
  /** `2026-11-17`. */
  readonly day: string;
  readonly window: TimeWindow;
  readonly timeZone: string;
  /** Layers with data: `network` before `http`. */
  readonly layers: readonly LayerRollUp[];
  /** Attacks as other systems name them, by id. */
  readonly attackIds: readonly RolledAttack[];
  /** Files that were read for it, of other days too. */
  readonly inputs: readonly RolledInput[];
  /** What was said of reading and counting them, so that a summary says the same whenever it is made. */
  readonly warnings: readonly RolledWarning[];
}

export interface RolledAttack {
  readonly id: string;
  readonly layer: Layer;
  readonly system: string;
  /** Part of it in this day. */
  readonly start: number;
  readonly end: number;
}

interface RolledInput {
  /** Relative to the workspace. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What was found in it; roll-ups of earlier versions do not say. */
  readonly found?: {
    readonly formats: readonly string[];
    readonly records: number;
    readonly rejected: number;
    readonly duplicates: number;
    readonly window?: TimeWindow;
  };
}

interface RolledWarning {
  readonly code: string;
  readonly message: string;
  readonly told?: Message;
}

export interface LayerRollUp {
  readonly layer: Layer;
  readonly unit: Extract<Unit, 'requests' | 'packets' | 'connections' | 'queries' | 'events' | 'bytes'>;
  /** Such as `Cloudflare Logpush http_requests`. */
  readonly label: string;
  readonly kind: MeasureKind;
  readonly sampling: { readonly min: number; readonly max: number };
  /** `attack`: only what the reports of incidents say of their own minutes. */
  readonly holds: 'all' | 'part' | 'attack';
  readonly knowsDisposition: boolean;
  readonly hasBytes: boolean;
  /** Length of the buckets that peaks are means of: a minute, or the bucket of the source where that is longer. */
  readonly peakWindowMs: number;
  /** By time; one that has neither data nor traffic is left out. */
  readonly quarters: readonly Quarter[];
  readonly lists: readonly ValueList[];
}

export interface Quarter {
  /** Epoch ms, a whole quarter of an hour UTC. */
  readonly start: number;
  /** Part of it for which there is data, in ms. */
  readonly coveredMs: number;
  readonly volumes: readonly Volume[];
  /** The bucket with most traffic, most bytes and most of what was mitigated; absent without any. */
  readonly peak?: Peak;
  readonly bytesPeak?: Peak;
  readonly mitigatedPeak?: Peak;
}

/** Sums over the records of one kind. */
export interface Sums {
  readonly units: number;
  /** Absent where the source does not know bytes. */
  readonly bytes?: number;
  /** Records behind it. Of traffic that was not sampled as many as `units`, or not known. */
  readonly sampled: number;
  /** Of `units` and `bytes`, from sampling; 0 where nothing was sampled. */
  readonly variance: number;
  readonly bytesVariance: number;
}

export interface Volume extends Sums {
  readonly disposition: Disposition;
}

export interface Peak {
  /** Units or bytes of the bucket. */
  readonly value: number;
  readonly at: number;
  readonly sampled: number;
  readonly variance: number;
}

/** All traffic of a day by one dimension: `values`, `rest` and `unknown` add up to it. */
export interface ValueList {
  readonly dimension: Dimension;
  /** Source of this list, where it is not the one of the sums. */
  readonly label?: string;
  /** Largest first; ties by their text. */
  readonly values: readonly ValueSums[];
  /** Values that were not kept by name, and how large the largest of them may be. */
  readonly rest?: Sums & { readonly mitigated: number; readonly values: number; readonly atMost: number };
  readonly unknown?: Sums & { readonly mitigated: number };
}

export interface ValueSums extends Sums {
  readonly value: string;
  /** Name that goes with it: of a rule or a network. */
  readonly name?: string;
  readonly mitigated: number;
  /** First and last time that it was seen. */
  readonly first: number;
  readonly last: number;
}

/** A roll-up as it lies in the archive. */
export interface StoredRollUp extends RollUp {
  readonly revision: number;
  /** Relative to the workspace. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Sums that this revision corrects; empty for the first. */
  readonly changes: readonly SumChange[];
}

/** A sum of a day before and after late data. */
export interface SumChange {
  readonly layer: Layer;
  readonly quantity: 'total' | 'mitigated' | 'bytes' | 'covered_ms';
  readonly before: number;
  readonly after: number;
}

const QUANTITIES = ['total', 'mitigated', 'bytes', 'covered_ms'] as const satisfies readonly SumChange['quantity'][];

/** What changed between two roll-ups of a day, in its sums. */
export function changesBetween(before: RollUp, after: RollUp): SumChange[] {
  const layers = new Set([...before.layers, ...after.layers].map(({ layer }) => layer));
  return [...layers].flatMap((layer) => {
    const [old, fresh] = [before, after].map((one) =>
      sumsOf(one.layers.find((candidate) => candidate.layer === layer)),
    );
    return QUANTITIES.flatMap((quantity): SumChange[] => {
      const [was, is] = [old?.[quantity] ?? 0, fresh?.[quantity] ?? 0];
      return was === is ? [] : [{ layer, quantity, before: was, after: is }];
    });
  });
}

function sumsOf(layer: LayerRollUp | undefined): Record<SumChange['quantity'], number> {
  const sums = { total: 0, mitigated: 0, bytes: 0, covered_ms: 0 };
  for (const { coveredMs, volumes } of layer?.quarters ?? []) {
    sums.covered_ms += coveredMs;
    for (const { disposition, units, bytes = 0 } of volumes) {
      sums.total += units;
      sums.bytes += bytes;
      if (isMitigated(disposition)) sums.mitigated += units;
    }
  }
  return sums;
}

export function isMitigated(disposition: Disposition): boolean {
  return disposition === 'blocked' || disposition === 'challenged' || disposition === 'rate_limited';
}
