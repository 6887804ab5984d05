import type { WeekItem, WeekLayer, WeekList } from '../../aggregate/aggregate.ts';
import type { Dimension } from '../../model/dimension.ts';
import { amount, counted, integer, label } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Message, Phrase, Value } from '../../model/phrase.ts';
import { asValue, opening, say } from '../../model/say.ts';
import type { Layer } from '../../model/traffic.ts';
import { UNIT_NAMES } from '../../model/unit-names.ts';
import type { Block, Chapter } from '../composed.ts';
import type { Cell } from '../report-model.ts';
import { measureCells, measureColumns } from '../tables.ts';
import { DIMENSION_WORDS, LAYER_SHORT, systemName, UNIT_WORDS } from '../vocabulary.ts';
import { trafficFigure } from './cover.ts';
import { ratioWords, type WeeklyContext, weeklyCaption } from './facts.ts';

/** A period without an incident is told shorter: what is attacked, not by whom and with what it was stopped. */
const LISTS_OF_QUIET = 2;
/** Printed rows of a list. */
const PRINTED = 5;
const LISTED: Readonly<Record<Layer, readonly Dimension[]>> = {
  network: ['destination_ip', 'destination_port', 'source_asn', 'rule'],
  http: ['host', 'path', 'source_asn', 'rule'],
};

/** What moved: the largest targets, ports, networks and rules beside the previous period, and what each system did by day. */
export function composeMovers(context: WeeklyContext): Chapter | undefined {
  const { stats, findings } = context.facts;
  const isQuiet = findings.state === 'quiet';
  const blocks: Block[] = stats.layers.flatMap((layer) => [
    ...(layer === context.main ? [] : [trafficFigure(context, layer)]),
    ...(isQuiet ? [] : systemsFigure(context, layer)),
    ...(isQuiet ? LISTED[layer.layer].slice(0, LISTS_OF_QUIET) : LISTED[layer.layer]).flatMap((dimension) =>
      listTable(context, layer, dimension),
    ),
    ...hiddenText(context, layer),
  ]);
  return blocks.length > 0 ? { id: 'movers', title: say`What moved`, startsPage: false, blocks } : undefined;
}

/** Where a report of the period found the senders forged, their networks mean nothing. */
function isForged({ facts }: WeeklyContext, layer: WeekLayer): boolean {
  return layer.layer === 'network' && facts.stats.incidents.some((incident) => incident.spoofed === true);
}

function hiddenText(context: WeeklyContext, layer: WeekLayer): Block[] {
  if (!isForged(context, layer) || !layer.lists.some(({ dimension }) => dimension === 'source_asn')) return [];
  return [
    {
      kind: 'text',
      paragraphs: [
        [
          say`Networks of the senders of packets are left out: a report of this period found senders forged, so they say nothing.`,
        ],
      ],
    },
  ];
}

function listTable(context: WeeklyContext, layer: WeekLayer, dimension: Dimension): Block[] {
  const list = layer.lists.find((candidate) => candidate.dimension === dimension);
  if (!list || (dimension === 'source_asn' && isForged(context, layer))) return [];
  const words = DIMENSION_WORDS[dimension];
  const hasPrevious = context.facts.stats.past.length > 0;
  const shown = list.items.slice(0, PRINTED);
  const others = [...list.items.slice(PRINTED).map(({ total }) => total), list.other];
  const other = addMeasures(others);
  const unit = UNIT_WORDS[layer.unit];
  return [
    context.table({
      id: `table-${layer.layer}-${dimension.replaceAll('_', '-')}`,
      half: true,
      title: titleOf(context, list, shown),
      columns: [
        { label: '#', align: 'right', width: 4 },
        { label: words.heading, align: 'left', width: 13 },
        { label: unit, align: 'right', width: 7 },
        { label: say`Change`, align: 'right', width: 8 },
      ],
      rows: [
        ...shown.map((item): Cell[] => [
          rankWords(item),
          nameOf(dimension, item),
          amount(item.total, 'cell'),
          hasPrevious ? changeCell(item) : '–',
        ]),
        ...list.gone.map((item): Cell[] => [
          '–',
          nameOf(dimension, item),
          '–',
          [say`gone, was ${amount(item.total, 'cell')}`],
        ]),
        ...(other.value > 0
          ? [
              [
                '',
                [say`Other (${counted(list.items.length - shown.length + list.otherValues, words.noun)})`],
                amount(other, 'cell'),
                '',
              ] satisfies Cell[],
            ]
          : []),
        ...(list.unknown.value > 0 ? [['', say`Not recorded`, amount(list.unknown, 'cell'), ''] satisfies Cell[]] : []),
      ],
      totalRows: list.items.length + list.gone.length,
      note: [
        ...(list.isExact
          ? []
          : [say`Days have more values than are kept one by one, so counts are at least what is told. `]),
        ...(list.label === undefined ? [] : [say`Source: ${label(list.label)}. `]),
        say`${LAYER_SHORT[layer.layer]}. `,
        hasPrevious
          ? say`Change of the mean over the time with data; in brackets the rank before.`
          : say`No previous period.`,
      ],
      evidence: layer.total.evidence,
      data: {
        columns: [
          'rank',
          'previous_rank',
          words.noun.one,
          'name',
          ...measureColumns('total', layer.unit),
          ...measureColumns('mitigated', layer.unit),
          ...measureColumns('previous', layer.unit),
          'change',
        ],
        rows: [...list.items, ...list.gone].map((item) => [
          item.rank ?? null,
          item.previousRank ?? null,
          item.value,
          item.name ?? null,
          ...measureCells(item.rank === undefined ? undefined : item.total),
          ...measureCells(item.rank === undefined ? undefined : item.mitigated),
          ...measureCells(item.previous),
          item.change === undefined ? null : item.change.kind === 'ratio' ? item.change.value : item.change.kind,
        ]),
        indicators: [words.noun.one, 'name'],
      },
    }),
  ];
}

