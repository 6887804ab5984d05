import type { LogRow } from '../../sample-data/generator/scenarios/http-rows.ts';

/** A condition on one record, as `analysis.signatures[].all` writes it. */
export interface Predicate {
  readonly field: string;
  readonly op: string;
  readonly value: unknown;
}

/**
 * Whether a record meets all conditions. Written apart from the program that finds signatures, so that an error there is seen
 * here. @throws RangeError for a condition that cannot be evaluated: such a signature is worth nothing.
 */
export function meetsAll(row: LogRow, predicates: readonly Predicate[]): boolean {
  return predicates.every((predicate) => meets(row, predicate));
}

function meets(row: LogRow, { field, op, value }: Predicate): boolean {
  const found = readField(row, field);
  switch (op) {
    case 'eq':
      return value === null ? isEmpty(found) : same(found, value);
    case 'ne':
      return value === null ? !isEmpty(found) : !same(found, value);
    case 'in':
      return listOf(value).some((item) => same(found, item));
    case 'range': {
      const [low, high] = listOf(value);
      const number = Number(found);
      return !isEmpty(found) && number >= Number(low) && number <= Number(high);
    }
    case 'contains':
      return Array.isArray(found)
        ? found.some((item) => same(item, value))
        : String(found ?? '').includes(String(value));
    case 'startsWith':
      return String(found ?? '').startsWith(String(value));
    default:
      throw new RangeError(`"${op}" is no condition`);
  }
}

function readField(row: LogRow, field: string): unknown {
  const [head = '', name] = split(field);
  if (!(head in row)) throw new RangeError(`"${field}" is no field of the log`);
  const found = row[head];
  if (name === undefined) return found;
  return found instanceof Object ? (found as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** `RequestHeaders.accept-language` is a key of a field that holds several. */
function split(field: string): [string, string?] {
  const dot = field.indexOf('.');
  return dot < 0 ? [field] : [field.slice(0, dot), field.slice(dot + 1)];
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new RangeError(`${JSON.stringify(value)} is no list`);
  return value;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function same(found: unknown, value: unknown): boolean {
  return !isEmpty(found) && String(found) === String(value);
}
