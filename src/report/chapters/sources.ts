import type { Breakdown, LayerStats } from '../../aggregate/aggregate.ts';
import {
  findRecurrence,
  isSpoofed,
  likenessOf,
  ofAll,
  packetsName,
  signsOf,
  spoofedSources,
  spoofingOf,
  tellingPoint,
} from '../../insight/insight.ts';
import type { Dimension } from '../../model/dimension.ts';
import { amount, counted, integer, label, like, share } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Inline, Message, Phrase } from '../../model/phrase.ts';
import { noun, say } from '../../model/say.ts';
import { attackBreakdown, breakdownTables, reportedListTables } from '../breakdown-table.ts';
import type { Block, Chapter } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import type { Cell } from '../report-model.ts';
import { measureCells, measureColumns } from '../tables.ts';
import { DIMENSION_WORDS, UNIT_WORDS } from '../vocabulary.ts';
import { captionOf, samplingNote } from '../wording.ts';

/** Named only where senders are real: L7 needs a completed handshake, packets need evidence. */
const SENDERS: readonly Dimension[] = ['source_asn', 'source_country', 'source_ip', 'source_prefix'];
type NetworkKindName = NonNullable<LayerStats['networkKinds']>['kinds'][number]['kind'];

const ENTRIES: readonly Dimension[] = ['data_centre', 'data_centre_country'];

/** What the sender used, not where it was. */
function isOfTool(dimension: Dimension): boolean {
  return dimension === 'ja4' || dimension === 'ja3' || dimension === 'user_agent';
}

/** L3/4 geography is where packets entered, unless it is known that senders are not forged; forged ones are not told at all. */
function dimensionsOf(layer: LayerStats): readonly Dimension[] {
  if (layer.layer === 'http') return [...SENDERS, 'ja4', 'ja3', 'user_agent'];
  const spoofed = spoofingOf(layer);
  if (spoofed === true) return ENTRIES;
  return spoofed === false ? [...ENTRIES, ...SENDERS] : [...ENTRIES, 'source_asn', 'source_prefix', 'source_ip'];
}

/** Where the traffic came from and how concentrated it was. */
export function composeSources(context: ChapterContext): Chapter | undefined {
  const { stats } = context.facts;
  const measured = stats.layers.flatMap((layer): Block[] => {
    const hasJa4 = attackBreakdown(layer, 'ja4') !== undefined;
    const dimensions = dimensionsOf(layer).filter((dimension) => dimension !== 'ja3' || !hasJa4);
    const found = dimensions.flatMap((dimension) => attackBreakdown(layer, dimension) ?? []);
    if (found.length === 0) return [];
    return [
      ...curve(context, layer, found),
      ...(layer.layer === 'network' ? spoofingCaveat(layer) : []),
      ...spoofingTable(context, layer),
      ...breakdownTables(
        context,
        layer,
        dimensions.filter((dimension) => !isOfTool(dimension)),
      ),
      // Beside the narrow table of prefixes.
      ...kindTable(context, layer),
      ...breakdownTables(context, layer, dimensions.filter(isOfTool)),
      ...unseenSources(layer),
    ];
  });
  const lists = spoofedSources(stats) === true ? ENTRIES : [...ENTRIES, ...SENDERS];
  const blocks = [
    ...measured,
    ...recurrence(context),
    ...recurrenceTable(context),
    ...reportedListTables(context, lists, 'network'),
    ...reportedListTables(context, [...SENDERS, 'ja4', 'ja3', 'user_agent'], 'http'),
  ];
  return blocks.length > 0 ? { id: 'sources', title: say`Sources`, startsPage: false, blocks } : undefined;
}

/** Whether machines of earlier incidents attacked again, where that can be said. */
function recurrence({ facts }: ChapterContext): Block[] {
  const found = findRecurrence(facts.stats);
  if (!found) return [];
  const finding = facts.findings.findings.find(({ id }) => id === 'recurring');
  const text: Phrase = finding
    ? [say`${finding.title}: ${finding.text}`]
    : [
        say`Addresses on record of ${counted(found.compared, noun('earlier incident', 'earlier incidents'))} of this customer were compared with those of this attack; too few are in both to speak of the same machines.`,
      ];
  return [{ kind: 'text', paragraphs: [text] }];
}

