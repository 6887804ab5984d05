import { type AttackStats, type LayerStats, LEADING_RATE, leadingLayer, type Peak } from '../aggregate/aggregate.ts';
import { amount, counted, lasting, list } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Phrase } from '../model/phrase.ts';
import { noun, say } from '../model/say.ts';

/** Fewer do not call for a box. */
const SHORTEST_DIFFERENCE_MS = 1_000;

/**
 * Why another screen may show another number, with the numbers: ids and waves, windows of peaks, samples, lengths that overlap.
 * One sentence or two for each reason that this incident gives; empty when it gives none.
 */
export function explainDifferences(stats: AttackStats): Phrase[] {
  return [...ids(stats), ...peakWindows(stats), ...luck(stats), ...samples(stats), ...lengths(stats)];
}

function ids({ attackIds, waves }: AttackStats): Phrase[] {
  const merged = attackIds.filter(({ wave }) => wave !== undefined).length;
  if (merged === 0 || merged === waves.length) return [];
  return [
    [
      merged > waves.length
        ? say`A dashboard that lists attack ids shows ${counted(merged, noun('attack', 'attacks'))}; ids that overlap are merged here to ${counted(waves.length, noun('wave', 'waves'))} of one incident.`
        : say`A dashboard that lists attack ids shows ${counted(merged, noun('attack', 'attacks'))}; an id that falls silent and comes back, and traffic without an id, are told apart here as ${counted(waves.length, noun('wave', 'waves'))} of one incident.`,
    ],
  ];
}

function peakWindows(stats: AttackStats): Phrase[] {
  const layer = leadingLayer(stats);
  const peaks = layer ? peaksOf(layer, LEADING_RATE[layer.layer]) : [];
  const values = new Set(peaks.map(({ measure }) => measure.value));
  if (values.size < 2) return [];
  return [
    [
      say`One burst has several peaks: ${list(
        peaks.map(({ measure }) =>
          measure.windowMs === undefined ? amount(measure) : say`${amount(measure)} over ${lasting(measure.windowMs)}`,
        ),
      )}. A view that is zoomed out averages over longer windows and shows less. All traffic is counted, legitimate included.`,
    ],
  ];
}

/** A dashboard shows the highest sampled mean as it is. */
function luck(stats: AttackStats): Phrase[] {
  const layer = leadingLayer(stats);
  const headline = layer?.peaks.find((peak) => peak.headline && peak.metric === LEADING_RATE[layer.layer]);
  if (!headline?.observed) return [];
  return [
    [
      say`The highest sampled mean was ${amount(headline.observed, 'cell')}; the highest of several uncertain means is too high on average, and ${amount(headline.measure, 'cell')} is what remains of it.`,
    ],
  ];
}

/** By window, each once. */
function peaksOf({ peaks }: LayerStats, metric: Measure['unit']): Peak[] {
  return peaks
    .filter((peak) => peak.metric === metric && peak.measure.windowMs !== undefined)
    .sort((a, b) => (a.measure.windowMs ?? 0) - (b.measure.windowMs ?? 0));
}

function samples({ layers }: AttackStats): Phrase[] {
  return layers.flatMap(({ whole: { total } }) =>
    total.sampleCount === undefined
      ? []
      : [
          [
            say`The total of ${amount(total)} is scaled up from ${counted(total.sampleCount, noun('sampled row', 'sampled rows'))}; a view with other samples shows another estimate.`,
          ],
        ],
  );
}

function lengths({ attackIds, duration }: AttackStats): Phrase[] {
  const known = attackIds.flatMap(({ start, end, wave }) =>
    start === undefined || end === undefined || wave === undefined ? [] : [end - start],
  );
  const sum = known.reduce((total, length) => total + length, 0);
  if (!duration.active || known.length < 2 || Math.abs(sum - duration.active.value) < SHORTEST_DIFFERENCE_MS) return [];
  return [
    [
      sum > duration.active.value
        ? say`The lengths of the attack ids add up to ${lasting(sum)}; here overlaps count once, and the customer was under attack for ${lasting(duration.active.value)}.`
        : say`The lengths of the attack ids add up to ${lasting(sum)}; the waves that the traffic itself shows are longer, ${lasting(duration.active.value)}.`,
    ],
  ];
}
