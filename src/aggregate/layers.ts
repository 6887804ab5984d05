import type { Engine } from '../engine/engine.ts';
import { DIMENSIONS } from '../model/dimension.ts';
import type { KnownNetworks } from '../model/network-kind.ts';
import type { Predicate } from '../model/signature.ts';
import { MINUTE_MS, SECOND_MS, type TimeWindow } from '../model/time.ts';
import type { Account } from './account.ts';
import type { Breakdown, LayerStats, TrafficSeries, VectorStats } from './attack-stats.ts';
import { measureAttack } from './attack-volume.ts';
import { measureAvailability } from './availability.ts';
import { chooseAccounts, labelOf, readBreakdowns } from './breakdowns.ts';
import { type Capacity, measureCapacity } from './capacity.ts';
import { findDistribution } from './distributions.ts';
import { gridOver } from './grid.ts';
import { readMinutes } from './minutes.ts';
import { estimateSources, readNetworkKinds, readNetworkNames } from './network-kinds.ts';
import { readOrigin } from './origin.ts';
import { findPeaks, quantitiesOf } from './peaks.ts';
import { measurePhase, phaseSpans } from './phases.ts';
import { readRemedies } from './remedies.ts';
import { withEffects } from './rule-effects.ts';
import { readRules } from './rules.ts';
import { chartGrid, readSeries } from './series.ts';
import { readSystems } from './systems.ts';
import { readTargets, targetDimension } from './targets.ts';

/** What the layers share: the waves as windows, and where the first one was contained. */
export interface LayerContext {
  readonly window: TimeWindow;
  /** In order; one that is still running reaches to the end of the data. */
  readonly waves: readonly (TimeWindow & { readonly number: number })[];
  /** Signatures of the layer: what matches one of them is the attack. */
  readonly signatures: readonly (readonly Predicate[])[];
  /** What the first of them hit. */
  readonly scope: readonly Predicate[];
  /** Make-up of the waves of the layer. */
  readonly compositions: readonly VectorStats[];
  readonly running: boolean;
  readonly containedAt: number | undefined;
  readonly capacity: Capacity;
  /** Kinds of networks that the provider wrote down. */
  readonly networks: KnownNetworks;
}

const ONSET_BEFORE_MS = 30 * SECOND_MS;
const ONSET_AFTER_MS = MINUTE_MS;
const LONGEST_ONSET_MS = 10 * MINUTE_MS;
/** Coarser sources cannot show an onset. */
const COARSEST_ONSET_MS = 10 * SECOND_MS;

/** All statistics of a layer. `accounts` are those of the layer, best first; totals come from the first one with times. */
export async function measureLayer(
  engine: Engine,
  accounts: readonly Account[],
  primary: Account,
  context: LayerContext,
): Promise<LayerStats | undefined> {
  const { source } = primary;
  const phases = phaseSpans(primary, context.waves, context.running);
  const whole = await measurePhase(engine, primary, phases.whole);
  if (!whole) return undefined;
  const during = await measurePhase(engine, primary, phases.during);
  const before = await measurePhase(engine, primary, phases.before);
  const after = await measurePhase(engine, primary, phases.after);
  const attack = during && (await measureAttack(engine, primary, phases, during));
  const peaks = await findPeaks(engine, primary, phases.whole);
  const names = await readNetworkNames(engine, accounts);
  const breakdowns = (await readAllBreakdowns(engine, accounts, context)).map((one) => withNames(one, names));
  const withOrigin = accounts.find((account) => account.timed && account.source.dimensions.includes('origin_status'));
  const origin =
    withOrigin && source.layer === 'http'
      ? await readOrigin(
          engine,
          withOrigin,
          phaseSpans(withOrigin, context.waves, context.running),
          chartGrid(withOrigin, context.window),
        )
      : undefined;
  const withSystems = timedWith(accounts, primary, 'mitigation_system');
  const withRules = timedWith(accounts, primary, 'rule');
  const systemPhases = withSystems && phaseSpans(withSystems, context.waves, context.running);
  const effects =
    withRules &&
    (await readRules(
      engine,
      withRules,
      phaseSpans(withRules, context.waves, context.running),
      { account: primary, ...context },
      accounts.filter((account) => account !== withRules),
    ));
  const remedies = await readRemedies(engine, primary, { phases, ...context, waves: context.compositions });
  const withNetworks = timedWith(accounts, primary, 'source_asn');
  const networkKinds =
    withNetworks &&
    (await readNetworkKinds(engine, withNetworks, {
      phases: phaseSpans(withNetworks, context.waves, context.running),
      known: context.networks,
      names,
    }));
  const sourceEstimate = await estimateSources(engine, primary, phases);
  const target = targetDimension(breakdowns);
  const targets = breakdowns.find((breakdown) => breakdown.dimension === target);
  const withTargets = chooseAccounts(accounts, target ? [target] : [])[0]?.account;
  const targetSeries = targets && withTargets && (await readTargets(engine, withTargets, targets, context.window));
  const onset = await readOnset(engine, primary, context);
  const distributions = [];
  for (const peak of peaks.filter((candidate) => candidate.headline)) {
    const distribution = await findDistribution(engine, primary, peak, primary.extent);
    if (distribution) distributions.push(distribution);
  }
  const minutes = await readMinutes(engine, primary, origin?.minutes ?? new Map());
  const capacity = measureCapacity(source.layer, minutes, context.capacity);
  const availability = measureAvailability(minutes, context.window);
  return {
    layer: source.layer,
    unit: primary.quantity === 'bytes' ? 'bytes' : source.unit,
    source: source.id,
    coverage: { window: primary.extent, gaps: primary.gaps, completeness: completenessOf(primary, context.window) },
    whole,
    ...(during && { during }),
    ...(before && { before }),
    ...(after && { after }),
    ...(attack && { attack }),
    peaks,
    distributions,
    series: await readAllSeries(engine, accounts, primary, context.window),
    ...(onset && { onset }),
    minutes,
    breakdowns,
    systems:
      withSystems && systemPhases
        ? withEffects(
            await readSystems(
              engine,
              withSystems,
              systemPhases.during.length > 0 ? systemPhases.during : systemPhases.whole,
            ),
            effects?.systems ?? new Map(),
          )
        : [],
    rules: effects?.rules ?? [],
    ...(remedies && { remedies }),
    ...(networkKinds && { networkKinds }),
    ...(sourceEstimate && { sourceEstimate }),
    ...(effects?.overlaps && { ruleOverlaps: effects.overlaps }),
    ...(targetSeries && { targetSeries }),
    ...(origin && { origin: origin.stats }),
    ...(capacity && { capacity }),
    ...(availability && { availability }),
  };
}

