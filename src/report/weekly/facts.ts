import { tzOffset } from '@date-fns/tz';
import type { Change, WeekLayer, WeekStats } from '../../aggregate/aggregate.ts';
import type { Standing } from '../../config/config.ts';
import type { DataWarning, InputFile } from '../../ingest/ingest.ts';
import { periodName, type WeeklyFindings } from '../../insight/insight.ts';
import { amount, integer, label, lasting, list, span } from '../../model/inlines.ts';
import type { Measure, Unit } from '../../model/measure.ts';
import type { Message, Phrase, Value } from '../../model/phrase.ts';
import { say } from '../../model/say.ts';
import { unionDuration } from '../../model/time.ts';
import { createNumbering, type Numbering } from '../facts.ts';
import { LAYER_SHORT } from '../vocabulary.ts';

/** Everything a summary of a period is composed from. */
export interface WeeklyFacts {
  readonly standing: Standing;
  readonly stats: WeekStats;
  readonly findings: WeeklyFindings;
  readonly inputs: readonly InputFile[];
  readonly warnings: readonly DataWarning[];
  /** Sums that differ from those of the revision before, in words of ours; absent for the first. */
  readonly changes?: {
    readonly revision: number;
    readonly rows: readonly { readonly what: Message; readonly before?: Measure; readonly after?: Measure }[];
  };
  readonly reportId: string;
  readonly revision: number;
  /** Epoch ms, from the caller's clock. */
  readonly createdAt: number;
  readonly toolVersion: string;
}

export interface WeeklyContext extends Numbering {
  readonly facts: WeeklyFacts;
  /** The layer that the cover speaks of; absent without any traffic. */
  readonly main?: WeekLayer;
  /** `week`. */
  readonly name: Message;
}

export function createWeeklyContext(facts: WeeklyFacts): WeeklyContext {
  const main = mainLayer(facts.stats);
  return { facts, ...createNumbering(), ...(main && { main }), name: periodName(facts.stats.period) };
}

/** The layer that was longest under attack; of equals the one with most of the time on record. */
function mainLayer({ layers, incidents }: WeekStats): WeekLayer | undefined {
  const attackedMs = ({ layer }: WeekLayer) =>
    unionDuration(incidents.filter((incident) => incident.layer === layer).flatMap(({ waves }) => waves));
  return [...layers].sort((a, b) => attackedMs(b) - attackedMs(a) || b.coverage.coveredMs - a.coverage.coveredMs)[0];
}

/** `up 12.3 % on the week before`; a zero base has no percentage. `zero` writes what it was before or is now. */
export function changeWords(change: Change | undefined, name: Message, hasPrevious: boolean): Phrase {
  if (!hasPrevious) return [say`no previous period`];
  if (!change) return [say`not comparable with the ${name} before`];
  switch (change.kind) {
    case 'new':
      return [say`none the ${name} before`];
    case 'gone':
      return [say`none, unlike the ${name} before`];
    case 'same':
      return [say`as the ${name} before`];
    case 'ratio':
      return [
        change.value + 1 >= MANIFOLD
          ? say`about ${times(change.value)} times that of the ${name} before`
          : say`${ratioWords(change.value)} on the ${name} before`,
      ];
    default:
      return change satisfies never;
  }
}

/** From here on a percentage is harder to read than how many times as much it is. */
const MANIFOLD = 4;

/** `up 12.3 %`, `down 40 %`, `about 20 times`. */
export function ratioWords(value: number): Phrase {
  if (value + 1 >= MANIFOLD) return [say`about ${times(value)} times`];
  const change = amount({ value: Math.abs(value), unit: 'share', kind: 'counted', evidence: [] });
  return [value > 0 ? say`up ${change}` : say`down ${change}`];
}

function times(change: number): Value {
  return integer(Math.round(change + 1));
}

/** Zone and offset of a period; both offsets where the clocks change in it. */
export function zoneWords({ period }: Pick<WeekStats, 'period'>): Phrase {
  const { start, end, timeZone } = period;
  const isChanged = tzOffset(timeZone, new Date(start)) !== tzOffset(timeZone, new Date(end - 1));
  return [{ kind: 'zone', at: start }, ...(isChanged ? [say`, later ${{ kind: 'zone', at: end - 1 }}`] : [])];
}

/** Sources of a layer and how they came to their numbers. */
function sourceWords(layer: WeekLayer): Phrase {
  return [
    say`${list(layer.labels.map((one) => label(one)))} (${LAYER_SHORT[layer.layer]})`,
    say`, `,
    originWords(layer),
  ];
}

function originWords({ kind, holds, sampling: { min, max } }: WeekLayer): Message {
  if (kind === 'reported') return say`as reported by the source`;
  if (max <= 1) return kind === 'counted' ? say`every record counted` : say`estimated by the source`;
  if (holds === 'attack') return say`estimated from samples`;
  return min === max
    ? say`sampled 1 in ${plain(max)}, scaled up`
    : say`sampled 1 in ${plain(min)} to 1 in ${plain(max)}, scaled up`;
}

function plain(value: number): Value {
  return integer(Math.round(value));
}

/** The line under a figure or table of traffic. */
export function weeklyCaption({ facts }: WeeklyContext, layer: WeekLayer, what: Phrase): Phrase {
  const { period } = facts.stats;
  return [say`${what}. ${span(period)}, ${zoneWords(facts.stats)}. Source: ${sourceWords(layer)}.`];
}

/** The rate of the unit of a layer, as its hours are given. */
export function hourUnit(layer: WeekLayer): Extract<Unit, `${string}/s`> {
  switch (layer.unit) {
    case 'requests':
    case 'packets':
    case 'connections':
    case 'queries':
    case 'events':
      return `${layer.unit}/s`;
    default:
      return 'bits/s';
  }
}

/** `23 min 10 s` of a number of ms that may be nothing. */
export function timeWords(ms: number): Value {
  return ms === 0 ? say`none` : lasting(ms);
}
