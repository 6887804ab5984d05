import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInternet, type Source } from '../../sample-data/generator/scenarios/addresses.ts';
import { planScenario } from '../../sample-data/generator/scenarios/plan.ts';
import { drawScenario, type Scenario } from '../../sample-data/generator/scenarios/scenario.ts';
import { caseFiles, type FileOptions, workspaceFiles } from '../../sample-data/generator/scenarios/scenario-files.ts';
import { bytesOf, type GeneratedFile } from '../../sample-data/generator/workspace.ts';
import { loadDebrief } from '../built.ts';
import type { Mark } from './checks.ts';
import { shuffleTimes, swapAttack } from './controls.ts';
import { type Analysis, scoreScenario } from './score.ts';

export type CaseKind = 'plain' | 'disorder' | 'shuffled' | 'swapped' | 'recurring';

/** What one worker is asked to do. */
export interface CaseJob {
  readonly kind: CaseKind;
  readonly shape: string;
  readonly seed: number;
  readonly labels: boolean;
  /** Where to leave the workspace; it is deleted without. */
  readonly keep?: string;
}

export interface CaseResult {
  readonly job: CaseJob;
  readonly marks: readonly Mark[];
  readonly rows: number;
  /** Why there is no result. */
  readonly failure?: string;
}

export async function runCase(job: CaseJob): Promise<CaseResult> {
  const folder = mkdtempSync(join(tmpdir(), 'debrief-accuracy-'));
  try {
    write(folder, workspaceFiles());
    return { job, ...(await RUNS[job.kind](job, folder)) };
  } catch (error) {
    return {
      job,
      marks: [],
      rows: 0,
      failure: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  } finally {
    if (job.keep !== undefined) cpSync(folder, join(job.keep, nameOf(job)), { recursive: true });
    rmSync(folder, { recursive: true, force: true });
  }
}

export function nameOf(job: CaseJob): string {
  return `${job.shape}-${job.seed}${job.labels ? '' : '-unlabelled'}${job.kind === 'plain' ? '' : `-${job.kind}`}`;
}

type Outcome = Pick<CaseResult, 'marks' | 'rows'>;

const RUNS: Readonly<Record<CaseKind, (job: CaseJob, folder: string) => Promise<Outcome>>> = {
  plain: async (job, folder) => {
    const scenario = draw(job);
    const analysis = await analyse(scenario, folder);
    return { marks: scoreScenario(analysis, scenario), rows: scenario.rows.length };
  },
  disorder: async (job, folder) => {
    const scenario = draw(job);
    const straight = await analyse(scenario, folder, {}, 'straight');
    const crooked = await analyse(scenario, folder, { disorder: true, duplicates: 0.001 }, 'crooked');
    const met = JSON.stringify(straight) === JSON.stringify(crooked);
    return {
      marks: [{ check: 'disorder', met, note: differences(straight, crooked) }],
      rows: 2 * scenario.rows.length,
    };
  },
  shuffled: async (job, folder) => {
    const scenario = shuffleTimes(draw(job));
    const { signatures } = await analyse(scenario, folder);
    return {
      marks: [
        { check: 'shuffled', met: signatures?.length === 0, note: JSON.stringify(signatures) ?? 'no key signatures' },
      ],
      rows: scenario.rows.length,
    };
  },
  swapped: async (job, folder) => {
    const { scenario, timeline } = swapAttack(draw(job));
    const { signatures } = await analyse(scenario, folder, { timeline });
    return {
      marks: [
        { check: 'swapped', met: signatures?.length === 0, note: JSON.stringify(signatures) ?? 'no key signatures' },
      ],
      rows: scenario.rows.length,
    };
  },
  recurring: runRecurring,
};

function draw(job: CaseJob, shared?: readonly Source[]): Scenario {
  return drawScenario(planScenario(job.shape, job.seed, { labels: job.labels }), shared ? { shared } : {});
}

/** Share of the machines of an incident that are in another one of the same botnet. */
const SHARED_MACHINES = 120;

/**
 * Three incidents of one customer, analysed in the order in which they happened: the first, a stranger, and one in which machines
 * of the first take part again. The last must name the first and not the stranger, and the stranger nobody.
 */
async function runRecurring(job: CaseJob, folder: string): Promise<Outcome> {
  const random = planScenario(job.shape, job.seed).random.fork('shared');
  const internet = createInternet(random);
  const shared = Array.from({ length: SHARED_MACHINES }, () => internet.bot(random));
  // A seed decides the day too, and only what began earlier can come again.
  const startOf = (seed: number) => planScenario(job.shape, seed, { labels: job.labels }).period.start;
  const [early = 0, middle = 0, late = 0] = [100, 200, 300]
    .map((offset) => offset + job.seed)
    .sort((a, b) => startOf(a) - startOf(b));
  const first = draw({ ...job, seed: early }, shared);
  const stranger = draw({ ...job, seed: middle });
  const again = draw({ ...job, seed: late }, shared);
  await analyse(first, folder);
  const ofStranger = (await analyse(stranger, folder)).recurringSourceIncidents;
  const ofAgain = (await analyse(again, folder)).recurringSourceIncidents;
  const note = `published ${JSON.stringify(ofAgain) ?? 'nothing'}, the stranger ${JSON.stringify(ofStranger) ?? 'nothing'}`;
  const wrong = [...(ofStranger ?? []), ...(ofAgain ?? []).filter((id) => id !== first.truth.case)];
  return {
    marks: [
      { check: 'recurring', met: ofAgain?.includes(first.truth.case) ?? false, note },
      { check: 'recurringWrong', met: ofAgain !== undefined && wrong.length === 0, note },
    ],
    rows: first.rows.length + stranger.rows.length + again.rows.length,
  };
}

function write(folder: string, files: readonly GeneratedFile[]): void {
  for (const file of files) {
    const path = join(folder, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytesOf(file));
  }
}

/** Writes the case and lets the built program analyse it. Of equal cases the later one is written over the earlier. */
async function analyse(
  scenario: Scenario,
  folder: string,
  options: FileOptions = {},
  reports = 'reports',
): Promise<Analysis> {
  write(folder, caseFiles(scenario, scenario.plan.random.fork('arrange'), options));
  const { generate, openBrowser, silentLog } = await loadDebrief();
  const browser = openBrowser({ log: silentLog });
  const outDir = join(folder, reports, 'alpine');
  try {
    const report = await generate(
      {
        caseFile: join(folder, 'incidents', `${scenario.truth.case}.yaml`),
        workspaceDir: folder,
        outDir,
        formats: ['json'],
        strict: false,
      },
      { now: () => scenario.plan.period.end, log: silentLog, signal: new AbortController().signal, browser, atOnce: 2 },
    );
    const path = join(report.folder, 'report.json');
    if (!existsSync(path)) throw new Error(`no ${path}`);
    // Written by our own program; every key is checked where it is used.
    return (JSON.parse(readFileSync(path, 'utf8')) as { analysis: Analysis }).analysis;
  } finally {
    await browser.close();
  }
}

/** Keys whose values differ. */
function differences(left: Analysis, right: Analysis): string {
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]) as Set<keyof Analysis>;
  const different = [...keys].filter((key) => JSON.stringify(left[key]) !== JSON.stringify(right[key]));
  return `${different.join(', ')} differ`;
}
