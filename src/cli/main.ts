#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import type { Pipeline } from './pipeline.ts';
import { runProgram } from './program.ts';
import { ignoreClosedPipes, listenForSignals } from './signals.ts';

/** A handle that nobody closed may not keep a finished command alive longer than this. */
const LINGER_MS = 5_000;

async function loadPipeline(): Promise<Pipeline> {
  const [{ generate, check }, { generateWeekly }, { openBrowser }] = await Promise.all([
    import('../generate.ts'),
    import('../generate-weekly.ts'),
    import('../render/render.ts'),
  ]);
  const openPreview: Pipeline['openPreview'] = async (...asked) =>
    (await import('../preview/preview.ts')).openPreview(...asked);
  return { generate, generateWeekly, check, openBrowser, openPreview };
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return manifest instanceof Object && 'version' in manifest ? String(manifest.version) : 'unknown';
}

ignoreClosedPipes([process.stdout, process.stderr]);
const interruption = listenForSignals(() => process.stderr.write('\nstopping; once more to stop at once\n'));
const exitCode = await runProgram(process.argv.slice(2), {
  streams: process,
  version: readVersion(),
  now: Date.now,
  wallNow: Date.now,
  signal: interruption.signal,
  workingDir: process.cwd(),
  loadPipeline,
});
process.exitCode = interruption.exitCode() ?? exitCode;
setTimeout(() => process.exit(), LINGER_MS).unref();
