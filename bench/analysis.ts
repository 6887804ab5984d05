import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Analysis } from '../src/report/report.ts';
import type { Answers } from './answers.ts';
import { comparable, comparableAnswers, refuseDifferent, wavesOf } from './check-answers.ts';
import { benchScript, builtFile, type Contender, interleave, measure, medianRatio, type Run } from './measure.ts';
import { type Result, tellRuns, times, watchLoad } from './result.ts';
import { caseOver, gzippedLogs, logFilesOf, logsOf, WORK, warmUp } from './workspace.ts';

const BY_HAND_BAR = 1.3;
const NAIVE_BAR = 4;

/** A whole case without PDF against the same queries by hand and against JSON.parse and Maps. Answers are compared first. */
export async function benchAnalysis(lines: number, rounds: number): Promise<Result[]> {
  const load = watchLoad();
  const logs = logsOf({ lines });
  const files = logFilesOf(logs);
  await warmUp(files);
  const debrief = debriefOn(caseOver(logs), 'analysis');
  await measure(debrief.contender);
  const analysis = debrief.readAnalysis();
  const waves = JSON.stringify(wavesOf(analysis));
  const reference = (name: string): Contender & { readonly answers: string } => {
    const answers = join(WORK, `answers-${name}.json`);
    return { name, script: benchScript(name), arguments: [answers, waves, ...files], answers };
  };
  const [byHand, naive] = [reference('by-hand'), reference('naive')];
  // The naive one is slow and steady; its rounds are the same as those of the others so that the ratio is of one spell.
  const runs = await interleave([debrief.contender, byHand, naive], rounds, debrief.prepare);
  const [answersByHand, answersNaive] = [readAnswers(byHand.answers), readAnswers(naive.answers)];
  refuseDifferent('the answers of the references', answersByHand, answersNaive);
  refuseDifferent('the report and the reference', comparable(analysis), comparableAnswers(answersByHand, analysis));
  const [ours = [], hand = [], slow = []] = runs;
  const size = `${lines} lines of http_requests, n = ${rounds}`;
  const since = load.since();
  const ratio = medianRatio(ours, hand);
  const speedup = 1 / medianRatio(ours, slow);
  return [
    {
      bench: 'analysis, by hand in SQL',
      size,
      ours: tellRuns(ours),
      reference: tellRuns(hand),
      ratio: times(ratio),
      cpuRatio: times(medianRatio(ours, hand, cpuOf)),
      bar: { text: `≤ ${BY_HAND_BAR} ×`, met: ratio <= BY_HAND_BAR },
      load: since,
    },
    {
      bench: 'analysis, JSON.parse and Map',
      size,
      ours: tellRuns(ours),
      reference: tellRuns(slow),
      ratio: `${speedup.toFixed(2)} × faster`,
      cpuRatio: times(medianRatio(ours, slow, cpuOf)),
      bar: { text: `≥ ${NAIVE_BAR} × faster`, met: speedup >= NAIVE_BAR },
      load: since,
    },
  ];
}

/** The same case gzipped against `zcat | wc -l`; for information. */
export async function benchGzip(lines: number, rounds: number): Promise<Result[]> {
  const load = watchLoad();
  const logs = await gzippedLogs(logsOf({ lines }));
  const files = logFilesOf(logs);
  await warmUp(files);
  const debrief = debriefOn(caseOver(logs), 'gzip');
  const zcat = { name: 'zcat', script: benchScript('zcat'), arguments: files };
  const [ours = [], reference = []] = await interleave([debrief.contender, zcat], rounds, debrief.prepare);
  return [
    {
      bench: 'analysis, gzipped',
      size: `${lines} lines of http_requests, n = ${rounds}`,
      ours: tellRuns(ours),
      reference: tellRuns(reference),
      ratio: times(medianRatio(ours, reference)),
      cpuRatio: times(medianRatio(ours, reference, cpuOf)),
      load: load.since(),
    },
  ];
}

const cpuOf = ({ cpuMs }: Run) => cpuMs;

interface DebriefRun {
  readonly contender: Contender;
  /** Removes the reports of earlier runs. */
  prepare(): void;
  readAnalysis(): Analysis;
}

/** The built command on a case, without PDF. */
function debriefOn(caseFile: string, name: string): DebriefRun {
  const out = join(WORK, `reports-${name}`);
  const prepare = () => rmSync(out, { recursive: true, force: true });
  prepare();
  return {
    contender: {
      name: 'debrief',
      script: builtFile('cli/main.js'),
      arguments: ['incident', caseFile, '--format', 'json,csv', '--quiet', '--out', out],
    },
    prepare,
    // The program's own output, of a published shape.
    readAnalysis: () =>
      (JSON.parse(readFileSync(join(out, 'BENCH-r1/report.json'), 'utf8')) as { analysis: Analysis }).analysis,
  };
}

function readAnswers(file: string): Answers {
  // Written by one of our own references.
  return JSON.parse(readFileSync(file, 'utf8')) as Answers;
}
