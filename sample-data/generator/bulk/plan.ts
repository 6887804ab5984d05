import type { SecondCounts } from '../http/population.ts';
import { BACKGROUND_RATE, floodRate, HTTP_WINDOW, shopperRate } from '../http/story.ts';

/** What to write at scale: the story of the web shop flood with as many lines as wanted, in parts of nearly equal size. */
export interface BulkPlan {
  readonly seed: string;
  readonly lines: number;
  readonly parts: number;
  /** Number of different bots; absent lets it grow with the lines. */
  readonly distinctAddresses?: number;
}

export interface PlannedSecond extends SecondCounts {
  /** Start, epoch ms. */
  readonly second: number;
  /** Attack requests before this second. */
  readonly attackBefore: number;
}

/**
 * How many requests of each population fall into each second, so that they add up to exactly `lines`: cumulative sums of the
 * story's rates, rounded, then differences. Nothing here is random, so parts can be written in any order.
 */
export function planSeconds(lines: number): PlannedSecond[] {
  const seconds: number[] = [];
  for (let second = HTTP_WINDOW.start; second < HTTP_WINDOW.end; second += 1_000) seconds.push(second);
  const rates = seconds.map((second) => {
    // Within a partial second at either end of a wave the middle may lie outside; the larger edge then stands for it.
    const attack = Math.max(floodRate(second + 500), floodRate(second + 1) / 2, floodRate(second + 999) / 2);
    return { attack, legitimate: shopperRate(second), background: BACKGROUND_RATE };
  });
  const total = rates.reduce((sum, rate) => sum + rate.attack + rate.legitimate + rate.background, 0);
  const sums = { attack: 0, all: 0, background: 0 };
  const planned = { attack: 0, all: 0, background: 0 };
  return seconds.map((second, index) => {
    const rate = rates[index] ?? { attack: 0, legitimate: 0, background: 0 };
    sums.attack += rate.attack;
    sums.background += rate.background;
    sums.all += rate.attack + rate.legitimate + rate.background;
    const attackBefore = planned.attack;
    const share = (sum: number) => Math.round((sum / total) * lines);
    const all = (index === seconds.length - 1 ? lines : share(sums.all)) - planned.all;
    // Rounding may ask for more than the second holds; what is cut here comes in the next.
    const background = Math.min(all, share(sums.background) - planned.background);
    const attack = Math.min(all - background, share(sums.attack) - planned.attack);
    const legitimate = all - attack - background;
    planned.attack += attack;
    planned.background += background;
    planned.all += all;
    return { second, attack, legitimate, background, attackBefore };
  });
}

/** The seconds of part `part` (0-based): consecutive, and every second belongs to exactly one part. */
export function secondsOfPart(seconds: readonly PlannedSecond[], plan: BulkPlan, part: number): PlannedSecond[] {
  let before = 0;
  return seconds.filter((second) => {
    const owner = Math.min(plan.parts - 1, Math.floor((before / plan.lines) * plan.parts));
    before += second.attack + second.legitimate + second.background;
    return owner === part;
  });
}
