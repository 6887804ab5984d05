import { MAX_LINE_BYTES } from '../engine/engine.ts';
import { ReportError } from '../errors.ts';
import { documentReaders } from './documents/documents.ts';
import type { InputDocument } from './format.ts';
import { brokenJsonLines } from './json-text.ts';
import { formatOf, isRecord, LOG_DATASETS } from './logpush/recognise.ts';

/** Names shown of what a file holds. */
const NAMES_SHOWN = 6;
const LONGEST_NAME = 40;

/** The fault of a document that no reader takes: what was found in it, what was looked for, and how it can be read all the same. */
export function unknownFormat(document: InputDocument): ReportError {
  const { format, path } = document.input;
  const [broken] = document.json === undefined && format === undefined ? brokenJsonLines(document.text, 1) : [];
  if (broken !== undefined)
    return new ReportError('input-invalid', 'The file begins like JSON but is not valid JSON.', {
      where: { file: path, line: broken },
      hint: 'It may have been cut off; export it again.',
    });
  if (document.text.indexOf('\n') > MAX_LINE_BYTES)
    return new ReportError(
      'input-unreadable',
      'The line is longer than 1 MiB, and the file is of no format that has such lines.',
      { where: { file: path, line: 1 } },
    );
  const known = [...LOG_DATASETS.map(formatOf), ...documentReaders.map(({ id }) => id)].filter((id) => id !== 'mapped');
  const message =
    format === undefined
      ? `The content is of no format that is read: ${describeContent(document)}.`
      : `There is no format ${format}.`;
  return new ReportError('input-format-unknown', message, {
    where: { file: path },
    hint: `Looked for ${known.join(', ')}. CSV or JSON of any other make is read with \`format: mapped\` and a mapping file.`,
  });
}

/** By the names of fields or columns; values are those of end users and stay out of messages. */
function describeContent({ json, text }: InputDocument): string {
  if (Array.isArray(json)) {
    const record: unknown = json.find(isRecord);
    return isRecord(record) ? `JSON records with ${listNames(Object.keys(record))}` : 'a JSON list without records';
  }
  if (isRecord(json)) {
    const names = Object.keys(json);
    return names.length === 0 ? 'an empty JSON object' : `a JSON object with ${listNames(names)}`;
  }
  if (json !== undefined) return 'a single JSON value';
  const columns = columnsOf(text);
  return columns ? `a table with ${listNames(columns)}` : 'text that is neither JSON nor a table with a header';
}

/** The cells of a first line that are all names; undefined when it could hold values. */
function columnsOf(text: string): string[] | undefined {
  const line = text.slice(0, 4_096).trimStart().split(/\r?\n/, 1)[0] ?? '';
  for (const delimiter of [',', ';', '\t', '|']) {
    const cells = line.split(delimiter).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    if (cells.length > 2 && cells.every((cell) => /^[A-Za-z][\w .%/()-]*$/.test(cell))) return cells;
  }
  return undefined;
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => name.slice(0, LONGEST_NAME));
  return names.length > NAMES_SHOWN ? `${shown.join(', ')}, …` : shown.join(', ');
}
