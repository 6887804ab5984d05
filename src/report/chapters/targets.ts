import type { LayerStats } from '../../aggregate/aggregate.ts';
import type { Dimension } from '../../model/dimension.ts';
import { counted, label, lasting } from '../../model/inlines.ts';
import { say } from '../../model/say.ts';
import { UNIT_NAMES } from '../../model/unit-names.ts';
import { breakdownTables, reportedListTables } from '../breakdown-table.ts';
import type { Block, Chapter } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import { isoTime } from '../tables.ts';
import { waveBands } from '../traffic-chart.ts';
import { DIMENSION_WORDS, UNIT_WORDS } from '../vocabulary.ts';
import { captionOf } from '../wording.ts';

const TARGET_DIMENSIONS: readonly Dimension[] = [
  'destination_ip',
  'destination_port',
  'application',
  'host',
  'path',
  'query_name',
];

/** What was attacked, and when. */
export function composeTargets(context: ChapterContext): Chapter | undefined {
  const measured: Block[] = context.facts.stats.layers.flatMap((layer) => [
    ...heatMap(context, layer),
    ...breakdownTables(context, layer, TARGET_DIMENSIONS),
  ]);
  const blocks = [...measured, ...reportedListTables(context, TARGET_DIMENSIONS)];
  return blocks.length > 0 ? { id: 'targets', title: say`Targets`, startsPage: false, blocks } : undefined;
}

function heatMap(context: ChapterContext, layer: LayerStats): Block[] {
  const series = layer.targetSeries;
  const buckets = series?.rows[0]?.values.length ?? 0;
  if (!series || series.rows.length < 2 || buckets === 0) return [];
  const source = context.sourceOf(layer);
  const words = DIMENSION_WORDS[series.dimension];
  const rate = layer.whole.meanRate.unit;
  const first = series.rows[0];
  return [
    context.figure({
      id: `fig-${layer.layer}-targets`,
      title: [say`Load over time: ${label(first?.key ?? '', words.role)} carried most of all ${words.all}`],
      chart: {
        kind: 'heat-map',
        unit: rate,
        start: series.start,
        intervalMs: series.intervalMs,
        rows: series.rows.map((row) => ({ label: row.key, values: row.values })),
        bands: waveBands(context, series.start + buckets * series.intervalMs),
      },
      caption: captionOf(layer, source, [say`${UNIT_WORDS[rate]}, mean over ${lasting(series.intervalMs)}`], {
        start: series.start,
        end: series.start + buckets * series.intervalMs,
      }),
      alt: [
        say`Heat map of ${UNIT_NAMES[rate]} over time for ${counted(series.rows.length, words.noun)}, the largest first.`,
      ],
      evidence: source.evidence,
      data: {
        columns: ['time_utc', ...series.rows.map((row) => `${row.key} (${rate})`)],
        rows: Array.from({ length: buckets }, (_, index) => [
          isoTime(series.start + index * series.intervalMs),
          ...series.rows.map((row) => row.values[index] ?? null),
        ]),
      },
    }),
  ];
}
