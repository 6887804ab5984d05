import type { LayerStats, TrafficSeries, WaveStats } from '../../aggregate/aggregate.ts';
import {
  findVector,
  layerOfVector,
  type NamedVector,
  peakWords,
  vectorHeading,
  vectorsOf,
  vectorWording,
} from '../../insight/insight.ts';
import type { Dimension } from '../../model/dimension.ts';
import { amount, clauses, clock, counted, instant, integer, label, lasting, like, list } from '../../model/inlines.ts';
import type { Message, Phrase, Value } from '../../model/phrase.ts';
import { asValue, english, noun, say } from '../../model/say.ts';
import { UNIT_NAMES } from '../../model/unit-names.ts';
import { breakdownTables } from '../breakdown-table.ts';
import type { Block, Chapter } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import type { Cell } from '../report-model.ts';
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
  const blocks: Block[] = [...waveTable(context), ...vectorTable(context)];
  for (const layer of context.facts.stats.layers) {
    const parts = partsOf(layer);
    // The same vector has the same colour in every figure of its layer.
    const order = [...new Set(parts.flatMap((series) => series.lines.map((line) => line.key)))];
    const figures = parts.map((series) => partsFigure(context, layer, series, order));
    const tables = breakdownTables(context, layer, SHAPE_DIMENSIONS);
    if (figures.length + tables.length > 0 && context.facts.stats.layers.length > 1)
      blocks.push({ kind: 'text', heading: LAYER_WORDS[layer.layer], paragraphs: [] });
    blocks.push(...figures, ...tables);
  }
  return blocks.length > 0
    ? { id: 'anatomy', title: say`Anatomy of the attack`, startsPage: false, blocks }
    : undefined;
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

function partsFigure(
  context: ChapterContext,
  layer: LayerStats,
  series: TrafficSeries,
  order: readonly string[],
): Block {
  const source = context.sourceOf(layer);
  const rate = UNIT_WORDS[series.metric];
  const named = series.lines.filter((line) => !['other', 'unknown', 'none'].includes(line.key));
  const leader = named[0];
  const parts = list(series.lines.map((line) => asValue(lineName(series, line.key))));
  return context.figure({
    id: `fig-${layer.layer}-${series.metric === 'bits/s' ? 'bits' : layer.unit}-by-${series.by.replaceAll('_', '-')}`,
    title: leader
      ? [
          leaderWords(
            series.by === 'vector',
            named.length,
            asValue(lineName(series, leader.key)),
            UNIT_NAMES[series.metric === 'bits/s' ? 'bits' : layer.unit],
          ),
        ]
      : [series.by === 'vector' ? say`${rate} by vector` : say`${rate} by the system that mitigated`],
    chart: rankedChart(context, series, order, layer.capacity),
    caption: captionOf(
      layer,
      source,
      [
        series.by === 'vector'
          ? say`${rate} by vector, mean over ${lasting(series.intervalMs)}`
          : say`${rate} by the system that mitigated, mean over ${lasting(series.intervalMs)}`,
      ],
      spanOf(series),
    ),
    alt: [
      series.by === 'vector'
        ? say`Stacked area chart of ${UNIT_NAMES[series.metric]} by vector: ${parts}.`
        : say`Stacked area chart of ${UNIT_NAMES[series.metric]} by the system that mitigated: ${parts}.`,
    ],
    evidence: source.evidence,
    data: seriesData(series, (key) => english(lineName(series, key))),
  });
}

