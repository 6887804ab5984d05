import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProbedUsage, USAGE_FILE } from './probe.ts';

/** One run of one process. */
export interface Run extends ProbedUsage {
  /** From the start of the process to its end. */
  readonly wallMs: number;
  readonly stdout: string;
}

/** What is run: a script of the built program or of this folder, in a process of its own. */
export interface Contender {
  readonly name: string;
  readonly script: URL;
  readonly arguments: readonly string[];
}

/** The folder `dist` of the built program; this file runs as `dist/bench/bench/measure.js`. */
const DIST = new URL('../../', import.meta.url);

/** A file of the built program, such as `cli/main.js`. */
export function builtFile(path: string): URL {
  return new URL(path, DIST);
}

/** A script of this folder by its name without ending. */
export function benchScript(name: string): URL {
  return new URL(`${name}.js`, import.meta.url);
}

/** @throws Error with what the process said when it does not end with 0. */
export async function measure(contender: Contender): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'debrief-bench-'));
  try {
    const usageFile = join(folder, 'usage.json');
    const startedAt = performance.now();
    const { code, stdout, stderr } = await run(contender, usageFile);
    const wallMs = performance.now() - startedAt;
    if (code !== 0) throw new Error(`${contender.name} ended with ${code}:\n${stderr.slice(-2_000)}`);
    // Written by our own probe.
    return { wallMs, stdout, ...(JSON.parse(readFileSync(usageFile, 'utf8')) as ProbedUsage) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(
  contender: Contender,
  usageFile: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--import', benchScript('probe').href, fileURLToPath(contender.script), ...contender.arguments],
      { env: { ...process.env, [USAGE_FILE]: usageFile, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs the contenders in turn, A-B-A-B, so that a busy spell of the machine falls on all of them. Runs by contender, in order. */
export async function interleave(
  contenders: readonly Contender[],
  rounds: number,
  prepare: (contender: Contender) => void = () => undefined,
): Promise<Run[][]> {
  const runs = contenders.map((): Run[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, contender] of contenders.entries()) {
      prepare(contender);
      runs[i]?.push(await measure(contender));
    }
  return runs;
}

/** Lower median. NaN for nothing. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

/** Median of the ratios of the rounds: both runs of a round met the machine in nearly the same state. */
export function medianRatio(
  ours: readonly Run[],
  reference: readonly Run[],
  of: (run: Run) => number = ({ wallMs }) => wallMs,
): number {
  return median(
    ours.flatMap((run, round) => {
      const other = reference[round];
      return other ? [of(run) / of(other)] : [];
    }),
  );
}
