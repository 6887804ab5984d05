import type { WeekIncident } from '../../aggregate/aggregate.ts';
import { storedVectorName, vectorWords } from '../../insight/insight.ts';
import { amount, counted, instant, integer, label, lasting } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Phrase } from '../../model/phrase.ts';
import { MINUTE_MS } from '../../model/time.ts';
import type { Block, Cell, Chapter } from '../report-model.ts';
import { isoTime, measureCells, measureColumns } from '../tables.ts';
import { DIMENSION_WORDS } from '../vocabulary.ts';
import { timeWords, type WeeklyContext } from './facts.ts';

/** Vectors printed of an incident. */
const MOST_VECTORS = 2;
/** Vectors in the figure. */
const MOST_BARS = 8;
const MISSING: Cell = { kind: 'missing', reason: '–' };

/** The incidents of the period, each with its report, and what they were made of. */
export function composeIncidents(context: WeeklyContext): Chapter {
  const { stats } = context.facts;
  const blocks: Block[] =
    stats.incidents.length > 0 ? [incidentTable(context), ...vectorFigure(context)] : [quietText(context)];
  return { id: 'incidents', title: 'Incidents', startsPage: false, blocks };
}

function quietText({ facts, name }: WeeklyContext): Block {
  const { past } = facts.stats;
  const last = [...past].reverse().findIndex(({ incidents }) => incidents > 0);
  return {
    kind: 'text',
    paragraphs: [
      [
        `No incident was reported on in this ${name}. `,
        ...(past.length === 0
          ? ['There is no previous period on record.']
          : last < 0
            ? ['None was in the ', counted(past.length, `${name} before`, `${name}s before`), ' on record either.']
            : ['The last incident on record was ', counted(last + 1, `${name} before`, `${name}s before`), '.']),
        ' What was watched, and how completely, stands below.',
      ],
    ],
  };
}

function incidentTable(context: WeeklyContext): Block {
  const { incidents, exposure } = context.facts.stats;
  const sum = incidents.reduce((total, { exposureMs }) => total + exposureMs, 0);
  const usual = incidents.every(({ peak }) => peak === undefined || peak.windowMs === MINUTE_MS);
  return context.table({
    id: 'table-incidents',
    title: [
      counted(incidents.length, 'incident', 'incidents'),
      ', under attack for ',
      lasting(exposure.value),
      ...(sum > exposure.value ? [' in all: what overlaps counts once'] : []),
    ],
    columns: [
      { label: 'Report', align: 'left', width: 4 },
      { label: 'Began', align: 'left', width: 7 },
      { label: 'Under attack', align: 'right', width: 3 },
      { label: 'Vectors', align: 'left', width: 6 },
      { label: 'Peak', align: 'right', width: 2 },
      { label: 'Target', align: 'left', width: 5 },
      { label: 'Mitigated after', align: 'right', width: 3 },
      { label: 'Severity', align: 'right', width: 2 },
      { label: 'Missed', align: 'right', width: 2 },
    ],
    rows: incidents.map((incident) => rowOf(incident, usual)),
    note: [
      `Times under attack are those inside the ${context.name}. `,
      ...(usual ? ['Peaks are the highest means over ', lasting(MINUTE_MS), '. '] : []),
      'Severity goes from ',
      integer(0),
      ' (no attack) to ',
      integer(4),
      ' (outage). Missed: promises of the agreement.',
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

function rowOf(incident: WeekIncident, isUsualWindow: boolean): Cell[] {
  const { peak, target, severity, timeToMitigateMs } = incident;
  return [
    { kind: 'report', reportId: incident.reportId, linked: incident.hasPage },
    instant(incident.start),
    [lasting(incident.exposureMs), ...(incident.end === undefined ? [', still running'] : [])],
    incident.vectors.length > 0 ? vectorWords(incident.vectors, MOST_VECTORS) : MISSING,
    peak ? [amount(peak, 'cell'), ...(isUsualWindow ? [] : windowWords(peak))] : MISSING,
    target ? label(target.value, DIMENSION_WORDS[target.dimension].role) : MISSING,
    timeToMitigateMs === undefined ? MISSING : lasting(timeToMitigateMs),
    severity === undefined ? MISSING : integer(severity),
    integer(incident.missed),
  ];
}

function windowWords({ windowMs }: Measure): Phrase {
  return windowMs === undefined ? [] : [' (', lasting(windowMs), ')'];
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
        label(storedVectorName(first.name)),
        ' was used longest: ',
        lasting(first.ms),
        ...(hasMedian ? ['; the median before is ', timeWords(first.medianMs ?? 0)] : ['; no previous period']),
      ],
      chart: {
        kind: 'bars',
        unit: 'ms',
        parts: [{ label: `This ${context.name}`, role: 'attack' }],
        bars: shown.map(({ name, ms, medianMs }) => ({
          label: storedVectorName(name),
          values: [ms],
          ...(medianMs !== undefined && { reference: medianMs }),
        })),
        ...(hasMedian && { referenceLabel: `Median of the ${context.name}s before` }),
      },
      caption: [
        'Time under attack with each vector: the union of the waves in which it was seen',
        ...(hasMedian ? [', beside the median of ', counted(past.length, 'period', 'periods'), ' before'] : []),
        '. Source: reports of incidents.',
      ],
      alt: [
        'Bar chart of the time under attack by vector. Longest: ',
        label(storedVectorName(first.name)),
        ', ',
        lasting(first.ms),
        '.',
      ],
      evidence: exposure.evidence,
      data: {
        columns: ['vector', 'under_attack_ms', 'median_before_ms'],
        rows: vectors.map(({ name, ms, medianMs }) => [name, ms, medianMs ?? null]),
      },
    }),
  ];
}
