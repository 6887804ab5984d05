import type { Engine, SqlValue } from '../engine/engine.ts';
import { MITIGATED_DISPOSITIONS, type MitigationSystem } from '../model/traffic.ts';
import { type Account, MITIGATED, readTally, tallyColumns } from './account.ts';
import type { Effect, RuleOverlap, RuleStats } from './attack-stats.ts';
import type { Tally } from './intervals.ts';
import { addTallies, volumeMeasure } from './measures.ts';
import type { PhaseSpans } from './phases.ts';
import {
  type AttackScope,
  attackSql,
  BEFORE,
  compareText,
  containedSql,
  effectOf,
  fieldOfLine,
  groupBy,
  type Part,
  placeSql,
  readOverlaps,
  readSystemEffects,
  readWhole,
  scopeOf,
  toDisposition,
} from './rule-effects.ts';
import { createBinder, inWindows } from './statement.ts';
import { toSystem } from './systems.ts';

/** Rules that are kept; a policy may have thousands, and every one of them is in the data of the report. */
const MOST_RULES = 1_000;
/** What rules and systems did in the waves; in the whole period where there are none. */
export interface RuleEffects {
  readonly rules: readonly RuleStats[];
  readonly systems: ReadonlyMap<MitigationSystem, Effect>;
  /** Absent where the log names one rule a request. */
  readonly overlaps?: readonly RuleOverlap[];
}

interface MatchRow {
  readonly id: string;
  readonly name: string | null;
  readonly system: string | null;
  readonly action: string | null;
  readonly disposition: string;
  readonly place: number;
  readonly attack: boolean | null;
  readonly contained: boolean;
  /** The request was mitigated, by this rule or another. */
  readonly stopped: boolean;
  /** Another rule on record mitigated it as well. */
  readonly shared: boolean;
  readonly first: number;
  readonly last: number;
}

/**
 * Rules that matched, most matches first, of equals by id; a rule that did different things is listed once for each, under one
 * name: a log names a rule only where it acted. First and last match are those in the same spans; `before` is what it matched
 * before the first wave. Where the log lists every rule that a request met, each of them has matched it.
 */
export async function readRules(
  engine: Engine,
  account: Account,
  phases: PhaseSpans,
  scope: AttackScope,
  others: readonly Account[],
): Promise<RuleEffects> {
  const rows = await readMatches(engine, account, phases, scope);
  const whole = await readWhole(engine, scope);
  const groups = groupBy(rows, ({ row }) => [row.id, row.disposition, row.action, row.system].join('\t'));
  const names = await readNames(engine, rows, [account, ...others]);
  const listsMatches = account.source.details?.includes('rule_matches') ?? false;
  const rules = [...groups.values()]
    .flatMap((own): RuleStats[] => {
      const [first] = own;
      const inside = own.filter(({ row }) => row.place !== BEFORE);
      const total = sumOf(inside);
      if (!first || total.value === 0) return [];
      const { id, system, action } = first.row;
      const disposition = toDisposition(first.row.disposition);
      const acts = MITIGATED_DISPOSITIONS.some((name) => name === disposition);
      // What only logs would have stopped what nothing else did.
      const effective = inside.filter(({ row }) => row.stopped === acts);
      const alone = sumOf(effective.filter(({ row }) => !row.shared));
      return [
        {
          id,
          name: names.get(id) ?? id,
          system: toSystem(system) ?? 'other',
          action: action ?? 'unknown',
          disposition,
          total: volumeMeasure(account.gauge, total),
          firstAt: Math.min(...inside.map(({ row }) => row.first)),
          lastAt: Math.max(...inside.map(({ row }) => row.last)),
          before: volumeMeasure(account.gauge, sumOf(own.filter(({ row }) => row.place === BEFORE))),
          ...((acts || disposition === 'logged') && { effect: effectOf(account, effective.map(toPart), whole, scope) }),
          ...(acts && listsMatches && { alone: volumeMeasure(account.gauge, alone) }),
        },
      ];
    })
    .sort((a, b) => b.total.value - a.total.value || compareText(keyOf(a), keyOf(b)))
    .slice(0, MOST_RULES);
  return {
    rules,
    systems: await readSystemEffects(engine, account, phases, { scope, whole }),
    ...(listsMatches && { overlaps: await readOverlaps(engine, account, phases, { scope, names }) }),
  };
}

