import type { Interval, Measure } from '../model/measure.ts';
import { FEWEST_SAMPLED_ROWS } from '../model/measure.ts';
import type { Inline } from '../model/phrase.ts';
import { type Hedges, hedgedBy, plainBlanks } from './hedges.ts';
import type { NumberReader, ReadNumber } from './read-number.ts';

/** Half-widths, as parts of the number, up to which an estimate may be told as one number with three and with two digits. */
const THREE_DIGITS = 0.05;
const TWO_DIGITS = 0.2;
/** A bound may be rounded outward by so much of the interval's width. */
const LOOSEST_BOUND = 0.25;
/** Shares are told with one decimal of a per cent, close to 0 and 1 as a bound. */
const SHARE_STEP = 0.001;
/** Binary fractions. */
const ROUNDING = 1e-9;

/**
 * What a written inline says that its value does not: reads the text back and compares. A number must be its value rounded
 * to its last digit; one that is not certain must say so, and no more exactly than its interval allows. Undefined when text and
 * value agree, and for inlines without a number.
 */
export function misreading(
  inline: Inline,
  written: string,
  { reader, hedges }: { readonly reader: NumberReader; readonly hedges: Hedges },
): string | undefined {
  if (typeof inline === 'string') return undefined;
  switch (inline.kind) {
    case 'measure':
      return measureFault(inline.measure, written, reader, hedges);
    case 'count': {
      const read = reader.read(written);
      const noun = inline.value === 1 ? inline.one : inline.many;
      return read?.value === inline.value && read.words === plainBlanks(noun)
        ? undefined
        : `"${written}" is not ${inline.value} ${noun}`;
    }
    case 'duration':
      return numberFault(inline.ms, inline.below ? written.replace(/^<\s/u, '') : written, reader, 'ms');
    default:
      return undefined;
  }
}

function measureFault(measure: Measure, written: string, reader: NumberReader, hedges: Hedges): string | undefined {
  const { value, interval, kind, sampleCount } = measure;
  const text = plainBlanks(written);
  const isFew = kind === 'estimated' && sampleCount !== undefined && sampleCount < FEWEST_SAMPLED_ROWS;
  if (hedges.tooFew.test(text)) return isFew ? undefined : `"${text}" hides ${value}`;
  if (hedges.noneSeen.test(text)) return value === 0 ? undefined : `"${text}" hides ${value}`;
  if (isFew) return `"${text}" rests on ${sampleCount} sampled rows`;
  const [, number = text, low, high] = hedges.range.exec(text) ?? [];
  const range = low !== undefined && high !== undefined ? [low, high] : rangeOf(text);
  if (range) {
    const fault = rangeFault(measure, range, reader);
    if (fault !== undefined || number === '' || number === text) return fault;
  }
  const [below, above] = [hedgedBy(hedges.below, number), hedgedBy(hedges.above, number)];
  const bound = below ?? above;
  if (bound !== undefined) return boundFault(measure, below !== undefined, bound, reader);
  const hedged = hedgedBy(hedges.about, number);
  const isExact = kind !== 'estimated' || (interval !== undefined && interval.lower === interval.upper);
  if (hedged === undefined) {
    if (!isExact) return `"${text}" tells an estimate as if it were counted`;
    return numberFault(value, number, reader, measure.unit);
  }
  if (isExact) return `"${text}" hedges a number that is certain`;
  return estimateFault(measure, hedged, reader);
}

/** `380–440 Gbps`, `0.11–0.26 %`, `210 k–640 k`: the bounds of a cell. */
function rangeOf(text: string): [string, string] | undefined {
  const [low, high, more] = text.split('–');
  if (low === undefined || high === undefined || more !== undefined) return undefined;
  return [low, high];
}

