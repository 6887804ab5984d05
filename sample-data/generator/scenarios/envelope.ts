import type { Random } from '../random.ts';
import type { TruthWindow } from '../truth.ts';

/** One push of an attack: a rise, a plateau, a fall. Times are epoch ms, the rate is requests or packets per second. */
export interface Burst {
  readonly start: number;
  readonly riseMs: number;
  readonly plateauMs: number;
  readonly fallMs: number;
  readonly rate: number;
}

/** A planted wave, and whether its first burst rises slowly: its start is then known to the bucket at best. */
export interface PlantedWave extends TruthWindow {
  readonly slowEdges: boolean;
}

export type Envelope = 'spike' | 'ramp' | 'pulses' | 'separate-pulses' | 'plateau' | 'tail';

/** A burst lasts while its intensity is at least this share of its own peak. */
const OWN_PEAK_SHARE = 0.05;
/** Bursts less than this apart are one wave. */
const MERGE_GAP_MS = 120_000;
/** Slopes longer than this have no second in which they begin. */
const SHARP_MS = 5_000;

/** Bursts of that shape, the first of which begins at `start`, with at most `rate` a second. Gaps of 100 to 160 s are never planted. */
export function planBursts(random: Random, shape: Envelope, start: number, rate: number): Burst[] {
  const burst = (at: number, riseMs: number, plateauMs: number, fallMs: number, share = 1): Burst => ({
    start: at,
    riseMs,
    plateauMs: Math.round(plateauMs),
    fallMs,
    rate: rate * share,
  });
  switch (shape) {
    case 'spike':
      return [burst(start, 0, random.between(50_000, 150_000), 0)];
    case 'ramp':
      return [burst(start, random.between(120_000, 240_000), random.between(120_000, 240_000), 4_000)];
    case 'plateau':
      return [burst(start, 2_000, random.between(720_000, 960_000), 2_000)];
    case 'tail':
      return [burst(start, 1_000, random.between(90_000, 180_000), random.between(90_000, 150_000))];
    case 'pulses': {
      const count = 4 + random.int(4);
      const pulses: Burst[] = [];
      let at = start;
      for (let index = 0; index < count; index++) {
        const plateau = 1_000 * (18 + random.int(25));
        pulses.push(burst(at, 0, plateau, 0, random.between(0.6, 1)));
        at += plateau + 1_000 * (25 + random.int(50));
      }
      return pulses;
    }
    case 'separate-pulses': {
      const length = () => 1_000 * (45 + random.int(50));
      const first = length();
      const second = length();
      const secondStart = start + first + 1_000 * (190 + random.int(120));
      return [
        burst(start, 0, first, 0),
        burst(secondStart, 0, second, 0, random.between(0.5, 0.9)),
        burst(secondStart + second + 1_000 * (200 + random.int(120)), 0, length(), 0, random.between(0.5, 0.9)),
      ];
    }
    default:
      return shape satisfies never;
  }
}

/** Intensity of the bursts at `t`, per second: linear slopes, exponential falls longer than 10 s. */
export function intensityAt(bursts: readonly Burst[], t: number): number {
  let rate = 0;
  for (const burst of bursts) rate = Math.max(rate, burst.rate * shareAt(burst, t - burst.start));
  return rate;
}

function shareAt(burst: Burst, since: number): number {
  if (since < 0) return 0;
  if (since < burst.riseMs) return since / burst.riseMs;
  const after = since - burst.riseMs - burst.plateauMs;
  if (after < 0) return 1;
  if (after >= burst.fallMs) return 0;
  // Three time constants: 5 % of the peak are left at the end, where it stops.
  return burst.fallMs > 10_000 ? Math.exp((-3 * after) / burst.fallMs) : 1 - after / burst.fallMs;
}

/** First and last moment of a burst with at least 5 % of its own peak. */
function spanOf(burst: Burst): TruthWindow {
  const end = burst.start + burst.riseMs + burst.plateauMs;
  const fall =
    burst.fallMs > 10_000 ? burst.fallMs * (-Math.log(OWN_PEAK_SHARE) / 3) : burst.fallMs * (1 - OWN_PEAK_SHARE);
  return {
    start: Math.round(burst.start + OWN_PEAK_SHARE * burst.riseMs),
    end: Math.round(end + Math.min(fall, burst.fallMs)),
  };
}

/** The waves that the bursts are, by the definitions of the report. */
export function wavesOf(bursts: readonly Burst[]): PlantedWave[] {
  const waves: PlantedWave[] = [];
  for (const burst of bursts) {
    const span = spanOf(burst);
    const slowEdges = burst.riseMs > SHARP_MS || burst.fallMs > SHARP_MS;
    const last = waves.at(-1);
    if (last && span.start - last.end < MERGE_GAP_MS)
      waves[waves.length - 1] = { start: last.start, end: span.end, slowEdges: last.slowEdges || slowEdges };
    else waves.push({ ...span, slowEdges });
  }
  return waves;
}
