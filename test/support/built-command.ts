import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** The package as it is published, built from the sources as they are now. */
export interface BuiltCommand {
  readonly main: string;
  start(argv: readonly string[], options?: { readonly cwd?: string }): ChildProcessByStdio<null, Readable, Readable>;
  run(argv: readonly string[], options?: { readonly cwd?: string }): Promise<Outcome>;
  remove(): Promise<void>;
}

export interface Outcome {
  /** Exit code, or the signal that ended it. */
  readonly exit: number | string | null;
  readonly out: string;
  readonly err: string;
}

/** Builds into a folder of its own, so that no stale `dist` is tested. Type errors are found elsewhere and do not stop it. */
export async function buildCommand(): Promise<BuiltCommand> {
  const root = process.cwd();
  const folder = await mkdtemp(join(tmpdir(), 'debrief-built-'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', root, '--outDir', join(folder, 'dist')]).catch(
    () => undefined,
  );
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  for (const name of ['data', 'node_modules', 'templates', 'vendor'])
    await symlink(join(root, name), join(folder, name));
  const main = join(folder, 'dist/cli/main.js');
  const start: BuiltCommand['start'] = (argv, options = {}) =>
    spawn(process.execPath, [main, ...argv], { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  return {
    main,
    start,
    run: (argv, options) => outcomeOf(start(argv, options)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export function outcomeOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Outcome> {
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ exit: signal ?? code, out, err }));
  });
}
