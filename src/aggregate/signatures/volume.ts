import type { Interval, Measure } from '../../model/measure.ts';
import type { TimeWindow } from '../../model/time.ts';
import { coveredLength } from '../account.ts';
import type { AttackVolume, LayerStats } from '../attack-stats.ts';
import type { Tally } from '../intervals.ts';
import { addTallies, EMPTY_TALLY, shareMeasure, volumeMeasure } from '../measures.ts';
import { BETWEEN, fatesOf, GUARD, HOLD_OUT, mostLegitimate, type Part, TRAIN } from './count.ts';
import type { FoundSignature } from './signatures.ts';

/** A rule that acted before the attack too is counted only when it acts so many times as often, and then less its usual part. */
const OUT_OF_USUAL = 5;

/**
 * The attack as the signature sees it: what it matches from shortly before the first wave to the end of the data, less what it
 * would have matched in that time anyway, at the rate of the time before the attack. Undefined where nothing was matched.
 *
 * @param containedAt - ms since the epoch; undefined where the attack was not contained.
 */
export function volumeOf(
  found: FoundSignature,
  parts: readonly Part[],
  containedAt: number | undefined,
): AttackVolume | undefined {
  const { account, attack } = found;
  const { source } = account;
  const since = parts.filter((part) => part.span >= 0 || part.span === BETWEEN || part.span === GUARD);
  const matched = since.filter((part) => part.rule >= 0);
  const fates = fatesOf(account, matched);
  if (fates.matched.value === 0) return undefined;
  const foreign = mostLegitimate(account, parts, since);
  const unmatched = surelyUnmatched(found, parts);
  const { start: begin, end } = sinceOf(found);
  const contained = containedAt === undefined ? end : Math.min(Math.max(begin, containedAt), end);
  const usual = usualOf(found, parts, { start: begin, end });
  const efficacy = efficacyOf(found, matched, { foreign, unmatched, usual });
  const byContainment = (isContained: boolean) => {
    const then = since.filter((part) => part.contained === isContained);
    const own = then.filter((part) => part.rule >= 0);
    const window = isContained ? { start: contained, end } : { start: begin, end: contained };
    return efficacyOf(found, own, {
      foreign: mostLegitimate(account, parts, then),
      unmatched: 0,
      usual: usualOf(found, parts, window),
    });
  };
  const [before, after] = [byContainment(false), byContainment(true)];
  const passed = parts.filter((part) => part.span >= 0 && (part.fate === 'leaked' || part.fate === 'reached'));
  const clean = addTallies(passed.filter((part) => part.rule < 0).map((part) => part.volume));
  const cleanShare = efficacy && shareMeasure(account.gauge, clean, addTallies(passed.map((part) => part.volume)));
  const legitimate = source.knowsDisposition ? legitimateOf(found, parts) : undefined;
  return {
    basis: 'signature',
    total: attackOf(fates.matched, usual(), { foreign, unmatched }),
    ...(fates.mitigated && { mitigated: attackOf(fates.mitigated, usual('mitigated'), { foreign, unmatched: 0 }) }),
    ...(fates.leaked && { leaked: attackOf(fates.leaked, usual('leaked', 'reached'), { foreign, unmatched }) }),
    ...(efficacy && { efficacy }),
    ...(cleanShare && { cleanShare }),
    ...(fates.reachedOrigin && {
      reachedOrigin: attackOf(fates.reachedOrigin, usual('reached'), { foreign, unmatched: 0 }),
    }),
    ...(before && after && { beforeContainment: before, afterContainment: after }),
    ...(legitimate && { legitimateMitigated: legitimate }),
    excess: attack.total,
  };
}

/** Attack volume that no rule matches, when the excess in the waves is surely larger than what the rules match; else zero. */
function surelyUnmatched({ attack }: FoundSignature, parts: readonly Part[]): number {
  const inWaves = addTallies(parts.filter((part) => part.rule >= 0 && part.span >= 0).map((part) => part.volume)).value;
  const { lower, upper } = attack.total.interval ?? { lower: attack.total.value, upper: attack.total.value };
  return lower > inWaves ? upper - inWaves : 0;
}

/** From the last seconds before the first wave on. */
function sinceOf({ account, spans }: FoundSignature): TimeWindow {
  const start = spans.holdOut.at(-1)?.end ?? spans.attack[0]?.start ?? account.extent.start;
  return { start, end: account.extent.end };
}

/** Volume that the signature would have matched in a window without an attack, by what would have become of it (all where none is named). */
type Usual = (...fates: Part['fate'][]) => number;

function usualOf({ account, spans }: FoundSignature, parts: readonly Part[], window: TimeWindow): Usual {
  const matched = parts.filter((part) => part.rule >= 0 && isBefore(part));
  const ratio =
    coveredLength(account, [window]) / Math.max(1, coveredLength(account, [...spans.train, ...spans.holdOut]));
  return (...fates) =>
    ratio * (fates.length > 0 ? tallyOf(matched, ...fates) : addTallies(matched.map((part) => part.volume))).value;
}

