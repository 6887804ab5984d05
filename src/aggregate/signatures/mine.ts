import type { Predicate } from '../../model/signature.ts';
import { type Condition, conditionsOf, type Scale, tallyCodes, valueConditions } from './candidates.ts';
import type { Sample } from './sample.ts';

/** A signature as found in the sample; what it matches everywhere is counted later. */
export interface MinedRule {
  readonly all: readonly Predicate[];
  /** What nearly all of the matched attack was aimed at. */
  readonly scope: readonly Predicate[];
  /** Single values that differ most between the matched attack and the baseline, most telling first. */
  readonly telling: readonly Predicate[];
}

export type Mined = { readonly rules: readonly MinedRule[] } | { readonly abstained: 'no-attack' | 'no-separation' };

/** Attack traffic in the waves is what exceeds the expected volume. */
export interface Volumes {
  readonly attack: number;
  readonly expected: number;
}

/** Rules are grown from so many beginnings. */
const SEEDS = 16;
const MOST_CONDITIONS = 5;
const MOST_RULES = 8;
/** A condition may cost so much of what a rule matched … */
const KEPT = 0.9;
/** … and has to take away at least so much of the baseline it matched. */
const CUT = 0.3;
/** A rule that matches less of the baseline than this is not narrowed further. */
const CLEAN = 0.0003;
/** No rule may match more of the hold-out. */
export const MOST_COLLATERAL = 0.001;
/** What is left of the attack below this share is not looked at; a rule covers at least as much. */
const LEAST_COVERED = 0.03;
/** A signature that covers less of the attack tells too little of it. */
const LEAST_TOTAL = 0.5;
/** Part of what a rule matches in the waves that has to be attack. */
const LEAST_PURE = 0.9;
/** Conditions on the sender alone are so much more frequent in the attack than before. */
const LEAST_LIFT = 5;
const FEWEST_RECORDS = 30;
const CONDITION_COST = 0.01;
/** Targets of this part of what matches are its scope, if they are few. */
const SCOPE = 0.95;
const MOST_IN_SCOPE = 10;
/** A value is told when at least this part of what matches has it. */
const MOST_OF = 0.5;
const MOST_TELLING = 8;

interface Rule {
  readonly conditions: readonly Condition[];
  readonly attack: Int32Array;
  readonly train: Int32Array;
  readonly excess: number;
  /** Share of the baseline (train) that matches. */
  readonly baseline: number;
  readonly score: number;
}

/**
 * Finds conjunctions that match the attack and almost nothing of the baseline, each on what those before it left. Conditions are
 * chosen on the first part of the baseline and judged on the hold-out. Nothing is better than a rule that hits customers.
 */
export function mine(sample: Sample, volumes: Volumes): Mined {
  const excess = volumes.attack - volumes.expected;
  if (!(excess > 0)) return { abstained: 'no-attack' };
  const { groups } = sample;
  const rowsOf = (group: number) => Int32Array.from(groups.keys()).filter((row) => groups[row] === group);
  let attack: Int32Array = rowsOf(0);
  let train: Int32Array = rowsOf(1);
  let holdOut: Int32Array = rowsOf(2);
  const sum = (rows: Int32Array) => rows.reduce((total, row) => total + (sample.volumes[row] ?? 0), 0);
  const [seen, before, held] = [sum(attack), sum(train), sum(holdOut)];
  if (seen <= 0 || before <= 0 || held <= 0) return { abstained: 'no-separation' };
  const scale: Scale = {
    perAttack: volumes.attack / seen,
    perTrain: volumes.expected / before,
    train: before,
    attackRows: attack.length,
    trainRows: train.length,
  };
  const rules: Rule[] = [];
  let left = excess;
  while (rules.length < MOST_RULES && left >= LEAST_COVERED * excess) {
    const context = { sample, scale, excess: left };
    const grown = seedsOf(attack, train, context).map((seed) => grow(seed, context));
    const best = grown
      .filter(
        (rule) =>
          rule.excess >= LEAST_COVERED * excess &&
          rule.attack.length >= FEWEST_RECORDS &&
          rule.baseline <= MOST_COLLATERAL &&
          rule.excess >= LEAST_PURE * sum(rule.attack) * scale.perAttack &&
          sum(matching(rule.conditions, holdOut)) / held <= MOST_COLLATERAL &&
          tellsSender(rule, attack, train, context),
      )
      .reduce<Rule | undefined>((first, rule) => (first && first.score >= rule.score ? first : rule), undefined);
    if (!best) break;
    rules.push(best);
    left -= best.excess;
    [attack, train, holdOut] = [
      leaving(best.conditions, attack),
      leaving(best.conditions, train),
      leaving(best.conditions, holdOut),
    ];
  }
  if (excess - left < LEAST_TOTAL * excess) return { abstained: 'no-separation' };
  const context = { sample, scale, excess };
  return {
    rules: rules.map((rule) => ({
      all: [...protocolOf(rule, sample), ...rule.conditions.map((condition) => condition.predicate)],
      scope: scopeOf(rule, sample),
      telling: tellingOf(rule, rowsOf(1), context),
    })),
  };
}

/** Ports and lengths mean nothing without a protocol: it is named where all that matches has the same. */
function protocolOf(rule: Rule, sample: Sample): Predicate[] {
  const feature = sample.features.find(({ field }) => field === 'IPProtocol' || field === 'IPProtocolName');
  if (!feature || rule.conditions.some((condition) => condition.feature === feature)) return [];
  const codes = new Set(rule.attack.map((row) => feature.codes[row] ?? 0));
  const [code = 0] = codes;
  const predicate = codes.size === 1 && code > 0 ? feature.tells(feature.values[code] ?? null) : undefined;
  return predicate ? [predicate] : [];
}

