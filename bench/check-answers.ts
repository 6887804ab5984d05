import { isDeepStrictEqual } from 'node:util';
import type { Analysis } from '../src/report/report.ts';
import type { Answers, Wave } from './answers.ts';

/** Places that are told of two unequal answers. */
const MOST_TOLD = 10;

/** @throws Error that names the places where two answers differ. */
export function refuseDifferent(name: string, a: unknown, b: unknown): void {
  const places = differences('', a, b);
  if (places.length > 0)
    throw new Error(`${name} differ in ${places.length} places:\n${places.slice(0, MOST_TOLD).join('\n')}`);
}

function differences(path: string, a: unknown, b: unknown): string[] {
  if (isDeepStrictEqual(a, b)) return [];
  if (!(a instanceof Object && b instanceof Object)) return [`${path}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`];
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) =>
    differences(`${path}/${key}`, left.get(key), right.get(key)),
  );
}

/** The waves of a report in whole seconds, as its breakdowns count them. */
export function wavesOf(analysis: Analysis): Wave[] {
  return analysis.waves.map(({ start, end }) => ({
    start: Math.floor(Date.parse(start) / 1_000) * 1_000,
    end: Math.ceil(Date.parse(end ?? start) / 1_000) * 1_000,
  }));
}

/** What the machine-readable result of a report says, in the form of the answers that say it too. */
export function comparable(analysis: Analysis): object {
  const { peak10s, peak60s } = analysis;
  return {
    minutes: analysis.minutes.map((minute) => [
      typeof minute.t === 'string' ? Date.parse(minute.t) : undefined,
      ...[minute.requests, minute.mitigated, minute.origin, minute.origin5xx].map((volume) =>
        typeof volume === 'object' ? volume.estimate : undefined,
      ),
    ]),
    attributes: Object.fromEntries(
      Object.entries(analysis.attributes).map(([name, values]) => [
        name,
        Object.fromEntries(Object.entries(values).map(([key, { estimate }]) => [key, estimate])),
      ]),
    ),
    peaks: [peak10s, peak60s].map((peak) => peak?.estimate),
  };
}

/** The part of the answers that `comparable` has, for the attributes that the report has. */
export function comparableAnswers(answers: Answers, analysis: Analysis): object {
  const { minutes, peaks } = answers.overTime;
  return {
    minutes: minutes.map(([t, requests, mitigated, _bytes, answered, errors]) => [
      t,
      requests,
      mitigated,
      answered,
      errors,
    ]),
    attributes: Object.fromEntries(
      Object.keys(analysis.attributes).map((name) => [
        name,
        Object.fromEntries(answers.breakdowns[name]?.items.map(([key, requests]) => [key, requests]) ?? []),
      ]),
    ),
    peaks: [10_000, 60_000].map((step) => (peaks[`whole requests ${step}`]?.[1] ?? 0) / (step / 1_000)),
  };
}
