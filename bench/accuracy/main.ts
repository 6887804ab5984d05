import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SHAPES } from '../../sample-data/generator/scenarios/plan.ts';
import { type CaseJob, type CaseKind, type CaseResult, nameOf } from './cases.ts';
import { CHECKS, type CheckName } from './checks.ts';
import { isHeldOut, tallyChecks, tellLines } from './table.ts';

const USAGE = `Analyses invented incidents whose truth is known and says how often the report is right. Ends with 1 when a bar is missed.
  --only SHAPE   one shape, or several with commas; may be given as a beginning (http-)
  --seeds N      seeds of each shape                          (5)
  --seed N       this seed only
  --tune         without the held-out seeds and shapes
  --kinds LIST   plain,disorder,shuffled,swapped,recurring    (all; plain alone with --only)
  --checks LIST  says the answers that are no of these checks only
  --jobs N       cases at a time                              (2)
  --keep DIR     leaves the workspaces and their reports there
  --write FILE   writes the table there
Shapes: ${Object.keys(SHAPES).join(', ')}`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seeds: { type: 'string', default: '5' },
    seed: { type: 'string' },
    tune: { type: 'boolean', default: false },
    kinds: { type: 'string' },
    checks: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    keep: { type: 'string' },
    write: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** Which shapes a kind of case is made of. */
const SHAPES_OF: Readonly<Record<CaseKind, (shape: string, seed: number) => boolean>> = {
  plain: () => true,
  // Packets of even seeds have times in whole seconds: repeated ones cannot be told from equal ones, and are kept.
  disorder: (shape, seed) =>
    ['http-spike', 'http-low'].includes(shape) || (['syn-forged', 'carpet-bombing'].includes(shape) && seed % 2 === 1),
  shuffled: (shape) => ['http-plateau', 'udp-mirai'].includes(shape),
  swapped: (shape) => ['http-plateau', 'udp-mirai'].includes(shape),
  recurring: (shape) => ['http-plateau', 'udp-mirai'].includes(shape),
};

if (values.help) console.log(USAGE);
else process.exitCode = await main();

async function main(): Promise<number> {
  const jobs = planJobs();
  if (jobs.length === 0) throw new RangeError(`--only: no shape begins with "${values.only}"`);
  const results = await runJobs(jobs, Math.max(1, Number(values.jobs)));
  const wanted = values.checks?.split(',');
  for (const { job, marks, failure } of results) {
    if (failure !== undefined) console.log(`${nameOf(job)}: ${failure}`);
    for (const { check, met, note } of marks)
      if (!met && note !== undefined && (wanted?.includes(check) ?? true))
        console.log(`${nameOf(job)}  ${check}: ${note}`);
  }
  const lines = tallyChecks(results).filter(({ all }) => all.of > 0 || values.only === undefined);
  const failures = results.filter(({ failure }) => failure !== undefined).length;
  const rows = results.reduce((sum, result) => sum + result.rows, 0);
  const table = `${tellLines(lines)}\n\n${results.length} cases, ${rows} rows, ${failures} could not be analysed.`;
  console.log(`\n${table}`);
  if (values.write !== undefined) writeFileSync(values.write, `${table}\n`);
  return failures === 0 && lines.every(({ met, check }) => met || check.information) ? 0 : 1;
}

/** The cases of a run: every shape with and without labels, and a few of each control. */
function planJobs(): CaseJob[] {
  const starts = values.only?.split(',') ?? [''];
  const shapes = Object.keys(SHAPES).filter((name) => starts.some((start) => name.startsWith(start)));
  const seeds =
    values.seed === undefined
      ? Array.from({ length: Number(values.seeds) }, (_, index) => index + 1)
      : [Number(values.seed)];
  const kinds = (values.kinds ?? (values.only === undefined ? Object.keys(SHAPES_OF).join(',') : 'plain')).split(',');
  const keep = values.keep === undefined ? {} : { keep: values.keep };
  const jobs = kinds.flatMap((kind) =>
    shapes.flatMap((shape) =>
      seeds
        .filter((seed) => SHAPES_OF[kind as CaseKind]?.(shape, seed) ?? false)
        .flatMap((seed) =>
          // Names and numbers of the source change little of what is measured: two seeds in five are analysed with them too.
          (kind === 'plain' && seed % 5 < 2 ? [false, true] : [false]).map((labels) => ({
            kind: kind as CaseKind,
            shape,
            seed,
            labels,
            ...keep,
          })),
        ),
    ),
  );
  return values.tune ? jobs.filter(({ shape, seed }) => !isHeldOut(shape, seed)) : jobs;
}

async function runJobs(jobs: readonly CaseJob[], atOnce: number): Promise<CaseResult[]> {
  const waiting = [...jobs];
  const results: CaseResult[] = [];
  const work = () =>
    new Promise<void>((resolve, reject) => {
      const child = fork(fileURLToPath(new URL('worker.js', import.meta.url)));
      const next = () => {
        const job = waiting.shift();
        if (job) child.send(job);
        else child.disconnect();
      };
      child.on('message', (result: CaseResult) => {
        results.push(result);
        const missed = new Set(
          result.marks.filter(({ met, check }) => !met && !isInformation(check)).map(({ check }) => check),
        );
        const verdict = result.failure === undefined ? [...missed].join(' ') || 'ok' : 'FAILED';
        console.error(`${results.length}/${jobs.length} ${nameOf(result.job)}: ${verdict}`);
        next();
      });
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
      next();
    });
  await Promise.all(Array.from({ length: Math.min(atOnce, jobs.length) }, work));
  const order = jobs.map(nameOf);
  return results.sort((a, b) => order.indexOf(nameOf(a.job)) - order.indexOf(nameOf(b.job)));
}

function isInformation(check: CheckName): boolean {
  return check === 'coverage' || check === 'coverageSmall' || 'information' in CHECKS[check];
}
