import type { Engine } from '../engine/engine.ts';
import type { ReportedAttack } from '../ingest/ingest.ts';
import type { Measure, Unit } from '../model/measure.ts';
import { mergeWindows, SECOND_MS, type TimeWindow } from '../model/time.ts';
import type { Layer } from '../model/traffic.ts';
import { type Account, findTally, readTally, spansOf, tallyColumns } from './account.ts';
import type { AttackIdStats } from './attack-stats.ts';
import { searchStep } from './load.ts';
import { rateMeasure, volumeMeasure } from './measures.ts';
import { bucketOf } from './statement.ts';

/** One attack id with all that the logs and the systems' own statements say of it. */
export interface KnownAttack {
  readonly id: string;
  readonly system: string;
  readonly layer: Layer;
  readonly start?: number;
  /** Absent when it is not known or the attack is said to go on. */
  readonly end?: number;
  readonly ongoing: boolean;
  readonly vectors: readonly string[];
  readonly targets: readonly string[];
  readonly uncertaintyMs: number;
  /** First row of a log that carries the id; absent when only a statement tells of it. */
  readonly loggedAt?: number;
  /** When rows carried it, in order, where a log alone tells of it and it fell silent for longer than the merge gap. */
  readonly active?: readonly TimeWindow[];
  readonly evidence: readonly string[];
  readonly stats: Omit<AttackIdStats, 'wave'>;
}

/** Targets of one attack id that are kept, largest first: enough to see which ids share one. */
const TARGETS_KEPT = 256;
/** A vector that carries less than this share of an id's traffic is a stray, not what was used. */
const STRAY_SHARE = 0.01;

interface IdRow {
  readonly id: string;
  readonly first: number;
  readonly last: number;
}

/** Rows of one id in one piece of time. */
interface IdPiece extends IdRow {
  readonly rows: number;
}

interface IdPartRow {
  readonly id: string;
  readonly key: string;
  readonly volume: number | null;
}

/**
 * Every attack id of the case, by start, then id. An id that is both in a log and in a statement is one; its volumes are those
 * stated, else those counted. Untimed ids come last.
 */
export async function findAttackIds(
  engine: Engine,
  attacks: readonly ReportedAttack[],
  accounts: readonly Account[],
  mergeGapMs: number,
): Promise<KnownAttack[]> {
  const found = new Map<string, KnownAttack>();
  for (const attack of attacks) {
    const known = found.get(attack.id);
    const stated = fromStatement(attack);
    found.set(attack.id, known ? combine(known, stated) : stated);
  }
  for (const layer of ['network', 'http'] as const) {
    const account = accounts.find(
      (candidate) =>
        candidate.timed && candidate.source.layer === layer && candidate.source.dimensions.includes('attack_id'),
    );
    if (!account) continue;
    for (const logged of await readLogged(engine, account, mergeGapMs)) {
      const known = found.get(logged.id);
      found.set(logged.id, known ? combine(known, logged) : logged);
    }
  }
  return [...found.values()].sort(
    (a, b) => (a.start ?? Number.POSITIVE_INFINITY) - (b.start ?? Number.POSITIVE_INFINITY) || (a.id < b.id ? -1 : 1),
  );
}

function fromStatement(attack: ReportedAttack): KnownAttack {
  const evidence = [attack.input];
  const stated = (value: number | undefined, unit: Unit): Measure | undefined =>
    value === undefined ? undefined : { value, unit, kind: 'reported', evidence };
  const { peak, total } = attack;
  const windowMs = peak.windowMs === undefined ? {} : { windowMs: peak.windowMs };
  const rate =
    stated(peak.bitsPerSecond, 'bits/s') ??
    stated(peak.packetsPerSecond, 'packets/s') ??
    stated(peak.requestsPerSecond, 'requests/s');
  const packets = stated(total.packets, 'packets');
  const bytes = stated(total.bytes, 'bytes');
  const requests = stated(total.requests, 'requests');
  const { start, end } = attack.window;
  return {
    id: attack.id,
    system: attack.system,
    layer: attack.layer,
    ...(start !== undefined && { start }),
    ...(end !== undefined && attack.status !== 'ongoing' && { end }),
    ongoing: attack.status === 'ongoing',
    vectors: attack.vector === undefined ? [] : [attack.vector],
    targets: attack.target === undefined ? [] : [attack.target],
    uncertaintyMs: SECOND_MS,
    evidence,
    stats: {
      id: attack.id,
      system: attack.system,
      ...(attack.vector !== undefined && { vector: attack.vector }),
      ...(attack.target !== undefined && { target: attack.target }),
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
      ...(packets && { packets }),
      ...(bytes && { bytes }),
      ...(requests && { requests }),
      ...(rate && { peak: { ...rate, ...windowMs } }),
    },
  };
}

