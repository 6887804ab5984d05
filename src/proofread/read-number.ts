import type { Unit } from '../model/measure.ts';

/** A number as it stands in a text: what it says, in base units, and the place that its last digit stands for. */
export interface ReadNumber {
  readonly value: number;
  readonly step: number;
  readonly kind: 'number' | 'share' | 'ms';
  /** Unit behind the number by its id, else the words that stand there; empty where a column or an axis names it. */
  readonly unit: string;
  /** The words as they stand there. */
  readonly words: string;
}

const PREFIXES: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
const TIME_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, min: 6e4, h: 36e5, d: 864e5 };
const RATES: Readonly<Record<string, Unit>> = {
  rps: 'requests/s',
  pps: 'packets/s',
  cps: 'connections/s',
  qps: 'queries/s',
  eps: 'events/s',
  bps: 'bits/s',
  B: 'bytes',
  bit: 'bits',
};

/** Reads numbers of one locale. Knows nothing of how they are written here: that is what it is for. */
export interface NumberReader {
  /** The one number that a text consists of, such as `1.23 Gbps`, `37.7 k requests`, `17.3 %`, `14 min 05 s`; undefined for any other text. */
  read(text: string): ReadNumber | undefined;
}

/** `units`: what else a unit is called, such as the nouns of the language, by its words. */
export function createNumberReader(locale: string, units: ReadonlyMap<string, Unit> = new Map()): NumberReader {
  const parts = new Intl.NumberFormat(new Intl.Locale(locale, { numberingSystem: 'latn' }), {
    minimumFractionDigits: 1,
    useGrouping: true,
  }).formatToParts(1_234_567.5);
  const part = (type: string, fallback: string) => parts.find((one) => one.type === type)?.value ?? fallback;
  const [group, decimal] = [part('group', ','), part('decimal', '.')];
  const bare = (text: string): { value: number; step: number } | undefined => {
    const folded = text.replace(/[\u00a0\u202f]/gu, ' ');
    const plain = folded
      .replace(/^[+\u2212-]/u, '')
      .split(group.replace(/[\u00a0\u202f]/gu, ' '))
      .join('');
    const [whole = '', fraction = '', more] = plain.split(decimal);
    if (more !== undefined || !/^\d+$/u.test(whole) || !/^\d*$/u.test(fraction)) return undefined;
    const sign = /^[\u2212-]/u.test(folded) ? -1 : 1;
    return { value: sign * Number(`${whole}.${fraction || 0}`), step: 10 ** -fraction.length };
  };
  const readDuration = (words: readonly string[]): ReadNumber | undefined => {
    let [value, step] = [0, 0];
    for (let i = 0; i < words.length; i += 2) {
      const scale = TIME_UNITS[words[i + 1] ?? ''];
      const number = bare(words[i] ?? '');
      if (scale === undefined || !number) return undefined;
      value += (i > 0 && value < 0 ? -1 : 1) * number.value * scale;
      step = number.step * scale;
    }
    return { value, step, kind: 'ms', unit: '', words: '' };
  };
  return {
    read: (text) => {
      const words = text
        .trim()
        .split(/[\s\u00a0\u202f]+/u)
        .filter((word) => word !== '');
      // A blank may part thousands; those of one number are put together again.
      if (/\s/u.test(group.replace(/[\u00a0\u202f]/gu, ' ')))
        for (let i = 1; i < words.length; )
          if (/^\d{3}([^\d].*)?$/u.test(words[i] ?? '') && /\d$/u.test(words[i - 1] ?? ''))
            words.splice(i - 1, 2, `${words[i - 1]}${words[i]}`);
          else i += 1;
      const [first = '', second = '', ...rest] = words;
      if (second in TIME_UNITS && words.length % 2 === 0) return readDuration(words);
      const number = bare(first);
      if (!number) return undefined;
      if (second === '%')
        return rest.length > 0
          ? undefined
          : { value: number.value / 100, step: number.step / 100, kind: 'share', unit: '', words: '' };
      const symbol = /^([kMGTPE]?)(rps|pps|cps|qps|eps|bps|bit|B)$/u.exec(second);
      const scaled = (scale: number, unit: string, words = ''): ReadNumber => ({
        value: number.value * scale,
        step: number.step * scale,
        kind: 'number',
        unit,
        words,
      });
      if (symbol && rest.length === 0) return scaled(PREFIXES[symbol[1] ?? ''] ?? 1, RATES[symbol[2] ?? ''] ?? '');
      const prefix = PREFIXES[second];
      const named = (scale: number, noun: string) => scaled(scale, units.get(noun) ?? noun, noun);
      return prefix !== undefined ? named(prefix, rest.join(' ')) : named(1, [second, ...rest].join(' ').trim());
    },
  };
}
