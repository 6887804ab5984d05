import type { CapacityStats, LayerStats, Peak } from '../aggregate/aggregate.ts';
import { amount, clock, lasting, sentences } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Message, Phrase } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import { MINUTE_MS } from '../model/time.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import type { Insight } from './needs.ts';

/** Minutes above what the customer says its origin or its line can bear. Silent while every minute stayed below. */
export const capacity: Insight = {
  id: 'capacity',
  needs: ['waves'],
  find(stats): Finding | undefined {
    const found = stats.layers.flatMap(({ capacity: one, peaks }) => (one ? [{ ...one, peaks }] : []));
    const over = found.filter(({ above, offered }) => mayExceed(above) || (offered && mayExceed(offered.above)));
    const worst = over.find(({ above }) => mayExceed(above)) ?? over[0];
    if (!worst) return undefined;
    const isOver = mayExceed(worst.above);
    return {
      id: 'capacity',
      title: isOver
        ? [
            worst.of === 'origin'
              ? say`The origin was above its stated capacity for ${lengthWords(worst.above)}`
              : say`The line was above its stated capacity for ${lengthWords(worst.above)}`,
          ]
        : [say`More arrived than the line can carry; what was let through stayed below`],
      text: sentences(over.map((one) => capacityWords(one, one.peaks))),
      tone: isOver ? 'unfavourable' : 'neutral',
      evidence: evidenceOf(...over.flatMap(({ above, highest }) => [above, highest])),
    };
  },
};

/** From this part of the limit on a minute's mean leaves room for less than a minute above it. */
const NEAR = 0.5;

function mayExceed({ value, interval }: Measure): boolean {
  return (interval?.upper ?? value) > 0;
}

/** `4 min`, or `between 3 min and 6 min` where samples leave it open. */
function lengthWords({ value, interval }: Measure): Phrase {
  return interval
    ? [say`between ${interval.lower === 0 ? say`none` : lasting(interval.lower)} and ${lasting(interval.upper)}`]
    : [lasting(value)];
}

/**
 * Full sentences on one capacity: the limit, how long it was passed, the highest minute. Where no minute passed it, a shorter
 * peak that did is told: nobody is to read it from the chart first.
 */
export function capacityWords(
  { of, limit, above, highest, offered }: CapacityStats,
  peaks: LayerStats['peaks'],
): Phrase {
  const peak = (measure: Measure): Phrase => [
    measure.at === undefined ? amount(measure) : say`${amount(measure)} at ${clock(measure.at)}`,
  ];
  // A shorter peak may be higher; what is stated is a mean.
  const sentence = (who: Message, time: Measure, top: Measure, rest: Phrase = []): Phrase =>
    mayExceed(time)
      ? [say` ${who} exceeded that for ${lengthWords(time)} of whole minutes; highest minute ${peak(top)}.`]
      : [say` ${who} stayed below in every whole minute of the data; highest ${peak(top)}.`, ...rest];
  // What is let through, or sent to the origin, is known by the minute only.
  const within: Phrase =
    (highest.interval?.upper ?? highest.value) >= NEAR * limit.value
      ? [say` Within a minute it may have been more.`]
      : [];
  const shorter = offered && !mayExceed(offered.above) ? shorterPeak(peaks, limit) : undefined;
  return [
    of === 'origin'
      ? say`The origin is stated to bear ${amount(limit)}.`
      : say`The line is stated to carry ${amount(limit)}.`,
    ...(offered ? sentence(say`What arrived, attack included,`, offered.above, offered.highest) : []),
    ...(shorter
      ? [
          shorter.isSure
            ? say` Over ${lasting(shorter.windowMs)} it reached ${peak(shorter.measure)}, more than it carries.`
            : say` Over ${lasting(shorter.windowMs)} it may have been more than it carries: ${peak(shorter.measure)}.`,
        ]
      : []),
    ...sentence(of === 'origin' ? say`The requests sent to it` : say`What was let through`, above, highest, within),
  ];
}

/** The longest window under a minute whose mean of all traffic surely passed the limit; where none did, that may have. */
function shorterPeak(
  peaks: readonly Peak[],
  limit: Measure,
): { readonly windowMs: number; readonly measure: Measure; readonly isSure: boolean } | undefined {
  const found = peaks
    .flatMap(({ metric, measure }) =>
      metric === limit.unit && measure.windowMs !== undefined && measure.windowMs < MINUTE_MS
        ? [{ windowMs: measure.windowMs, measure, isSure: (measure.interval?.lower ?? measure.value) > limit.value }]
        : [],
    )
    .sort((a, b) => b.windowMs - a.windowMs);
  return (
    found.find(({ isSure }) => isSure) ??
    found.find(({ measure }) => (measure.interval?.upper ?? measure.value) > limit.value)
  );
}
