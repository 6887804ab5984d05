import { type ErrorPlace, formatPlace, ReportError } from '../../errors.ts';
import type { InputDocument } from '../format.ts';

/** More faults than this are counted, not listed. */
const MOST_LISTED = 50;

/** The faults of one document, so that an engineer sees all of them at once. */
export interface Faults {
  /** `place` as a function is looked up only if the fault will be listed. */
  add(problem: string, place?: FaultPlace | (() => FaultPlace)): void;
  /** The same at a JSON path. */
  addAt(problem: string, path: readonly (string | number)[]): void;
  readonly count: number;
  /** @throws ReportError `input-invalid` that lists every fault; does nothing when there is none. */
  throwIfAny(): void;
}

export type FaultPlace = Pick<ErrorPlace, 'line' | 'column' | 'field'>;

export function collectFaults(document: InputDocument, hint?: string): Faults {
  const listed: { problem: string; place: ErrorPlace }[] = [];
  let count = 0;
  const list = (problem: string, place: () => FaultPlace) => {
    count += 1;
    if (listed.length < MOST_LISTED) listed.push({ problem, place: { file: document.input.path, ...place() } });
  };
  return {
    add: (problem, place = {}) => list(problem, typeof place === 'function' ? place : () => place),
    addAt: (problem, path) => list(problem, () => placeOf(document, path)),
    get count() {
      return count;
    },
    throwIfAny() {
      const first = listed[0];
      if (!first) return;
      const lines = listed.map(({ problem, place }) => `${formatPlace(place)}: ${problem}`);
      if (count > listed.length) lines.push(`and ${count - listed.length} more`);
      throw new ReportError('input-invalid', lines.join('\n'), {
        where: first.place,
        ...(hint !== undefined && { hint }),
      });
    },
  };
}

/** Line and field of a JSON path, for a fault: `data.viewer.zones[0].count`. */
export function placeOf(document: InputDocument, path: readonly (string | number)[]): FaultPlace {
  const line = document.lineOf(path);
  return { ...(line !== undefined && { line }), field: formatPath(path) };
}

function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
