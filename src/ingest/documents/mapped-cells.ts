import type { MappingFile } from '../../config/config.ts';
import { withoutSecrets } from '../../model/secrets.ts';
import type { Faults } from './faults.ts';
import type { FieldPlan, MappedPlan } from './mapped-plan.ts';
import type { MappedCells, MappedTable } from './mapped-table.ts';

/** A mapping that has been checked against its table. */
export interface PlannedMapping {
  readonly mapping: MappingFile;
  readonly table: MappedTable;
  readonly plan: MappedPlan;
}

/** Cell of a field: a constant, or the cell without white space; undefined when it is one of the mapping's words for null. */
export function cellOf(field: FieldPlan | undefined, row: MappedCells, nulls: ReadonlySet<string>): unknown {
  if (!field) return undefined;
  if ('constant' in field.from) return field.from.constant;
  const cell = row.cells[field.from.column];
  if (cell === null || cell === undefined) return undefined;
  const text = typeof cell === 'string' ? cell.trim() : cell;
  return typeof text === 'string' && nulls.has(text.toLowerCase()) ? undefined : text;
}

export function nullWords(mapping: MappingFile): ReadonlySet<string> {
  return new Set(mapping.null.map((word) => word.trim().toLowerCase()));
}

/** Adds a fault of a cell: file, line, and the column's name. */
export function faultOf(field: FieldPlan, row: MappedCells, problem: string, faults: Faults | undefined): void {
  const column = 'column' in field.from ? `column "${field.from.header}"` : `mapping.record.${field.name}`;
  faults?.add(problem, () => {
    const line = row.line();
    return { ...(line !== undefined && { line }), field: column };
  });
}

export function show(cell: unknown): string {
  const text = withoutSecrets(JSON.stringify(cell) ?? String(cell));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
