import type { Measure } from '../model/measure.ts';
import type { Inline, Phrase } from '../model/phrase.ts';
import { blocksOf, type Cell, figuresOf, type ReportModel, type TableBlock } from '../report/report.ts';

// What is wrong with a report before a word of it is read: sums that do not close, and times without period or zone.

/** Numbers of samples are fractions; what is left by adding them is no fault. */
const ROUNDING = 1e-6;
const TOTAL = '(total)';
/** Drawn over time, so that a reader asks when that was. */
const OVER_TIME: ReadonlySet<string> = new Set(['time-stack', 'time-lines', 'swim-lane', 'heat-map']);

export function lint(model: Pick<ReportModel, 'cover' | 'chapters'>): string[] {
  const tables = blocksOf(model).filter((block) => block.kind === 'table');
  return [...tables.flatMap((table) => [...openSums(table), ...openData(table)]), ...timeless(model)];
}

/** A table that closes with its sum, as it is printed: each column of amounts, and each of shares, whose sum is all of it. */
function openSums({ id, columns, rows, data, closingRows = 0 }: TableBlock): string[] {
  const total = rows.at(-1);
  if (closingRows === 0 || !total || !data.rows.some(([key]) => key === TOTAL)) return [];
  return columns.flatMap(({ label }, index) => {
    const sum = measureOf(total[index]);
    const parts = rows.slice(0, -1).map((row) => measureOf(row[index]));
    if (!sum || parts.length === 0 || parts.some((part) => part === undefined)) return [];
    const found = parts.reduce((added, part) => added + (part?.value ?? 0), 0);
    return isSame(found, sum.value)
      ? []
      : [`${id} does not close: its column "${label}" adds up to ${found} and says ${sum.value}`];
  });
}

/** The same in `data/`, where all rows are. */
function openData({ id, data }: TableBlock): string[] {
  const total = data.rows.find(([key]) => key === TOTAL);
  const column = data.columns.findIndex((name) => name.startsWith('total ('));
  const sum = total?.[column];
  if (typeof sum !== 'number') return [];
  const found = data.rows.reduce((added, row) => {
    const value = row[column];
    return row === total || typeof value !== 'number' ? added : added + value;
  }, 0);
  return isSame(found, sum) ? [] : [`data/${id}.csv does not close: its rows add up to ${found} and it says ${sum}`];
}

function isSame(found: number, said: number): boolean {
  return Math.abs(found - said) <= ROUNDING * Math.max(1, Math.abs(said));
}

function measureOf(cell: Cell | undefined): Measure | undefined {
  const [inline, more] = cell === undefined ? [] : inlinesOf(cell);
  return more === undefined && typeof inline === 'object' && inline.kind === 'measure' ? inline.measure : undefined;
}

function inlinesOf(cell: Cell): readonly Inline[] {
  return isPhrase(cell) ? cell : [cell];
}

/** `Array.isArray` does not narrow a readonly array. */
function isPhrase(cell: Cell): cell is Phrase {
  return Array.isArray(cell);
}

/** Figures over time that do not say of which period, or in which zone. */
function timeless(model: Pick<ReportModel, 'cover' | 'chapters'>): string[] {
  return figuresOf(model).flatMap(({ id, chart, caption }) => {
    if (!OVER_TIME.has(chart.kind)) return [];
    const kinds = new Set(caption.map((inline) => (typeof inline === 'object' ? inline.kind : 'words')));
    return [
      ...(kinds.has('span') || kinds.has('time') ? [] : [`the caption of ${id} names no period`]),
      ...(kinds.has('zone') ? [] : [`the caption of ${id} names no time zone`]),
    ];
  });
}
