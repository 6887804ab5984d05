import type { InputDocument } from '../format.ts';
import { brokenJsonLines } from '../json-text.ts';
import type { Faults } from './faults.ts';
import { isRecord } from './json-values.ts';
import { findDelimiter, readCsv } from './mapped-csv.ts';

/** A CSV or JSON file as columns and rows. */
export interface MappedTable {
  readonly columns: readonly string[];
  /** Reads the rows from the start each time; faults are told in the first reading only. */
  rows(faults?: Faults): Iterable<MappedCells>;
}

export interface MappedCells {
  /** In the order of `columns`; undefined where a JSON record lacks the field. */
  readonly cells: readonly unknown[];
  /** Looked up when asked for: finding a line in JSON costs more than reading the row. */
  line(): number | undefined;
}

/** The table in a document; `path` leads to the records of a JSON document. Faults of the container are added to `faults`. */
export function openTable(
  document: InputDocument,
  options: { readonly path?: string | undefined; readonly delimiter?: string | undefined },
  faults: Faults,
): MappedTable | undefined {
  if (document.json !== undefined && !looksLikeCsv(document)) return openJson(document, options.path, faults);
  if (document.json === undefined && BEGINS_AS_RECORD.test(document.text)) {
    for (const line of brokenJsonLines(document.text, MOST_BROKEN)) faults.add('is not valid JSON', { line });
    if (faults.count > 0) return undefined;
  }
  return openCsv(document, options.delimiter ?? findDelimiter(document.text), faults);
}

/** No header of a CSV file begins like this. */
const BEGINS_AS_RECORD = /^\s*(?:\{|\[\s*\{)/;
/** Broken lines that are counted; the first ones are listed. */
const MOST_BROKEN = 1_000;

/** A CSV file of one number column is also a run of JSON values. */
function looksLikeCsv(document: InputDocument): boolean {
  return !/^\s*[[{]/.test(document.text);
}

function openCsv(document: InputDocument, delimiter: string, faults: Faults): MappedTable | undefined {
  const named = document.input.fields;
  const first = readCsv(document.text, delimiter).next().value;
  if (!first || 'fault' in first) {
    faults.add(first ? first.fault : 'holds no header', first ? { line: first.line } : {});
    return undefined;
  }
  const columns = (named ?? first.cells).map((name) => name.trim());
  return {
    columns,
    *rows(told) {
      let header = named === undefined;
      for (const record of readCsv(document.text, delimiter)) {
        if ('fault' in record) {
          told?.add(record.fault, { line: record.line });
          return;
        }
        if (header) {
          header = false;
          continue;
        }
        if (record.cells.length !== columns.length)
          told?.add(`has ${record.cells.length} cells; expected ${columns.length}`, () => ({ line: record.line() }));
        else yield { cells: record.cells, line: record.line };
      }
    },
  };
}

function openJson(document: InputDocument, dotted: string | undefined, faults: Faults): MappedTable | undefined {
  const path = dotted === undefined || dotted === '' ? [] : dotted.split('.');
  const found = path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, document.json);
  if (!Array.isArray(found)) {
    faults.add(`${path.length === 0 ? 'the document' : `"${dotted}"`} is not a list of records`, {
      field: 'mapping.path',
    });
    return undefined;
  }
  const steps = path.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  const names = new Map<string, string>();
  for (const record of found)
    for (const name of leafNames(record)) if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  const columns = [...names.values()];
  const places = new Map([...names.keys()].map((name, index) => [name, index]));
  return {
    columns,
    *rows(told) {
      for (const [index, record] of found.entries()) {
        if (isRecord(record))
          yield { cells: leafCells(record, places, columns.length), line: () => document.lineOf([...steps, index]) };
        else told?.addAt('is not a record', [...steps, index]);
      }
    },
  };
}

const DEEPEST_FIELD = 8;

function* leavesOf(value: unknown, prefix = '', depth = 0): Generator<[string, unknown]> {
  if (!isRecord(value) || depth > DEEPEST_FIELD) return;
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (isRecord(inner)) yield* leavesOf(inner, name, depth + 1);
    else yield [name, inner];
  }
}

function leafNames(record: unknown): string[] {
  return [...leavesOf(record)].map(([name]) => name);
}

function leafCells(record: unknown, places: ReadonlyMap<string, number>, width: number): unknown[] {
  const cells: unknown[] = new Array(width).fill(undefined);
  for (const [name, value] of leavesOf(record)) {
    const place = places.get(name.toLowerCase());
    if (place !== undefined && cells[place] === undefined) cells[place] = value;
  }
  return cells;
}
