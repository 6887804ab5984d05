import type { Random } from '../random.ts';
import { FIRST_DAY, type PastCustomer, type PastList, WEEKS } from './story.ts';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Offsets of the zones of the customers, from these instants on: the autumn of 2026. */
const OFFSETS: Readonly<Record<string, readonly (readonly [from: string, hours: number])[]>> = {
  'Europe/Berlin': [
    ['2026-03-29T01:00:00Z', 2],
    ['2026-10-25T01:00:00Z', 1],
  ],
  'America/New_York': [
    ['2026-03-08T07:00:00Z', -4],
    ['2026-11-01T06:00:00Z', -5],
  ],
  'Asia/Kolkata': [['1945-10-15T00:00:00Z', 5.5]],
};

/** A minute of a story that has logs, as its truth counts it. */
export interface LoggedMinute {
  readonly t: number;
  readonly units: number;
  readonly mitigated: number;
  readonly attack: number;
  readonly bytes: number;
}

/** A day as the archive keeps it; the shape of `RollUp` in `src/archive`. */
export interface PastDay {
  readonly customerId: string;
  readonly day: string;
  readonly window: { readonly start: number; readonly end: number };
  readonly timeZone: string;
  readonly layers: readonly object[];
  readonly attackIds: readonly never[];
  readonly inputs: readonly never[];
  readonly warnings: readonly never[];
}

/** What was drawn for a day, for the truth. */
export interface DayTruth {
  readonly customer: string;
  readonly day: string;
  readonly hours: number;
  readonly coveredMinutes: number;
  readonly total: number;
  readonly mitigated: number;
  readonly bytes: number;
}

interface DrawnQuarter {
  readonly start: number;
  readonly legitimate: number;
  readonly stopped: number;
  readonly attack: number;
  readonly attackStopped: number;
  readonly bytes: number;
  /** Of the highest minute: when, its units, bytes and what of it was mitigated. */
  readonly highestAt: number;
  readonly highest: number;
  readonly highestBytes: number;
  readonly highestMitigated: number;
}

/** Bytes of an attack packet or request. */
const ATTACK_BYTES = 450;

/** Every day of a customer, and what was drawn for it. */
export function drawDays(
  customer: PastCustomer,
  logged: readonly LoggedMinute[],
  random: Random,
): { readonly days: readonly PastDay[]; readonly truth: readonly DayTruth[] } {
  const days: PastDay[] = [];
  const truth: DayTruth[] = [];
  for (let index = 0; index < WEEKS * 7; index++) {
    const date = new Date(Date.parse(`${FIRST_DAY}T00:00:00Z`) + index * DAY).toISOString().slice(0, 10);
    const window = { start: midnightOf(date, customer.timeZone), end: midnightOf(nextDate(date), customer.timeZone) };
    const quarters = drawQuarters(customer, window, index, logged, random.fork(date));
    const sum = (of: (quarter: DrawnQuarter) => number) => quarters.reduce((total, quarter) => total + of(quarter), 0);
    truth.push({
      customer: customer.id,
      day: date,
      hours: (window.end - window.start) / HOUR,
      coveredMinutes: quarters.length * 15,
      total: sum(totalOf),
      mitigated: sum((quarter) => quarter.stopped + quarter.attackStopped),
      bytes: sum(({ bytes }) => bytes),
    });
    days.push({
      customerId: customer.id,
      day: date,
      window,
      timeZone: customer.timeZone,
      layers: [layerOf(customer, quarters, Math.floor(index / 7), random.fork(`${date}/lists`))],
      attackIds: [],
      inputs: [],
      warnings: [],
    });
  }
  return { days, truth };
}

function totalOf({ legitimate, attack }: DrawnQuarter): number {
  return legitimate + attack;
}

function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + DAY).toISOString().slice(0, 10);
}

function offsetAt(timeZone: string, at: number): number {
  const rows = OFFSETS[timeZone] ?? [];
  const [, hours] = [...rows].reverse().find(([from]) => Date.parse(from) <= at) ?? ['', 0];
  return hours * HOUR;
}

function midnightOf(date: string, timeZone: string): number {
  const utc = Date.parse(`${date}T00:00:00Z`);
  return utc - offsetAt(timeZone, utc - offsetAt(timeZone, utc));
}

