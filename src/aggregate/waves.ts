import ipaddr from 'ipaddr.js';
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
  /** Seen in the traffic itself, as a burst. */
  readonly inTraffic: boolean;
}

/** An attack on this many addresses at once is on the networks that they lie in. */
const CARPET_TARGETS = 32;

/**
 * Waves by the printed rule: sightings on the same target that overlap or lie less than the merge gap apart are one wave. Two
 * targets are the same when they are equal, when one contains the other, or, for attacks on many addresses, when they lie in
 * one /24 or /48. A sighting whose target is not known, such as a burst of traffic, belongs to the wave that it overlaps (the
 * earliest of several, whose start it may move; the last one, whose end it may move); alone it is a wave of its own.
 */
export function mergeSightings(sightings: readonly Sighting[], mergeGapMs: number): Sighting[] {
  const located = sightings.filter((sighting) => sighting.targets.length > 0);
  const unlocated = mergeByTime(
    sightings.filter((sighting) => sighting.targets.length === 0),
    mergeGapMs,
  );
  let waves = mergeByTarget(located, mergeGapMs);
  const alone: Sighting[] = [];
  for (const sighting of unlocated) {
    const near = waves.filter((wave) => areNear(wave, sighting, mergeGapMs));
    const [target, ...others] = mergeByTarget(near, Number.POSITIVE_INFINITY);
    if (!target) alone.push(sighting);
    else if (others.length === 0) waves = [...waves.filter((wave) => !near.includes(wave)), join(target, sighting)];
    else waves = stretch(waves, near, sighting);
  }
  // A moved edge may have closed a gap between two waves on one target.
  return [...mergeByTarget(waves, mergeGapMs), ...alone].sort(byTime);
}

function byTime(a: Sighting, b: Sighting): number {
  return a.start - b.start || endOf(a) - endOf(b);
}

function endOf(sighting: Sighting): number {
  return sighting.end ?? Number.POSITIVE_INFINITY;
}

/** Moves the start of the earliest and the end of the last of several waves on different targets. */
function stretch(waves: readonly Sighting[], near: readonly Sighting[], sighting: Sighting): Sighting[] {
  const first = near.reduce((best, wave) => (wave.start < best.start ? wave : best));
  const last = near.reduce((best, wave) => (endOf(wave) > endOf(best) ? wave : best));
  return waves.map((wave) => {
    const start = wave === first ? Math.min(wave.start, sighting.start) : wave.start;
    if (wave === last) return { ...join(wave, sighting), start };
    return near.includes(wave) ? { ...wave, start, inTraffic: true } : wave;
  });
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

function mergeByTime(sightings: readonly Sighting[], mergeGapMs: number): Sighting[] {
  const merged: Sighting[] = [];
  for (const sighting of [...sightings].sort(byTime)) {
    const last = merged.at(-1);
    if (last && areNear(last, sighting, mergeGapMs)) merged[merged.length - 1] = join(last, sighting);
    else merged.push(sighting);
  }
  return merged;
}

/** Merges along each target key; sightings that are linked through any key end in one wave. */
function mergeByTarget(sightings: readonly Sighting[], mergeGapMs: number): Sighting[] {
  const keys = targetKeys(sightings);
  const parents = sightings.map((_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parents[root] !== undefined && parents[root] !== root) root = parents[root] ?? root;
    return root;
  };
  const byKey = new Map<string, number[]>();
  for (const [index, own] of keys.entries()) for (const key of own) byKey.set(key, [...(byKey.get(key) ?? []), index]);
  for (const members of byKey.values()) {
    const sorted = members
      .flatMap((index) => (sightings[index] ? [{ index, sighting: sightings[index] }] : []))
      .sort((a, b) => byTime(a.sighting, b.sighting));
    let reach: (typeof sorted)[number] | undefined;
    for (const item of sorted) {
      if (reach && areNear(reach.sighting, item.sighting, mergeGapMs))
        parents[rootOf(item.index)] = rootOf(reach.index);
      if (!reach || endOf(item.sighting) > endOf(reach.sighting)) reach = item;
    }
  }
  const groups = new Map<number, Sighting>();
  const order = sightings
    .map((sighting, index) => ({ sighting, index }))
    .sort((a, b) => byTime(a.sighting, b.sighting));
  for (const { sighting, index } of order) {
    const group = groups.get(rootOf(index));
    groups.set(rootOf(index), group ? join(group, sighting) : sighting);
  }
  return [...groups.values()].sort(byTime);
}

/** For each sighting the keys under which it meets others: its targets, the prefixes that contain them, its networks. */
function targetKeys(sightings: readonly Sighting[]): string[][] {
  const prefixes = [...new Set(sightings.flatMap((sighting) => sighting.targets))]
    .filter((target) => target.includes('/'))
    .flatMap((text) => parsePrefix(text) ?? []);
  const containing = new Map<string, string[]>();
  const keysOf = (target: string): string[] => {
    const kept = containing.get(target);
    if (kept) return kept;
    const own = parsePrefix(target) ?? parsePrefix(`${target}/${target.includes(':') ? 128 : 32}`);
    const found = own ? prefixes.filter((prefix) => isInside(own, prefix)).map((prefix) => prefix.text) : [];
    const keys = [...new Set([target, ...found])];
    containing.set(target, keys);
    return keys;
  };
  return sightings.map((sighting) => {
    const keys = sighting.targets.flatMap(keysOf);
    const networks = sighting.targets.length >= CARPET_TARGETS ? sighting.targets.flatMap(networkOf) : [];
    return [...new Set([...keys, ...networks])];
  });
}

interface Prefix {
  readonly text: string;
  readonly address: ipaddr.IPv4 | ipaddr.IPv6;
  readonly length: number;
}

function parsePrefix(text: string): Prefix | undefined {
  if (!ipaddr.isValidCIDR(text)) return undefined;
  const [address, length] = ipaddr.parseCIDR(text);
  return { text, address, length };
}

function isInside(inner: Prefix, outer: Prefix): boolean {
  return (
    inner.address.kind() === outer.address.kind() &&
    inner.length >= outer.length &&
    inner.address.match([outer.address, outer.length])
  );
}

/** `net 198.51.100.0/24`; a key of its own, so that single addresses do not meet through it. */
function networkOf(target: string): string[] {
  if (!ipaddr.isValid(target)) return [];
  const address = ipaddr.parse(target);
  const length = address.kind() === 'ipv4' ? 24 : 48;
  const bytes = address.toByteArray().map((byte, index) => (index * 8 < length ? byte : 0));
  return [`net ${ipaddr.fromByteArray(bytes).toString()}/${length}`];
}

/** Attack ids as sightings; those without a start cannot be placed in time. One without an end goes on. */
export function sightingsOfIds(attacks: readonly KnownAttack[]): Sighting[] {
  return attacks.flatMap((attack): Sighting[] =>
    attack.start === undefined
      ? []
      : [
          {
            start: attack.start,
            ...(attack.end !== undefined && { end: Math.max(attack.end, attack.start) }),
            uncertaintyMs: attack.uncertaintyMs,
            layers: [attack.layer],
            basis: 'attack-ids',
            attackIds: [attack.id],
            vectors: attack.vectors,
            targets: attack.targets,
            inTraffic: false,
          },
        ],
  );
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
