import type { Dimension } from '../../model/dimension.ts';
import { integer, label } from '../../model/inlines.ts';
import { say } from '../../model/say.ts';
import type { ReportedTopList } from '../dataset.ts';
import type { Collector, InputDocument, PointRow, PointSeries } from '../format.ts';
import { worded } from '../worded.ts';

/**
 * Rows without time as a top list. Such a result is almost always the head of a longer list (`limit: 10, orderBy: count_DESC`),
 * so it never becomes a series whose shares close to 100 %. Only rows with exactly one dimension can be listed: rows of several,
 * cut at an unknown place, would rank their values wrongly.
 */
export function collectTopList(document: InputDocument, collector: Collector, series: PointSeries, name: string): void {
  const rows = [...series.rows];
  const dimensions = series.dimensions.filter(
    (dimension) => new Set(rows.map((row) => row.at[dimension])).size > 1 || series.dimensions.length === 1,
  );
  const dimension = dimensions[0];
  if (dimension === undefined || dimensions.length > 1) {
    collector.warn({
      code: dimension === undefined ? 'no-times' : 'left-out',
      ...worded(
        dimension === undefined
          ? say`${label(document.input.path, 'code')}: ${label(name, 'code')} holds totals without a time and was left out; add a time dimension to the query.`
          : say`${label(document.input.path, 'code')}: ${label(name, 'code')} has no time and ${integer(dimensions.length)} dimensions (${label(dimensions.join(', '), 'code')}), and the limit of the query is not known, so it may be cut anywhere and was left out; state limit in the case file or add a time dimension.`,
      ),
      input: document.inputId,
    });
    return;
  }
  const counted = rows.some((row) => row.units !== undefined);
  const items = listItems(rows, dimension, counted ? 'units' : 'bytes');
  if (items.length === 0) return;
  collector.topList({
    layer: series.layer,
    dimension,
    unit: counted ? series.unit : 'bytes',
    items,
    input: document.inputId,
  });
}

/** Values with their sums, largest first, ties by name. Rows without the value or the number are left out. */
function listItems(
  rows: readonly PointRow[],
  dimension: Dimension,
  measure: 'units' | 'bytes',
): ReportedTopList['items'] {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const key = row.at[dimension];
    const value = row[measure];
    if (key !== undefined && value !== undefined) sums.set(key, (sums.get(key) ?? 0) + value);
  }
  const labels = new Map(
    rows.map((row) => [row.at[dimension], dimension === 'source_asn' ? row.sourceAsName : row.ruleName]),
  );
  return [...sums]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, label: (labelled(dimension) ? labels.get(key) : undefined) ?? key, value }));
}

function labelled(dimension: Dimension): boolean {
  return dimension === 'source_asn' || dimension === 'rule';
}
