import type { Random } from '../random.ts';
import { drawDemand } from './demand.ts';
import { intensityAt } from './envelope.ts';
import type { Plan } from './plan.ts';

/** At most one second in which rates are constant and the mitigation is at work or not. */
export interface Slot {
  readonly from: number;
  readonly to: number;
  /** Mean clients' and attack records in the slot, before sampling. */
  readonly clients: number;
  readonly attack: number;
  readonly mitigating: boolean;
}

/** How long a mitigation stays after the burst it was made for. */
const LINGER_MS = 2_000;

/** The period in slots: at every whole second, and where a burst or a mitigation begins or ends. */
export function slotsOf(plan: Plan, random: Random): Slot[] {
  const { period, bursts } = plan;
  const isAttack = plan.shape.event === 'attack';
  const demand = drawDemand(random, period, plan.demand);
  const spans = bursts.map((burst, index) => ({
    start: Math.round(burst.start + plan.delayMs[index === 0 ? 0 : 1]),
    end: Math.round(burst.start + burst.riseMs + burst.plateauMs + burst.fallMs + LINGER_MS),
  }));
  const cuts = new Set<number>();
  for (let t = period.start; t <= period.end; t += 1_000) cuts.add(t);
  for (const burst of bursts) {
    cuts.add(Math.round(burst.start));
    cuts.add(Math.round(burst.start + burst.riseMs + burst.plateauMs + burst.fallMs));
  }
  for (const span of isAttack ? spans : []) cuts.add(span.start).add(span.end);
  const sorted = [...cuts].filter((t) => t >= period.start && t <= period.end).sort((a, b) => a - b);
  return sorted.slice(1).map((to, index) => {
    const from = sorted[index] ?? period.start;
    const length = (to - from) / 1_000;
    const middle = (from + to) / 2;
    const pressure = intensityAt(bursts, middle) * length;
    const level = (demand[Math.floor((from - period.start) / 1_000)] ?? 0) * length;
    return {
      from,
      to,
      clients: isAttack ? level : level + pressure,
      attack: isAttack ? pressure : 0,
      mitigating: isAttack && spans.some((span) => from >= span.start && from < span.end),
    };
  });
}

/** How many records stand behind a logged one at this load per second. */
export function intervalAt(sampling: Plan['sampling'], perSecond: number): number {
  if (sampling === 'none') return 1;
  if (sampling === 'tenth') return 10;
  if (perSecond < 20) return 1;
  return perSecond < 250 ? 10 : 100;
}
