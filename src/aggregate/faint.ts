import type { Engine } from '../engine/engine.ts';
import type { Account } from './account.ts';
import { isExplained, type SearchContext } from './search.ts';
import { tellsBotnet } from './signatures/signatures.ts';
import { findValueBursts, type ValueBurst } from './value-series.ts';
import { openEnd, type Sighting } from './waves.ts';

/** An attack adds at least this share to all traffic. */
const LEAST_EXCESS = 0.05;
/** A surge of one value is an attack when what acts on floods stopped at least this share of it … */
const LEAST_DEFENDED = 0.25;
/** … or when it adds this much to all traffic and many senders share a tool that nobody used before. */
const LEAST_OF_TOOL = 0.2;
/** So many surges are looked at for a tool: each is mined for its signature. */
const MOST_MINED = 4;

/**
 * Attacks that drown in all traffic and are plain in a single value of what senders may choose: surges of one that flood defences stopped,
 * that somebody says were an attack, or that are the work of one tool on many machines. What overlaps with a clearer one is one
 * with it.
 */
export async function findFaintAttacks(
  engine: Engine,
  account: Account,
  known: readonly Sighting[],
  context: SearchContext,
): Promise<Sighting[]> {
  const windows = known.map((sighting) => ({ start: sighting.start, end: openEnd(sighting) }));
  const bursts = await findValueBursts(engine, account, windows, context.mergeGapMs);
  const found: Sighting[] = [];
  let mined = 0;
  for (const burst of bursts) {
    if (burst.excess < LEAST_EXCESS * (burst.total - burst.excess)) continue;
    if (found.some((other) => other.start < burst.end && openEnd(other) > burst.start)) continue;
    const defended = burst.defended >= LEAST_DEFENDED * burst.excess;
    // A word about an attack that is known is about that one.
    if (!defended && !(known.length === 0 && isExplained(burst, context))) {
      if (burst.excess < LEAST_OF_TOOL * (burst.total - burst.excess) || mined === MOST_MINED) continue;
      mined += 1;
      if (!(await tellsBotnet(engine, account, burst))) continue;
    }
    found.push(sightingOf(burst, account, defended));
  }
  return found;
}

function sightingOf(burst: ValueBurst, account: Account, defended: boolean): Sighting {
  return {
    start: burst.start,
    ...(burst.running ? { seenUntil: burst.end } : { end: burst.end }),
    uncertaintyMs: burst.stepMs,
    layers: [account.source.layer],
    basis: defended ? 'mitigation' : 'volume',
    attackIds: [],
    vectors: [],
    targets: [],
    inTraffic: true,
    excess: burst.excess,
  };
}
