import type { Interval, Measure, Unit } from '../model/measure.ts';
import { FEWEST_SAMPLED_ROWS } from '../model/measure.ts';
import type { MeasureForm } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import { decimalsFor, NO_BREAK_SPACE, roundTo } from './digits.ts';
import { writeDuration } from './duration.ts';
import { isCountUnit, type ScaledUnit, siScale, unitText, writeExact, writeScaled } from './quantity.ts';
import { inWords, writeExactShare, writeExtreme, writeShare, writeShareBounds } from './share.ts';
import type { Voice } from './voice.ts';

const NONE_SEEN = say`none seen`;
const TOO_FEW = say`too few sampled rows to say`;

/** How sure a number is, which decides how it is worded. */
type Certainty = 'exact' | 'close' | 'rough' | 'range' | 'too-few';

/** Up to this half-width, as a part of the number, an estimate is `about 412,000`. */
const CLOSE = 0.05;
/** Up to this one it is `about 410,000 (between 380,000 and 440,000)`, beyond it only the interval is told. */
const ROUGH = 0.2;

/**
 * A measure in words that claim no more than its interval allows. Without `form`, counts have all their digits and rates
 * and volumes three (1.23 Gbps); `compact` shortens both, `exact` spells every digit, `range` tells only the interval.
 */
export function writeMeasure(voice: Voice, measure: Measure, form?: MeasureForm): string {
  if (form === 'cell') return writeCell(voice, measure);
  const certainty = certaintyOf(measure);
  if (certainty === 'too-few') return voice.say(TOO_FEW);
  const { value, unit, interval } = measure;
  if (certainty === 'exact') return writeCertain(voice, value, unit, form);
  if (unit === 'share' && form !== 'range') {
    const extreme = writeExtremeShare(voice, measure, certainty);
    if (extreme !== undefined) return inWords(voice, extreme);
  }
  if (interval && (form === 'range' || certainty === 'range')) return writeRange(voice, interval, unit, form);
  if (form === 'exact' && certainty === 'close' && !interval)
    return voice.say(say`about ${[writeCertain(voice, value, unit, form)]}`);
  const significant = certainty === 'close' ? 3 : 2;
  const about = voice.say(say`about ${[writeRounded(voice, value, unit, significant, form === 'compact')]}`);
  return certainty === 'close' || form === 'compact' || !interval
    ? about
    : `${about} (${writeRange(voice, interval, unit, undefined, false)})`;
}

/** An estimated share so close to nothing or all that a bound says it better than `about` does; undefined where it is not. */
function writeExtremeShare(voice: Voice, { value, interval }: Measure, certainty: Certainty): string | undefined {
  if (interval && certainty === 'range') return writeExtreme(voice, interval);
  return (value > 0 && value < 0.001) || (value > 0.9999 && value < 1) ? writeShare(voice, value) : undefined;
}

/**
 * For a column that names the unit: `412 k`, `~ 412 k`, `380–440 k`; of samples without a hit `none seen`. The sign is one that
 * the web fonts have: ≈ would put 1.5 MB of whole fonts into every document.
 */
function writeCell(voice: Voice, measure: Measure): string {
  const certainty = certaintyOf(measure);
  const { unit: stated } = measure;
  const unit = stated !== 'ms' && stated !== 'share' && isCountUnit(stated) ? 'count' : stated;
  if (measure.value === 0 && certainty !== 'exact' && !((measure.interval?.upper ?? 0) > 0))
    return voice.say(NONE_SEEN);
  if (certainty === 'too-few') return voice.say(measure.value === 0 ? NONE_SEEN : say`too few rows`);
  if (certainty === 'exact') return writeCertain(voice, measure.value, unit, 'cell');
  if (unit === 'share') {
    const extreme = writeExtremeShare(voice, measure, certainty);
    if (extreme !== undefined) return extreme;
  }
  if (certainty === 'range' && measure.interval) {
    const [low, high] = writeBounds(voice, measure.interval, unit, 'compact', false);
    return `${unit === 'share' ? low.replace(/\s?%$/u, '') : low}–${high}`;
  }
  return `~${NO_BREAK_SPACE}${writeRounded(voice, measure.value, unit, certainty === 'close' ? 3 : 2, true)}`;
}

/**
 * For a share the half-width is measured against the share or what it lacks to 1, whichever is smaller: 99.9 % ± 0.1 says
 * nothing about what leaked, although it is a thousandth of 99.9.
 */
