import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { FLEET_NOW, FLEET_PERIOD, writeFleetWorkspace } from './fleet-workspace.ts';
import { benchScript, builtFile, measure, median } from './measure.ts';
import type { PrintRates } from './print-rate.ts';
import { megabytes, type Result, seconds, times, watchLoad } from './result.ts';
import { type WatchedRun, watchRun } from './watch-process.ts';
import { WORK } from './workspace.ts';

const PRINT_BAR = 0.9;
const JOBS = 2;
/** The memory of the last quarter of a run may be above that of the second by so much. */
const GROWTH_BAR = 1.1;
const LINES = 300;
const CLI = builtFile('cli/main.js');

/**
 * Weekly summaries of many invented customers in one run of `run-due`, their roll-ups on record: how many a minute against the
 * browser alone, memory over the run, what is left behind; and the same fleet killed again and again, which must end up with the
 * same files.
 */
export async function benchFleet(customers: number, kills: number): Promise<Result[]> {
  const load = watchLoad();
  const [calm, disturbed] = ['fleet-calm', 'fleet-disturbed'].map((name) => join(WORK, name));
  const tmp = join(WORK, 'fleet-tmp');
  if (calm === undefined || disturbed === undefined) throw new Error('two names make two paths');
  await prepare(calm, customers, tmp);
  const run = await watchRun(CLI, dueArguments(calm), { tmp });
  if (run.code !== 0) throw new Error(`the undisturbed run ended with ${run.code}`);
  const { raw } = await rateOf(calm, Math.min(50, customers));
  const calmLoad = load.since();

  const killLoad = watchLoad();
  rmSync(disturbed, { recursive: true, force: true });
  mkdirSync(disturbed, { recursive: true });
  for (const name of ['debrief.yaml', 'customers', 'logs', 'archive'])
    cpSync(join(calm, name), join(disturbed, name), { recursive: true, preserveTimestamps: true });
  const { killed, left } = await disturb(disturbed, run, kills, tmp);
  const [expected, found] = [filesOf(calm), filesOf(disturbed)];
  const wrong = [...new Set([...expected.keys(), ...found.keys()])].filter(
    (name) => expected.get(name) !== found.get(name),
  );
  const size = `${customers} customers, ${JOBS} jobs, PDF and JSON, roll-ups on record`;
  const ratio = (raw * customers) / run.ms;
  const growth = growthOf(run.rssBytes);
  return [
    {
      bench: 'fleet, throughput',
      size,
      ours: `${perMinute(run.ms / customers)} a minute, ${seconds(run.ms)} in all`,
      reference: `page.pdf of the same HTML, two pages: ${perMinute(raw)} a minute`,
      ratio: times(ratio),
      bar: { text: `≥ ${PRINT_BAR} ×`, met: ratio >= PRINT_BAR },
      load: calmLoad,
    },
    {
      bench: 'fleet, memory over the run',
      size,
      ours: `${tellSpan(run.rssBytes)}; browser ${tellSpan(run.childBytes)}`,
      reference: 'second quarter of the run',
      ratio: times(growth),
      bar: { text: `≤ ${GROWTH_BAR} ×`, met: growth <= GROWTH_BAR },
      load: calmLoad,
    },
    {
      bench: 'fleet, left behind',
      size,
      ours: `${run.zombies} zombies, ${run.left} processes, ${readdirSync(tmp).length + partialsOf(calm)} temporary files`,
      reference: 'none',
      ratio: '',
      bar: { text: 'none', met: run.left + readdirSync(tmp).length + partialsOf(calm) === 0 },
      load: calmLoad,
    },
    {
      bench: 'fleet, killed and resumed',
      size: `${size}, killed ${killed} times`,
      ours: `${found.size} files, ${wrong.length} missing, doubled or different${wrong.length > 0 ? ` (${wrong.slice(0, 3).join(', ')})` : ''}, ${left + readdirSync(tmp).length + partialsOf(disturbed)} left behind`,
      reference: `${expected.size} files of an undisturbed run`,
      ratio: '',
      bar: { text: 'the same, byte for byte', met: wrong.length === 0 },
      load: killLoad.since(),
    },
  ];
}

/** A workspace whose days are on record, without a report in it. */
async function prepare(dir: string, customers: number, tmp: string): Promise<void> {
  for (const folder of [dir, tmp]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(tmp, { recursive: true });
  writeFleetWorkspace(dir, { customers, formats: ['pdf', 'json'], lines: LINES });
  const out = join(tmp, 'counted');
  const argv = [
    'weekly',
    '-w',
    dir,
    '--week',
    FLEET_PERIOD,
    '--format',
    'json',
    '--out',
    out,
    '--quiet',
    '-j',
    String(JOBS),
  ];
  const { code } = await watchRun(CLI, argv, { tmp });
  if (code !== 0) throw new Error(`counting the logs ended with ${code}`);
  for (const folder of [out, join(dir, '.debrief')]) rmSync(folder, { recursive: true, force: true });
}

function dueArguments(dir: string): string[] {
  return ['run-due', '-w', dir, '--now', FLEET_NOW, '--quiet', '-j', String(JOBS)];
}

/** Milliseconds that the browser alone needs for a summary of the first customer. */
async function rateOf(dir: string, reports: number): Promise<{ readonly raw: number }> {
  const [html, job, out] = ['weekly.html', 'weekly.json', 'weekly-out'].map((name) => join(WORK, name));
  if (html === undefined || job === undefined || out === undefined) throw new Error('three names make three paths');
  const subject = [dir, 'customer-0001', 'UTC', FLEET_PERIOD, FLEET_NOW, out, html, job];
  await measure({ name: 'capture', script: benchScript('capture-weekly'), arguments: subject });
  rmSync(out, { recursive: true, force: true });
  const { stdout } = await measure({
    name: 'print rate',
    script: benchScript('print-rate'),
    arguments: [html, job, String(reports), '3'],
  });
  // Written by our own script.
  return { raw: median((JSON.parse(stdout) as PrintRates).raw) };
}

/** Kills the run at random moments that are spread over its length, then lets it come to its end. */
async function disturb(
  dir: string,
  calm: WatchedRun,
  kills: number,
  tmp: string,
): Promise<{ readonly killed: number; readonly left: number }> {
  const startMs = 1_500;
  let [killed, left] = [0, 0];
  for (let kill = 0; kill < kills; kill++) {
    const killAfterMs = startMs + Math.random() * 2 * Math.max(500, (calm.ms - startMs) / (kills + 1));
    const run = await watchRun(CLI, dueArguments(dir), { tmp, killAfterMs });
    left += run.left;
    if (run.code === 0) break;
    killed++;
  }
  const last = await watchRun(CLI, dueArguments(dir), { tmp });
  if (last.code !== 0) throw new Error(`the last run ended with ${last.code}`);
  return { killed, left: left + last.left };
}

/** Digest of every file of every report. */
function filesOf(dir: string): Map<string, string> {
  const root = join(dir, 'reports');
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(root, path), createHash('sha256').update(readFileSync(path)).digest('hex')];
    }),
  );
}

function partialsOf(dir: string): number {
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.includes('.partial')).length;
}

function growthOf(samples: readonly number[]): number {
  const quarter = (index: number) =>
    median(samples.slice(Math.floor((index * samples.length) / 4), Math.ceil(((index + 1) * samples.length) / 4)));
  return quarter(3) / quarter(1);
}

function tellSpan(samples: readonly number[]): string {
  return `${megabytes(median(samples))}, at most ${megabytes(Math.max(...samples))}`;
}

function perMinute(msEach: number): string {
  return (60_000 / msEach).toFixed(0);
}
