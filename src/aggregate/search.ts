import type { Engine } from '../engine/engine.ts';
import type { TimelineEntry } from '../ingest/ingest.ts';
import { overlaps, SECOND_MS, type TimeWindow, unionDuration } from '../model/time.ts';
import type { Milestone } from '../model/traffic.ts';
import type { Account } from './account.ts';
import { type BurstScan, findBursts, OWN_PEAK_SHARE, type Run } from './bursts.ts';
import { findLead, refineEdges } from './edges.ts';
import { clip } from './grid.ts';
import { type Load, largestOf, readLoad, searchStep } from './load.ts';
import type { Sighting } from './waves.ts';

/** What the search for bursts may lean on besides the traffic itself. */
export interface SearchContext {
  readonly mergeGapMs: number;
  /** Period of the report, and whether the engineer stated it. */
  readonly window: TimeWindow;
  readonly windowStated: boolean;
  /** Times of the attack ids of the layer. */
  readonly idWindows: readonly TimeWindow[];
  readonly timeline: readonly TimelineEntry[];
}

/** A burst in ms, before it is known to be an attack. */
interface Burst {
  readonly start: number;
  readonly end: number;
  readonly uncertaintyMs: number;
  readonly running: boolean;
}

/** A burst of all traffic that nothing says was an attack. */
export interface Surge {
  /** What it is if something does. */
  readonly sighting: Sighting;
  readonly window: TimeWindow;
  /** Volume that the time around it would have brought. */
  readonly expected: number;
}

/** Sampled rows that a burst must hold at least. */
const FEWEST_ROWS = 30;
/** An attack adds at least this share to the traffic that is expected anyway. */
const LEAST_EXCESS = 0.05;
/** A surge is an attack when at least this share of the surplus was mitigated (and clearly more than in quiet times). */
const LEAST_MITIGATED = 0.1;
/** Buckets of which flood systems mitigated this share cannot be part of the quiet state. */
const FLOODED_SHARE = 0.2;
/** A source of which this share is mitigated holds mitigated traffic only. */
const MITIGATED_ONLY_SHARE = 0.95;

const ATTACK_MILESTONES: readonly Milestone[] = [
  'attack_start',
  'detected',
  'alerted',
  'mitigation_started',
  'mitigated',
];

/**
 * Bursts of one layer that are attacks: surges of all traffic with a mitigation, an attack id or a statement behind them, and
 * surges of what the flood defences mitigated, which shows attacks too small to stand out of all traffic. A surge of which
 * nobody says that it was an attack (a popular product, a news item) is none and told apart. `acting` is the source that knows what was done;
 * it may be the primary itself.
 */
export async function searchBursts(
  engine: Engine,
  primary: Account,
  acting: Account | undefined,
  context: SearchContext,
): Promise<{ readonly sightings: readonly Sighting[]; readonly surges: readonly Surge[] }> {
  const total = await readLoad(engine, primary, context.window, searchStep(primary));
  const firstLook = findBursts({ values: total.total, weights: total.weights });
  const actions =
    !acting || acting === primary ? total : await readLoad(engine, acting, context.window, searchStep(acting));
  const onlyMitigated = acting !== undefined && sum(actions.mitigated) >= MITIGATED_ONLY_SHARE * sum(actions.total);
  const defended = acting && scanDefended(actions, { total, scan: firstLook, onlyMitigated });
  // A long attack of less than the usual traffic would pass for a new usual level, did its mitigation not tell it apart.
  const scan =
    defended && !onlyMitigated
      ? findBursts({ values: total.total, weights: total.weights, excluded: spanned(defended, actions, total) })
      : firstLook;
  const sightings: Sighting[] = [];
  const surges: Surge[] = [];

  const bursts = await toBursts(engine, primary, {
    load: total,
    values: 'total',
    scan,
    context,
    onlyMitigated: onlyMitigated && acting === primary,
  });
  for (const burst of bursts) {
    const mitigated = acting !== undefined && surplusWasMitigated(burst, { total, scan, actions });
    const found = sighting(burst, primary, mitigated ? 'mitigation' : 'volume');
    if (mitigated || isExplained(burst, context)) sightings.push(found);
    else
      surges.push({
        sighting: found,
        window: { start: burst.start, end: burst.end },
        expected: bucketsOf(burst, total).reduce((sum, index) => sum + (scan.expected[index] ?? 0), 0),
      });
  }
  if (acting && defended) {
    const acted = await toBursts(engine, acting, {
      load: actions,
      values: 'defended',
      scan: defended,
      context,
      onlyMitigated,
    });
    const sizeable = acted.filter((burst) => onlyMitigated || isSizeable(burst, actions, defended, total, scan));
    for (const [index, burst] of sizeable.entries()) {
      const after = sizeable[index - 1]?.end ?? context.window.start;
      const lead = onlyMitigated ? undefined : await findLead(engine, primary, { load: total, scan, burst, after });
      sightings.push(sighting({ ...burst, ...lead }, acting, 'mitigation'));
    }
  }
  return { sightings, surges };
}

