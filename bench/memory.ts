import { join } from 'node:path';
import { copiesOfSample, measureMany } from './batch.ts';
import { megabytes, type Result, seconds, times, watchLoad } from './result.ts';
import { caseOver, type LogsAtScale, logsOf, refuseFullDisk, WORK } from './workspace.ts';

const GROWTH_BAR = 2;
/** "Flat": the second half of the reports may add no more than what a garbage collector leaves lying. */
const REPORTS_BAR = 1.1;
const TIGHT_LIMIT_BYTES = 400e6;
/** Every address occurs at least once in so many lines. */
const DISTINCT = { lines: 8_000_000, distinctAddresses: 5_000_000 };
/** Facts of one line in the engine, when they have to go to the disk. */
const SPILLED_BYTES_PER_LINE = 1_100;

/** Peak memory of one report after another in one process; of one with many times the lines; under a tight limit. */
export async function benchMemory(options: {
  readonly reports: number;
  readonly lines: number;
  /** Also ten times the lines, and five million addresses. */
  readonly full: boolean;
}): Promise<Result[]> {
  const { reports, lines, full } = options;
  const results = [await benchReports(reports)];
  results.push(await benchLines(lines, full ? 10 : 2));
  if (full) results.push(await benchTightLimit());
  return results;
}

async function benchReports(reports: number): Promise<Result> {
  const load = watchLoad();
  const cases = copiesOfSample(reports);
  const make = (caseFiles: readonly string[]) =>
    measureMany({ caseFiles, outDir: join(WORK, 'reports-memory'), formats: ['pdf', 'html', 'json', 'csv'], jobs: 1 });
  const half = Math.ceil(reports / 2);
  const one = await make(cases.slice(0, 1));
  const fewer = await make(cases.slice(0, half));
  const many = await make(cases);
  const ratio = many.peakRssBytes / fewer.peakRssBytes;
  return {
    bench: 'memory, number of reports',
    size: `${reports} reports of INC-4821 in one process against ${half}`,
    ours: megabytes(many.peakRssBytes),
    reference: `${megabytes(fewer.peakRssBytes)} (1 report: ${megabytes(one.peakRssBytes)})`,
    ratio: times(ratio),
    bar: { text: `≤ ${REPORTS_BAR} ×`, met: ratio <= REPORTS_BAR },
    load: load.since(),
  };
}

async function benchLines(lines: number, factor: number): Promise<Result> {
  const load = watchLoad();
  const make = (logs: LogsAtScale) => measureScaled(logs);
  const small = await make({ lines });
  const large = await make({ lines: lines * factor });
  const ratio = large.peakRssBytes / small.peakRssBytes;
  return {
    bench: 'memory, number of lines',
    size: `${lines * factor} lines against ${lines}`,
    ours: `${megabytes(large.peakRssBytes)}, ${seconds(large.ms)}, ${seconds(large.cpuMs)} CPU`,
    reference: `${megabytes(small.peakRssBytes)}, ${seconds(small.ms)}, ${seconds(small.cpuMs)} CPU`,
    ratio: times(ratio),
    // Twice the lines prove nothing about ten times as many.
    ...(factor >= 10 && { bar: { text: `≤ ${GROWTH_BAR} ×`, met: ratio <= GROWTH_BAR } }),
    load: load.since(),
  };
}

/** Completing is the bar; the ratio is of the peak to the limit, which is the engine's alone. */
async function benchTightLimit(): Promise<Result> {
  const load = watchLoad();
  const size = `${DISTINCT.lines} lines with ${DISTINCT.distinctAddresses} attackers, engine limit ${megabytes(TIGHT_LIMIT_BYTES)}`;
  const bar = 'completes';
  refuseFullDisk(DISTINCT.lines * SPILLED_BYTES_PER_LINE);
  try {
    const run = await measureScaled(DISTINCT, TIGHT_LIMIT_BYTES);
    return {
      bench: 'memory, many addresses',
      size,
      ours: `${megabytes(run.peakRssBytes)}, ${seconds(run.ms)}, ${seconds(run.cpuMs)} CPU`,
      reference: `limit ${megabytes(TIGHT_LIMIT_BYTES)}`,
      ratio: times(run.peakRssBytes / TIGHT_LIMIT_BYTES),
      bar: { text: bar, met: true },
      load: load.since(),
    };
  } catch (error) {
    const reason =
      error instanceof Error ? (error.message.match(/^.*(?:Error|exhausted).*$/m)?.[0] ?? error.message) : '';
    return {
      bench: 'memory, many addresses',
      size,
      ours: `failed: ${reason.replaceAll('|', ' ')}`,
      reference: `limit ${megabytes(TIGHT_LIMIT_BYTES)}`,
      ratio: '',
      bar: { text: bar, met: false },
      load: load.since(),
    };
  }
}

function measureScaled(logs: LogsAtScale, memoryLimitBytes?: number) {
  return measureMany({
    caseFiles: [caseOver(logsOf(logs))],
    outDir: join(WORK, 'reports-memory'),
    formats: ['json', 'csv'],
    jobs: 1,
    ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
  });
}
