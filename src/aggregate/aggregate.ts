import type { Engine } from '../engine/engine.ts';
import { ReportError } from '../errors.ts';
import type { Dataset, TrafficSource } from '../ingest/ingest.ts';
import type { Measure, MeasureKind } from '../model/measure.ts';
import type { KnownNetworks } from '../model/network-kind.ts';
import { type TimeWindow, unionDuration } from '../model/time.ts';
import type { Layer } from '../model/traffic.ts';
import { type Account, closeAccount, openAccount } from './account.ts';
import { findAttackIds, type KnownAttack } from './attack-ids.ts';
import type { AttackStats, Disagreement, LayerStats, SpoofingStats, VectorStats, WaveStats } from './attack-stats.ts';
import type { Capacity } from './capacity.ts';
import { joinClocks } from './clocks.ts';
import { compareWaves } from './comparison.ts';
import { findDisagreements } from './disagreements.ts';
import { findFaintAttacks } from './faint.ts';
import { readHttpTraits } from './http-traits.ts';
import { measureLayer } from './layers.ts';
import { measureMoments } from './moments.ts';
import { readNetworkTraits } from './network-traits.ts';
import { type EarlierIncident, readSenders } from './recurrence.ts';
import { searchBursts } from './search.ts';
import { describeSignatures, findSignatures, sharpenWaves } from './signatures/signatures.ts';
import { withSignatureVolumes } from './signatures/volume.ts';
import { readSpoofing } from './spoofing.ts';
import { confirmSurges, type LayerSurges, measureSurges } from './surges.ts';
import { measureWave, openWindow } from './wave-stats.ts';
import {
  clipSighting,
  closeByStatement,
  mergeSightings,
  type Sighting,
  sightingsOfIds,
  sightingsOfTimeline,
} from './waves.ts';

export interface AggregateOptions {
  /** Period of the report; without it the extent of the data. */
  readonly window?: TimeWindow;
  /** Attack ids and bursts less than this apart are one wave. */
  readonly mergeGapMs: number;
  /** What the customer says its line and its origin can bear. */
  readonly capacity?: Capacity;
  /** Earlier incidents of the customer; those that began after this one are not compared. */
  readonly earlier?: readonly EarlierIncident[];
  /** Kinds of networks that the provider wrote down, by AS number. */
  readonly networks?: KnownNetworks;
  readonly signal: AbortSignal;
}

const LAYERS: readonly Layer[] = ['network', 'http'];

/**
 * Every statistic of a case. Asks nothing but the engine; rows outside the window are left out. One source of each layer feeds
 * its totals, others only what that one cannot tell.
 * @throws ReportError `input-empty` when neither the case nor any input says which period it is about; `cancelled` when the
 * signal fires, after the running query was stopped.
 */
export async function aggregate(dataset: Dataset, options: AggregateOptions): Promise<AttackStats> {
  const window = options.window ?? extentOf(dataset);
  const engine = guarded(dataset.engine, options.signal);
  const stop = () => dataset.engine.interrupt();
  options.signal.addEventListener('abort', stop, { once: true });
  const accounts: Account[] = [];
  try {
    for (const [index, source] of dataset.sources.entries()) {
      const account = await openAccount(engine, source, window, index);
      if (account) accounts.push(account);
    }
    return await measure(engine, dataset, accounts, { ...options, window, windowStated: options.window !== undefined });
  } catch (error) {
    if (options.signal.aborted) throw cancelled(error);
    throw error;
  } finally {
    options.signal.removeEventListener('abort', stop);
    if (!options.signal.aborted) for (const account of accounts) await closeAccount(dataset.engine, account);
  }
}