/** Earlier incidents printed; all are in `data/`. */
const PRINTED_EARLIER = 5;

/** How much of the earlier incidents' addresses came back, and how alike both lists are. */
function recurrenceTable(context: ChapterContext): Block[] {
  const { stats } = context.facts;
  const rows = findRecurrence(stats)?.all ?? [];
  const [first] = rows;
  if (!first || rows.every(({ shared }) => shared.value === 0)) return [];
  const share = (value: number) => ({ ...like(first.shared, value), unit: 'share' as const });
  const parts = rows.map((row) => ({ row, ...likenessOf(stats, row) }));
  return [
    context.table({
      id: 'table-recurring-sources',
      title: [say`Addresses of earlier incidents beside those of this one`],
      columns: [
        { label: say`Incident`, align: 'left', width: 3 },
        { label: say`On record`, align: 'right', width: 2 },
        { label: say`Came back`, align: 'right', width: 2 },
        { label: say`Of the record`, align: 'right', width: 2 },
        { label: say`Of this attack`, align: 'right', width: 2 },
        { label: say`Jaccard`, align: 'right', width: 2 },
        { label: say`By chance`, align: 'right', width: 2 },
      ],
      rows: parts
        .slice(0, PRINTED_EARLIER)
        .map(({ row, ofRecord, ofAttack, jaccard }): Cell[] => [
          label(row.incidentId, 'code'),
          integer(row.onRecord.value),
          integer(row.shared.value),
          amount(share(ofRecord), 'cell'),
          amount(share(ofAttack), 'cell'),
          amount(share(jaccard), 'cell'),
          integer(Math.ceil(row.expectedByChance)),
        ]),
      totalRows: parts.length,
      note: [
        say`Jaccard: addresses in both lists, of those in either. A list of many addresses is kept in part, and a sampled log shows not all, so each of these shares is the least it can be. By chance: as many would be in both at most.`,
      ],
      evidence: first.shared.evidence,
      data: {
        columns: [
          'incident',
          'layer',
          'on_record',
          'came_back',
          'of_the_record (share)',
          'of_this_attack (share)',
          'jaccard (share)',
          'by_chance',
          'of_first_minute (share)',
        ],
        rows: parts.map(({ row, ofRecord, ofAttack, jaccard }) => [
          row.incidentId,
          row.layer,
          row.onRecord.value,
          row.shared.value,
          ofRecord,
          ofAttack,
          jaccard,
          row.expectedByChance,
          row.ofFirstMinute?.value ?? null,
        ]),
      },
    }),
  ];
}

const KIND_NAMES: Readonly<Record<NetworkKindName, Message>> = {
  hosting: say`Hosting and cloud`,
  access: say`Access (homes, offices)`,
  mobile: say`Mobile`,
  education: say`Education, research`,
  business: say`Business, government`,
  unknown: say`Kind not known`,
  'not-recorded': say`Not recorded`,
};