function drawQuarters(
  customer: PastCustomer,
  window: PastDay['window'],
  index: number,
  logged: readonly LoggedMinute[],
  random: Random,
): DrawnQuarter[] {
  const quarters: DrawnQuarter[] = [];
  const unrest = 1 + 0.06 * random.normal();
  for (let start = window.start; start < window.end; start += QUARTER) {
    const end = start + QUARTER;
    if (customer.lost.some((gap) => Date.parse(gap.start) < end && Date.parse(gap.end) > start)) continue;
    const own = logged.filter(({ t }) => t >= start && t < end);
    quarters.push(own.length === 15 ? ofTruth(start, own) : drawQuarter(customer, start, index, unrest, random));
  }
  return quarters;
}

function ofTruth(start: number, minutes: readonly LoggedMinute[]): DrawnQuarter {
  const sum = (of: (minute: LoggedMinute) => number) => minutes.reduce((total, minute) => total + of(minute), 0);
  const mitigated = sum((minute) => minute.mitigated);
  const attack = sum((minute) => minute.attack);
  const attackStopped = Math.min(attack, mitigated);
  return {
    start,
    legitimate: sum((minute) => minute.units) - attack,
    stopped: mitigated - attackStopped,
    attack,
    attackStopped,
    bytes: sum((minute) => minute.bytes),
    highestAt: minutes.reduce((best, minute) => (minute.units > best.units ? minute : best)).t,
    highest: Math.max(...minutes.map(({ units }) => units)),
    highestBytes: Math.max(...minutes.map(({ bytes }) => bytes)),
    highestMitigated: Math.max(...minutes.map((minute) => minute.mitigated)),
  };
}

function drawQuarter(
  customer: PastCustomer,
  start: number,
  index: number,
  unrest: number,
  random: Random,
): DrawnQuarter {
  const local = new Date(start + offsetAt(customer.timeZone, start));
  const hour = local.getUTCHours() + local.getUTCMinutes() / 60;
  // Lowest at four in the morning, highest in the early evening.
  const daily = customer.night + (1 - customer.night) * (0.5 - 0.5 * Math.cos(((hour - 4) / 24) * 2 * Math.PI)) ** 1.3;
  const isWeekend = local.getUTCDay() === 0 || local.getUTCDay() === 6;
  const level =
    customer.rate * daily * (isWeekend ? customer.weekend : 1) * (1 + customer.trend) ** (index / 7) * unrest;
  const legitimate = scaled(customer, random, level * 900);
  const stopped = Math.min(
    legitimate,
    scaled(customer, random, level * 900 * customer.background * random.between(0.5, 1.7)),
  );
  let attack = 0;
  let attackStopped = 0;
  let attackMinute = 0;
  for (const past of customer.attacks)
    for (const wave of past.waves) {
      const [from, to] = [Date.parse(wave.start), Date.parse(wave.start) + wave.minutes * MINUTE];
      const seconds = Math.max(0, Math.min(to, start + QUARTER) - Math.max(from, start)) / 1_000;
      if (seconds === 0) continue;
      const units = scaled(customer, random, past.rate * seconds * random.between(0.92, 1.08));
      attack += units;
      attackStopped += Math.min(units, Math.round(units * past.mitigated));
      attackMinute = Math.max(attackMinute, Math.round(past.rate * Math.min(60, seconds) * random.between(1.1, 1.5)));
    }
  const mean = legitimate / 15;
  const highest = Math.ceil(mean + random.between(1.5, 3) * Math.sqrt(mean * customer.sampling) + attackMinute);
  return {
    start,
    legitimate,
    stopped,
    attack,
    attackStopped,
    bytes: Math.round(legitimate * customer.bytesPerUnit * random.between(0.96, 1.04)) + attack * ATTACK_BYTES,
    highestAt: start + random.int(15) * MINUTE,
    highest: Math.min(legitimate + attack, highest),
    highestBytes: Math.round(mean * customer.bytesPerUnit * 1.1) + attackMinute * ATTACK_BYTES,
    highestMitigated: Math.min(
      stopped + attackStopped,
      Math.ceil((stopped / 15) * random.between(1.5, 4) + attackMinute),
    ),
  };
}

/** A count that is a whole number of sampled rows. */
function scaled({ sampling }: PastCustomer, random: Random, mean: number): number {
  return random.poisson(mean / sampling) * sampling;
}

