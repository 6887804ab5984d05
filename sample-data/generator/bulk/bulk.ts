import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { add, peaksOf, toCounts, toTop } from '../tally.ts';
import { botsOf, emptyTally, type PartTally, writePart } from './part.ts';
import { type BulkPlan, planSeconds } from './plan.ts';

/** Bytes of one line, roughly; parts are cut to about 150 MB by it. */
const LINE_BYTES = 1_550;
const PART_BYTES = 150e6;

export interface BulkJob {
  readonly plan: BulkPlan;
  readonly out: string;
  readonly parts: readonly number[];
}

export function partsFor(lines: number): number {
  return Math.max(1, Math.ceil((lines * LINE_BYTES) / PART_BYTES));
}

/** Attack requests of a plan: as many different addresses can occur at most. */
export function attackRequestsOf(lines: number): number {
  return planSeconds(lines).reduce((sum, second) => sum + second.attack, 0);
}

/** Writes the parts of a job one after the other; runs in a worker thread or by itself. */
export function runJob(job: BulkJob): PartTally {
  const total = emptyTally();
  mkdirSync(job.out, { recursive: true });
  for (const part of job.parts) {
    const file = openSync(join(job.out, partName(part)), 'w');
    addTally(
      total,
      writePart(job.plan, part, (bytes) => void writeSync(file, bytes)),
    );
    closeSync(file);
  }
  return total;
}

export const partName = (part: number) => `http_requests-${String(part + 1).padStart(3, '0')}.ndjson`;

/** Spreads the parts over `threads` worker threads of `script` and writes `truth.json` beside the parts. */
export async function writeBulk(plan: BulkPlan, out: string, threads: number, script: string): Promise<PartTally> {
  const shares = Array.from({ length: Math.min(threads, plan.parts) }, (_, thread) =>
    Array.from({ length: plan.parts }, (_unused, part) => part).filter((part) => part % threads === thread),
  );
  const total = emptyTally();
  for (const tally of await Promise.all(shares.map((parts) => runInThread({ plan, out, parts }, script))))
    addTally(total, tally);
  writeFileSync(join(out, 'truth.json'), `${JSON.stringify(bulkTruth(plan, total), null, 1)}\n`);
  return total;
}

function runInThread(job: BulkJob, script: string): Promise<PartTally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(script, { workerData: job, resourceLimits: { maxYoungGenerationSizeMb: 64 } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function addTally(total: PartTally, part: PartTally): void {
  for (const key of ['lines', 'requests', 'attack', 'bytes', 'reachedOrigin', 'origin5xx'] as const)
    total[key] += part[key];
  for (const key of ['byDisposition', 'countries'] as const)
    for (const [name, count] of part[key]) add(total[key], name, count);
  for (const key of ['seconds', 'mitigatedSeconds', 'attackSeconds'] as const)
    for (const [second, count] of part[key]) add(total[key], second, count);
}

/** The truth of a bulk run: the totals that a benchmark checks its own answers against. */
export function bulkTruth(plan: BulkPlan, tally: PartTally) {
  const byMinute = (seconds: ReadonlyMap<number, number>) => {
    const minutes = new Map<number, number>();
    for (const [second, count] of seconds) add(minutes, Math.floor(second / 60) * 60_000, count);
    return minutes;
  };
  const mitigated = byMinute(tally.mitigatedSeconds);
  return {
    plan,
    lines: tally.lines,
    requests: tally.requests,
    attack: tally.attack,
    bots: Math.min(botsOf(plan), tally.attack),
    bytes: tally.bytes,
    reachedOrigin: tally.reachedOrigin,
    origin5xx: tally.origin5xx,
    byDisposition: toCounts(tally.byDisposition),
    peaks: peaksOf(tally.seconds),
    attackPeaks: peaksOf(tally.attackSeconds),
    minutes: [...byMinute(tally.seconds)]
      .sort((a, b) => a[0] - b[0])
      .map(([t, requests]) => ({ t, requests, mitigated: mitigated.get(t) ?? 0 })),
    ClientCountry: toTop(tally.countries),
  };
}
