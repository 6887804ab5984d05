import type { Random } from '../random.ts';
import type { TruthWindow } from '../truth.ts';

/**
 * Mean legitimate requests or packets of each second: a drift as of the time of day, unrest that lasts (which makes counts more
 * uneven than chance alone would), and a few short flurries, as a newsletter or a page of many pictures brings.
 */
export function drawDemand(random: Random, period: TruthWindow, rate: number): number[] {
  const seconds = (period.end - period.start) / 1_000;
  const drift = random.between(-0.18, 0.18);
  const phase = random.between(0, 2 * Math.PI);
  const flurries = Array.from({ length: 1 + random.int(3) }, () => ({
    at: random.int(seconds),
    length: 8 + random.int(14),
    size: random.between(0.15, 0.35),
  }));
  const levels: number[] = [];
  let unrest = 0;
  for (let second = 0; second < seconds; second++) {
    unrest = 0.95 * unrest + 0.018 * random.normal();
    const share = second / seconds;
    const slow = 1 + drift * (share - 0.5) + 0.05 * Math.sin(phase + share * 9);
    const flurry = flurries.reduce(
      (sum, { at, length, size }) => sum + (second >= at && second < at + length ? size : 0),
      0,
    );
    levels.push(Math.max(0, rate * slow * (1 + flurry) * Math.exp(unrest)));
  }
  return levels;
}
