import type { Breakdown, LayerStats } from '../../aggregate/aggregate.ts';
import { ofAll, tellingPoint } from '../../insight/insight.ts';
import type { Dimension } from '../../model/dimension.ts';
import { counted, integer, share } from '../../model/inlines.ts';
import type { Layer } from '../../model/traffic.ts';
import { attackBreakdown, breakdownTables, reportedListTables } from '../breakdown-table.ts';
import type { ChapterContext } from '../facts.ts';
import type { Block, Chapter } from '../report-model.ts';
import { DIMENSION_WORDS } from '../vocabulary.ts';
import { captionOf, samplingNote } from '../wording.ts';

/** L3/4 geography is where packets entered, since source addresses can be forged; L7 needs a completed handshake. */
const SOURCE_DIMENSIONS: Readonly<Record<Layer, readonly Dimension[]>> = {
  network: ['data_centre', 'data_centre_country', 'source_asn', 'source_prefix', 'source_ip'],
  http: ['source_asn', 'source_country', 'source_ip', 'source_prefix', 'ja4', 'ja3', 'user_agent'],
};

/** Where the traffic came from and how concentrated it was. */
export function composeSources(context: ChapterContext): Chapter | undefined {
  const measured = context.facts.stats.layers.flatMap((layer): Block[] => {
    const hasJa4 = attackBreakdown(layer, 'ja4') !== undefined;
    const dimensions = SOURCE_DIMENSIONS[layer.layer].filter((dimension) => dimension !== 'ja3' || !hasJa4);
    const found = dimensions.flatMap((dimension) => attackBreakdown(layer, dimension) ?? []);
    if (found.length === 0) return [];
    return [
      ...curve(context, layer, found),
      ...(layer.layer === 'network' ? [spoofingCaveat()] : []),
      ...breakdownTables(context, layer, dimensions),
    ];
  });
  const blocks = [
    ...measured,
    ...reportedListTables(context, [...SOURCE_DIMENSIONS.network, ...SOURCE_DIMENSIONS.http]),
  ];
  return blocks.length > 0 ? { id: 'sources', title: 'Sources', startsPage: false, blocks } : undefined;
}

function spoofingCaveat(): Block {
  return {
    kind: 'callout',
    tone: 'caution',
    title: 'Source addresses of packets can be forged',
    text: [
      'At the network layer this report locates traffic by the data centre that received it. Source addresses and networks are listed as they stood in the packets; they do not identify the sender.',
    ],
  };
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
            share(top.share, leading.total),
            layer.layer === 'network'
              ? ' of the traffic in the waves entered through '
              : ' of the traffic in the waves came from ',
            ...ofAll(top.rank, leading, words),
          ]
        : [`Share of the largest ${words.many}`],
      chart: {
        kind: 'curve',
        xLabel: 'Number of sources, largest first',
        lines: lines.map((breakdown) => ({
          label: DIMENSION_WORDS[breakdown.dimension].heading,
          ranks: breakdown.concentration.map((point) => point.rank),
          shares: breakdown.concentration.map((point) => point.share),
        })),
      },
      caption: captionOf(layer, source, ['Cumulative share of the traffic in the waves, by number of sources'], {
        start: window.start,
        end: layer.during?.windows.at(-1)?.end ?? window.end,
      }),
      alt: [
        'Curve of the share of the traffic in the waves that the largest sources carried, for ',
        counted(lines.length, 'kind of source', 'kinds of source'),
        ', ',
        ...samplingNote(source),
        ', up to rank ',
        integer(leading.concentration.at(-1)?.rank ?? 0),
        '.',
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
