import { type ErrorCode, type ErrorPlace, formatPlace, ReportError } from '../errors.ts';

/** One thing wrong in a file of the workspace. Faults are gathered and told together. */
export interface Fault extends ErrorPlace {
  /** Relative to the workspace. */
  readonly file: string;
  /** What is wrong and what would be right; reads on from the field: `is -5; expected a number of at least 0`. */
  readonly problem: string;
  /** `config-invalid` unless the fault is of another known kind. */
  readonly code?: Extract<ErrorCode, 'file-not-found' | 'path-outside-workspace' | 'workspace-not-found'>;
}

/** Faults listed in one error; the rest are counted. */
const MOST_LISTED = 50;

/** When faults of several kinds meet, the error carries the gravest. */
const GRAVEST_FIRST = ['path-outside-workspace', 'config-invalid', 'file-not-found', 'workspace-not-found'] as const;

/** One `ReportError` for all of them, a line each: `file:line:column: field: problem`. Does nothing when there are none. */
export function throwFaults(faults: readonly Fault[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const codes = new Set(faults.map((fault) => fault.code ?? 'config-invalid'));
  const lines = faults.slice(0, MOST_LISTED).map(formatFault);
  if (faults.length > MOST_LISTED) lines.push(`and ${faults.length - MOST_LISTED} more`);
  throw new ReportError(GRAVEST_FIRST.find((code) => codes.has(code)) ?? 'config-invalid', lines.join('\n'), {
    where: {
      file: first.file,
      ...(first.line !== undefined && { line: first.line }),
      ...(first.column !== undefined && { column: first.column }),
      ...(first.field !== undefined && { field: first.field }),
    },
  });
}

function formatFault(fault: Fault): string {
  const field = fault.field ?? '';
  return `${formatPlace({ ...fault, field: '' })}: ${field === '' ? '' : `${field}: `}${fault.problem}`;
}

/** `traffic[2].file` from `['traffic', 2, 'file']`. */
export function formatField(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const key = /^[\w$-]+$/.test(String(part)) ? String(part) : JSON.stringify(String(part));
    return text === '' ? key : `${text}.${key}`;
  }, '');
}

/** A value of a file as it is shown in a message: JSON, control characters escaped, at most 60 characters. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a group of keys';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 56)}…"` : text;
}