function sighting(burst: Burst, account: Account, basis: Sighting['basis']): Sighting {
  return {
    start: burst.start,
    ...(burst.running ? { seenUntil: burst.end } : { end: burst.end }),
    uncertaintyMs: burst.uncertaintyMs,
    layers: [account.source.layer],
    basis,
    attackIds: [],
    vectors: [],
    targets: [],
    inTraffic: true,
  };
}

/** Surges of what the flood defences mitigated, beyond what would grow with the traffic itself. */
function scanDefended(
  actions: Load,
  context: { readonly total: Load; readonly scan: BurstScan; readonly onlyMitigated: boolean },
): BurstScan {
  if (context.onlyMitigated) {
    const plain = findBursts({ values: actions.defended, weights: actions.weights });
    return plain.runs.length > 0 ? plain : scanOwnPeak(actions);
  }
  const usual = quietShare(actions, spansOfRuns(context.scan, context.total.grid), 'defended');
  return findBursts({
    values: actions.defended,
    weights: actions.weights,
    floor: actions.total.map((value) => usual * (value ?? 0)),
    excluded: actions.flood.map(
      (value, index) => (value ?? 0) > 0 && (value ?? 0) >= FLOODED_SHARE * (actions.total[index] ?? 0),
    ),
  });
}

/**
 * For extracts that hold nothing but the attack: what flood systems mitigated at 5 % of its own peak or more. Only where it is
 * plainly a flood, at least one row a second.
 */
function scanOwnPeak(actions: Load): BurstScan {
  const peak = largestOf(actions.flood);
  const rows = actions.flood.map((value, index) => (value ?? 0) / (actions.weights[index] ?? 1));
  const active = actions.flood.map((value) => value !== null && value > 0 && value >= OWN_PEAK_SHARE * peak);
  const expected = actions.flood.map(() => 0);
  const activeRows = rows.filter((_, index) => active[index]);
  const isFlood = sum(activeRows) >= (activeRows.length * actions.grid.stepMs) / SECOND_MS;
  const runs: Run[] = [];
  for (const index of active.keys()) {
    if (!active[index] || !isFlood) continue;
    const last = runs.at(-1);
    if (last?.last === index - 1) runs[runs.length - 1] = { first: last.first, last: index };
    else runs.push({ first: index, last: index });
  }
  return { runs, expected, dispersion: 1 };
}

/** Median share of a bucket that was mitigated, outside the surges of all traffic; zero where there is no such bucket. */
function quietShare(load: Load, busy: readonly TimeWindow[], part: 'mitigated' | 'defended'): number {
  const { start, stepMs } = load.grid;
  const shares = load.total.flatMap((value, index) => {
    const bucket = { start: start + index * stepMs, end: start + (index + 1) * stepMs };
    const isQuiet = value !== null && value > 0 && !busy.some((span) => overlaps(span, bucket));
    return isQuiet ? [(load[part][index] ?? 0) / value] : [];
  });
  return shares.sort((a, b) => a - b)[Math.floor((shares.length - 1) / 2)] ?? 0;
}

/** The runs of a scan as windows. */
function spansOfRuns(scan: BurstScan, { start, stepMs }: Load['grid']): TimeWindow[] {
  return scan.runs.map((run) => ({ start: start + run.first * stepMs, end: start + (run.last + 1) * stepMs }));
}

/** Buckets of `load` that the runs of a scan of `scanned` touch. */
function spanned(scan: BurstScan, scanned: Load, load: Load): boolean[] {
  const touched = new Array<boolean>(load.grid.count).fill(false);
  for (const span of spansOfRuns(scan, scanned.grid)) for (const index of bucketsOf(span, load)) touched[index] = true;
  return touched;
}

