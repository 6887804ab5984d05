import type { Engine } from '../engine/engine.ts';
import { SECOND_MS, type TimeWindow } from '../model/time.ts';
import type { MitigationSystem } from '../model/traffic.ts';
import { type Account, MITIGATED } from './account.ts';
import { coveredMs, type Grid, gridOver } from './grid.ts';
import { bucketOf, createBinder, inWindows } from './statement.ts';

/** Systems that act only when they see a flood. */
export const FLOOD_SYSTEMS: readonly MitigationSystem[] = [
  'ddos-managed',
  'advanced-tcp-protection',
  'advanced-dns-protection',
];
/** Systems whose sudden activity means an attack; what others block goes on in quiet times too. */
const DEFENCES: readonly MitigationSystem[] = [...FLOOD_SYSTEMS, 'rate-limiting'];

/** Condition that a row was stopped by what acts on floods; by anything where the source does not say which system acted. */
export function defendedSql(engine: Engine, account: Account, system: string): string {
  if (!account.source.dimensions.includes('mitigation_system')) return MITIGATED;
  return `(${MITIGATED} and ${system} in (${DEFENCES.map((name) => engine.dialect.text(name)).join(', ')}))`;
}

/** Volumes of equal buckets: everything, what was mitigated, and what the flood defences mitigated. `null` is a gap. */
export interface Load {
  readonly grid: Grid;
  readonly total: readonly (number | null)[];
  readonly mitigated: readonly (number | null)[];
  readonly defended: readonly (number | null)[];
  /** What systems mitigated that act on floods only; zero where the source does not name systems. */
  readonly flood: readonly (number | null)[];
  /** Mean weight of the rows of each bucket. */
  readonly weights: readonly number[];
}

interface LoadRow {
  readonly t: number;
  readonly total: number | null;
  readonly mitigated: number | null;
  readonly defended: number | null;
  readonly flood: number | null;
  readonly units: number | null;
  readonly variance: number | null;
}

/** The load of a timed account over a window in buckets of `stepMs`, a multiple of its grain. */
export async function readLoad(engine: Engine, account: Account, window: TimeWindow, stepMs: number): Promise<Load> {
  const grid = gridOver(window, stepMs, account.offsetMs % stepMs);
  const binder = createBinder();
  // Where the source does not say which system acted, every mitigation counts as one of a flood defence.
  const namesSystems = account.source.dimensions.includes('mitigation_system');
  const by = (systems: readonly MitigationSystem[]) =>
    `${MITIGATED} and system in (${systems.map((system) => engine.dialect.text(system)).join(', ')})`;
  const rows = await engine.query<LoadRow>(
    `select ${bucketOf(stepMs, account.offsetMs % stepMs)} as t, sum(${account.quantity}) as total,
            sum(${account.quantity}) filter (where ${MITIGATED}) as mitigated,
            sum(${account.quantity}) filter (where ${defendedSql(engine, account, 'system')}) as defended,
            sum(${account.quantity}) filter (where ${namesSystems ? by(FLOOD_SYSTEMS) : 'false'}) as flood,
            ${account.gauge.sampled ? 'sum(units) as units, sum(variance) as variance' : 'null as units, null as variance'}
       from ${account.buckets} where ${inWindows(binder, [{ start: grid.start, end: grid.start + grid.count * stepMs }])}
      group by 1`,
    binder.values,
  );
  const covered = coveredMs(grid, account.covered);
  const blank = () => covered.map((length): number | null => (length > 0 ? 0 : null));
  const [total, mitigated, defended, flood] = [blank(), blank(), blank(), blank()];
  const weights = new Array<number>(grid.count).fill(account.source.sampling.min);
  for (const row of rows) {
    const index = Math.round((row.t - grid.start) / stepMs);
    total[index] = row.total ?? 0;
    mitigated[index] = row.mitigated ?? 0;
    defended[index] = row.defended ?? 0;
    flood[index] = row.flood ?? 0;
    if ((row.units ?? 0) > 0) weights[index] = 1 + (row.variance ?? 0) / (row.units ?? 1);
  }
  return { grid, total, mitigated, defended, flood, weights };
}

/** Bucket for the search of waves: ten seconds, or the source's own bucket where that is longer or does not divide it. */
export function searchStep(account: Account): number {
  const step = 10 * SECOND_MS;
  return step % account.grainMs === 0 ? step : account.grainMs;
}

/** Largest volume, 0 for none. A month has more buckets than a call of `Math.max` takes arguments. */
export function largestOf(volumes: readonly (number | null)[]): number {
  return volumes.reduce<number>((largest, volume) => Math.max(largest, volume ?? 0), 0);
}
