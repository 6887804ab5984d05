import type { Dialect, Engine } from '../engine/engine.ts';
import { type Account, readTally, tallyColumns } from './account.ts';
import type { SpoofingStats, VectorStats } from './attack-stats.ts';
import { type Comparison, partSql } from './comparison.ts';
import type { Tally } from './intervals.ts';
import { shareMeasure } from './measures.ts';
import { kindColumnsOf, kindSql, type PacketKind } from './packet-kinds.ts';
import { createBinder } from './statement.ts';

/** Kinds with a smaller share of the excess say nothing about the whole. */
const LEAST_SHARE = 0.1;
/** Of more rows than this, addresses are told apart for one in so many of them. */
const MOST_ROWS = 2_000_000;

/** The rows in question, each with its kind and whether it is in a wave; and the values that belong to it. */
interface Scope {
  readonly sql: string;
  readonly values: ReturnType<typeof createBinder>['values'];
  /** List of the kinds that are looked at. */
  readonly kinds: string;
}

interface TtlRow {
  readonly in_wave: boolean;
  readonly kind: PacketKind | null;
  readonly ttl: number;
  readonly volume: number;
}

/**
 * What tells forged senders from real ones, for every kind of packet with at least 10 % of the excess of the waves, against the
 * time that the waves are compared with. Single records with a source address only: a bucket stands for many senders.
 */
export async function readSpoofing(
  engine: Engine,
  account: Account,
  comparison: Comparison,
  waves: ReadonlyMap<number, VectorStats>,
): Promise<SpoofingStats[]> {
  const { source } = account;
  const kinds = largeKinds([...waves.values()]);
  if (kinds.length === 0 || !source.dimensions.includes('source_ip') || source.intervalMs > 0) return [];
  const binder = createBinder();
  const scope: Scope = {
    sql: `(select *, part > 0 as in_wave
             from (select *, ${partSql(binder, comparison)} as part, ${kindSql(kindColumnsOf(source))} as kind from ${source.relation})
            where part is not null and source_ip is not null)`,
    values: binder.values,
    kinds: kinds.map(({ kind }) => `'${kind}'`).join(', '),
  };
  const bogons = await readBogons(engine, account, scope);
  const ttls = source.details?.includes('ttl') ? await readTtls(engine, account, scope) : undefined;
  const hasBaseline = bogons.usual !== undefined;
  const fresh = hasBaseline ? await readNewAddresses(engine, scope, source.rows) : undefined;
  const ratio = comparison.parts.reduce(
    (sum, { number }) => sum + (number > 0 ? (comparison.ratioOf(number) ?? 0) : 0),
    0,
  );
  return kinds.flatMap(({ kind, share }): SpoofingStats[] => {
    const own = bogons.byKind.get(kind);
    const bogonShare = own && shareMeasure(account.gauge, own.bogon, own.volume);
    if (!own || !bogonShare) return [];
    const usualShare = bogons.usual && shareMeasure(account.gauge, bogons.usual.bogon, bogons.usual.volume);
    const spread = ttls && ttlSpread(ttls, kind, ratio);
    const seen = fresh?.get(kind);
    return [
      {
        kind,
        shareOfExcess: share,
        rows: own.rows,
        bogons: { attack: bogonShare, ...(usualShare && { before: usualShare }) },
        ...(spread && { ttlValues: spread }),
        ...(fresh && { newAddresses: seen ?? { rows: 0, addresses: 0 } }),
      },
    ];
  });
}

function largeKinds(waves: readonly VectorStats[]): { readonly kind: PacketKind; readonly share: number }[] {
  const excess = new Map<PacketKind, number>();
  for (const { kind, excess: own } of waves.flatMap((wave) => wave.kinds))
    excess.set(kind, (excess.get(kind) ?? 0) + Math.max(0, own));
  const whole = [...excess.values()].reduce((sum, value) => sum + value, 0);
  return [...excess]
    .map(([kind, own]) => ({ kind, share: whole > 0 ? own / whole : 0 }))
    .filter(({ share }) => share >= LEAST_SHARE)
    .sort((a, b) => b.share - a.share || (a.kind < b.kind ? -1 : 1));
}

interface Bogons {
  readonly rows: number;
  readonly volume: Tally;
  readonly bogon: Tally;
}

