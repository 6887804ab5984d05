import { z } from 'zod';
import type { Row, SqlValue } from '../engine/engine.ts';
import { DIMENSIONS } from '../model/dimension.ts';
import { DISPOSITIONS } from '../model/traffic.ts';
import { message } from './past-phrase.ts';
import type { LayerRollUp, Quarter, RollUp, SumChange, Sums, ValueList, ValueSums, Volume } from './roll-up.ts';

// A roll-up as the rows of one Parquet file and a note in its metadata. `docs/archive.md` describes both.

/** Version of this layout. */
const FORMAT = 1;

/** Columns of the file, in order: name and type. */
export const COLUMNS = [
  ['part', 'VARCHAR'],
  ['layer', 'VARCHAR'],
  ['t', 'BIGINT'],
  ['name', 'VARCHAR'],
  ['value', 'VARCHAR'],
  ['label', 'VARCHAR'],
  ['units', 'DOUBLE'],
  ['bytes', 'DOUBLE'],
  ['mitigated', 'DOUBLE'],
  ['sampled', 'DOUBLE'],
  ['variance', 'DOUBLE'],
  ['bytes_variance', 'DOUBLE'],
  ['last_t', 'BIGINT'],
] as const;

/** Rows of the same file never tie in these. */
export const ROW_ORDER = 'part, layer, name, t, value';

/** `covered`: ms of data of a quarter; `peak`: its highest buckets; `value`, `rest`, `unknown`: lists of the day. */
type Part = 'covered' | 'volume' | 'peak' | 'value' | 'rest' | 'unknown';

const PEAKS = { units: 'peak', bytes: 'bytesPeak', mitigated: 'mitigatedPeak' } as const;

/** The rows of a roll-up in the order of `COLUMNS`. */
export function* rowsOf(rollUp: RollUp): Generator<readonly SqlValue[]> {
  for (const layer of rollUp.layers) {
    const row = (part: Part, t: number, name: string, value: string | null, sums: Partial<Sums> & RowExtras) => [
      part,
      layer.layer,
      t,
      name,
      value,
      sums.label ?? null,
      sums.units ?? null,
      sums.bytes ?? null,
      sums.mitigated ?? null,
      sums.sampled ?? null,
      sums.variance ?? null,
      sums.bytesVariance ?? null,
      sums.last ?? null,
    ];
    for (const quarter of layer.quarters) {
      yield row('covered', quarter.start, 'ms', null, { units: quarter.coveredMs });
      for (const volume of quarter.volumes) yield row('volume', quarter.start, volume.disposition, null, volume);
      for (const [name, key] of Object.entries(PEAKS)) {
        const peak = quarter[key];
        if (peak) yield row('peak', peak.at, name, null, { ...peak, units: peak.value, last: quarter.start });
      }
    }
    for (const { dimension, values, rest, unknown } of layer.lists) {
      for (const one of values)
        yield row('value', one.first, dimension, one.value, {
          ...one,
          ...(one.name !== undefined && { label: one.name }),
        });
      if (rest)
        yield row('rest', rollUp.window.start, dimension, null, { ...rest, label: `${rest.values} ${rest.atMost}` });
      if (unknown) yield row('unknown', rollUp.window.start, dimension, null, unknown);
    }
  }
}

interface RowExtras {
  readonly mitigated?: number;
  readonly label?: string;
  readonly last?: number;
}

const layerNote = z.object({
  layer: z.enum(['network', 'http']),
  unit: z.enum(['requests', 'packets', 'connections', 'queries', 'events', 'bytes']),
  label: z.string(),
  kind: z.enum(['counted', 'estimated', 'reported']),
  sampling: z.object({ min: z.number().positive(), max: z.number().positive() }),
  holds: z.enum(['all', 'part', 'attack']),
  knowsDisposition: z.boolean(),
  hasBytes: z.boolean(),
  peakWindowMs: z.number().positive(),
  lists: z.array(z.object({ dimension: z.enum(DIMENSIONS), label: z.string().optional() })),
});
const instant = z.number().min(-8.64e15).max(8.64e15);
const note = z.object({
  format: z.literal(FORMAT),
  customer: z.string(),
  day: z.string(),
  start: instant,
  end: instant,
  timeZone: z.string(),
  revision: z.number().int().positive(),
  layers: z.array(layerNote),
  attackIds: z.array(
    z.object({ id: z.string(), layer: z.enum(['network', 'http']), system: z.string(), start: instant, end: instant }),
  ),
  inputs: z.array(
    z.object({
      path: z.string(),
      bytes: z.number(),
      sha256: z.string(),
      found: z
        .object({
          formats: z.array(z.string()),
          records: z.number(),
          rejected: z.number(),
          duplicates: z.number(),
          window: z.object({ start: instant, end: instant }).optional(),
        })
        .optional(),
    }),
  ),
  warnings: z.array(z.object({ code: z.string(), message: z.string(), told: message.optional() })).default([]),
  changes: z.array(
    z.object({
      layer: z.enum(['network', 'http']),
      quantity: z.enum(['total', 'mitigated', 'bytes', 'covered_ms']),
      before: z.number(),
      after: z.number(),
    }),
  ),
});
export type RollUpNote = Omit<z.infer<typeof note>, 'inputs' | 'warnings'> & Pick<RollUp, 'inputs' | 'warnings'>;

