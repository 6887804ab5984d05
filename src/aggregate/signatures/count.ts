import type { Engine, SqlValue } from '../../engine/engine.ts';
import type { Measure } from '../../model/measure.ts';
import type { Predicate } from '../../model/signature.ts';
import type { TimeWindow } from '../../model/time.ts';
import { type Account, MITIGATED, readTally, tallyColumns } from '../account.ts';
import type { AttackStats } from '../attack-stats.ts';
import { shareInterval, type Tally, Z95 } from '../intervals.ts';
import { addTallies, shareMeasure, volumeMeasure } from '../measures.ts';
import { type Binder, createBinder, inWindows } from '../statement.ts';
import { MOST_COLLATERAL } from './mine.ts';
import { conjunctionSql } from './predicate-sql.ts';
import { columnsOf } from './sample.ts';
import type { FoundSignature } from './signatures.ts';

type SignatureStats = AttackStats['signatures'][number];

/** A wave by its number. */
export interface NumberedWave {
  readonly number: number;
  readonly window: TimeWindow;
}

/** Records of one rule in one span of time that met the same fate. */
export interface Part {
  /** Position of the rule; −1 for none. */
  readonly rule: number;
  /** Position of the wave, or one of the spans below. */
  readonly span: number;
  readonly fate: 'mitigated' | 'leaked' | 'reached' | 'unknown';
  /** What mitigated: the rule, else the system; empty where the log does not say or nothing did. */
  readonly actor: string;
  /** After the attack was contained. */
  readonly contained: boolean;
  readonly records: number;
  readonly volume: Tally;
}

export const TRAIN = -1;
export const HOLD_OUT = -2;
/** Between the waves and after the last; and the last seconds before the first. */
export const BETWEEN = -3;
export const GUARD = -4;

export interface CountedSignature {
  readonly rules: readonly SignatureStats[];
  readonly parts: readonly Part[];
}

/**
 * Counts the rules over all records of the log. A record belongs to the first rule it matches. A rule that turns out to match
 * more of the hold-out than is tolerated is left out, and the others are counted anew.
 */
export async function countSignature(
  engine: Engine,
  found: FoundSignature,
  waves: readonly NumberedWave[],
  containedAt: number | undefined,
): Promise<CountedSignature> {
  const { account } = found;
  const columns = await columnsOf(engine, account.source.relation);
  const parts = await readParts(engine, found, { waves, columns, containedAt });
  const held = parts.filter((part) => part.span === HOLD_OUT);
  const heldRecords = held.reduce((sum, part) => sum + part.records, 0);
  const collateralOf = (rule: number) => collateral(account, held, (part) => part.rule === rule);
  const harmless = found.rules.filter((_, index) => collateralOf(index).value <= MOST_COLLATERAL);
  if (harmless.length === 0) return { rules: [], parts };
  if (harmless.length < found.rules.length)
    return countSignature(engine, { ...found, rules: harmless }, waves, containedAt);
  const shares = await readShares(engine, found);
  const rules = found.rules.map((rule, index): SignatureStats => {
    const inWaves = parts.filter((part) => part.rule === index && part.span >= 0);
    const matched = volumeMeasure(account.gauge, addTallies(inWaves.map((part) => part.volume)));
    return {
      layer: account.source.layer,
      all: rule.all,
      scope: rule.scope,
      coverage: coverageOf(found, matched),
      matched,
      collateral: collateralOf(index),
      holdOut: {
        value: heldRecords,
        unit: account.gauge.sampled ? 'count' : account.gauge.unit,
        kind: 'counted',
        evidence: account.gauge.evidence,
      },
      attributes: shares[index] ?? [],
      waves: waves.map((wave, position) => ({
        number: wave.number,
        ...fatesOf(
          account,
          inWaves.filter((part) => part.span === position),
        ),
      })),
    };
  });
  return { rules, parts };
}