/** What kinds of networks the traffic came from, by their names and by what the provider knows. */
function kindTable(context: ChapterContext, layer: LayerStats): Block[] {
  const found = layer.networkKinds;
  if (!found || (layer.layer === 'network' && spoofingOf(layer) === true)) return [];
  const [leader] = found.kinds;
  const hasBefore = found.kinds.some(({ shareBefore }) => shareBefore);
  const missing: Inline = { kind: 'missing', reason: say`no baseline` };
  return [
    context.table({
      id: `table-${layer.layer}-network-kinds`,
      title: leader
        ? [say`${KIND_NAMES[leader.kind]}: ${amount(leader.share)} in the waves`]
        : [say`Kinds of networks`],
      half: true,
      columns: [
        { label: say`Kind of network`, align: 'left', width: 5 },
        { label: UNIT_WORDS[layer.unit], align: 'right', width: 2 },
        { label: say`Share`, align: 'right', width: 2 },
        ...(hasBefore ? [{ label: say`Before`, align: 'right' as const, width: 2 }] : []),
      ],
      rows: [
        ...found.kinds.map((one): Cell[] => [
          KIND_NAMES[one.kind],
          amount(one.total, 'cell'),
          amount(one.share, 'cell'),
          ...(hasBefore ? [one.shareBefore ? amount(one.shareBefore, 'cell') : missing] : []),
        ]),
        [
          say`Total`,
          amount(found.total, 'cell'),
          amount({ ...like(found.total, 1), unit: 'share', kind: 'counted' }, 'cell'),
          ...(hasBefore ? [''] : []),
        ],
      ],
      note: [say`By what the provider has on record of a network, else by a word of its name.`],
      evidence: found.total.evidence,
      data: {
        columns: [
          'kind',
          'networks',
          ...measureColumns('total', layer.unit),
          ...measureColumns('share', 'share'),
          ...measureColumns('share before', 'share'),
        ],
        rows: found.kinds.map((one) => [
          one.kind,
          one.networks,
          ...measureCells(one.total),
          ...measureCells(one.share),
          ...measureCells(one.shareBefore),
        ]),
      },
    }),
  ];
}

/** Where samples show only some addresses: how many there were in all, as far as that can be said. */
function unseenSources(layer: LayerStats): Block[] {
  const found = layer.sourceEstimate;
  if (!found || (layer.layer === 'network' && spoofingOf(layer) !== false)) return [];
  return [
    {
      kind: 'text',
      paragraphs: [
        [
          say`The sampled records of the waves show ${counted(found.seen.value, noun('address', 'addresses'))}; those that no record shows included, there were ${amount(found.all, 'range')} or more, if all of them sent about as much (lower bound of Chao).`,
        ],
      ],
    },
  ];
}

function spoofingCaveat(layer: LayerStats): Block[] {
  const spoofed = spoofingOf(layer);
  if (spoofed === false) return [];
  return [
    {
      kind: 'callout',
      tone: 'caution',
      title: spoofed ? say`Consistent with spoofing` : say`Source addresses of packets can be forged`,
      text: [
        spoofed
          ? say`Senders of this attack put addresses into their packets that are not theirs. Source addresses, networks and countries would name people who sent nothing, so they are left out; traffic is located by the data centre that received it.`
          : say`At the network layer this report locates traffic by the data centre that received it. Source addresses and networks are listed as they stood in the packets; they do not identify the sender.`,
      ],
    },
  ];
}

