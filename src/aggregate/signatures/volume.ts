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
 * The attack as the signature sees it: what it matches from shortly before the first wave to the end of the data, since next to
 * nothing else does. Undefined where nothing was matched.
 */
export function volumeOf(found: FoundSignature, parts: readonly Part[]): AttackVolume | undefined {
  const { account, attack } = found;
  const { source } = account;
  const since = parts.filter((part) => part.span >= 0 || part.span === BETWEEN || part.span === GUARD);
  const matched = since.filter((part) => part.rule >= 0);
  const fates = fatesOf(account, matched);
  if (fates.matched.value === 0) return undefined;
  const foreign = mostLegitimate(account, parts, since);
  const unmatched = surelyUnmatched(found, parts);
  const efficacy = efficacyOf(found, matched, { foreign, unmatched });
  const byContainment = (contained: boolean) => {
    const then = since.filter((part) => part.contained === contained);
    const own = then.filter((part) => part.rule >= 0);
    return efficacyOf(found, own, { foreign: mostLegitimate(account, parts, then), unmatched: 0 });
  };
  const [before, after] = [byContainment(false), byContainment(true)];
  const passed = parts.filter((part) => part.span >= 0 && (part.fate === 'leaked' || part.fate === 'reached'));
  const clean = addTallies(passed.filter((part) => part.rule < 0).map((part) => part.volume));
  const cleanShare = efficacy && shareMeasure(account.gauge, clean, addTallies(passed.map((part) => part.volume)));
  const legitimate = source.knowsDisposition ? legitimateOf(found, parts) : undefined;
  return {
    basis: 'signature',
    total: widened(fates.matched, foreign, unmatched),
    ...(fates.mitigated && { mitigated: widened(fates.mitigated, foreign, 0) }),
    ...(fates.leaked && { leaked: widened(fates.leaked, foreign, unmatched) }),
    ...(efficacy && { efficacy }),
    ...(cleanShare && { cleanShare }),
    ...(fates.reachedOrigin && { reachedOrigin: widened(fates.reachedOrigin, foreign, 0) }),
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

/** A volume of which some may be legitimate, and beside which some of the attack may have gone unmatched. */
function widened(measure: Measure, downwards: number, upwards: number): Measure {
  if (upwards === 0 && (downwards === 0 || measure.value === 0)) return measure;
  const { lower, upper } = measure.interval ?? { lower: measure.value, upper: measure.value };
  return {
    ...measure,
    kind: 'estimated',
    interval: { lower: Math.max(0, lower - downwards), upper: upper + Math.ceil(upwards) },
  };
}

function tallyOf(parts: readonly Part[], ...fates: Part['fate'][]): Tally {
  return addTallies(parts.filter((part) => fates.includes(part.fate)).map((part) => part.volume));
}

/**
 * Mitigated / (mitigated + leaked). What is matched but legitimate (`foreign`, at most) may be among either, and attack traffic that
 * no rule matches may have fared either way.
 */
function efficacyOf(
  { account }: FoundSignature,
  parts: readonly Part[],
  { foreign, unmatched }: { readonly foreign: number; readonly unmatched: number },
): Measure | undefined {
  if (!account.source.knowsDisposition) return undefined;
  const mitigated = tallyOf(parts, 'mitigated');
  const decided = tallyOf(parts, 'mitigated', 'leaked', 'reached');
  const share = shareMeasure(account.gauge, mitigated, decided);
  if (!share || (foreign === 0 && unmatched === 0)) return share;
  const { lower, upper } = share.interval ?? { lower: share.value, upper: share.value };
  return {
    ...share,
    kind: 'estimated',
    interval: withUncertain({ lower, upper }, decided.value, { foreign, unmatched }),
  };
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
  const isBefore = (part: Part) => part.span === TRAIN || part.span === HOLD_OUT;
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