/** Of each thing that can be a target the fewest values that nearly all of the matched attack hit. */
function scopeOf(rule: Rule, sample: Sample): Predicate[] {
  const targets = sample.features.filter(({ side, sets }) => side === 'target' && sets);
  return targets.flatMap((feature): Predicate[] => {
    const volumes = new Map<number, number>();
    let whole = 0;
    for (const row of rule.attack) {
      const [code, volume] = [feature.codes[row] ?? 0, sample.volumes[row] ?? 0];
      volumes.set(code, (volumes.get(code) ?? 0) + volume);
      whole += volume;
    }
    const values: (string | number)[] = [];
    let covered = 0;
    for (const [code, volume] of [...volumes].sort((a, b) => b[1] - a[1] || a[0] - b[0])) {
      const value = feature.values[code] ?? null;
      if (value === null || values.length === MOST_IN_SCOPE) return [];
      values.push(value);
      covered += volume;
      if (covered >= SCOPE * whole) break;
    }
    const [only] = values;
    if (only === undefined || covered < SCOPE * whole) return [];
    return [
      values.length === 1
        ? { field: feature.field, op: 'eq', value: only }
        : { field: feature.field, op: 'in', value: values },
    ];
  });
}

/** For each feature the value that most of the matched attack has and that stands out most. */
function tellingOf(rule: Rule, train: Int32Array, context: Context): Predicate[] {
  const { sample } = context;
  const scale = { ...context.scale, attackRows: rule.attack.length };
  const rows = { attack: rule.attack, train };
  return sample.features
    .flatMap((feature) => {
      const common = valueConditions(feature, tallyCodes(feature, rows, sample), scale)
        .filter(({ predicate, records }) => predicate.op === 'eq' && records >= MOST_OF * rule.attack.length)
        .reduce<{ predicate: Predicate; z: number } | undefined>(
          (first, next) => (first && first.z >= next.z ? first : next),
          undefined,
        );
      return common ? [common] : [];
    })
    .sort((a, b) => b.z - a.z)
    .slice(0, MOST_TELLING)
    .map(({ predicate }) => predicate);
}

interface Context {
  readonly sample: Sample;
  readonly scale: Scale;
  /** Attack volume that no earlier rule matches. */
  readonly excess: number;
}

/** The most telling single conditions on the sender. */
function seedsOf(attack: Int32Array, train: Int32Array, context: Context): Rule[] {
  const whole: Rule = { conditions: [], attack, train, excess: context.excess, baseline: 1, score: 0 };
  const seeds = context.sample.features
    .filter((feature) => feature.side === 'sender')
    .flatMap((feature) => conditionsOf(feature, tallyCodes(feature, whole, context.sample), context.scale))
    .filter((condition) => condition.excess >= LEAST_COVERED * context.excess)
    .map((condition) => ({ condition, score: scoreOf(condition, [condition], context) }))
    .sort((a, b) => b.score - a.score);
  return seeds.slice(0, SEEDS).map(({ condition }) => narrow(whole, condition, context));
}

/** Adds conditions as long as they take much of the baseline away and little of the attack. */
function grow(seed: Rule, context: Context): Rule {
  let rule = seed;
  while (rule.baseline > CLEAN && rule.conditions.length < MOST_CONDITIONS) {
    const used = rule.conditions.map((condition) => condition.feature.field);
    let best: Condition | undefined;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (const feature of context.sample.features) {
      if (used.includes(feature.field)) continue;
      for (const condition of conditionsOf(feature, tallyCodes(feature, rule, context.sample), context.scale)) {
        if (condition.excess < KEPT * rule.excess || condition.baseline > (1 - CUT) * rule.baseline) continue;
        const score = scoreOf(condition, [...rule.conditions, condition], context);
        if (score > bestScore) [best, bestScore] = [condition, score];
      }
    }
    if (!best) break;
    rule = narrow(rule, best, context);
  }
  return rule;
}

function narrow(rule: Rule, condition: Condition, context: Context): Rule {
  const conditions = [...rule.conditions, condition];
  return {
    conditions,
    attack: matching([condition], rule.attack),
    train: matching([condition], rule.train),
    excess: condition.excess,
    baseline: condition.baseline,
    score: scoreOf(condition, conditions, context),
  };
}

/** F1 of finding the attack, less a little for each condition and what its field costs. */
function scoreOf(condition: Condition, conditions: readonly Condition[], context: Context): number {
  const precision = condition.attack > 0 ? condition.excess / condition.attack : 0;
  const recall = condition.excess / context.excess;
  const cost = conditions.reduce((sum, { feature }) => sum + CONDITION_COST + feature.cost, 0);
  return precision + recall > 0 ? (2 * precision * recall) / (precision + recall) - cost : 0;
}

/** Whether what the rule says of the sender alone, wherever it goes, is rare before the attack and frequent in it. */
function tellsSender(rule: Rule, attack: Int32Array, train: Int32Array, context: Context): boolean {
  const own = rule.conditions.filter((condition) => condition.feature.side === 'sender');
  const volume = (rows: Int32Array) => rows.reduce((total, row) => total + (context.sample.volumes[row] ?? 0), 0);
  const inAttack = volume(matching(own, attack)) / Math.max(1, volume(attack));
  const before = volume(matching(own, train)) / context.scale.train;
  return inAttack >= LEAST_LIFT * before;
}

function matching(conditions: readonly Condition[], rows: Int32Array): Int32Array {
  return rows.filter((row) => conditions.every(({ feature, codes }) => codes[feature.codes[row] ?? 0] === 1));
}

function leaving(conditions: readonly Condition[], rows: Int32Array): Int32Array {
  return rows.filter((row) => !conditions.every(({ feature, codes }) => codes[feature.codes[row] ?? 0] === 1));
}