/** Runs as bursts in ms with refined edges; those less than the merge gap apart joined, those of too few rows dropped. */
async function toBursts(
  engine: Engine,
  account: Account,
  parts: {
    readonly load: Load;
    readonly values: 'total' | 'defended';
    readonly scan: BurstScan;
    readonly context: SearchContext;
    readonly onlyMitigated: boolean;
  },
): Promise<Burst[]> {
  const { load, values, scan, context } = parts;
  const lastKnown = load[values].findLastIndex((value) => value !== null);
  // Where a list of mitigated events stops before the stated period does, the events stopped, not the data.
  const silenceIsEnd =
    parts.onlyMitigated && context.windowStated && account.extent.end + context.mergeGapMs < context.window.end;
  const bursts: Burst[] = [];
  for (const run of scan.runs) {
    const edges = await refineEdges(engine, account, { load, values, run, scan });
    const running = run.last === lastKnown && !silenceIsEnd;
    const burst = { ...edges, ...(running && { end: Math.min(context.window.end, account.extent.end) }), running };
    const last = bursts.at(-1);
    if (last && burst.start - last.end < context.mergeGapMs)
      bursts[bursts.length - 1] = {
        ...burst,
        start: last.start,
        uncertaintyMs: Math.max(last.uncertaintyMs, burst.uncertaintyMs),
      };
    else bursts.push(burst);
  }
  return bursts.filter((burst) => {
    const rows = bucketsOf(burst, load).reduce(
      (total, index) => total + (load[values][index] ?? 0) / (load.weights[index] ?? 1),
      0,
    );
    return rows >= FEWEST_ROWS;
  });
}

function bucketsOf(burst: TimeWindow, load: Load): number[] {
  const { start, stepMs, count } = load.grid;
  const first = Math.max(0, Math.floor((burst.start - start) / stepMs));
  const last = Math.min(count - 1, Math.ceil((burst.end - start) / stepMs) - 1);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** Whether the surplus over the expected traffic was mitigated far more than the same traffic is in quiet times. */
function surplusWasMitigated(
  burst: Burst,
  parts: { readonly total: Load; readonly scan: BurstScan; readonly actions: Load },
): boolean {
  const { total, scan, actions } = parts;
  const own = bucketsOf(burst, total);
  const expected = own.reduce((sum, index) => sum + (scan.expected[index] ?? 0), 0);
  const surplus = own.reduce((sum, index) => sum + (total.total[index] ?? 0), 0) - expected;
  const usual = quietShare(actions, spansOfRuns(scan, total.grid), 'mitigated');
  const mitigated =
    bucketsOf(burst, actions).reduce((sum, index) => sum + (actions.mitigated[index] ?? 0), 0) - usual * expected;
  return surplus > 0 && mitigated / surplus >= Math.min(0.5, Math.max(LEAST_MITIGATED, 2 * usual));
}

function isSizeable(burst: Burst, actions: Load, defended: BurstScan, total: Load, scan: BurstScan): boolean {
  const surplus = bucketsOf(burst, actions).reduce(
    (sum, index) => sum + (actions.defended[index] ?? 0) - (defended.expected[index] ?? 0),
    0,
  );
  const expected = bucketsOf(burst, total).reduce((sum, index) => sum + (scan.expected[index] ?? 0), 0);
  return surplus >= LEAST_EXCESS * expected;
}

/** Whether somebody, a system or a person, says that there was an attack at that time. */
export function isExplained(burst: TimeWindow, context: SearchContext): boolean {
  return hasId(burst, context) || isStated(burst, context);
}

/** Whether attack ids cover at least half of the burst. */
function hasId(burst: TimeWindow, context: SearchContext): boolean {
  return unionDuration(clip(context.idWindows, burst)) >= (burst.end - burst.start) / 2;
}

/** Whether somebody said, during the burst or up to the merge gap away from it, that there was an attack. */
function isStated(burst: TimeWindow, context: SearchContext): boolean {
  return context.timeline.some(
    (entry) =>
      ATTACK_MILESTONES.includes(entry.milestone) &&
      entry.at < burst.end + context.mergeGapMs &&
      (entry.end ?? entry.at) >= burst.start - context.mergeGapMs,
  );
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
