import type { Engine, SqlValue } from '../../engine/engine.ts';
import { mergeWindows, SECOND_MS, type TimeWindow } from '../../model/time.ts';
import { type Account, coveredLength, readTally, tallyColumns } from '../account.ts';
import { OWN_PEAK_SHARE } from '../bursts.ts';
import { defendedSql } from '../load.ts';
import { biasOfHighest } from '../peak-bias.ts';
import { createBinder, inWindows } from '../statement.ts';
import type { Sighting } from '../waves.ts';
import { firstMatch, type PeakRate, slopeOnset } from './onset.ts';
import { conjunctionSql } from './predicate-sql.ts';
import type { FoundSignature } from './signatures.ts';

/**
 * The edge of a wave is looked for so far from where all traffic shows it, and as far again as that is uncertain; further away it is
 * a contradiction, not a finer look.
 */
const REACH_MS = 30 * SECOND_MS;
/** Records of this much time tell how thin the attack is at its edge. */
const EDGE_MS = 30 * SECOND_MS;
/** So many records are expected in the time that decides about an edge. */
const DECISIVE_ROWS = 3;
/** A silence in which so many records would be expected is none of the attack's. */
const SILENT_ROWS = 8;

/** Matched records of one second. */
export interface MatchedSecond {
  /** Start of the second, epoch ms. */
  readonly t: number;
  readonly rows: number;
  readonly units: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Waves of one layer with the edges that the signature sees: where matches pass 5 % of their own peak, to the record where they
 * set in at once. All traffic shows an edge only as far as it stands out of it; next to nothing else matches a signature. The
 * first match is kept beside the edge, since a slow attack begins before it passes 5 % of its peak.
 *
 * @param named - where the attack ids of all waves are seen.
 */
export async function sharpenLayer(
  engine: Engine,
  found: FoundSignature,
  seen: readonly Sighting[],
  { mergeGapMs, named }: { readonly mergeGapMs: number; readonly named: readonly Sighting[] },
): Promise<Sighting[]> {
  const { account, spans } = found;
  const seconds = await readMatched(engine, found);
  const waves = seen.flatMap((wave) =>
    wave.excess === undefined ? [wave] : resegment(wave, seconds, { mergeGapMs, until: account.extent.end }),
  );
  const before = [...spans.train, ...spans.holdOut];
  const usual = seconds.filter(({ t }) => before.some(({ start, end }) => t >= start && t < end));
  const context = {
    usual: (usual.reduce((sum, { rows }) => sum + rows, 0) * SECOND_MS) / Math.max(1, coveredLength(account, before)),
    sampled: account.gauge.sampled,
  };
  const ended: Sighting[] = [];
  for (const wave of waves) ended.push(...(await withoutCrowds(engine, found, wave, { seconds, mergeGapMs, named })));
  return ended.map((wave, index) => {
    const until = wave.end ?? account.extent.end;
    const reachMs = REACH_MS + wave.uncertaintyMs;
    const near = seconds.filter(({ t }) => t >= wave.start - reachMs && t < until + reachMs);
    const edges = edgesOf(near, { start: wave.start, end: until }, reachMs);
    if (!edges) return wave;
    const notBefore = ended[index - 1]?.end ?? account.extent.start;
    const followed = firstMatch(seconds, edges.first, { ...context, notBefore });
    const slow = slopeOnset(seconds, followed.at, edges.peak);
    // A record of a slow beginning that a long silence cut off, but not longer than the slope explains.
    const since = slow && Math.max(slow.zero.at - slow.zero.uncertaintyMs, notBefore);
    const sooner = since === undefined ? undefined : seconds.find(({ first }) => first >= since);
    return {
      ...wave,
      start: slow?.edge.at ?? edges.start,
      ...(wave.end !== undefined && { end: edges.end }),
      uncertaintyMs: Math.max(edges.uncertaintyMs, slow?.edge.uncertaintyMs ?? 0),
      firstMatch: { ...followed, at: Math.min(followed.at, sooner?.first ?? followed.at) },
    };
  });
}

/** A piece of a wave has at least so many records; fewer that stand alone are strays. */
const FEWEST_ROWS = 30;
const STRAYS = 4;

/**
 * A wave that only single values of an attribute show is as long as their surges together, which may be of other traffic too: it is
 * cut to the times of its matches, at every silence as long as the merge gap.
 */
function resegment(
  wave: Sighting,
  seconds: readonly MatchedSecond[],
  { mergeGapMs, until }: { readonly mergeGapMs: number; readonly until: number },
): Sighting[] {
  const reachMs = REACH_MS + wave.uncertaintyMs;
  const end = wave.end ?? until;
  const inside = seconds.filter(({ t }) => t >= wave.start - reachMs && t < end + reachMs);
  const rowsIn = ({ start, end: last }: TimeWindow) =>
    inside.filter(({ first }) => first >= start && first < last).reduce((sum, { rows }) => sum + rows, 0);
  const records = inside.map(({ first, last }) => ({ start: first, end: last + 1 }));
  const meanDistance = (end - wave.start) / Math.max(1, rowsIn({ start: wave.start, end }));
  const pieces = mergeWindows(records, Math.min(mergeGapMs, 2 * SILENT_ROWS * meanDistance));
  const own = mergeWindows(
    pieces.filter((piece) => rowsIn(piece) > STRAYS),
    mergeGapMs,
  ).filter((piece) => rowsIn(piece) >= FEWEST_ROWS);
  if (own.length === 0) return [wave];
  return own.map((piece) => {
    const { end: _end, ...open } = wave;
    // It still goes on only where its matches do while the data ends.
    const isOver = wave.end !== undefined || piece.end + mergeGapMs <= until;
    return {
      ...open,
      start: piece.start,
      ...(isOver && { end: piece.end }),
      uncertaintyMs: Math.min(wave.uncertaintyMs, REACH_MS),
    };
  });
}

/** What defences stopped in a silence of the signature is no more than usual up to so many standard deviations. */
const SILENCE_Z = 3;

/**
 * The wave without surges of clients that came so soon after the attack that they were joined to it, or to it and what came after
 * them. Nothing of such a surge may point to an attack: no match of the signature, which leaves nothing of the other excess over;
 * nothing beyond the usual that defences stopped; no system or person who says when the wave was.
 */
async function withoutCrowds(
  engine: Engine,
  found: FoundSignature,
  wave: Sighting,
  matches: {
    readonly seconds: readonly MatchedSecond[];
    readonly mergeGapMs: number;
    readonly named: readonly Sighting[];
  },
): Promise<Sighting[]> {
  const { account, spans, attack, expected } = found;
  const { seconds, mergeGapMs, named } = matches;
  if (wave.end === undefined || wave.seenUntil !== undefined) return [wave];
  const { end } = wave;
  const pieces = matchedPieces(seconds, { start: wave.start, end });
  const silences: TimeWindow[] = pieces.flatMap((piece, index) => {
    const next = pieces[index + 1]?.start;
    const least = next === undefined ? REACH_MS + wave.uncertaintyMs : mergeGapMs - 1;
    const silence = { start: piece.end, end: next ?? end };
    const isNamed = namesIn(named, wave, { start: silence.start + SECOND_MS, end: silence.end - SECOND_MS }).length > 0;
    return silence.end - silence.start > least && !isNamed ? [silence] : [];
  });
  if (silences.length === 0) return [wave];
  const counts: SilenceCount[] = [];
  for (const silence of silences) counts.push(await countSilence(engine, account, [silence]));
  const units = counts.reduce((sum, count) => sum + count.units, 0);
  const usual = (expected * coveredLength(account, silences)) / Math.max(1, coveredLength(account, spans.attack));
  const matched = seconds
    .filter(({ t }) => spans.attack.some((span) => t >= span.start && t < span.end))
    .reduce((sum, second) => sum + second.units, 0);
  const others = (attack.total.interval?.lower ?? attack.total.value) - Math.max(0, units - usual);
  if (matched < others - Math.sqrt(units)) return [wave]; // as uncertain as a count is
  const before = [...spans.train, ...spans.holdOut];
  const { defended } = await countSilence(engine, account, before);
  const isCrowd = ({ start, end: until }: TimeWindow, count: SilenceCount | undefined) => {
    const everyday = (defended * (until - start)) / Math.max(1, coveredLength(account, before));
    return count !== undefined && count.defended <= everyday + SILENCE_Z * Math.sqrt(Math.max(1, everyday));
  };
  const crowds = silences.filter((silence, index) => isCrowd(silence, counts[index]));
  const starts = [wave.start, ...crowds.map((crowd) => crowd.end)];
  return starts.flatMap((start, index) => {
    const until = crowds[index]?.start ?? end;
    const attackIds = namesIn(named, wave, { start: start - SECOND_MS, end: until + SECOND_MS });
    return until > start ? [{ ...wave, start, end: until, attackIds }] : [];
  });
}

/** Attack ids of a wave by which a system speaks of a time. */
function namesIn(named: readonly Sighting[], wave: Sighting, time: TimeWindow): string[] {
  const spoken = named
    .filter(({ start, end }) => start < time.end && (end ?? Number.POSITIVE_INFINITY) > time.start)
    .flatMap(({ attackIds }) => attackIds);
  return wave.attackIds.filter((id) => spoken.includes(id));
}

/** Times of a wave in which the signature matches, less strays that a silence cuts off, and little that stands alone between others. */
export function matchedPieces(seconds: readonly MatchedSecond[], wave: TimeWindow): TimeWindow[] {
  const inside = seconds.filter(({ t }) => t + SECOND_MS > wave.start && t < wave.end);
  const pieces = mergeWindows(
    inside.map(({ first, last }) => ({ start: first, end: last + 1 })),
    REACH_MS,
  );
  const rowsIn = (piece: TimeWindow) =>
    inside.filter(({ first }) => first >= piece.start && first < piece.end).reduce((sum, { rows }) => sum + rows, 0);
  return pieces.filter((piece) => rowsIn(piece) > STRAYS);
}

interface SilenceCount {
  readonly units: number;
  readonly defended: number;
}

/** Volume of some windows, and records that flood defences stopped in them. */
async function countSilence(engine: Engine, account: Account, windows: readonly TimeWindow[]): Promise<SilenceCount> {
  const binder = createBinder();
  const stopped = account.source.knowsDisposition ? defendedSql(engine, account, 'mitigation_system') : 'false';
  const [row] = await engine.query<Record<string, SqlValue> & { defended: number }>(
    `select count(*) filter (where ${stopped}) as defended, ${tallyColumns(account, 'rows', 'whole')}
       from ${account.source.relation} where ${inWindows(binder, windows)}`,
    binder.values,
  );
  return { units: row ? readTally(row, 'whole').value : 0, defended: row?.defended ?? 0 };
}

/** What the rules match by second, from the first time that rules were found on. */
async function readMatched(engine: Engine, { account, rules, spans }: FoundSignature): Promise<MatchedSecond[]> {
  const binder = createBinder();
  const frame = { start: spans.train[0]?.start ?? account.extent.start, end: account.extent.end };
  const matched = rules
    .map(({ all }) => conjunctionSql(all, account.source.layer, binder, engine.dialect))
    .join(' or ');
  return engine.query<MatchedSecond>(
    `select t - t % ${SECOND_MS} as t, count(*) as rows, sum(${account.quantity}) as units, min(t) as first, max(t) as last
       from ${account.source.relation} where ${inWindows(binder, [frame])} and (${matched}) group by 1 order by 1`,
    binder.values,
  );
}

export interface MatchedEdges extends TimeWindow {
  readonly uncertaintyMs: number;
  /** The second in which matches set in. */
  readonly first: MatchedSecond;
  readonly peak: PeakRate;
}

/** Edges of the matched series near those of `wave`; undefined when one of them cannot be seen there. Seconds are in order. */
export function edgesOf(
  seconds: readonly MatchedSecond[],
  wave: TimeWindow,
  reachMs = REACH_MS,
): MatchedEdges | undefined {
  const bySecond = new Map(seconds.map((second) => [second.t, second]));
  const peak = peakOf(seconds);
  const edge = (from: number, step: 1 | -1): { second: MatchedSecond; awayMs: number } | undefined => {
    const ordered = step === 1 ? seconds : [...seconds].reverse();
    const candidates = ordered.filter(({ t }) => Math.abs(t - from) <= reachMs);
    // An edge that all traffic shows too far out has no match behind it until the attack itself.
    const inwards = candidates.find(({ t }) => (t - from) * step >= 0)?.t ?? from;
    const near = ordered.filter(({ t }) => (t - inwards) * step >= 0 && Math.abs(t - inwards) < EDGE_MS);
    const rowsPerSecond = near.reduce((sum, { rows }) => sum + rows, 0) / (EDGE_MS / SECOND_MS);
    if (rowsPerSecond === 0) return undefined;
    const width = Math.max(2, Math.ceil(DECISIVE_ROWS / rowsPerSecond));
    const silence = Math.max(2, Math.ceil(SILENT_ROWS / rowsPerSecond)) * SECOND_MS;
    const second = candidates.find((candidate, index) => {
      const units = Array.from(
        { length: width },
        (_, offset) => bySecond.get(candidate.t + step * offset * SECOND_MS)?.units ?? 0,
      ).reduce((sum, value) => sum + value, 0);
      if (units / width < OWN_PEAK_SHARE * peak.rate) return false;
      // A stray match before the attack is cut off from it by a silence.
      return candidates.slice(index + 1).every((next, offset) => {
        const before = candidates[index + offset]?.t ?? next.t;
        return (next.t - from) * step > 0 || Math.abs(next.t - before) <= silence;
      });
    });
    return second && { second, awayMs: rowsPerSecond >= DECISIVE_ROWS ? SECOND_MS : width * SECOND_MS };
  };
  const rise = edge(wave.start, 1);
  const fall = edge(wave.end, -1);
  if (!rise || !fall || fall.second.last < rise.second.first) return undefined;
  return {
    start: rise.second.first,
    end: fall.second.last + 1,
    uncertaintyMs: Math.max(rise.awayMs, fall.awayMs),
    first: rise.second,
    peak,
  };
}

/** A peak of the matches is a mean over the first of these in which there are enough records, else over the last. */
const PEAK_WINDOWS_MS = [10 * SECOND_MS, 30 * SECOND_MS];
const ENOUGH_ROWS = 300;

/** Highest mean, less what chance is expected to have added to it. */
function peakOf(seconds: readonly MatchedSecond[]): PeakRate {
  let peak: PeakRate = { rate: 0, deviation: 0 };
  for (const windowMs of PEAK_WINDOWS_MS) {
    const windows = new Map<number, { value: number; variance: number; rows: number }>();
    for (const { t, rows, units } of seconds) {
      const start = t - (t % windowMs);
      const sum = windows.get(start) ?? { value: 0, variance: 0, rows: 0 };
      windows.set(start, {
        value: sum.value + units,
        variance: sum.variance + units * (units / rows),
        rows: sum.rows + rows,
      });
    }
    const all = [...windows.values()];
    const highest = all.reduce((best, window) => (window.value > best.value ? window : best), {
      value: 0,
      variance: 0,
      rows: 0,
    });
    peak = {
      rate: ((highest.value - biasOfHighest(all)) * SECOND_MS) / windowMs,
      deviation: highest.value > 0 ? Math.sqrt(highest.variance) / highest.value : 0,
    };
    if (highest.rows >= ENOUGH_ROWS) break;
  }
  return peak;
}
