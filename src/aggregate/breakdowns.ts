import type { Engine } from '../engine/engine.ts';
import type { Dimension } from '../model/dimension.ts';
import { type Account, MITIGATED, readTally, tallyColumns, tallyNames } from './account.ts';
import type { Breakdown, BreakdownItem } from './attack-stats.ts';
import type { Tally } from './intervals.ts';
import { addTallies, EMPTY_TALLY, shareMeasure, subtractTallies, volumeMeasure } from './measures.ts';
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
  readonly earlier: number | null;
  readonly earlier_total: number | null;
  readonly groups: number;
}

interface CurvePoint {
  readonly place: number;
  /** Volume of the values up to this place. */
  readonly upto: number;
}

/** The listed values, largest first, and the rows without one; beyond the list only the curve. */
interface Groups {
  readonly rows: readonly GroupRow[];
  readonly curve: readonly CurvePoint[];
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
  const { rows, curve } = await readGroups(engine, account, { dimension, phases, scope, limit });
  const { gauge, source } = account;
  const known = rows.filter((row) => row.key !== null);
  const [first] = known;
  if (!first) return undefined;
  const total = readTally({ ...first }, 'total');
  const earlier = first.earlier_total ?? 0;
  const listed = known.map((row) => readTally({ ...row }, 'volume'));
  const unknown = addTallies(rows.filter((row) => row.key === null).map((row) => readTally({ ...row }, 'volume')));
  return {
    dimension,
    scope,
    total: volumeMeasure(gauge, total),
    items: known.map((row) => itemOf(account, dimension, row, { total, earlier })),
    other: volumeMeasure(gauge, subtractTallies(total, [unknown, ...listed])),
    unknown: volumeMeasure(gauge, unknown),
    distinct: {
      value: first.groups,
      unit: 'count',
      // Values that no sampled row carried are not seen: a lower bound.
      kind: gauge.sampled ? 'estimated' : gauge.kind,
      ...(gauge.sampled && { sampleCount: Math.round(total.sampled) }),
      evidence: source.evidence,
    },
    concentration: concentrationOf(listed, curve, total),
  };
}

/** Cumulative shares at every listed rank, then at the ranks of the curve. */
function concentrationOf(
  listed: readonly Tally[],
  curve: readonly CurvePoint[],
  total: Tally,
): Breakdown['concentration'] {
  let upto = 0;
  const items = listed.map((tally, index) => {
    upto += tally.value;
    return { rank: index + 1, share: upto / total.value };
  });
  return [...items, ...curve.map((point) => ({ rank: point.place, share: point.upto / total.value }))];
}

/** Name under which the groups of one dimension are read. As a table it never outlives `readBreakdown`. */
const GROUPS = 'debrief_groups';

async function readGroups(
  engine: Engine,
  account: Account,
  parts: {
    readonly dimension: Dimension;
    readonly phases: PhaseSpans | undefined;
    readonly scope: Breakdown['scope'];
    readonly limit: number;
  },
): Promise<Groups> {
  const { dimension, phases, scope, limit } = parts;
  const binder = createBinder();
  const inScope = phases ? inWindows(binder, scope === 'attack' ? phases.during : phases.whole) : 'true';
  const inBefore = phases && scope === 'attack' ? inWindows(binder, phases.before) : 'false';
  const grouped = `select cast(${dimension} as varchar) as key, ${nameOf(dimension)} as name,
            ${tallyColumns(account, 'rows', 'volume', { where: inScope })},
            ${tallyColumns(account, 'rows', 'mitigated', { where: `${inScope} and ${MITIGATED}` })},
            sum(${account.quantity}) filter (where ${inBefore}) as earlier
       from ${account.source.relation} where ${inScope} or ${inBefore} group by ${dimension}`;
  const totals = tallyNames(account).map((name) => `sum(volume_${name}) as total_${name}`);
  const listed = `select * from (
       select * from (select * from ${GROUPS} where key is not null and volume_value > 0 order by volume_value desc, key limit ${limit})
       union all select * from ${GROUPS} where key is null and volume_value > 0)
     cross join (
       select ${totals.join(', ')}, sum(earlier) as earlier_total,
              count(*) filter (where key is not null and volume_value > 0) as groups from ${GROUPS})
     order by volume_value desc, key`;
  if (!CURVES.has(dimension))
    return { rows: await engine.query<GroupRow>(`with ${GROUPS} as (${grouped}) ${listed}`, binder.values), curve: [] };
  await engine.run(`create temporary table ${GROUPS} as ${grouped}`, binder.values);
  try {
    const rows = await engine.query<GroupRow>(listed);
    // Beyond the listed items only the volumes matter: sorting them alone is far cheaper than sorting the groups.
    const curve = await engine.query<CurvePoint>(
      `select place, upto from (
         select row_number() over largest_first as place,
                sum(volume_value) over (largest_first rows between unbounded preceding and current row) as upto
           from ${GROUPS} where key is not null and volume_value > 0
         window largest_first as (order by volume_value desc))
        where place > ${limit} and place in (${CURVE_RANKS.join(', ')}) order by place`,
    );
    return { rows, curve };
  } finally {
    await engine.run(`drop table ${GROUPS}`);
  }
}

function itemOf(
  account: Account,
  dimension: Dimension,
  row: GroupRow,
  whole: { readonly total: Tally; readonly earlier: number },
): BreakdownItem {
  const { gauge, source } = account;
  const key = row.key ?? '';
  const volume = readTally({ ...row }, 'volume');
  return {
    key,
    label: labelOf(dimension, key, row.name),
    total: volumeMeasure(gauge, volume),
    share: shareMeasure(gauge, volume, whole.total) ?? { ...volumeMeasure(gauge, EMPTY_TALLY), unit: 'share' },
    ...(source.knowsDisposition && { mitigated: volumeMeasure(gauge, readTally({ ...row }, 'mitigated')) }),
    ...(whole.earlier > 0 && { shareBefore: (row.earlier ?? 0) / whole.earlier }),
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
