import { type AttackStats, leadingLayer } from '../../aggregate/aggregate.ts';
import { amount, integer, lasting, like } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Message, Phrase, Value } from '../../model/phrase.ts';
import type { Condition, ConditionMeasure } from '../../model/recommendation.ts';
import { opening, say } from '../../model/say.ts';
import { MINUTE_MS, SECOND_MS } from '../../model/time.ts';
import { complement } from '../inlines.ts';
import { originOf } from '../needs.ts';
import type { Severity } from '../severity.ts';

/** A measure as conditions see it: the number in the unit of its name, and how it is told. */
interface Reading {
  readonly value: number;
  readonly told: Value;
  readonly evidence: readonly string[];
}

const NAMES: Readonly<Record<ConditionMeasure, Message>> = {
  severity: say`severity`,
  waves: say`waves`,
  attackIds: say`attack ids`,
  signatures: say`signatures`,
  durationMinutes: say`time under attack`,
  peakRequestsPerSecond: say`peak of requests`,
  peakPacketsPerSecond: say`peak of packets`,
  peakBitsPerSecond: say`peak of bits`,
  timeToDetectSeconds: say`time to detect`,
  timeToMitigateSeconds: say`time to mitigate`,
  timeToContainSeconds: say`time to contain`,
  mitigatedPercent: say`share of the attack mitigated`,
  leakedPercent: say`share of the attack leaked`,
  originErrorPercent: say`share of the origin’s answers that were errors`,
};

/** What the conditions rest on, in words, when all of them hold; undefined when one does not or cannot be told. */
export function meetAll(
  conditions: readonly Condition[],
  stats: AttackStats,
  severity: Severity,
): { readonly why: Phrase; readonly evidence: readonly string[] } | undefined {
  const readings: { readonly name: Message; readonly reading: Reading }[] = [];
  for (const { measure, above, below } of conditions) {
    const reading = readMeasure(measure, stats, severity);
    if (!reading || (above !== undefined && reading.value <= above) || (below !== undefined && reading.value >= below))
      return undefined;
    readings.push({ name: NAMES[measure], reading });
  }
  return {
    why: [
      ...readings.map(({ name, reading }, index) =>
        index === 0 ? say`${opening([name])}: ${reading.told}` : say`, ${name}: ${reading.told}`,
      ),
      say`.`,
    ],
    evidence: [...new Set(readings.flatMap(({ reading }) => reading.evidence))],
  };
}

function readMeasure(name: ConditionMeasure, stats: AttackStats, severity: Severity): Reading | undefined {
  const { clocks, duration } = stats;
  const attack = leadingLayer(stats)?.attack;
  switch (name) {
    case 'severity':
      return count(severity.level);
    case 'waves':
      return count(stats.waves.length);
    case 'attackIds':
      return count(stats.attackIds.length);
    case 'signatures':
      return count(stats.signatures.length);
    case 'durationMinutes':
      return time(duration.active, MINUTE_MS);
    case 'peakRequestsPerSecond':
      return peak(stats, 'requests/s');
    case 'peakPacketsPerSecond':
      return peak(stats, 'packets/s');
    case 'peakBitsPerSecond':
      return peak(stats, 'bits/s');
    case 'timeToDetectSeconds':
      return time(clocks.timeToDetect, SECOND_MS);
    case 'timeToMitigateSeconds':
      return time(clocks.timeToMitigate, SECOND_MS);
    case 'timeToContainSeconds':
      return time(clocks.timeToContain, SECOND_MS);
    case 'mitigatedPercent':
      return percent(attack?.efficacy);
    case 'leakedPercent':
      return percent(attack?.efficacy && complement(attack.efficacy));
    case 'originErrorPercent':
      return percent(originOf(stats)?.phases.find(({ phase }) => phase === 'during')?.errorShare);
    default:
      return name satisfies never;
  }
}

function count(value: number): Reading {
  return { value, told: integer(value), evidence: [] };
}

function time(measure: Measure | undefined, unitMs: number): Reading | undefined {
  return measure && { value: measure.value / unitMs, told: lasting(measure.value), evidence: measure.evidence };
}

function percent(measure: Measure | undefined): Reading | undefined {
  return measure && { value: measure.value * 100, told: amount(measure), evidence: measure.evidence };
}

function peak(stats: AttackStats, metric: 'requests/s' | 'packets/s' | 'bits/s'): Reading | undefined {
  const found = stats.layers.flatMap((layer) => layer.peaks).filter((one) => one.headline && one.metric === metric);
  const highest = found.reduce<Measure | undefined>(
    (best, { measure }) => (!best || measure.value > best.value ? measure : best),
    undefined,
  );
  return highest && { value: highest.value, told: amount(like(highest, highest.value)), evidence: highest.evidence };
}
