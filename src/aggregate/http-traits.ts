import type { Engine } from '../engine/engine.ts';
import { type Account, MITIGATED, readTally, tallyColumns, tallyNames } from './account.ts';
import type { HttpTraits, VectorStats } from './attack-stats.ts';
import { type Comparison, partSql, type TraitTallies, traitOf } from './comparison.ts';
import { addTallies } from './measures.ts';
import { createBinder } from './statement.ts';

/** The last part of a path under which users sign in. */
const SIGN_IN =
  /(^|[/_.-])(log-?_?in|log-?_?on|sign-?_?in|auth|authenticate|authorize|sessions?|token|wp-login(\.php)?|xmlrpc\.php)([/_.;-]|$)/iu;
/** Posts to any other path count as sign-ins where at least this share was answered with 401. */
const REFUSED_SHARE = 0.5;
/** Paths that are looked at; an attack on signing in needs only one. */
const MOST_PATHS = 50;
/** A query that makes up no more than this share of the queries of its wave, or is seen at most so often, is rare. */
const RARE_SHARE = 0.001;
const RARE_ROWS = 2;

type Found = ReadonlyMap<number, TraitTallies>;

/** What the requests of each wave were, against the time before. */
export async function readHttpTraits(
  engine: Engine,
  account: Account,
  comparison: Comparison,
): Promise<Map<number, VectorStats>> {
  const { source } = account;
  const has = (name: string) =>
    source.dimensions.some((one) => one === name) || source.details?.includes(name) === true;
  const all = await readTrait(engine, account, comparison, 'true');
  const found: Readonly<Record<keyof HttpTraits, Found | undefined>> = {
    cancelled:
      has('http_version') && has('status')
        ? await readTrait(engine, account, comparison, "http_version like 'HTTP/2%' and status = '499'")
        : undefined,
    signIns: has('method') && has('path') ? await readSignIns(engine, account, comparison, has('status')) : undefined,
    newQueries: has('query') && has('path') ? await readNewQueries(engine, account, comparison) : undefined,
  };
  const stats = new Map<number, VectorStats>();
  for (const { number } of comparison.parts) {
    const whole = all.get(number);
    if (number === 0 || !whole || whole.volume.value <= 0) continue;
    const ratio = comparison.ratioOf(number);
    const usual = all.get(0);
    const compare = (trait: Found) =>
      traitOf(account, { own: trait.get(number), whole }, { own: trait.get(0), whole: usual, ratio: ratio ?? 0 });
    stats.set(number, {
      layer: 'http',
      hasBaseline: ratio !== undefined && usual !== undefined,
      all: compare(all),
      kinds: [],
      traits: Object.fromEntries(
        Object.entries(found).flatMap(([name, trait]) => (trait ? [[name, compare(trait)]] : [])),
      ),
    });
  }
  return stats;
}

async function readTrait(engine: Engine, account: Account, comparison: Comparison, where: string): Promise<Found> {
  const binder = createBinder();
  const rows = await engine.query<{ part: number }>(
    `select part, ${tallyColumns(account, 'rows', 'volume')}, ${tallyColumns(account, 'rows', 'mitigated', { where: MITIGATED })}
       from (select *, ${partSql(binder, comparison)} as part from ${account.source.relation})
      where part is not null and ${where} group by part`,
    binder.values,
  );
  return new Map(rows.map((row) => [row.part, talliesOf(account, { ...row })]));
}

/** Requests that post to a path under which users sign in, told by its name or by the 401 that most of them got. */
async function readSignIns(
  engine: Engine,
  account: Account,
  comparison: Comparison,
  hasStatus: boolean,
): Promise<Found> {
  const binder = createBinder();
  const rows = await engine.query<{ part: number; path: string; refused: number | null; posts: number }>(
    `select * from (
       select part, path, ${tallyColumns(account, 'rows', 'volume')},
              ${tallyColumns(account, 'rows', 'mitigated', { where: MITIGATED })}, sum(${account.quantity}) as posts,
              ${hasStatus ? `sum(${account.quantity}) filter (where status = '401')` : 'cast(null as double)'} as refused,
              row_number() over (partition by part order by sum(${account.quantity}) desc, path) as place
         from (select *, ${partSql(binder, comparison)} as part from ${account.source.relation})
        where part is not null and method = 'POST' and path is not null group by part, path)
      where place <= ${MOST_PATHS}`,
    binder.values,
  );
  const parts = new Map<number, TraitTallies[]>();
  for (const row of rows) {
    if (!SIGN_IN.test(row.path) && !((row.refused ?? 0) >= REFUSED_SHARE * row.posts)) continue;
    parts.set(row.part, [...(parts.get(row.part) ?? []), talliesOf(account, { ...row })]);
  }
  return new Map(
    [...parts].map(([part, tallies]) => [
      part,
      {
        volume: addTallies(tallies.map((one) => one.volume)),
        ...(account.source.knowsDisposition && {
          mitigated: addTallies(tallies.flatMap((one) => one.mitigated ?? [])),
        }),
      },
    ]),
  );
}

/**
 * Requests with a rare query that was not seen before, as a client sends that wants no answer from a cache; before the waves
 * those with a rare query. Told by a hash of path and query: two of them alike by chance change no share that matters.
 */
async function readNewQueries(engine: Engine, account: Account, comparison: Comparison): Promise<Found> {
  const binder = createBinder();
  const rows = await engine.query<{ part: number }>(
    `with asked as (
       select part, ${engine.dialect.hash('path', 'query')} as query, count(*) as seen,
              ${tallyColumns(account, 'rows', 'volume')}, ${tallyColumns(account, 'rows', 'mitigated', { where: MITIGATED })}
         from (select *, ${partSql(binder, comparison)} as part from ${account.source.relation})
        where part is not null and query is not null group by 1, 2)
     select part, ${sumsOf(account, 'volume')}, ${sumsOf(account, 'mitigated')}
       from (select *, sum(seen) over (partition by part) as all_seen, max(case when part = 0 then 1 else 0 end) over (partition by query) as known from asked)
      where (seen <= ${RARE_ROWS} or seen <= ${RARE_SHARE} * all_seen) and (part = 0 or known = 0) group by part`,
    binder.values,
  );
  return new Map(rows.map((row) => [row.part, talliesOf(account, { ...row })]));
}

function sumsOf(account: Account, alias: string): string {
  return tallyNames(account)
    .map((name) => `sum(${alias}_${name}) as ${alias}_${name}`)
    .join(', ');
}

function talliesOf(account: Account, row: Readonly<Record<string, unknown>>): TraitTallies {
  return {
    volume: readTally(row, 'volume'),
    ...(account.source.knowsDisposition && { mitigated: readTally(row, 'mitigated') }),
  };
}
