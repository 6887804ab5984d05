import type { Unit } from '../model/measure.ts';
import { unionDuration } from '../model/time.ts';
import type { Layer } from '../model/traffic.ts';
import type { AttackStats, LayerStats } from './attack-stats.ts';

/** What fills a line is bits, what fills a server is requests: the rate in which a layer is told first. */
export const LEADING_RATE: Readonly<Record<Layer, Unit>> = { network: 'bits/s', http: 'requests/s' };

/**
 * The layer whose data shows the longest time under attack; of equals, and without any wave, the first. Undefined without
 * traffic.
 */
export function leadingLayer(stats: Pick<AttackStats, 'layers' | 'waves'>): LayerStats | undefined {
  const attackedMs = ({ layer, coverage: { window } }: LayerStats): number =>
    unionDuration(
      stats.waves
        .filter((wave) => wave.layers.includes(layer))
        .map((wave) => ({
          start: Math.max(wave.start, window.start),
          end: Math.min(wave.end ?? window.end, window.end),
        }))
        .filter((seen) => seen.end > seen.start),
    );
  return stats.layers.reduce<LayerStats | undefined>(
    (best, layer) => (best && attackedMs(best) >= attackedMs(layer) ? best : layer),
    undefined,
  );
}
