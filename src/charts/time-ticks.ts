import { TZDate, tzOffset } from '@date-fns/tz';
// One file each: the whole package is three hundred modules at every start.
import { addDays } from 'date-fns/addDays';
import { addMonths } from 'date-fns/addMonths';
import { startOfDay } from 'date-fns/startOfDay';
import { startOfMonth } from 'date-fns/startOfMonth';
import { say } from '../model/say.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type TimeWindow } from '../model/time.ts';
import type { Writer } from '../text/text.ts';
import { textWidth } from './text-width.ts';
import { TEXT_SIZE } from './theme.ts';

export interface TimeTick {
  readonly at: number;
  readonly label: string;
  /** The date, on the first tick and wherever the day changes; absent where the label is the date. */
  readonly date?: string;
}

type Step = { readonly unit: 'ms'; readonly size: number } | { readonly unit: 'day' | 'month'; readonly size: number };

const STEPS: readonly Step[] = [
  ...[1, 2, 5, 10, 15, 30].map((n): Step => ({ unit: 'ms', size: n * SECOND_MS })),
  ...[1, 2, 5, 10, 15, 30].map((n): Step => ({ unit: 'ms', size: n * MINUTE_MS })),
  ...[1, 2, 3, 6, 12].map((n): Step => ({ unit: 'ms', size: n * HOUR_MS })),
  ...[1, 2, 7, 14].map((n): Step => ({ unit: 'day', size: n })),
  ...[1, 2, 3, 6, 12, 24, 60, 120].map((n): Step => ({ unit: 'month', size: n })),
];

const GAP = 14;

/**
 * Ticks at round local times of the writer's zone that fit side by side into `width` px. A day of 23 or 25 hours has so
 * many hours on the axis; where an hour comes twice, a tick closer than three quarters of the step is left out.
 */
export function timeTicks(window: TimeWindow, width: number, writer: Writer): readonly TimeTick[] {
  const span = window.end - window.start;
  const step =
    STEPS.find((candidate) => {
      const spacing = (stepMs(candidate) / span) * width;
      return spacing >= textWidth(labelOf(window.start, candidate, writer), TEXT_SIZE) + GAP;
    }) ?? ({ unit: 'month', size: 120 } as const);
  const zone = writer.timeZone;
  const instants = step.unit === 'ms' ? clockInstants(window, step.size, zone) : dayInstants(window, step, zone);
  let day = '';
  return instants.map((at) => {
    const label = labelOf(at, step, writer);
    if (step.unit !== 'ms') return { at, label };
    const today = writer.tick(at, 'day');
    if (today === day) return { at, label };
    day = today;
    return { at, label, date: today };
  });
}

/** `Local time, Europe/Berlin (UTC+01:00)`; both offsets where the clocks change in between. */
export function zoneTitle(window: TimeWindow, writer: Writer): string {
  const [first, last] = [writer.offset(window.start), writer.offset(Math.max(window.start, window.end - 1))];
  if (writer.timeZone === 'UTC') return writer.phrase(say`Time in UTC`);
  const zone = [writer.timeZone];
  return writer.phrase(
    first === last ? say`Local time, ${zone} (${[first]})` : say`Local time, ${zone} (${[first]}, then ${[last]})`,
  );
}

function stepMs(step: Step): number {
  if (step.unit === 'ms') return step.size;
  return step.size * (step.unit === 'day' ? DAY_MS : 28 * DAY_MS);
}

function labelOf(at: number, step: Step, writer: Writer): string {
  if (step.unit === 'ms') return writer.tick(at, step.size < MINUTE_MS ? 'second' : 'minute');
  return writer.tick(at, step.unit);
}

/** Instants whose local time of day is a multiple of `size`. */
function clockInstants(window: TimeWindow, size: number, zone: string): number[] {
  // Zones are offset by whole quarters of an hour, so round local times lie on what 15 min and the step have in common.
  const grid = size < MINUTE_MS ? size : greatestCommonDivisor(size, 15 * MINUTE_MS);
  const instants: number[] = [];
  for (let at = Math.ceil(window.start / grid) * grid; at <= window.end; at += grid) {
    const local = at + tzOffset(zone, new Date(at)) * MINUTE_MS;
    const last = instants.at(-1);
    if (local % size === 0 && (last === undefined || at - last >= size * 0.75)) instants.push(at);
  }
  return instants;
}

/** Local midnights, every so many days or months counted from a fixed day, so that neighbouring charts agree. */
function dayInstants(window: TimeWindow, step: Step, zone: string): number[] {
  const instants: number[] = [];
  const months = step.unit === 'month';
  let date = months ? startOfMonth(new TZDate(window.start, zone)) : startOfDay(new TZDate(window.start, zone));
  while (date.getTime() <= window.end) {
    const ordinal = months
      ? date.getFullYear() * 12 + date.getMonth()
      : Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS) + MONDAY;
    if (date.getTime() >= window.start && ordinal % step.size === 0) instants.push(date.getTime());
    date = months ? addMonths(date, 1) : addDays(date, 1);
  }
  return instants;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** 1 January 1970 was a Thursday: weeks counted with this begin on a Monday. */
const MONDAY = 3;
