import type { Engine, SqlValue } from '../engine/engine.ts';
import type { Predicate } from '../model/signature.ts';
import type { TimeWindow } from '../model/time.ts';
import { DISPOSITIONS, type Disposition, type MitigationSystem } from '../model/traffic.ts';
import { type Account, MITIGATED, readTally, spansOf, tallyColumns } from './account.ts';
import type { Effect, RuleOverlap, SystemStats } from './attack-stats.ts';
import type { Tally } from './intervals.ts';
import { addTallies, shareMeasure, volumeMeasure } from './measures.ts';
import type { PhaseSpans } from './phases.ts';
import { conjunctionSql } from './signatures/predicate-sql.ts';
import { type Binder, createBinder, inWindows } from './statement.ts';
import { toSystem } from './systems.ts';

/** Pairs of rules that are told. */
const MOST_OVERLAPS = 25;

/** What a rule is held against: the attack as its signature tells it, wave by wave. */
export interface AttackScope {
  /** The account that the signature was found in. */
  readonly account: Account;
  /** What matches one of these is the attack; empty where nothing tells it from other traffic. */
  readonly signatures: readonly (readonly Predicate[])[];
  readonly waves: readonly (TimeWindow & { readonly number: number })[];
  readonly containedAt: number | undefined;
}

/** Traffic in a wave that met the same fate. */
export interface Part {
  readonly wave: number;
  /** Whether the signature matches it; null where that cannot be told. */
  readonly attack: boolean | null;
  readonly contained: boolean;
  readonly volume: Tally;
}

/** Before the first wave; and the whole period where there is no wave. */
export const BEFORE = -1;
const WHOLE = 0;

export function scopeOf(phases: PhaseSpans): readonly TimeWindow[] {
  return phases.during.length > 0 ? phases.during : phases.whole;
}

/** Number of the wave, or one of the places above; NULL between the waves. */
export function placeSql(binder: Binder, account: Account, phases: PhaseSpans, { waves }: AttackScope): string {
  if (phases.during.length === 0) return String(WHOLE);
  const inside = waves.map((wave) => `when ${inWindows(binder, spansOf(account, [wave]))} then ${wave.number}`);
  return `case ${inside.join(' ')} when ${inWindows(binder, phases.before)} then ${BEFORE} end`;
}

export function containedSql(binder: Binder, { containedAt }: AttackScope): string {
  return containedAt === undefined ? 'false' : `(t >= ${binder.bind(containedAt)})`;
}

/**
 * Whether a row is of the attack. Rows of another log than the signature was found in are looked up there by the id of the
 * request, if every request is in it; one that is not there may be either.
 */
export function attackSql(engine: Engine, binder: Binder, account: Account, scope: AttackScope): string {
  const { source } = scope.account;
  if (scope.signatures.length === 0) return 'cast(null as boolean)';
  const matches = `(${scope.signatures.map((all) => conjunctionSql(all, source.layer, binder, engine.dialect)).join(' or ')})`;
  if (account === scope.account) return matches;
  const named = [account, scope.account].every((one) => one.source.details?.includes('ray'));
  if (!named || scope.account.gauge.sampled) return 'cast(null as boolean)';
  const rays = (condition: string) => `ray in (select ray from ${source.relation} where ray is not null${condition})`;
  return `case when ${rays(` and ${matches}`)} then true when ${rays('')} then false end`;
}

/** All attack traffic in the waves of the log that the signature was found in, stopped or not. */
export async function readWhole(engine: Engine, scope: AttackScope): Promise<Part[]> {
  if (scope.signatures.length === 0 || scope.waves.length === 0) return [];
  const { account } = scope;
  const binder = createBinder();
  const inside = scope.waves.map((wave) => `when ${inWindows(binder, spansOf(account, [wave]))} then ${wave.number}`);
  const rows = await engine.query<Record<string, SqlValue> & { wave: number; contained: boolean }>(
    `select case ${inside.join(' ')} end as wave, ${containedSql(binder, scope)} as contained, ${tallyColumns(account, 'rows', 'volume')}
       from ${account.source.relation} where ${inWindows(binder, spansOf(account, scope.waves))} and ${attackSql(engine, binder, account, scope)} group by 1, 2`,
    binder.values,
  );
  return rows.map((row) => ({
    wave: row.wave,
    attack: true,
    contained: row.contained,
    volume: readTally(row, 'volume'),
  }));
}

/** What each system stopped, whichever of its rules did. */
export async function readSystemEffects(
  engine: Engine,
  account: Account,
  phases: PhaseSpans,
  { scope, whole }: { readonly scope: AttackScope; readonly whole: readonly Part[] },
): Promise<Map<MitigationSystem, Effect>> {
  const effects = new Map<MitigationSystem, Effect>();
  if (!account.source.dimensions.includes('mitigation_system')) return effects;
  const binder = createBinder();
  const place = placeSql(binder, account, phases, scope);
  const rows = await engine.query<Record<string, SqlValue> & { system: string; wave: number } & Omit<Part, 'volume'>>(
    `select cast(mitigation_system as varchar) as system, ${place} as wave, ${attackSql(engine, binder, account, scope)} as attack, ${containedSql(binder, scope)} as contained, ${tallyColumns(account, 'rows', 'volume')}
       from ${account.source.relation} where mitigation_system is not null and ${MITIGATED} and ${inWindows(binder, scopeOf(phases))} group by 1, 2, 3, 4`,
    binder.values,
  );
  for (const [name, own] of groupBy(rows, (row) => row.system)) {
    const system = toSystem(name);
    const parts = own.map((row): Part => ({ ...row, volume: readTally(row, 'volume') }));
    if (system) effects.set(system, effectOf(account, parts, whole, scope));
  }
  return effects;
}

