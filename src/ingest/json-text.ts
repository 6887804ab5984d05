import { findNodeAtLocation, type Node, type ParseError, parse, parseTree } from 'jsonc-parser';
import { ReportError } from '../errors.ts';

/** Deeper nesting than any export has; what is deeper is made to exhaust a reader. */
const MAX_DEPTH = 64;
/** More values side by side in one text than any concatenated export has. */
const MAX_TOP_VALUES = 1_000_000;

/** JSON of a document with the way back to its lines. */
export interface JsonText {
  /** The value; an array of all values when several stand one after the other. */
  readonly value: unknown;
  lineOf(path: readonly (string | number)[]): number | undefined;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads text that is one JSON value or several one after the other (NDJSON, concatenated objects). Undefined when the text does
 * not begin like JSON or is not JSON.
 *
 * @throws ReportError `input-invalid` when it is JSON but nested too deep or with a key twice in one object, where the meaning
 * would depend on the reader.
 */
export function readJsonText(text: string, file: string): JsonText | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const spans = splitValues(text, file);
  const first = spans?.[0];
  if (spans === undefined || first === undefined) return undefined;
  const values: unknown[] = [];
  for (const span of spans) {
    try {
      values.push(JSON.parse(text.slice(span.start, span.end)));
    } catch {
      return undefined;
    }
  }
  const single = spans.length === 1;
  // Trees are only built for faults, and then kept: one fault is seldom alone.
  const trees = new Map<Span, Node | undefined>();
  const treeOf = (span: Span) => {
    if (!trees.has(span)) trees.set(span, parseTree(text.slice(span.start, span.end)));
    return trees.get(span);
  };
  return {
    value: single ? values[0] : values,
    lineOf: (path) => {
      const span = single ? first : spans[Number(path[0])];
      if (span === undefined) return path.length === 0 ? 1 : undefined;
      const tree = treeOf(span);
      const node = tree && findNodeAtLocation(tree, [...(single ? path : path.slice(1))]);
      return node && lineAt(text, span.start + node.offset);
    },
  };
}

/** Lines where text that begins like JSON is not JSON, the first `most` of them; none for other text and for JSON. */
export function brokenJsonLines(text: string, most: number): number[] {
  if (!/^\s*[[{]/.test(text)) return [];
  const lines = brokenOfLines(text, most);
  if (lines !== undefined) return lines;
  const faults: ParseError[] = [];
  parse(text, faults);
  const [first] = faults;
  return first ? [lineAt(text, first.offset)] : [];
}

/** The lines that are no JSON value in text whose first line is one; undefined when the text is not of that kind. */
function brokenOfLines(text: string, most: number): number[] | undefined {
  const broken: number[] = [];
  let number = 0;
  let values = 0;
  for (const line of linesOf(text)) {
    number += 1;
    if (line.trim() === '') continue;
    if (isJson(line)) values += 1;
    else if (values === 0) return undefined;
    else broken.push(number);
    if (broken.length === most) break;
  }
  return broken.length > 0 ? broken : undefined;
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    yield text.slice(start, end === -1 ? undefined : end);
    start = end === -1 ? text.length : end + 1;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** 1-based line of a position. */
function lineAt(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** What is read of one container that is still open. `keys` is undefined in an array. */
interface Level {
  readonly keys: Set<string> | undefined;
  /** In an object: the next string is a key. */
  expectsKey: boolean;
}

/**
 * One pass over the text that does not recurse: finds the top-level values, the depth and the keys. It is no grammar check,
 * `JSON.parse` does that afterwards. Undefined when the brackets do not match.
 */
function splitValues(text: string, file: string): Span[] | undefined {
  const spans: Span[] = [];
  const open: Level[] = [];
  let start = -1;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    // The blanks of JSON and no others: zeros are what a disk puts where a block was never written.
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) continue;
    const level = open.at(-1);
    if (code === 0x22) {
      const end = endOfString(text, i);
      if (end === undefined) return undefined;
      if (level?.expectsKey) addKey(level, text.slice(i, end), { text, file, position: i });
      if (level === undefined) return undefined;
      i = end - 1;
    } else if (code === 0x7b || code === 0x5b) {
      if (open.length === MAX_DEPTH) throw tooDeep(text, file, i);
      if (open.length === 0) start = i;
      open.push({ keys: code === 0x7b ? new Set() : undefined, expectsKey: code === 0x7b });
    } else if (code === 0x7d || code === 0x5d) {
      if (level === undefined || (level.keys !== undefined) !== (code === 0x7d)) return undefined;
      open.pop();
      if (open.length === 0) {
        spans.push({ start, end: i + 1 });
        if (spans.length > MAX_TOP_VALUES) return undefined;
      }
    } else if (level === undefined) {
      // Between values only blanks, and a comma where a batch was cut out of an array.
      if (code !== 0x2c) return undefined;
    } else if (code === 0x2c && level.keys !== undefined) {
      level.expectsKey = true;
    }
  }
  return open.length === 0 ? spans : undefined;
}

/** Position after the closing quote; undefined when there is none. */
function endOfString(text: string, start: number): number | undefined {
  for (let i = start + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i += 1;
    else if (code === 0x22) return i + 1;
  }
  return undefined;
}

function addKey(level: Level, quoted: string, place: { text: string; file: string; position: number }): void {
  level.expectsKey = false;
  const key = quoted.includes('\\') ? unquoted(quoted) : quoted.slice(1, -1);
  if (level.keys?.has(key)) {
    throw new ReportError(
      'input-invalid',
      `The key ${quoted} stands twice in one object, so its value is not certain.`,
      {
        where: { file: place.file, line: lineAt(place.text, place.position) },
        hint: 'Export the file again; do not edit it by hand.',
      },
    );
  }
  level.keys?.add(key);
}

function unquoted(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

function tooDeep(text: string, file: string, position: number): ReportError {
  return new ReportError('input-invalid', `The JSON is nested more than ${MAX_DEPTH} levels deep.`, {
    where: { file, line: lineAt(text, position) },
    hint: 'No export is nested like this; get the file again from its source.',
  });
}
