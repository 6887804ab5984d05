import { type MappingFile, nearestOf } from '../../config/config.ts';
import { DIMENSIONS, type Dimension } from '../../model/dimension.ts';
import type { Faults } from './faults.ts';
import type { MappedTable } from './mapped-table.ts';
import { type MappedUnit, type Quantity, UNITS } from './mapped-units.ts';

/** Where the value of one of our fields comes from. */
export interface FieldPlan {
  /** Name in the mapping, for messages. */
  readonly name: string;
  /** Position in the table, or a constant. */
  readonly from: { readonly column: number; readonly header: string } | { readonly constant: string | number };
  readonly unit: MappedUnit | undefined;
}

interface MeasurePlan extends FieldPlan {
  readonly quantity: Quantity;
  /** Cell × factor = packets, requests, events or bytes in the bucket. */
  readonly factor: number;
}

export interface MappedPlan {
  readonly time: FieldPlan | undefined;
  readonly measures: readonly MeasurePlan[];
  readonly dimensions: readonly { readonly dimension: Dimension; readonly field: FieldPlan }[];
  readonly disposition: FieldPlan | undefined;
  readonly sourceAsName: FieldPlan | undefined;
  readonly ruleName: FieldPlan | undefined;
  readonly sampling: FieldPlan | undefined;
  /** Top lists only. */
  readonly key: FieldPlan | undefined;
  readonly label: FieldPlan | undefined;
  readonly value: FieldPlan | undefined;
  readonly total: FieldPlan | undefined;
  /** Columns that the mapping does not name; they tell rows apart. */
  readonly unread: readonly number[];
}

const MEASURES: ReadonlyMap<string, Quantity> = new Map([
  ['packets', 'packets'],
  ['requests', 'requests'],
  ['events', 'events'],
  ['bits', 'bytes'],
  ['bytes', 'bytes'],
]);
const SERIES_FIELDS = ['time', 'disposition', 'source_as_name', 'rule_name', ...MEASURES.keys(), ...DIMENSIONS];
const LIST_FIELDS = ['key', 'label', 'value', 'total'];

/** Checks a mapping against a table and finds its columns; everything that is wrong with it is added to `faults`. */
export function planMapping(mapping: MappingFile, table: MappedTable, faults: Faults): MappedPlan {
  const known = mapping.kind === 'toplist' ? LIST_FIELDS : SERIES_FIELDS;
  const fields = new Map<string, FieldPlan>();
  for (const [written, spec] of Object.entries(mapping.record)) {
    const name = written.replaceAll('.', '_');
    const field = planField(written, spec, table, faults);
    if (!known.includes(name)) addUnknown(written, name, known, mapping.kind, faults);
    else if (field) fields.set(name, field);
  }
  const { sampling } = mapping;
  const samplingField =
    sampling?.column !== undefined
      ? planField('sampling', sampling.column, table, faults, 'mapping.sampling.column')
      : sampling?.constant === undefined
        ? undefined
        : { name: 'sampling', from: { constant: sampling.constant }, unit: undefined };
  const measures = [...MEASURES].flatMap(([name, quantity]) => {
    const field = fields.get(name);
    return field ? planMeasure(field, quantity, mapping, faults) : [];
  });
  const plan: MappedPlan = {
    time: fields.get('time'),
    measures,
    dimensions: DIMENSIONS.flatMap((dimension) => {
      const field = fields.get(dimension);
      return field ? { dimension, field } : [];
    }),
    disposition: fields.get('disposition'),
    sourceAsName: fields.get('source_as_name'),
    ruleName: fields.get('rule_name'),
    sampling: samplingField,
    key: fields.get('key'),
    label: fields.get('label'),
    value: fields.get('value'),
    total: fields.get('total'),
    unread: unreadColumns(table, [...fields.values(), ...(samplingField ? [samplingField] : [])]),
  };
  checkKind(mapping, plan, faults);
  return plan;
}

type FieldSpec = MappingFile['record'][string];

