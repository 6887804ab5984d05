import type { Engine } from '../../engine/engine.ts';
import type { Predicate } from '../../model/signature.ts';
import type { TimeWindow } from '../../model/time.ts';
import type { Layer } from '../../model/traffic.ts';
import type { Account } from '../account.ts';
import { createBinder, inWindows } from '../statement.ts';
import { type Field, fieldsOf, INSTEAD, valueSql } from './fields.ts';

/** What a record of the sample belongs to. */
const GROUPS = ['attack', 'train', 'holdOut'] as const;
type Group = (typeof GROUPS)[number];

/** Times of the groups. */
export type Spans = Readonly<Record<Group, readonly TimeWindow[]>>;

/** A bounded sample of records, one column a feature. */
export interface Sample {
  /** Index into `GROUPS` of each record. */
  readonly groups: Uint8Array;
  /** Volume that each record stands for. */
  readonly volumes: Float64Array;
  readonly features: readonly Feature[];
  /** All records of each group in the log, sampled or not. */
  readonly records: Readonly<Record<Group, number>>;
}

/** One attribute of the records, each value as a small number. */
export interface Feature {
  readonly field: string;
  readonly side: Field['side'];
  readonly cost: number;
  readonly values: readonly FeatureValue[];
  /** Index into `values` of each record; 0 is a missing value. */
  readonly codes: Int32Array;
  /** How a single value is told; undefined for none. */
  readonly tells: (value: FeatureValue) => Predicate | undefined;
  /** Whether several values, a range of them, or the lack of one may be told. */
  readonly sets: boolean;
  readonly ranges: boolean;
  readonly absence: boolean;
}

export type FeatureValue = string | number | null;

/** Records read of attack and of baseline. */
const MOST_ATTACK = 30_000;
const MOST_BASELINE = 40_000;
/** Members of an object (headers, cookies) and elements of lists that are looked at, most frequent first. */
const MOST_MEMBERS = 40;
/** A value longer than this is no part of a rule. */
const LONGEST_VALUE = 300;
/** Resolution of the share of records that is read. */
const SLOTS = 1_000_000;

/** Names of the columns of a relation. */
export async function columnsOf(engine: Engine, relation: string): Promise<ReadonlySet<string>> {
  const rows = await engine.query<{ name: string }>(
    'select column_name as name from information_schema.columns where table_name = $1',
    [relation],
  );
  return new Set(rows.map(({ name }) => name));
}

/**
 * Reads a sample that depends on the records alone, not on their order: those whose hash is below a threshold. Records that are
 * equal in everything that is hashed are read together or not at all.
 */
export async function readSample(engine: Engine, account: Account, spans: Spans): Promise<Sample> {
  const { relation, layer } = account.source;
  const columns = await columnsOf(engine, relation);
  const fields = fieldsOf(layer, columns);
  const records = await countRecords(engine, relation, spans);
  const hash = hashOf(engine, columns);
  const slot = (most: number, all: number) => Math.min(SLOTS, Math.ceil((SLOTS * most) / Math.max(1, all)));
  const baseline = slot(MOST_BASELINE, records.train + records.holdOut);
  const binder = createBinder();
  const parts = GROUPS.map((group, index) => {
    const most = group === 'attack' ? slot(MOST_ATTACK, records.attack) : baseline;
    return `select ${index} as grp, ${account.quantity} as volume, ${hash} as h, ${fields.map((field, at) => `${read(field, engine)} as f${at}`).join(', ')}
      from ${relation} where ${inWindows(binder, spans[group])}${most < SLOTS ? ` and ${hash} % ${SLOTS} < ${most}` : ''}`;
  });
  const values = fields.map((_, at) => `f${at}`).join(', ');
  const rows = await engine.query<{ grp: number; volume: number | null; row: string }>(
    `select grp, volume, ${engine.dialect.jsonArray(values)} as row from (${parts.join(' union all ')}) order by grp, h, row`,
    binder.values,
  );
  const groups = Uint8Array.from(rows, (row) => row.grp);
  const volumes = Float64Array.from(rows, (row) => row.volume ?? 0);
  const cells = rows.map((row) => JSON.parse(row.row) as unknown[]);
  const features = fields
    .flatMap((field, at) => featuresOf(field, cells, at, layer))
    .filter((feature) => feature.values.length > 1);
  const known = new Set(features.map(({ field }) => field));
  return { groups, volumes, features: features.filter(({ field }) => !known.has(INSTEAD.get(field) ?? '')), records };
}

/** Columns that tell records apart, as far as a relation has them. */
const HASHED = ['ray', 'source_ip', 'source_port', 'destination_ip', 'path', 'query', 'ip_length', 'ttl', 'user_agent'];

function hashOf(engine: Engine, columns: ReadonlySet<string>): string {
  return engine.dialect.hash('t', ...HASHED.filter((name) => columns.has(name)));
}

/** Condition that holds for about this part of the records, the same ones each time and in whatever order. */
export function sampledBy(engine: Engine, columns: ReadonlySet<string>, part: number): string {
  return `${hashOf(engine, columns)} % ${SLOTS} < ${Math.ceil(SLOTS * part)}`;
}

async function countRecords(engine: Engine, relation: string, spans: Spans): Promise<Record<Group, number>> {
  const binder = createBinder();
  const counts = GROUPS.map((group) => `count(*) filter (where ${inWindows(binder, spans[group])}) as ${group}`);
  const [row] = await engine.query<Record<string, number>>(
    `select ${counts.join(', ')} from ${relation}`,
    binder.values,
  );
  return { attack: row?.attack ?? 0, train: row?.train ?? 0, holdOut: row?.holdOut ?? 0 };
}