async function measure(
  engine: Engine,
  dataset: Dataset,
  accounts: readonly Account[],
  options: AggregateOptions & { readonly window: TimeWindow; readonly windowStated: boolean },
): Promise<AttackStats> {
  const { window, mergeGapMs } = options;
  const attacks = await findAttackIds(engine, dataset.attacks, accounts, mergeGapMs);
  const named = sightingsOfIds(attacks);
  const sightings = [...named];
  const surges: LayerSurges[] = [];
  for (const { layer, primary, mine } of layersOf(accounts)) {
    const acting = mine.find((account) => account.timed && account.source.knowsDisposition);
    const idWindows = attacks
      .filter((attack) => attack.layer === layer && attack.start !== undefined)
      .flatMap(({ active, start, end }) => active ?? [{ start: start ?? 0, end: end ?? window.end }]);
    const context = { mergeGapMs, window, windowStated: options.windowStated, idWindows, timeline: dataset.timeline };
    const found = await searchBursts(engine, primary, acting, context);
    sightings.push(...found.sightings);
    const known = sightings.filter((sighting) => sighting.layers.includes(layer));
    sightings.push(...(await findFaintAttacks(engine, primary, known, context)));
    const unexplained = { account: primary, surges: found.surges };
    const confirmed = await confirmSurges(engine, unexplained);
    sightings.push(...confirmed.map((surge) => surge.sighting));
    surges.push({ ...unexplained, surges: found.surges.filter((surge) => !confirmed.includes(surge)) });
  }
  const seen = placeWaves(sightings, dataset, { window, mergeGapMs });
  const found = await findSignatures(engine, layersOf(accounts), seen);
  const waves = await sharpenWaves(engine, found, seen, { mergeGapMs, named });
  const compositions = await readCompositions(engine, layersOf(accounts), waves);
  const stats: WaveStats[] = [];
  for (const [index, wave] of waves.entries()) {
    const own = compositions.flatMap((composition) => composition.waves.get(index + 1) ?? []);
    stats.push({ ...(await measureWave(engine, wave, index + 1, accounts, attacks)), vectorStats: own });
  }
  const running = waves.some((wave) => wave.end === undefined);
  const moments = await measureMoments(engine, {
    waves,
    attacks,
    timeline: dataset.timeline,
    layers: layersOf(accounts),
    signatures: found,
  });
  const { signatures, abstained, volumes } = await describeSignatures(engine, found, stats, moments.contained?.at);
  const layers: LayerStats[] = [];
  const disagreements: Disagreement[] = [];
  for (const { primary, mine } of layersOf(accounts)) {
    const windows = waves
      .map((wave, index) => ({ ...openWindow(wave, primary), number: index + 1 }))
      .filter((wave) => wave.start < primary.extent.end && wave.end > primary.extent.start);
    const own = signatures.filter((signature) => signature.layer === primary.source.layer);
    const layer = await measureLayer(engine, mine, primary, {
      window,
      waves: windows,
      signatures: own.map(({ all }) => all),
      scope: own[0]?.scope ?? [],
      compositions: compositions.flatMap((one) => (one.layer === primary.source.layer ? [...one.waves.values()] : [])),
      running,
      containedAt: moments.contained?.at,
      capacity: options.capacity ?? {},
      networks: options.networks ?? {},
    });
    const spoofing = compositions.find((composition) => composition.layer === layer?.layer)?.spoofing ?? [];
    if (layer) layers.push({ ...layer, ...(spoofing.length > 0 && { spoofing }) });
    disagreements.push(
      ...(await findDisagreements(
        engine,
        primary,
        mine.filter((account) => account !== primary),
      )),
    );
  }
  const senders = await readSenders(engine, layersOf(accounts), { waves: stats, signatures }, options.earlier ?? []);
  return {
    window,
    mergeGapMs,
    waves: stats.map((wave) => withinPeaks(wave, layers)),
    attackIds: attacks.map((attack) => withWave(attack, stats)),
    duration: durationOf(stats, evidenceOf(attacks, accounts)),
    clocks: joinClocks(moments, dataset.timeline, running),
    layers: withSignatureVolumes(layers, volumes),
    disagreements,
    signatures,
    abstained,
    surges: await measureSurges(engine, surges, waves),
    ...senders,
  };
}

/** Layers with data that has times, network first, each with its accounts and the one that feeds its totals. */
function layersOf(
  accounts: readonly Account[],
): { readonly layer: Layer; readonly primary: Account; readonly mine: readonly Account[] }[] {
  return LAYERS.flatMap((layer) => {
    const mine = accounts.filter((account) => account.source.layer === layer);
    const timed = mine.filter((account) => account.timed);
    const primary = timed.find((account) => account.source.role === 'primary') ?? timed[0];
    return primary ? [{ layer, primary, mine }] : [];
  });
}

/** The wave with no peak above that of its layer: of a sample the one of more windows loses more to chance. */
function withinPeaks(wave: WaveStats, layers: readonly LayerStats[]): WaveStats {
  const all = layers.filter(({ layer }) => wave.layers.includes(layer)).flatMap(({ peaks }) => peaks);
  return {
    ...wave,
    peaks: wave.peaks.map((peak) => {
      const whole = all.find(
        ({ metric, observed, measure }) => observed && metric === peak.unit && measure.windowMs === peak.windowMs,
      )?.measure.value;
      if (whole === undefined || !peak.interval || peak.value <= whole) return peak;
      return { ...peak, value: whole, interval: { ...peak.interval, lower: Math.min(peak.interval.lower, whole) } };
    }),
  };
}

interface Composition {
  readonly layer: Layer;
  /** By number of the wave. */
  readonly waves: ReadonlyMap<number, VectorStats>;
  readonly spoofing: readonly SpoofingStats[];
}

/** What the waves of each layer were made of; from the primary account if it can tell, else the first that can. */
async function readCompositions(
  engine: Engine,
  layers: ReturnType<typeof layersOf>,
  waves: readonly Sighting[],
): Promise<Composition[]> {
  const running = waves.some((wave) => wave.end === undefined);
  const found: Composition[] = [];
  for (const { layer, primary, mine } of layers) {
    const able = (account: Account) =>
      account.timed && (layer === 'http' ? account === primary : account.source.dimensions.includes('transport'));
    const account = able(primary) ? primary : mine.find(able);
    const own = waves.flatMap((wave, index) =>
      account && wave.layers.includes(layer) && (wave.end ?? Number.POSITIVE_INFINITY) > wave.start
        ? [{ number: index + 1, window: openWindow(wave, account) }]
        : [],
    );
    if (!account || own.length === 0) continue;
    const comparison = compareWaves(account, own, running);
    const stats = await (layer === 'http' ? readHttpTraits : readNetworkTraits)(engine, account, comparison);
    const spoofing = layer === 'network' ? await readSpoofing(engine, account, comparison, stats) : [];
    found.push({ layer, waves: stats, spoofing });
  }
  return found;
}

