import { createHash } from 'node:crypto';
import { link, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Engine, makeScratchFolder, type Row, removeScratchFolder } from '../engine/engine.ts';
import { ReportError } from '../errors.ts';
import type { Period } from '../model/period.ts';
import { openOwnFolder, readOwnFile } from './own-files.ts';
import { changesBetween, type RollUp, type StoredRollUp } from './roll-up.ts';
import { COLUMNS, noteOf, ROW_ORDER, type RollUpNote, readNote, readRows, rowsOf } from './roll-up-file.ts';

// Daily roll-ups lie in `archive/<customer>/<day>-r<n>.parquet` of the workspace. A revision is written once and never changed.

/** Where the roll-ups of one customer are, and an engine that is not sealed. */
export interface RollUpPlace {
  readonly workspaceDir: string;
  readonly customerId: string;
  readonly engine: Engine;
  /** Folder for files on their way, such as that of the system. */
  readonly scratchDir: string;
}

/** Largest roll-up that is read; a day with every list full takes a tenth of it. */
const LARGEST_BYTES = 64 * 1024 * 1024;
const ROLL_UP_FILE = /^(\d{4}-\d{2}-\d{2})-r([1-9]\d{0,8})\.parquet$/;

interface FoundRollUp {
  readonly name: string;
  readonly day: string;
  readonly revision: number;
}

/**
 * The latest revision of each of these days that is on record, in their order, and a sentence for each that cannot be used. Only
 * what says of itself that it is this customer's and this day's is used; of a day whose latest revision cannot be used nothing is.
 */
export async function readRollUps(
  place: RollUpPlace,
  days: readonly Period[],
): Promise<{ readonly rollUps: readonly StoredRollUp[]; readonly warnings: readonly string[] }> {
  const { home, names } = await openOwnFolder(place.workspaceDir, homeOf(place));
  const latest = latestRevisions(names);
  const wanted = days.flatMap(({ id }) => latest.get(id) ?? []);
  const warnings: string[] = [];
  const rollUps: StoredRollUp[] = [];
  if (wanted.length === 0) return { rollUps, warnings };
  // The engine is given copies under names of ours: a path could hold a pattern, and a file could change under it.
  const scratch = await makeScratchFolder(place.scratchDir, 'debrief-archive');
  try {
    const copies: {
      readonly found: FoundRollUp;
      readonly file: string;
      readonly written: RollUpNote;
      readonly content: Buffer;
    }[] = [];
    for (const [index, found] of wanted.entries()) {
      const path = `${homeOf(place)}/${found.name}`;
      const read = await readOwnFile(join(home, found.name), LARGEST_BYTES);
      const file = join(scratch, `${index}.parquet`);
      if ('content' in read) await writeFile(file, read.content);
      const written = 'content' in read ? await readNoteOf(place.engine, file) : undefined;
      const problem = 'problem' in read ? read.problem : faultOf(written, place, found);
      if (problem !== undefined) warnings.push(`${path} ${problem}; that day is left out.`);
      else if (written && 'content' in read) copies.push({ found, file, written, content: read.content });
    }
    for (const [index, rows] of (
      await readAll(
        place.engine,
        copies.map(({ file }) => file),
      )
    ).entries()) {
      const { found, written, content } = copies[index] ?? {};
      const layers = rows && written && readRows(rows, written);
      if (!found || !written || !content) continue;
      const path = `${homeOf(place)}/${found.name}`;
      if (!layers) warnings.push(`${path} is damaged; that day is left out.`);
      else rollUps.push({ ...headOf(written), layers, path, bytes: content.length, sha256: digest(content) });
    }
  } finally {
    await removeScratchFolder(scratch);
  }
  return { rollUps, warnings };
}

function headOf(written: RollUpNote): Omit<StoredRollUp, 'layers' | 'path' | 'bytes' | 'sha256'> {
  const { customer, day, start, end, ...own } = written;
  const { timeZone, revision, attackIds, inputs, warnings, changes } = own;
  return {
    customerId: customer,
    day,
    window: { start, end },
    timeZone,
    revision,
    attackIds,
    inputs,
    warnings,
    changes,
  };
}

function homeOf({ customerId }: RollUpPlace): string {
  return `archive/${customerId}`;
}

function latestRevisions(names: readonly string[]): ReadonlyMap<string, FoundRollUp> {
  const latest = new Map<string, FoundRollUp>();
  for (const name of names) {
    const [, day, number] = ROLL_UP_FILE.exec(name) ?? [];
    if (day === undefined || number === undefined) continue;
    const revision = Number(number);
    if (revision > (latest.get(day)?.revision ?? 0)) latest.set(day, { name, day, revision });
  }
  return latest;
}