function read(field: Field, engine: Engine): string {
  switch (field.kind) {
    case 'members':
      return engine.dialect.json(field.column);
    case 'list':
      return field.column;
    default:
      return valueSql(field, engine.dialect);
  }
}

function featuresOf(field: Field, cells: readonly (readonly unknown[])[], at: number, layer: Layer): Feature[] {
  const { name, side, cost } = field;
  const whole = { field: name, side, cost, sets: true, ranges: false, absence: true };
  const is = (value: FeatureValue): Predicate => ({ field: name, op: 'eq', value });
  const starts = (value: FeatureValue): Predicate | undefined =>
    typeof value === 'string' ? { field: name, op: 'startsWith', value } : undefined;
  const column = cells.map((row) => row[at]);
  switch (field.kind) {
    case 'text':
      return [{ ...whole, ...encode(column.map(asText)), tells: is }];
    case 'agent':
      return [
        { ...whole, ...encode(column.map(asText)), tells: is },
        {
          ...whole,
          ...encode(column.map((cell) => productOf(asText(cell)))),
          tells: starts,
          sets: false,
          absence: false,
        },
      ];
    case 'address':
      return [
        { ...whole, ...encode(column.map(asText)), tells: is, absence: false },
        {
          ...whole,
          ...encode(column.map((cell) => prefixOf(asText(cell)))),
          tells: starts,
          sets: false,
          absence: false,
        },
      ];
    case 'code':
      return [{ ...whole, ...encode(column.map(asNumber)), tells: is, absence: false }];
    case 'number':
      // What a score of 0 or a missing length means differs from source to source, so the lack of one tells nothing.
      return [
        {
          ...whole,
          ...encode(column.map(asNumber)),
          tells: is,
          sets: layer === 'network',
          ranges: true,
          absence: false,
        },
      ];
    case 'query': {
      const parameter = (cell: unknown) => {
        const key = asText(cell)?.split(/[=&]/u, 1)[0];
        return key === undefined || key === '' ? null : `?${key}=`;
      };
      const contains = (value: FeatureValue): Predicate | undefined =>
        typeof value === 'string' ? { field: name, op: 'contains', value } : undefined;
      return [{ ...whole, ...encode(column.map(parameter)), tells: contains, sets: false, absence: false }];
    }
    case 'list':
      return elementsOf(column).map((element) => ({
        ...whole,
        ...encode(column.map((cell) => (Array.isArray(cell) && cell.includes(element) ? element : null))),
        tells: (value) => (value === null ? undefined : { field: name, op: 'contains' as const, value: element }),
        sets: false,
        absence: false,
      }));
    case 'members':
      return memberNames(column).map((member) => {
        const full = `${name}.${member}`;
        return {
          ...whole,
          field: full,
          ...encode(column.map((cell) => memberOf(cell, member))),
          tells: (value: FeatureValue) => ({ field: full, op: 'eq' as const, value }),
        };
      });
    default:
      return field.kind satisfies never;
  }
}

/** Values as small numbers by first appearance; 0 is a missing one. */
function encode(column: readonly FeatureValue[]): { values: FeatureValue[]; codes: Int32Array } {
  const values: FeatureValue[] = [null];
  const known = new Map<FeatureValue, number>([[null, 0]]);
  const codes = Int32Array.from(column, (value) => {
    let code = known.get(value);
    if (code === undefined) {
      code = values.length;
      values.push(value);
      known.set(value, code);
    }
    return code;
  });
  return { values, codes };
}

function asText(cell: unknown): string | null {
  return typeof cell === 'string' && cell !== '' ? cell : null;
}

function asNumber(cell: unknown): number | null {
  return typeof cell === 'number' ? cell : null;
}

/** The product that a user agent begins with, without its version; NULL where there is none. */
function productOf(agent: string | null): string | null {
  const end = agent?.search(/[/ ]/u) ?? -1;
  return agent === null || end <= 0 ? null : agent.slice(0, end + 1);
}

/** The beginning that all addresses of a /24 (IPv6: /48) share; NULL where a shortened address does not show it. */
function prefixOf(address: string | null): string | null {
  return /^(?:\d+\.\d+\.\d+\.|[0-9a-f]+:[0-9a-f]+:[0-9a-f]+:)/iu.exec(address ?? '')?.[0] ?? null;
}

function memberOf(cell: unknown, member: string): string | null {
  if (cell === null || typeof cell !== 'object' || !Object.hasOwn(cell, member)) return null;
  const value: unknown = Reflect.get(cell, member);
  return typeof value === 'string' ? asText(value) : typeof value === 'number' ? String(value) : null;
}

/** Most frequent names of members, of equals by name. */
function memberNames(column: readonly unknown[]): string[] {
  return mostFrequent(column.map((cell) => (cell !== null && typeof cell === 'object' ? Object.keys(cell) : [])));
}

function elementsOf(column: readonly unknown[]): string[] {
  return mostFrequent(
    column.map((cell) => (Array.isArray(cell) ? cell.filter((one): one is string => typeof one === 'string') : [])),
  );
}

function mostFrequent(lists: readonly (readonly string[])[]): string[] {
  const counts = new Map<string, number>();
  for (const list of lists)
    for (const one of new Set(list))
      if (one !== '' && one.length <= LONGEST_VALUE) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts]
    .sort(([a, inA], [b, inB]) => inB - inA || (a < b ? -1 : 1))
    .slice(0, MOST_MEMBERS)
    .map(([one]) => one);
}

/** Whether a value may stand in a rule. */
export function isTellable(value: FeatureValue): boolean {
  return typeof value !== 'string' || value.length <= LONGEST_VALUE;
}
