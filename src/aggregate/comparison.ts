import type { TimeWindow } from '../model/time.ts';
import { type Account, coveredLength, spansOf } from './account.ts';
import type { TraitStats } from './attack-stats.ts';
import type { Tally } from './intervals.ts';
import { EMPTY_TALLY, shareMeasure, volumeMeasure } from './measures.ts';
import { phaseSpans } from './phases.ts';
import { type Binder, inWindows } from './statement.ts';

/** Spans that are told apart in one pass over the rows: the waves by number, and as 0 the time they are compared with. */
export interface Comparison {
  readonly parts: readonly { readonly number: number; readonly spans: readonly TimeWindow[] }[];
  /** Length of the wave / length of the time it is compared with; undefined where there is no such time. */
  ratioOf(number: number): number | undefined;
}

/** The waves against the time before them, else after them, as an account can tell them. Waves without data are left out. */
export function compareWaves(
  account: Account,
  waves: readonly { readonly number: number; readonly window: TimeWindow }[],
  running: boolean,
): Comparison {
  const phases = phaseSpans(
    account,
    waves.map(({ window }) => window),
    running,
  );
  const usual = phases.before.length > 0 ? phases.before : phases.after;
  const usualMs = coveredLength(account, usual);
  const mine = waves
    .map(({ number, window }) => ({ number, spans: spansOf(account, [window]) }))
    .filter(({ spans }) => coveredLength(account, spans) > 0);
  return {
    parts: [...mine, ...(usualMs > 0 ? [{ number: 0, spans: usual }] : [])],
    ratioOf: (number) => {
      const spans = mine.find((part) => part.number === number)?.spans ?? [];
      return usualMs > 0 ? coveredLength(account, spans) / usualMs : undefined;
    },
  };
}

/** Expression for the number of the part a row belongs to; NULL outside. A row that touches two waves is in the first. */
export function partSql(binder: Binder, { parts }: Comparison): string {
  return `case ${parts.map(({ number, spans }) => `when ${inWindows(binder, spans)} then ${number}`).join(' ')} end`;
}

/** Volume of one trait of the traffic, in a wave and in the time it is compared with. */
export interface TraitTallies {
  readonly volume: Tally;
  readonly mitigated?: Tally;
  readonly bytes?: number;
}

/** One trait against the time before: what of it is more than that time would have brought in as much time. */
export function traitOf(
  account: Account,
  wave: { readonly own: TraitTallies | undefined; readonly whole: TraitTallies },
  usual: { readonly own: TraitTallies | undefined; readonly whole: TraitTallies | undefined; readonly ratio: number },
): TraitStats {
  const { gauge } = account;
  const own = wave.own ?? { volume: EMPTY_TALLY };
  const over = (value: number, before: number | undefined) => value - usual.ratio * (before ?? 0);
  const wholeBefore = usual.whole?.volume.value ?? 0;
  return {
    total: volumeMeasure(gauge, own.volume),
    share: shareMeasure(gauge, own.volume, wave.whole.volume) ?? {
      value: 0,
      unit: 'share',
      kind: gauge.kind,
      evidence: gauge.evidence,
    },
    ...(wholeBefore > 0 && { shareBefore: (usual.own?.volume.value ?? 0) / wholeBefore }),
    rows: gauge.sampled ? own.volume.sampled : own.volume.value,
    excess: over(own.volume.value, usual.own?.volume.value),
    ...(own.mitigated && { excessMitigated: over(own.mitigated.value, usual.own?.mitigated?.value) }),
    ...(own.bytes !== undefined && { bytes: own.bytes, excessBytes: over(own.bytes, usual.own?.bytes) }),
  };
}
