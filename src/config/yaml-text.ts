import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { z } from 'zod';
import type { Fault } from './faults.ts';
import { throwFaults } from './faults.ts';
import { checkValue } from './schema-faults.ts';

/** Levels of lists and groups inside each other. Deeper text is refused before the parser sees it: it would run for seconds. */
const DEEPEST = 64;
/** Columns of indentation that go with it. */
const WIDEST_INDENT = 512;
/** How often aliases may repeat what they stand for; the parser's count, not the number of `*name`. */
const MOST_ALIASES = 100;

/** A checked YAML file that can still say where its values stand. */
export interface YamlValue<T> {
  readonly value: T;
  /** Line and column, from 1, of the value at a path, or of the nearest thing around it that is in the file. */
  placeOf(path: readonly PropertyKey[]): { readonly line?: number; readonly column?: number };
}

/**
 * Reads YAML 1.2 text against its schema. `file` is used in messages only.
 * @returns the value with defaults filled in, or every fault of the text; never both.
 */
export function checkYaml<Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
): YamlValue<z.output<Schema>> | { readonly faults: readonly Fault[] } {
  const deep = findTooDeep(text);
  if (deep !== undefined)
    return { faults: [{ file, line: deep, problem: `is nested more than ${DEEPEST} levels deep` }] };

  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.2', uniqueKeys: false, prettyErrors: false });
  const placeAt = (offset: number | undefined) => {
    if (offset === undefined) return {};
    const { line, col } = lines.linePos(offset);
    return line === 0 ? {} : { line, column: col };
  };
  const syntax = [
    ...[...document.errors, ...document.warnings].map(({ pos, message }) => ({ at: pos[0], message })),
    ...repeatedKeys(document).map((at) => ({ at, message: 'Map keys must be unique' })),
  ];
  if (syntax.length > 0)
    return { faults: syntax.map(({ at, message }) => ({ file, ...placeAt(at), problem: `is not YAML: ${message}` })) };

  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    // The parser throws a ReferenceError when aliases would blow the document up, and for nothing else.
    if (!(error instanceof ReferenceError)) throw error;
    return { faults: [{ file, problem: 'repeats its aliases (*name) too often; write the values out' }] };
  }
  if (plain === null || plain === undefined) return { faults: [{ file, line: 1, problem: 'is empty' }] };

  const offsetOf = (path: readonly PropertyKey[], onKey: boolean): number | undefined => {
    let node: unknown = document.contents;
    let offset = isNode(node) ? node.range?.[0] : undefined;
    for (const [index, part] of path.entries()) {
      if (isAlias(node)) node = node.resolve(document);
      const isLast = index === path.length - 1;
      const pair = isMap(node)
        ? node.items.find((item) => isPair(item) && keyOf(item.key) === String(part))
        : undefined;
      const next: unknown = pair ? pair.value : isMap(node) ? undefined : childAt(node, part);
      const mark = pair && ((isLast && onKey) || !isNode(pair.value)) ? pair.key : next;
      if (!isNode(mark)) return offset;
      offset = mark.range?.[0] ?? offset;
      node = next;
    }
    return offset;
  };

  const checked = checkValue(schema, plain);
  if ('faults' in checked)
    return {
      faults: checked.faults.map(({ at, onKey, field, problem }) => ({
        file,
        ...placeAt(offsetOf(at, onKey)),
        ...(field !== '' && { field }),
        problem,
      })),
    };
  return { value: checked.value, placeOf: (path) => placeAt(offsetOf(path, false)) };
}

/**
 * The value of YAML text with defaults filled in.
 * @throws ReportError `config-invalid` that lists every fault with file, line, column and field.
 */
export function readYaml<Schema extends z.ZodType>(
  text: string,
  file: string,
  schema: Schema,
): YamlValue<z.output<Schema>> {
  const checked = checkYaml(text, file, schema);
  if (!('faults' in checked)) return checked;
  throwFaults(checked.faults);
  throw new Error('a refused file has at least one fault');
}

/** Where keys stand that their map has already. The parser's own check compares each key with every other one: seconds for a long map. */
function repeatedKeys(document: Document.Parsed): number[] {
  const places: number[] = [];
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) places.push(key.range?.[0] ?? 0);
        seen.add(key.value);
      }
    },
  });
  return places;
}

function keyOf(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function childAt(node: unknown, part: PropertyKey): Node | undefined {
  if (!isNode(node) || !('items' in node) || !Array.isArray(node.items) || typeof part !== 'number') return undefined;
  const child: unknown = node.items[part];
  return isNode(child) ? child : undefined;
}

/** The 1-based line at which text nests deeper than any file of ours; tokens only, so that it is linear in the text. */
function findTooDeep(text: string): number | undefined {
  let line = 1;
  let flow = 0;
  let dashes = 0;
  for (const token of new Lexer().lex(text)) {
    const first = token[0];
    if (token === '[' || token === '{') flow++;
    else if (token === ']' || token === '}') flow = Math.max(0, flow - 1);
    else if (token === '-' || token === '?') dashes++;
    else if (first === ' ' && token.length > WIDEST_INDENT) return line;
    if (flow + dashes > DEEPEST) return line;
    const breaks = token.split('\n').length - 1;
    if (breaks > 0) {
      line += breaks;
      dashes = 0;
    }
  }
  return undefined;
}
