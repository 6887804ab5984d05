import { withoutSecrets } from '../model/secrets.ts';
import type { DataTable } from '../report/report.ts';
import { defang, disarm, visible } from '../text/text.ts';

/** What a spreadsheet takes for a formula, also behind the blanks and quotes that it drops. */
const FORMULA = /^[\s"'‘’“”`]*[=+\-@\t\r\n＝＋－＠]/u;

/**
 * A table as CSV by RFC 4180: CRLF, UTF-8 without BOM, first row the column names. Text is always in quotes and never a
 * formula; numbers are bare, so `-5` stays a number; an unknown value is nothing between two commas, and `""` is empty text.
 * Characters that nobody can see are made visible, secrets are left out and indicators are defanged, as everywhere a customer reads.
 */
export function writeCsv(table: DataTable): string {
  const lines = [
    table.columns.map((name) => writeText(name, disarm)),
    ...table.rows.map((row) => writeRow(row, table)),
  ];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function writeRow(row: readonly (string | number | null)[], { columns, indicators }: DataTable): string[] {
  if (row.length !== columns.length)
    throw new Error(`a row of ${row.length} cells in a table of ${columns.length} columns`);
  return row.map((cell, index) => {
    const name = columns[index] ?? '';
    if (cell === null) return '';
    if (typeof cell === 'string') return writeText(cell, indicators?.includes(name) ? defang : disarm);
    if (!Number.isFinite(cell)) throw new Error(`${name} is ${cell}; a number in a table is finite`);
    return String(cell);
  });
}

function writeText(text: string, harmless: (text: string) => string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${harmless(visible(withoutSecrets(safe), Number.POSITIVE_INFINITY)).replaceAll('"', '""')}"`;
}
