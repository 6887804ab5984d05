import type { Engine } from '../engine/engine.ts';
import type { Predicate } from '../model/signature.ts';
import { SECOND_MS, type TimeWindow } from '../model/time.ts';
import { type Account, readTally, tallyColumns } from './account.ts';
import type { RemedyStats, VectorStats } from './attack-stats.ts';
import { exactTally, shareMeasure, volumeMeasure } from './measures.ts';
import type { PhaseSpans } from './phases.ts';
import { conjunctionSql } from './signatures/predicate-sql.ts';
import { type Binder, createBinder, inWindows } from './statement.ts';

// What measures against the attack would have done, counted on the traffic of the incident itself.

/** A limit counts the requests of one address in fixed windows of this length. */
const LIMIT_WINDOW_MS = 10 * SECOND_MS;
/** Share of the windows of the clients before the attack that a limit may not touch. */
const UNTOUCHED = 0.999;
/** With fewer windows the one in a thousand is the largest there was. */
const FEWEST_WINDOWS = 1_000;
/** A prefix stands out in a second that brings so many times as much as its highest second before. */
const OUTSTANDING = 2;
/** A second of fewer sampled records shows nothing. */
const FEWEST_RECORDS = 10;
/** As for the vector: so many addresses, none of them with more than this share. */
const CARPET_TARGETS = 32;
const CARPET_LARGEST = 0.2;

export interface RemedyContext {
  readonly phases: PhaseSpans;
  /** What matches one of these is the attack; empty without a signature. */
  readonly signatures: readonly (readonly Predicate[])[];
  /** What the first of them hit. */
  readonly scope: readonly Predicate[];
  /** Make-up of the waves of the layer. */
  readonly waves: readonly VectorStats[];
}

/** Undefined where none of them can be counted: single records are needed, of requests every one. */
export async function readRemedies(
  engine: Engine,
  account: Account,
  context: RemedyContext,
): Promise<RemedyStats | undefined> {
  const { source } = account;
  if (source.intervalMs > 0 || source.holds !== 'all' || context.phases.during.length === 0) return undefined;
  const isWhole = source.layer === 'http' && !account.gauge.sampled;
  const rateLimit = isWhole ? await readRateLimit(engine, account, context) : undefined;
  const cacheKey = isWhole ? await readCacheKey(engine, account, context) : undefined;
  const isCarpet = context.waves.some(
    ({ targets }) => targets && targets.count >= CARPET_TARGETS && targets.largestShare < CARPET_LARGEST,
  );
  const prefixAlarm =
    source.layer === 'network' && isCarpet ? await readPrefixAlarm(engine, account, context.phases) : undefined;
  if (!rateLimit && !cacheKey && !prefixAlarm) return undefined;
  return { ...(rateLimit && { rateLimit }), ...(cacheKey && { cacheKey }), ...(prefixAlarm && { prefixAlarm }) };
}

function attackSql(engine: Engine, binder: Binder, account: Account, { signatures }: RemedyContext): string {
  const { layer } = account.source;
  return `(${signatures.map((all) => conjunctionSql(all, layer, binder, engine.dialect)).join(' or ')})`;
}

/**
 * A limit for every client address on what was hit, at the 99.9th percentile (nearest rank) of what clients asked for in ten
 * seconds before the attack. Attackers are the addresses that the signature matches; without one, those not seen before.
 */
async function readRateLimit(
  engine: Engine,
  account: Account,
  context: RemedyContext,
): Promise<RemedyStats['rateLimit']> {
  const { source, gauge } = account;
  const { phases, scope, signatures } = context;
  if (!source.dimensions.includes('source_ip') || phases.before.length === 0) return undefined;
  const windows = (binder: Binder, spans: readonly TimeWindow[], attack: string) =>
    `(select source_ip, t - t % ${LIMIT_WINDOW_MS} as slot, sum(units) as requests, max(case when ${attack} then 1 else 0 end) as attack
        from ${source.relation} where source_ip is not null and ${conjunctionSql(scope, source.layer, binder, engine.dialect)} and ${inWindows(binder, spans)} group by 1, 2)`;
  const binder = createBinder();
  const counts = await engine.query<{ requests: number; windows: number; clients: number }>(
    `select requests, count(*) as windows, ${engine.dialect.distinct('source_ip')} as clients
       from ${windows(binder, phases.before, 'false')} group by 1 order by 1`,
    binder.values,
  );
  const all = counts.reduce((sum, { windows: own }) => sum + own, 0);
  if (all < FEWEST_WINDOWS) return undefined;
  let reached = 0;
  const limit = counts.find(({ windows: own }) => {
    reached += own;
    return reached >= UNTOUCHED * all;
  })?.requests;
  if (limit === undefined) return undefined;
  const during = createBinder();
  const seenBefore = () =>
    `source_ip in (select source_ip from ${source.relation} where source_ip is not null and ${inWindows(during, phases.before)})`;
  const isAttack = signatures.length > 0 ? attackSql(engine, during, account, context) : 'false';
  const attacker = signatures.length > 0 ? 'max(attack) = 1' : `max(case when ${seenBefore()} then 1 else 0 end) = 0`;
  const [row] = await engine.query<{
    attack: number | null;
    over: number | null;
    others: number;
    touched: number;
  }>(
    `select sum(requests) filter (where attacks) as attack, sum(over) filter (where attacks) as over,
            count(*) filter (where not attacks) as others, count(*) filter (where not attacks and over > 0) as touched
       from (select source_ip, sum(requests) as requests, sum(greatest(0, requests - ${limit})) as over, ${attacker} as attacks
               from ${windows(during, phases.during, isAttack)} group by 1)`,
    during.values,
  );
  if (!row?.attack) return undefined;
  const stopped = exactTally(row.over ?? 0);
  const ofAttackers = shareMeasure(gauge, stopped, exactTally(row.attack));
  const count = (value: number) => ({ value, unit: 'count' as const, kind: gauge.kind, evidence: gauge.evidence });
  return (
    ofAttackers && {
      limit,
      windowMs: LIMIT_WINDOW_MS,
      windowsBefore: count(all),
      keptBefore: { ...count(reached / all), unit: 'share' },
      touchedBefore: count(counts.reduce((sum, { requests, clients }) => sum + (requests > limit ? clients : 0), 0)),
      stopped: volumeMeasure(gauge, stopped),
      ofAttackers,
      others: count(row.others),
      touched: count(row.touched),
    }
  );
}