function isBefore(part: Part): boolean {
  return part.span === TRAIN || part.span === HOLD_OUT;
}

/**
 * The attack among what was matched: less what is usual, between all but what may at most be legitimate (`foreign`) and all with
 * what may have gone unmatched.
 */
function attackOf(
  measure: Measure,
  usual: number,
  { foreign, unmatched }: { readonly foreign: number; readonly unmatched: number },
): Measure {
  if (unmatched === 0 && (foreign === 0 || measure.value === 0)) return measure;
  const { lower, upper } = measure.interval ?? { lower: measure.value, upper: measure.value };
  const least = Math.max(0, lower - foreign);
  return {
    ...measure,
    value: Math.max(least, measure.value - Math.round(usual)),
    kind: 'estimated',
    interval: { lower: least, upper: upper + Math.ceil(unmatched) },
  };
}

function tallyOf(parts: readonly Part[], ...fates: Part['fate'][]): Tally {
  return addTallies(parts.filter((part) => fates.includes(part.fate)).map((part) => part.volume));
}

/**
 * Mitigated / (mitigated + leaked), both less what is usual. What is matched but legitimate (`foreign`, at most) may be among
 * either, and attack traffic that no rule matches may have fared either way.
 */
function efficacyOf(
  { account }: FoundSignature,
  parts: readonly Part[],
  { foreign, unmatched, usual }: { readonly foreign: number; readonly unmatched: number; readonly usual: Usual },
): Measure | undefined {
  if (!account.source.knowsDisposition) return undefined;
  const mitigated = tallyOf(parts, 'mitigated');
  const decided = tallyOf(parts, 'mitigated', 'leaked', 'reached');
  const share = shareMeasure(account.gauge, mitigated, decided);
  if (!share || (foreign === 0 && unmatched === 0)) return share;
  const bounds = share.interval ?? { lower: share.value, upper: share.value };
  const interval = withUncertain(bounds, decided.value, { foreign, unmatched });
  const own = Math.max(0, mitigated.value - usual('mitigated'));
  const other = Math.max(0, decided.value - mitigated.value - usual('leaked', 'reached'));
  const value = own + other > 0 ? own / (own + other) : share.value;
  return { ...share, value: within(value, interval), kind: 'estimated', interval };
}

function within(value: number, { lower, upper }: Interval): number {
  return Math.min(upper, Math.max(lower, value));
}

/** Bounds of a share of `whole` when so much of the whole may not belong to it, and so much may be missing from it. */
export function withUncertain(
  { lower, upper }: Interval,
  whole: number,
  { foreign, unmatched }: { readonly foreign: number; readonly unmatched: number },
): Interval {
  if (foreign >= whole) return { lower: 0, upper: 1 };
  const own = whole - foreign;
  const [least, most] = [Math.max(0, lower * whole - foreign), Math.min(own, upper * whole)];
  const part = unmatched / (own + unmatched);
  return { lower: (least / own) * (1 - part), upper: (most / own) * (1 - part) + part };
}

/**
 * Legitimate traffic that was mitigated since the attack began: mitigated, not matched by the signature, and not by what
 * mitigated such traffic before the attack already.
 */
function legitimateOf(found: FoundSignature, parts: readonly Part[]): Measure {
  const { account, spans } = found;
  const others = parts.filter((part) => part.rule < 0 && part.fate === 'mitigated');
  const before: readonly TimeWindow[] = [...spans.train, ...spans.holdOut];
  const since = { start: spans.attack[0]?.start ?? account.extent.start, end: account.extent.end };
  const ratio = coveredLength(account, [since]) / Math.max(1, coveredLength(account, before));
  const actors = [...new Set(others.map((part) => part.actor))];
  const tallies = actors.flatMap((actor): Tally[] => {
    const own = others.filter((part) => part.actor === actor);
    const now = addTallies(own.filter((part) => part.span >= 0 || part.span === BETWEEN).map((part) => part.volume));
    const usual = ratio * addTallies(own.filter(isBefore).map((part) => part.volume)).value;
    if (usual === 0) return [now];
    if (now.value < OUT_OF_USUAL * usual) return [];
    return [{ ...now, value: now.value - Math.round(usual) }];
  });
  return volumeMeasure(account.gauge, tallies.length > 0 ? addTallies(tallies) : EMPTY_TALLY);
}

/** The layers, their attack told by the signature where there is one. */
export function withSignatureVolumes(
  layers: readonly LayerStats[],
  volumes: ReadonlyMap<LayerStats['layer'], AttackVolume>,
): LayerStats[] {
  return layers.map((layer) => {
    const attack = volumes.get(layer.layer);
    return attack ? { ...layer, attack } : layer;
  });
}
