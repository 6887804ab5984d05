import { type Breakdown, type BreakdownItem, joinMeasures, type LayerStats, shareOf } from '../aggregate/aggregate.ts';
import type { ReportedTopList } from '../ingest/ingest.ts';
import { vectorHeading, vectorName } from '../insight/insight.ts';
import type { Dimension } from '../model/dimension.ts';
import { amount, counted, integer, label, like } from '../model/inlines.ts';
import { FEWEST_SAMPLED_ROWS, type Measure } from '../model/measure.ts';
import type { Inline, Message, Phrase } from '../model/phrase.ts';
import { asValue, noun, say } from '../model/say.ts';
import { withoutSecrets } from '../model/secrets.ts';
import type { Column, TableBlock } from './composed.ts';
import type { ChapterContext } from './facts.ts';
import type { Cell, DataTable } from './report-model.ts';
import { measureCells, measureColumns } from './tables.ts';
import { DIMENSION_WORDS, systemName, UNIT_WORDS } from './vocabulary.ts';
import { amountOr } from './wording.ts';

/** Printed rows of a table across the page and of one beside another; all rows are in `data/`. */
const PRINTED_ROWS = 5;
/** Of values that take two lines each. */
const PRINTED_LONG_ROWS = 4;

/** Dimensions whose values are long, or that a reader compares in every column. */
const FULL_WIDTH: ReadonlySet<Dimension> = new Set([
  'source_asn',
  'path',
  'user_agent',
  'vector',
  'rule',
  'query_name',
  'ja3',
  'ja4',
]);

/** Values as long as a line. */
const WIDE_NAMES: ReadonlySet<Dimension> = new Set(['user_agent', 'path', 'rule']);

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
  closing(name: Message, measure: Measure): Cell;
}

/** Shares of one dimension as a table that closes: items, all other, not recorded, total. */
function breakdownTable(context: ChapterContext, layer: LayerStats, breakdown: Breakdown): TableBlock {
  const words = DIMENSION_WORDS[breakdown.dimension];
  const isHalf = !FULL_WIDTH.has(breakdown.dimension);
  const printed = WIDE_NAMES.has(breakdown.dimension) ? PRINTED_LONG_ROWS : PRINTED_ROWS;
  const columns = columnsOf(breakdown, isHalf);
  const listed = breakdown.items.filter(isTelling).slice(0, printed);
  const hidden = breakdown.items.filter((item) => !listed.includes(item)).map((item) => item.total);
  const other = joinMeasures(breakdown.other, hidden);
  const closing: [Message, Measure][] = [
    ...(other.value > 0 ? [[say`All other`, other] satisfies [Message, Measure]] : []),
    ...(breakdown.unknown.value > 0 ? [[say`Not recorded`, breakdown.unknown] satisfies [Message, Measure]] : []),
    [say`Total`, breakdown.total],
  ];
  const [leader] = listed;
  const id = `table-${layer.layer}-${breakdown.dimension.replaceAll('_', '-')}`;
  return context.table({
    id,
    title: leader ? [say`${words.heading}: ${leaderWords(breakdown, leader)}`] : [words.heading],
    ...(isHalf && { half: true as const }),
    columns: columns.map(({ head }) => head),
    rows: [
      ...listed.map((item) => columns.map((column) => column.item(item))),
      ...closing.map(([name, measure]) => columns.map((column) => column.closing(name, measure))),
    ],
    closingRows: closing.length,
    ...noteOf(breakdown, listed.length, id),
    // A list that is longer than its data is not complete there either; the note says so.
    totalRows: breakdown.other.value > 0 || listed.length === 0 ? 0 : breakdown.items.length + closing.length,
    evidence: breakdown.total.evidence,
    data: breakdownData(breakdown),
  });
}

/** Behind fewer sampled rows stands no number, so such a value only makes the list longer. */
function isTelling({ total }: BreakdownItem): boolean {
  return total.kind !== 'estimated' || total.sampleCount === undefined || total.sampleCount >= FEWEST_SAMPLED_ROWS;
}

/** `GET carried 99.4 % in the waves`; a value too long for a title is not named in it. */
function leaderWords(breakdown: Breakdown, leader: BreakdownItem): Phrase {
  const name = leader.label.length > LONGEST_IN_TITLE ? say`the most frequent` : [valueCell(breakdown, leader)];
  return [
    breakdown.scope === 'attack'
      ? say`${name} carried ${amount(leader.share)} in the waves`
      : say`${name} carried ${amount(leader.share)}`,
  ];
}

/** How many values there are beyond those listed, and where more of them are. */
function noteOf({ dimension, distinct, items, other }: Breakdown, listed: number, id: string): { note?: Phrase } {
  if (distinct.value <= listed) return {};
  const all = counted(distinct.value, DIMENSION_WORDS[dimension].noun);
  const found: Phrase = [distinct.kind === 'counted' ? say`${all} in all.` : say`At least ${all}, seen in samples.`];
  return {
    note:
      other.value > 0 && items.length > listed
        ? [...found, say` The largest ${integer(items.length)} are in ${[`data/${id}.csv`]}.`]
        : found,
  };
}

