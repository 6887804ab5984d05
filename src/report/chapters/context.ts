import { activeLengthOf, comparablePeak, type History } from '../../insight/insight.ts';
import { amount, counted, instant, label, lasting, like } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Phrase } from '../../model/phrase.ts';
import { noun, say } from '../../model/say.ts';
import { SECOND_MS } from '../../model/time.ts';
import type { Block, Chapter } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import type { Cell } from '../report-model.ts';
import { isoTime, measureCells, measureColumns } from '../tables.ts';
import { UNIT_WORDS } from '../vocabulary.ts';

/** Printed rows besides this incident; all are in `data/`. */
const PRINTED_INCIDENTS = 3;
/** Incidents, this one included, from which their peaks are drawn. */
const FEWEST_FOR_FIGURE = 10;

/** Where the incident stands: among the customer's own, and beside published figures where the provider wants them. */
export function composeContext(context: ChapterContext): Chapter | undefined {
  const { history, industry } = context.facts.findings;
  const { stats } = context.facts;
  if (stats.waves.length === 0) return undefined;
  const blocks: Block[] = history
    ? historyBlocks(context, history)
    : [{ kind: 'text', paragraphs: [[say`This is the first incident of the customer on record in this workspace.`]] }];
  if (industry.length > 0)
    blocks.push({
      kind: 'callout',
      tone: 'note',
      title: say`Industry context, as published by others`,
      text: [
        say`${industry.flatMap(({ text, citation }): Phrase => [say`${text} (${citation}.) `])}Publishers count attacks and average peaks in ways of their own; their figures are not mixed with the data of this report.`,
      ],
    });
  return { id: 'context', title: say`History and context`, startsPage: false, blocks };
}

/** The peaks of the incidents on record by when they began; a handful is told by the table alone. */
function historyFigure(context: ChapterContext, { earlier, rank, since }: History): Block[] {
  const { findings, stats, case: incident } = context.facts;
  const layer = context.main;
  const start = stats.waves[0]?.start;
  const finding = findings.findings.find(({ id }) => id === 'history');
  if (!rank || !layer || !finding || start === undefined || rank.compared + 1 < FEWEST_FOR_FIGURE) return [];
  const { peak } = rank;
  const dots = earlier.flatMap((past) => {
    const found = comparablePeak(past, layer, peak);
    return found ? [{ at: past.startedAt, label: past.incidentId, ...found }] : [];
  });
  const rate = UNIT_WORDS[peak.unit];
  const mine = { at: start, label: incident.id, value: peak.value, ...(peak.interval && { interval: peak.interval }) };
  const all = [
    ...dots.map(({ at, label: id, value, interval }) => ({ at, label: id, value, ...(interval && { interval }) })),
    mine,
  ];
  return [
    context.figure({
      id: 'fig-history',
      title: finding.title,
      chart: {
        kind: 'dots',
        unit: peak.unit,
        subject: say`This incident`,
        others: say`Earlier incidents`,
        dots: all.map((dot) => (dot === mine ? { ...dot, isSubject: true as const } : dot)),
      },
      caption: [
        peak.windowMs === undefined
          ? say`${rate}, peak, of ${counted(all.length, noun('incident', 'incidents'))} that began between ${{ kind: 'time', at: since, form: 'day' }} and ${{ kind: 'time', at: start, form: 'day' }}. A line through a dot is the 95 % interval of an estimate. From the reports of this customer in the workspace.`
          : say`${rate}, highest mean over ${lasting(peak.windowMs)}, of ${counted(all.length, noun('incident', 'incidents'))} that began between ${{ kind: 'time', at: since, form: 'day' }} and ${{ kind: 'time', at: start, form: 'day' }}. A line through a dot is the 95 % interval of an estimate. From the reports of this customer in the workspace.`,
      ],
      alt: [
        say`Dots of the peak of ${counted(all.length, noun('incident', 'incidents'))} of this customer by their date, this one filled: ${amount(peak)}.`,
      ],
      evidence: peak.evidence,
      data: {
        columns: ['incident', 'began_utc', `peak (${peak.unit})`, 'peak lower', 'peak upper', 'this_one'],
        rows: all.map((dot) => [
          dot.label,
          isoTime(dot.at),
          dot.value,
          dot.interval?.lower ?? null,
          dot.interval?.upper ?? null,
          dot === mine ? 'yes' : 'no',
        ]),
      },
    }),
  ];
}

