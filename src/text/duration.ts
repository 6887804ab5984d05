import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import { type Digits, MINUS, NO_BREAK_SPACE } from './digits.ts';

/** The two parts of a length of time, the smaller one being what it is rounded to. */
const SCALES = [
  { from: DAY_MS, large: 'd', largeMs: DAY_MS, small: 'h', smallMs: HOUR_MS },
  { from: HOUR_MS, large: 'h', largeMs: HOUR_MS, small: 'min', smallMs: MINUTE_MS },
  { from: MINUTE_MS, large: 'min', largeMs: MINUTE_MS, small: 's', smallMs: SECOND_MS },
] as const;

/**
 * `350 ms`, `12 s`, `12.4 s`, `14 min 05 s`, `1 h 02 min`, `3 d 04 h`: two parts, rounded to the smaller, which is left
 * out only when the length is exactly the larger (`10 min`). A negative length keeps its sign: it is a fault in the data
 * and has to be seen.
 */
export function writeDuration(digits: Digits, ms: number): string {
  if (ms < 0) return `${MINUS}${writeDuration(digits, -ms)}`;
  for (const { from, large, largeMs, small, smallMs } of SCALES) {
    const rounded = Math.round(ms / smallMs) * smallMs;
    if (rounded < from) continue;
    const whole = Math.floor(rounded / largeMs);
    const rest = Math.round((rounded - whole * largeMs) / smallMs);
    const first = `${digits.fixed(whole, 0)}${NO_BREAK_SPACE}${large}`;
    if (ms === whole * largeMs) return first;
    return `${first}${NO_BREAK_SPACE}${String(rest).padStart(2, '0')}${NO_BREAK_SPACE}${small}`;
  }
  if (ms === 0) return `0${NO_BREAK_SPACE}s`;
  if (Math.round(ms) >= SECOND_MS)
    return `${ms % SECOND_MS === 0 ? digits.fixed(ms / SECOND_MS, 0) : digits.fixed(ms / SECOND_MS, 1)}${NO_BREAK_SPACE}s`;
  return `${digits.upTo(ms, ms < 10 ? 1 : 0)}${NO_BREAK_SPACE}ms`;
}
