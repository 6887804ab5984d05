import { spawnSync } from 'node:child_process';
import {
  cpSync,
  createReadStream,
  createWriteStream,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { CASE_WINDOW } from './answers.ts';
import { builtFile } from './measure.ts';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
/** Not in git; generated once a seed and size, then used again. */
export const WORK = join(PROJECT, 'bench/work');
export const SAMPLE_WORKSPACE = join(PROJECT, 'sample-data');

/** A line of the generated log takes about so much. */
const BYTES_PER_LINE = 1_550;

/** Logs of the HTTP case at scale. */
export interface LogsAtScale {
  readonly lines: number;
  /** So many different attackers; absent lets the generator choose. */
  readonly distinctAddresses?: number;
}

/**
 * Folder of the log files, generated if need be.
 * @throws Error when the disk has no room for them.
 */
export function logsOf({ lines, distinctAddresses }: LogsAtScale): string {
  const name = ['http', lines, ...(distinctAddresses === undefined ? [] : [distinctAddresses])].join('-');
  const folder = join(WORK, name);
  if (existsSync(folder)) return folder;
  refuseFullDisk(lines * BYTES_PER_LINE);
  const growing = `${folder}.part`;
  rmSync(growing, { recursive: true, force: true });
  console.error(`generating ${lines} lines into ${folder}, once`);
  const distinct = distinctAddresses === undefined ? [] : ['--distinct-addresses', String(distinctAddresses)];
  const { status } = spawnSync(
    process.execPath,
    [fileURLToPath(builtFile('generator/main.js')), '--lines', String(lines), ...distinct, '--out', growing],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) throw new Error(`the generator ended with ${status}`);
  renameSync(growing, folder);
  return folder;
}

export function logFilesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.ndjson(\.gz)?$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** The same logs, each file gzipped by itself. */
export async function gzippedLogs(folder: string): Promise<string> {
  const packed = `${folder}-gz`;
  if (existsSync(packed)) return packed;
  const growing = `${packed}.part`;
  rmSync(growing, { recursive: true, force: true });
  mkdirSync(growing, { recursive: true });
  for (const file of logFilesOf(folder))
    await pipeline(
      createReadStream(file),
      createGzip({ level: 6 }),
      createWriteStream(join(growing, `${basename(file)}.gz`)),
    );
  renameSync(growing, packed);
  return packed;
}

/** Case file over a folder of logs, in a workspace with the customers of the sample. The logs are linked, not copied. */
export function caseOver(logs: string): string {
  const workspace = `${logs}-workspace`;
  rmSync(workspace, { recursive: true, force: true });
  for (const part of ['debrief.yaml', 'customers', 'brands'])
    cpSync(join(SAMPLE_WORKSPACE, part), join(workspace, part), { recursive: true });
  mkdirSync(join(workspace, 'incidents/logs'), { recursive: true });
  for (const file of logFilesOf(logs)) linkSync(file, join(workspace, 'incidents/logs', basename(file)));
  const caseFile = join(workspace, 'incidents/BENCH.yaml');
  writeFileSync(
    caseFile,
    `customer: acme
id: BENCH
title: HTTP flood against the web shop search
window: { start: ${new Date(CASE_WINDOW.start).toISOString()}, end: ${new Date(CASE_WINDOW.end).toISOString()} }
traffic:
  - file: logs/http_requests-*
`,
  );
  return caseFile;
}

/** Reads the files once, so that no run pays for the disk. What does not fit into memory is read again by every run. */
export async function warmUp(files: readonly string[]): Promise<void> {
  for (const file of files) for await (const _ of createReadStream(file, { highWaterMark: 1 << 20 }));
}

/** @throws Error when less than `bytes` and a tenth are free where the work files are kept. */
export function refuseFullDisk(bytes: number): void {
  mkdirSync(WORK, { recursive: true });
  const { bavail, bsize } = statfsSync(WORK);
  if (bavail * bsize < bytes * 1.1)
    throw new Error(`${WORK} needs ${gigabytes(bytes)} and has ${gigabytes(bavail * bsize)}`);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