async function readBogons(
  engine: Engine,
  account: Account,
  scope: Scope,
): Promise<{ readonly byKind: ReadonlyMap<PacketKind, Bogons>; readonly usual: Bogons | undefined }> {
  const columns = `count(*) as rows, ${tallyColumns(account, 'rows', 'volume')}, ${tallyColumns(account, 'rows', 'bogon', { where: bogonSql(engine.dialect) })}`;
  const read = (row: { readonly rows: number }): Bogons => ({
    rows: row.rows,
    volume: readTally({ ...row }, 'volume'),
    bogon: readTally({ ...row }, 'bogon'),
  });
  const own = await engine.query<{ kind: PacketKind; rows: number }>(
    `select kind, ${columns} from ${scope.sql} where in_wave and kind in (${scope.kinds}) group by kind`,
    scope.values,
  );
  const [usual] = await engine.query<{ rows: number }>(
    `select ${columns} from ${scope.sql} where not in_wave`,
    scope.values,
  );
  return {
    byKind: new Map(own.map((row) => [row.kind, read(row)])),
    usual: usual && usual.rows > 0 ? read(usual) : undefined,
  };
}

/**
 * Addresses that no sender on the internet has: IPv4 this network, private, shared, loopback, link-local, multicast and reserved;
 * IPv6 everything outside 2000::/3 and 64:ff9b::/96. Documentation ranges count as ordinary addresses, since samples use them.
 */
function bogonSql(dialect: Dialect): string {
  const v4 = "split_part(source_ip, ':', -1)";
  const octet = (index: number) => dialect.tryCast(`split_part(${v4}, '.', ${index})`, 'SMALLINT');
  const [a, b] = [octet(1), octet(2)];
  const first = "substr(lpad(split_part(source_ip, ':', 1), 4, '0'), 1, 1)";
  return `case when contains(source_ip, '.') then
      ${a} in (0, 10, 127) or ${a} >= 224 or (${a} = 100 and ${b} between 64 and 127) or (${a} = 169 and ${b} = 254)
        or (${a} = 172 and ${b} between 16 and 31) or (${a} = 192 and ${b} = 168)
      else ${first} not in ('2', '3') and lower(source_ip) not like '64:ff9b:%' and lower(source_ip) not like '0064:ff9b:%' end`;
}

function readTtls(engine: Engine, account: Account, scope: Scope): Promise<TtlRow[]> {
  return engine.query<TtlRow>(
    `select in_wave, kind, ttl, sum(${account.quantity}) as volume from ${scope.sql}
      where ttl is not null and (not in_wave or kind in (${scope.kinds})) group by in_wave, kind, ttl order by in_wave, kind, ttl`,
    scope.values,
  );
}

/**
 * Over how many values the TTL is spread, as if all were equally frequent: two to the power of the entropy in bits. Of the attack
 * what exceeds the time before is taken, of the time before all traffic.
 */
function ttlSpread(rows: readonly TtlRow[], kind: PacketKind, ratio: number): SpoofingStats['ttlValues'] {
  const usual = new Map<number, number>();
  const own = new Map<number, number>();
  for (const row of rows) {
    if (!row.in_wave) usual.set(row.ttl, (usual.get(row.ttl) ?? 0) + row.volume);
    if (row.kind === kind) own.set(row.ttl, (own.get(row.ttl) ?? 0) + (row.in_wave ? row.volume : -ratio * row.volume));
  }
  const attack = equivalentValues([...own.values()]);
  const before = equivalentValues([...usual.values()]);
  return attack === undefined ? undefined : { attack, ...(before !== undefined && { before }) };
}

function equivalentValues(volumes: readonly number[]): number | undefined {
  const positive = volumes.filter((volume) => volume > 0);
  const whole = positive.reduce((sum, volume) => sum + volume, 0);
  if (whole <= 0) return undefined;
  const bits = positive.reduce((sum, volume) => sum - (volume / whole) * Math.log2(volume / whole), 0);
  return 2 ** bits;
}

/** Records in the waves with an address that the time before does not have, and how many such addresses there are. */
async function readNewAddresses(
  engine: Engine,
  scope: Scope,
  rows: number,
): Promise<Map<PacketKind, NonNullable<SpoofingStats['newAddresses']>>> {
  const oneIn = Math.ceil(rows / MOST_ROWS);
  const some = oneIn > 1 ? `${engine.dialect.hash('source_ip')} % ${oneIn} = 0` : 'true';
  const found = await engine.query<{ kind: PacketKind; rows: number; addresses: number }>(
    `with known as (select distinct source_ip from ${scope.sql} where not in_wave and ${some}),
          seen as (select kind, source_ip, count(*) as rows from ${scope.sql} where in_wave and kind in (${scope.kinds}) and ${some} group by kind, source_ip)
     select kind, sum(rows) as rows, count(*) as addresses from seen
      where not exists (select 1 from known where known.source_ip = seen.source_ip) group by kind`,
    scope.values,
  );
  return new Map(found.map(({ kind, rows: records, addresses }) => [kind, { rows: records, addresses }]));
}
