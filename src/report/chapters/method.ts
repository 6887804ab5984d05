import { type LayerStats, LEADING_RATE } from '../../aggregate/aggregate.ts';
import type { DataWarning, InputFile } from '../../ingest/ingest.ts';
import { amount, counted, instant, integer, label, lasting, span } from '../../model/inlines.ts';
import type { Phrase } from '../../model/phrase.ts';
import { definitionsFor } from '../definitions.ts';
import type { ChapterContext } from '../facts.ts';
import { redactionNote } from '../redaction-note.ts';
import type { Block, Cell, Chapter } from '../report-model.ts';
import { isoTime, measureCells, measureColumns } from '../tables.ts';
import { LAYER_WORDS, UNIT_WORDS } from '../vocabulary.ts';
import { evidenceRun, samplingNote } from '../wording.ts';

/** How the numbers came about, what is missing, and why another screen may show another number. */
export function composeMethod(context: ChapterContext): Chapter {
  return {
    id: 'method',
    title: 'Method and data quality',
    startsPage: false,
    blocks: [
      ...redactionNote(context.facts.case),
      ...warnings(context),
      sourceTable(context),
      ...coverage(context),
      ...differences(context),
      ...peakTable(context),
      ...disagreements(context),
      {
        kind: 'definitions',
        heading: 'Definitions',
        items: definitionsFor(context.facts.stats.mergeGapMs, {
          hasPackets: context.facts.stats.layers.some(({ layer }) => layer === 'network'),
          hasSamples: context.facts.dataset.sources.some(({ kind }) => kind === 'estimated'),
        }),
      },
    ],
  };
}

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
      paragraphs: codes.map((code) =>
        messagesOf(
          all.filter((warning) => warning.code === code),
          context.facts.dataset.inputs,
        ),
      ),
    },
  ];
}

/**
 * The messages of one kind with the ids of files for their long names. Of messages that say the same of several files, the
 * first is printed and the other files are named; every message is in the manifest, word for word.
 */
function messagesOf(warnings: readonly DataWarning[], inputs: readonly InputFile[]): Phrase {
  const told = new Map<string, { readonly message: string; readonly others: string[] }>();
  for (const warning of warnings) {
    const input =
      inputs.find(({ id }) => id === warning.input) ?? inputs.find(({ path }) => warning.message.includes(path));
    const message = input ? warning.message.replaceAll(input.path, input.id) : warning.message;
    const key = (input ? message.replaceAll(input.id, '') : message).replace(/\d[\d,.]*/gu, '');
    const same = told.get(key);
    if (same && input) same.others.push(input.id);
    else told.set(same ? warning.message : key, { message, others: [] });
  }
  return [...told.values()].flatMap(
    ({ message, others }, index): Phrase => [
      index > 0 ? ' ' : '',
      label(message),
      ...(others.length > 0 ? [` The same holds, with other numbers, for ${evidenceRun(others)}.`] : []),
    ],
  );
}

function sourceTable(context: ChapterContext): Block {
  const { sources } = context.facts.dataset;
  return context.table({
    id: 'table-data-sources',
    title: [
      counted(sources.length, 'account', 'accounts'),
      sources.length === 1 ? ' of the traffic' : ' of the traffic; for each layer one gives the totals',
    ],
    columns: [
      { label: 'Data source', align: 'left', width: 8 },
      { label: 'Layer', align: 'left', width: 1 },
      { label: 'Used for', align: 'left', width: 2 },
      { label: 'Rows', align: 'right', width: 2 },
      { label: 'Step', align: 'right', width: 2 },
      { label: 'Sampling', align: 'left', width: 5 },
    ],
    rows: sources.map((source): Cell[] => [
      label(source.label),
      source.layer === 'http' ? 'L7' : 'L3/4',
      source.role === 'primary' ? 'totals' : 'detail',
      integer(source.rows),
      source.intervalMs === 0 ? 'records' : lasting(source.intervalMs),
      samplingNote(source),
    ]),
    note: [
      'Sources overlap and are never added together. Details come from others only where the source of the totals has none.',
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
    `${LAYER_WORDS[layer.layer]}: data of `,
    span(layer.coverage.window),
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
      : ['; no gap in between']),
    '.',
  ];
  const { layers } = context.facts.stats;
  return layers.length === 0 ? [] : [{ kind: 'text', heading: 'Coverage', paragraphs: layers.map(sentence) }];
}

function differences(context: ChapterContext): Block[] {
  const { differences: reasons } = context.facts.findings;
  if (reasons.length === 0) return [];
  return [
    {
      kind: 'callout',
      tone: 'note',
      title: 'Why your dashboard shows another number',
      text: reasons.flatMap((reason, index): Phrase => [index > 0 ? ' ' : '', ...reason]),
    },
  ];
}

function peakTable(context: ChapterContext): Block[] {
  const peaks = context.facts.stats.layers.flatMap((layer) => layer.peaks.map((peak) => ({ layer, peak })));
  if (peaks.length === 0) return [];
  // Of what does not lead its layer the one that is told says enough; all are in `data/`.
  const printed = peaks.filter(({ layer, peak }) => peak.headline || peak.metric === LEADING_RATE[layer.layer]);
  return [
    context.table({
      id: 'table-peaks',
      title: ['Peaks by window, the ones in the text marked'],
      columns: [
        { label: 'Quantity', align: 'left', width: 4 },
        { label: 'Layer', align: 'left', width: 2 },
        { label: 'Window', align: 'right', width: 2 },
        { label: 'Peak', align: 'right', width: 3 },
        { label: 'At', align: 'left', width: 4 },
        { label: 'Used as', align: 'left', width: 2 },
      ],
      rows: printed.map(({ layer, peak }): Cell[] => [
        UNIT_WORDS[peak.metric],
        layer.layer === 'http' ? 'L7' : 'L3/4',
        peak.measure.windowMs === undefined ? 'not stated' : lasting(peak.measure.windowMs),
        amount(peak.measure, 'cell'),
        peak.measure.at === undefined ? { kind: 'missing', reason: 'not stated' } : instant(peak.measure.at),
        peak.headline ? 'headline' : '',
      ]),
      evidence: [...new Set(peaks.flatMap(({ peak }) => peak.measure.evidence))],
      data: {
        columns: [
          'quantity',
          'layer',
          'window_ms',
          'at_utc',
          ...measureColumns('peak', 'per second'),
          'headline',
          'observed',
        ],
        rows: peaks.map(({ layer, peak }) => [
          peak.metric,
          layer.layer,
          peak.measure.windowMs ?? null,
          peak.measure.at === undefined ? null : isoTime(peak.measure.at),
          ...measureCells(peak.measure),
          peak.headline ? 'yes' : 'no',
          peak.observed?.value ?? null,
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
      title: 'Two sources contradict each other',
      text: found.flatMap(
        (entry, index): Phrase => [
          index > 0 ? ' ' : '',
          label(name(entry.primary.source)),
          ' counts ',
          amount(entry.primary.value),
          ` ${entry.quantity.replace(entry.primary.value.unit, '').trim()}`.trimEnd(),
          ' (used), ',
          label(name(entry.other.source)),
          ' ',
          amount(entry.other.value),
          '.',
        ],
      ),
    },
  ];
}
