import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import type { CaseInput } from '../../../../src/config/config.ts';
import type {
  DataWarning,
  RejectedRecord,
  ReportedAttack,
  ReportedTopList,
  TimelineEntry,
} from '../../../../src/ingest/dataset.ts';
import type { DocumentReader, InputDocument, OwnershipClaim, PointSeries } from '../../../../src/ingest/format.ts';

/** What a reader handed over, as plain lists. */
export interface Read {
  readonly series: PointSeries[];
  readonly attacks: ReportedAttack[];
  readonly topLists: ReportedTopList[];
  readonly timeline: TimelineEntry[];
  readonly rejects: RejectedRecord[];
  readonly warnings: DataWarning[];
  readonly claims: OwnershipClaim[];
  /** Line of the first record that names nobody, of every list that has one. */
  readonly unlabelled: (number | undefined)[];
  records: number;
}

/** An input as the case file and the opener hand it to a reader. JSON values may follow one another, one a line. */
export function openDocument(text: string, input: Partial<CaseInput> = {}, inputId = 'in1'): InputDocument {
  const path = input.path ?? 'traffic/export.json';
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const whole = parseJson(text);
  const each = whole === undefined && /^\s*[[{]/.test(text) ? lines.map(parseJson) : [];
  const json = whole ?? (each.length > 1 && each.every((value) => value !== undefined) ? each : undefined);
  return {
    input: { ...input, path, absolutePath: `/workspace/${path}` },
    inputId,
    text,
    json,
    lineOf: (place) => {
      if (whole === undefined) return typeof place[0] === 'number' ? place[0] + 1 : undefined;
      const tree = parseTree(text);
      const node = tree && findNodeAtLocation(tree, [...place]);
      return node && text.slice(0, node.offset).split('\n').length;
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Runs a reader over one document. */
export async function readDocument(reader: DocumentReader, document: InputDocument): Promise<Read> {
  const read: Read = {
    series: [],
    attacks: [],
    topLists: [],
    timeline: [],
    rejects: [],
    warnings: [],
    claims: [],
    unlabelled: [],
    records: 0,
  };
  await reader.read(document, {
    points: (series) => read.series.push(series),
    attack: (attack) => read.attacks.push(attack),
    topList: (list) => read.topLists.push(list),
    timeline: (entry) => read.timeline.push(entry),
    reject: (record) => read.rejects.push(record),
    warn: (warning) => read.warnings.push(warning),
    count: (_inputId, records) => {
      read.records += records;
    },
    belongs: (claim) => read.claims.push(claim),
    unlabelled: (_inputId, line) => read.unlabelled.push(line),
  });
  return read;
}

/** The message of the error that reading ends in. */
export async function faultOf(reader: DocumentReader, document: InputDocument): Promise<string> {
  try {
    await readDocument(reader, document);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  throw new Error('the document was read without a fault');
}

export function codesOf(read: Read): string[] {
  return read.warnings.map((warning) => warning.code).sort();
}
