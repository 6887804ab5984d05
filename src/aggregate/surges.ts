import type { Engine } from '../engine/engine.ts';
import type { Account } from './account.ts';
import { spansOf } from './account.ts';
import type { AttackStats } from './attack-stats.ts';
import { measurePhase } from './phases.ts';
import type { Surge } from './search.ts';
import { tellsTool } from './signatures/signatures.ts';
import type { Sighting } from './waves.ts';

/** The surges of one layer, and where they were seen. */
export interface LayerSurges {
  readonly account: Account;
  readonly surges: readonly Surge[];
}

/** Surges that a signature shows to be the work of a tool. A crowd looks like the clients of every day. */
export async function confirmSurges(engine: Engine, { account, surges }: LayerSurges): Promise<Surge[]> {
  const confirmed: Surge[] = [];
  for (const surge of surges) if (await tellsTool(engine, account, surge.window)) confirmed.push(surge);
  return confirmed;
}

/** Surges that are no part of a wave, measured. */
export async function measureSurges(
  engine: Engine,
  layers: readonly LayerSurges[],
  waves: readonly Sighting[],
): Promise<AttackStats['surges']> {
  const measured: AttackStats['surges'][number][] = [];
  for (const { account, surges } of layers)
    for (const { sighting, window, expected } of surges) {
      const inWave = waves.some(
        (wave) => wave.start < window.end && (wave.end ?? Number.POSITIVE_INFINITY) > window.start,
      );
      const phase = inWave ? undefined : await measurePhase(engine, account, spansOf(account, [window]));
      if (!phase) continue;
      const { evidence, unit } = account.gauge;
      measured.push({
        layer: account.source.layer,
        start: window.start,
        ...(sighting.end !== undefined && { end: sighting.end }),
        uncertaintyMs: sighting.uncertaintyMs,
        total: phase.total,
        expected: { value: Math.round(expected), unit, kind: 'estimated', evidence },
      });
    }
  return measured;
}
