import { readFile } from 'node:fs/promises';
import type { NoticeDeadline } from '../model/notice.ts';
import type { ConfigFile } from './case.ts';
import { type Fault, formatField } from './faults.ts';
import { suggestion } from './nearest.ts';
import { noticesSchema } from './schema.ts';
import { findFile, readYamlFile } from './workspace-files.ts';
import { checkYaml } from './yaml-text.ts';

const FILE = 'notices.yaml';
const SHIPPED = new URL('../../data/notice-deadlines.yaml', import.meta.url);

type Place = (path: readonly PropertyKey[]) => { readonly line?: number; readonly column?: number };

/** The shipped deadlines and those of the workspace, which replace the shipped ones of the same id. */
export async function loadNoticeDeadlines(root: string): Promise<{
  readonly deadlines: readonly NoticeDeadline[];
  readonly faults: readonly Fault[];
  /** Digests of the file of the workspace, when there is one. */
  readonly files: readonly ConfigFile[];
}> {
  const shipped = readNoticeDeadlines(await readFile(SHIPPED, 'utf8'));
  const found = await findFile(root, root, FILE);
  if (!('path' in found)) {
    const faults = found.code === 'file-not-found' ? [] : [{ file: FILE, ...found }];
    return { deadlines: shipped, faults, files: [] };
  }
  const read = await readYamlFile(found, noticesSchema);
  if ('faults' in read) return { deadlines: shipped, faults: read.faults, files: [] };
  const own = read.value.rows;
  const deadlines = [
    ...shipped.map((row) => own.find(({ id }) => id === row.id) ?? row),
    ...own.filter(({ id }) => shipped.every((row) => row.id !== id)),
  ];
  const faults = own.flatMap(({ id, from }, index): Fault[] => {
    // A notice counts from one before it, so that no two wait for each other.
    const ids = deadlines.map((row) => row.id);
    const before = ids.slice(0, ids.indexOf(id));
    if (typeof from === 'string' || before.includes(from.notice)) return [];
    const path = ['rows', index, 'from', 'notice'];
    return [
      {
        file: FILE,
        ...read.placeOf(path),
        field: formatField(path),
        problem: `is "${from.notice}", which is no notice that stands before this one${suggestion(from.notice, before)}`,
      },
    ];
  });
  return { deadlines, faults, files: [read.file] };
}

/** Rules that a customer names and nobody has deadlines for: a slip that would silently leave a notice out. */
export function findUnknownRules(
  rules: readonly string[],
  deadlines: readonly NoticeDeadline[],
  file: string,
  placeOf: Place,
): Fault[] {
  const known = [...new Set(deadlines.map(({ rule }) => rule))];
  return rules.flatMap((rule, index): Fault[] => {
    if (known.includes(rule)) return [];
    const path = ['notices', index];
    return [
      {
        file,
        ...placeOf(path),
        field: formatField(path),
        problem: `is "${rule}", for which neither Debrief nor ${FILE} has a deadline${suggestion(rule, known)}`,
      },
    ];
  });
}

export function readNoticeDeadlines(text: string): NoticeDeadline[] {
  const read = checkYaml(text, 'data/notice-deadlines.yaml', noticesSchema);
  if ('faults' in read)
    throw new Error(read.faults.map(({ file, field, problem }) => `${file}: ${field ?? ''}: ${problem}`).join('\n'));
  return read.value.rows;
}
