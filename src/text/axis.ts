import type { Unit } from '../model/measure.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { NARROW_NO_BREAK_SPACE, NO_BREAK_SPACE } from './digits.ts';
import { isCountUnit, siScale, unitNoun, unitText } from './quantity.ts';
import type { Voice } from './voice.ts';

/** One scale for all ticks of an axis: the unit once, the numbers bare. */
export interface AxisWriter {
  /** `Gbps`, `requests`, `ms`; empty for shares, whose ticks say `%`. */
  readonly unit: string;
  label(value: number): string;
}

/** `maximum` picks the prefix, `step` the decimals. Ticks of counts carry the prefix (`50 k`), the unit stays a word. */
export function createAxisWriter(voice: Voice, maximum: number, step: number, unit: Unit): AxisWriter {
  if (unit === 'share') {
    const decimals = decimalsOfStep(step * 100);
    return {
      unit: '',
      label: (value) => `${voice.fixed(value * 100, value === 0 ? 0 : decimals)}${NARROW_NO_BREAK_SPACE}%`,
    };
  }
  if (unit === 'ms') {
    const scale = timeScale(maximum);
    const decimals = decimalsOfStep(step / scale.ms);
    return { unit: scale.name, label: (value) => voice.fixed(value / scale.ms, value === 0 ? 0 : decimals) };
  }
  // An axis that ends at exactly 1 k reads better as 250, 500, 750, 1,000.
  const { divisor, prefix } = siScale(maximum * 0.99);
  const decimals = decimalsOfStep(step / divisor);
  const number = (value: number): string => voice.fixed(value / divisor, value === 0 ? 0 : decimals);
  if (!isCountUnit(unit)) return { unit: unitText(voice, unit, prefix, divisor), label: number };
  const suffix = prefix === '' ? '' : `${NO_BREAK_SPACE}${prefix}`;
  return { unit: unitNoun(voice, unit), label: (value) => `${number(value)}${value === 0 ? '' : suffix}` };
}

function timeScale(maximum: number): { readonly name: string; readonly ms: number } {
  if (maximum < 10 * SECOND_MS) return { name: 'ms', ms: 1 };
  if (maximum < 10 * MINUTE_MS) return { name: 's', ms: SECOND_MS };
  return maximum < 10 * HOUR_MS ? { name: 'min', ms: MINUTE_MS } : { name: 'h', ms: HOUR_MS };
}

/** Decimals that tell neighbouring ticks apart: 0.25 has two. At most three. */
function decimalsOfStep(step: number): number {
  for (let decimals = 0; decimals < 3; decimals += 1) {
    const scaled = step * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6) return decimals;
  }
  return 3;
}