interface Match {
  readonly row: MatchRow;
  readonly volume: Tally;
}

async function readMatches(engine: Engine, account: Account, phases: PhaseSpans, scope: AttackScope): Promise<Match[]> {
  const { source } = account;
  const binder = createBinder();
  const column = (name: 'mitigation_system' | 'action') =>
    source.dimensions.includes(name) ? `cast(${name} as varchar)` : 'cast(null as varchar)';
  const place = placeSql(binder, account, phases, scope);
  const flags = `${place} as place, ${attackSql(engine, binder, account, scope)} as attack, ${containedSql(binder, scope)} as contained, ${MITIGATED} as stopped`;
  const counted = 't, units, bytes, weight';
  const lists = source.details?.includes('rule_matches') ?? false;
  const inside = inWindows(binder, [...scopeOf(phases), ...phases.before]);
  const from = (condition: string) => `(select *, ${flags} from ${source.relation} where ${condition} and ${inside})`;
  const [disposition, system, action, rule] = [1, 2, 3, 4].map(fieldOfLine);
  const single = `select cast(rule as varchar) as id, rule_name as name, ${column('mitigation_system')} as system, ${column('action')} as action, coalesce(disposition, 'unknown') as disposition, place, attack, contained, stopped, false as shared, ${counted}
       from ${from(`rule is not null${lists ? ' and rule_matches is null' : ''}`)}`;
  const several = `select ${rule} as id, case when ${rule} = rule then rule_name end as name, ${system} as system, ${action} as action, ${disposition} as disposition, place, attack, contained, stopped, acting > case when ${disposition} in (${MITIGATING}) then 1 else 0 end as shared, ${counted}
       from (select *, ${engine.dialect.eachLine('rule_matches')} as line, ${ACTING} as acting from ${from('rule_matches is not null')})`;
  const rows = await engine.query<Record<string, SqlValue> & MatchRow>(
    `select id, min(name) as name, system, action, disposition, place, attack, contained, stopped, shared, min(t) as first, max(t) as last, ${tallyColumns(account, 'rows', 'volume')}
       from (${single}${lists ? ` union all ${several}` : ''}) where id is not null and place is not null
      group by id, system, action, disposition, place, attack, contained, stopped, shared
      order by id, system, action, disposition, place, attack, contained, stopped, shared`,
    binder.values,
  );
  return rows.map((row) => ({ row, volume: readTally(row, 'volume') }));
}

const MITIGATING = MITIGATED_DISPOSITIONS.map((name) => `'${name}'`).join(', ');
/** How many of the rules that a request met mitigate: lines that begin with such a disposition. */
const ACTING = MITIGATED_DISPOSITIONS.map(
  (name) =>
    `(length(chr(10) || rule_matches) - length(replace(chr(10) || rule_matches, chr(10) || '${name}' || chr(9), ''))) / ${name.length + 2}`,
).join(' + ');

/** Names of the rules; those that the log itself does not name, as another log of the layer does. */
async function readNames(
  engine: Engine,
  matches: readonly Match[],
  accounts: readonly Account[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const note = (id: string, name: string | null) => {
    const known = names.get(id);
    if (name !== null && (known === undefined || name < known)) names.set(id, name);
  };
  for (const { row } of matches) note(row.id, row.name);
  const ids = new Set(matches.map(({ row }) => row.id));
  for (const account of accounts.slice(1)) {
    if ([...ids].every((id) => names.has(id))) break;
    if (!account.source.dimensions.includes('rule')) continue;
    const rows = await engine.query<{ id: string; name: string }>(
      `select cast(rule as varchar) as id, min(rule_name) as name from ${account.source.relation} where rule is not null and rule_name is not null group by 1`,
    );
    for (const { id, name } of rows) if (ids.has(id) && !names.has(id)) names.set(id, name);
  }
  return names;
}

function toPart({ row, volume }: Match): Part {
  return { wave: row.place, attack: row.attack, contained: row.contained, volume };
}

function sumOf(matches: readonly Match[]): Tally {
  return addTallies(matches.map((match) => match.volume));
}

function keyOf(rule: RuleStats): string {
  return [rule.id, rule.disposition, rule.action, rule.system].join('\t');
}