function certaintyOf(measure: Measure): Certainty {
  const { value, unit, kind, interval, sampleCount } = measure;
  if (kind === 'estimated' && sampleCount !== undefined && sampleCount < FEWEST_SAMPLED_ROWS) return 'too-few';
  if (!interval) return kind === 'estimated' ? 'close' : 'exact';
  if (interval.lower === interval.upper && interval.lower === value) return 'exact';
  const size = unit === 'share' ? Math.min(Math.abs(value), Math.abs(1 - value)) : Math.abs(value);
  const halfWidth = (interval.upper - interval.lower) / 2;
  if (halfWidth < CLOSE * size) return 'close';
  return halfWidth <= ROUGH * size ? 'rough' : 'range';
}

function writeCertain(voice: Voice, value: number, unit: Unit, form: MeasureForm | undefined): string {
  if (unit === 'ms') return writeDuration(voice, value);
  if (unit === 'share') {
    if (form === 'exact') return writeExactShare(voice, value);
    return form === 'cell' ? writeShare(voice, value) : inWords(voice, writeShare(voice, value));
  }
  const spelled = form === 'exact' || (form !== 'compact' && form !== 'cell' && isCountUnit(unit));
  return spelled ? writeExact(voice, value, unit) : writeScaled(voice, value, unit, { padded: true });
}

function writeRounded(voice: Voice, value: number, unit: Unit, significant: number, compact: boolean): string {
  if (unit === 'ms') return writeDuration(voice, roundTo(value, significant));
  if (unit === 'share') return writeShare(voice, value);
  if (isCountUnit(unit) && !compact) return writeExact(voice, wholeFromTen(roundTo(value, significant)), unit);
  return writeScaled(voice, wholeFromTen(value, unit), unit, { significant, padded: true });
}

/**
 * `between 380,000 and 440,000 requests`; `compact` uses SI prefixes. The bounds are rounded outward, by at most a fifth of
 * the interval's width, so that what is printed holds what was computed without blurring it.
 */
function writeRange(
  voice: Voice,
  interval: Interval,
  unit: Unit,
  form: MeasureForm | undefined,
  withUnit = true,
): string {
  const [lower, upper] = writeBounds(voice, interval, unit, form, withUnit);
  return voice.say(say`between ${[lower]} and ${[upper]}`);
}

function writeBounds(
  voice: Voice,
  interval: Interval,
  unit: Unit,
  form: MeasureForm | undefined,
  withUnit: boolean,
): readonly [string, string] {
  if (unit === 'share') return writeShareBounds(voice, interval);
  const significant = digitsOf(interval);
  const low = roundTo(interval.lower, significant, 'down');
  const high = roundTo(interval.upper, significant, 'up');
  if (unit === 'ms') return [writeDuration(voice, low), writeDuration(voice, high)];
  if (isCountUnit(unit) && form !== 'compact') {
    const number = (value: number): string => voice.upTo(value, decimalsFor(value, significant));
    const name = withUnit ? unitText(voice, unit, '', high) : '';
    return [number(low), name === '' ? number(high) : `${number(high)}${NO_BREAK_SPACE}${name}`];
  }
  return scaledBounds(voice, low, high, unit, significant);
}

/** Two to six digits, so that the last one counts at most a fifth of the width. */
function digitsOf({ lower, upper }: Interval): number {
  const largest = Math.max(Math.abs(lower), Math.abs(upper));
  if (largest === 0 || lower === upper) return 2;
  return Math.min(6, Math.max(2, Math.floor(Math.log10(largest)) + 1 - Math.floor(Math.log10((upper - lower) / 5))));
}

/** The unit once when both bounds share it (`between 380 and 440 Gbps`, `between 380 k and 440 k requests`), else with each. */
function scaledBounds(
  voice: Voice,
  low: number,
  high: number,
  unit: ScaledUnit,
  significant: number,
): readonly [string, string] {
  const scale = siScale(high);
  const highText = writeScaled(voice, high, unit, { significant });
  if (low !== 0 && siScale(low).divisor !== scale.divisor)
    return [writeScaled(voice, low, unit, { significant, noun: false }), highText];
  const lowText = voice.upTo(low / scale.divisor, decimalsFor(low / scale.divisor, significant));
  const name = unitText(voice, unit, scale.prefix, high);
  // `between 210 and 640 k` could mean 210: a number without a unit of its own carries its prefix.
  const lowPrefix = isCountUnit(unit) && scale.prefix !== '' ? `${NO_BREAK_SPACE}${scale.prefix}` : '';
  const highNumber = voice.upTo(high / scale.divisor, decimalsFor(high / scale.divisor, significant));
  return [`${lowText}${lowPrefix}`, name === '' ? highNumber : `${highNumber}${NO_BREAK_SPACE}${name}`];
}

/** An estimated count of at least ten has no decimals: nobody sends 412.7 requests. */
function wholeFromTen(value: number, unit?: ScaledUnit): number {
  return (unit === undefined || isCountUnit(unit)) && Math.abs(value) >= 10 ? Math.round(value) : value;
}