async function readParts(
  engine: Engine,
  found: FoundSignature,
  facts: {
    readonly waves: readonly NumberedWave[];
    readonly columns: ReadonlySet<string>;
    readonly containedAt: number | undefined;
  },
): Promise<Part[]> {
  const { account, spans } = found;
  const { waves, columns, containedAt } = facts;
  const binder = createBinder();
  const { relation } = account.source;
  const rule = ruleSql(engine, found, binder);
  const begin = waves[0]?.window.start ?? account.extent.end;
  const inside = waves.map(({ window }, index) => `when ${inWindows(binder, [window])} then ${index}`);
  const span = `case ${inside.join(' ')} when ${inWindows(binder, spans.train)} then ${TRAIN} when ${inWindows(binder, spans.holdOut)} then ${HOLD_OUT} when t < ${binder.bind(begin)} then ${GUARD} else ${BETWEEN} end`;
  const reached = columns.has('origin_status') ? "coalesce(cast(origin_status as varchar), '0') <> '0'" : 'false';
  const fate = `case when coalesce(disposition, 'unknown') = 'unknown' then 'unknown' when ${MITIGATED} then 'mitigated' when ${reached} then 'reached' else 'leaked' end`;
  const named = ['rule', 'mitigation_system'].filter((name) => columns.has(name));
  const actor = `case when ${MITIGATED} then coalesce(${[...named.map((name) => `cast(${name} as varchar)`), "''"].join(', ')}) else '' end`;
  const contained = containedAt === undefined ? 'false' : `t >= ${binder.bind(containedAt)}`;
  const all = { start: spans.train[0]?.start ?? account.extent.start, end: account.extent.end };
  const rows = await engine.query<Record<string, SqlValue> & Omit<Part, 'volume'>>(
    `select ${rule} as rule, ${span} as span, ${fate} as fate, ${actor} as actor, ${contained} as contained,
            count(*) as records, ${tallyColumns(account, 'rows', 'volume')}
       from ${relation} where ${inWindows(binder, [all])} group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`,
    binder.values,
  );
  return rows.map((row) => ({
    rule: row.rule,
    span: row.span,
    fate: row.fate,
    actor: row.actor,
    contained: row.contained,
    records: row.records,
    // A few records say nothing of the heavier ones that none was drawn of.
    volume: { ...readTally(row, 'volume'), ...(account.gauge.sampled && { heaviest: account.gauge.heaviest }) },
  }));
}

/** Position of the first rule that a record matches; −1 for none. */
function ruleSql(engine: Engine, { account, rules }: FoundSignature, binder: Binder): string {
  const cases = rules.map(
    ({ all }, index) => `when ${conjunctionSql(all, account.source.layer, binder, engine.dialect)} then ${index}`,
  );
  return `case ${cases.join(' ')} else -1 end`;
}

/** Share of the attack that a rule matches; what it matches of legitimate traffic is too little to matter (see `MOST_COLLATERAL`). */
function coverageOf({ account, attack }: FoundSignature, matched: Measure): Measure {
  const { total } = attack;
  const share = (volume: number, whole: number) => (whole > 0 ? Math.min(1, volume / whole) : 1);
  return {
    value: share(matched.value, total.value),
    unit: 'share',
    kind: 'estimated',
    ...(matched.sampleCount !== undefined && { sampleCount: matched.sampleCount }),
    interval: {
      lower: share(matched.interval?.lower ?? matched.value, total.interval?.upper ?? total.value),
      upper: share(matched.interval?.upper ?? matched.value, total.interval?.lower ?? total.value),
    },
    evidence: account.gauge.evidence,
  };
}

/** Share of the hold-out that the rules of some parts match. */
function collateral({ gauge }: Account, held: readonly Part[], matches: (part: Part) => boolean): Measure {
  const own = held.filter(matches);
  const volume = (parts: readonly Part[]) => parts.reduce((sum, part) => sum + part.volume.value, 0);
  const records = (parts: readonly Part[]) => parts.reduce((sum, part) => sum + part.records, 0);
  return shareOf(volume(own), volume(held), records(own), records(held), gauge.evidence);
}

