import type { Engine } from '../../engine/engine.ts';
import { DIMENSIONS } from '../../model/dimension.ts';
import type { TimeWindow } from '../../model/time.ts';
import type { TrafficSource } from '../dataset.ts';
import { type LogTable, leftOutSql } from './load-tables.ts';

/**
 * Makes the view of a table that later stages read (see `TrafficSource`): scaled, within the period of the report, without what is
 * not part of the account. Every column of the kind of log is there, NULL where the files do not have it; dimensions are text.
 *
 * @returns undefined when no row is left.
 */
export async function makeRelation(
  table: LogTable,
  engine: Engine,
  window: TimeWindow | undefined,
): Promise<TrafficSource | undefined> {
  const { dataset } = table;
  const isOfRules = dataset.name === 'firewall_events';
  const from = isOfRules ? await onePerRequest(table, engine) : dataset.table;
  // Of a sample the other rules of a request may not have been drawn.
  const columns = isOfRules && seesOverlap(table) ? new Set([...table.columns, RULE_MATCHES]) : table.columns;
  const weight = columns.has('weight') ? 'weight' : '1::BIGINT';
  const units = dataset.units?.(columns);
  const bytes = dataset.bytes?.(columns);
  const scaled = (sql: string) => (columns.has('weight') ? `(${sql}) * weight` : `(${sql})::BIGINT`);
  const present = (name: string) => columns.has(name);
  const dimensions = DIMENSIONS.filter((name) => name !== 'source_prefix' || !present('source_ip'));
  const others = dataset.columns.filter(({ name }) => !named.has(name));
  // Conditions that cut nothing are left away: the engine would test them for every row of every query.
  const conditions = [
    ...(window && table.contents.some((input) => input.outside > 0)
      ? [`t >= ${window.start}`, `t < ${window.end}`]
      : []),
    ...(table.contents.some((input) => input.leftOut > 0) ? [`(${leftOutSql(dataset, columns)}) is not true`] : []),
  ];
  const selected = [
    't',
    '0::BIGINT as interval_ms',
    'input',
    `${units === undefined ? weight : scaled(units)} as units`,
    `${bytes === undefined ? 'null::BIGINT' : scaled(bytes)} as bytes`,
    `${weight} as weight`,
    `${present('disposition') ? 'disposition' : "'unknown'"} as disposition`,
    ...['source_as_name', 'rule_name'].map((name) => (present(name) ? name : `null::VARCHAR as ${name}`)),
    ...dimensions.map((name) => `${present(name) ? name : 'null'}::VARCHAR as ${name}`),
    ...others.map(({ name, type }) => (present(name) ? name : `null::${type} as ${name}`)),
    ...(isOfRules ? [present(RULE_MATCHES) ? RULE_MATCHES : `null::VARCHAR as ${RULE_MATCHES}`] : []),
  ];
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  await engine.run(`create view ${dataset.name} as select ${selected.join(', ')} from ${from}${where}`);
  // Counted in the table itself: the view would make text of every number first.
  return describe({ ...table, columns }, engine, { weight, bytes: bytes ?? 'null', rows: `${from}${where}` });
}

/** Columns of every relation. */
const named = new Set<string>([
  ...DIMENSIONS,
  't',
  'input',
  'weight',
  'disposition',
  'source_as_name',
  'rule_name',
  'bytes',
]);

/** Priority from which on a dataset is a complete account of its layer. */
const COMPLETE_ACCOUNT = 1_000;

