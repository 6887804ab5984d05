import type { WeekIncident } from '../../aggregate/aggregate.ts';
import { storedVectorName, vectorWords } from '../../insight/insight.ts';
import { amount, counted, instant, integer, label, lasting } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Period } from '../../model/period.ts';
import type { Message, Noun } from '../../model/phrase.ts';
import { asValue, noun, say } from '../../model/say.ts';
import { MINUTE_MS } from '../../model/time.ts';
import type { Block, Chapter } from '../composed.ts';
import type { Cell } from '../report-model.ts';
import { isoTime, measureCells, measureColumns } from '../tables.ts';
import { DIMENSION_WORDS } from '../vocabulary.ts';
import { timeWords, type WeeklyContext } from './facts.ts';

/** Vectors printed of an incident. */
const MOST_VECTORS = 2;
/** Vectors in the figure. */
const MOST_BARS = 8;
/** Incidents printed, which fit on the pages that a summary has; all are in `data/`. */
const MOST_INCIDENTS = 24;
const MISSING: Cell = { kind: 'missing', reason: '–' };

/** The incidents of the period, each with its report, and what they were made of. */
export function composeIncidents(context: WeeklyContext): Chapter {
  const { stats } = context.facts;
  const blocks: Block[] =
    stats.incidents.length > 0 ? [incidentTable(context), ...vectorFigure(context)] : [quietText(context)];
  return { id: 'incidents', title: say`Incidents`, startsPage: false, blocks };
}

const BEFORE: Readonly<Record<Period['kind'], Noun>> = {
  day: noun('day before', 'days before'),
  week: noun('week before', 'weeks before'),
  month: noun('month before', 'months before'),
  custom: noun('period before', 'periods before'),
};
const ALL_BEFORE: Readonly<Record<Period['kind'], Message>> = {
  day: say`days before`,
  week: say`weeks before`,
  month: say`months before`,
  custom: say`periods before`,
};

function quietText({ facts, name }: WeeklyContext): Block {
  const { past } = facts.stats;
  const last = [...past].reverse().findIndex(({ incidents }) => incidents > 0);
  return {
    kind: 'text',
    paragraphs: [
      [
        say`No incident was reported on in this ${name}. `,
        ...(past.length === 0
          ? [say`There is no previous period on record.`]
          : last < 0
            ? [say`None was in the ${counted(past.length, BEFORE[facts.stats.period.kind])} on record either.`]
            : [say`The last incident on record was ${counted(last + 1, BEFORE[facts.stats.period.kind])}.`]),
        say` What was watched, and how completely, stands below.`,
      ],
    ],
  };
}

function incidentTable(context: WeeklyContext): Block {
  const { incidents, exposure } = context.facts.stats;
  const sum = incidents.reduce((total, { exposureMs }) => total + exposureMs, 0);
  const printed = printedOf(incidents);
  const usual = incidents.every(({ peak }) => peak === undefined || peak.windowMs === MINUTE_MS);
  return context.table({
    id: 'table-incidents',
    title: [
      sum > exposure.value
        ? say`${counted(incidents.length, noun('incident', 'incidents'))}, under attack for ${lasting(exposure.value)} in all: what overlaps counts once`
        : say`${counted(incidents.length, noun('incident', 'incidents'))}, under attack for ${lasting(exposure.value)}`,
    ],
    columns: [
      { label: say`Report`, align: 'left', width: 4 },
      { label: say`Began`, align: 'left', width: 7 },
      { label: say`Under attack`, align: 'right', width: 3 },
      { label: say`Vectors`, align: 'left', width: 6 },
      { label: say`Peak`, align: 'right', width: 2 },
      { label: say`Target`, align: 'left', width: 5 },
      { label: say`Mitigated after`, align: 'right', width: 3 },
      { label: say`Severity`, align: 'right', width: 2 },
      { label: say`Missed`, align: 'right', width: 2 },
    ],
    rows: printed.map((incident) => rowOf(incident, usual)),
    note: [
      ...(printed.length < incidents.length
        ? [
            say`${integer(printed.length)} of ${counted(incidents.length, noun('incident', 'incidents'))}, the most severe and longest. `,
          ]
        : []),
      say`Times under attack are those inside the ${context.name}. `,
      ...(usual ? [say`Peaks are the highest means over ${lasting(MINUTE_MS)}. `] : []),
      say`Severity goes from ${integer(0)} (no attack) to ${integer(4)} (outage). Missed: promises of the agreement.`,
    ],
    evidence: exposure.evidence,
    data: {
      columns: [
        ...['report', 'title', 'began_utc', 'ended_utc', 'exposure_ms', 'vectors'],
        ...measureColumns('peak', 'per second'),
        ...[
          'peak unit',
          'peak window_ms',
          'target',
          'time_to_mitigate_ms',
          'severity',
          'promises missed',
          'attack ids',
        ],
        ...measureColumns('leaked', 'share'),
      ],
      rows: incidents.map((incident) => [
        incident.reportId,
        incident.title,
        isoTime(incident.start),
        incident.end === undefined ? null : isoTime(incident.end),
        incident.exposureMs,
        incident.vectors.join(' '),
        ...measureCells(incident.peak),
        incident.peak?.unit ?? null,
        incident.peak?.windowMs ?? null,
        incident.target?.value ?? null,
        incident.timeToMitigateMs ?? null,
        incident.severity ?? null,
        incident.missed,
        incident.attackIds,
        ...measureCells(incident.leaked),
      ]),
      indicators: ['title'],
    },
  });
}