/**
 * Legitimate volume that may at most be among what the rules match: the upper bound of their collateral, times what they do not
 * match in the same time, and the chance of as many as that.
 */
export function mostLegitimate(account: Account, parts: readonly Part[], counted: readonly Part[]): number {
  const held = parts.filter((part) => part.span === HOLD_OUT);
  const share = collateral(account, held, (part) => part.rule >= 0).interval?.upper ?? 1;
  const others = addTallies(counted.filter((part) => part.rule < 0).map((part) => part.volume)).value;
  const expected = share * others;
  return Math.ceil(expected + Z95 * Math.sqrt(expected));
}

/** A share of records of the past as a statement about traffic to come: Wilson interval, 3/n where none of n matches. */
function shareOf(part: number, whole: number, records: number, of: number, evidence: readonly string[]): Measure {
  const drawn = (count: number): Tally => ({ value: count, sampled: count, variance: count, unseen: 1 });
  const interval =
    records === 0 ? { lower: 0, upper: of > 0 ? Math.min(1, 3 / of) : 1 } : shareInterval(drawn(records), drawn(of));
  return { value: whole > 0 ? part / whole : 0, unit: 'share', kind: 'estimated', interval, evidence };
}

export interface Fates {
  readonly matched: Measure;
  readonly mitigated?: Measure;
  readonly leaked?: Measure;
  readonly reachedOrigin?: Measure;
}

/** What became of these records. */
export function fatesOf({ gauge, source }: Account, parts: readonly Part[]): Fates {
  const of = (...fates: Part['fate'][]) =>
    volumeMeasure(gauge, addTallies(parts.filter((part) => fates.includes(part.fate)).map((part) => part.volume)));
  return {
    matched: of('mitigated', 'leaked', 'reached', 'unknown'),
    ...(source.knowsDisposition && {
      mitigated: of('mitigated'),
      leaked: of('leaked', 'reached'),
      ...(source.dimensions.includes('origin_status') && { reachedOrigin: of('reached') }),
    }),
  };
}

/** How frequent each telling value is in what a rule matches in the waves, and before the attack. */
async function readShares(engine: Engine, found: FoundSignature): Promise<SignatureStats['attributes'][]> {
  const { account, rules, spans } = found;
  const { layer, relation } = account.source;
  const told = rules.flatMap((rule) => rule.telling);
  const unique = [...new Map(told.map((predicate) => [JSON.stringify(predicate), predicate])).entries()];
  if (unique.length === 0) return rules.map(() => []);
  const binder = createBinder();
  const rule = ruleSql(engine, found, binder);
  const columns = unique.map(([, predicate], index) =>
    tallyColumns(account, 'rows', `v${index}`, { where: conjunctionSql([predicate], layer, binder, engine.dialect) }),
  );
  const before = inWindows(binder, [...spans.train, ...spans.holdOut]);
  const rows = await engine.query<Record<string, SqlValue> & { rule: number; before: boolean }>(
    `select case when ${before} then -1 else ${rule} end as rule, ${before} as before, ${tallyColumns(account, 'rows', 'whole')}, ${columns.join(', ')}
       from ${relation} where ${before} or ${inWindows(binder, spans.attack)} group by 1, 2`,
    binder.values,
  );
  const baseline = rows.find((row) => row.before);
  return rules.map(({ telling }, index) => {
    const attack = rows.find((row) => !row.before && row.rule === index);
    return telling.flatMap((predicate: Predicate) => {
      const at = unique.findIndex(([key]) => key === JSON.stringify(predicate));
      if (predicate.op !== 'eq' || !attack || !baseline) return [];
      const share = (row: Record<string, SqlValue>) =>
        shareMeasure(account.gauge, readTally(row, `v${at}`), readTally(row, 'whole'));
      const [shareInAttack, shareInBaseline] = [share(attack), share(baseline)];
      if (!shareInAttack || !shareInBaseline) return [];
      return [{ field: predicate.field, value: predicate.value, shareInAttack, shareInBaseline }];
    });
  });
}