/** The signs for and against forged senders, of each kind of packet that matters. */
function spoofingTable(context: ChapterContext, layer: LayerStats): Block[] {
  const parts = (layer.spoofing ?? []).filter((part) => signsOf(part).length > 0);
  if (parts.length === 0) return [];
  const verdicts = parts.map(isSpoofed);
  const forged = verdicts.filter((verdict) => verdict === true).length;
  const shareCell = (value: number, of: Measure): Inline => amount({ ...like(of, value), unit: 'share' }, 'cell');
  const spread = (value: number | undefined): Inline =>
    value === undefined ? { kind: 'missing', reason: say`not recorded` } : integer(Math.round(value));
  return [
    context.table({
      id: 'table-spoofing',
      title:
        forged > 0
          ? [
              say`Senders of ${counted(forged, noun('kind of packet', 'kinds of packets'))} are consistent with spoofing`,
            ]
          : verdicts.includes(undefined)
            ? [say`Whether senders are forged cannot be said of every kind of packet`]
            : [say`The senders are not forged, as far as the packets show`],
      columns: [
        { label: say`Packets`, align: 'left', width: 3 },
        { label: say`Of the excess`, align: 'right', width: 2 },
        { label: say`Bogons`, align: 'right', width: 2 },
        { label: say`Before`, align: 'right', width: 2 },
        { label: say`TTL values`, align: 'right', width: 2 },
        { label: say`Before`, align: 'right', width: 2 },
        { label: say`Own address`, align: 'right', width: 2 },
        { label: say`Senders`, align: 'left', width: 3 },
      ],
      rows: parts.map((part, index): Cell[] => [
        packetsName(part.kind),
        shareCell(part.shareOfExcess, part.bogons.attack),
        amount(part.bogons.attack, 'cell'),
        part.bogons.before ? amount(part.bogons.before, 'cell') : { kind: 'missing', reason: say`no baseline` },
        spread(part.ttlValues?.attack),
        spread(part.ttlValues?.before),
        part.newAddresses && part.newAddresses.rows > 0
          ? shareCell(part.newAddresses.addresses / part.newAddresses.rows, part.bogons.attack)
          : { kind: 'missing', reason: part.newAddresses ? say`none new` : say`no baseline` },
        verdicts[index] === undefined ? say`cannot be said` : verdicts[index] ? say`forged` : say`real`,
      ]),
      note: [
        say`Bogons: addresses that nobody can announce. TTL values: as many equally frequent ones have the same entropy. Own address: of the records with an address not seen before, those with one of their own. Two of the three signs must agree.`,
      ],
      evidence: parts[0]?.bogons.attack.evidence ?? [],
      data: {
        columns: [
          'kind',
          'share of excess',
          'records',
          ...measureColumns('bogon share', 'share'),
          'bogon share before',
          'ttl values',
          'ttl values before',
          'records with new address',
          'new addresses',
          'spoofed',
        ],
        rows: parts.map((part, index) => [
          part.kind,
          part.shareOfExcess,
          part.rows,
          ...measureCells(part.bogons.attack),
          part.bogons.before?.value ?? null,
          part.ttlValues?.attack ?? null,
          part.ttlValues?.before ?? null,
          part.newAddresses?.rows ?? null,
          part.newAddresses?.addresses ?? null,
          verdicts[index] === undefined ? null : String(verdicts[index]),
        ]),
      },
    }),
  ];
}

function curve(context: ChapterContext, layer: LayerStats, breakdowns: readonly Breakdown[]): Block[] {
  const lines = breakdowns.filter(
    (breakdown) =>
      ['source_asn', 'source_ip', 'source_prefix', 'data_centre'].includes(breakdown.dimension) &&
      breakdown.concentration.length > 1,
  );
  const leading = lines[0];
  if (!leading) return [];
  const source = context.sourceOf(layer);
  const words = DIMENSION_WORDS[leading.dimension];
  const top = tellingPoint(leading);
  const window = layer.during?.windows[0] ?? context.facts.stats.window;
  return [
    context.figure({
      id: `fig-${layer.layer}-concentration`,
      title: top
        ? [
            ENTRIES.includes(leading.dimension)
              ? say`${share(top.share, leading.total)} of the traffic in the waves entered through ${ofAll(top.rank, leading, words.noun)}`
              : say`${share(top.share, leading.total)} of the traffic in the waves came from ${ofAll(top.rank, leading, words.noun)}`,
          ]
        : [say`Share of the largest ${words.all}`],
      chart: {
        kind: 'curve',
        xLabel: say`Number of sources, largest first`,
        lines: lines.map((breakdown) => ({
          label: DIMENSION_WORDS[breakdown.dimension].heading,
          ranks: breakdown.concentration.map((point) => point.rank),
          shares: breakdown.concentration.map((point) => point.share),
        })),
      },
      caption: captionOf(layer, source, [say`Cumulative share of the traffic in the waves, by number of sources`], {
        start: window.start,
        end: layer.during?.windows.at(-1)?.end ?? window.end,
      }),
      alt: [
        say`Curve of the share of the traffic in the waves that the largest sources carried, for ${counted(lines.length, noun('kind of source', 'kinds of source'))}, ${samplingNote(source)}, up to rank ${integer(leading.concentration.at(-1)?.rank ?? 0)}.`,
      ],
      evidence: source.evidence,
      data: {
        columns: ['dimension', 'rank', 'cumulative share'],
        rows: lines.flatMap((breakdown) =>
          breakdown.concentration.map((point) => [breakdown.dimension, point.rank, point.share]),
        ),
      },
    }),
  ];
}
