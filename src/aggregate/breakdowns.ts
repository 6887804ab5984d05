import type { Engine } from '../engine/engine.ts';
import type { Dimension } from '../model/dimension.ts';
import { type Account, MITIGATED, readTally, tallyColumns, tallyNames } from './account.ts';
import type { Breakdown, BreakdownItem } from './attack-stats.ts';
import type { Tally } from './intervals.ts';
import { EMPTY_TALLY, shareMeasure, subtractTallies, volumeMeasure } from './measures.ts';
import type { PhaseSpans } from './phases.ts';
import { createBinder, inWindows } from './statement.ts';

const USUAL_ITEMS = 10;
/** Lists of sources and rules are worked with, not only read. */
const LONG_LISTS: ReadonlySet<Dimension> = new Set([
  'source_ip',
  'source_prefix',
  'source_asn',
  'source_country',
  'rule',
  'user_agent',
  'ja3',
  'ja4',
]);
const LONG_ITEMS = 25;
/** How concentrated these are matters beyond the list: their curve goes on past the last item. */
const CURVES: ReadonlySet<Dimension> = new Set([
  'source_ip',
  'source_prefix',
  'source_asn',
  'source_country',
  'data_centre',
  'destination_ip',
]);
/** Ranks at which the curve is read: 1, 2, 5, 10, 20, 50, … */
const CURVE_RANKS: readonly number[] = Array.from(
  { length: 24 },
  (_, index) => (([1, 2, 5] as const)[index % 3] ?? 1) * 10 ** Math.floor(index / 3),
);

interface GroupRow {
  readonly key: string | null;
  readonly name: string | null;
  readonly place: number;
  /** Volume of this value and all larger ones. */
  readonly upto: number | null;
  readonly groups: number;
  readonly earlier: number | null;
  readonly earlier_total: number | null;
}

/** Dimensions that name times or ids of their own and are told elsewhere. */
const TOLD_ELSEWHERE: ReadonlySet<Dimension> = new Set(['attack_id']);

/** For every dimension of a layer the account that knows it: the primary if it does, else the first that does. */
export function chooseAccounts(
  accounts: readonly Account[],
  dimensions: readonly Dimension[],
): { readonly dimension: Dimension; readonly account: Account }[] {
  return dimensions.flatMap((dimension) => {
    if (TOLD_ELSEWHERE.has(dimension)) return [];
    const able = accounts.filter((account) => account.source.dimensions.includes(dimension));
    const account =
      able.find((candidate) => candidate.source.role === 'primary') ??
      able.find((candidate) => candidate.timed) ??
      able[0];
    return account ? [{ dimension, account }] : [];
  });
}

/**
 * Shares of one dimension: of the waves where there are any and the source has times, else of the whole period. The items are
 * the largest values (of equals the smaller text first), `other` all the rest with a known value, `unknown` the rows without
 * one; together they are exactly the total. Undefined when the scope holds no traffic or names no value.
 */
export async function readBreakdown(
  engine: Engine,
  account: Account,
  dimension: Dimension,
  phases: PhaseSpans | undefined,
): Promise<Breakdown | undefined> {
  const scope = phases && phases.during.length > 0 ? 'attack' : 'window';
  const limit = LONG_LISTS.has(dimension) ? LONG_ITEMS : USUAL_ITEMS;
  const rows = await readGroups(engine, account, { dimension, phases, scope, limit });
  const first = rows[0];
  if (!first) return undefined;
  const { gauge, source } = account;
  const total = readTally({ ...first }, 'total');
  const known = rows.filter((row) => row.key !== null);
  if (total.value <= 0 || known.length === 0) return undefined;
  const unknownRow = rows.find((row) => row.key === null);
  const unknown = unknownRow ? readTally({ ...unknownRow }, 'volume') : EMPTY_TALLY;
  const shown = known.filter((row) => row.place <= limit);
  const items = shown.map((row) => itemOf(account, dimension, row, total));
  const other = subtractTallies(total, [unknown, ...shown.map((row) => readTally({ ...row }, 'volume'))]);
  return {
    dimension,
    scope,
    total: volumeMeasure(gauge, total),
    items,
    other: volumeMeasure(gauge, other),
    unknown: volumeMeasure(gauge, unknown),
    distinct: {
      value: first.groups,
      unit: 'count',
      // Values that no sampled row carried are not seen: a lower bound.
      kind: gauge.sampled ? 'estimated' : gauge.kind,
      ...(gauge.sampled && { sampleCount: Math.round(total.sampled) }),
      evidence: source.evidence,
    },
    concentration: known.map((row) => ({ rank: row.place, share: (row.upto ?? 0) / total.value })),
  };
}

