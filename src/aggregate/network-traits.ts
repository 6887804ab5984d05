import type { Engine } from '../engine/engine.ts';
import type { Dimension } from '../model/dimension.ts';
import { type Account, MITIGATED, readTally, tallyColumns } from './account.ts';
import type { KindStats, VectorStats } from './attack-stats.ts';
import { type Comparison, partSql, type TraitTallies, traitOf } from './comparison.ts';
import { addTallies } from './measures.ts';
import { FROM_SERVICE, kindColumnsOf, kindSql, type PacketKind } from './packet-kinds.ts';
import { createBinder } from './statement.ts';

interface KindRow {
  readonly part: number;
  readonly kind: PacketKind | null;
  readonly bytes: number | null;
  readonly replies: number | null;
  readonly sources: number | null;
}

interface Spread {
  readonly part: number;
  readonly targets: number;
  readonly largest: number;
}

/** A target that got less than this share of what the most hit one got was not hit. */
const HIT_SHARE = 0.1;

/** What the packets of each wave were, against the time before: kinds, servers that reply, and over how many targets they spread. */
export async function readNetworkTraits(
  engine: Engine,
  account: Account,
  comparison: Comparison,
): Promise<Map<number, VectorStats>> {
  const { source } = account;
  const has = (name: Dimension) => source.dimensions.includes(name);
  const binder = createBinder();
  const kind = kindSql(kindColumnsOf(source));
  const rows = await engine.query<KindRow>(
    `select part, kind, ${tallyColumns(account, 'rows', 'volume')},
            ${tallyColumns(account, 'rows', 'mitigated', { where: MITIGATED })},
            ${source.hasBytes ? 'sum(bytes)' : 'cast(null as double)'} as bytes,
            ${has('source_port') ? `sum(${account.quantity}) filter (where ${FROM_SERVICE})` : 'cast(null as double)'} as replies,
            ${has('source_ip') ? engine.dialect.approximateDistinct('source_ip') : 'cast(null as bigint)'} as sources
       from (select *, ${partSql(binder, comparison)} as part, ${kind} as kind from ${source.relation})
      where part is not null group by part, kind`,
    binder.values,
  );
  const spreads = has('destination_ip') ? await readSpreads(engine, account, comparison) : [];
  const tallies = new Map(rows.map((row) => [`${row.part} ${row.kind ?? ''}`, talliesOf(account, row)]));
  const whole = (part: number) => joined(rows.filter((row) => row.part === part).map((row) => talliesOf(account, row)));
  const usual = whole(0);
  const found = new Map<number, VectorStats>();
  for (const { number } of comparison.parts) {
    const all = whole(number);
    if (number === 0 || all.volume.value <= 0) continue;
    const ratio = comparison.ratioOf(number);
    const compare = (own: TraitTallies | undefined, before: TraitTallies | undefined) =>
      traitOf(account, { own, whole: all }, { own: before, whole: usual, ratio: ratio ?? 0 });
    const spread = spreads.find((one) => one.part === number);
    found.set(number, {
      layer: 'network',
      hasBaseline: ratio !== undefined && usual.volume.value > 0,
      all: compare(all, usual),
      kinds: rows
        .flatMap((row): KindStats[] => {
          if (row.part !== number || row.kind === null) return [];
          const before = rows.find((other) => other.part === 0 && other.kind === row.kind);
          return [
            {
              kind: row.kind,
              ...compare(tallies.get(`${number} ${row.kind}`), tallies.get(`0 ${row.kind}`)),
              ...(row.sources !== null && row.sources > 0 && { sources: row.sources }),
              ...(row.replies !== null && { excessReplies: row.replies - (ratio ?? 0) * (before?.replies ?? 0) }),
            },
          ];
        })
        .sort((a, b) => b.excess - a.excess || (a.kind < b.kind ? -1 : 1)),
      ...(spread && { targets: { count: spread.targets, largestShare: spread.largest } }),
    });
  }
  return found;
}

function talliesOf(account: Account, row: KindRow): TraitTallies {
  return {
    volume: readTally({ ...row }, 'volume'),
    ...(account.source.knowsDisposition && { mitigated: readTally({ ...row }, 'mitigated') }),
    ...(row.bytes !== null && { bytes: row.bytes }),
  };
}

function joined(parts: readonly TraitTallies[]): TraitTallies {
  const bytes = parts.flatMap((part) => part.bytes ?? []);
  const mitigated = parts.flatMap((part) => part.mitigated ?? []);
  return {
    volume: addTallies(parts.map((part) => part.volume)),
    ...(mitigated.length > 0 && { mitigated: addTallies(mitigated) }),
    ...(bytes.length > 0 && { bytes: bytes.reduce((sum, value) => sum + value, 0) }),
  };
}

/** Over how many destination addresses what exceeds the time before is spread, and what share of it the most hit one got. */
async function readSpreads(engine: Engine, account: Account, comparison: Comparison): Promise<Spread[]> {
  const spreads: Spread[] = [];
  for (const { number, spans } of comparison.parts) {
    if (number === 0) continue;
    const binder = createBinder();
    const ratio = comparison.ratioOf(number) ?? 0;
    const two = { ...comparison, parts: [{ number, spans }, ...comparison.parts.filter((part) => part.number === 0)] };
    const [row] = await engine.query<{ targets: number; largest: number | null; whole: number | null }>(
      `with hits as (
         select greatest(0, coalesce(sum(units) filter (where part = ${number}), 0) - ${binder.bind(ratio)} * coalesce(sum(units) filter (where part = 0), 0)) as excess
           from (select destination_ip, ${account.quantity} as units, ${partSql(binder, two)} as part from ${account.source.relation})
          where part is not null and destination_ip is not null group by destination_ip)
       select count(*) filter (where excess > 0 and excess >= ${HIT_SHARE} * largest) as targets,
              max(largest) as largest, sum(excess) as whole
         from (select excess, max(excess) over () as largest from hits)`,
      binder.values,
    );
    if (row?.largest && row.whole)
      spreads.push({ part: number, targets: row.targets, largest: row.largest / row.whole });
  }
  return spreads;
}
