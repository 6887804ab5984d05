import type { WeekLayer, WeekStats } from '../../aggregate/aggregate.ts';
import type { PastSums } from '../../archive/archive.ts';
import type { Measure } from '../../model/measure.ts';
import type { Message } from '../../model/phrase.ts';
import { say } from '../../model/say.ts';
import { SECOND_MS } from '../../model/time.ts';
import { LAYER_SHORT, UNIT_WORDS } from '../vocabulary.ts';
import type { WeeklyFacts } from './facts.ts';

type Correction = NonNullable<WeeklyFacts['changes']>['rows'][number];

/** Sums of an earlier revision that are others now. */
export function correctionsOf(before: PastSums, stats: WeekStats): NonNullable<WeeklyFacts['changes']> {
  const counted = (value: number, unit: Measure['unit']): Measure => ({ value, unit, kind: 'counted', evidence: [] });
  const rows: Correction[] = [
    {
      what: say`Incidents`,
      before: counted(before.incidents, 'count'),
      after: counted(stats.incidents.length, 'count'),
    },
    {
      what: say`Under attack`,
      before: counted(before.exposureSeconds * SECOND_MS, 'ms'),
      after: counted(stats.exposure.value, 'ms'),
    },
    ...(['network', 'http'] as const).flatMap((layer) => layerRows(before, stats, layer)),
  ];
  return {
    revision: before.revision,
    rows: rows.filter((row) => row.before?.value !== row.after?.value),
  };
}

function layerRows(before: PastSums, stats: WeekStats, layer: WeekLayer['layer']): Correction[] {
  const was = before.layers.find((one) => one.layer === layer);
  const is = stats.layers.find((one) => one.layer === layer);
  if (!was && !is) return [];
  const unit = is?.unit ?? 'requests';
  const sameUnit = !was || !is || was.unit === is.unit;
  const row = (name: Message, of: Measure['unit'], old: number | undefined, now: number | undefined): Correction => ({
    what: say`${name} (${LAYER_SHORT[layer]})`,
    ...(old !== undefined && sameUnit && { before: stated(old, of) }),
    ...(now !== undefined && { after: stated(now, of) }),
  });
  return [
    row(UNIT_WORDS[unit], unit, was?.total, is?.total.value),
    row(say`${UNIT_WORDS[unit]} mitigated`, unit, was?.mitigated, is?.mitigated?.value),
    row(say`Bytes`, 'bytes', was?.bytes, is?.bytes?.value),
    row(say`Time with data`, 'share', was?.completeness, is?.coverage.completeness),
  ];
}

/** Two sums are held against each other as they were written, not as what they estimate. */
function stated(value: number, unit: Measure['unit']): Measure {
  return { value, unit, kind: 'reported', evidence: [] };
}
