import { createHash } from 'node:crypto';
import type { Dimension } from '../../model/dimension.ts';
import { counted, label, list } from '../../model/inlines.ts';
import { noun, say } from '../../model/say.ts';
import { DISPOSITIONS, type Disposition } from '../../model/traffic.ts';
import type { DataWarning } from '../dataset.ts';
import type { InputDocument, PointRow } from '../format.ts';
import { toDisposition, toText } from '../normalize.ts';
import { worded } from '../worded.ts';
import { createDimensionReader } from './dimension-values.ts';
import type { Faults } from './faults.ts';
import { cellOf, faultOf, nullWords, type PlannedMapping, show } from './mapped-cells.ts';
import type { FieldPlan } from './mapped-plan.ts';
import type { MappedCells } from './mapped-table.ts';
import { createTimeReader } from './mapped-times.ts';
import { readNumber } from './mapped-units.ts';

/** Reads rows as points. With `faults`, bad cells are told and nothing else is asked for; without, they have been told before. */
export function createRowReader(document: InputDocument, { mapping, plan }: PlannedMapping, faults?: Faults) {
  const nulls = nullWords(mapping);
  const readTime = createTimeReader(mapping, document.input.timeZone);
  const dimensions = plan.dimensions.map(({ dimension, field }) => ({
    dimension,
    field,
    readValue: createDimensionReader(dimension),
  }));
  const unknownWords = new Map<string, number>();
  let unsampled = 0;
  let zoneTold = false;

  const timeOf = (row: MappedCells): number | undefined => {
    const field = plan.time;
    if (!field) return undefined;
    const cell = cellOf(field, row, nulls);
    const time = readTime(cell);
    if (typeof time === 'number') return time;
    // One word about the zone is enough: every row lacks it.
    if (time.isZone !== true || !zoneTold) faultOf(field, row, time.problem, faults);
    zoneTold ||= time.isZone === true;
    return undefined;
  };

  const numberOf = (field: FieldPlan, row: MappedCells): number | undefined => {
    const cell = cellOf(field, row, nulls);
    if (cell === undefined) return undefined;
    const number = readNumber(cell, mapping.decimal);
    if (number === undefined)
      faultOf(field, row, `${show(cell)} is not a number of at least 0 (decimal sign "${mapping.decimal}")`, faults);
    return number;
  };

  const dispositionOf = (row: MappedCells, action: string | undefined): Disposition | undefined => {
    const word = toText(cellOf(plan.disposition, row, nulls))?.toLowerCase() ?? action;
    if (word === undefined) return undefined;
    const disposition = DISPOSITIONS.find((name) => name === word) ?? toDisposition(word, { layer: mapping.layer });
    if (disposition === 'unknown' && word !== 'unknown') unknownWords.set(word, (unknownWords.get(word) ?? 0) + 1);
    return disposition;
  };

  const read = (row: MappedCells): PointRow | undefined => {
    const t = timeOf(row);
    const weight = plan.sampling ? numberOf(plan.sampling, row) : 1;
    // An interval of 0 says that it is not known, not that there was nothing.
    const known = weight !== undefined && weight > 0;
    if (!known) unsampled += 1;
    const sums = new Map<'units' | 'bytes', number>();
    if (mapping.kind === 'events' && !plan.measures.some((measure) => measure.quantity !== 'bytes') && known)
      sums.set('units', weight);
    for (const measure of plan.measures) {
      const value = numberOf(measure, row);
      if (value !== undefined && known)
        sums.set(measure.quantity === 'bytes' ? 'bytes' : 'units', value * measure.factor * weight);
    }
    const at: Partial<Record<Dimension, string>> = {};
    for (const { dimension, field, readValue } of dimensions) {
      const cell = cellOf(field, row, nulls);
      const value = readValue(cell);
      if (value !== undefined) at[dimension] = value;
      else if (cell !== undefined && MUST_READ.has(dimension) && toText(cell) !== undefined)
        faultOf(field, row, `${show(cell)} is not an address`, faults);
    }
    if (t === undefined) return undefined;
    const disposition = dispositionOf(row, at.action);
    const sourceAsName = toText(cellOf(plan.sourceAsName, row, nulls));
    const ruleName = toText(cellOf(plan.ruleName, row, nulls));
    // The first reading looks for faults only.
    const part = faults !== undefined || plan.unread.length === 0 ? undefined : partOf(row, plan.unread);
    const units = sums.get('units');
    const bytes = sums.get('bytes');
    return {
      t,
      ...(part !== undefined && { part }),
      ...(units !== undefined && { units }),
      ...(bytes !== undefined && { bytes }),
      ...(plan.sampling !== undefined && known && { sampleInterval: Math.max(1, weight) }),
      ...(disposition !== undefined && { disposition }),
      ...(sourceAsName !== undefined && { sourceAsName }),
      ...(ruleName !== undefined && { ruleName }),
      at,
    };
  };

  return {
    read,
    /** What the reader of the report must know about the rows that were read so far. */
    *warnings(): Generator<DataWarning> {
      const place = document.input.path;
      if (unknownWords.size > 0) {
        const words = [...unknownWords].sort((a, b) => b[1] - a[1]).slice(0, 5);
        yield {
          code: 'unknown-values',
          ...worded(
            say`${label(place, 'code')}: what was done is not known for ${list(words.map(([word, rows]) => say`“${label(word)}” (${counted(rows, noun('row', 'rows'))})`))}.`,
          ),
          input: document.inputId,
        };
      }
      if (unsampled > 0)
        yield {
          code: 'unknown-values',
          ...worded(
            say`${label(place, 'code')}: ${counted(unsampled, noun('row does not state its', 'rows do not state their'))} sampling; the numbers are not known and were not counted.`,
          ),
          input: document.inputId,
        };
    },
  };
}

const MUST_READ: ReadonlySet<Dimension> = new Set(['source_ip', 'destination_ip']);

const LONGEST_PART = 120;

/** The columns that the mapping does not read, or a digest of them where they are long: rows that differ there are different traffic. */
function partOf(row: MappedCells, columns: readonly number[]): string {
  const cells = columns.map((column) => row.cells[column] ?? null);
  const only = cells.length === 1 ? cells[0] : undefined;
  const text = typeof only === 'string' ? only : JSON.stringify(cells);
  return text.length <= LONGEST_PART ? text : createHash('sha256').update(text).digest('base64url');
}
