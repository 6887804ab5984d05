import { type LayerStats, LEADING_RATE } from '../../aggregate/aggregate.ts';
import type { DataWarning, InputFile } from '../../ingest/ingest.ts';
import { amount, counted, instant, integer, label, lasting, sentences, span } from '../../model/inlines.ts';
import type { Phrase } from '../../model/phrase.ts';
import { noun, say } from '../../model/say.ts';
import type { Block, Chapter } from '../composed.ts';
import { definitionsFor } from '../definitions.ts';
import type { ChapterContext } from '../facts.ts';
import { redactionNote } from '../redaction-note.ts';
import type { Cell } from '../report-model.ts';
import { isoTime, measureCells, measureColumns } from '../tables.ts';
import { LAYER_WORDS, UNIT_WORDS } from '../vocabulary.ts';
import { evidenceRun, samplingNote } from '../wording.ts';

/** How the numbers came about, what is missing, and why another screen may show another number. */
export function composeMethod(context: ChapterContext): Chapter {
  return {
    id: 'method',
    title: say`Method and data quality`,
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
        heading: say`Definitions`,
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
        title: say`No reservations about the data`,
        text: [say`Every record of the supplied files was read and belongs to this customer.`],
      },
    ];
  const codes = [...new Set(all.map((warning) => warning.code))];
  return [
    {
      kind: 'text',
      heading: say`What to know about the data`,
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
  const kinds = new Map<string, { readonly message: Phrase; readonly others: string[] }>();
  for (const warning of warnings) {
    const input =
      inputs.find(({ id }) => id === warning.input) ?? inputs.find(({ path }) => warning.message.includes(path));
    const short = (text: string) => (input ? text.replaceAll(input.path, input.id) : text);
    const message = short(warning.message);
    const key = (input ? message.replaceAll(input.id, '') : message).replace(/\d[\d,.]*/gu, '');
    const same = kinds.get(key);
    if (same && input) same.others.push(input.id);
    else
      kinds.set(same ? warning.message : key, {
        message: warning.told ? mapLabels([warning.told], short) : [label(message)],
        others: [],
      });
  }
  return sentences(
    [...kinds.values()].map(({ message, others }) => [
      ...message,
      ...(others.length > 0 ? [say` The same holds, with other numbers, for ${[evidenceRun(others)]}.`] : []),
    ]),
  );
}

function mapLabels(phrase: Phrase, change: (text: string) => string): Phrase {
  return phrase.map((inline) => {
    if (typeof inline === 'string') return inline;
    if (inline.kind === 'message') return { ...inline, values: inline.values.map((value) => mapLabels(value, change)) };
    return inline.kind === 'label' ? { ...inline, value: change(inline.value) } : inline;
  });
}

function sourceTable(context: ChapterContext): Block {
  const { sources } = context.facts.dataset;
  return context.table({
    id: 'table-data-sources',
    title: [
      sources.length === 1
        ? say`${counted(sources.length, noun('account', 'accounts'))} of the traffic`
        : say`${counted(sources.length, noun('account', 'accounts'))} of the traffic; for each layer one gives the totals`,
    ],
    columns: [
      { label: say`Data source`, align: 'left', width: 8 },
      { label: say`Layer`, align: 'left', width: 1 },
      { label: say`Used for`, align: 'left', width: 2 },
      { label: say`Rows`, align: 'right', width: 2 },
      { label: say`Step`, align: 'right', width: 2 },
      { label: say`Sampling`, align: 'left', width: 5 },
    ],
    rows: sources.map((source): Cell[] => [
      label(source.label),
      source.layer === 'http' ? say`L7` : say`L3/4`,
      source.role === 'primary' ? say`totals` : say`detail`,
      integer(source.rows),
      source.intervalMs === 0 ? say`records` : lasting(source.intervalMs),
      samplingNote(source),
    ]),
    note: [
      say`Sources overlap and are never added together. Details come from others only where the source of the totals has none.`,
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
    layer.coverage.gaps.length > 0
      ? say`${LAYER_WORDS[layer.layer]}: data of ${span(layer.coverage.window)}, ${amount({
          value: layer.coverage.completeness,
          unit: 'share',
          kind: 'counted',
          evidence: context.sourceOf(layer).evidence,
        })} of the period covered; ${counted(layer.coverage.gaps.length, noun('gap', 'gaps'))}, the longest ${lasting(Math.max(...layer.coverage.gaps.map((gap) => gap.end - gap.start)))}.`
      : say`${LAYER_WORDS[layer.layer]}: data of ${span(layer.coverage.window)}, ${amount({
          value: layer.coverage.completeness,
          unit: 'share',
          kind: 'counted',
          evidence: context.sourceOf(layer).evidence,
        })} of the period covered; no gap in between.`,
  ];
  const { layers } = context.facts.stats;
  return layers.length === 0 ? [] : [{ kind: 'text', heading: say`Coverage`, paragraphs: layers.map(sentence) }];
}

function differences(context: ChapterContext): Block[] {
  const { differences: reasons } = context.facts.findings;
  if (reasons.length === 0) return [];
  return [
    {
      kind: 'callout',
      tone: 'note',
      title: say`Why your dashboard shows another number`,
      text: sentences(reasons),
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
      title: [say`Peaks by window, the ones in the text marked`],
      columns: [
        { label: say`Quantity`, align: 'left', width: 4 },
        { label: say`Layer`, align: 'left', width: 2 },
        { label: say`Window`, align: 'right', width: 2 },
        { label: say`Peak`, align: 'right', width: 3 },
        { label: say`At`, align: 'left', width: 4 },
        { label: say`Used as`, align: 'left', width: 2 },
      ],
      rows: printed.map(({ layer, peak }): Cell[] => [
        UNIT_WORDS[peak.metric],
        layer.layer === 'http' ? say`L7` : say`L3/4`,
        peak.measure.windowMs === undefined ? say`not stated` : lasting(peak.measure.windowMs),
        amount(peak.measure, 'cell'),
        peak.measure.at === undefined ? { kind: 'missing', reason: say`not stated` } : instant(peak.measure.at),
        peak.headline ? say`headline` : '',
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
      title: say`Two sources contradict each other`,
      text: sentences(
        found.map((entry) => [
          entry.quantity.endsWith(' mitigated')
            ? say`${label(name(entry.primary.source))} counts ${amount(entry.primary.value)} mitigated (used), ${label(name(entry.other.source))} ${amount(entry.other.value)}.`
            : say`${label(name(entry.primary.source))} counts ${amount(entry.primary.value)} (used), ${label(name(entry.other.source))} ${amount(entry.other.value)}.`,
        ]),
      ),
    },
  ];
}
