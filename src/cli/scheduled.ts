import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { findWorkspace, readBrowserSettings } from '../config/config.ts';
import type { DeliveryResult } from '../deliver/deliver.ts';
import type { ExitCode } from '../errors.ts';
import { MINUTE_MS } from '../model/time.ts';
import type { BrowserHandle } from '../render/render.ts';
import {
  type Assignment,
  type DueEffects,
  type DuePlan,
  explainDue,
  type FleetOutcome,
  type FleetTask,
  type HandedOver,
} from '../schedule/schedule.ts';
import { isEnded, tellDeliveries } from './deliver.ts';
import { beginFleetRun } from './fleet-run.ts';
import type { CommandEffects } from './incident.ts';
import { enqueue, findQueue, type QueueAccess } from './open-queue.ts';
import { addJobsOption, addTalkOptions, addWorkspaceOption, type TalkOptions } from './options.ts';
import { localClock, localTime } from './terminal-text.ts';

/** What the commands that make scheduled reports have in common. */
export interface ScheduledOptions extends TalkOptions {
  readonly workspace?: string;
  readonly customer?: readonly string[];
  readonly jobs: number;
  readonly dryRun?: boolean;
  /** Whether what schedules with `deliver` made is delivered. */
  readonly deliver?: boolean;
}

export function addScheduledOptions(command: Command): Command {
  return addTalkOptions(
    addWorkspaceOption(
      addJobsOption(
        command.option('-c, --customer <id...>', 'customers (default: all of the schedule)'),
        'customers at once',
      ),
    ),
  );
}

export function addDryRunOption(command: Command): Command {
  return command.addOption(new Option('--dry-run', 'print what would be made, and write nothing'));
}

/** An instant with its offset, as epoch milliseconds. */
export function readInstant(text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('Expected a time with its offset such as 2026-11-23T06:00:00Z.');
  return at;
}

export async function workspaceOf(
  options: Pick<ScheduledOptions, 'workspace'>,
  { workingDir }: CommandEffects,
): Promise<string> {
  return options.workspace === undefined ? findWorkspace(workingDir) : resolve(workingDir, options.workspace);
}

/**
 * Lets `work` make scheduled reports with one browser, tells what becomes of each, and leaves the manifest of the run. Engine
 * and browser are loaded when the first report is made: mostly there is none.
 */
export async function makeScheduled(
  command: string,
  options: ScheduledOptions,
  effects: CommandEffects,
  work: (workspaceDir: string, due: DueEffects) => Promise<FleetOutcome[]>,
): Promise<ExitCode> {
  const { console, now, wallNow, signal } = effects;
  const { jobs } = options;
  const workspaceDir = await workspaceOf(options, effects);
  const run = beginFleetRun({ command, workspaceDir, jobs, aboutOf: aboutTask }, effects);
  const queue = options.deliver === true ? await findQueue(workspaceDir, effects) : undefined;
  const deliveries = options.deliver === true ? beginHandOver(effects, queue) : undefined;
  const opened: BrowserHandle[] = [];
  const open = async () => {
    const pipeline = await effects.loadPipeline();
    const settings = await readBrowserSettings(workspaceDir, workspaceDir);
    const browser = pipeline.openBrowser({ ...settings, log: console.logFor() });
    opened.push(browser);
    return { pipeline, browser };
  };
  let opening: ReturnType<typeof open> | undefined;
  try {
    const outcomes = await work(workspaceDir, {
      now,
      wallNow,
      signal,
      jobs,
      onOutcome: run.onOutcome,
      ...(deliveries && { deliver: deliveries.deliver, onHandOver: deliveries.onHandOver }),
      onPlan: (plan) => tellPlan(plan, effects),
      makeReport: async ({ label, ...order }, own) => {
        opening ??= open();
        const { pipeline, browser } = await opening;
        const log = console.logFor(label, { isOneOfMany: true });
        return pipeline.generateWeekly(order, { now, log, browser, atOnce: jobs, ...own });
      },
    });
    const made = await run.end(outcomes);
    return made === 0 && deliveries !== undefined ? deliveries.exitCode() : made;
  } finally {
    for (const browser of opened) await browser.close();
    await queue?.close();
  }
}