/** Requests that met a rule besides the one that ended them, most first. */
export async function readOverlaps(
  engine: Engine,
  account: Account,
  phases: PhaseSpans,
  { scope, names }: { readonly scope: AttackScope; readonly names: ReadonlyMap<string, string> },
): Promise<RuleOverlap[]> {
  const binder = createBinder();
  const flags = `${attackSql(engine, binder, account, scope)} as attack`;
  const tally = tallyColumns(account, 'rows', 'volume');
  const rows = await engine.query<
    Record<string, SqlValue> & { rule: string; other: string; disposition: string; attack: boolean | null }
  >(
    `select cast(rule as varchar) as rule, ${fieldOfLine(4)} as other, ${fieldOfLine(1)} as disposition, attack, ${tally}
       from (select *, ${flags}, ${engine.dialect.eachLine('rule_matches')} as line from ${account.source.relation}
              where rule is not null and rule_matches is not null and ${MITIGATED} and ${inWindows(binder, scopeOf(phases))})
      where ${fieldOfLine(4)} <> rule group by 1, 2, 3, 4`,
    binder.values,
  );
  const named = (id: string) => ({ id, name: names.get(id) ?? id });
  return [...groupBy(rows, (row) => [row.rule, row.other, row.disposition].join('\t')).values()]
    .flatMap((own): RuleOverlap[] => {
      const [first] = own;
      if (!first) return [];
      const volume = (some: typeof own) => addTallies(some.map((row) => readTally(row, 'volume')));
      return [
        {
          stoppedBy: named(first.rule),
          alsoMatched: { ...named(first.other), disposition: toDisposition(first.disposition) },
          total: volumeMeasure(account.gauge, volume(own)),
          ...(own.every((row) => row.attack !== null) && {
            attack: volumeMeasure(account.gauge, volume(own.filter((row) => row.attack === true))),
          }),
        },
      ];
    })
    .sort((a, b) => b.total.value - a.total.value || compareText(pairOf(a), pairOf(b)))
    .slice(0, MOST_OVERLAPS);
}

/** Effect of what is in some parts, of the whole attack. */
export function effectOf(account: Account, parts: readonly Part[], whole: readonly Part[], scope: AttackScope): Effect {
  const measure = (some: readonly Part[]) => volumeMeasure(account.gauge, addTallies(some.map((part) => part.volume)));
  const split = scope.signatures.length > 0 && parts.every((part) => part.attack !== null);
  const ofAttack = (meets: (part: Part) => boolean) =>
    split
      ? shareMeasure(
          scope.account.gauge,
          addTallies(parts.filter((part) => part.attack && meets(part)).map((part) => part.volume)),
          addTallies(whole.filter(meets).map((part) => part.volume)),
        )
      : undefined;
  const [share, before, after] = [
    ofAttack(() => true),
    ofAttack((part) => !part.contained),
    ofAttack((part) => part.contained),
  ];
  return {
    total: measure(parts),
    ...(split && {
      attack: measure(parts.filter((part) => part.attack)),
      other: measure(parts.filter((part) => !part.attack)),
    }),
    ...(share && { ofAttack: share }),
    ...(scope.containedAt !== undefined && before && after && { beforeContainment: before, afterContainment: after }),
    waves: scope.waves.map(({ number }) => {
      const own = parts.filter((part) => part.wave === number);
      const ofWave = ofAttack((part) => part.wave === number);
      return {
        number,
        total: measure(own),
        ...(split && { attack: measure(own.filter((part) => part.attack)) }),
        ...(ofWave && { ofAttack: ofWave }),
      };
    }),
  };
}

/** The systems, each with what it did to the attack. */
export function withEffects(
  systems: readonly SystemStats[],
  effects: ReadonlyMap<MitigationSystem, Effect>,
): SystemStats[] {
  return systems.map((system) => {
    const effect = effects.get(system.system);
    return effect ? { ...system, effect } : system;
  });
}

/** Groups in the order of their first member. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

function pairOf({ stoppedBy, alsoMatched }: RuleOverlap): string {
  return [stoppedBy.id, alsoMatched.id, alsoMatched.disposition].join('\t');
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function toDisposition(name: string): Disposition {
  return DISPOSITIONS.find((disposition) => disposition === name) ?? 'unknown';
}

/** Field of a line of `rule_matches`, from 1: disposition, system, action, rule. */
export function fieldOfLine(index: number): string {
  return `nullif(split_part(line, chr(9), ${index}), '')`;
}