function titleOf({ facts }: WeeklyContext, list: WeekList, shown: readonly WeekItem[]): Phrase {
  const words = DIMENSION_WORDS[list.dimension];
  const fresh = shown.filter(({ change }) => change?.kind === 'new').length;
  if (facts.stats.past.length > 0 && fresh + list.gone.length > 0)
    return [
      say`${opening([words.all])}: ${integer(fresh)} new and ${integer(list.gone.length)} gone among the largest`,
    ];
  return [say`${opening([words.all])} with most traffic`];
}

function nameOf(dimension: Dimension, { value, name }: WeekItem): Value {
  const { role } = DIMENSION_WORDS[dimension];
  if (dimension === 'source_asn') return label(name === undefined ? `AS${value}` : `AS${value} ${name}`, role);
  return dimension === 'mitigation_system' ? asValue(systemName(value)) : label(name ?? value, role);
}

function rankWords({ rank, previousRank }: WeekItem): Cell {
  if (rank === undefined) return '–';
  return previousRank === undefined || previousRank === rank
    ? integer(rank)
    : say`${integer(rank)} (${integer(previousRank)})`;
}

function changeCell({ change }: WeekItem): Cell {
  if (!change) return say`not comparable`;
  switch (change.kind) {
    case 'new':
      return say`new`;
    case 'gone':
      return say`gone`;
    case 'same':
      return say`same`;
    case 'ratio':
      return ratioWords(change.value);
    default:
      return change satisfies never;
  }
}

/** Parts that share no record; their distances to the bounds add up as independent ones do. */
function addMeasures(parts: readonly Measure[]): Measure {
  const [first, ...others] = parts;
  if (!first) throw new Error('nothing to add');
  const value = parts.reduce((sum, part) => sum + part.value, 0);
  const away = (bound: 'lower' | 'upper') =>
    Math.hypot(...parts.map((part) => (part.interval ? part.interval[bound] - part.value : 0)));
  const isSampled = [first, ...others].some(({ interval }) => interval !== undefined);
  return {
    value,
    unit: first.unit,
    kind: first.kind,
    ...(isSampled && {
      sampleCount: parts.reduce((sum, { sampleCount }) => sum + (sampleCount ?? 0), 0),
      interval: { lower: Math.max(0, value - away('lower')), upper: value + away('upper') },
    }),
    evidence: first.evidence,
  };
}

/** What each system of the application layer mitigated on each day. */
function systemsFigure(context: WeeklyContext, layer: WeekLayer): Block[] {
  const systems = new Map<string, number>();
  for (const { systems: own } of layer.days)
    for (const { system, mitigated } of own) systems.set(system, (systems.get(system) ?? 0) + mitigated.value);
  const ordered = [...systems].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([system]) => system);
  const [largest] = ordered;
  if (largest === undefined || layer.layer !== 'http') return [];
  const mitigatedOn = (day: WeekLayer['days'][number], system: string) =>
    day.systems.find((one) => one.system === system)?.mitigated.value ?? 0;
  return [
    context.figure({
      id: `fig-${layer.layer}-systems`,
      title: [say`${asValue(systemName(largest))} mitigated most of all systems (${LAYER_SHORT[layer.layer]})`],
      chart: {
        kind: 'bars',
        unit: layer.unit,
        parts: ordered.map((system) => ({ label: systemName(system), role: 'ranked' })),
        bars: layer.days.map((day) => ({
          label: weekdayOf(day.day),
          values: ordered.map((system) => mitigatedOn(day, system)),
          ...(day.total === undefined && { missing: true as const }),
        })),
      },
      caption: weeklyCaption(context, layer, [say`${UNIT_WORDS[layer.unit]} mitigated on each local day, by system`]),
      alt: [say`Bar chart of ${UNIT_NAMES[layer.unit]} mitigated by day and system.`],
      evidence: layer.total.evidence,
      data: {
        columns: ['day', ...ordered.map((system) => `${system} (${layer.unit})`)],
        rows: layer.days.map((day) => [
          day.day,
          ...ordered.map((system) => (day.total ? mitigatedOn(day, system) : null)),
        ]),
      },
    }),
  ];
}

/** `Tue 17`, of a local date; the day of the week belongs to the date in every zone. */
function weekdayOf(day: string): Message {
  return say`${{ kind: 'time', at: Date.parse(`${day}T00:00:00Z`), form: 'weekday', utc: true }}`;
}