/** `SYN flood carried most packets of 3 vectors that the source names`. */
function leaderWords(isVector: boolean, parts: number, leader: Value, units: Message): Message {
  if (parts === 1)
    return isVector ? say`${leader} carried all recorded ${units}` : say`${leader} stopped all recorded ${units}`;
  return isVector
    ? say`${leader} carried most ${units} of ${counted(parts, noun('vector', 'vectors'))} that the source names`
    : say`${leader} stopped most ${units} of ${counted(parts, noun('system', 'systems'))}`;
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
        waves.length > 1
          ? say`Wave ${integer(strongest.number)} of ${integer(waves.length)} was the strongest`
          : say`One wave`,
        ...(peak ? [say`, ${peakWords(peak)}`] : []),
      ],
      columns: [
        { label: say`Wave`, align: 'left', width: 1 },
        { label: say`Start`, align: 'left', width: 2 },
        { label: say`End`, align: 'left', width: 2 },
        { label: say`Length`, align: 'right', width: 2 },
        { label: peakHead(waves), align: 'right', width: 2 },
        { label: totalHead(waves), align: 'right', width: 2 },
        { label: say`Mitigated`, align: 'right', width: 2 },
        { label: say`Vectors and targets`, align: 'left', width: 9 },
      ],
      rows: waves.map((wave): Cell[] => [
        integer(wave.number),
        clock(wave.start),
        wave.end === undefined ? say`still running` : clock(wave.end),
        wave.end === undefined ? '' : lasting(wave.end - wave.start),
        amountOr(wave.peaks[0], say`not recorded`, 'cell'),
        amountOr(wave.total, say`not recorded`, isOneUnit(waves) ? 'cell' : 'compact'),
        wave.mitigated && wave.total && wave.total.value > 0
          ? amount({ ...like(wave.mitigated, wave.mitigated.value / wave.total.value), unit: 'share' }, 'cell')
          : amountOr(wave.mitigated, say`not recorded`, 'cell'),
        vectorsAndTargets(wave),
      ]),
      note: [
        say`Times ± ${lasting(Math.max(...waves.map((wave) => wave.uncertaintyMs)))}, ${{ kind: 'zone', at: waves[0]?.start ?? 0 }}; first wave on ${instant(waves[0]?.start ?? 0)}. Attack ids and bursts less than ${lasting(mergeGapMs)} apart are one wave.`,
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
          vectorsOf(wave)
            .map((vector) => vector.slug)
            .join('; '),
          wave.targets.join('; '),
          wave.attackIds.join('; '),
        ]),
      },
    }),
  ];
}

/** One vector of the report and the waves that have it. */
interface VectorRow {
  readonly vector: NamedVector;
  readonly waves: readonly number[];
}

/** Each vector once, by what it is recognised, and its technique of MITRE ATT&CK. */
function vectorTable(context: ChapterContext): Block[] {
  const { waves, layers } = context.facts.stats;
  const found = waves.flatMap((wave) => vectorsOf(wave).map((vector) => ({ vector, wave: wave.number })));
  if (found.length === 0) return [];
  const rows = [...new Set(found.map(({ vector }) => vector.slug))].map((slug): VectorRow => {
    const own = found.filter(({ vector }) => vector.slug === slug);
    const largest = own.reduce((best, one) => (shareOf(one.vector) > shareOf(best.vector) ? one : best));
    return { vector: largest.vector, waves: own.map(({ wave }) => wave) };
  });
  const several = waves.length > 1;
  const byData = rows.filter(({ vector }) => vector.from === 'data').length;
  return [
    context.table({
      id: 'table-vectors',
      title: [
        counted(rows.length, noun('vector', 'vectors')),
        ...(byData > 0 ? [say`, ${integer(byData)} recognised by what the data shows`] : []),
      ],
      columns: [
        { label: say`Vector`, align: 'left', width: 3 },
        ...(several ? [{ label: say`Waves`, align: 'left' as const, width: 1 }] : []),
        { label: say`Share`, align: 'right', width: 2 },
        { label: say`Before`, align: 'right', width: 2 },
        { label: say`MITRE ATT&CK`, align: 'left', width: 4 },
        { label: say`Named by`, align: 'left', width: 2 },
        { label: say`Recognised by`, align: 'left', width: 8 },
      ],
      rows: rows.map(({ vector, waves: own }): Cell[] => [
        asValue(vectorHeading(vector.name)),
        ...(several ? [waveList(own)] : []),
        vector.share ? amount(vector.share, 'cell') : { kind: 'missing', reason: say`not told apart` },
        vector.shareBefore !== undefined && vector.share
          ? amount(like(vector.share, vector.shareBefore), 'cell')
          : { kind: 'missing', reason: vector.share ? say`no baseline` : say`not told apart` },
        vector.technique ? `${vector.technique.id} ${vector.technique.name}` : say`a way to aim, no technique`,
        vector.from === 'source' ? say`source` : say`data`,
        recognitionOf(vector),
      ]),
      note: [
        several
          ? say`Share of all traffic of the layer, legitimate included, in the wave where it is largest.`
          : say`Share of all traffic of the layer in the wave, legitimate included.`,
        ...(layers.some((layer) => layer.layer === 'http')
          ? [say` Slow attacks on connections (Slowloris) are not visible in this data.`]
          : []),
      ],
      evidence: context.main ? context.sourceOf(context.main).evidence : [],
      data: {
        columns: [
          'wave',
          'vector',
          'named by',
          'technique',
          'technique name',
          ...measureColumns('share', 'share'),
          'share before',
        ],
        rows: found.map(({ vector, wave }) => [
          wave,
          vector.slug,
          vector.from,
          vector.technique?.id ?? null,
          vector.technique?.name ?? null,
          ...measureCells(vector.share),
          vector.shareBefore ?? null,
        ]),
      },
    }),
  ];
}

