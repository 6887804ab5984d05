import type { Breakdown, BreakdownItem, LayerStats } from '../aggregate/aggregate.ts';
import type { ReportedTopList } from '../ingest/ingest.ts';
import type { Dimension } from '../model/dimension.ts';
import { amount, counted, label, like, share } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Inline } from '../model/phrase.ts';
import type { ChapterContext } from './facts.ts';
import type { Cell, Column, DataTable, TableBlock } from './report-model.ts';
import { measureCells, measureColumns } from './tables.ts';
import { DIMENSION_WORDS, systemName, UNIT_WORDS } from './vocabulary.ts';
import { amountOr } from './wording.ts';

/** Printed rows of a table across the page and of one beside another; all rows are in `data/`. */
const PRINTED_ROWS = { full: 7, half: 5 } as const;

/** Dimensions whose values are long, or that a reader compares in every column. */
const FULL_WIDTH: ReadonlySet<Dimension> = new Set([
  'source_asn',
  'path',
  'user_agent',
  'vector',
  'rule',
  'query_name',
]);

/** The breakdown of the waves, or of the whole period where no wave is known. */
export function attackBreakdown(layer: LayerStats, dimension: Dimension): Breakdown | undefined {
  const found = layer.breakdowns.filter((breakdown) => breakdown.dimension === dimension && breakdown.items.length > 0);
  return found.find((breakdown) => breakdown.scope === 'attack') ?? found[0];
}

/** A table for each of the dimensions that the data has, in their order. */
export function breakdownTables(
  context: ChapterContext,
  layer: LayerStats,
  dimensions: readonly Dimension[],
): TableBlock[] {
  return dimensions.flatMap((dimension) => {
    const breakdown = attackBreakdown(layer, dimension);
    return breakdown ? [breakdownTable(context, layer, breakdown)] : [];
  });
}

/** One column: its head, its cell for an item, and its cell for a closing row (`All other`, `Not recorded`, `Total`). */
interface ShareColumn {
  readonly head: Column;
  item(item: BreakdownItem): Cell;
  closing(name: string, measure: Measure): Cell;
}

/** Shares of one dimension as a table that closes: items, all other, not recorded, total. */
function breakdownTable(context: ChapterContext, layer: LayerStats, breakdown: Breakdown): TableBlock {
  const words = DIMENSION_WORDS[breakdown.dimension];
  const isHalf = !FULL_WIDTH.has(breakdown.dimension);
  const printed = isHalf ? PRINTED_ROWS.half : PRINTED_ROWS.full;
  const columns = columnsOf(breakdown, isHalf);
  const hidden = breakdown.items.slice(printed).reduce((sum, item) => sum + item.total.value, 0);
  const other = hidden > 0 ? like(breakdown.other, breakdown.other.value + hidden) : breakdown.other;
  const closing: [string, Measure][] = [
    ...(other.value > 0 ? [['All other', other] satisfies [string, Measure]] : []),
    ...(breakdown.unknown.value > 0 ? [['Not recorded', breakdown.unknown] satisfies [string, Measure]] : []),
    ['Total', breakdown.total],
  ];
  const [leader] = breakdown.items;
  return context.table({
    id: `table-${layer.layer}-${breakdown.dimension.replaceAll('_', '-')}`,
    title: [
      words.heading,
      ...(leader
        ? [
            ': ',
            valueCell(breakdown, leader),
            ' carried ',
            amount(leader.share),
            breakdown.scope === 'attack' ? ' in the waves' : '',
          ]
        : []),
    ],
    ...(isHalf && { half: true as const }),
    columns: columns.map(({ head }) => head),
    rows: [
      ...breakdown.items.slice(0, printed).map((item) => columns.map((column) => column.item(item))),
      ...closing.map(([name, measure]) => columns.map((column) => column.closing(name, measure))),
    ],
    note: [
      amount(breakdown.distinct, 'exact'),
      ` different ${breakdown.distinct.value === 1 ? words.one : words.many}`,
      breakdown.distinct.kind === 'counted' ? '.' : ' in the samples, so at least as many.',
    ],
    evidence: breakdown.total.evidence,
    data: breakdownData(breakdown),
  });
}