/** What a roll-up says of itself, as JSON: whose it is, which day, what it was made from and what it corrects. */
export function noteOf(rollUp: RollUp, revision: number, changes: readonly SumChange[]): string {
  const { customerId, day, window, timeZone, layers, attackIds, inputs, warnings } = rollUp;
  const written: RollUpNote = {
    format: FORMAT,
    customer: customerId,
    day,
    start: window.start,
    end: window.end,
    timeZone,
    revision,
    // Key by key, so that the same facts are the same text.
    layers: layers.map((one) => ({
      layer: one.layer,
      unit: one.unit,
      label: one.label,
      kind: one.kind,
      sampling: { min: one.sampling.min, max: one.sampling.max },
      holds: one.holds,
      knowsDisposition: one.knowsDisposition,
      hasBytes: one.hasBytes,
      peakWindowMs: one.peakWindowMs,
      lists: one.lists.map(({ dimension, label }) => ({ dimension, ...(label !== undefined && { label }) })),
    })),
    attackIds: attackIds.map(({ id, layer, system, start, end }) => ({ id, layer, system, start, end })),
    inputs: [...inputs],
    warnings: warnings.map(({ code, message: text, told }) => ({ code, message: text, ...(told && { told }) })),
    changes: [...changes],
  };
  return JSON.stringify(written);
}

export function readNote(text: string): RollUpNote | undefined {
  try {
    const checked = note.safeParse(JSON.parse(text));
    // Optional members that are `undefined` do not come out of JSON, so the shapes are the same.
    return checked.success ? (checked.data as RollUpNote) : undefined;
  } catch {
    return undefined;
  }
}

/** The layers of a roll-up from its rows, in any order. Rows that no roll-up of ours has are a sign of damage: undefined. */
export function readRows(rows: readonly Row[], written: RollUpNote): LayerRollUp[] | undefined {
  try {
    return written.layers.map((layer) => {
      const own = rows.filter((row) => row.layer === layer.layer);
      return { ...withoutLists(layer), quarters: quartersOf(own), lists: listsOf(own, layer.lists) };
    });
  } catch (error) {
    if (error instanceof DamagedRow) return undefined;
    throw error;
  }
}

class DamagedRow extends Error {}

function withoutLists({ lists: _lists, ...layer }: z.infer<typeof layerNote>): Omit<LayerRollUp, 'quarters' | 'lists'> {
  return layer;
}

function quartersOf(rows: readonly Row[]): Quarter[] {
  const quarters = new Map<number, { -readonly [Key in keyof Quarter]: Quarter[Key] } & { volumes: Volume[] }>();
  for (const row of rows)
    if (row.part === 'covered')
      quarters.set(count(row.t), { start: count(row.t), coveredMs: count(row.units), volumes: [] });
  const quarterAt = (start: number) => {
    const quarter = quarters.get(start);
    if (!quarter) throw new DamagedRow();
    return quarter;
  };
  for (const row of rows) {
    if (row.part === 'volume') {
      const disposition = DISPOSITIONS.find((name) => name === row.name);
      if (disposition === undefined) throw new DamagedRow();
      quarterAt(count(row.t)).volumes.push({ disposition, ...sumsOf(row) });
    } else if (row.part === 'peak') {
      const [value, sampled, variance] = [count(row.units), count(row.sampled), count(row.variance)];
      const peak = { value, at: count(row.t), sampled, variance };
      const quarter = quarterAt(count(row.last_t));
      if (row.name === 'units') quarter.peak = peak;
      else if (row.name === 'bytes') quarter.bytesPeak = peak;
      else quarter.mitigatedPeak = peak;
    }
  }
  for (const { volumes } of quarters.values())
    volumes.sort((a, b) => DISPOSITIONS.indexOf(a.disposition) - DISPOSITIONS.indexOf(b.disposition));
  return [...quarters.values()].sort((a, b) => a.start - b.start);
}

function listsOf(rows: readonly Row[], lists: z.infer<typeof layerNote>['lists']): ValueList[] {
  return lists.map(({ dimension, label }): ValueList => {
    const own = rows.filter((row) => row.name === dimension);
    const values = own
      .filter(({ part }) => part === 'value')
      .map((row): ValueSums => {
        if (typeof row.value !== 'string') throw new DamagedRow();
        return {
          value: row.value,
          ...(typeof row.label === 'string' && { name: row.label }),
          ...sumsOf(row),
          mitigated: count(row.mitigated),
          first: count(row.t),
          last: count(row.last_t),
        };
      })
      .sort(largestFirst);
    const rest = own.find(({ part }) => part === 'rest');
    const unknown = own.find(({ part }) => part === 'unknown');
    const [restValues = Number.NaN, atMost = Number.NaN] = String(rest?.label ?? '')
      .split(' ')
      .map(Number);
    return {
      dimension,
      ...(label !== undefined && { label }),
      values,
      ...(rest && {
        rest: { ...sumsOf(rest), mitigated: count(rest.mitigated), values: count(restValues), atMost: count(atMost) },
      }),
      ...(unknown && { unknown: { ...sumsOf(unknown), mitigated: count(unknown.mitigated) } }),
    };
  });
}

/** Order of the values of a list. */
export function largestFirst(a: Pick<ValueSums, 'units' | 'value'>, b: Pick<ValueSums, 'units' | 'value'>): number {
  return b.units - a.units || (a.value < b.value ? -1 : 1);
}

function sumsOf(row: Row): Sums {
  return {
    units: count(row.units),
    ...(row.bytes !== null && { bytes: count(row.bytes) }),
    sampled: count(row.sampled),
    variance: count(row.variance),
    bytesVariance: count(row.bytes_variance),
  };
}

function count(value: SqlValue | undefined): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new DamagedRow();
  return value;
}
