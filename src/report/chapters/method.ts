import type { LayerStats } from '../../aggregate/aggregate.ts';
import type { DataWarning } from '../../ingest/ingest.ts';
import { amount, counted, instant, integer, label, lasting } from '../../model/inlines.ts';
import type { Phrase } from '../../model/phrase.ts';
import { definitionsFor } from '../definitions.ts';
import type { ChapterContext } from '../facts.ts';
import type { Block, Cell, Chapter } from '../report-model.ts';
import { isoTime, measureCells, measureColumns } from '../tables.ts';
import { LAYER_WORDS, UNIT_WORDS } from '../vocabulary.ts';
import { samplingNote } from '../wording.ts';

/** How the numbers came about, what is missing, and why another screen may show another number. */
export function composeMethod(context: ChapterContext): Chapter {
  return {
    id: 'method',
    title: 'Method and data quality',
    startsPage: false,
    blocks: [
      ...warnings(context),
      sourceTable(context),
      ...coverage(context),
      ...peakTable(context),
      ...disagreements(context),
      { kind: 'definitions', heading: 'Definitions', items: definitionsFor(context.facts.stats.mergeGapMs) },
    ],
  };
}

/** Messages of one kind printed in full; of more, the rest is counted. */
const PRINTED_OF_A_KIND = 3;

function warnings(context: ChapterContext): Block[] {
  const all = context.facts.dataset.warnings;
  if (all.length === 0)
    return [
      {
        kind: 'callout',
        tone: 'note',
        title: 'No reservations about the data',
        text: ['Every record of the supplied files was read and belongs to this customer.'],
      },
    ];
  const codes = [...new Set(all.map((warning) => warning.code))];
  return [
    {
      kind: 'text',
      heading: 'What to know about the data',
      paragraphs: codes.map((code) => messagesOf(all.filter((warning) => warning.code === code))),
    },
  ];
}

function messagesOf(warnings: readonly DataWarning[]): Phrase {
  const more = warnings.length - PRINTED_OF_A_KIND;
  return [
    ...warnings.slice(0, PRINTED_OF_A_KIND).flatMap(({ message }, index) => [index > 0 ? ' ' : '', label(message)]),
    ...(more > 0 ? [' And ', counted(more, 'more', 'more'), ' of this kind; all are in manifest.json.'] : []),
  ];
}

function sourceTable(context: ChapterContext): Block {
  const { sources } = context.facts.dataset;
  return context.table({
    id: 'table-data-sources',
    title: [
      counted(sources.length, 'account of the traffic', 'accounts of the traffic'),
      '; one feeds the totals of each layer',
    ],
    columns: [
      { label: 'Data source', align: 'left', width: 5 },
      { label: 'Layer', align: 'left', width: 2 },
      { label: 'Role', align: 'left', width: 2 },
      { label: 'Rows', align: 'right', width: 2 },
      { label: 'Bucket', align: 'right', width: 2 },
      { label: 'Sampling', align: 'left', width: 4 },
    ],
    rows: sources.map((source): Cell[] => [
      label(source.label),
      source.layer === 'http' ? 'L7' : 'L3/4',
      source.role === 'primary' ? 'totals' : 'detail',
      integer(source.rows),
      source.intervalMs === 0 ? 'single records' : lasting(source.intervalMs),
      samplingNote(source),
    ]),
    note: [
      'Data sources overlap and are never added together. Detail sources feed lists that the source of the totals cannot give.',
    ],
    evidence: [...new Set(sources.flatMap((source) => source.evidence))],
    data: {
      columns: [
        'source',
        'layer',
        'role',
        'rows',
        'interval_ms',
        'kind',
        'sampling min',
        'sampling max',
        'first_utc',
        'last_utc',
      ],
      rows: sources.map((source) => [
        source.label,
        source.layer,
        source.role,
        source.rows,
        source.intervalMs,
        source.kind,
        source.sampling.min,
        source.sampling.max,
        isoTime(source.window.start),
        isoTime(source.window.end),
      ]),
    },
  });
}

function coverage(context: ChapterContext): Block[] {
  const sentence = (layer: LayerStats): Phrase => [
    `${LAYER_WORDS[layer.layer]}: data from `,
    instant(layer.coverage.window.start),
    ' to ',
    instant(layer.coverage.window.end),
    ', ',
    amount({
      value: layer.coverage.completeness,
      unit: 'share',
      kind: 'counted',
      evidence: context.sourceOf(layer).evidence,
    }),
    ' of the period covered',
    ...(layer.coverage.gaps.length > 0
      ? [
          '; ',
          counted(layer.coverage.gaps.length, 'gap', 'gaps'),
          ', the longest ',
          lasting(Math.max(...layer.coverage.gaps.map((gap) => gap.end - gap.start))),
        ]
      : ['; no gap']),
    '.',
  ];
  const { layers } = context.facts.stats;
  return layers.length === 0 ? [] : [{ kind: 'text', heading: 'Coverage', paragraphs: layers.map(sentence) }];
}

function peakTable(context: ChapterContext): Block[] {
  const peaks = context.facts.stats.layers.flatMap((layer) => layer.peaks.map((peak) => ({ layer, peak })));
  if (peaks.length === 0) return [];
  return [
    context.table({
      id: 'table-peaks',
      title: ['Why your dashboard may show another number: every peak with its window'],
      columns: [
        { label: 'Quantity', align: 'left', width: 4 },
        { label: 'Layer', align: 'left', width: 2 },
        { label: 'Window', align: 'right', width: 2 },
        { label: 'Peak', align: 'right', width: 3 },
        { label: 'At', align: 'left', width: 4 },
        { label: 'Use', align: 'left', width: 2 },
      ],
      rows: peaks.map(({ layer, peak }): Cell[] => [
        UNIT_WORDS[peak.metric],
        layer.layer === 'http' ? 'L7' : 'L3/4',
        peak.measure.windowMs === undefined ? 'not stated' : lasting(peak.measure.windowMs),
        amount(peak.measure),
        peak.measure.at === undefined ? { kind: 'missing', reason: 'not stated' } : instant(peak.measure.at),
        peak.headline ? 'this report' : '',
      ]),
      note: ['The same burst gives a lower peak over a longer window. Dashboards that zoom out use longer windows.'],
      evidence: peaks[0]?.peak.measure.evidence ?? [],
      data: {
        columns: ['quantity', 'layer', 'window_ms', 'at_utc', ...measureColumns('peak', 'per second'), 'headline'],
        rows: peaks.map(({ layer, peak }) => [
          peak.metric,
          layer.layer,
          peak.measure.windowMs ?? null,
          peak.measure.at === undefined ? null : isoTime(peak.measure.at),
          ...measureCells(peak.measure),
          peak.headline ? 'yes' : 'no',
        ]),
      },
    }),
  ];
}

function disagreements(context: ChapterContext): Block[] {
  const { disagreements: found } = context.facts.stats;
  const name = (id: string) => context.facts.dataset.sources.find((source) => source.id === id)?.label ?? id;
  if (found.length === 0) return [];
  return [
    {
      kind: 'callout',
      tone: 'caution',
      title: 'Two sources differ by more than 10 %',
      text: found.flatMap(
        (entry, index): Phrase => [
          index > 0 ? ' ' : '',
          `${entry.quantity}: `,
          label(name(entry.primary.source)),
          ' says ',
          amount(entry.primary.value),
          ' (used), ',
          label(name(entry.other.source)),
          ' says ',
          amount(entry.other.value),
          '.',
        ],
      ),
    },
  ];
}