function planField(
  name: string,
  spec: FieldSpec,
  table: MappedTable,
  faults: Faults,
  place = `mapping.record.${name}`,
): FieldPlan | undefined {
  if (typeof spec === 'object' && 'from' in spec === false)
    return { name, from: { constant: spec.constant }, unit: spec.unit };
  const wanted = typeof spec === 'string' ? spec : spec.from;
  const matches = table.columns.flatMap((column, index) =>
    column.toLowerCase() === wanted.trim().toLowerCase() ? index : [],
  );
  // A column of exactly that spelling wins over others that differ in case only.
  const column =
    matches.length > 1 ? (matches.find((index) => table.columns[index] === wanted.trim()) ?? -1) : matches[0];
  if (column === undefined || column === -1) {
    const nearest = nearestOf(wanted, table.columns);
    faults.add(
      column === -1
        ? `there are ${matches.length} columns "${wanted}"`
        : `there is no column "${wanted}"; ${nearest === undefined ? `the columns are ${table.columns.slice(0, 30).join(', ')}` : `did you mean "${nearest}"?`}`,
      { field: place },
    );
    return undefined;
  }
  return {
    name,
    from: { column, header: table.columns[column] ?? wanted },
    unit: typeof spec === 'string' ? undefined : spec.unit,
  };
}

function addUnknown(written: string, name: string, known: readonly string[], kind: string, faults: Faults): void {
  const nearest = nearestOf(name, known);
  faults.add(
    `"${written}" is not a field of a ${kind}; ${nearest === undefined ? `fields are ${known.join(', ')}` : `did you mean "${nearest}"?`}`,
    { field: `mapping.record.${written}` },
  );
}

function planMeasure(field: FieldPlan, quantity: Quantity, mapping: MappingFile, faults: Faults): MeasurePlan[] {
  const place = { field: `mapping.record.${field.name}` };
  const isRate = mapping.kind === 'timeseries' && mapping.values === 'rate';
  if (field.unit === undefined && isRate) {
    faults.add(`is a rate without a unit; add \`unit:\`, such as ${exampleUnits(quantity, true)}`, place);
    return [];
  }
  const meaning = UNITS[field.unit ?? (field.name === 'bits' ? 'bits' : quantity)];
  if (meaning.quantity !== quantity || meaning.rate !== isRate) {
    faults.add(
      `has the unit ${field.unit}; expected ${isRate ? 'a rate' : 'a sum'} such as ${exampleUnits(quantity, isRate)}`,
      place,
    );
    return [];
  }
  return [{ ...field, quantity, factor: meaning.factor * (isRate ? (mapping.intervalSeconds ?? 1) : 1) }];
}

function exampleUnits(quantity: Quantity, rate: boolean): string {
  const units = Object.entries(UNITS).filter(([, meaning]) => meaning.quantity === quantity && meaning.rate === rate);
  return units.length === 0 ? 'none: events have no rate unit, use sums' : units.map(([name]) => name).join(', ');
}

function unreadColumns(table: MappedTable, fields: readonly FieldPlan[]): number[] {
  const read = new Set(fields.map((field) => ('column' in field.from ? field.from.column : -1)));
  return table.columns.flatMap((_, index) => (read.has(index) ? [] : index));
}

function checkKind(mapping: MappingFile, plan: MappedPlan, faults: Faults): void {
  const need = (present: boolean, field: string, problem: string) => {
    if (!present) faults.add(problem, { field: `mapping.${field}` });
  };
  const named = (name: string) => Object.keys(mapping.record).some((written) => written.replaceAll('.', '_') === name);
  if (mapping.kind === 'toplist') {
    need(mapping.dimension !== undefined, 'dimension', 'a top list must say what it lists, such as source_country');
    need(named('key'), 'record.key', 'a top list needs the column of its values');
    need(named('value'), 'record.value', 'a top list needs the column of its numbers');
    if (plan.value && plan.value.unit === undefined)
      faults.add('is a number without a unit; add `unit:`, such as requests, bytes or Mbps', {
        field: 'mapping.record.value',
      });
    return;
  }
  need(
    named('time'),
    'record.time',
    `${mapping.kind === 'events' ? 'events need' : 'a time series needs'} the column of their time`,
  );
  if (mapping.kind === 'timeseries') {
    need(mapping.values !== undefined, 'values', 'a time series must say whether its values are `rate` or `sum`');
    need(mapping.intervalSeconds !== undefined, 'intervalSeconds', 'a time series must say how long its buckets are');
    need(
      [...MEASURES.keys()].some(named),
      'record',
      `a time series needs at least one of ${[...MEASURES.keys()].join(', ')}`,
    );
  }
  const units = plan.measures.filter((measure) => measure.quantity !== 'bytes');
  need(
    units.length <= 1,
    'record',
    `one series counts one thing, not ${units.map((measure) => measure.name).join(' and ')}`,
  );
  need(plan.measures.length - units.length <= 1, 'record', 'name `bits` or `bytes`, not both');
}
