import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findWorkspace, loadWorkspace, readBrowserSettings } from '../config/config.ts';
import { type ExitCode, ReportError } from '../errors.ts';
import { type DeliveryState, listDeliveries, openLedger } from '../ledger/ledger.ts';
import { plural } from '../model/plural.ts';
import { examineSchedules, type ScheduleHealth } from '../schedule/schedule.ts';
import type { CommandEffects } from './incident.ts';
import type { TalkOptions } from './options.ts';
import { formatBytes, localTime } from './terminal-text.ts';

/** What one look found, and what to do about it unless all is well. */
export interface Diagnosis {
  readonly name:
    | 'node'
    | 'browser'
    | 'fonts'
    | 'engine'
    | 'workspace'
    | 'schedules'
    | 'deliveries'
    | 'destination'
    | 'space'
    | 'temporary space';
  readonly status: 'ok' | 'warn' | 'fail';
  readonly finding: string;
  readonly cure?: string;
}

/** `engines.node` of package.json. */
const OLDEST_NODE = [20, 19] as const;
const LOW_SPACE_BYTES = 1_000_000_000;
const LEAST_SPACE_BYTES = 100_000_000;
/** Overdue reports that are listed one by one. */
const MOST_OVERDUE = 5;
/** Enough for one statement. */
const ENGINE_MEMORY_BYTES = 256_000_000;

export interface DoctorOptions extends TalkOptions {
  readonly workspace?: string;
  readonly destinations?: boolean;
}

/**
 * `debrief doctor`: one line for each thing a report needs. 3 without a browser, 1 when something else fails, 4 when nothing does
 * but a delivery waits for a person, else 0.
 */
export async function runDoctor(options: DoctorOptions, effects: CommandEffects): Promise<ExitCode> {
  const { console, workingDir, now } = effects;
  let exitCode: ExitCode = 0;
  const tell = (diagnosis: Diagnosis) => {
    const { name, status, finding, cure } = diagnosis;
    if (status === 'fail') exitCode = name === 'browser' ? 3 : exitCode === 3 ? 3 : 1;
    if (name === 'deliveries' && isWaiting(diagnosis) && exitCode === 0) exitCode = 4;
    const lines = finding.split('\n');
    console.result(
      [
        `${status.padEnd(4)}  ${name.padEnd(15)}  ${lines[0]}`,
        ...[...lines.slice(1), ...(cure === undefined ? [] : [`→ ${cure}`])].map((line) => `${' '.repeat(23)}${line}`),
      ],
      { type: 'check', ...diagnosis },
    );
  };
  tell(examineNode(process.versions.node));
  for (const diagnosis of await examineBrowser(
    options.workspace ?? workingDir,
    options.workspace,
    console.logFor().debug,
  ))
    tell(diagnosis);
  tell(await examineEngine());
  const workspace = await examineWorkspace(options.workspace ?? workingDir, options.workspace !== undefined);
  tell(workspace.diagnosis);
  if (workspace.dir !== undefined) {
    for (const diagnosis of await examineUnattended(workspace.dir, now())) tell(diagnosis);
    for (const diagnosis of examineDeliveries(workspace.dir)) tell(diagnosis);
    if (options.destinations === true)
      for (const diagnosis of await examineDestinations(workspace.dir, effects)) tell(diagnosis);
    tell(await examineSpace('space', workspace.dir));
  }
  tell(await examineSpace('temporary space', tmpdir()));
  return exitCode;
}

export function examineNode(version: string): Diagnosis {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (!isOld) return { name: 'node', status: 'ok', finding: version };
  return { name: 'node', status: 'fail', finding: version, cure: `install Node ${OLDEST_NODE.join('.')} or newer` };
}

async function examineBrowser(
  from: string,
  workspaceDir: string | undefined,
  debug: (message: string) => void,
): Promise<Diagnosis[]> {
  const { describeBrowser } = await import('../render/render.ts');
  const quiet = { debug, info: debug, warn: debug, error: debug, phase: runPlainly };
  try {
    const settings = await readBrowserSettings(from, workspaceDir);
    const { executable, version, source, sandboxed, printsText } = await describeBrowser({ ...settings, log: quiet });
    const finding = `${version}, ${executable} (${source}), sandbox ${sandboxed ? 'on' : 'off'}`;
    return [
      sandboxed
        ? { name: 'browser', status: 'ok', finding }
        : {
            name: 'browser',
            status: 'warn',
            finding,
            cure: 'run as a user other than root and without browser.noSandbox',
          },
      printsText
        ? { name: 'fonts', status: 'ok', finding: 'a printed page shows its text' }
        : {
            name: 'fonts',
            status: 'fail',
            finding: 'a printed page came out blank',
            cure: 'install attack-debrief again; its fonts are missing',
          },
    ];
  } catch (error) {
    const cure = (error instanceof ReportError && error.hint) || 'name one with browser.executable in debrief.yaml';
    return [{ name: 'browser', status: 'fail', finding: messageOf(error), cure }];
  }
}

