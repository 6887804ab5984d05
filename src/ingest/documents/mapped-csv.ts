import { CsvError, parse } from 'csv-parse/sync';

export interface CsvRecord {
  readonly cells: readonly string[];
  /** 1-based line on which the record ends; its first line unless a quoted cell spans several. */
  readonly line: number;
}

/** A record that is not CSV: an open quote, a quote inside an unquoted cell. The slice that holds it and all after it are not read. */
export interface CsvFault {
  readonly fault: string;
  readonly line: number;
}

const SLICE_LENGTH = 1_000_000;
const LARGEST_RECORD = 1_048_576;
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** Reads CSV a slice at a time, so that a file of any size needs the memory of its text and of one slice. Blank lines are left out. */
export function* readCsv(text: string, delimiter: string): Generator<CsvRecord | CsvFault, undefined> {
  let line = 0;
  for (const slice of slicesOf(text)) {
    let records: { info: { lines: number }; record: string[] }[];
    try {
      // The types of the package do not know that `info` wraps each record.
      records = parse(slice, {
        delimiter,
        record_delimiter: ['\r\n', '\n', '\r'],
        bom: true,
        info: true,
        relax_column_count: true,
        skip_empty_lines: true,
        max_record_size: LARGEST_RECORD,
      }) as unknown as { info: { lines: number }; record: string[] }[];
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      const within: unknown = error.lines;
      yield {
        fault: error.message.replace(/ at line \d+.*$/s, ''),
        line: line + (typeof within === 'number' ? within : 1),
      };
      return;
    }
    for (const { info, record } of records) yield { cells: record, line: line + info.lines };
    line += countLines(slice);
  }
}

/** The delimiter that occurs most in the first line outside quotes; a comma when none does. Ties go to the comma, then the semicolon. */
export function findDelimiter(text: string): string {
  const end = text.search(/[\r\n]/);
  const first = (end === -1 ? text : text.slice(0, end)).slice(0, LARGEST_RECORD).replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => ({ delimiter, count: first.split(delimiter).length - 1 }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}

/** Cuts at line ends that no quoted cell spans. */
function* slicesOf(text: string): Generator<string> {
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x22) quoted = !quoted;
    else if (code === 0x0a && !quoted && index - start >= SLICE_LENGTH) {
      yield text.slice(start, index + 1);
      start = index + 1;
    }
  }
  if (start < text.length) yield text.slice(start);
}

function countLines(slice: string): number {
  let lines = 0;
  for (let index = slice.indexOf('\n'); index !== -1; index = slice.indexOf('\n', index + 1)) lines += 1;
  return lines;
}
