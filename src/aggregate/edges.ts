import type { Engine } from '../engine/engine.ts';
import { SECOND_MS } from '../model/time.ts';
import type { Account } from './account.ts';
import { type BurstScan, findChange, findOnset, OWN_PEAK_SHARE, type Run } from './bursts.ts';
import { clip } from './grid.ts';
import { type Load, largestOf, readLoad } from './load.ts';

/** An edge is looked for within this distance of the bucket that first (last) stood out. */
const EDGE_REACH_MS = 25 * SECOND_MS;
/** Sources with longer buckets than this are not refined. */
const COARSEST_GRAIN_MS = 5 * SECOND_MS;
/** A second next to the edge belongs to the burst when it exceeds the quiet level by so many standard deviations, and by the share of its peak. */
const NEIGHBOUR_Z = 3;

export interface Edges {
  readonly start: number;
  readonly end: number;
  /** Half-width, ms: of the less certain edge. */
  readonly uncertaintyMs: number;
}

/**
 * Moves the edges of a run of buckets to the second: the most likely change of level within 25 s, then on through the
 * neighbouring seconds of a slope. Within a short run each edge looks at its own side only. Sources that are too coarse keep
 * the edges of their buckets, uncertain by one bucket.
 */
export async function refineEdges(
  engine: Engine,
  account: Account,
  parts: { readonly load: Load; readonly values: 'total' | 'defended'; readonly run: Run; readonly scan: BurstScan },
): Promise<Edges> {
  const { load, run, values, scan } = parts;
  const { start: origin, stepMs } = load.grid;
  const coarse = { start: origin + run.first * stepMs, end: origin + (run.last + 1) * stepMs };
  if (account.grainMs > COARSEST_GRAIN_MS || account.grainMs >= stepMs) return { ...coarse, uncertaintyMs: stepMs };
  const perBucket = stepMs / account.grainMs;
  const peak = largestOf(load[values].slice(run.first, run.last + 1)) / perBucket;
  const edge = async (direction: Direction): Promise<{ at: number; uncertaintyMs: number } | undefined> => {
    const bucket = direction === 'rise' ? run.first : run.last;
    const around = direction === 'rise' ? coarse.start : coarse.end;
    const reach = {
      start: direction === 'rise' ? around - EDGE_REACH_MS : Math.max(around - EDGE_REACH_MS, coarse.start),
      end: direction === 'rise' ? Math.min(around + EDGE_REACH_MS, coarse.end) : around + EDGE_REACH_MS,
    };
    const [frame] = clip(clip(account.covered, account.extent), reach);
    if (!frame) return undefined;
    const fine = await readLoad(engine, account, frame, account.grainMs);
    const counts = fine[values].map((value) => value ?? 0);
    const weight = load.weights[bucket] ?? 1;
    const change = findChange(counts, direction, weight * scan.dispersion ** 2);
    if (!change) return undefined;
    const level = (scan.expected[bucket] ?? 0) / perBucket;
    const threshold =
      level +
      Math.max(
        NEIGHBOUR_Z * scan.dispersion * Math.sqrt(Math.max(level, weight) * weight),
        OWN_PEAK_SHARE * (peak - level),
      );
    const index = followSlope(counts, change.index, { direction, threshold });
    const away = Math.max(
      Math.min(change.index, index) - change.earliest,
      change.latest - Math.max(change.index, index),
      1,
    );
    return { at: fine.grid.start + index * account.grainMs, uncertaintyMs: away * account.grainMs };
  };
  const rise = await edge('rise');
  const fall = await edge('fall');
  const start = rise?.at ?? coarse.start;
  const end = fall?.at ?? coarse.end;
  if (end <= start) return { ...coarse, uncertaintyMs: stepMs };
  return { start, end, uncertaintyMs: Math.max(rise?.uncertaintyMs ?? stepMs, fall?.uncertaintyMs ?? stepMs) };
}

/** How long before its first mitigation an attack that does not stand out of all traffic is looked for. */
const LEAD_REACH_MS = 300 * SECOND_MS;
/** Its size is learnt from so much of the time right after. */
const SIZE_MS = 60 * SECOND_MS;

/**
 * Start of an attack that is known by what was mitigated of it: where all traffic rose by about as much as it exceeds its usual
 * level once the mitigation is at work. The attack is never younger than its first mitigation, and the search ends at `after`.
 * Undefined where the traffic shows no surplus at all, or is too coarse to show it to the second.
 */
export async function findLead(
  engine: Engine,
  account: Account,
  parts: {
    readonly load: Load;
    readonly scan: BurstScan;
    readonly burst: { readonly start: number; readonly end: number };
    readonly after: number;
  },
): Promise<{ start: number; uncertaintyMs: number } | undefined> {
  const { load, scan, burst } = parts;
  const { start: origin, stepMs } = load.grid;
  const grainMs = account.grainMs;
  if (grainMs > COARSEST_GRAIN_MS || grainMs >= stepMs) return undefined;
  const first = Math.ceil((burst.start - origin) / stepMs);
  const last = Math.floor((Math.min(burst.end, burst.start + SIZE_MS) - origin) / stepMs);
  if (last <= first) return undefined;
  const sizes = load.total.slice(first, last).map((value, index) => (value ?? 0) - (scan.expected[first + index] ?? 0));
  const perBucket = stepMs / grainMs;
  const rise = sizes.reduce((sum, size) => sum + size, 0) / sizes.length / perBucket;
  const level = (scan.expected[first] ?? 0) / perBucket;
  const from = Math.max(parts.after, burst.start - LEAD_REACH_MS);
  const frame = clip(clip(account.covered, account.extent), { start: from, end: burst.start }).at(-1);
  if (!frame || frame.end - frame.start < grainMs) return undefined;
  const fine = await readLoad(engine, account, frame, grainMs);
  const weight = (load.weights[first] ?? 1) * scan.dispersion ** 2;
  const counts = fine.total.map((value) => value ?? 0);
  const onset = findOnset(counts, { level, rise, weight });
  if (!onset) return undefined;
  const away = Math.max(onset.index - onset.earliest, onset.latest - onset.index, 1);
  return { start: fine.grid.start + onset.index * grainMs, uncertaintyMs: away * grainMs };
}

type Direction = 'rise' | 'fall';

/** Moves an edge outwards while the next count is above the threshold. */
export function followSlope(
  counts: readonly number[],
  index: number,
  slope: { readonly direction: Direction; readonly threshold: number },
): number {
  let edge = index;
  if (slope.direction === 'rise') while (edge > 0 && (counts[edge - 1] ?? 0) >= slope.threshold) edge -= 1;
  else while (edge < counts.length && (counts[edge] ?? 0) >= slope.threshold) edge += 1;
  return edge;
}
