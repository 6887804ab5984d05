import type { AttackStats, LayerStats, OriginStats } from '../aggregate/aggregate.ts';
import type { Finding } from './findings.ts';
import type { JudgeFacts } from './insight.ts';

/** Something without which an insight has nothing to say. `attacked`: a layer with measured traffic in the waves. */
export type Need = 'waves' | 'layers' | 'attacked';

/** One judgement of the catalogue: pure, the same statistics give the same finding. */
export interface Insight {
  readonly id: string;
  readonly needs: readonly Need[];
  /** Undefined when there is nothing worth telling. */
  find(stats: AttackStats, facts: JudgeFacts): Finding | undefined;
}

export function meets(need: Need, stats: AttackStats): boolean {
  switch (need) {
    case 'waves':
      return stats.waves.length > 0;
    case 'layers':
      return stats.layers.length > 0;
    case 'attacked':
      return attackedLayers(stats).length > 0;
    default:
      return need satisfies never;
  }
}

/** Layers with measured traffic in the waves that were seen on them, network first. */
export function attackedLayers(stats: AttackStats): LayerStats[] {
  return stats.layers.filter((layer) => layer.during && stats.waves.some((wave) => wave.layers.includes(layer.layer)));
}

export function originOf(stats: AttackStats): OriginStats | undefined {
  return stats.layers.find((layer) => layer.origin)?.origin;
}