function columnsOf(breakdown: Breakdown, isHalf: boolean): ShareColumn[] {
  const { total } = breakdown;
  const shareOf = (value: number): Inline =>
    total.value > 0 ? share(value / total.value, total) : { kind: 'missing', reason: 'no traffic' };
  const columns: ShareColumn[] = [
    {
      head: { label: DIMENSION_WORDS[breakdown.dimension].heading, align: 'left', width: isHalf ? 4 : 5 },
      item: (item) => valueCell(breakdown, item),
      closing: (name) => name,
    },
    {
      head: { label: UNIT_WORDS[total.unit], align: 'right' },
      item: (item) => amount(item.total, 'cell'),
      closing: (_, measure) => amount(measure, 'cell'),
    },
    {
      head: { label: 'Share', align: 'right' },
      item: (item) => amount(item.share, 'cell'),
      closing: (_, measure) => shareOf(measure.value),
    },
  ];
  if (!isHalf && breakdown.items.some((item) => item.mitigated))
    columns.push({
      head: { label: 'Mitigated', align: 'right' },
      item: (item) => mitigatedShare(item),
      closing: () => '',
    });
  if (breakdown.items.some((item) => item.shareBefore !== undefined))
    columns.push({
      head: { label: 'Before', align: 'right' },
      item: (item) =>
        item.shareBefore === undefined ? { kind: 'missing', reason: 'new' } : share(item.shareBefore, total),
      closing: () => '',
    });
  return columns;
}

function valueCell(breakdown: Breakdown, item: BreakdownItem): Inline {
  if (breakdown.dimension === 'mitigation_system') return systemName(item.key);
  return label(shortened(item.label), DIMENSION_WORDS[breakdown.dimension].role);
}

/** A list is read down its first letters; the whole value is in `data/`. */
const LONGEST_VALUE = 84;

function shortened(value: string): string {
  const letters = [...value];
  return letters.length > LONGEST_VALUE ? `${letters.slice(0, LONGEST_VALUE - 1).join('')}…` : value;
}

function mitigatedShare({ mitigated, total }: BreakdownItem): Inline {
  if (!mitigated || total.value === 0) return amountOr(mitigated);
  return share(mitigated.value / total.value, mitigated);
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

/** Lists that a source had already cut, for dimensions of which the data has nothing better. They do not close. */
export function reportedListTables(context: ChapterContext, dimensions: readonly Dimension[]): TableBlock[] {
  const { dataset, stats } = context.facts;
  const isMeasured = (list: ReportedTopList) =>
    stats.layers.some((layer) => layer.layer === list.layer && attackBreakdown(layer, list.dimension));
  return dataset.topLists
    .filter((list) => dimensions.includes(list.dimension) && !isMeasured(list))
    .map((list) => reportedListTable(context, list, dataset.topLists.indexOf(list) + 1));
}

function reportedListTable(context: ChapterContext, list: ReportedTopList, position: number): TableBlock {
  const words = DIMENSION_WORDS[list.dimension];
  const reported = (value: number): Measure => ({ value, unit: list.unit, kind: 'reported', evidence: [list.input] });
  const { total } = list;
  const shareCells = (value: number): Cell[] =>
    total === undefined || total <= 0 ? [] : [amount({ ...reported(value / total), unit: 'share' }, 'cell')];
  return context.table({
    id: `table-list-${position}-${list.dimension.replaceAll('_', '-')}`,
    title: [
      words.heading,
      ': the largest ',
      counted(list.items.length, words.one, words.many),
      ' that the source listed',
    ],
    half: true,
    columns: [
      { label: words.heading, align: 'left', width: 4 },
      { label: UNIT_WORDS[list.unit], align: 'right' },
      ...(total === undefined || total <= 0 ? [] : [{ label: 'Share', align: 'right' as const }]),
    ],
    rows: list.items
      .slice(0, PRINTED_ROWS.half)
      .map((item) => [label(item.label, words.role), amount(reported(item.value), 'cell'), ...shareCells(item.value)]),
    note: ['Cut by the source: other values exist, and the list does not add up to the whole.'],
    evidence: [list.input],
    data: {
      columns: [list.dimension, 'label', `value (${list.unit})`],
      rows: list.items.map((item) => [item.key, item.label, item.value]),
    },
  });
}