/** Name of the first parameter of a query; all of it where it has no value. */
const FIRST_NAME = "split_part(split_part(query, '&', 1), '=', 1)";

/**
 * Requests of the attack that the origin answered and whose query begins with a parameter that nobody used before, and those of them
 * that would have been answers from a cache whose key leaves such parameters out: all but the first for each host, path and data
 * centre. A parameter that visitors use means something: to leave it out would give them wrong answers.
 */
async function readCacheKey(
  engine: Engine,
  account: Account,
  context: RemedyContext,
): Promise<RemedyStats['cacheKey']> {
  const { source, gauge } = account;
  const has = (name: 'query' | 'path' | 'host' | 'data_centre' | 'origin_status') =>
    name === 'query' ? source.details?.includes(name) : source.dimensions.includes(name);
  const { before } = context.phases;
  if (context.signatures.length === 0 || before.length === 0 || !has('query') || !has('path') || !has('origin_status'))
    return undefined;
  const binder = createBinder();
  const attack = attackSql(engine, binder, account, context);
  const key = ['host', 'path', 'data_centre'] as const;
  const [row] = await engine.query(
    `select ${tallyColumns(account, 'rows', 'asked')}, ${engine.dialect.distinct(engine.dialect.hash(...key.filter(has)))} as firsts
       from ${source.relation} where query is not null and origin_status is not null and ${attack} and ${inWindows(binder, context.phases.during)}
        and ${FIRST_NAME} not in (select ${FIRST_NAME} from ${source.relation} where query is not null and ${inWindows(binder, before)})`,
    binder.values,
  );
  const asked = readTally({ ...row }, 'asked');
  const firsts = row?.firsts;
  if (typeof firsts !== 'number' || asked.value <= 0) return undefined;
  const hits = exactTally(Math.max(0, asked.value - firsts));
  const share = shareMeasure(gauge, hits, asked);
  return share && { asked: volumeMeasure(gauge, asked), hits: volumeMeasure(gauge, hits), share };
}

/** When the most hit prefix as a whole first stood out, second by second. */
async function readPrefixAlarm(
  engine: Engine,
  account: Account,
  { before, during }: PhaseSpans,
): Promise<RemedyStats['prefixAlarm']> {
  const { source, gauge } = account;
  if (!source.dimensions.includes('destination_ip') || before.length === 0) return undefined;
  const hit = createBinder();
  const [target] = await engine.query<{ prefix: string }>(
    `select ${engine.dialect.networkPrefix('destination_ip')} as prefix
       from (select destination_ip, sum(${account.quantity}) as volume from ${source.relation}
              where destination_ip is not null and ${inWindows(hit, during)} group by 1)
      group by 1 order by sum(volume) desc, 1 limit 1`,
    hit.values,
  );
  if (!target) return undefined;
  const binder = createBinder();
  const inBefore = inWindows(binder, before);
  const rows = await engine.query<{ t: number; before: boolean; volume: number; records: number }>(
    `select t - t % ${SECOND_MS} as t, ${inBefore} as before, sum(${account.quantity}) as volume, count(*) as records
       from ${source.relation}
      where (${inBefore} or ${inWindows(binder, during)}) and destination_ip in (
        select destination_ip from (select destination_ip from ${source.relation} where destination_ip is not null group by 1)
         where ${engine.dialect.networkPrefix('destination_ip')} = ${binder.bind(target.prefix)})
      group by 1, 2 order by 1`,
    binder.values,
  );
  const highest = rows.reduce((most, row) => (row.before ? Math.max(most, row.volume) : most), 0);
  const first = rows.find((row) => !row.before && row.volume > OUTSTANDING * highest && row.records >= FEWEST_RECORDS);
  if (!first || highest === 0) return undefined;
  return { prefix: target.prefix, at: first.t, evidence: gauge.evidence };
}
