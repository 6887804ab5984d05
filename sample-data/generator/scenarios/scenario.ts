import type { Random } from '../random.ts';
import { add } from '../tally.ts';
import type { Source } from './addresses.ts';
import { wavesOf } from './envelope.ts';
import type { LogRow } from './http-rows.ts';
import { drawHttp } from './http-scenario.ts';
import { drawPackets } from './packet-scenario.ts';
import type { Plan } from './plan.ts';
import type { MinuteCounts, PlantedPredicate, ScenarioTruth } from './scenario-truth.ts';
import { intervalAt, type Slot, slotsOf } from './slots.ts';

/** Who sent a record. `background`: scanners that are there at all times. */
type Sender = 'client' | 'attack' | 'background';

/** So many records of a slot that share their fate, before sampling. */
export interface Batch {
  readonly slot: Slot;
  readonly sender: Sender;
  readonly count: number;
  readonly mitigated: boolean;
  /** HTTP only; packets reach no origin. */
  readonly answer: 'edge' | 'origin' | 'origin-error';
}

/** What a layer adds: how records fall into batches, and what a logged one looks like. */
export interface Population {
  readonly signature: readonly PlantedPredicate[];
  readonly vectors: readonly string[];
  readonly spoofed?: boolean;
  split(random: Random, slot: Slot): Batch[];
  row(random: Random, batch: Batch, at: number): LogRow;
}

export interface Scenario {
  readonly plan: Plan;
  readonly truth: ScenarioTruth;
  /** In order of time, each with its sender. */
  readonly rows: readonly { readonly at: number; readonly sender: Sender; readonly fields: LogRow }[];
}

export interface ScenarioOptions {
  /** Addresses of machines that took part in another incident and take part in this one. */
  readonly shared?: readonly Source[];
}

/** Draws the population of a scenario, samples it as the edge does, and counts its truth before the sampling. */
export function drawScenario(plan: Plan, options: ScenarioOptions = {}): Scenario {
  const { random } = plan;
  const population = plan.shape.layer === 'http' ? drawHttp(plan, options) : drawPackets(plan, options);
  const count = createCount(plan);
  const [split, sample, draw] = [random.fork('split'), random.fork('sample'), random.fork('rows')];
  const rows: { at: number; sender: Sender; fields: LogRow }[] = [];
  for (const slot of slotsOf(plan, random.fork('slots'))) {
    const batches = population.split(split, slot);
    const perSecond = (1_000 * batches.reduce((sum, batch) => sum + batch.count, 0)) / (slot.to - slot.from);
    const interval = intervalAt(plan.sampling, perSecond);
    for (const batch of batches) {
      count.add(batch, interval);
      const kept = interval === 1 ? batch.count : sample.binomial(batch.count, 1 / interval);
      for (let n = 0; n < kept; n++) {
        const at = Math.floor(draw.between(slot.from, slot.to));
        const fields = population.row(draw, batch, at);
        rows.push({ at, sender: batch.sender, fields: weighted(plan, fields, interval) });
        if (plan.sampling === 'none') count.see(batch, at);
      }
    }
  }
  rows.sort((a, b) => a.at - b.at);
  const waves = plan.shape.event === 'attack' ? wavesOf(plan.bursts) : [];
  const attackRows = rows.filter((row) => row.sender === 'attack').length;
  return {
    plan,
    rows,
    truth: {
      case: plan.id,
      shape: plan.shapeName,
      seed: plan.seed,
      layer: plan.shape.layer,
      event: plan.shape.event,
      sampling: plan.sampling,
      labels: plan.labels,
      window: plan.period,
      waves,
      ...count.truth(),
      signature: plan.shape.event === 'attack' ? population.signature : [],
      vectors: plan.shape.event === 'attack' ? population.vectors : [],
      ...(plan.shape.event === 'attack' && population.spoofed !== undefined && { spoofed: population.spoofed }),
      ...(plan.shape.layer === 'network' && { carpet: plan.shape.carpet ?? false }),
      rows: rows.length,
      attackRows,
    },
  };
}

/** Whether a sample of one in ten is said by the case file (`sampleRate`) or by each record. */
export function saysRateInCase(plan: Plan): boolean {
  return plan.sampling === 'tenth' && plan.seed % 2 === 0;
}

function weighted(plan: Plan, fields: LogRow, interval: number): LogRow {
  const needed = plan.shape.layer === 'network' || plan.sampling !== 'none';
  if (!needed) return fields;
  return { ...fields, SampleInterval: saysRateInCase(plan) ? 1 : interval };
}

type CountedTruth = Pick<
  ScenarioTruth,
  | 'attack'
  | 'attackMitigated'
  | 'attackReachedOrigin'
  | 'legitimateMitigated'
  | 'background'
  | 'firstAttackAt'
  | 'firstMitigatedAt'
  | 'peak10s'
  | 'peak60s'
  | 'minutes'
>;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function noCounts(): Writable<MinuteCounts> {
  return { all: 0, mitigated: 0, origin: 0, origin5xx: 0 };
}

function createCount(plan: Plan) {
  const minutes = new Map<number, { t: number; counts: Writable<MinuteCounts>; expected: Writable<MinuteCounts> }>();
  const [tens, sixties] = [new Map<number, number>(), new Map<number, number>()];
  const sums = { attack: 0, attackMitigated: 0, attackReachedOrigin: 0, legitimateMitigated: 0, background: 0 };
  const first = { attack: Number.POSITIVE_INFINITY, mitigated: Number.POSITIVE_INFINITY };
  const note = (batch: Batch, at: number) => {
    first.attack = Math.min(first.attack, at);
    if (batch.mitigated) first.mitigated = Math.min(first.mitigated, at);
  };
  return {
    add(batch: Batch, interval: number): void {
      const { slot, count, sender, mitigated, answer } = batch;
      if (count === 0) return;
      const t = slot.from - (slot.from % 60_000);
      const minute = minutes.get(t) ?? { t, counts: noCounts(), expected: noCounts() };
      minutes.set(t, minute);
      for (const [sum, amount] of [
        [minute.counts, count],
        [minute.expected, count / interval],
      ] as const) {
        sum.all += amount;
        if (mitigated) sum.mitigated += amount;
        if (answer !== 'edge') sum.origin += amount;
        if (answer === 'origin-error') sum.origin5xx += amount;
      }
      add(tens, slot.from - (slot.from % 10_000), count);
      add(sixties, t, count);
      if (sender === 'background') sums.background += count;
      if (sender === 'client' && mitigated) sums.legitimateMitigated += count;
      if (sender !== 'attack') return;
      sums.attack += count;
      if (mitigated) sums.attackMitigated += count;
      if (answer !== 'edge') sums.attackReachedOrigin += count;
      // The first of `count` moments spread evenly; where every record is logged its own time replaces it.
      if (plan.sampling !== 'none') note(batch, slot.from + (slot.to - slot.from) / (count + 1));
    },
    see(batch: Batch, at: number): void {
      if (batch.sender === 'attack') note(batch, at);
    },
    truth(): CountedTruth {
      const largest = (buckets: Map<number, number>) => [...buckets.values()].reduce((best, n) => Math.max(best, n), 0);
      return {
        ...sums,
        ...(Number.isFinite(first.attack) && { firstAttackAt: first.attack }),
        ...(Number.isFinite(first.mitigated) && { firstMitigatedAt: first.mitigated }),
        peak10s: largest(tens),
        peak60s: largest(sixties),
        minutes: [...minutes.values()].sort((a, b) => a.t - b.t),
      };
    },
  };
}
