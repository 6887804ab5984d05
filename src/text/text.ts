import type { Measure, Unit } from '../model/measure.ts';
import type { Inline, LabelRole, MeasureForm, Phrase, TimeForm } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import { withoutSecrets } from '../model/secrets.ts';
import { type AxisWriter, createAxisWriter } from './axis.ts';
import { createClock, type TickForm } from './clock.ts';
import { asciiHost, defang, disarm } from './defang.ts';
import { NO_BREAK_SPACE } from './digits.ts';
import { writeDuration } from './duration.ts';
import { writeMeasure } from './hedge.ts';
import { writeScaled } from './quantity.ts';
import { writeShare } from './share.ts';
import { speakerOf } from './speaker.ts';
import { visible, visibleWording } from './visible.ts';
import { createVoice } from './voice.ts';

export { localise } from './localise.ts';
export { unitNouns } from './quantity.ts';
export { type Language, languageOf } from './speaker.ts';
export { defang, disarm, visible };

/**
 * Writes numbers, instants and phrases for people, in one locale and one zone. The only place where a number becomes text.
 * Every result is plain text that is safe to show: control, bidi and zero-width characters of input are made visible.
 * A number that is not finite is refused with `section-failed`.
 */
export interface Writer {
  readonly locale: string;
  readonly timeZone: string;
  /** The pieces one after the other; no space is added between them. */
  phrase(phrase: Phrase | Inline): string;
  measure(measure: Measure, form?: MeasureForm): string;
  /** A short number with SI prefix and unit for an axis or a label: `1.2 Gbps`, `450 k`. Counts go without their noun. */
  quantity(value: number, unit: Unit): string;
  time(at: number, form: TimeForm): string;
  /** `UTC+01:00` at that instant. */
  offset(at: number): string;
  /** `14 min 05 s`, `1 h 02 min`, `350 ms`. The spaces do not break. */
  duration(ms: number): string;
  integer(value: number): string;
  /** 0.9132 → `91.3 %`. Never `0 %` or `100 %` for a share that is not exactly that. */
  share(value: number): string;
  /** A label from input, safe to show: without secrets and with nothing that runs; `indicator` is defanged as a whole, and a host with letters outside ASCII shows its ASCII form. */
  label(value: string, role: LabelRole): string;
  /** One scale for all ticks of an axis of numbers up to `maximum`, `step` apart. */
  axis(maximum: number, step: number, unit: Unit): AxisWriter;
  /** A tick of a time axis. */
  tick(at: number, form: TickForm): string;
}

export interface WriterOptions {
  /** BCP 47, such as `en-GB`. */
  readonly locale: string;
  /** IANA zone, such as `Europe/Berlin`. */
  readonly timeZone: string;
}

/** Throws `config-invalid` for an unknown locale or zone. */
export function createWriter({ locale, timeZone }: WriterOptions): Writer {
  const voice = createVoice(locale);
  const speaker = speakerOf(locale);
  const clock = createClock(locale, timeZone);
  const integer = (value: number): string => voice.fixed(value, 0);
  const measure = (value: Measure, form?: MeasureForm): string => writeMeasure(voice, value, form);
  const utcClock = createClock(locale, 'UTC');
  const duration = (ms: number): string => writeDuration(voice, ms);

  const countOf = (value: number, noun: string): string =>
    noun === '' ? integer(value) : `${integer(value)}${NO_BREAK_SPACE}${visibleWording(noun)}`;

  const piece = (inline: Inline): string => {
    if (typeof inline === 'string') return visibleWording(inline).replaceAll('${', '$[{]');
    switch (inline.kind) {
      case 'measure':
        return measure(inline.measure, inline.form);
      case 'count':
        return countOf(inline.value, speaker.noun(inline.value, inline));
      case 'time':
        return (inline.utc ? utcClock : clock).time(inline.at, inline.form);
      case 'span': {
        const zone = inline.utc ? utcClock : clock;
        const isOneDay = zone.time(inline.start, 'day') === zone.time(inline.end, 'day');
        return voice.say(
          say`${[zone.time(inline.start, 'instant')]} to ${[zone.time(inline.end, isOneDay ? 'clock' : 'instant')]}`,
        );
      }
      case 'zone':
        return `${timeZone} (${clock.offset(inline.at)})`;
      case 'duration':
        if (inline.below) return `<${NO_BREAK_SPACE}${duration(inline.ms)}`;
        return inline.signed && inline.ms > 0 ? `+${duration(inline.ms)}` : duration(inline.ms);
      case 'label':
        return writeLabel(inline.value, inline.role);
      case 'missing':
        return piece(inline.reason);
      case 'report':
        return writeLabel(inline.reportId, 'code');
      case 'message':
        return speaker.say(inline).map(piece).join('');
      default:
        return inline satisfies never;
    }
  };

  return {
    locale,
    timeZone,
    phrase: (phrase) => (isPhrase(phrase) ? phrase.map(piece).join('') : piece(phrase)),
    measure,
    quantity: (value, unit) => {
      if (unit === 'ms') return duration(value);
      return unit === 'share' ? writeShare(voice, value) : writeScaled(voice, value, unit, { noun: false });
    },
    time: clock.time,
    offset: clock.offset,
    duration,
    integer,
    share: (value) => writeShare(voice, value),
    label: writeLabel,
    axis: (maximum, step, unit) => createAxisWriter(voice, maximum, step, unit),
    tick: clock.tick,
  };
}

function writeLabel(value: string, role: LabelRole): string {
  const text = withoutSecrets(value);
  if (role === 'prose') return disarm(visible(text, Number.POSITIVE_INFINITY));
  const shown = visible(text);
  if (role === 'code') return disarm(shown);
  const ascii = asciiHost(text);
  const whole = ascii === undefined ? shown : `${shown} (${visible(ascii)})`;
  return role === 'indicator' ? defang(whole) : disarm(whole);
}

/** Words from input on a chart, where nothing says what they are: no secret, nothing that runs, nothing unseen. */
export function visibleLabel(value: string): string {
  return writeLabel(value, 'code');
}

function isPhrase(phrase: Phrase | Inline): phrase is Phrase {
  return Array.isArray(phrase);
}
