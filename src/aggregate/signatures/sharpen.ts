import type { Engine } from '../../engine/engine.ts';
import { SECOND_MS, type TimeWindow } from '../../model/time.ts';
import { OWN_PEAK_SHARE } from '../bursts.ts';
import { createBinder, inWindows } from '../statement.ts';
import type { Sighting } from '../waves.ts';
import { conjunctionSql } from './predicate-sql.ts';
import type { FoundSignature } from './signatures.ts';

/** The edge of a wave is looked for so far from where all traffic shows it; further away it is a contradiction, not a finer look. */
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
 * A wave with the edges that the signature sees: the first and last matched record of the time in which matches are at least 5 %
 * of their own peak. All traffic shows an edge only as far as it stands out of it; next to nothing else matches a signature.
 */
export async function sharpenWave(engine: Engine, found: FoundSignature, wave: Sighting): Promise<Sighting> {
  const { account, rules } = found;
  const until = wave.end ?? account.extent.end;
  const binder = createBinder();
  const frame = { start: wave.start - REACH_MS, end: until + REACH_MS };
  const matched = rules
    .map(({ all }) => conjunctionSql(all, account.source.layer, binder, engine.dialect))
    .join(' or ');
  const seconds = await engine.query<MatchedSecond>(
    `select t - t % ${SECOND_MS} as t, count(*) as rows, sum(${account.quantity}) as units, min(t) as first, max(t) as last
       from ${account.source.relation} where ${inWindows(binder, [frame])} and (${matched}) group by 1 order by 1`,
    binder.values,
  );
  const edges = edgesOf(seconds, { start: wave.start, end: until });
  if (!edges) return wave;
  return {
    ...wave,
    start: edges.start,
    ...(wave.end !== undefined && { end: edges.end }),
    uncertaintyMs: edges.uncertaintyMs,
  };
}

/** Edges of the matched series near those of `wave`; undefined when one of them cannot be seen there. Seconds are in order. */
export function edgesOf(
  seconds: readonly MatchedSecond[],
  wave: TimeWindow,
): (TimeWindow & { readonly uncertaintyMs: number }) | undefined {
  const bySecond = new Map(seconds.map((second) => [second.t, second]));
  const peak = peakOf(seconds);
  const edge = (from: number, step: 1 | -1): { second: MatchedSecond; awayMs: number } | undefined => {
    const inside = { start: from, end: from + step * EDGE_MS };
    const near = seconds.filter(
      ({ t }) => t >= Math.min(inside.start, inside.end) && t < Math.max(inside.start, inside.end),
    );
    const rowsPerSecond = near.reduce((sum, { rows }) => sum + rows, 0) / (EDGE_MS / SECOND_MS);
    if (rowsPerSecond === 0) return undefined;
    const width = Math.max(2, Math.ceil(DECISIVE_ROWS / rowsPerSecond));
    const silence = Math.max(2, Math.ceil(SILENT_ROWS / rowsPerSecond)) * SECOND_MS;
    const ordered = step === 1 ? seconds : [...seconds].reverse();
    const candidates = ordered.filter(({ t }) => Math.abs(t - from) <= REACH_MS);
    const second = candidates.find((candidate, index) => {
      const units = Array.from(
        { length: width },
        (_, offset) => bySecond.get(candidate.t + step * offset * SECOND_MS)?.units ?? 0,
      ).reduce((sum, value) => sum + value, 0);
      if (units / width < OWN_PEAK_SHARE * peak) return false;
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
  return { start: rise.second.first, end: fall.second.last + 1, uncertaintyMs: Math.max(rise.awayMs, fall.awayMs) };
}

/** Highest mean of ten seconds, per second. */
function peakOf(seconds: readonly MatchedSecond[]): number {
  const tens = new Map<number, number>();
  for (const { t, units } of seconds) {
    const start = t - (t % (10 * SECOND_MS));
    tens.set(start, (tens.get(start) ?? 0) + units / 10);
  }
  return [...tens.values()].reduce((best, value) => Math.max(best, value), 0);
}
