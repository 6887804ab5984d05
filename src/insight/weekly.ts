import { changeOf, type WeekLayer, type WeekStats } from '../aggregate/aggregate.ts';
import type { StoredIncident } from '../archive/archive.ts';
import { amount, counted, label, lasting, list } from '../model/inlines.ts';
import type { Period } from '../model/period.ts';
import type { Message, Phrase, Words } from '../model/phrase.ts';
import { asValue, noun, say } from '../model/say.ts';
import { durationOf, HOUR_MS, MINUTE_MS } from '../model/time.ts';
import { complement } from './inlines.ts';
import { findVector } from './vector-catalog.ts';
import { vectorHeading, vectorName } from './vector-names.ts';

/** Judgements of a period. */
export interface WeeklyFindings {
  readonly state: 'attacked' | 'quiet' | 'unwatched';
  /** The sentence above everything. */
  readonly headline: Phrase;
  readonly open: readonly OpenRecommendation[];
}

/** A recommendation of the report of an incident that nobody marked as done since. */
interface OpenRecommendation {
  readonly id: string;
  readonly owner: 'customer' | 'provider' | 'both';
  readonly text: Phrase;
  /** When the first report said so that has not been answered since. */
  readonly since: number;
  /** Incidents whose reports say it, in order of time. */
  readonly incidents: readonly string[];
}

export interface WeeklyJudgeFacts {
  readonly customerName: string;
  readonly incidents: readonly StoredIncident[];
  /** Recommendations that were done, and when (end of that day). */
  readonly closed: readonly { readonly recommendation: string; readonly at: number }[];
}

export function judgeWeek(stats: WeekStats, facts: WeeklyJudgeFacts): WeeklyFindings {
  const state = stats.incidents.length > 0 ? 'attacked' : isWatched(stats) ? 'quiet' : 'unwatched';
  return {
    state,
    headline: headlineOf(stats, state, facts.customerName),
    open: openRecommendations(stats.period, facts),
  };
}

/** Traffic of all kinds is on record for at least a part of the period. */
function isWatched(stats: WeekStats): boolean {
  return stats.layers.some(({ holds, coverage }) => holds !== 'attack' && coverage.coveredMs > 0);
}

const PERIOD_NAMES: Readonly<Record<Period['kind'], Message>> = {
  day: say`day`,
  week: say`week`,
  month: say`month`,
  custom: say`period`,
};

export function periodName({ kind }: Pick<Period, 'kind'>): Message {
  return PERIOD_NAMES[kind];
}

/** `168 hours`; of a zone whose clocks change by less than an hour also the minutes. */
export function hoursWords(ms: number): Phrase {
  const hours = Math.floor(ms / HOUR_MS);
  const minutes = Math.round((ms - hours * HOUR_MS) / MINUTE_MS);
  const whole = counted(hours, noun('hour', 'hours'));
  return minutes > 0 ? list([whole, counted(minutes, noun('minute', 'minutes'))]) : [whole];
}

function headlineOf(stats: WeekStats, state: WeeklyFindings['state'], customerName: string): Phrase {
  const name = periodName(stats.period);
  const watched = watchedWords(stats);
  if (state === 'unwatched')
    return [
      say`Nothing can be said of this ${name}: neither traffic nor an incident of ${label(customerName)} is on record.`,
    ];
  if (state === 'quiet')
    return [
      watched.length > 0
        ? say`A quiet ${name} for ${label(customerName)}: no incident in ${hoursWords(durationOf(stats.period))}; ${watched}.`
        : say`A quiet ${name} for ${label(customerName)}: no incident in ${hoursWords(durationOf(stats.period))}.`,
    ];
  const previous = stats.past.at(-1);
  const change = previous && changeOf(stats.exposure.value, previous.exposureMs);
  return [
    say`${counted(stats.incidents.length, noun('incident', 'incidents'))} put ${label(customerName)} under attack for ${lasting(stats.exposure.value)}`,
    ...(stats.leaked ? [say`; ${amount(complement(stats.leaked.share))} of it was stopped`] : []),
    ...(previous === undefined
      ? []
      : [
          change?.kind === 'new'
            ? say`; the ${name} before had no incident`
            : say`; the ${name} before: ${counted(previous.incidents, noun('incident', 'incidents'))}, ${lasting(previous.exposureMs)}`,
        ]),
    say`.`,
  ];
}

/** `99.8 % of the time is covered by data`; of the layer that was watched most. */
function watchedWords(stats: WeekStats): Phrase {
  const [best] = [...stats.layers]
    .filter(({ holds }) => holds !== 'attack')
    .sort((a, b) => b.coverage.completeness - a.coverage.completeness);
  return best ? [say`${amount(completenessOf(best))} of the time is covered by data`] : [];
}

export function completenessOf({ coverage, total }: Pick<WeekLayer, 'coverage' | 'total'>): WeekLayer['total'] {
  return { value: coverage.completeness, unit: 'share', kind: 'counted', evidence: total.evidence };
}

/** `SYN flood`, from the name that a report stores. */
export function storedVectorName(stored: string): Words {
  return vectorHeading(findVector(stored)?.name ?? vectorName(stored));
}

export function vectorWords(vectors: readonly string[], most: number): Phrase {
  return list(
    vectors.map((vector) => asValue(storedVectorName(vector))),
    most,
  );
}

/** By id: from the first report that says it to the last one before the end of the period, unless it was marked as done since. */
function openRecommendations(period: Period, { incidents, closed }: WeeklyJudgeFacts): OpenRecommendation[] {
  const open = new Map<string, OpenRecommendation>();
  const ordered = [...incidents]
    .filter(({ startedAt }) => startedAt < period.end)
    .sort((a, b) => saidAt(a) - saidAt(b) || (a.incidentId < b.incidentId ? -1 : 1));
  for (const incident of ordered)
    for (const { id, owner, text } of incident.recommendations) {
      const known = open.get(id);
      const isAnswered =
        known &&
        closed.some(({ recommendation, at }) => recommendation === id && at >= known.since && at < saidAt(incident));
      open.set(
        id,
        known && !isAnswered
          ? { ...known, owner, text, incidents: [...known.incidents, incident.incidentId] }
          : { id, owner, text, since: saidAt(incident), incidents: [incident.incidentId] },
      );
    }
  const lastSaid = (one: OpenRecommendation) =>
    Math.max(...ordered.filter(({ incidentId }) => one.incidents.includes(incidentId)).map(saidAt));
  return [...open.values()]
    .filter((one) => !closed.some(({ recommendation, at }) => recommendation === one.id && at >= lastSaid(one)))
    .sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1));
}

/** The incident, not the day of its report: a report that is made again does not make its advice younger. */
function saidAt(incident: StoredIncident): number {
  return incident.startedAt;
}
