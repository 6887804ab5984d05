import { TZDate } from '@date-fns/tz';
import { withoutSecrets } from '../model/secrets.ts';
import { visible } from '../text/text.ts';

/**
 * Text that may hold input, as it may be written to a terminal: line breaks stay, everything else that a terminal would
 * obey or hide stands as `‹U+001B›`.
 */
export function terminalText(text: string): string {
  return withoutSecrets(text)
    .replaceAll(/[\u00A0\u202F]/g, ' ') // of our own number forms
    .split('\n')
    .map((line) => visible(line, Number.POSITIVE_INFINITY))
    .join('\n');
}

/** One line of JSON that reads back as the same value and has no character in it that a terminal would obey or hide. */
export function terminalJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}

/** `1.3 MB`; SI, one digit after the point from a kilobyte on. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${units[unit]}`;
}

/** `6.2 s`, `2 min 05 s`. */
export function formatMs(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** `2026-11-23` in a zone. */
export function localDay(at: number, timeZone: string): string {
  return new TZDate(at, timeZone).toISOString().slice(0, 10);
}

/** `07:03` in a zone. */
export function localClock(at: number, timeZone: string): string {
  return new TZDate(at, timeZone).toISOString().slice(11, 16);
}

/** `2026-11-23 07:03 Europe/Berlin`; a time never stands without its zone. */
export function localTime(at: number, timeZone: string): string {
  return `${localDay(at, timeZone)} ${localClock(at, timeZone)} ${timeZone}`;
}
