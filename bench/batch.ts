import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ManyReports } from './generate-many.ts';
import { benchScript, measure, median } from './measure.ts';
import type { PrintRates } from './print-rate.ts';
import { megabytes, type Result, seconds, times, watchLoad } from './result.ts';
import { capturePrint, SAMPLE_CASE } from './small-case.ts';
import { SAMPLE_WORKSPACE, WORK } from './workspace.ts';

const PRINT_BAR = 0.9;
const JOBS = 2;

/** Prints a minute through Debrief's handle against the browser's own limit, and whole reports a minute for information. */
export async function benchBatch(reports: number, rounds: number): Promise<Result[]> {
  const load = watchLoad();
  const { html, job } = await capturePrint(SAMPLE_CASE);
  const { stdout } = await measure({
    name: 'print rate',
    script: benchScript('print-rate'),
    arguments: [html, job, String(reports), String(rounds)],
  });
  // Written by our own script.
  const { ours, raw } = JSON.parse(stdout) as PrintRates;
  const rate = median(ours.map((ms, round) => (raw[round] ?? Number.NaN) / ms));
  const printing: Result = {
    bench: 'warm printing, HTML to PDF',
    size: `${reports} reports of INC-4821 (${Math.round(readFileSync(html).length / 1e3)} kB of HTML), two at a time, n = ${rounds}`,
    ours: `${perMinute(median(ours))} a minute`,
    reference: `page.pdf: ${perMinute(median(raw))} a minute`,
    ratio: times(rate),
    bar: { text: `≥ ${PRINT_BAR} ×`, met: rate >= PRINT_BAR },
    load: load.since(),
  };
  const batchLoad = watchLoad();
  const run = await measureMany({
    caseFiles: copiesOfSample(reports),
    outDir: join(WORK, 'reports-batch'),
    formats: ['pdf'],
    jobs: JOBS,
  });
  const batch: Result = {
    bench: 'warm batch, case file to PDF',
    size: `${reports} copies of INC-4821, ${JOBS} jobs, one browser`,
    ours: `${perMinute(run.ms / reports)} a minute, ${seconds(run.cpuMs / reports)} CPU each, ${megabytes(run.peakRssBytes)}`,
    reference: `page.pdf: ${perMinute(median(raw))} a minute`,
    ratio: times((median(raw) * reports) / run.ms),
    load: batchLoad.since(),
  };
  return [printing, batch];
}

/** Case files over the logs of the sample, each with an id of its own, in a copy of the sample workspace. */
export function copiesOfSample(count: number): string[] {
  const workspace = join(WORK, 'sample-workspace');
  rmSync(workspace, { recursive: true, force: true });
  mkdirSync(workspace, { recursive: true });
  for (const part of ['debrief.yaml', 'customers', 'brands', 'incidents/INC-4821'])
    cpSync(join(SAMPLE_WORKSPACE, part), join(workspace, part), { recursive: true });
  const text = readFileSync(SAMPLE_CASE, 'utf8');
  return Array.from({ length: count }, (_, index) => {
    const id = `INC-${String(index + 1).padStart(4, '0')}`;
    const file = join(workspace, 'incidents', `${id}.yaml`);
    writeFileSync(file, text.replace(/^id: .*$/m, `id: ${id}`));
    return file;
  });
}

/** Reports made in one process, with the time from the first to the last of them. */
export async function measureMany(many: ManyReports): Promise<{ ms: number; cpuMs: number; peakRssBytes: number }> {
  const run = await measure({
    name: 'generate',
    script: benchScript('generate-many'),
    arguments: [JSON.stringify(many)],
  });
  rmSync(many.outDir, { recursive: true, force: true });
  // Written by our own script.
  return { ...run, ...(JSON.parse(run.stdout) as { ms: number }) };
}

function perMinute(msEach: number): string {
  return (60_000 / msEach).toFixed(0);
}
