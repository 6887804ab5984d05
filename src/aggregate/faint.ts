import type { Engine } from '../engine/engine.ts';
import type { Account } from './account.ts';
import { isExplained, type SearchContext } from './search.ts';
import { tellsBotnet } from './signatures/signatures.ts';
import { findValueBursts, type ValueBurst } from './value-series.ts';
import { openEnd, type Sighting } from './waves.ts';

/** An attack adds at least this share to all traffic. */
const LEAST_EXCESS = 0.05;
/** A surge of one value is an attack when at least this share of it was mitigated … */
const LEAST_MITIGATED = 0.25;
/** … or when it adds this much to all traffic and many senders share a tool that nobody used before. */
const LEAST_OF_TOOL = 0.2;
/** So many surges are looked at for a tool: each is mined for its signature. */
const MOST_MINED = 4;

/**
 * Attacks that drown in all traffic and are plain in a single value of what senders may choose: surges of one that were mitigated,
 * that somebody says were an attack, or that are the work of one tool on many machines. What is known already to the length of a
 * bucket is left out; those that overlap are one, told by the largest.
 */
export async function findFaintAttacks(
  engine: Engine,
  account: Account,
  known: readonly Sighting[],
  context: SearchContext,
): Promise<Sighting[]> {
  const bursts = await findValueBursts(engine, account, context.mergeGapMs);
  const isKnown = ({ start, end, stepMs }: ValueBurst) =>
    known.some((sighting) => Math.abs(sighting.start - start) <= stepMs && Math.abs(openEnd(sighting) - end) <= stepMs);
  const found: Sighting[] = [];
  let mined = 0;
  for (const burst of bursts) {
    if (burst.excess < LEAST_EXCESS * (burst.total - burst.excess) || isKnown(burst)) continue;
    if (found.some((other) => other.start <= burst.start + burst.stepMs && openEnd(other) >= burst.end - burst.stepMs))
      continue;
    const mitigated = burst.mitigated >= LEAST_MITIGATED * burst.excess;
    if (!mitigated && !isExplained(burst, context)) {
      if (burst.excess < LEAST_OF_TOOL * (burst.total - burst.excess) || mined === MOST_MINED) continue;
      mined += 1;
      if (!(await tellsBotnet(engine, account, burst))) continue;
    }
    found.push(sightingOf(burst, account, mitigated));
  }
  return found;
}

function sightingOf(burst: ValueBurst, account: Account, mitigated: boolean): Sighting {
  return {
    start: burst.start,
    ...(burst.running ? { seenUntil: burst.end } : { end: burst.end }),
    uncertaintyMs: burst.stepMs,
    layers: [account.source.layer],
    basis: mitigated ? 'mitigation' : 'volume',
    attackIds: [],
    vectors: [],
    targets: [],
    inTraffic: true,
    excess: burst.excess,
  };
}
