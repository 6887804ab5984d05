import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { HandedOver } from '../../../src/schedule/hand-over.ts';
import { type DeliveryJob, jobIdOf, type TakenJob, type WorkQueue } from '../../../src/schedule/work-queue.ts';
import { workQueue } from '../../../src/schedule/worker.ts';

/** A queue in memory that tries each job `tries` times. */
function memoryQueue(jobs: readonly DeliveryJob[], tries = 2) {
  const waiting: TakenJob[] = jobs.map((job) => ({ ...job, id: jobIdOf(job) }));
  const failures = new Map<string, string[]>();
  const done: string[] = [];
  const dead: string[] = [];
  const handedBack: string[] = [];
  const renewed: string[] = [];
  const queue: WorkQueue = {
    add: () => Promise.reject(new Error('nothing is added here')),
    take: async () => waiting.shift(),
    complete: async ({ folder }) => void done.push(folder),
    fail: async (job, reason) => {
      const reasons = [...(failures.get(job.folder) ?? []), reason];
      failures.set(job.folder, reasons);
      if (reasons.length < tries) waiting.push(job);
      else dead.push(job.folder);
    },
    handBack: async ({ folder }) => void handedBack.push(folder),
    renew: async ({ folder }) => void renewed.push(folder),
    renewEveryMs: 5,
    counts: async () => ({ waiting: waiting.length, active: 0, done: done.length, dead: dead.length }),
    deadLetters: async () => [],
    revive: async () => 0,
    close: async () => undefined,
  };
  return { queue, done, dead, failures, handedBack, renewed };
}

const work = (
  queue: WorkQueue,
  deliver: (folder: string) => Promise<HandedOver>,
  signal = new AbortController().signal,
) => {
  const told: string[] = [];
  const ended = workQueue({
    workspaceDir: '/srv/reports',
    queue,
    deliver: ({ folder }) => deliver(folder),
    untilEmpty: true,
    signal,
    onOutcome: ({ folder }, { state }) => told.push(`${folder} ${state}`),
  });
  return { told, ended };
};

describe('a worker', () => {
  it('delivers what waits, by its place in the workspace, and ends when nothing is left', async () => {
    const { queue, done } = memoryQueue([{ folder: 'reports/acme/A-r1' }, { folder: 'reports/acme/B-r1' }]);
    const folders: string[] = [];
    await work(queue, async (folder) => {
      folders.push(folder);
      return { state: 'delivered' };
    }).ended;
    expect(folders).toEqual(['/srv/reports/reports/acme/A-r1', '/srv/reports/reports/acme/B-r1']);
    expect(done).toEqual(['reports/acme/A-r1', 'reports/acme/B-r1']);
  });

  it('gives what fails or throws back, and goes on with the others', async () => {
    const { queue, done, dead, failures } = memoryQueue([{ folder: 'bad' }, { folder: 'good' }]);
    const { told, ended } = work(queue, async (folder) => {
      if (folder.endsWith('bad')) throw new Error('cannot be opened');
      return { state: 'delivered' };
    });
    await ended;
    expect(told).toEqual(['bad failed', 'good delivered', 'bad failed']);
    expect([done, dead]).toEqual([['good'], ['bad']]);
    expect(failures.get('bad')).toEqual(['cannot be opened', 'cannot be opened']);
  });

  it('does not try again what waits for a person', async () => {
    const { queue, done, dead } = memoryQueue([{ folder: 'held' }]);
    const { told, ended } = work(queue, async () => ({ state: 'waiting', reason: 'desk: unknown' }));
    await ended;
    expect([told, done, dead]).toEqual([['held waiting'], ['held'], []]);
  });

  it('begins nothing more once it is told to stop', async () => {
    const { queue, done } = memoryQueue([{ folder: 'first' }, { folder: 'second' }]);
    const stop = new AbortController();
    await work(
      queue,
      async () => {
        stop.abort();
        return { state: 'delivered' };
      },
      stop.signal,
    ).ended;
    expect(done).toEqual(['first']);
  });

  it('hands back what it was told to stop in, so that it is no try', async () => {
    const { queue, done, failures, handedBack } = memoryQueue([{ folder: 'first' }]);
    const stop = new AbortController();
    await work(
      queue,
      async () => {
        stop.abort();
        return { state: 'failed', reason: 'desk: pending' };
      },
      stop.signal,
    ).ended;
    expect([handedBack, done, failures.size]).toEqual([['first'], [], 0]);
  });

  it('says that it lives for as long as a delivery takes, and no longer', async () => {
    const { queue, renewed } = memoryQueue([{ folder: 'slow' }]);
    await work(queue, async () => {
      while (renewed.length < 3) await wait(1);
      return { state: 'delivered' };
    }).ended;
    const before = renewed.length;
    await wait(30);
    expect([new Set(renewed), renewed.length]).toEqual([new Set(['slow']), before]);
  });
});

describe('the id of a job', () => {
  it('is the same for the same delivery, whatever the order of its destinations', () => {
    const id = jobIdOf({ folder: 'reports/acme/A-r1', destinations: ['desk', 'mail'] });
    expect(jobIdOf({ folder: 'reports/acme/A-r1', destinations: ['mail', 'desk'] })).toBe(id);
    expect(jobIdOf({ folder: 'reports/acme/A-r1' })).not.toBe(id);
    expect(jobIdOf({ folder: 'reports/acme/A-r2', destinations: ['desk', 'mail'] })).not.toBe(id);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
