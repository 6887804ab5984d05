import { PassThrough } from 'node:stream';
import type { Streams } from '../../../src/cli/console.ts';
import type { Pipeline } from '../../../src/cli/pipeline.ts';
import { type ProgramEffects, runProgram } from '../../../src/cli/program.ts';

/** Streams that keep what was written to them. */
export function recordingStreams(isTTY = false): Streams & { out(): string; err(): string } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const chunks = { out: '', err: '' };
  stdout.on('data', (chunk: Buffer) => {
    chunks.out += chunk.toString();
  });
  stderr.on('data', (chunk: Buffer) => {
    chunks.err += chunk.toString();
  });
  return {
    stdout: Object.assign(stdout, { isTTY }),
    stderr: Object.assign(stderr, { isTTY, columns: 100 }),
    out: () => chunks.out,
    err: () => chunks.err,
  };
}

/** Runs a command line against a pipeline of the test's own; a second passes at every look at the clock. */
export async function runCommand(
  argv: readonly string[],
  pipeline: Partial<Pipeline> = {},
  effects: Partial<ProgramEffects> = {},
): Promise<{ readonly exitCode: number; readonly out: string; readonly err: string }> {
  const streams = recordingStreams();
  let time = 0;
  const exitCode = await runProgram(argv, {
    streams,
    version: '0.1.0',
    now: () => {
      time += 1_000;
      return time;
    },
    wallNow: Date.now,
    signal: new AbortController().signal,
    workingDir: '/workspace',
    loadPipeline: () =>
      Promise.resolve({
        generate: unexpected,
        generateWeekly: unexpected,
        check: unexpected,
        openPreview: unexpected,
        openBrowser: () => ({
          warm: () => undefined,
          print: unexpected,
          version: unexpected,
          close: () => Promise.resolve(),
        }),
        ...pipeline,
      }),
    ...effects,
  });
  await new Promise((settle) => setImmediate(settle));
  return { exitCode, out: streams.out(), err: streams.err() };
}

function unexpected(): Promise<never> {
  return Promise.reject(new Error('this command was not to do that'));
}
