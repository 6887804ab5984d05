import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { benchScript, builtFile, interleave, measure, medianRatio } from './measure.ts';
import { type Result, tellRuns, times, watchLoad } from './result.ts';
import { SAMPLE_WORKSPACE, WORK } from './workspace.ts';

const BAR = 1.5;

/** What a print of the sample case needs, written once per run of the benches. */
export interface CapturedPrint {
  readonly html: string;
  readonly job: string;
}

/** Logs of HTTP requests: 5 MB of gzip files that hold 130 MB of text. */
export const SAMPLE_CASE = sampleCase('INC-4821');
/** Summaries and no logs: 100 kB. */
const SUMMARY_CASE = sampleCase('INC-4958');

function sampleCase(id: string): string {
  return join(SAMPLE_WORKSPACE, `incidents/${id}.yaml`);
}

export async function capturePrint(caseFile: string): Promise<CapturedPrint> {
  const captured = { html: join(WORK, 'print.html'), job: join(WORK, 'print.json') };
  const out = join(WORK, 'reports-capture');
  await measure({
    name: 'capture',
    script: benchScript('capture-print'),
    arguments: [caseFile, out, captured.html, captured.job],
  });
  rmSync(out, { recursive: true, force: true });
  return captured;
}

/** The command from its start to the PDF against a bare print of the same HTML, both cold. */
export async function benchSmallCases(rounds: number): Promise<Result[]> {
  const logs = await benchCold(SAMPLE_CASE, rounds);
  const { bar: _bar, ...summary } = await benchCold(SUMMARY_CASE, rounds);
  return [logs, summary];
}

async function benchCold(caseFile: string, rounds: number): Promise<Result> {
  const load = watchLoad();
  const { html } = await capturePrint(caseFile);
  const out = join(WORK, 'reports-small');
  const clear = () => rmSync(out, { recursive: true, force: true });
  const debrief = {
    name: 'debrief',
    script: builtFile('cli/main.js'),
    arguments: ['incident', caseFile, '--format', 'pdf', '--quiet', '--out', out],
  };
  const bare = {
    name: 'bare print',
    script: benchScript('bare-print'),
    arguments: [html, join(WORK, 'bare.pdf')],
  };
  // The first start of a browser reads it from the disk.
  await interleave([debrief, bare], 1, clear);
  const [ours = [], reference = []] = await interleave([debrief, bare], rounds, clear);
  const ratio = medianRatio(ours, reference);
  return {
    bench: 'small case to PDF, cold',
    size: `${basename(caseFile, '.yaml')}, n = ${rounds}`,
    ours: tellRuns(ours),
    reference: tellRuns(reference),
    ratio: times(ratio),
    cpuRatio: times(medianRatio(ours, reference, ({ cpuMs }) => cpuMs)),
    bar: { text: `≤ ${BAR} ×`, met: ratio <= BAR },
    load: load.since(),
  };
}
