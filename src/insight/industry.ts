import { type AttackStats, LEADING_RATE, leadingLayer } from '../aggregate/aggregate.ts';
import type { IndustryFigure } from '../config/config.ts';
import { amount, label, lasting, sentences } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Message, Phrase, Value } from '../model/phrase.ts';
import { say } from '../model/say.ts';

/** What one publication says beside our figures, and where it was read. */
export interface IndustryComparison {
  readonly text: Phrase;
  readonly citation: Phrase;
}

/**
 * Holds the incident against published figures of its leading layer: on which side of a published size it lies, never where
 * between two of them, since what lies between was not published. Left out where our own interval holds the published size. The
 * largest attack of a publisher is told for scale only where there is something to compare, in the rate that leads this report.
 */
export function compareWithIndustry(stats: AttackStats, figures: readonly IndustryFigure[]): IndustryComparison[] {
  const layer = leadingLayer(stats);
  if (!layer || stats.waves.length === 0) return [];
  const about = figures.filter((row) => row.layer === layer.layer && row.verified);
  const compared = about.flatMap((row): { row: IndustryFigure; text: Phrase }[] => {
    const { figure } = row;
    if (figure.kind === 'largest') return [];
    const mine =
      figure.metric === 'ms'
        ? longestWave(stats)
        : layer.peaks.find((peak) => peak.headline && peak.metric === figure.metric)?.measure;
    const text = mine && sideOf(row, mine, figure);
    return text ? [{ row, text }] : [];
  });
  if (compared.length === 0) return [];
  const largest = about
    .filter(({ figure }) => figure.kind === 'largest' && figure.metric === LEADING_RATE[layer.layer])
    .map((row) => ({ row, text: [say`The largest of the ${whose(row)} reached ${statedValue(row)}.`] }));
  return byPublication([...compared, ...largest]);
}

/** Sentences from one publication share its citation. */
function byPublication(told: readonly { readonly row: IndustryFigure; readonly text: Phrase }[]): IndustryComparison[] {
  const addresses = [...new Set(told.map(({ row }) => row.address))];
  return addresses.flatMap((address) => {
    const mine = told.filter(({ row }) => row.address === address);
    const [first] = mine;
    return first
      ? [
          {
            text: sentences(mine.map(({ text }) => text)),
            citation: citationOf(first.row),
          },
        ]
      : [];
  });
}

/** Whom the shipped figures are about, in every language; any other is told as its row has it. */
const POPULATIONS: ReadonlyMap<string, Message> = new Map(
  [say`attacks on Corero customers`, say`attacks mitigated by Cloudflare`, say`events detected by AWS Shield`].map(
    (population) => [population.text, population],
  ),
);

function whose({ population, period }: IndustryFigure): Phrase {
  return [say`${POPULATIONS.get(population) ?? label(population)} in ${label(period)}`];
}

/** As it was published, to the last digit; a length of time, which is words, in those of the report. */
function statedValue({ figure, stated }: IndustryFigure): Value {
  return figure.metric === 'ms' ? lasting(figure.value) : label(stated);
}

/** With what its edges leave open; undefined while a wave is running. */
function longestWave({ waves }: AttackStats): Measure | undefined {
  const lengths = waves.map(({ start, end, uncertaintyMs }) => ({ length: (end ?? Infinity) - start, uncertaintyMs }));
  const longest = lengths.reduce<(typeof lengths)[number] | undefined>(
    (best, wave) => (!best || wave.length > best.length ? wave : best),
    undefined,
  );
  if (!longest || longest.length === Infinity) return undefined;
  const { length, uncertaintyMs } = longest;
  return {
    value: length,
    unit: 'ms',
    kind: 'counted',
    interval: { lower: length - 2 * uncertaintyMs, upper: length + 2 * uncertaintyMs },
    evidence: [],
  };
}

/** Undefined where our own interval holds the published size. */
function sideOf(
  row: IndustryFigure,
  mine: Measure,
  figure: Extract<IndustryFigure['figure'], { readonly kind: 'share-below' }>,
): Phrase | undefined {
  const { lower, upper } = mine.interval ?? { lower: mine.value, upper: mine.value };
  const isBelow = upper < figure.value;
  if (!isBelow && lower < figure.value) return undefined;
  const share = amount({ value: figure.share, unit: 'share', kind: 'reported', evidence: [] }, 'exact');
  const stated = statedValue(row);
  if (figure.metric === 'ms')
    return isBelow
      ? [say`The longest wave was shorter than ${stated}, as were ${share} of the ${whose(row)}.`]
      : [say`The longest wave was longer than ${stated}, within which ${share} of the ${whose(row)} ended.`];
  return isBelow
    ? [say`The peak was smaller than ${stated}, as were ${share} of the ${whose(row)}.`]
    : [say`The peak was larger than ${stated}, within which ${share} of the ${whose(row)} stayed.`];
}

function citationOf({ source, title, address, published, read }: IndustryFigure): Phrase {
  return [
    say`${label(source)}, “${label(title)}”, published ${label(published)}, read ${label(read)}: ${label(address, 'code')}`,
  ];
}
