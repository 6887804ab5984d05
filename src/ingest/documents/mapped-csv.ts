import { CsvError, type Options, parse } from 'csv-parse/sync';

export interface CsvRecord {
  readonly cells: readonly string[];
  /** 1-based line on which the record ends; its first line unless a quoted cell spans several. Looked up when asked for. */
  line(): number;
}

/** A record that is not CSV: an open quote, a quote inside an unquoted cell. The slice that holds it and all after it are not read. */
export interface CsvFault {
  readonly fault: string;
  readonly line: number;
}

/** Small enough that the records of a slice are garbage before the collector thinks them long-lived. */
const SLICE_LENGTH = 65_536;
const LARGEST_RECORD = 1_048_576;
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** Reads CSV a slice at a time, so that a file of any size needs the memory of its text and of one slice. Blank lines are left out. */
export function* readCsv(text: string, delimiter: string): Generator<CsvRecord | CsvFault, undefined> {
  const options = {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LARGEST_RECORD,
  };
  let above = 0;
  for (const slice of slicesOf(text)) {
    const first = above;
    let records: string[][];
    try {
      records = parse(slice, options);
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      const within: unknown = error.lines;
      yield {
        fault: error.message.replace(/ at line \d+.*$/s, ''),
        line: first + (typeof within === 'number' ? within : 1),
      };
      return;
    }
    // Counting lines halves the speed of the parser, and only faults and owners ask for one.
    let lines: readonly number[] | undefined;
    for (const [index, cells] of records.entries()) {
      const line = () => {
        lines ??= linesOf(slice, options);
        return first + (lines[index] ?? 0);
      };
      yield { cells, line };
    }
    above += countBreaks(slice);
  }
}

/** The line within the slice on which each record ends. */
function linesOf(slice: string, options: Options): number[] {
  // The types of the package do not know that `info` wraps each record.
  const records = parse(slice, { ...options, info: true }) as unknown as { info: { lines: number } }[];
  return records.map(({ info }) => info.lines);
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

function countBreaks(slice: string): number {
  let lines = 0;
  for (let index = slice.indexOf('\n'); index !== -1; index = slice.indexOf('\n', index + 1)) lines += 1;
  return lines;
}
