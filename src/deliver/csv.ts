import type { DataTable } from '../report/report.ts';
import { visible } from '../text/text.ts';

/** What a spreadsheet takes for a formula, also behind the blanks and quotes that it drops. */
const FORMULA = /^[\s"'‘’“”`]*[=+\-@\t\r\n＝＋－＠]/u;

/**
 * A table as CSV by RFC 4180: CRLF, UTF-8 without BOM, first row the column names. Text is always in quotes and never a
 * formula; numbers are bare, so `-5` stays a number; an unknown value is nothing between two commas, and `""` is empty text.
 * Characters that nobody can see are made visible.
 */
export function writeCsv(table: DataTable): string {
  const lines = [table.columns.map(writeText), ...table.rows.map((row) => writeRow(row, table.columns))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function writeRow(row: readonly (string | number | null)[], columns: readonly string[]): string[] {
  if (row.length !== columns.length)
    throw new Error(`a row of ${row.length} cells in a table of ${columns.length} columns`);
  return row.map((cell, index) => {
    if (cell === null) return '';
    if (typeof cell === 'string') return writeText(cell);
    if (!Number.isFinite(cell)) throw new Error(`${columns[index]} is ${cell}; a number in a table is finite`);
    return String(cell);
  });
}

function writeText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${visible(safe, Number.POSITIVE_INFINITY).replaceAll('"', '""')}"`;
}