async function readGroups(
  engine: Engine,
  account: Account,
  parts: {
    readonly dimension: Dimension;
    readonly phases: PhaseSpans | undefined;
    readonly scope: Breakdown['scope'];
    readonly limit: number;
  },
): Promise<GroupRow[]> {
  const { dimension, phases, scope, limit } = parts;
  const binder = createBinder();
  const inScope = phases ? inWindows(binder, scope === 'attack' ? phases.during : phases.whole) : 'true';
  const inBefore = phases && scope === 'attack' ? inWindows(binder, phases.before) : 'false';
  const curve = CURVES.has(dimension) ? ` or place in (${CURVE_RANKS.join(', ')})` : '';
  const tallies = tallyNames(account).map((name) => `sum(volume_${name}) over () as total_${name}`);
  return engine.query<GroupRow>(
    `with grouped as (
       select cast(${dimension} as varchar) as key, ${nameOf(dimension)} as name,
              ${tallyColumns(account, 'rows', 'volume', { where: inScope })},
              ${tallyColumns(account, 'rows', 'mitigated', { where: `${inScope} and ${MITIGATED}` })},
              sum(${account.quantity}) filter (where ${inBefore}) as earlier
         from ${account.source.relation} where ${inScope} or ${inBefore} group by 1),
     ranked as (
       select *, ${tallies.join(', ')}, sum(earlier) over () as earlier_total,
              count(*) filter (where key is not null and volume_value > 0) over () as groups,
              row_number() over largest_first as place,
              sum(volume_value) over (largest_first rows between unbounded preceding and current row) as upto
         from grouped window largest_first as (order by key is null, coalesce(volume_value, 0) desc, key))
     select * from ranked where volume_value > 0 and (key is null or place <= ${limit}${curve}) order by place`,
    binder.values,
  );
}

function itemOf(account: Account, dimension: Dimension, row: GroupRow, total: Tally): BreakdownItem {
  const { gauge, source } = account;
  const key = row.key ?? '';
  const volume = readTally({ ...row }, 'volume');
  const share = shareMeasure(gauge, volume, total);
  const base = row.earlier_total ?? 0;
  return {
    key,
    label: labelOf(dimension, key, row.name),
    total: volumeMeasure(gauge, volume),
    share: share ?? { value: 0, unit: 'share', kind: gauge.kind, evidence: gauge.evidence },
    ...(source.knowsDisposition && { mitigated: volumeMeasure(gauge, readTally({ ...row }, 'mitigated')) }),
    ...(base > 0 && { shareBefore: (row.earlier ?? 0) / base }),
  };
}

/** `AS64500 Example Hosting`, the name of a rule, else the value itself. */
function labelOf(dimension: Dimension, key: string, name: string | null): string {
  if (dimension === 'source_asn') return `AS${key}${name === null ? '' : ` ${name}`}`;
  return name ?? key;
}

/** The name that goes with a value; of several the first in the alphabet, so that it does not depend on the order of rows. */
function nameOf(dimension: Dimension): string {
  if (dimension === 'source_asn') return 'min(source_as_name)';
  return dimension === 'rule' ? 'min(rule_name)' : 'cast(null as varchar)';
}
