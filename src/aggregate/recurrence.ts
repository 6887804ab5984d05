import type { PastIncident } from '../archive/archive.ts';
import type { Engine } from '../engine/engine.ts';
import type { MeasureKind } from '../model/measure.ts';
import { MINUTE_MS, type TimeWindow } from '../model/time.ts';
import type { Layer } from '../model/traffic.ts';
import { type Account, MITIGATED } from './account.ts';
import type { AttackStats, RecurrenceStats, SenderStats } from './attack-stats.ts';
import { phaseSpans } from './phases.ts';
import { conjunctionSql } from './signatures/predicate-sql.ts';
import { createBinder, inWindows } from './statement.ts';
import { openWindow } from './wave-stats.ts';

/** Addresses that are kept for later incidents: those with the largest volume … */
const LARGEST_KEPT = 2_000;
/** … and those with the smallest hash, so that machines that send little are there too. */
const HASHED_KEPT = 10_000;
/** IPv4 addresses that can be announced: what a coincidence draws from. */
const PUBLIC_ADDRESSES = 3_700_000_000;

/** What an earlier report tells of the senders of its incident. */
export type EarlierIncident = Pick<PastIncident, 'incidentId' | 'startedAt' | 'sources'>;

interface LayerAccounts {
  readonly layer: Layer;
  readonly primary: Account;
  readonly mine: readonly Account[];
}

interface Attack {
  readonly waves: AttackStats['waves'];
  readonly signatures: AttackStats['signatures'];
}

/**
 * The addresses that took part in the attack, of each layer that can tell them, and how many of them earlier incidents have on
 * record. An address took part when the signature matches it in the waves (without a signature: when it was mitigated there) and
 * it was seen neither before nor after: regular visitors never count. Whether senders are forged is not asked here.
 */
export async function readSenders(
  engine: Engine,
  layers: readonly LayerAccounts[],
  attack: Attack,
  earlier: readonly EarlierIncident[],
): Promise<Pick<AttackStats, 'senders' | 'recurring'>> {
  const senders: SenderStats[] = [];
  const recurring: RecurrenceStats[] = [];
  const [first] = attack.waves;
  const past = earlier.filter(({ startedAt }) => first !== undefined && startedAt < first.start);
  for (const { layer, primary, mine } of layers) {
    const able = [primary, ...mine].find(tellsSenders);
    const table = able && (await gatherSenders(engine, able, primary, attack));
    if (!able || !table) continue;
    try {
      const found = await keepSenders(engine, able, table);
      if (!found) continue;
      senders.push(found);
      recurring.push(
        ...(await compareSenders(engine, { layer, table, kind: able.gauge.kind, evidence: able.gauge.evidence }, past)),
      );
    } finally {
      await engine.run(`drop table if exists ${table}`);
    }
  }
  return { senders, recurring };
}

/** Single records with addresses: a bucket stands for many senders. */
function tellsSenders({ timed, source }: Account): boolean {
  return timed && source.intervalMs === 0 && source.dimensions.includes('source_ip');
}

/**
 * One row for each address that attacked or was seen outside the waves: `address, hits, volume, early, usual`, `early` being its
 * part of the first minute of the attack. Undefined where there is
 * no other time to compare with, or nothing that tells attackers from visitors.
 */
async function gatherSenders(
  engine: Engine,
  account: Account,
  primary: Account,
  { waves, signatures }: Attack,
): Promise<string | undefined> {
  const { source } = account;
  const own: TimeWindow[] = waves
    .filter((wave) => wave.layers.includes(source.layer))
    .map((wave) => openWindow(wave, account))
    .filter((window) => window.end > window.start);
  const running = waves.some((wave) => wave.end === undefined);
  const { during, before, after } = phaseSpans(account, own, running);
  const rules = account === primary ? signatures.filter(({ layer }) => layer === source.layer) : [];
  if (during.length === 0 || before.length + after.length === 0) return undefined;
  if (rules.length === 0 && !source.knowsDisposition) return undefined;
  const binder = createBinder();
  const attacking =
    rules.length > 0
      ? rules.map(({ all }) => conjunctionSql(all, source.layer, binder, engine.dialect)).join(' or ')
      : MITIGATED;
  const inWave = inWindows(binder, during);
  const begin = during[0]?.start ?? 0;
  const inFirst = inWindows(binder, [{ start: begin, end: begin + MINUTE_MS }]);
  const table = `debrief_senders_${source.layer}`;
  await engine.run(
    `create temporary table ${table} as
     select lower(source_ip) as address, count(*) filter (where in_wave and attacks) as hits,
            coalesce(sum(volume) filter (where in_wave and attacks), 0) as volume,
            coalesce(sum(volume) filter (where in_first and attacks), 0) as early, count(*) filter (where not in_wave) as usual
       from (select source_ip, ${account.quantity} as volume, ${inWave} as in_wave, ${inFirst} as in_first, coalesce(${attacking}, false) as attacks
               from ${source.relation}
              where source_ip is not null and (${inWave} or ${inWindows(binder, [...before, ...after])}))
      where attacks or not in_wave group by 1`,
    binder.values,
  );
  return table;
}

