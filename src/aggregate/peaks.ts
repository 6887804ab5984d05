import type { Engine } from '../engine/engine.ts';
import type { Measure } from '../model/measure.ts';
import { MINUTE_MS, SECOND_MS, type TimeWindow } from '../model/time.ts';
import { type Account, coveredLength, findTally, type Quantity, tallyColumns } from './account.ts';
import type { Peak } from './attack-stats.ts';
import { simultaneousZ, type Tally, volumeInterval } from './intervals.ts';
import { rateMeasure, rateUnit } from './measures.ts';
import { biasOfHighest, type EstimatedWindow } from './peak-bias.ts';
import { bucketOf, createBinder, inWindows } from './statement.ts';

/** The windows over which a peak is a mean, shortest first. They start at whole multiples of themselves since the epoch. */
const PEAK_WINDOWS_MS: readonly number[] = [SECOND_MS, 10 * SECOND_MS, MINUTE_MS];
const USUAL_WINDOW_MS = 10 * SECOND_MS;
/** Below so many sampled rows in its window the highest mean is mostly luck (measured: 7 % too high at 1,000). */
const ENOUGH_ROWS = 1_000;
/** Windows of a sample, the highest first, that are read to see how much luck there is in the highest. */
const MOST_RIVALS = 2_000;

/** What an account can be measured in, the more telling first: bits before packets, requests before bits. */
export function quantitiesOf(account: Account): Quantity[] {
  if (account.quantity === 'bytes') return ['bytes'];
  if (!account.source.hasBytes) return ['units'];
  return account.source.layer === 'network' ? ['bytes', 'units'] : ['units', 'bytes'];
}

export function metricOf(account: Account, quantity: Quantity): Peak['metric'] {
  return rateUnit(quantity === 'bytes' ? 'bytes' : account.gauge.unit);
}

/**
 * Windows that the source can tell: never shorter than its bucket, always whole buckets of it, and not longer than its data
 * (the shortest is kept in any case).
 */
function windowsOf(account: Account): number[] {
  const whole = PEAK_WINDOWS_MS.filter((window) => window >= account.grainMs && window % account.grainMs === 0);
  const possible = whole.length > 0 ? whole : [account.grainMs];
  const span = account.extent.end - account.extent.start;
  return possible.filter((window, index) => index === 0 || window <= span);
}

/**
 * The highest mean over each window of each metric, within the spans; of equals the earliest. One of each metric is the
 * headline: 10 s where every row was seen; under sampling the shortest window with at least 1,000 sampled rows in it, else the
 * longest. The highest of many uncertain means is mostly too high: the value of an estimated peak is less by what its choice
 * brought on average (`observed` is the mean as it was seen), and its interval is widened downwards to hold for all windows at
 * once (Bonferroni).
 */
export async function findPeaks(engine: Engine, account: Account, spans: readonly TimeWindow[]): Promise<Peak[]> {
  const highest = await highestWindows(engine, account, spans);
  const peaks: Peak[] = [];
  for (const quantity of quantitiesOf(account)) {
    const found = highest.filter((peak) => peak.quantity === quantity);
    const headline = headlineOf(account, found);
    for (const { windowMs, at, tally, bias } of found) {
      const seen = rateMeasure(account.gauge, tally, windowMs, {
        unit: quantity === 'bytes' ? 'bytes' : account.gauge.unit,
        at,
      });
      const count = Math.ceil(coveredLength(account, spans) / windowMs);
      peaks.push({
        metric: metricOf(account, quantity),
        measure: withoutLuck(account, seen, { tally, bias, count }),
        ...(bias > 0 && { observed: seen }),
        headline: windowMs === headline,
      });
    }
  }
  return peaks;
}

function headlineOf(
  account: Account,
  found: readonly { readonly windowMs: number; readonly tally: Tally }[],
): number | undefined {
  if (account.gauge.sampled) {
    const enough = found.find((peak) => peak.tally.variance <= 0 || peak.tally.sampled >= ENOUGH_ROWS);
    return (enough ?? found.at(-1))?.windowMs;
  }
  return (found.find((peak) => peak.windowMs >= USUAL_WINDOW_MS) ?? found.at(-1))?.windowMs;
}

/** The mean as it was seen, less its bias, and with a lower bound that holds for all windows. The upper bound stays. */
function withoutLuck(
  account: Account,
  seen: Measure,
  parts: { readonly tally: Tally; readonly bias: number; readonly count: number },
): Measure {
  const { tally, bias, count } = parts;
  if (!seen.interval || tally.value <= 0) return seen;
  const { lower } = volumeInterval(tally, account.gauge.heaviest, simultaneousZ(count));
  const rate = (volume: number) => (seen.value * volume) / tally.value;
  const value = bias > 0 ? rate(Math.max(lower, Math.round(tally.value - bias))) : seen.value;
  return { ...seen, value, interval: { ...seen.interval, lower: rate(lower) } };
}

interface HighestWindow {
  readonly quantity: Quantity;
  readonly windowMs: number;
  readonly at: number;
  readonly tally: Tally;
  /** What chance is expected to have added to the volume by choosing the window. */
  readonly bias: number;
}

/** Of every quantity and every length the highest window, in one statement: each of its own would cost more than the sums. */
async function highestWindows(
  engine: Engine,
  account: Account,
  spans: readonly TimeWindow[],
): Promise<HighestWindow[]> {
  const binder = createBinder();
  const inside = inWindows(binder, spans);
  const asked = quantitiesOf(account).flatMap((quantity) =>
    windowsOf(account).map((windowMs) => ({ quantity, windowMs })),
  );
  const highest = asked.map(
    ({ quantity, windowMs }, number) =>
      `select * from (
         select ${number} as number, * from (
           select ${windowStart(account, windowMs)} as t, ${tallyColumns(account, 'buckets', 'peak', { quantity })}
             from ${account.buckets} where ${inside} group by 1)
          where peak_value is not null order by peak_value desc, t limit ${account.gauge.sampled ? MOST_RIVALS : 1})`,
  );
  const rows = await engine.query<{ number: number; t: number }>(highest.join(' union all '), binder.values);
  return asked.flatMap((one, number) => {
    const own = rows.flatMap((row) => {
      const tally = row.number === number ? findTally({ ...row }, 'peak') : undefined;
      return tally ? [{ at: row.t, tally }] : [];
    });
    const highest = own.reduce<(typeof own)[number] | undefined>(
      (best, next) =>
        best && (best.tally.value > next.tally.value || (best.tally.value === next.tally.value && best.at <= next.at))
          ? best
          : next,
      undefined,
    );
    const rivals: EstimatedWindow[] = own.map(({ tally }) => tally);
    return highest ? [{ ...one, ...highest, bias: biasOfHighest(rivals) }] : [];
  });
}

/** A bucket as long as the window is the window, however it is aligned. */
export function windowStart(account: Account, windowMs: number): string {
  return windowMs === account.grainMs ? 't' : bucketOf(windowMs, account.offsetMs % windowMs);
}