function numberFault(value: number, text: string, reader: NumberReader, unit: Measure['unit']): string | undefined {
  const read = reader.read(text);
  if (!read || !fits(read, unit)) return `"${text}" is no number in ${unit}`;
  const distance = Math.abs(read.value - value);
  // A whole number that is written out is exact; anything else is rounded to its last digit.
  const tolerance = read.step === 1 && Number.isInteger(value) && unit !== 'ms' ? 0 : read.step / 2;
  return distance <= tolerance * (1 + ROUNDING) + Math.abs(value) * ROUNDING ? undefined : `"${text}" is not ${value}`;
}

function estimateFault(measure: Measure, text: string, reader: NumberReader): string | undefined {
  const { value, unit, interval } = measure;
  const read = reader.read(text);
  if (!read || !fits(read, unit)) return `"${text}" is no number in ${unit}`;
  if (unit === 'share') return numberFault(value, text, reader, unit);
  const half = interval ? (interval.upper - interval.lower) / 2 / Math.abs(value) : 0;
  if (half > TWO_DIGITS * (1 + ROUNDING))
    return `"about ${text}" stands for anything between ${interval?.lower} and ${interval?.upper}`;
  const digits = half < THREE_DIGITS ? 3 : 2;
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value) || 1)) - digits + 1);
  // Nobody sends 412.7 requests: an estimated count of at least ten is whole.
  const coarsest = unit === 'ms' ? read.step : isCount(unit) && Math.abs(value) >= 10 ? 1 : 0;
  const tolerance = Math.max(step, coarsest) / 2;
  return Math.abs(read.value - value) <= tolerance * (1 + ROUNDING) + Math.abs(value) * ROUNDING
    ? undefined
    : `"about ${text}" is not ${value}`;
}

function rangeFault(measure: Measure, texts: readonly string[], reader: NumberReader): string | undefined {
  const { interval, unit } = measure;
  const [low, high] = boundsOf(texts, reader);
  if (!interval || !low || !high) return `"${texts.join(' to ')}" is no interval of ${measure.value} ${unit}`;
  const width = interval.upper - interval.lower;
  const loose = LOOSEST_BOUND * width + Math.abs(interval.upper) * ROUNDING;
  const holds =
    low.value <= interval.lower + Math.abs(interval.lower) * ROUNDING &&
    high.value >= interval.upper - Math.abs(interval.upper) * ROUNDING;
  const isClose =
    interval.lower - low.value <= Math.max(loose, SHARE_STEP * 1e-3) &&
    high.value - interval.upper <= Math.max(loose, SHARE_STEP * 1e-3);
  return holds && isClose ? undefined : `"${texts.join(' to ')}" is not ${interval.lower} to ${interval.upper} ${unit}`;
}

/** Both bounds; where only the upper one names prefix and unit (`380 and 440 Gbps`), the lower one shares them if it can. */
function boundsOf(texts: readonly string[], reader: NumberReader): readonly (ReadNumber | undefined)[] {
  const [first = '', second = ''] = texts;
  const high = reader.read(second);
  const low = reader.read(/[a-z%]/iu.test(first) ? first : `${first}${second.replace(/^.*\d/u, '')}`);
  return [low && high && low.value > high.value ? reader.read(first) : low, high];
}

function boundFault(
  { value, interval, unit }: Measure,
  isBelow: boolean,
  text: string,
  reader: NumberReader,
): string | undefined {
  const read = reader.read(text);
  if (!read || !fits(read, unit)) return `"${text}" is no number in ${unit}`;
  const { lower, upper }: Interval = interval ?? { lower: value, upper: value };
  const holds = isBelow ? Math.min(upper, value) < read.value : Math.max(lower, value) > read.value;
  return holds ? undefined : `"${isBelow ? '<' : '>'} ${text}" is not true of ${value}`;
}

function isCount(unit: Measure['unit']): boolean {
  return !unit.endsWith('/s') && !['bytes', 'bits', 'ms', 'share'].includes(unit);
}

function fits(read: ReadNumber, unit: Measure['unit']): boolean {
  if (unit === 'share') return read.kind === 'share';
  if (unit === 'ms') return read.kind === 'ms';
  return read.kind === 'number' && (read.unit === '' || read.unit === unit);
}
