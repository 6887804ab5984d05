import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js');

export interface DeliverProcess {
  readonly child: ChildProcess;
  /** Exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  output(): string;
}

export function startDeliver(workspaceDir: string, folder: string, args: readonly string[] = []): DeliverProcess {
  return startDebrief(['deliver', folder, '--workspace', workspaceDir, ...args]);
}

/** The built command as a process of its own, that can be killed. */
export function startDebrief(args: readonly string[]): DeliverProcess {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | string>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'gone')),
  );
  return { child, ended, output: () => output };
}