function shareOf(vector: NamedVector): number {
  return vector.share?.value ?? 0;
}

function recognitionOf(vector: NamedVector): Phrase {
  const known = findVector(vector.slug);
  if (!vector.share && vector.from === 'source') return [say`The name that the source gives`];
  if (!known) return [];
  return known.note ? [say`${known.recognition}. ${known.note}`] : [say`${known.recognition}.`];
}

/** Names shown in one cell before the rest is counted. */
const NAMED_IN_CELL = 3;

function vectorsAndTargets(wave: WaveStats): Cell {
  const some = (names: readonly Value[]): Phrase => [
    ...list(names.slice(0, NAMED_IN_CELL)),
    ...(names.length > NAMED_IN_CELL ? [say` and ${counted(names.length - NAMED_IN_CELL, noun('more', 'more'))}`] : []),
  ];
  const on = (vectors: readonly NamedVector[], targets: readonly string[]): Phrase => {
    const how = some(
      vectors.map(({ name }, index) => asValue(index === 0 ? vectorHeading(name) : vectorWording(name))),
    );
    const what = some(targets.map((target) => label(target)));
    return how.length > 0 && what.length > 0 ? [say`${how} on ${what}`] : [...how, ...what];
  };
  const vectors = vectorsOf(wave);
  if (vectors.length + wave.targets.length === 0) return { kind: 'missing', reason: say`not recorded` };
  const { targetsByLayer } = wave;
  if (!targetsByLayer) return on(vectors, wave.targets);
  // Packets to an address and requests to a host are two things, though they came as one wave.
  return clauses(
    wave.layers.map((layer) =>
      on(
        vectors.filter((vector) => layerOfVector(vector) === layer),
        targetsByLayer.find((one) => one.layer === layer)?.targets ?? [],
      ),
    ),
  );
}

/** `1–30`, `1, 2, 5–9`; two in a row stay two. */
function waveList(waves: readonly number[]): Phrase {
  const runs: number[][] = [];
  for (const wave of waves) {
    const run = runs.at(-1);
    if (run && run.at(-1) === wave - 1) run.push(wave);
    else runs.push([wave]);
  }
  const parts = runs.flatMap((run): Phrase[] =>
    run.length > 2
      ? [[integer(run[0] ?? 0), '–', integer(run.at(-1) ?? 0)]]
      : run.map((wave): Phrase => [integer(wave)]),
  );
  return parts.flatMap((part, index) => [index > 0 ? say`, ` : '', ...part]);
}

/** The window of all peaks in the head where they share one: a peak is never shown without. */
function peakHead(waves: readonly WaveStats[]): Message {
  const windows = new Set(waves.map((wave) => wave.peaks[0]?.windowMs));
  const [only] = windows;
  return windows.size === 1 && only !== undefined ? say`Peak over ${lasting(only)}` : say`Peak`;
}

function totalHead(waves: readonly WaveStats[]): Message {
  const unit = waves[0]?.total?.unit;
  return unit !== undefined && isOneUnit(waves) ? UNIT_WORDS[unit] : say`Total`;
}

function isOneUnit(waves: readonly WaveStats[]): boolean {
  return new Set(waves.map((wave) => wave.total?.unit)).size === 1;
}

function peakValue(wave: WaveStats): number {
  return wave.peaks[0]?.value ?? 0;
}
