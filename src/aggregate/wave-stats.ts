import type { Engine } from '../engine/engine.ts';
import type { TimeWindow } from '../model/time.ts';
import type { Layer } from '../model/traffic.ts';
import { type Account, MITIGATED, spansOf } from './account.ts';
import type { KnownAttack } from './attack-ids.ts';
import type { WaveStats } from './attack-stats.ts';
import { clip, lengthOf } from './grid.ts';
import { findPeaks } from './peaks.ts';
import { measurePhase } from './phases.ts';
import { createBinder, inWindows } from './statement.ts';
import type { Sighting } from './waves.ts';

/** A vector or target with less than this share of a wave is a stray. */
const LEAST_SHARE = 0.01;
/** Where no attack id names them, what carried at least this share of the mitigated traffic was a target. */
const TARGET_SHARE = 0.1;
const MOST_NAMES = 20;

/**
 * A wave as the report tells it. Volumes and peaks are those of the layer whose data shows most of it (of equals, the network);
 * layers are never added together.
 */
export async function measureWave(
  engine: Engine,
  wave: Sighting,
  number: number,
  accounts: readonly Account[],
  attacks: readonly KnownAttack[],
): Promise<Omit<WaveStats, 'vectorStats'>> {
  const mine = accounts.filter((account) => account.timed && wave.layers.includes(account.source.layer));
  const main = wave.layers
    .flatMap((layer) => mine.find(({ source }) => source.layer === layer && source.role === 'primary') ?? [])
    .reduce<Account | undefined>(
      (best, account) => (best && shownMs(best, wave) >= shownMs(account, wave) ? best : account),
      undefined,
    );
  const window = main && openWindow(wave, main);
  const spans = main && window ? spansOf(main, [window]) : [];
  const phase = main && (await measurePhase(engine, main, spans));
  const peaks = main && phase ? await findPeaks(engine, main, spans) : [];
  const vectors = await namesOf(engine, mine, wave, { dimensions: ['vector'], leastShare: LEAST_SHARE });
  const targets =
    wave.targets.length > 0
      ? wave.targets
      : await namesOf(engine, mine, wave, {
          dimensions: ['destination_ip', 'host'],
          leastShare: TARGET_SHARE,
          mitigated: true,
        });
  const byLayer = wave.layers.length > 1 ? await targetsByLayer(engine, wave, mine, attacks) : [];
  return {
    number,
    start: wave.start,
    ...(wave.end !== undefined && { end: wave.end }),
    uncertaintyMs: wave.uncertaintyMs,
    layers: wave.layers,
    basis: wave.basis,
    attackIds: wave.attackIds,
    vectors: [...new Set([...vectors, ...wave.vectors])],
    targets: targets.slice(0, MOST_NAMES),
    ...(byLayer.length > 0 && { targetsByLayer: byLayer }),
    peaks: peaks.filter((peak) => peak.headline).map((peak) => peak.measure),
    ...(phase && { total: phase.total }),
    ...(phase?.mitigated && { mitigated: phase.mitigated }),
  };
}

/** What the attack ids of each layer name as hit; without such an id, what carried the mitigated traffic there. */
async function targetsByLayer(
  engine: Engine,
  wave: Sighting,
  accounts: readonly Account[],
  attacks: readonly KnownAttack[],
): Promise<{ layer: Layer; targets: readonly string[] }[]> {
  const found: { layer: Layer; targets: readonly string[] }[] = [];
  for (const layer of wave.layers) {
    const stated = attacks.filter((attack) => attack.layer === layer && wave.attackIds.includes(attack.id));
    const named = [...new Set(stated.flatMap((attack) => attack.targets))];
    const own = accounts.filter(({ source }) => source.layer === layer);
    const options = {
      dimensions: layer === 'http' ? (['host'] as const) : (['destination_ip'] as const),
      leastShare: TARGET_SHARE,
      mitigated: true,
    };
    const targets = named.length > 0 ? named : await namesOf(engine, own, wave, options);
    if (targets.length > 0) found.push({ layer, targets: targets.slice(0, MOST_NAMES) });
  }
  return found;
}

/** How much of the wave lies where the account has data. */
function shownMs(account: Account, wave: Sighting): number {
  return lengthOf(clip(account.covered, openWindow(wave, account)));
}

/** The wave as a window; one that is still running reaches to the end of the data. */
export function openWindow(wave: Pick<Sighting, 'start' | 'end'>, account: Account): TimeWindow {
  return { start: wave.start, end: wave.end ?? Math.max(wave.start, account.extent.end) };
}

/** Values of the first dimension that is known, with at least a share of the wave's traffic that has one; largest first. */
async function namesOf(
  engine: Engine,
  accounts: readonly Account[],
  wave: Sighting,
  options: {
    readonly dimensions: readonly ('vector' | 'destination_ip' | 'host')[];
    readonly leastShare: number;
    readonly mitigated?: boolean;
  },
): Promise<string[]> {
  for (const dimension of options.dimensions) {
    const account = accounts.find((candidate) => candidate.source.dimensions.includes(dimension));
    if (!account) continue;
    const binder = createBinder();
    const acted = options.mitigated && account.source.knowsDisposition ? `and ${MITIGATED}` : '';
    const rows = await engine.query<{ key: string }>(
      `select key from (
         select cast(${dimension} as varchar) as key, sum(${account.quantity}) as volume, sum(sum(${account.quantity})) over () as whole
           from ${account.source.relation}
          where ${inWindows(binder, spansOf(account, [openWindow(wave, account)]))} and ${dimension} is not null ${acted} group by 1)
        where volume > 0 and volume >= ${options.leastShare} * whole order by volume desc, key limit ${MOST_NAMES}`,
      binder.values,
    );
    if (rows.length > 0) return rows.map((row) => row.key);
  }
  return [];
}
