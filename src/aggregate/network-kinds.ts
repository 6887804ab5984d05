import type { Engine } from '../engine/engine.ts';
import type { Measure } from '../model/measure.ts';
import { type KnownNetworks, kindOfNetwork, NETWORK_KINDS } from '../model/network-kind.ts';
import { type Account, readTally, tallyColumns } from './account.ts';
import type { NetworkKindStats, SourceEstimate } from './attack-stats.ts';
import { Z95 } from './intervals.ts';
import { addTallies, shareMeasure, volumeMeasure } from './measures.ts';
import type { PhaseSpans } from './phases.ts';
import { createBinder, inWindows } from './statement.ts';

/** Networks that are named with their kind, the largest of the waves. */
const MOST_NAMED = 50;

interface NetworkRow {
  readonly asn: string | null;
  readonly name: string | null;
}

/**
 * The traffic of the waves by the kind of network it came from, largest first, what could not be told last. Every network is
 * counted, not only the largest; names come from any log of the layer. Undefined where no record names a network.
 */
export async function readNetworkKinds(
  engine: Engine,
  account: Account,
  {
    phases,
    known,
    names,
  }: {
    readonly phases: PhaseSpans;
    readonly known: KnownNetworks;
    /** From any log of the layer. */
    readonly names: ReadonlyMap<string, string>;
  },
): Promise<NetworkKindStats | undefined> {
  const spans = phases.during;
  if (spans.length === 0 || !account.source.dimensions.includes('source_asn')) return undefined;
  const binder = createBinder();
  const [during, before] = [inWindows(binder, spans), inWindows(binder, phases.before)];
  const rows = await engine.query<NetworkRow>(
    `select cast(source_asn as varchar) as asn, min(source_as_name) as name, ${tallyColumns(account, 'rows', 'volume', { where: during })}, ${tallyColumns(account, 'rows', 'before', { where: before })}
       from ${account.source.relation} where ${during} or ${before} group by 1`,
    binder.values,
  );
  const networks = rows.map((row) => ({
    asn: row.asn,
    kind:
      row.asn === null
        ? ('not-recorded' as const)
        : (kindOfNetwork(row.asn, row.name ?? names.get(row.asn), known) ?? ('unknown' as const)),
    volume: readTally({ ...row }, 'volume'),
    before: readTally({ ...row }, 'before'),
  }));
  const whole = addTallies(networks.map(({ volume }) => volume));
  const usual = addTallies(networks.map(({ before: own }) => own));
  const { gauge } = account;
  const kinds = [...NETWORK_KINDS, 'unknown' as const, 'not-recorded' as const].flatMap((kind) => {
    const own = networks.filter((network) => network.kind === kind);
    const volume = addTallies(own.map((network) => network.volume));
    const share = shareMeasure(gauge, volume, whole);
    if (!share || volume.value <= 0) return [];
    const shareBefore = shareMeasure(gauge, addTallies(own.map((network) => network.before)), usual);
    return [
      {
        kind,
        networks: own.filter((network) => network.asn !== null && network.volume.value > 0).length,
        total: volumeMeasure(gauge, volume),
        share,
        ...(shareBefore && { shareBefore }),
      },
    ];
  });
  if (kinds.every(({ kind }) => kind === 'unknown' || kind === 'not-recorded')) return undefined;
  const isRest = (kind: string) => Number(kind === 'unknown') + 2 * Number(kind === 'not-recorded');
  return {
    total: volumeMeasure(gauge, whole),
    kinds: kinds.sort((a, b) => isRest(a.kind) - isRest(b.kind) || b.total.value - a.total.value),
    largest: networks
      .filter(({ asn, volume }) => asn !== null && volume.value > 0)
      .sort((a, b) => b.volume.value - a.volume.value || (String(a.asn) < String(b.asn) ? -1 : 1))
      .slice(0, MOST_NAMED)
      .flatMap(({ asn, kind }) =>
        asn === null || kind === 'unknown' || kind === 'not-recorded' ? [] : [{ asn, kind }],
      ),
  };
}

/** Names of networks by number, of each log that has some; the first log that names one is believed. */
export async function readNetworkNames(engine: Engine, accounts: readonly Account[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const { source } of accounts) {
    if (!source.dimensions.includes('source_asn')) continue;
    const rows = await engine.query<{ asn: string; name: string }>(
      `select cast(source_asn as varchar) as asn, min(source_as_name) as name from ${source.relation} where source_asn is not null and source_as_name is not null group by 1`,
    );
    for (const { asn, name } of rows) if (!names.has(asn)) names.set(asn, name);
  }
  return names;
}

/** Addresses seen twice below which nothing is said of those that were not seen. */
const FEWEST_TWICE = 50;

/**
 * How many addresses there were in the waves of a sampled log, those included that no record shows: the lower bound of Chao (1984),
 * bias-corrected, with its log-normal interval (Chao 1987). It holds as far as all sent about as much. Undefined where every record
 * was kept, or too few addresses were seen twice.
 */
export async function estimateSources(
  engine: Engine,
  account: Account,
  phases: PhaseSpans,
): Promise<SourceEstimate | undefined> {
  const { source, gauge } = account;
  if (!gauge.sampled || source.intervalMs > 0 || !source.dimensions.includes('source_ip')) return undefined;
  const binder = createBinder();
  const [row] = await engine.query<{ seen: number; once: number; twice: number }>(
    `select count(*) as seen, count(*) filter (where rows = 1) as once, count(*) filter (where rows = 2) as twice
       from (select source_ip, count(*) as rows from ${source.relation} where source_ip is not null and ${inWindows(binder, phases.during)} group by 1)`,
    binder.values,
  );
  if (!row || row.twice < FEWEST_TWICE) return undefined;
  const count = (value: number): Measure => ({ value, unit: 'count', kind: 'counted', evidence: gauge.evidence });
  const { value, interval } = chao(row);
  return { seen: count(row.seen), all: { ...count(Math.round(value)), kind: 'estimated', interval } };
}

/** The bound and its 95 % interval, from how many were seen, seen once and seen twice. */
export function chao({ seen, once, twice }: { readonly seen: number; readonly once: number; readonly twice: number }): {
  readonly value: number;
  readonly interval: { readonly lower: number; readonly upper: number };
} {
  const unseen = (once * (once - 1)) / (2 * (twice + 1));
  if (unseen <= 0) return { value: seen, interval: { lower: seen, upper: seen } };
  const ratio = once / twice;
  const variance = twice * (ratio ** 4 / 4 + ratio ** 3 + ratio ** 2 / 2);
  const spread = Math.exp(Z95 * Math.sqrt(Math.log(1 + variance / unseen ** 2)));
  return {
    value: seen + unseen,
    interval: { lower: Math.floor(seen + unseen / spread), upper: Math.ceil(seen + unseen * spread) },
  };
}