async function readLogged(engine: Engine, account: Account, mergeGapMs: number): Promise<KnownAttack[]> {
  const { source, grainMs, gauge } = account;
  const [whole] = spansOf(account, [account.extent]);
  if (!whole) return [];
  const inside = 't >= $1 and t < $2 and attack_id is not null';
  const span = [whole.start, whole.end];
  const totals = await engine.query<IdRow>(
    `select cast(attack_id as varchar) as id, min(t) as first, max(t) as last, ${tallyColumns(account, 'rows', 'volume')},
            ${source.hasBytes ? tallyColumns(account, 'rows', 'bytes', { quantity: 'bytes' }) : 'null as bytes_value'}
       from ${source.relation} where ${inside} group by 1`,
    span,
  );
  const parts = async (dimension: 'vector' | 'destination_ip' | 'host') =>
    source.dimensions.includes(dimension)
      ? engine.query<IdPartRow>(
          `select id, key, volume from (
             select id, key, volume, row_number() over (partition by id order by volume desc, key) as place from (
               select cast(attack_id as varchar) as id, cast(${dimension} as varchar) as key, sum(${account.quantity}) as volume
                 from ${source.relation} where ${inside} and ${dimension} is not null group by 1, 2))
            where place <= ${TARGETS_KEPT} order by id, place`,
          span,
        )
      : [];
  const vectors = keysById(await parts('vector'), STRAY_SHARE);
  const targets = keysById(await parts(source.layer === 'network' ? 'destination_ip' : 'host'), 0);
  const peaks = await readPeaks(engine, account, span);
  const active = totals.some(({ first, last }) => last - first > mergeGapMs)
    ? await readActive(engine, account, span, mergeGapMs)
    : new Map<string, TimeWindow[]>();
  return totals.map((row) => {
    const volume = findTally({ ...row }, 'volume');
    const bytes = findTally({ ...row }, 'bytes');
    const start = source.intervalMs === 0 ? row.first - (row.first % SECOND_MS) : row.first;
    const end = (source.intervalMs === 0 ? row.last - (row.last % SECOND_MS) : row.last) + grainMs;
    const [vector] = vectors.get(row.id) ?? [];
    const [target] = targets.get(row.id) ?? [];
    const peak = peaks.get(row.id);
    const spans = active.get(row.id) ?? [];
    const unit = source.unit === 'packets' || source.unit === 'requests' ? source.unit : undefined;
    return {
      id: row.id,
      system: source.label,
      layer: source.layer,
      start,
      end,
      ongoing: false,
      vectors: vectors.get(row.id) ?? [],
      targets: targets.get(row.id) ?? [],
      uncertaintyMs: grainMs,
      loggedAt: start,
      ...(spans.length > 1 && { active: spans }),
      evidence: source.evidence,
      stats: {
        id: row.id,
        system: source.label,
        ...(vector !== undefined && { vector }),
        ...(target !== undefined && { target }),
        start,
        end,
        ...(volume && unit && account.quantity === 'units' && { [unit]: volumeMeasure(gauge, volume) }),
        ...(bytes && { bytes: volumeMeasure(gauge, bytes, 'bytes') }),
        ...(peak && { peak }),
      },
    };
  });
}

/** Keys of each id, largest first, without those below a share of the listed volume; the largest always stays. */
function keysById(rows: readonly IdPartRow[], leastShare: number): Map<string, string[]> {
  const totals = new Map<string, number>();
  for (const row of rows) totals.set(row.id, (totals.get(row.id) ?? 0) + (row.volume ?? 0));
  const keys = new Map<string, string[]>();
  for (const row of rows) {
    const list = keys.get(row.id);
    if (!list) keys.set(row.id, [row.key]);
    else if ((row.volume ?? 0) >= leastShare * (totals.get(row.id) ?? 0)) list.push(row.key);
  }
  return keys;
}