function layerOf(customer: PastCustomer, quarters: readonly DrawnQuarter[], week: number, random: Random): object {
  const sums = (units: number, bytes: number) => ({
    units,
    bytes,
    sampled: Math.round(units / customer.sampling),
    variance: units * (customer.sampling - 1),
    bytesVariance:
      customer.sampling > 1
        ? Number((bytes * (bytes / Math.max(1, units)) * (customer.sampling - 1)).toPrecision(8))
        : 0,
  });
  const peak = (value: number, at: number) => ({
    value,
    at,
    sampled: Math.round(value / customer.sampling),
    variance: value * (customer.sampling - 1),
  });
  return {
    layer: customer.layer,
    unit: customer.layer === 'http' ? 'requests' : 'packets',
    label: customer.label,
    kind: customer.kind,
    sampling: { min: customer.sampling, max: customer.sampling },
    holds: 'all',
    knowsDisposition: true,
    hasBytes: true,
    peakWindowMs: MINUTE,
    quarters: quarters.map((quarter) => {
      const blocked = quarter.stopped + quarter.attackStopped;
      const passed = totalOf(quarter) - blocked;
      const blockedBytes = Math.min(quarter.bytes, blocked * ATTACK_BYTES);
      const at = quarter.highestAt;
      return {
        start: quarter.start,
        coveredMs: QUARTER,
        volumes: [
          ...(blocked > 0 ? [{ disposition: 'blocked', ...sums(blocked, blockedBytes) }] : []),
          ...(passed > 0 ? [{ disposition: 'passed', ...sums(passed, quarter.bytes - blockedBytes) }] : []),
        ],
        ...(quarter.highest > 0 && { peak: peak(quarter.highest, at) }),
        ...(quarter.highestBytes > 0 && { bytesPeak: bytesPeak(customer, quarter) }),
        ...(quarter.highestMitigated > 0 && { mitigatedPeak: peak(quarter.highestMitigated, at) }),
      };
    }),
    lists: customer.lists.map((list) => listOf(list, quarters, week, random.fork(list.dimension), sums)),
  };
}

/** Variance of bytes: every packet of a sampled row has its length. */
function bytesPeak({ sampling }: PastCustomer, { highestAt: at, highestBytes: value, highest }: DrawnQuarter): object {
  const perUnit = value / Math.max(1, highest);
  return {
    value,
    at,
    sampled: Math.round(highest / sampling),
    variance: sampling > 1 ? Number((value * perUnit * (sampling - 1)).toPrecision(8)) : 0,
  };
}

/** The day by one dimension: the legitimate part by weight, the attack by what it hit, so that the list closes exactly. */
function listOf(
  list: PastList,
  quarters: readonly DrawnQuarter[],
  week: number,
  random: Random,
  sums: (units: number, bytes: number) => object,
): object {
  const sum = (of: (quarter: DrawnQuarter) => number) => quarters.reduce((total, quarter) => total + of(quarter), 0);
  const legitimate = sum((quarter) => (list.ofMitigated ? quarter.stopped : quarter.legitimate));
  const attack = sum((quarter) => (list.ofMitigated ? quarter.attackStopped : quarter.attack));
  const attackStopped = sum((quarter) => quarter.attackStopped);
  const present = list.values.filter(({ from = 0, until = WEEKS }) => week >= from && week < until);
  const weights = present.map(({ weight }) => weight * random.between(0.85, 1.15));
  const units = portions(legitimate, weights);
  const hit = portions(
    attack,
    present.map(({ value }) => (list.attacked.includes(value) ? 1 : 0)),
  );
  const stopped = portions(
    attackStopped,
    present.map(({ value }) => (list.attacked.includes(value) ? 1 : 0)),
  );
  const first = quarters[0]?.start ?? 0;
  const last = (quarters.at(-1)?.start ?? 0) + QUARTER - 1;
  const values = present
    .map(({ value, name }, index) => {
      const total = (units[index] ?? 0) + (hit[index] ?? 0);
      const mitigated = list.ofMitigated ? total : (stopped[index] ?? 0);
      return { value, ...(name !== undefined && { name }), ...sums(total, total * 700), mitigated, first, last };
    })
    .filter((one) => (one as { units?: number }).units !== 0)
    .sort((a, b) => unitsOf(b) - unitsOf(a) || (a.value < b.value ? -1 : 1));
  const whole = sum(totalOf);
  const rest = whole - values.reduce((total, one) => total + unitsOf(one), 0);
  return {
    dimension: list.dimension,
    values,
    ...(list.ofMitigated && rest > 0 && { unknown: { ...sums(rest, rest * 700), mitigated: 0 } }),
  };
}

function unitsOf(one: object): number {
  return (one as { readonly units: number }).units;
}

/** Whole parts of a whole by weight; what rounding leaves goes to the first with any weight. */
function portions(whole: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0) return weights.map(() => 0);
  const parts = weights.map((weight) => Math.floor((whole * weight) / total));
  const first = weights.findIndex((weight) => weight > 0);
  parts[first] = (parts[first] ?? 0) + whole - parts.reduce((sum, part) => sum + part, 0);
  return parts;
}
