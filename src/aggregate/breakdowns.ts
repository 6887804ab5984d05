import type { Engine, SqlValue } from '../engine/engine.ts';
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
/** A customer asks which of his own were hit, down to the last one. */
const WHOLE_LISTS: ReadonlySet<Dimension> = new Set(['host', 'destination_ip']);
const WHOLE_ITEMS = 1_000;
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

/** The name that goes with a value; of several the first in the alphabet, so that it does not depend on the order of rows. */
const NAMES: Partial<Readonly<Record<Dimension, string>>> = {
  source_asn: 'min(source_as_name)',
  rule: 'min(rule_name)',
};

/** One value of a dimension, as the list shows it; `key` is null for the rows without one. */
interface GroupRow {
  /** Place in the list of dimensions that were asked for. */
  readonly dimension: number;
  readonly key: string | null;
  readonly name: string | null;
}

/** Sums over all values of a dimension. */
interface TotalRow {
  readonly dimension: number;
  /** Largest weight of a row in the scope, whatever its value: one of the same weight may have been missed in every group. */
  readonly heaviest: number | null;
  readonly groups: number;
}

interface CurvePoint {
  readonly dimension: number;
  readonly place: number;
  /** Volume of the values up to this place. */
  readonly upto: number;
}

/** What is counted for which dimensions: the spans, and the rows they cut out. */
interface Counting {
  readonly account: Account;
  readonly dimensions: readonly Dimension[];
  readonly phases: PhaseSpans | undefined;
  readonly scope: Breakdown['scope'];
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
 * Shares of each of the dimensions, in their order: of the waves where there are any and the source has times, else of the whole
 * period. The items are the largest values (of equals the smaller text first), `other` all the rest with a known value, `unknown`
 * the rows without one; together they are exactly the total. A dimension is left out when the scope holds no traffic or names no
 * value of it.
 */
export async function readBreakdowns(
  engine: Engine,
  account: Account,
  dimensions: readonly Dimension[],
  phases: PhaseSpans | undefined,
): Promise<Breakdown[]> {
  if (dimensions.length === 0) return [];
  const scope: Breakdown['scope'] = phases && phases.during.length > 0 ? 'attack' : 'window';
  const counting: Counting = { account, dimensions, phases, scope };
  try {
    await countGroups(engine, counting);
    const totals = await readTotals(engine, account);
    const rows = await readListed(engine, dimensions);
    const curves = await readCurves(engine, dimensions);
    return dimensions.flatMap((dimension, index) => {
      const mine = <T extends { readonly dimension: number }>(one: T) => one.dimension === index;
      const total = totals.find(mine);
      const parts = { dimension, scope, rows: rows.filter(mine), curve: curves.filter(mine) };
      return (total && composeBreakdown(account, parts, total)) ?? [];
    });
  } finally {
    await engine.run(`drop table if exists ${GROUPS}`);
  }
}

function composeBreakdown(
  account: Account,
  parts: {
    readonly dimension: Dimension;
    readonly scope: Breakdown['scope'];
    readonly rows: readonly GroupRow[];
    readonly curve: readonly CurvePoint[];
  },
  sums: TotalRow,
): Breakdown | undefined {
  const { dimension, scope, rows, curve } = parts;
  const { gauge, source } = account;
  const known = rows.filter((row) => row.key !== null);
  if (known.length === 0) return undefined;
  const heaviest = sums.heaviest ?? 1;
  const tally = (row: GroupRow | TotalRow, alias: string): Tally => ({
    ...readTally({ ...row }, alias),
    ...(gauge.sampled && { heaviest }),
  });
  const total = tally(sums, 'volume');
  const earlier = readTally({ ...sums }, 'earlier');
  const listed = known.map((row) => tally(row, 'volume'));
  const unknown = addTallies(rows.filter((row) => row.key === null).map((row) => tally(row, 'volume')));
  return {
    dimension,
    scope,
    total: volumeMeasure(gauge, total),
    items: known.map((row) => itemOf(account, dimension, row, { total, earlier, tally })),
    other: volumeMeasure(gauge, subtractTallies(total, [unknown, ...listed])),
    unknown: volumeMeasure(gauge, unknown),
    distinct: {
      value: sums.groups,
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

/**
 * The small table of all values: `dimension` (its place in the list), `key`, `name`, the tallies `volume`, `mitigated` and
 * `earlier`, and the heaviest row. It never outlives `readBreakdowns`.
 */
const GROUPS = 'debrief_groups';

/** Fills the small table: one pass over the rows for all dimensions, but for addresses and for values that have names. */
async function countGroups(engine: Engine, counting: Counting): Promise<void> {
  const { account, dimensions } = counting;
  // −1: not asked for, or a column like every other.
  const prefix = account.source.prefixesFromAddresses ? dimensions.indexOf('source_prefix') : -1;
  const columns = dimensions.filter((_, index) => index !== prefix);
  const alone = columns.filter((dimension) => dimension === 'source_ip' || NAMES[dimension] !== undefined);
  const together = columns.filter((dimension) => !alone.includes(dimension));
  const statements = [together, ...alone.map((dimension) => [dimension])]
    .filter((pass) => pass.length > 0)
    .map((pass) => groupsSql(counting, pass));
  if (prefix >= 0) statements.push(prefixesSql(engine, counting, prefix));
  for (const [index, { sql, values }] of statements.entries())
    await engine.run(`${index === 0 ? `create temporary table ${GROUPS} as` : `insert into ${GROUPS}`} ${sql}`, values);
}

interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

function groupsSql({ account, dimensions, phases, scope }: Counting, pass: readonly Dimension[]): Statement {
  const binder = createBinder();
  const inScope = phases ? inWindows(binder, scope === 'attack' ? phases.during : phases.whole) : 'true';
  const inBefore = phases && scope === 'attack' ? inWindows(binder, phases.before) : 'false';
  const [only] = pass;
  const name = (pass.length === 1 && only && NAMES[only]) || 'cast(null as varchar)';
  const ofPass = (value: (dimension: Dimension) => string) =>
    `case ${pass.map((dimension) => `when grouping(${dimension}) = 0 then ${value(dimension)}`).join(' ')} end`;
  return {
    sql: `select ${ofPass((dimension) => `cast(${dimensions.indexOf(dimension)} as smallint)`)} as dimension,
            ${ofPass((dimension) => `cast(${dimension} as varchar)`)} as key, ${name} as name,
            ${tallyColumns(account, 'rows', 'volume', { where: 'inside' })},
            ${tallyColumns(account, 'rows', 'mitigated', { where: 'inside and acted' })},
            ${tallyColumns(account, 'rows', 'earlier', { where: 'earlier' })},
            ${account.gauge.sampled ? 'max(weight) filter (where inside)' : '1'} as heaviest
       from (select *, ${inScope} as inside, ${inBefore} as earlier, ${MITIGATED} as acted from ${account.source.relation})
      where inside or earlier group by grouping sets (${pass.map((dimension) => `(${dimension})`).join(', ')})`,
    values: binder.values,
  };
}

/** Networks from the addresses that were counted: taking each address apart once costs a tenth of doing it in each row. */
function prefixesSql(engine: Engine, counting: Counting, index: number): Statement {
  const { account, dimensions } = counting;
  const known = dimensions.indexOf('source_ip');
  const { sql, values } =
    known >= 0 ? { sql: `select * from ${GROUPS}`, values: [] } : groupsSql(counting, ['source_ip']);
  const sums = ['volume', 'mitigated', 'earlier'].flatMap((part) =>
    tallyNames(account).map((name) => `${part}_${name}`),
  );
  return {
    sql: `select ${index} as dimension, ${engine.dialect.networkPrefix('key')} as key, cast(null as varchar) as name,
            ${sums.map((column) => `sum(${column}) as ${column}`).join(', ')}, max(heaviest) as heaviest
       from (${sql}) where dimension = ${known} group by 2`,
    values,
  };
}

async function readTotals(engine: Engine, account: Account): Promise<TotalRow[]> {
  const sums = ['volume', 'earlier'].flatMap((part) =>
    tallyNames(account).map((name) => `sum(${part}_${name}) as ${part}_${name}`),
  );
  return engine.query<TotalRow>(
    `select dimension, ${sums.join(', ')}, max(heaviest) as heaviest,
            count(*) filter (where key is not null and volume_value > 0) as groups from ${GROUPS} group by dimension`,
  );
}

/** The listed values, largest first, and the rows without a value. */
async function readListed(engine: Engine, dimensions: readonly Dimension[]): Promise<GroupRow[]> {
  const lists = dimensions.map(
    (dimension, index) =>
      `select * from (select * from ${GROUPS} where dimension = ${index} and key is not null and volume_value > 0 order by volume_value desc, key limit ${limitOf(dimension)})`,
  );
  return engine.query<GroupRow>(
    `select * from (${lists.join(' union all ')} union all select * from ${GROUPS} where key is null and volume_value > 0)
      order by dimension, volume_value desc, key`,
  );
}

/** The curves beyond the listed items, where only volumes matter: sorting them alone is far cheaper than sorting the groups. */
async function readCurves(engine: Engine, dimensions: readonly Dimension[]): Promise<CurvePoint[]> {
  const curved = dimensions.flatMap((dimension, index) => (CURVES.has(dimension) ? [index] : []));
  if (curved.length === 0) return [];
  const points = await engine.query<CurvePoint>(
    `select dimension, place, upto from (
       select dimension, row_number() over largest_first as place,
              sum(volume_value) over (largest_first rows between unbounded preceding and current row) as upto
         from ${GROUPS} where dimension in (${curved.join(', ')}) and key is not null and volume_value > 0
       window largest_first as (partition by dimension order by volume_value desc))
      where place in (${CURVE_RANKS.join(', ')}) order by dimension, place`,
  );
  return points.filter(({ dimension, place }) => place > limitOf(dimensions[dimension]));
}

function limitOf(dimension: Dimension | undefined): number {
  if (dimension === undefined) return USUAL_ITEMS;
  if (WHOLE_LISTS.has(dimension)) return WHOLE_ITEMS;
  return LONG_LISTS.has(dimension) ? LONG_ITEMS : USUAL_ITEMS;
}

function itemOf(
  account: Account,
  dimension: Dimension,
  row: GroupRow,
  whole: { readonly total: Tally; readonly earlier: Tally; readonly tally: (row: GroupRow, alias: string) => Tally },
): BreakdownItem {
  const { gauge, source } = account;
  const key = row.key ?? '';
  const volume = whole.tally(row, 'volume');
  const mitigated = whole.tally(row, 'mitigated');
  const mitigatedShare = source.knowsDisposition ? shareMeasure(gauge, mitigated, volume) : undefined;
  const shareBefore = shareMeasure(gauge, readTally({ ...row }, 'earlier'), whole.earlier);
  return {
    key,
    label: labelOf(dimension, key, row.name),
    total: volumeMeasure(gauge, volume),
    share: shareMeasure(gauge, volume, whole.total) ?? { ...volumeMeasure(gauge, EMPTY_TALLY), unit: 'share' },
    ...(source.knowsDisposition && { mitigated: volumeMeasure(gauge, mitigated) }),
    ...(mitigatedShare && { mitigatedShare }),
    ...(shareBefore && { shareBefore }),
  };
}

/** `AS64500 Example Hosting`, the name of a rule, else the value itself. */
export function labelOf(dimension: Dimension, key: string, name: string | null): string {
  if (dimension === 'source_asn') return `AS${key}${name === null ? '' : ` ${name}`}`;
  return name ?? key;
}