function historyBlocks(context: ChapterContext, history: History): Block[] {
  return [...historyFigure(context, history), historyTable(context, history)];
}

function historyTable(context: ChapterContext, { earlier, rank }: History): Block {
  const { stats, findings, case: incident } = context.facts;
  const told = findings.findings.find(({ id }) => id === 'history');
  const recent = earlier.slice(-PRINTED_INCIDENTS).reverse();
  const peak = rank?.peak;
  const layer = context.main;
  const peakOf = (past: History['earlier'][number]): Measure | undefined => {
    const found = peak && layer && comparablePeak(past, layer, peak);
    return (
      found && { ...like(peak, found.value), kind: found.kind, ...(found.interval && { interval: found.interval }) }
    );
  };
  const missing: Cell = { kind: 'missing', reason: say`not recorded` };
  const { timeToMitigate } = stats.clocks;
  const start = stats.waves[0]?.start;
  return context.table({
    id: 'table-history',
    title: told?.title ?? [say`This incident beside the last ones of the customer on record`],
    columns: [
      { label: say`Incident`, align: 'left', width: 3 },
      { label: say`Began`, align: 'left', width: 3 },
      {
        label: peak?.windowMs === undefined ? say`Peak` : say`Peak over ${lasting(peak.windowMs)}`,
        align: 'right',
        width: 3,
      },
      { label: say`Under attack`, align: 'right', width: 2 },
      { label: say`Time to mitigate`, align: 'right', width: 2 },
    ],
    rows: [
      [
        [say`${label(incident.id, 'code')} (this one)`],
        start === undefined ? missing : instant(start),
        peak ? amount(peak, 'cell') : missing,
        stats.duration.active ? lasting(stats.duration.active.value) : missing,
        timeToMitigate ? lasting(timeToMitigate.value) : missing,
      ],
      ...recent.map((past): Cell[] => {
        const measured = peakOf(past);
        const active = activeLengthOf(past);
        return [
          label(past.incidentId, 'code'),
          instant(past.startedAt),
          measured ? amount(measured, 'cell') : { kind: 'missing', reason: say`not comparable` },
          active === undefined ? missing : lasting(active),
          past.timeToMitigateSeconds === undefined ? missing : lasting(past.timeToMitigateSeconds * SECOND_MS),
        ];
      }),
    ],
    totalRows: earlier.length + 1,
    note: [
      told
        ? say`${told.text} From the latest reports of this customer in the workspace. Peaks are compared only in the same unit and window; ~ marks an estimate from samples.`
        : say`From the latest reports of this customer in the workspace. Peaks are compared only in the same unit and window; ~ marks an estimate from samples.`,
    ],
    evidence: peak?.evidence ?? [],
    data: {
      columns: [
        'incident',
        'began_utc',
        ...measureColumns('peak', peak?.unit ?? ''),
        'active_ms',
        'time_to_mitigate_ms',
      ],
      rows: [
        [
          incident.id,
          start === undefined ? null : isoTime(start),
          ...measureCells(peak),
          stats.duration.active?.value ?? null,
          timeToMitigate?.value ?? null,
        ],
        ...earlier.map((past) => [
          past.incidentId,
          isoTime(past.startedAt),
          ...measureCells(peakOf(past)),
          activeLengthOf(past) ?? null,
          past.timeToMitigateSeconds === undefined ? null : past.timeToMitigateSeconds * SECOND_MS,
        ]),
      ],
    },
  });
}
