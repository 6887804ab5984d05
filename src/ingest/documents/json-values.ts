// Reading values of unknown JSON. Nothing here trusts a type, a key or a prototype: the text came from outside.

export type JsonRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own property only, so that `constructor` and `__proto__` are keys like any other. */
export function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The value at a path of own properties; undefined when a step is missing. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce(fieldOf, value);
}

/** The entries of an array; none for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The records of a document whose text was one value, NDJSON, concatenated values or an array. */
export function documentsOf(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : json === undefined ? [] : [json];
}

/** Path of `documentsOf(json)[index]` inside the document, for line numbers. */
export function pathOfDocument(json: unknown, index: number): readonly (string | number)[] {
  return Array.isArray(json) ? [index] : [];
}

const DECIMAL = /^[+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** A finite number of at least 0 from a number or decimal text; undefined for anything else, also for negative numbers. */
export function toAmount(value: unknown): number | undefined {
  if (typeof value === 'string' && !DECIMAL.test(value.trim())) return undefined;
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