const ATTACKED = 'hits > 0 and usual = 0';

async function keepSenders(engine: Engine, account: Account, table: string): Promise<SenderStats | undefined> {
  const [counted] = await engine.query<{ attacking: number; usual: number }>(
    `select count(*) filter (where ${ATTACKED}) as attacking, count(*) filter (where usual > 0) as usual from ${table}`,
  );
  if (!counted || counted.usual === 0) return undefined;
  const kept = (order: string, most: number) =>
    `(select address from ${table} where ${ATTACKED} order by ${order}, address limit ${most})`;
  const rows = await engine.query<{ address: string }>(
    `select address from (${kept('volume desc', LARGEST_KEPT)} union ${kept(engine.dialect.hash('address'), HASHED_KEPT)}) as kept
      order by address`,
  );
  const { kind, evidence } = account.gauge;
  return {
    layer: account.source.layer,
    total: { value: counted.attacking, unit: 'count', kind, evidence },
    kept: rows.map(({ address }) => address),
  };
}

/** Against all senders of this incident, not only those that are kept. */
async function compareSenders(
  engine: Engine,
  mine: {
    readonly layer: Layer;
    readonly table: string;
    readonly kind: MeasureKind;
    readonly evidence: readonly string[];
  },
  earlier: readonly EarlierIncident[],
): Promise<RecurrenceStats[]> {
  const known = earlier.flatMap(({ incidentId, startedAt, sources }) => {
    const own = sources.find(({ layer }) => layer === mine.layer);
    return own ? [{ incidentId, startedAt, addresses: own.addresses }] : [];
  });
  if (known.length === 0) return [];
  const record = `debrief_earlier_${mine.layer}`;
  try {
    await engine.run(`create table ${record} (incident integer, address varchar)`);
    await engine.append(
      record,
      known.flatMap(({ addresses }, index) => addresses.map((address) => [index, address])),
    );
    const [all] = await engine.query<{ attacking: number; usual: number; early: number | null }>(
      `select count(*) filter (where ${ATTACKED}) as attacking, count(*) filter (where usual > 0) as usual, sum(early) as early from ${mine.table}`,
    );
    const rows = await engine.query<{ incident: number; shared: number; visitors: number; early: number | null }>(
      `select incident, count(*) filter (where ${ATTACKED}) as shared, sum(early) filter (where ${ATTACKED}) as early, count(*) filter (where usual > 0) as visitors
         from ${record} join ${mine.table} using (address) group by incident`,
    );
    const found = new Map(rows.map((row) => [row.incident, row]));
    const { attacking, usual, early } = all ?? { attacking: 0, usual: 0, early: 0 };
    return known.map(({ incidentId, startedAt, addresses }, index): RecurrenceStats => {
      const { shared, visitors, early: own } = found.get(index) ?? { shared: 0, visitors: 0, early: 0 };
      const count = (value: number) => ({
        value,
        unit: 'count' as const,
        kind: 'counted' as const,
        evidence: mine.evidence,
      });
      return {
        layer: mine.layer,
        incidentId,
        startedAt,
        shared: count(shared),
        onRecord: count(addresses.length),
        expectedByChance: Math.max(
          (attacking * addresses.length) / PUBLIC_ADDRESSES,
          usual > 0 ? (attacking * visitors) / usual : 0,
        ),
        ...(early && { ofFirstMinute: { ...count((own ?? 0) / early), unit: 'share' as const, kind: mine.kind } }),
      };
    });
  } finally {
    await engine.run(`drop table if exists ${record}`);
  }
}
