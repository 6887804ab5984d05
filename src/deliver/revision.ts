import { randomBytes } from 'node:crypto';
import { closeSync, constants, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { ReportError } from '../errors.ts';
import { DAY_MS, MINUTE_MS } from '../model/time.ts';
import { outputFault } from './output-fault.ts';

/** A revision number that nobody else can take until it is published or released. */
export interface Revision {
  /** `INC-4821-r2`; the name of the folder that will be published. */
  readonly reportId: string;
  readonly revision: number;
  /** Folder of all revisions, without links in it. */
  readonly outDir: string;
  /** Hidden folder in which the report is put together; its existence is the reservation. */
  readonly partialDir: string;
  /**
   * Lets the folder appear under its own name, all at once. One that is there and holds anything is never replaced.
   * @returns its absolute path. @throws ReportError `report-exists`, or the error of the file system.
   */
  publish(): Promise<string>;
  /** Gives the number back and removes what was written. Does nothing once the report is published. Safe to call twice. */
  release(): Promise<void>;
}

/** File in a reservation that says whose it is. */
const OWNER_FILE = '.owner';

/** Exclusive, and never through a link. */
export const CREATE_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

/** A reservation without an owner is left alone this long: its maker may be between two steps. */
const OWNERLESS_MS = 10 * MINUTE_MS;

/** A reservation of another machine, whose processes cannot be seen, is left alone this long. */
const FOREIGN_MS = DAY_MS;

/** Tells this process from an earlier one with the same number, which is the rule in containers. */
const RUN = randomBytes(8).toString('hex');

/**
 * Reserves the number after the highest revision of an incident in `outDir`, which is made when it is not there. The
 * reservation is a hidden folder beside the reports whose name can be created only once, so two processes never get the
 * same number. One that a dead process of this machine left behind is taken over.
 * @throws ReportError `output-failed`.
 */
export async function nextRevision(outDir: string, incidentId: string): Promise<Revision> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(incidentId)) throw new Error(`${incidentId} cannot be a folder name`);
  try {
    await mkdir(outDir, { recursive: true });
    const root = await realpath(outDir);
    for (;;) {
      const revision = highestRevision(await readdir(root), incidentId) + 1;
      const reserved = await reserve(root, incidentId, revision);
      if (reserved) return reserved;
    }
  } catch (error) {
    throw outputFault(error, outDir);
  }
}

/**
 * Removes what is left of a report that was about to appear as `folder` and never did, so that its number is free again. Only for
 * who knows that nobody is at it any more.
 */
export async function discardReservation(folder: string): Promise<void> {
  await rm(partialOf(dirname(folder), basename(folder)), { recursive: true, force: true });
}

function partialOf(root: string, reportId: string): string {
  return join(root, `.${reportId}.partial`);
}

/** Tries the numbers from `revision` on until one is free; `undefined` when the folder changed meanwhile. */
async function reserve(root: string, incidentId: string, from: number): Promise<Revision | undefined> {
  for (let revision = from; ; revision++) {
    const reportId = `${incidentId}-r${revision}`;
    const partialDir = partialOf(root, reportId);
    if (!makeReservation(partialDir)) {
      if (!(await removeAbandoned(partialDir))) continue;
      if (!makeReservation(partialDir)) continue;
    }
    // Published between our look and our reservation: give the name back and look again.
    if (await exists(join(root, reportId))) {
      await rm(partialDir, { recursive: true, force: true });
      return undefined;
    }
    return holdRevision(root, reportId, revision, partialDir);
  }
}

function holdRevision(outDir: string, reportId: string, revision: number, partialDir: string): Revision {
  let isHeld = true;
  return {
    reportId,
    revision,
    outDir,
    partialDir,
    publish: async () => {
      const target = join(outDir, reportId);
      try {
        // In one go, as it was made: in between it does not say whose it is.
        rmSync(join(partialDir, OWNER_FILE), { force: true });
        renameSync(partialDir, target);
      } catch (error) {
        if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) throw error;
        throw new ReportError('report-exists', `${target} exists; a revision is never overwritten`, {
          where: { file: target },
          hint: 'Make the report again; it gets the next number.',
          cause: error,
        });
      }
      isHeld = false; // the hidden name is free now and may be somebody else's next
      return target;
    },
    release: async () => {
      if (!isHeld) return;
      isHeld = false;
      await rm(partialDir, { recursive: true, force: true });
    },
  };
}

/** Highest published revision among names; 0 when there is none. */
function highestRevision(names: readonly string[], incidentId: string): number {
  const start = `${incidentId}-r`;
  const numbers = names
    .filter((name) => name.startsWith(start))
    .map((name) => name.slice(start.length))
    .filter((rest) => /^[1-9]\d{0,8}$/.test(rest));
  return Math.max(0, ...numbers.map(Number));
}

/**
 * The hidden folder and the file in it that says whose it is, in one go: who is killed in between leaves a folder of nobody.
 * False when something of that name is there already.
 */
function makeReservation(partialDir: string): boolean {
  try {
    mkdirSync(partialDir);
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    const file = openSync(join(partialDir, OWNER_FILE), CREATE_NEW, 0o600);
    writeSync(file, JSON.stringify(thisProcess()));
    closeSync(file);
    return true;
  } catch (error) {
    rmSync(partialDir, { recursive: true, force: true });
    throw error;
  }
}

interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly run: string;
}

function thisProcess(): Owner {
  return { host: hostname(), pid: process.pid, run: RUN };
}

/**
 * Removes a reservation whose process is gone, and says whether it did. It is renamed first, which only one process can
 * do, and what was renamed is looked at once more before it is deleted.
 */
async function removeAbandoned(partialDir: string): Promise<boolean> {
  if (!(await isAbandoned(partialDir))) return false;
  const aside = `${partialDir}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(partialDir, aside);
  } catch {
    return false;
  }
  if (await isAbandoned(aside)) {
    await rm(aside, { recursive: true, force: true });
    return true;
  }
  await rename(aside, partialDir);
  return false;
}

async function isAbandoned(partialDir: string): Promise<boolean> {
  const owner = await readOwner(partialDir);
  if (owner === undefined || owner.host !== hostname()) {
    const found = await lstat(partialDir).catch(() => undefined);
    const patience = owner === undefined ? OWNERLESS_MS : FOREIGN_MS;
    return found !== undefined && Date.now() - found.mtimeMs > patience;
  }
  return owner.pid === process.pid ? owner.run !== RUN : !isAlive(owner.pid);
}

async function readOwner(partialDir: string): Promise<Owner | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(join(partialDir, OWNER_FILE), 'utf8'));
    return isOwner(owner) ? owner : undefined;
  } catch {
    return undefined; // not written yet, torn by a crash, or gone
  }
}

function isOwner(value: unknown): value is Owner {
  if (!(value instanceof Object && 'host' in value && 'pid' in value && 'run' in value)) return false;
  return typeof value.host === 'string' && Number.isInteger(value.pid) && typeof value.run === 'string';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === 'EPERM'; // it lives, under another user
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