function columnsOf(breakdown: Breakdown, isHalf: boolean): ShareColumn[] {
  const { total } = breakdown;
  const closingShare = (part: Measure): Inline => {
    const share = shareOf(part, total);
    return share ? shareCell(share) : noTraffic;
  };
  const columns: ShareColumn[] = [
    {
      head: {
        label: DIMENSION_WORDS[breakdown.dimension].heading,
        align: 'left',
        width: isHalf ? 4 : WIDE_NAMES.has(breakdown.dimension) ? 12 : 5,
      },
      item: (item) => valueCell(breakdown, item),
      closing: (name) => name,
    },
    {
      head: { label: UNIT_WORDS[total.unit], align: 'right' },
      item: (item) => amount(item.total, 'cell'),
      closing: (_, measure) => amount(measure, 'cell'),
    },
    {
      head: { label: say`Share`, align: 'right' },
      item: (item) => amount(item.share, 'cell'),
      closing: (_, measure) => closingShare(measure),
    },
  ];
  if (!isHalf && breakdown.items.some((item) => item.mitigated))
    columns.push({
      head: { label: say`Mitigated`, align: 'right' },
      item: (item) => mitigatedShare(item),
      closing: () => '',
    });
  if (breakdown.items.some((item) => item.shareBefore !== undefined))
    columns.push({
      head: { label: say`Before`, align: 'right' },
      item: (item) =>
        item.shareBefore === undefined ? { kind: 'missing', reason: say`new` } : shareCell(item.shareBefore),
      closing: () => '',
    });
  return columns;
}

const noTraffic: Inline = { kind: 'missing', reason: say`no traffic` };

/** All of a thing is all of it, however well it was counted. */
function shareCell(share: Measure): Inline {
  const isAll = share.value === 1 && (share.interval === undefined || share.interval.lower === 1);
  return amount(isAll ? { ...like(share, 1), kind: 'counted' } : share, 'cell');
}

function valueCell(breakdown: Breakdown, item: BreakdownItem): Inline {
  if (breakdown.dimension === 'mitigation_system') return systemName(item.key);
  if (breakdown.dimension === 'vector') return asValue(vectorHeading(vectorName(item.label)));
  return label(shortened(item.label), DIMENSION_WORDS[breakdown.dimension].role);
}

/** The whole value is in `data/`. */
const LONGEST_VALUE = 84;
const LONGEST_IN_TITLE = 40;

function shortened(value: string): string {
  // Before the cut: half a token is not known for one.
  const whole = withoutSecrets(value);
  const letters = [...whole];
  if (letters.length <= LONGEST_VALUE) return whole;
  // User agents and paths differ at their ends as often as at their beginnings; words are kept whole where there are any.
  const half = Math.floor(LONGEST_VALUE / 2) - 1;
  const head = letters.slice(0, half).join('');
  const tail = letters.slice(-half).join('');
  return `${head.includes(' ') ? head.slice(0, head.lastIndexOf(' ')) : head} … ${tail.slice(tail.indexOf(' ') + 1)}`;
}

function mitigatedShare({ mitigated, mitigatedShare: share }: BreakdownItem): Inline {
  return share ? shareCell(share) : amountOr(mitigated);
}

function indicatorsOf(dimension: Dimension): Pick<DataTable, 'indicators'> {
  return DIMENSION_WORDS[dimension].role === 'indicator' ? { indicators: [dimension, 'label'] } : {};
}

function breakdownData(breakdown: Breakdown): DataTable {
  const unit = breakdown.total.unit;
  return {
    ...indicatorsOf(breakdown.dimension),
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
        item.shareBefore?.value ?? null,
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
export function reportedListTables(
  context: ChapterContext,
  dimensions: readonly Dimension[],
  layer?: ReportedTopList['layer'],
): TableBlock[] {
  const { dataset, stats } = context.facts;
  const isMeasured = (list: ReportedTopList) =>
    stats.layers.some((layer) => layer.layer === list.layer && attackBreakdown(layer, list.dimension));
  return dataset.topLists
    .filter((list) => layer === undefined || list.layer === layer)
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
    title: [say`${words.heading}: ${label(list.items[0]?.label ?? '', words.role)} leads the list of the source`],
    half: true,
    columns: [
      { label: words.heading, align: 'left', width: 4 },
      { label: UNIT_WORDS[list.unit], align: 'right' },
      ...(total === undefined || total <= 0 ? [] : [{ label: say`Share`, align: 'right' as const }]),
    ],
    rows: list.items
      .slice(0, PRINTED_ROWS)
      .map((item) => [label(item.label, words.role), amount(reported(item.value), 'cell'), ...shareCells(item.value)]),
    note: [
      say`Cut by the source to ${counted(list.items.length, noun('value', 'values'))}: it does not add up to the whole.`,
    ],
    evidence: [list.input],
    data: {
      ...indicatorsOf(list.dimension),
      columns: [list.dimension, 'label', `value (${list.unit})`],
      rows: list.items.map((item) => [item.key, item.label, item.value]),
    },
  });
}
