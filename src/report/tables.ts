import type { Breakdown, LayerStats, TrafficSeries } from '../aggregate/aggregate.ts';
import type { Measure } from '../model/measure.ts';
import type { Inline } from '../model/phrase.ts';
import type { ChapterContext } from './facts.ts';
import type { Cell, Column, DataTable, TableBlock } from './report-model.ts';
import { DIMENSION_WORDS, systemName, UNIT_WORDS } from './vocabulary.ts';
import { amount, amountOr, label } from './wording.ts';

/** Times in `data/*.csv`: ISO 8601 in UTC. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

/** A measure in `data/*.csv`: value, 95 % bounds (empty when exact) and how it came about. */
export function measureCells(measure: Measure | undefined): (string | number | null)[] {
  if (!measure) return [null, null, null, null];
  return [measure.value, measure.interval?.lower ?? null, measure.interval?.upper ?? null, measure.kind];
}

export function measureColumns(name: string, unit: string): string[] {
  return [`${name} (${unit})`, `${name} lower`, `${name} upper`, `${name} kind`];
}

/** One row a bucket, one column a line; gaps are empty. */
export function seriesData(series: TrafficSeries, names: (key: string) => string = (key) => key): DataTable {
  const buckets = series.lines[0]?.values.length ?? 0;
  return {
    columns: ['time_utc', ...series.lines.map((line) => `${names(line.key)} (${series.metric})`)],
    rows: Array.from({ length: buckets }, (_, index) => [
      isoTime(series.start + index * series.intervalMs),
      ...series.lines.map((line) => line.values[index] ?? null),
    ]),
  };
}

/** The value of a dimension as a cell, with its role. */
export function dimensionCell(breakdown: Pick<Breakdown, 'dimension'>, key: string, text: string): Inline {
  if (breakdown.dimension === 'mitigation_system') return systemName(key);
  return label(text, DIMENSION_WORDS[breakdown.dimension].role);
}

/** At most this many rows of a breakdown are printed; all are in `data/`. */
const PRINTED_ROWS = 10;

/** Shares of one dimension as a table that closes: items, other, unknown, total. */
export function breakdownTable(
  context: ChapterContext,
  layer: LayerStats,
  breakdown: Breakdown,
  printed = PRINTED_ROWS,
): TableBlock {
  const words = DIMENSION_WORDS[breakdown.dimension];
  const shown = breakdown.items.slice(0, printed);
  const hidden = breakdown.items.slice(printed);
  const total = breakdown.total.value;
  const withMitigated = breakdown.items.some((item) => item.mitigated);
  const withBefore = breakdown.items.some((item) => item.shareBefore !== undefined);
  const shareCell = (value: number): Inline =>
    total > 0
      ? amount({ value: value / total, unit: 'share', kind: breakdown.total.kind, evidence: breakdown.total.evidence })
      : { kind: 'missing', reason: 'no traffic' };
  const remainder = (name: string, measure: Measure): Cell[] => [
    name,
    amount(measure),
    shareCell(measure.value),
    ...(withMitigated ? [''] : []),
    ...(withBefore ? [''] : []),
  ];
  const columns: Column[] = [
    { label: words.heading, align: 'left', width: 5 },
    { label: UNIT_WORDS[breakdown.total.unit], align: 'right' },
    { label: 'Share', align: 'right' },
    ...(withMitigated ? [{ label: 'Mitigated', align: 'right' as const }] : []),
    ...(withBefore ? [{ label: 'Share before', align: 'right' as const }] : []),
  ];
  const rows: Cell[][] = shown.map((item) => [
    dimensionCell(breakdown, item.key, item.label),
    amount(item.total),
    amount(item.share),
    ...(withMitigated
      ? [item.mitigated && item.total.value > 0 ? shareOf(item.mitigated, item.total) : amountOr(item.mitigated)]
      : []),
    ...(withBefore
      ? [
          item.shareBefore === undefined
            ? ({ kind: 'missing', reason: 'new' } as const)
            : shareValue(item.shareBefore, breakdown.total),
        ]
      : []),
  ]);
  const other = breakdown.other.value + hidden.reduce((sum, item) => sum + item.total.value, 0);
  if (other > 0)
    rows.push(remainder('All other', hidden.length > 0 ? exactlyAs(breakdown.other, other) : breakdown.other));
  if (breakdown.unknown.value > 0) rows.push(remainder('Not recorded', breakdown.unknown));
  rows.push(remainder('Total', breakdown.total));
  const leader = breakdown.items[0];
  return context.table({
    id: `table-${layer.layer}-${breakdown.dimension.replaceAll('_', '-')}`,
    title: leader
      ? [
          words.heading,
          ': ',
          dimensionCell(breakdown, leader.key, leader.label),
          ' carried ',
          amount(leader.share),
          breakdown.scope === 'attack' ? ' of the traffic in the waves' : ' of the traffic',
        ]
      : [words.heading, ': nothing recorded'],
    columns,
    rows,
    note: [
      amount(breakdown.distinct, 'exact'),
      ` different ${breakdown.distinct.value === 1 ? words.one : words.many}`,
      breakdown.distinct.kind === 'counted' ? '' : ' seen in the samples (at least)',
      breakdown.scope === 'attack' ? ', during the waves.' : ', whole period.',
    ],
    evidence: breakdown.total.evidence,
    data: breakdownData(breakdown),
  });
}

function breakdownData(breakdown: Breakdown): DataTable {
  const unit = breakdown.total.unit;
  return {
    columns: [
      breakdown.dimension,
      'label',
      ...measureColumns('total', unit),
      ...measureColumns('share', 'share'),
      ...measureColumns('mitigated', unit),
      'share before',
    ],
    rows: [
      ...breakdown.items.map((item) => [
        item.key,
        item.label,
        ...measureCells(item.total),
        ...measureCells(item.share),
        ...measureCells(item.mitigated),
        item.shareBefore ?? null,
      ]),
      [
        '(other)',
        'All other',
        ...measureCells(breakdown.other),
        ...measureCells(undefined),
        ...measureCells(undefined),
        null,
      ],
      [
        '(unknown)',
        'Not recorded',
        ...measureCells(breakdown.unknown),
        ...measureCells(undefined),
        ...measureCells(undefined),
        null,
      ],
      [
        '(total)',
        'Total',
        ...measureCells(breakdown.total),
        ...measureCells(undefined),
        ...measureCells(undefined),
        null,
      ],
    ],
  };
}

/** A sum of several measures keeps their kind; their intervals cannot be added. */
function exactlyAs({ unit, kind, evidence }: Measure, value: number): Measure {
  return { value, unit, kind, evidence };
}

function shareOf(part: Measure, whole: Measure): Inline {
  return amount({ value: part.value / whole.value, unit: 'share', kind: part.kind, evidence: part.evidence });
}

function shareValue(value: number, like: Measure): Inline {
  return amount({ value, unit: 'share', kind: like.kind, evidence: like.evidence });
}
