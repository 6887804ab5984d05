import { z } from 'zod';
import { formatField, showValue } from './faults.ts';
import { nearestOf, suggestion } from './nearest.ts';

/** A fault of a value against its schema. `at` is where it lies; `onKey` when the key itself is at fault, not its value. */
export interface SchemaFault {
  readonly at: readonly PropertyKey[];
  readonly onKey: boolean;
  readonly field: string;
  readonly problem: string;
}

type Issue = z.core.$ZodIssue;

/** Everything that is wrong with `value`, in our words and in the order of the schema; or the value, completed. */
export function checkValue<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): { readonly value: z.output<Schema> } | { readonly faults: readonly SchemaFault[] } {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { value: result.data };
  const { issues } = result.error;
  return { faults: issues.filter((issue) => !isNoise(issue, issues)).flatMap((issue) => explain(issue, [], schema)) };
}

/** A check of several values against each other says nothing while one of them is at fault by itself. */
function isNoise(issue: Issue, all: readonly Issue[]): boolean {
  if (issue.code !== 'custom') return false;
  return all.some(
    (other) =>
      issue.path.every((part, index) => other.path[index] === part) &&
      (other.path.length > issue.path.length || other.code !== 'custom'),
  );
}

function explain(issue: Issue, above: readonly PropertyKey[], schema: z.ZodType): SchemaFault[] {
  const at = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, at);
    return issue.keys.map((key) => {
      const nearest = nearestOf(key, known);
      const cure = nearest === undefined ? `; known keys are ${known.join(', ')}` : `; did you mean "${nearest}"?`;
      return { at: [...at, key], onKey: true, field: formatField([...at, key]), problem: `is not a known key${cure}` };
    });
  }
  if (issue.code === 'invalid_union') {
    const branch = closestBranch(issue.errors);
    if (branch) return branch.flatMap((inner) => explain(inner, at, schema));
  }
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element')
    return issue.issues.flatMap((inner) => explain(inner, at, schema));
  return [{ at, onKey: false, field: formatField(at), problem: describe(issue) }];
}

/** The branch of a union that the writer most likely meant: the right type at the top, then the fewest faults. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const misses = (branch: readonly Issue[]) =>
    branch.length + (branch.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type') ? 100 : 0);
  return [...branches].sort((a, b) => misses(a) - misses(b))[0];
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list (lines that start with -)',
  object: 'a group of keys',
  record: 'a group of keys',
};

function describe(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.expected === 'never') return 'cannot stand here together with the other keys';
      const expected = EXPECTED[issue.expected] ?? issue.expected;
      if (issue.input === undefined) return `is missing; expected ${expected}`;
      const quote = issue.expected === 'string' && typeof issue.input === 'number' ? '; put it in quotes' : '';
      return `is ${showValue(issue.input)}; expected ${expected}${quote}`;
    }
    case 'invalid_value': {
      const words = issue.values.map(String);
      if (issue.input === undefined) return `is missing; expected one of ${words.join(', ')}`;
      const meant = typeof issue.input === 'string' ? suggestion(issue.input, words) : '';
      return `is ${showValue(issue.input)}; expected one of ${words.join(', ')}${meant}`;
    }
    case 'invalid_union': {
      // Of a union told apart by one key: that key has none of its words.
      if (!('options' in issue) || !Array.isArray(issue.options)) return issue.message;
      const words = issue.options.map(String);
      const given = issue.input instanceof Object ? Reflect.get(issue.input, String(issue.path.at(-1))) : undefined;
      const meant = typeof given === 'string' ? suggestion(given, words) : '';
      return `is ${given === undefined ? 'missing' : showValue(given)}; expected one of ${words.join(', ')}${meant}`;
    }
    case 'invalid_format':
      return `is ${showValue(issue.input)}; ${FORMATS[issue.format] ?? issue.message}`;
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') return 'is empty';
      return `is ${showValue(issue.input)}; expected a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string') return `is longer than ${issue.maximum} characters`;
      return `is ${showValue(issue.input)}; expected a number ${issue.inclusive ? 'of at most' : 'below'} ${issue.maximum}`;
    case 'custom':
      return typeof issue.input === 'string' ? `${showValue(issue.input)} ${issue.message}` : issue.message;
    default:
      return issue.message;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'expected a time with its offset such as 2026-11-17T13:00:00Z',
  date: 'expected a date such as 2026-11-17',
};

/** The keys that a schema knows at a place, those of every branch where it is a union. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let nodes = branchesOf(schema);
  for (const part of path) nodes = nodes.flatMap((node) => childrenOf(node, part)).flatMap(branchesOf);
  return [...new Set(nodes.flatMap((node) => (node instanceof z.ZodObject ? Object.keys(node.shape) : [])))];
}

function childrenOf(node: z.core.$ZodType, part: PropertyKey): z.core.$ZodType[] {
  if (node instanceof z.ZodObject) {
    const child: unknown = node.shape[String(part)];
    return child instanceof z.core.$ZodType ? [child] : [];
  }
  if (node instanceof z.ZodArray) return [node.element];
  return node instanceof z.ZodRecord ? [node.valueType] : [];
}

/** The schema without its wrappers (optional, default, what is made of it), or each branch of a union. */
function branchesOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap(branchesOf);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return branchesOf(schema.def.innerType);
  if (schema instanceof z.ZodPipe) return branchesOf(schema.in);
  return [schema];
}
