import { createHash } from 'node:crypto';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { z } from 'zod';
import { ReportError } from '../errors.ts';
import type { ConfigFile } from './case.ts';
import type { Fault } from './faults.ts';
import { suggestion } from './nearest.ts';
import { checkYaml, type YamlValue } from './yaml-text.ts';

/** Largest configuration or case file; they are written by hand. */
const LARGEST_CONFIG_BYTES = 1024 * 1024;

export const WORKSPACE_FILE = 'debrief.yaml';

/**
 * The nearest folder at or above `from` that holds debrief.yaml, without links in it.
 * @throws ReportError `workspace-not-found` that lists where it looked.
 */
export async function findWorkspace(from: string): Promise<string> {
  const looked: string[] = [];
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (await isFile(join(folder, WORKSPACE_FILE))) return realpath(folder);
    looked.push(folder);
    if (dirname(folder) === folder) break;
  }
  throw new ReportError('workspace-not-found', `no ${WORKSPACE_FILE} in ${looked.join(', ')}`, {
    hint: 'Name the workspace with --workspace, or make one with: debrief init DIR',
  });
}

/** The folder itself, without links in it, when it is a workspace. @throws ReportError `workspace-not-found` */
export async function openWorkspace(dir: string): Promise<string> {
  if (await isFile(join(dir, WORKSPACE_FILE))) return realpath(dir);
  throw new ReportError('workspace-not-found', `${resolve(dir)} has no ${WORKSPACE_FILE}`, {
    where: { file: resolve(dir) },
    hint: 'Name the folder that holds debrief.yaml, or make one with: debrief init DIR',
  });
}

/** A file found inside the workspace. `path` is relative to it, with `/`; `absolutePath` has no links left in it. */
export interface FoundFile {
  readonly path: string;
  readonly absolutePath: string;
}

export type Problem = Pick<Fault, 'problem' | 'code'>;

/**
 * The regular files that a path of a configuration file stands for. `*` stands for any part of a name, in any segment;
 * names that start with a dot are matched only by a pattern that does. Sorted by code unit, so the order is the same
 * everywhere. A file that lies outside `root` once links are followed is refused, also by way of a pattern.
 */
export async function findFiles(
  root: string,
  baseDir: string,
  pattern: string,
): Promise<{ readonly files: readonly FoundFile[] } | Problem> {
  if (pattern.includes('\0')) return { problem: 'has a NUL character in it' };
  const target = resolve(baseDir, pattern);
  if (isAbsolute(pattern) || !isInside(root, target))
    return {
      problem: `${JSON.stringify(pattern)} leaves the workspace; copy the file into it`,
      code: 'path-outside-workspace',
    };
  const candidates = await expand(root, relative(root, target).split(sep));
  if (candidates.length === 0) {
    if (pattern.includes('*')) return { problem: `${JSON.stringify(pattern)} matches no file`, code: 'file-not-found' };
    const others = await readdir(dirname(target)).catch(() => []);
    return {
      problem: `${JSON.stringify(pattern)} does not exist${suggestion(basename(pattern), others)}`,
      code: 'file-not-found',
    };
  }
  const files: FoundFile[] = [];
  for (const candidate of candidates) {
    const path = relative(root, candidate).split(sep).join('/');
    const absolutePath = await realpath(candidate).catch(() => undefined);
    if (absolutePath === undefined) return { problem: `${path} is a link to nothing`, code: 'file-not-found' };
    if (!isInside(root, absolutePath))
      return { problem: `${path} is a link that leaves the workspace`, code: 'path-outside-workspace' };
    if (!(await isFile(absolutePath))) return { problem: `${path} is not a regular file` };
    files.push({ path, absolutePath });
  }
  return { files };
}

/** The one file that a path without pattern stands for; the rules of `findFiles`. */
export async function findFile(root: string, baseDir: string, path: string): Promise<FoundFile | Problem> {
  const found = await findFiles(root, baseDir, path);
  if (!('files' in found)) return found;
  const [file, second] = found.files;
  return file === undefined || second !== undefined
    ? { problem: `${JSON.stringify(path)} must name exactly one file` }
    : file;
}

/** Reads and checks one YAML file of the workspace; a file that is missing or not text is a fault like any other. */
export async function readYamlFile<Schema extends z.ZodType>(
  file: FoundFile,
  schema: Schema,
): Promise<FileValue<z.output<Schema>> | { readonly faults: readonly Fault[] }> {
  const bytes = await readSmall(file.absolutePath, LARGEST_CONFIG_BYTES);
  if (!Buffer.isBuffer(bytes)) return { faults: [{ file: file.path, ...bytes }] };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { faults: [{ file: file.path, problem: 'is not UTF-8 text' }] };
  }
  const checked = checkYaml(text, file.path, schema);
  return 'faults' in checked ? checked : { ...checked, file: digestOf(file.path, bytes) };
}

/** The value of a file with the digest of the very bytes that it was read from. */
interface FileValue<T> extends YamlValue<T> {
  readonly file: ConfigFile;
}

export function digestOf(path: string, bytes: Buffer): ConfigFile {
  return { path, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

/** A whole file of at most `mostBytes`, or what stands in the way. */
export async function readSmall(absolutePath: string, mostBytes: number): Promise<Buffer | Problem> {
  try {
    await using handle = await open(absolutePath, 'r');
    const { size } = await handle.stat();
    if (size > mostBytes) return { problem: `is ${size} bytes long; at most ${mostBytes} are read` };
    return await handle.readFile();
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === undefined) throw error;
    return code === 'ENOENT'
      ? { problem: 'does not exist', code: 'file-not-found' }
      : { problem: `cannot be read (${code})` };
  }
}

/** Whether `path` is `root` or lies below it. Both absolute. */
export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function expand(root: string, segments: readonly string[]): Promise<string[]> {
  let found = [root];
  for (const segment of segments) {
    const next: string[] = [];
    for (const folder of found) {
      if (segment.includes('*')) {
        const names = await readdir(folder).catch(() => []);
        next.push(...names.filter((name) => matches(name, segment)).map((name) => join(folder, name)));
      } else next.push(join(folder, segment));
    }
    found = next;
  }
  const present = await Promise.all(found.map((path) => exists(path)));
  return found.filter((_, index) => present[index]).sort();
}

/** `*` is any run of characters. Greedy from left to right, so that no pattern takes more than a few passes. */
function matches(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop() ?? '';
  if (!name.startsWith(head) || !name.endsWith(tail) || name.length < head.length + tail.length) return false;
  const middle = name.slice(head.length, name.length - tail.length);
  let from = 0;
  for (const part of rest) {
    const at = middle.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

/** Links to nothing are there, so that they are named and not passed over. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}

function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