/** The most severe and longest of many, in the order of time. */
function printedOf(incidents: readonly WeekIncident[]): readonly WeekIncident[] {
  if (incidents.length <= MOST_INCIDENTS) return incidents;
  const printed = new Set(
    incidents
      .toSorted((a, b) => (b.severity ?? 0) - (a.severity ?? 0) || b.exposureMs - a.exposureMs)
      .slice(0, MOST_INCIDENTS),
  );
  return incidents.filter((incident) => printed.has(incident));
}

function rowOf(incident: WeekIncident, isUsualWindow: boolean): Cell[] {
  const { peak, target, severity, timeToMitigateMs } = incident;
  return [
    { kind: 'report', reportId: incident.reportId, linked: incident.hasPage },
    instant(incident.start),
    [lasting(incident.exposureMs), ...(incident.end === undefined ? [say`, still running`] : [])],
    incident.vectors.length > 0 ? vectorWords(incident.vectors, MOST_VECTORS) : MISSING,
    peak ? peakCell(peak, isUsualWindow) : MISSING,
    target ? label(target.value, DIMENSION_WORDS[target.dimension].role) : MISSING,
    timeToMitigateMs === undefined ? MISSING : lasting(timeToMitigateMs),
    severity === undefined ? MISSING : integer(severity),
    integer(incident.missed),
  ];
}

function peakCell(peak: Measure, isUsualWindow: boolean): Cell {
  const shown = amount(peak, 'cell');
  return isUsualWindow || peak.windowMs === undefined ? shown : say`${shown} (${lasting(peak.windowMs)})`;
}

/** Time under attack by vector, against what is usual. */
function vectorFigure(context: WeeklyContext): Block[] {
  const { vectors, past, exposure } = context.facts.stats;
  const shown = vectors.slice(0, MOST_BARS);
  const [first] = shown;
  if (!first || first.ms === 0) return [];
  const hasMedian = past.length > 0;
  return [
    context.figure({
      id: 'fig-vectors',
      title: [
        hasMedian
          ? say`${asValue(storedVectorName(first.name))} was used longest: ${lasting(first.ms)}; the median before is ${timeWords(first.medianMs ?? 0)}`
          : say`${asValue(storedVectorName(first.name))} was used longest: ${lasting(first.ms)}; no previous period`,
      ],
      chart: {
        kind: 'bars',
        unit: 'ms',
        parts: [{ label: say`This ${context.name}`, role: 'attack' }],
        bars: shown.map(({ name, ms, medianMs }) => ({
          label: storedVectorName(name),
          values: [ms],
          ...(medianMs !== undefined && { reference: medianMs }),
        })),
        ...(hasMedian && { referenceLabel: say`Median of the ${ALL_BEFORE[context.facts.stats.period.kind]}` }),
      },
      caption: [
        hasMedian
          ? say`Time under attack with each vector: the union of the waves in which it was seen, beside the median of ${counted(past.length, noun('period', 'periods'))} before. Source: reports of incidents.`
          : say`Time under attack with each vector: the union of the waves in which it was seen. Source: reports of incidents.`,
      ],
      alt: [
        say`Bar chart of the time under attack by vector. Longest: ${asValue(storedVectorName(first.name))}, ${lasting(first.ms)}.`,
      ],
      evidence: exposure.evidence,
      data: {
        columns: ['vector', 'under_attack_ms', 'median_before_ms'],
        rows: vectors.map(({ name, ms, medianMs }) => [name, ms, medianMs ?? null]),
      },
    }),
  ];
}