async function readNoteOf(engine: Engine, file: string): Promise<RollUpNote | undefined> {
  const notes = await engine.query<{ note: string }>(engine.dialect.parquetNote(file)).catch(() => []);
  return readNote(notes[0]?.note ?? '');
}

/** Whose it is instead is not for this customer to know. */
function faultOf(written: RollUpNote | undefined, { customerId }: RollUpPlace, found: FoundRollUp): string | undefined {
  if (!written) return 'is not a roll-up of this version';
  if (written.customer !== customerId) return 'is not about this customer';
  if (written.day !== found.day || written.revision !== found.revision) return 'is not what its name says';
  return undefined;
}

/** The rows of each file; of all at once where all can be read, else one by one, undefined for those that cannot. */
async function readAll(engine: Engine, files: readonly string[]): Promise<(readonly Row[] | undefined)[]> {
  if (files.length === 0) return [];
  const read = (some: readonly string[]) => engine.query<Row>(`select * from ${engine.dialect.parquet(some)}`);
  const all = await read(files).catch(() => undefined);
  if (!all) return Promise.all(files.map((file) => read([file]).catch(() => undefined)));
  const byFile = files.map((): Row[] => []);
  for (const row of all) byFile[Number(row.file) - 1]?.push(row);
  return byFile;
}

/**
 * Keeps a roll-up. Where the day is on record with the same sums nothing is written; where they differ the new revision says
 * what changed. A file appears under its name all at once and is never replaced.
 * @throws ReportError `output-failed`.
 */
export async function keepRollUp(
  place: RollUpPlace,
  rollUp: RollUp,
  earlier: StoredRollUp | undefined,
): Promise<StoredRollUp> {
  if (earlier && isSame(earlier, rollUp)) return earlier;
  const changes = earlier ? changesBetween(earlier, rollUp) : [];
  const home = join(place.workspaceDir, homeOf(place));
  const scratch = await makeScratchFolder(place.scratchDir, 'debrief-archive');
  try {
    await mkdir(home, { recursive: true });
    const { home: own, names } = await openOwnFolder(place.workspaceDir, homeOf(place));
    const found = latestRevisions(names).get(rollUp.day);
    const revision = Math.max(found?.revision ?? 0, earlier?.revision ?? 0) + 1;
    const file = join(scratch, 'new.parquet');
    await writeTable(place.engine, rollUp, file, noteOf(rollUp, revision, changes));
    const read = await readOwnFile(file, Number.POSITIVE_INFINITY);
    if ('problem' in read) throw new Error(`${file} ${read.problem}`);
    const name = `${rollUp.day}-r${revision}.parquet`;
    await putInPlace(own, name, read.content);
    return {
      ...rollUp,
      revision,
      changes,
      path: `${homeOf(place)}/${name}`,
      bytes: read.content.length,
      sha256: digest(read.content),
    };
  } catch (error) {
    if (error instanceof ReportError) throw error;
    throw new ReportError('output-failed', `${home}: ${error instanceof Error ? error.message : String(error)}`, {
      where: { file: home },
      cause: error,
    });
  } finally {
    await removeScratchFolder(scratch);
  }
}

/** What was counted is the same; what it was read from may have been renamed or packed. */
function isSame(a: RollUp, b: RollUp): boolean {
  const facts = (rollUp: RollUp) =>
    JSON.stringify([noteOf({ ...rollUp, inputs: [], warnings: [] }, 1, []), [...rowsOf(rollUp)]]);
  return facts(a) === facts(b);
}

async function writeTable(engine: Engine, rollUp: RollUp, file: string, note: string): Promise<void> {
  const table = 'debrief_roll_up';
  await engine.run(
    `create or replace temporary table ${table} (${COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')})`,
  );
  try {
    await engine.append(table, rowsOf(rollUp));
    await engine.run(engine.dialect.writeParquet(table, ROW_ORDER, file, note));
  } finally {
    await engine.run(`drop table ${table}`);
  }
}

/** Written and flushed under a hidden name, then linked to its own, which fails when that is taken. */
async function putInPlace(home: string, name: string, content: Buffer): Promise<void> {
  const partial = join(home, `.${name}.${process.pid}.partial`);
  try {
    const handle = await open(partial, 'w', 0o666);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(partial, join(home, name));
  } finally {
    await rm(partial, { force: true });
  }
}

function digest(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
