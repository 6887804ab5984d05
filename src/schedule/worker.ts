import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type DeliverFolder, type HandedOver, handOverSafely } from './hand-over.ts';
import type { TakenJob, WorkQueue } from './work-queue.ts';

/** A worker without work looks again after this time. */
const PAUSE_MS = 1_000;

export interface WorkOptions {
  readonly workspaceDir: string;
  readonly queue: WorkQueue;
  readonly deliver: DeliverFolder;
  /** Ends when nothing waits and nobody works, instead of never. */
  readonly untilEmpty: boolean;
  readonly signal: AbortSignal;
  readonly onOutcome: (job: TakenJob, outcome: HandedOver) => void;
}

/**
 * Delivers what is in the queue, one after the other, until it is told to stop. A delivery that fails is tried again by the rules of
 * the queue; one that waits for a person is done as far as the queue goes, and `debrief resolve` or `debrief deliver --pending` goes on.
 */
export async function workQueue(options: WorkOptions): Promise<void> {
  const { queue, signal, workspaceDir, deliver, onOutcome } = options;
  while (!signal.aborted) {
    const job = await queue.take();
    if (job === undefined) {
      if (options.untilEmpty && (await isEmpty(queue))) return;
      await wait(PAUSE_MS, undefined, { signal }).catch(() => undefined); // told to stop
      continue;
    }
    const alive = setInterval(() => void queue.renew(job).catch(() => undefined), queue.renewEveryMs); // settling it tells of a lost database
    const outcome = await handOverSafely(deliver, {
      workspaceDir,
      folder: resolve(workspaceDir, job.folder),
      ...(job.destinations && { destinations: job.destinations }),
    }).finally(() => clearInterval(alive));
    if (outcome.state !== 'failed') await queue.complete(job);
    else if (signal.aborted) await queue.handBack(job);
    else await queue.fail(job, outcome.reason ?? outcome.state);
    onOutcome(job, outcome);
  }
}

async function isEmpty(queue: WorkQueue): Promise<boolean> {
  const { waiting, active } = await queue.counts();
  return waiting + active === 0;
}
