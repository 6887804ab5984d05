import type { TimelineEntry } from '../ingest/ingest.ts';
import type { TimeWindow } from '../model/time.ts';
import type { Layer } from '../model/traffic.ts';
import type { KnownAttack } from './attack-ids.ts';
import type { WaveStats } from './attack-stats.ts';

/** Evidence that an attack was going on: an attack id, a burst with a reason to call it an attack, or a statement. */
export interface Sighting {
  readonly start: number;
  /** Absent while it is still going on at the end of the data. */
  readonly end?: number;
  /** Where the data of one without an end stops: a statement that names an end from there on closes it. */
  readonly seenUntil?: number;
  readonly uncertaintyMs: number;
  readonly layers: readonly Layer[];
  readonly basis: WaveStats['basis'];
  readonly attackIds: readonly string[];
  readonly vectors: readonly string[];
  /** Addresses, prefixes or names; empty when not known. */
  readonly targets: readonly string[];
  /** Volume beyond the usual that a single value of an attribute shows, where that is how it was seen. */
  readonly excess?: number;
  /** First record that the signature matches, where there is one: a slow attack has sent before its wave begins. */
  readonly firstMatch?: { readonly at: number; readonly uncertaintyMs: number };
  /** Seen in the traffic itself, as a burst. */
  readonly inTraffic: boolean;
}

/**
 * Waves by the printed rule: sightings of a case that overlap or lie less than the merge gap apart are one wave, whichever of
 * the customer's targets they hit. A campaign that moves from address to address or hits several at once is told as one.
 */
export function mergeSightings(sightings: readonly Sighting[], mergeGapMs: number): Sighting[] {
  const merged: Sighting[] = [];
  for (const sighting of [...sightings].sort(byTime)) {
    const last = merged.at(-1);
    if (last && areNear(last, sighting, mergeGapMs)) merged[merged.length - 1] = join(last, sighting);
    else merged.push(sighting);
  }
  return merged;
}

function byTime(a: Sighting, b: Sighting): number {
  return a.start - b.start || endOf(a) - endOf(b);
}

function endOf(sighting: Sighting): number {
  return sighting.end ?? Number.POSITIVE_INFINITY;
}

/** Its end, or where its data stops. */
export function openEnd(sighting: Sighting): number {
  return sighting.end ?? lostAt(sighting);
}

function areNear(a: Sighting, b: Sighting, mergeGapMs: number): boolean {
  return Math.max(a.start, b.start) - Math.min(endOf(a), endOf(b)) < mergeGapMs;
}

const BASES: readonly WaveStats['basis'][] = ['attack-ids', 'mitigation', 'volume', 'timeline'];

function join(a: Sighting, b: Sighting): Sighting {
  return {
    start: Math.min(a.start, b.start),
    ...joinedEnd(a, b),
    uncertaintyMs: Math.max(a.uncertaintyMs, b.uncertaintyMs),
    layers: (['network', 'http'] as const).filter((layer) => a.layers.includes(layer) || b.layers.includes(layer)),
    basis: BASES.find((basis) => basis === a.basis || basis === b.basis) ?? a.basis,
    attackIds: [...new Set([...a.attackIds, ...b.attackIds])],
    vectors: [...new Set([...a.vectors, ...b.vectors])],
    targets: [...new Set([...a.targets, ...b.targets])],
    inTraffic: a.inTraffic || b.inTraffic,
    ...((a.excess ?? b.excess) !== undefined && { excess: Math.max(a.excess ?? 0, b.excess ?? 0) }),
  };
}

/** The later end. One that the data only lost sight of ends where the other says, if that is not before. */
function joinedEnd(a: Sighting, b: Sighting): Pick<Sighting, 'end' | 'seenUntil'> {
  if (a.end !== undefined && b.end !== undefined) return { end: Math.max(a.end, b.end) };
  const seenUntil = Math.max(...[a, b].filter((sighting) => sighting.end === undefined).map(lostAt));
  const stated = a.end ?? b.end;
  if (stated !== undefined && stated >= seenUntil) return { end: stated };
  return Number.isFinite(seenUntil) ? { seenUntil } : {};
}

function lostAt(sighting: Sighting): number {
  return sighting.seenUntil ?? Number.POSITIVE_INFINITY;
}

/**
 * Attack ids as sightings; those without a start cannot be placed in time. One without an end goes on. An id of which a log shows
 * that it fell silent for longer than the merge gap is a sighting each time.
 */
export function sightingsOfIds(attacks: readonly KnownAttack[]): Sighting[] {
  return attacks.flatMap((attack): Sighting[] => {
    const { start, end } = attack;
    if (start === undefined) return [];
    const times = attack.active ?? [{ start, ...(end !== undefined && { end: Math.max(end, start) }) }];
    return times.map((time) => ({
      ...time,
      uncertaintyMs: attack.uncertaintyMs,
      layers: [attack.layer],
      basis: 'attack-ids',
      attackIds: [attack.id],
      vectors: attack.vectors,
      targets: attack.targets,
      inTraffic: false,
    }));
  });
}

/**
 * Waves that only people stated: each `attack_start` of an entry for the customer up to its own end or the next `attack_end`.
 * A start without an end goes on.
 */
export function sightingsOfTimeline(timeline: readonly TimelineEntry[], layers: readonly Layer[]): Sighting[] {
  const entries = timeline.filter((entry) => entry.visibility === 'customer').sort((a, b) => a.at - b.at);
  return entries
    .filter((entry) => entry.milestone === 'attack_start')
    .map((entry) => {
      const closing = entries.find((other) => other.milestone === 'attack_end' && other.at >= entry.at);
      const end = entry.end ?? closing?.at;
      return {
        start: entry.at,
        ...(end !== undefined && { end }),
        uncertaintyMs: Math.max(entry.precisionMs, closing?.precisionMs ?? 0),
        layers,
        basis: 'timeline' as const,
        attackIds: [],
        vectors: [],
        targets: [],
        inTraffic: false,
      };
    });
}

/** Gives open waves the end that people stated for the customer, if it is not before what the data still shows. */
export function closeByStatement(waves: readonly Sighting[], timeline: readonly TimelineEntry[]): Sighting[] {
  const ends = timeline
    .filter((entry) => entry.visibility === 'customer' && entry.milestone === 'attack_end')
    .map((entry) => entry.at);
  return waves.map((wave, index) => {
    if (wave.end !== undefined) return wave;
    const next = waves[index + 1]?.start ?? Number.POSITIVE_INFINITY;
    const end = ends
      .filter((at) => at >= Math.max(wave.start, wave.seenUntil ?? wave.start) && at < next)
      .sort((a, b) => a - b)[0];
    return end === undefined ? wave : { ...wave, end };
  });
}

/** Cuts a wave to the report's window; undefined when it lies outside. A running wave stays running. */
export function clipSighting(sighting: Sighting, window: TimeWindow): Sighting | undefined {
  if (sighting.start >= window.end || endOf(sighting) <= window.start) {
    // A wave of no length, at one instant, is inside when the instant is.
    if (!(sighting.end === sighting.start && sighting.start >= window.start && sighting.start < window.end))
      return undefined;
  }
  return {
    ...sighting,
    start: Math.max(sighting.start, window.start),
    ...(sighting.end !== undefined && { end: Math.min(sighting.end, window.end) }),
  };
}
