import type { LayerStats, TrafficSeries, WaveStats } from '../../aggregate/aggregate.ts';
import type { Dimension } from '../../model/dimension.ts';
import { amount, clock, counted, instant, label, lasting, list, share } from '../../model/inlines.ts';
import { breakdownTables } from '../breakdown-table.ts';
import type { ChapterContext } from '../facts.ts';
import type { Block, Cell, Chapter } from '../report-model.ts';
import { isoTime, measureCells, measureColumns, seriesData } from '../tables.ts';
import { lineName, rankedChart, spanOf } from '../traffic-chart.ts';
import { LAYER_WORDS, UNIT_WORDS } from '../vocabulary.ts';
import { amountOr, captionOf } from '../wording.ts';

/** Fingerprints of the traffic that are neither source nor target. */
const SHAPE_DIMENSIONS: readonly Dimension[] = [
  'vector',
  'transport',
  'tcp_flags',
  'source_port',
  'method',
  'http_version',
  'query_type',
];

/** What the attack was made of: by vector over time, by shape, wave by wave. */
export function composeAnatomy(context: ChapterContext): Chapter | undefined {
  const blocks: Block[] = waveTable(context);
  for (const layer of context.facts.stats.layers) {
    const figures = partsOf(layer).map((series) => partsFigure(context, layer, series));
    const tables = breakdownTables(context, layer, SHAPE_DIMENSIONS);
    if (figures.length + tables.length > 0 && context.facts.stats.layers.length > 1)
      blocks.push({ kind: 'text', heading: LAYER_WORDS[layer.layer], paragraphs: [] });
    blocks.push(...figures, ...tables);
  }
  return blocks.length > 0 ? { id: 'anatomy', title: 'Anatomy of the attack', startsPage: false, blocks } : undefined;
}

/** One series a metric: by vector where the data names vectors, else by the system that acted. Response bytes fill no line. */
function partsOf(layer: LayerStats): TrafficSeries[] {
  const all = [...new Set(layer.series.map((series) => series.metric))];
  const metrics = layer.layer === 'http' && all.length > 1 ? all.filter((metric) => metric !== 'bits/s') : all;
  return metrics.flatMap((metric) => {
    const candidates = layer.series.filter((series) => series.metric === metric && series.lines.length > 1);
    return (
      candidates.find((series) => series.by === 'vector') ??
      candidates.find((series) => series.by === 'mitigation_system') ??
      []
    );
  });
}

function partsFigure(context: ChapterContext, layer: LayerStats, series: TrafficSeries): Block {
  const source = context.sourceOf(layer);
  const rate = UNIT_WORDS[series.metric];
  const named = series.lines.filter((line) => !['other', 'unknown', 'none'].includes(line.key));
  const leader = named[0];
  const by = series.by === 'vector' ? 'vector' : 'the system that mitigated';
  return context.figure({
    id: `fig-${layer.layer}-${series.metric === 'bits/s' ? 'bits' : layer.unit}-by-${series.by.replaceAll('_', '-')}`,
    title: leader
      ? [
          `${rate} by ${by}: `,
          label(lineName(series, leader.key)),
          named.length > 1 ? ' leads' : ' alone',
          ...(named.length > 1 ? [' of ', counted(named.length, '', '')] : []),
        ]
      : [`${rate} by ${by}`],
    chart: rankedChart(context, series),
    caption: captionOf(layer, source, [`${rate}, mean over `, lasting(series.intervalMs)], spanOf(series)),
    alt: [
      `Stacked area chart of ${rate.toLowerCase()} by ${by}: `,
      ...list(series.lines.map((line) => label(lineName(series, line.key)))),
      '.',
    ],
    evidence: source.evidence,
    data: seriesData(series, (key) => lineName(series, key)),
  });
}

function waveTable(context: ChapterContext): Block[] {
  const { waves, mergeGapMs } = context.facts.stats;
  if (waves.length === 0) return [];
  const strongest = waves.reduce((best, wave) => (peakValue(wave) > peakValue(best) ? wave : best));
  const peak = strongest.peaks[0];
  return [
    context.table({
      id: 'table-waves',
      title: [
        counted(waves.length, 'wave', 'waves'),
        ...(peak ? [waves.length > 1 ? `; wave ${strongest.number} was the strongest, ` : ', ', amount(peak)] : []),
      ],
      columns: [
        { label: 'Wave', align: 'left', width: 1 },
        { label: 'Start', align: 'left', width: 2 },
        { label: 'End', align: 'left', width: 2 },
        { label: 'Length', align: 'right', width: 2 },
        { label: 'Peak', align: 'right', width: 2 },
        { label: 'Total', align: 'right', width: 2 },
        { label: 'Mitigated', align: 'right', width: 2 },
        { label: 'Vectors and targets', align: 'left', width: 5 },
      ],
      rows: waves.map((wave): Cell[] => [
        String(wave.number),
        clock(wave.start),
        wave.end === undefined ? 'still running' : clock(wave.end),
        wave.end === undefined ? '' : lasting(wave.end - wave.start),
        amountOr(wave.peaks[0]),
        amountOr(wave.total),
        wave.mitigated && wave.total && wave.total.value > 0
          ? share(wave.mitigated.value / wave.total.value, wave.mitigated)
          : amountOr(wave.mitigated),
        vectorsAndTargets(wave),
      ]),
      note: [
        'Times ± ',
        lasting(Math.max(...waves.map((wave) => wave.uncertaintyMs))),
        ', ',
        { kind: 'zone', at: waves[0]?.start ?? 0 },
        '; first wave on ',
        instant(waves[0]?.start ?? 0),
        '. Attack ids and bursts less than ',
        lasting(mergeGapMs),
        ' apart are one wave.',
      ],
      evidence: context.main ? context.sourceOf(context.main).evidence : [],
      data: {
        columns: [
          'wave',
          'start_utc',
          'end_utc',
          'uncertainty_ms',
          'basis',
          'peak',
          'peak unit',
          ...measureColumns('total', 'units'),
          ...measureColumns('mitigated', 'units'),
          'vectors',
          'targets',
          'attack ids',
        ],
        rows: waves.map((wave) => [
          wave.number,
          isoTime(wave.start),
          wave.end === undefined ? null : isoTime(wave.end),
          wave.uncertaintyMs,
          wave.basis,
          wave.peaks[0]?.value ?? null,
          wave.peaks[0]?.unit ?? null,
          ...measureCells(wave.total),
          ...measureCells(wave.mitigated),
          wave.vectors.join('; '),
          wave.targets.join('; '),
          wave.attackIds.join('; '),
        ]),
      },
    }),
  ];
}

/** Names shown in one cell before the rest is counted. */
const NAMED_IN_CELL = 3;

function vectorsAndTargets(wave: WaveStats): Cell {
  const some = (names: readonly string[]) => [
    ...list(names.slice(0, NAMED_IN_CELL).map((name) => label(name))),
    ...(names.length > NAMED_IN_CELL ? [' and ', counted(names.length - NAMED_IN_CELL, 'more', 'more')] : []),
  ];
  if (wave.vectors.length + wave.targets.length === 0) return { kind: 'missing', reason: 'not recorded' };
  return [
    ...some(wave.vectors),
    ...(wave.targets.length > 0 ? [wave.vectors.length > 0 ? ' on ' : '', ...some(wave.targets)] : []),
  ];
}

function peakValue(wave: WaveStats): number {
  return wave.peaks[0]?.value ?? 0;
}