async function describe(
  table: LogTable,
  engine: Engine,
  from: { readonly weight: string; readonly bytes: string; readonly rows: string },
): Promise<TrafficSource | undefined> {
  const { dataset, columns, logs } = table;
  const dimensions = DIMENSIONS.filter(
    (name) => columns.has(name) || (name === 'source_prefix' && columns.has('source_ip')),
  );
  const acted = columns.has('disposition') ? "count(*) filter (where disposition <> 'unknown')" : '0';
  const known = dimensions.map((name) => `count(${name === 'source_prefix' ? 'source_ip' : name}) as ${name}`);
  const [facts] = await engine.query<Readonly<Record<string, number | null>>>(
    `select count(*) as row_count, min(t) as first_t, max(t) as last_t, min(${from.weight}) as least, max(${from.weight}) as most, count(${from.bytes}) as with_bytes, ${acted} as with_disposition, ${known.join(', ')} from ${from.rows}`,
  );
  const rows = facts?.row_count ?? 0;
  if (!facts || rows === 0 || facts.first_t == null || facts.last_t == null) return undefined;
  const [least, most] = [facts.least ?? 1, facts.most ?? 1];
  // Whose traffic it is says nothing about the traffic.
  const untold = new Set<string>([...named, ...dataset.owners.map(({ column }) => column)]);
  return {
    id: dataset.name,
    layer: dataset.layer,
    relation: dataset.name,
    label: dataset.label,
    unit: dataset.unit,
    kind: least === 1 && most === 1 ? 'counted' : 'estimated',
    sampling: { min: least, max: most },
    intervalMs: 0,
    window: { start: facts.first_t, end: facts.last_t + 1 },
    rows,
    dimensions: dimensions.filter((name) => (facts[name] ?? 0) > 0),
    ...(columns.has('source_ip') && { prefixesFromAddresses: true as const }),
    details: [
      ...dataset.columns.flatMap(({ name }) => (columns.has(name) && !untold.has(name) ? [name] : [])),
      ...(dataset.name === 'firewall_events' && columns.has(RULE_MATCHES) ? [RULE_MATCHES] : []),
    ],
    knowsDisposition: (facts.with_disposition ?? 0) > 0,
    hasBytes: (facts.with_bytes ?? 0) > 0,
    evidence: logs.map((log) => log.inputId),
    role: 'detail',
    holds: dataset.priority >= COMPLETE_ACCOUNT ? 'all' : 'part',
  };
}

/** Column with every rule that a request met, where it met several; see `ruleMatchSql`. */
const RULE_MATCHES = 'rule_matches';

/** Every rule that a request met has a record, and they can be told to be of one request. */
function seesOverlap({ columns }: LogTable): boolean {
  return columns.has('ray') && columns.has('rule') && columns.has('action') && !columns.has('weight');
}

/**
 * A request has a record for every rule it met; the one that ended it has `MatchIndex` 0. Where that record is missing, the one
 * with the lowest index stands for the request, but not in a sample: there it would be counted for a record that was not drawn.
 * Records without a ray id stand for themselves.
 */
async function onePerRequest(table: LogTable, engine: Engine): Promise<string> {
  const { dataset, columns } = table;
  const plain = seesOverlap(table)
    ? `(select *, null::VARCHAR as ${RULE_MATCHES} from ${dataset.table})`
    : dataset.table;
  if (!columns.has('ray')) return plain;
  const { dialect } = engine;
  const hasIndex = columns.has('match_index');
  const [counts] = await engine.query<{ rows: number; requests: number; nameless: number; ended: number }>(
    `select count(*) as rows, ${dialect.distinct('ray')} as requests, count(*) - count(ray) as nameless, ${hasIndex ? 'count(*) filter (where match_index = 0)' : '0'} as ended from ${dataset.table}`,
  );
  if (!counts || counts.rows === counts.requests + counts.nameless) return plain;
  const order = hasIndex ? 'match_index nulls last, t desc' : 't desc, rule';
  const whole = seesOverlap(table) ? await withMatches(table, engine, order) : dataset.table;
  if (hasIndex && (columns.has('weight') || (counts.nameless === 0 && counts.ended === counts.requests)))
    return `(select * from ${whole} where match_index = 0)`;
  const requests = `${dataset.table}_requests`;
  await engine.run(
    `create table ${requests} as select * from (select *, row_number() over (partition by ray order by ${order}) as place from ${whole}) where place = 1 or ray is null`,
  );
  return requests;
}

/** The records, each with all rules that its request met. Few requests met several, so only those are put together. */
async function withMatches({ dataset, columns }: LogTable, engine: Engine, order: string): Promise<string> {
  const value = (name: string) => (columns.has(name) ? `coalesce(${name}, '')` : "''");
  const line = `concat_ws(chr(9), disposition, ${value('mitigation_system')}, ${value('action')}, ${value('rule')})`;
  const matches = `${dataset.table}_matches`;
  await engine.run(
    `create table ${matches} as select ray, ${engine.dialect.linesOfGroup(line, order)} as ${RULE_MATCHES} from ${dataset.table} where ray is not null group by ray having count(*) > 1`,
  );
  return `(select * from ${dataset.table} left join ${matches} using (ray))`;
}