/** Delivers (or lets a worker do it, where there is a queue), tells, and remembers how it went. */
export function beginHandOver(
  effects: CommandEffects,
  queue?: QueueAccess,
): Required<Pick<DueEffects, 'deliver' | 'onHandOver'>> & { readonly exitCode: () => ExitCode } {
  const { console, wallNow, signal } = effects;
  const codes: ExitCode[] = [];
  return {
    deliver: async (order) => {
      if (queue !== undefined) {
        await enqueue(await queue.open(), order.workspaceDir, order.folder, order.destinations);
        return { state: 'queued' };
      }
      const { deliverReport } = await import('../deliver/deliver.ts');
      const results = await deliverReport(
        { ...order, dryRun: false },
        { now: wallNow, random: Math.random, signal, log: console.logFor() },
      );
      codes.push(tellDeliveries(results, effects));
      return endOf(results);
    },
    onHandOver: ({ name, reportId, state, reason }) => {
      if (state === 'delivered') return;
      const log = console.logFor(name.replace('/', ' '));
      if (state === 'queued') return log.info(`${reportId} is queued for delivery`);
      codes.push(1);
      const what = state === 'waiting' ? 'waits for a person' : 'is not delivered and will be tried again';
      log.error(`${reportId} ${what}${reason === undefined ? '' : `: ${reason}`}`);
    },
    exitCode: () => (codes.includes(4) ? 4 : (codes.find((code) => code !== 0) ?? 0)),
  };
}

/** Waiting only when nothing is left that can go on without a person. */
export function endOf(results: readonly Pick<DeliveryResult, 'destination' | 'outcome' | 'reason'>[]): HandedOver {
  const open = results.filter((result) => !isEnded(result));
  const goesOn = open.find(({ outcome }) => !WAITS_FOR_PERSON.includes(outcome));
  const first = goesOn ?? open[0];
  if (first === undefined) return { state: 'delivered' };
  const { destination, outcome, reason } = first;
  return {
    state: goesOn === undefined ? 'waiting' : 'failed',
    reason: `${destination}: ${outcome}${reason === undefined ? '' : ` (${reason})`}`,
  };
}

const WAITS_FOR_PERSON: readonly DeliveryResult['outcome'][] = ['unknown', 'held', 'misdelivered'];

/** What would be made, a line each. */
export function showPlan({ due, skipped, waiting }: DuePlan, { console }: CommandEffects): ExitCode {
  for (const one of due)
    console.result([`${lineOf(one)}, due ${dueText(one)}`], { type: 'due', ...aboutAssignment(one) });
  for (const { reason, ...one } of skipped)
    console.result([`${lineOf(one)}, skipped: ${WHY_SKIPPED[reason]}`], {
      type: 'skipped',
      ...aboutAssignment(one),
      reason,
    });
  for (const { retryAt, ...one } of waiting)
    console.result([`${lineOf(one)}, failed, tried again from ${localTime(retryAt, one.customer.dueZone)}`], {
      type: 'waiting',
      ...aboutAssignment(one),
      retryAt: iso(retryAt),
    });
  if (due.length === 0) console.logFor().info('nothing is due');
  return 0;
}

/** `2026-11-23 07:03 Europe/Berlin (07:00 + 3 min jitter)`. */
function dueText({ schedule, customer, period, dueAt }: Assignment): string {
  const { plannedAt, isForLateData, jitterMs } = explainDue(schedule, customer, period);
  const parts = [`${localClock(plannedAt, customer.dueZone)}${isForLateData ? ', when late data can be in' : ''}`];
  if (jitterMs > 0) parts.push(`${jitterMs < MINUTE_MS ? 'less than 1' : Math.floor(jitterMs / MINUTE_MS)} min jitter`);
  const time = localTime(dueAt, customer.dueZone);
  return isForLateData || jitterMs > 0 ? `${time} (${parts.join(' + ')})` : time;
}

const WHY_SKIPPED = {
  'newer-due': 'a newer one is due and the schedule does not catch up all',
  late: 'it is late and the schedule catches up none',
  'too-old': 'it is older than maxAge',
} as const satisfies Record<DuePlan['skipped'][number]['reason'], string>;

function tellPlan({ due, skipped }: DuePlan, { console }: CommandEffects): void {
  const log = console.logFor();
  for (const { reason, ...one } of skipped)
    log.warn(`${lineOf(one)} is skipped: ${WHY_SKIPPED[reason]}; debrief backfill makes it all the same`);
  if (due.length === 0) log.debug('nothing is due');
}

function lineOf({ schedule, customer, period }: Assignment): string {
  return `${schedule.id}: ${customer.id} ${period.id}`;
}

function aboutAssignment({ schedule, customer, period, dueAt }: Assignment): object {
  return {
    schedule: schedule.id,
    customer: customer.id,
    period: period.id,
    start: iso(period.start),
    end: iso(period.end),
    timeZone: period.timeZone,
    dueAt: iso(dueAt),
  };
}

function aboutTask({ scope, name }: FleetTask): object {
  const [customer, period] = name.split('/');
  return { schedule: scope.replace(/^schedule /, ''), customer, period };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