/** Share of the report's window for which there is data, gaps taken off. */
function completenessOf(account: Account, window: TimeWindow): number {
  const covered = account.covered.reduce((sum, span) => sum + span.end - span.start, 0);
  return window.end > window.start ? Math.min(1, covered / (window.end - window.start)) : 1;
}

/** The primary account if it has the dimension, else the first one with times that has it. */
function timedWith(
  accounts: readonly Account[],
  primary: Account,
  dimension: 'mitigation_system' | 'rule' | 'vector' | 'source_asn',
): Account | undefined {
  return [primary, ...accounts].find((account) => account.timed && account.source.dimensions.includes(dimension));
}

/** Breakdowns of the layer in the order of the closed list, each from the account that knows it best. */
async function readAllBreakdowns(
  engine: Engine,
  accounts: readonly Account[],
  context: LayerContext,
): Promise<Breakdown[]> {
  const chosen = chooseAccounts(accounts, DIMENSIONS);
  const breakdowns: Breakdown[] = [];
  for (const account of accounts) {
    const phases = account.timed ? phaseSpans(account, context.waves, context.running) : undefined;
    const dimensions = chosen.flatMap((one) => (one.account === account ? [one.dimension] : []));
    breakdowns.push(...(await readBreakdowns(engine, account, dimensions, phases)));
  }
  return breakdowns.sort((a, b) => DIMENSIONS.indexOf(a.dimension) - DIMENSIONS.indexOf(b.dimension));
}

/** The networks by the names that other logs of the layer have for them, where its own has none. */
function withNames(breakdown: Breakdown, names: ReadonlyMap<string, string>): Breakdown {
  if (breakdown.dimension !== 'source_asn') return breakdown;
  const unnamed = labelOf('source_asn', '', null);
  return {
    ...breakdown,
    items: breakdown.items.map((item) =>
      item.label === `${unnamed}${item.key}`
        ? { ...item, label: labelOf('source_asn', item.key, names.get(item.key) ?? null) }
        : item,
    ),
  };
}

async function readAllSeries(
  engine: Engine,
  accounts: readonly Account[],
  primary: Account,
  window: TimeWindow,
): Promise<TrafficSeries[]> {
  const series: (TrafficSeries | undefined)[] = [];
  const grid = chartGrid(primary, window);
  for (const quantity of quantitiesOf(primary))
    series.push(await readSeries(engine, primary, { by: 'disposition', quantity, grid }));
  for (const by of ['vector', 'mitigation_system'] as const) {
    const account = timedWith(accounts, primary, by);
    if (!account) continue;
    for (const quantity of quantitiesOf(account))
      series.push(await readSeries(engine, account, { by, quantity, grid: chartGrid(account, window) }));
  }
  return series.filter((one) => one !== undefined);
}

/** The first minutes of the attack, second by second; see `LayerStats.onset`. */
async function readOnset(engine: Engine, account: Account, context: LayerContext): Promise<TrafficSeries | undefined> {
  const [wave] = context.waves;
  if (!wave || account.grainMs > COARSEST_ONSET_MS) return undefined;
  const start = Math.max(account.extent.start, wave.start - ONSET_BEFORE_MS);
  const end = Math.min(
    account.extent.end,
    (context.containedAt ?? wave.end) + ONSET_AFTER_MS,
    start + LONGEST_ONSET_MS,
  );
  const grid = gridOver({ start, end }, account.grainMs, account.offsetMs);
  return end > start ? readSeries(engine, account, { by: 'disposition', quantity: account.quantity, grid }) : undefined;
}
