import { activeLengthOf, comparablePeak, type History } from '../../insight/insight.ts';
import { amount, instant, label, lasting, like } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Phrase } from '../../model/phrase.ts';
import { SECOND_MS } from '../../model/time.ts';
import type { ChapterContext } from '../facts.ts';
import type { Block, Cell, Chapter } from '../report-model.ts';
import { isoTime, measureCells, measureColumns } from '../tables.ts';
import { windowName } from '../wording.ts';

/** Printed rows besides this incident; all are in `data/`. */
const PRINTED_INCIDENTS = 5;

/** Where the incident stands: among the customer's own, and beside published figures where the provider wants them. */
export function composeContext(context: ChapterContext): Chapter | undefined {
  const { history, industry } = context.facts.findings;
  const { stats } = context.facts;
  if (stats.waves.length === 0) return undefined;
  const blocks: Block[] = history
    ? [historyTable(context, history)]
    : [{ kind: 'text', paragraphs: [['This is the first incident of the customer on record in this workspace.']] }];
  if (industry.length > 0)
    blocks.push({
      kind: 'callout',
      tone: 'note',
      title: 'Industry context, as published by others',
      text: [
        ...industry.flatMap(({ text, citation }): Phrase => [...text, ' (', ...citation, '.) ']),
        'Publishers count attacks and average peaks in ways of their own; their figures are not mixed with the data of this report.',
      ],
    });
  return { id: 'context', title: 'History and context', startsPage: false, blocks };
}

function historyTable(context: ChapterContext, { earlier, rank }: History): Block {
  const { stats, case: incident } = context.facts;
  const recent = earlier.slice(-PRINTED_INCIDENTS).reverse();
  const peak = rank?.peak;
  const layer = context.main;
  const peakOf = (past: History['earlier'][number]): Measure | undefined => {
    const found = peak && layer && comparablePeak(past, layer, peak);
    return (
      found && { ...like(peak, found.value), kind: found.kind, ...(found.interval && { interval: found.interval }) }
    );
  };
  const missing: Cell = { kind: 'missing', reason: 'not recorded' };
  const { timeToMitigate } = stats.clocks;
  const start = stats.waves[0]?.start;
  return context.table({
    id: 'table-history',
    title: ['This incident beside the last ones of the customer on record'],
    columns: [
      { label: 'Incident', align: 'left', width: 3 },
      { label: 'Began', align: 'left', width: 3 },
      {
        label: peak?.windowMs === undefined ? 'Peak' : `Peak over ${windowName(peak.windowMs)}`,
        align: 'right',
        width: 3,
      },
      { label: 'Under attack', align: 'right', width: 2 },
      { label: 'Time to mitigate', align: 'right', width: 2 },
    ],
    rows: [
      [
        [label(incident.id, 'code'), ' (this one)'],
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
          measured ? amount(measured, 'cell') : { kind: 'missing', reason: 'not comparable' },
          active === undefined ? missing : lasting(active),
          past.timeToMitigateSeconds === undefined ? missing : lasting(past.timeToMitigateSeconds * SECOND_MS),
        ];
      }),
    ],
    totalRows: earlier.length + 1,
    note: [
      'From the latest reports of this customer in the workspace. Peaks are compared only in the same unit and window; ~ marks an estimate from samples.',
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