async function examineEngine(): Promise<Diagnosis> {
  const scratchDir = await mkdtemp(join(tmpdir(), 'debrief-doctor-')).catch(() => undefined);
  if (scratchDir === undefined)
    return {
      name: 'engine',
      status: 'fail',
      finding: `${tmpdir()} cannot be written`,
      cure: 'point TMPDIR to a folder that can',
    };
  try {
    const { openDuckDb } = await import('../engine/engine.ts');
    const engine = await openDuckDb({ scratchDir, memoryLimitBytes: ENGINE_MEMORY_BYTES });
    try {
      await engine.query('SELECT 1 AS one');
      return { name: 'engine', status: 'ok', finding: engine.version };
    } finally {
      await engine.close();
    }
  } catch (error) {
    return { name: 'engine', status: 'fail', finding: messageOf(error), cure: 'run npm ci again on this machine' };
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
}

/** A machine without a workspace is well; a workspace that was named, or is at fault, is not. */
async function examineWorkspace(
  from: string,
  isNamed: boolean,
): Promise<{ readonly diagnosis: Diagnosis; readonly dir?: string }> {
  const name = 'workspace';
  try {
    const { dir, customers, brands, cases } = await loadWorkspace(isNamed ? from : await findWorkspace(from));
    const counts = [count(customers, 'customer'), count(brands, 'brand'), count(cases, 'case')];
    const finding = `${dir}: ${counts.join(', ')}`;
    return { diagnosis: { name, status: 'ok', finding }, dir };
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    const isMissing = error.code === 'workspace-not-found' && !isNamed;
    return {
      diagnosis: {
        name,
        status: isMissing ? 'warn' : 'fail',
        finding: isMissing ? 'none here' : error.message,
        cure: error.hint ?? 'correct these lines',
      },
    };
  }
}

/** Nothing where the workspace has no schedules. Silence is the commonest fault of what runs by itself, so it is looked for. */
async function examineUnattended(dir: string, now: number): Promise<Diagnosis[]> {
  const name = 'schedules';
  try {
    const { schedules, lastRunAt, overdue } = await examineSchedules(dir, now);
    if (schedules === 0) return [];
    const ran =
      lastRunAt === undefined
        ? 'run-due has never run here'
        : `run-due last ended ${new Date(lastRunAt).toISOString()}`;
    const finding = `${plural(schedules, 'schedule', 'schedules')}, ${ran}`;
    if (overdue.length === 0) return [{ name, status: 'ok', finding }];
    const lines = overdue.slice(0, MOST_OVERDUE).map(describeOverdue);
    const rest = overdue.length - lines.length;
    return [
      {
        name,
        status: 'fail',
        finding: [`${finding}; ${overdue.length} overdue`, ...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join(
          '\n',
        ),
        cure: 'see that something starts debrief run-due; run it by hand to see what fails',
      },
    ];
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    return [{ name, status: 'fail', finding: error.message, cure: error.hint ?? 'correct these lines' }];
  }
}

function describeOverdue({ schedule, customer, period, dueAt, record }: ScheduleHealth['overdue'][number]): string {
  const since = `${schedule.id}: ${customer.id} ${period.id}, due ${localTime(dueAt, customer.dueZone)}`;
  return record === undefined ? since : `${since}, failed ${plural(record.attempts, 'time', 'times')}`;
}

/** Whether a person has to say of a delivery whether it arrived. */
function isWaiting({ cure }: Diagnosis): boolean {
  return cure === SETTLE;
}

const SETTLE = 'look there, then settle each with debrief resolve';

/** Nothing where nothing was ever delivered. */
function examineDeliveries(dir: string): Diagnosis[] {
  const name = 'deliveries';
  try {
    const ledger = openLedger(dir);
    try {
      const all = ledger.read((store) => listDeliveries(store));
      if (all.length === 0) return [];
      const count = (...states: readonly DeliveryState[]) => all.filter(({ state }) => states.includes(state)).length;
      const [open, unknown, misdelivered] = [count('pending', 'sending'), count('unknown'), count('misdelivered')];
      const finding = `${all.length} in the ledger; ${open} to go on with, ${unknown} unknown, ${misdelivered} misdelivered`;
      if (misdelivered > 0)
        return [{ name, status: 'fail', finding, cure: 'see debrief history --state misdelivered' }];
      if (unknown > 0) return [{ name, status: 'warn', finding, cure: SETTLE }];
      return [
        open > 0
          ? { name, status: 'warn', finding, cure: 'run debrief deliver --pending' }
          : { name, status: 'ok', finding },
      ];
    } finally {
      ledger.close();
    }
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    return [{ name, status: 'fail', finding: error.message, cure: error.hint ?? 'correct it' }];
  }
}

/** Asks every destination whether credentials and rights are good; nothing is written there. */
async function examineDestinations(dir: string, { wallNow, signal, console }: CommandEffects): Promise<Diagnosis[]> {
  const { probeDestinations } = await import('../deliver/deliver.ts');
  const probed = await probeDestinations(dir, { now: wallNow, random: Math.random, signal, log: console.logFor() });
  return probed.flatMap(({ customer, destination, findings }) =>
    findings.map(
      ({ finding, ...rest }): Diagnosis => ({
        ...rest,
        name: 'destination',
        finding: `${customer} → ${destination}: ${finding}`,
      }),
    ),
  );
}

async function examineSpace(name: 'space' | 'temporary space', dir: string): Promise<Diagnosis> {
  try {
    const { bavail, bsize } = await statfs(dir);
    return judgeSpace(name, dir, bavail * bsize);
  } catch (error) {
    return { name, status: 'fail', finding: messageOf(error), cure: `make ${dir} readable` };
  }
}

export function judgeSpace(name: 'space' | 'temporary space', dir: string, freeBytes: number): Diagnosis {
  const finding = `${formatBytes(freeBytes)} free in ${dir}`;
  if (freeBytes >= LOW_SPACE_BYTES) return { name, status: 'ok', finding };
  const cure = `free space there${name === 'space' ? '' : ', or point TMPDIR elsewhere'}`;
  return { name, status: freeBytes < LEAST_SPACE_BYTES ? 'fail' : 'warn', finding, cure };
}

function runPlainly<T>(_name: string, work: (progress: (share: number) => void) => Promise<T>): Promise<T> {
  return work(() => undefined);
}

function count(things: readonly unknown[], name: string): string {
  return `${things.length} ${name}${things.length === 1 ? '' : 's'}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
