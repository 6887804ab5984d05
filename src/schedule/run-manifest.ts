import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ReportError } from '../errors.ts';
import type { FleetOutcome } from './fleet.ts';

/** What one run did, for machines; its file lies in `.debrief/runs`. Times are RFC 3339, durations milliseconds. */
export interface RunManifest {
  readonly schemaVersion: 1;
  readonly command: string;
  readonly startedAt: string;
  readonly endedAt: string;
  /** By a signal, before everything was tried. */
  readonly interrupted: boolean;
  readonly jobs: number;
  readonly counts: Readonly<Record<FleetOutcome['state'], number>>;
  readonly tasks: readonly RunManifestTask[];
}

interface RunManifestTask {
  /** `schedule weekly`, or the batch. */
  readonly scope: string;
  /** `acme/2026-W47`, or the case file. */
  readonly name: string;
  readonly state: FleetOutcome['state'];
  readonly ms: number;
  readonly reportId?: string;
  /** Relative to the workspace. */
  readonly folder?: string;
  readonly warnings?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

export interface RunFacts {
  readonly command: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly interrupted: boolean;
  readonly jobs: number;
  readonly outcomes: readonly FleetOutcome[];
}

/** Manifests kept; older ones are removed. */
const MOST_KEPT = 200;

export function composeRunManifest(facts: RunFacts, workspaceDir: string): RunManifest {
  const count = (state: FleetOutcome['state']) => facts.outcomes.filter((outcome) => outcome.state === state).length;
  return {
    schemaVersion: 1,
    command: facts.command,
    startedAt: new Date(facts.startedAt).toISOString(),
    endedAt: new Date(facts.endedAt).toISOString(),
    interrupted: facts.interrupted,
    jobs: facts.jobs,
    counts: {
      made: count('made'),
      found: count('found'),
      failed: count('failed'),
      elsewhere: count('elsewhere'),
      abandoned: count('abandoned'),
    },
    tasks: facts.outcomes.map((outcome) => describeOutcome(outcome, workspaceDir)),
  };
}

/** Writes the manifest of a run and returns its path. */
export async function writeRunManifest(manifest: RunManifest, workspaceDir: string): Promise<string> {
  const folder = join(workspaceDir, '.debrief', 'runs');
  await mkdir(folder, { recursive: true });
  const name = `${manifest.startedAt.replace(/[:.]/g, '-')}-${randomBytes(3).toString('hex')}.json`;
  await writeWhole(join(folder, name), `${JSON.stringify(manifest, null, 2)}\n`);
  const names = (await readdir(folder)).filter((entry) => /^\d{4}-.*\.json$/.test(entry)).sort();
  for (const old of names.slice(0, -MOST_KEPT)) await rm(join(folder, old), { force: true });
  return join(folder, name);
}

/** A file that is there whole or not at all, also after a crash. */
export async function writeWhole(path: string, content: string): Promise<void> {
  const partial = `${path}.${randomBytes(3).toString('hex')}.partial`;
  try {
    await using handle = await open(partial, 'wx', 0o644);
    await handle.writeFile(content);
    await handle.sync();
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function describeOutcome(outcome: FleetOutcome, workspaceDir: string): RunManifestTask {
  const { scope, name } = outcome.task;
  const head = { scope, name, state: outcome.state, ms: outcome.ms };
  switch (outcome.state) {
    case 'made':
      return {
        ...head,
        reportId: outcome.report.reportId,
        folder: relative(workspaceDir, outcome.report.folder),
        warnings: outcome.report.warnings,
      };
    case 'found':
      return { ...head, reportId: outcome.reportId, folder: relative(workspaceDir, outcome.folder) };
    case 'failed':
      return { ...head, error: describeError(outcome.error) };
    case 'elsewhere':
    case 'abandoned':
      return head;
    default:
      return outcome satisfies never;
  }
}

function describeError(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof ReportError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