/** Sightings merged to waves inside the window; those that people stated only where the data shows none at that time. */
function placeWaves(
  sightings: readonly Sighting[],
  dataset: Dataset,
  options: { readonly window: TimeWindow; readonly mergeGapMs: number },
): Sighting[] {
  const seen = mergeSightings(sightings, options.mergeGapMs);
  const layers = LAYERS.filter(
    (layer) =>
      dataset.sources.some((source) => source.layer === layer) ||
      dataset.attacks.some((attack) => attack.layer === layer),
  );
  const stated =
    seen.length > 0 ? [] : mergeSightings(sightingsOfTimeline(dataset.timeline, layers), options.mergeGapMs);
  return closeByStatement([...seen, ...stated], dataset.timeline).flatMap(
    (wave) => clipSighting(wave, options.window) ?? [],
  );
}

function withWave(attack: KnownAttack, waves: readonly WaveStats[]): AttackStats['attackIds'][number] {
  const wave = waves.find((candidate) => candidate.attackIds.includes(attack.id));
  return { ...attack.stats, ...(wave && { wave: wave.number }) };
}

/** From the first start to the last end, and the union of the waves; nothing while one is running. */
function durationOf(waves: readonly WaveStats[], evidence: readonly string[]): AttackStats['duration'] {
  const closed = waves.flatMap(({ start, end }) => (end === undefined ? [] : [{ start, end }]));
  const [first] = closed;
  if (!first || closed.length < waves.length) return {};
  const kind: MeasureKind = waves.every((wave) => wave.basis === 'timeline') ? 'reported' : 'counted';
  const length = (value: number): Measure => ({ value, unit: 'ms', kind, evidence });
  return {
    calendar: length(Math.max(...closed.map((wave) => wave.end)) - first.start),
    active: length(unionDuration(closed)),
  };
}

function evidenceOf(attacks: readonly KnownAttack[], accounts: readonly Account[]): string[] {
  return [
    ...new Set([
      ...accounts.flatMap((account) => account.source.evidence),
      ...attacks.flatMap((attack) => attack.evidence),
    ]),
  ];
}

/** Extent of the traffic; without any, of the attacks; without those, of the timeline. */
function extentOf(dataset: Dataset): TimeWindow {
  const ofTraffic = dataset.sources.filter(hasTimes).map((source) => source.window);
  const ofAttacks = dataset.attacks.flatMap(({ window: { start, end } }) => {
    const first = start ?? end;
    return first === undefined ? [] : [{ start: first, end: Math.max(end ?? first, first + 1) }];
  });
  const ofTimeline = dataset.timeline.map((entry) => ({
    start: entry.at,
    end: Math.max(entry.end ?? entry.at, entry.at + 1),
  }));
  const spans = [ofTraffic, ofAttacks, ofTimeline].find((candidate) => candidate.length > 0);
  if (!spans)
    throw new ReportError('input-empty', 'No input says when anything happened, and the case states no period.', {
      where: { field: 'window' },
      hint: 'State window.start and window.end in the case file, or add an input with times.',
    });
  return { start: Math.min(...spans.map((span) => span.start)), end: Math.max(...spans.map((span) => span.end)) };
}

function hasTimes(source: TrafficSource): boolean {
  return source.window.end > source.window.start;
}

/** The engine, but no statement starts once the signal has fired. */
function guarded(engine: Engine, signal: AbortSignal): Engine {
  const check = () => {
    if (signal.aborted) throw cancelled(signal.reason);
  };
  return {
    dialect: engine.dialect,
    version: engine.version,
    run: async (sql, params) => {
      check();
      await engine.run(sql, params);
    },
    query: async <T extends object>(sql: string, params?: Parameters<Engine['query']>[1]) => {
      check();
      return engine.query<T>(sql, params);
    },
    append: (table, rows) => engine.append(table, rows),
    seal: () => engine.seal(),
    interrupt: () => engine.interrupt(),
    close: () => engine.close(),
  };
}

function cancelled(cause: unknown): ReportError {
  return new ReportError('cancelled', 'The analysis was cancelled.', { cause });
}

export type * from './attack-stats.ts';
export { resolutionBetween } from './clocks.ts';
export { wilsonInterval } from './intervals.ts';
export { LEADING_RATE, leadingLayer } from './leading-layer.ts';
export { joinMeasures, shareOf } from './measures.ts';
export type { PacketKind } from './packet-kinds.ts';
export { rollUp } from './roll-up.ts';
export { aggregateWeek, type EvidentDay, type WeekFacts } from './week.ts';
export { changeOf, LEAST_COMPARABLE } from './week-lists.ts';
export type * from './week-stats.ts';
