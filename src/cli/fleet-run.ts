import type { ExitCode } from '../errors.ts';
import { composeRunManifest, type FleetOutcome, type FleetProgress, writeRunManifest } from '../schedule/schedule.ts';
import { exitCodeOf } from './batch.ts';
import type { CommandEffects } from './incident.ts';
import { shortPath, tellReport } from './tell-report.ts';
import { formatMs } from './terminal-text.ts';

/** Time between two lines that tell how far a run is. */
const PROGRESS_PAUSE_MS = 10_000;

export interface FleetRun {
  /** Tells what became of one report, and now and then how far the run is. */
  readonly onOutcome: (outcome: FleetOutcome, progress: FleetProgress) => void;
  /** Writes the manifest of the run. @returns the exit code of the command. */
  readonly end: (outcomes: readonly FleetOutcome[]) => Promise<ExitCode>;
}

export interface FleetRunOptions {
  /** `run-due`, as it stands in the manifest of the run. */
  readonly command: string;
  readonly workspaceDir: string;
  readonly jobs: number;
  /** What a task is about, for JSON. */
  readonly aboutOf: (task: FleetOutcome['task']) => object;
}

/** How a command talks while it makes many reports, and what it leaves when it is done. */
export function beginFleetRun(options: FleetRunOptions, effects: CommandEffects): FleetRun {
  const { console, workingDir } = effects;
  const startedAt = effects.wallNow();
  let toldAt = performance.now();
  const tellProgress = ({ done, failed, total, msLeft }: FleetProgress) => {
    if (done === total || performance.now() - toldAt < PROGRESS_PAUSE_MS) return;
    toldAt = performance.now();
    const left = msLeft === undefined ? '' : `, about ${formatMs(msLeft)} left`;
    console.logFor().info(`${done} of ${total} done${failed > 0 ? `, ${failed} failed` : ''}${left}`);
  };
  return {
    onOutcome: (outcome, progress) => {
      tellOutcome(outcome, options.aboutOf(outcome.task), effects);
      tellProgress(progress);
    },
    end: async (outcomes) => {
      const interrupted = effects.signal.aborted;
      if (outcomes.length > 0) {
        const facts = { ...options, startedAt, endedAt: effects.wallNow(), interrupted, outcomes };
        const manifest = composeRunManifest(facts, options.workspaceDir);
        const path = shortPath(await writeRunManifest(manifest, options.workspaceDir), workingDir);
        console.logFor().info(`${countsOf(outcomes)}; ${path}`);
      }
      const failures = outcomes.flatMap((outcome) => (outcome.state === 'failed' ? [outcome.error] : []));
      return exitCodeOf(failures, outcomes.length);
    },
  };
}

function tellOutcome(outcome: FleetOutcome, about: object, { console, workingDir }: CommandEffects): void {
  const { label } = outcome.task;
  const log = console.logFor(label);
  switch (outcome.state) {
    case 'made':
      tellReport(outcome.report, about, outcome.ms, { console, workingDir, subject: label });
      break;
    case 'failed':
      console.failure(outcome.error, label);
      break;
    case 'found':
      log.info(`made before: ${shortPath(outcome.folder, workingDir)}`);
      break;
    case 'elsewhere':
      log.info('left to another process that is at it');
      break;
    case 'abandoned':
      log.info('given up half-way; the next run makes it');
      break;
    default:
      outcome satisfies never;
  }
}

/** `312 made, 2 failed, 1 made before`. */
function countsOf(outcomes: readonly FleetOutcome[]): string {
  const words = {
    made: 'made',
    failed: 'failed',
    found: 'made before',
    elsewhere: 'left to another process',
    abandoned: 'given up',
  } as const satisfies Record<FleetOutcome['state'], string>;
  return Object.entries(words)
    .map(([state, word]) => ({ word, count: outcomes.filter((outcome) => outcome.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ word, count }) => `${count} ${word}`)
    .join(', ');
}
