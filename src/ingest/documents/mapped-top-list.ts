import type { Collector, InputDocument } from '../format.ts';
import { toText } from '../normalize.ts';
import { claimOwners } from './claims.ts';
import { toDimensionValue } from './dimension-values.ts';
import { collectFaults } from './faults.ts';
import { cellOf, faultOf, nullWords, type PlannedMapping, show } from './mapped-cells.ts';
import { readNumber, UNITS } from './mapped-units.ts';

/** A list that its source already cut: values and numbers, kept as stated and never closed to 100 %. */
export function readMappedTopList(
  document: InputDocument,
  collector: Collector,
  { mapping, table, plan }: PlannedMapping,
): void {
  const faults = collectFaults(document);
  const claim = claimOwners(document, collector);
  const nulls = nullWords(mapping);
  const { dimension } = mapping;
  const { key: keyField, value: valueField } = plan;
  const unit = valueField?.unit;
  if (dimension === undefined || !keyField || !valueField || unit === undefined) return;
  const items = new Map<string, { key: string; label: string; value: number }>();
  let total: number | undefined;
  let rows = 0;
  for (const row of table.rows(faults)) {
    rows += 1;
    const cell = cellOf(keyField, row, nulls);
    const key = toDimensionValue(dimension, cell);
    const value = readNumber(cellOf(valueField, row, nulls), mapping.decimal);
    if (value === undefined)
      faultOf(valueField, row, `${show(cellOf(valueField, row, nulls))} is not a number of at least 0`, faults);
    if (plan.total) {
      const stated = cellOf(plan.total, row, nulls);
      const read = readNumber(stated, mapping.decimal);
      if (stated !== undefined && read === undefined)
        faultOf(plan.total, row, `${show(stated)} is not a number of at least 0`, faults);
      total ??= read;
    }
    // A blank or unreadable value belongs to nobody; it is counted but not listed.
    if (key === undefined || value === undefined) continue;
    if (items.has(key)) faultOf(keyField, row, `${show(cell)} is listed twice`, faults);
    const label = toText(cellOf(plan.label, row, nulls)) ?? toText(cell) ?? key;
    items.set(key, { key, label, value: value * UNITS[unit].shown.factor });
    if (dimension === 'host') claim('host', key, row.line);
    if (dimension === 'destination_ip') claim('address', key, row.line);
  }
  faults.throwIfAny();
  collector.count(document.inputId, rows);
  const { factor, unit: shown } = UNITS[unit].shown;
  collector.topList({
    layer: mapping.layer,
    dimension,
    unit: shown,
    items: [...items.values()].sort((a, b) => b.value - a.value || (a.key < b.key ? -1 : 1)),
    ...(total !== undefined && { total: total * factor }),
    input: document.inputId,
  });
}