/** A silence in which so many rows of the id would be expected is one, also where few rows were sampled. */
const SILENT_ROWS = 20;

/** When rows carried each id: its time less the silences that are longer than the merge gap. */
async function readActive(
  engine: Engine,
  account: Account,
  span: readonly number[],
  mergeGapMs: number,
): Promise<Map<string, TimeWindow[]>> {
  const { grainMs, source } = account;
  const pieceMs = grainMs * Math.max(1, Math.floor(mergeGapMs / 2 / grainMs));
  const pieces = await engine.query<IdPiece>(
    `select cast(attack_id as varchar) as id, ${bucketOf(pieceMs, account.offsetMs % pieceMs)} as piece, min(t) as first, max(t) as last, count(*) as rows
       from ${source.relation} where t >= $1 and t < $2 and attack_id is not null group by 1, 2 order by 1, 3`,
    span,
  );
  const byId = new Map<string, IdPiece[]>();
  for (const piece of pieces) byId.set(piece.id, [...(byId.get(piece.id) ?? []), piece]);
  return new Map([...byId].map(([id, own]) => [id, splitAtSilences(own, mergeGapMs, grainMs)]));
}

/** Pieces in order, joined across silences that are short or in which few rows would have come. */
function splitAtSilences(pieces: readonly IdPiece[], mergeGapMs: number, grainMs: number): TimeWindow[] {
  const windows = pieces.map(({ first, last }) => ({
    start: first - (first % Math.min(grainMs, SECOND_MS)),
    end: last - (last % Math.min(grainMs, SECOND_MS)) + grainMs,
  }));
  const rows = pieces.reduce((sum, piece) => sum + piece.rows, 0);
  const span = Math.max(...windows.map(({ end }) => end)) - Math.min(...windows.map(({ start }) => start));
  return mergeWindows(windows, Math.max(mergeGapMs, (SILENT_ROWS * span) / rows));
}

/** The highest mean rate of each id over ten seconds, or over the source's bucket where that is longer. */
async function readPeaks(engine: Engine, account: Account, span: readonly number[]): Promise<Map<string, Measure>> {
  const windowMs = searchStep(account);
  const rows = await engine.query<{ id: string; t: number }>(
    `select * from (
       select *, row_number() over (partition by id order by peak_value desc, t) as place from (
         select cast(attack_id as varchar) as id, ${bucketOf(windowMs, account.offsetMs % windowMs)} as t, ${tallyColumns(account, 'rows', 'peak')}
           from ${account.source.relation} where t >= $1 and t < $2 and attack_id is not null group by 1, 2)
        where peak_value is not null) where place = 1`,
    span,
  );
  return new Map(
    rows.map((row) => [row.id, rateMeasure(account.gauge, readTally({ ...row }, 'peak'), windowMs, { at: row.t })]),
  );
}

/**
 * Two accounts of one id: the wider times of those that are equally exact, else the times of the more exact one; the volumes
 * of the first before those of the second; every vector and target once.
 */
function combine(a: KnownAttack, b: KnownAttack): KnownAttack {
  const exact = a.uncertaintyMs === b.uncertaintyMs ? [a, b] : a.uncertaintyMs < b.uncertaintyMs ? [a] : [b];
  const start = least(exact.map((one) => one.start)) ?? a.start ?? b.start;
  const end = a.ongoing || b.ongoing ? undefined : (greatest(exact.map((one) => one.end)) ?? a.end ?? b.end);
  const loggedAt = least([a.loggedAt, b.loggedAt]);
  // Two accounts of one id know more than when rows of either carried it.
  const { end: _end, active: _active, ...kept } = a;
  return {
    ...kept,
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ongoing: a.ongoing || b.ongoing,
    vectors: [...new Set([...a.vectors, ...b.vectors])],
    targets: [...new Set([...a.targets, ...b.targets])],
    uncertaintyMs: Math.min(a.uncertaintyMs, b.uncertaintyMs),
    ...(loggedAt !== undefined && { loggedAt }),
    evidence: [...new Set([...a.evidence, ...b.evidence])],
    stats: { ...b.stats, ...a.stats, ...(start !== undefined && { start }), ...(end !== undefined && { end }) },
  };
}

function least(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

function greatest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}
