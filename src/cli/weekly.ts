import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { findWorkspace, loadWorkspace, readBrowserSettings } from '../config/config.ts';
import { type ExitCode, ReportError } from '../errors.ts';
import { type Period, parsePeriod, periodAt, previousPeriod } from '../model/period.ts';
import type { BrowserHandle } from '../render/render.ts';
import type { TaskEffects } from '../schedule/schedule.ts';
import type { GeneratedReport } from '../stages.ts';
import { runCases } from './batch.ts';
import { type Batch, openBatchLedger, runBatch } from './batch-run.ts';
import { addDeliverFlags, beginDeliveries } from './deliver.ts';
import type { CommandEffects } from './incident.ts';
import { addJobsOption, addOutputOptions, addTalkOptions, addWorkspaceOption, type WeeklyOptions } from './options.ts';
import type { Pipeline } from './pipeline.ts';
import { tellReport } from './tell-report.ts';

/** Of more customers than these the phases are too many to read. */
const FEW = 8;

/** The summary of one period of one customer. */
interface Order {
  readonly customerId: string;
  readonly period: Period;
}

type Make = (order: Order, effects?: TaskEffects) => Promise<GeneratedReport>;

/** `debrief weekly`: the summary of a week, or of another period, for every customer or for some. */
export async function runWeekly(options: WeeklyOptions, effects: CommandEffects): Promise<ExitCode> {
  const { console, now, signal } = effects;
  const workspaceDir = await findWorkspace(resolve(effects.workingDir, options.workspace ?? '.'));
  const orders = await readOrders(workspaceDir, options, now());
  const pipeline = await effects.loadPipeline();
  const settings = await readBrowserSettings(workspaceDir, workspaceDir);
  const browser = pipeline.openBrowser({ ...settings, log: console.logFor() });
  if (options.ticket !== undefined && orders.length > 1)
    throw new ReportError('usage', '--ticket is of one customer; name the others as ticket in customers/<id>.yaml');
  const deliveries = beginDeliveries({ ...options, workspace: workspaceDir }, effects);
  const make = makerOf(pipeline, browser, workspaceDir, orders.length, options, effects);
  try {
    const ledger = orders.length > 1 ? openBatchLedger(workspaceDir, options.resume === true, console) : undefined;
    if (ledger !== undefined) {
      const makeAndDeliver: Make = async (order, own) => {
        const report = await make(order, own);
        await deliveries.deliver(report, workspaceDir);
        return report;
      };
      const deliver: Batch['deliver'] = (report) => deliveries.deliver(report, workspaceDir);
      const batch = { ...batchOf(orders, makeAndDeliver, workspaceDir, options), deliver };
      return deliveries.exitCode(await runBatch(batch, ledger, effects));
    }
    const names = orders.map(({ customerId }) => customerId);
    const made = await runCases(names, { jobs: options.jobs, console, signal }, async (customerId) => {
      const order = orders.find((one) => one.customerId === customerId);
      if (order === undefined) throw new Error(`nothing was asked for ${customerId}`);
      const startedAt = now();
      const report = await make(order);
      const subject = orders.length > 1 ? { subject: order.customerId } : {};
      tellReport(report, aboutOf(order), now() - startedAt, { ...effects, ...subject });
      await deliveries.deliver(report, workspaceDir);
    });
    return deliveries.exitCode(made);
  } finally {
    await browser.close();
  }
}

/** Every period is read before the first summary is made: a slip at the keyboard is one for all. */
async function readOrders(workspaceDir: string, options: WeeklyOptions, now: number): Promise<Order[]> {
  const { customers } = await loadWorkspace(workspaceDir);
  const asked = options.customer ?? customers.map(({ id }) => id);
  const unknown = asked.filter((id) => customers.every((customer) => customer.id !== id));
  if (unknown.length > 0)
    throw new ReportError('usage', `no customer of this workspace is called ${unknown.join(', ')}`, {
      hint: `There are ${customers.map(({ id }) => id).join(', ')}.`,
    });
  if (asked.length === 0)
    throw new ReportError('config-invalid', 'the workspace has no customers', {
      where: { file: join(workspaceDir, 'customers') },
    });
  return customers
    .filter(({ id }) => asked.includes(id))
    .map(({ id, timeZone, weekly }) => ({
      customerId: id,
      period:
        options.week === undefined
          ? previousPeriod(periodAt('week', now, timeZone, weekly.weekStart))
          : parsePeriod(options.week, timeZone),
    }));
}

function makerOf(
  pipeline: Pipeline,
  browser: BrowserHandle,
  workspaceDir: string,
  count: number,
  options: WeeklyOptions,
  { console, now, signal, workingDir }: CommandEffects,
): Make {
  return ({ customerId, period }, effects) =>
    pipeline.generateWeekly(
      {
        workspaceDir,
        customerId,
        period,
        formats: options.format,
        ...(options.out !== undefined && { outDir: join(resolve(workingDir, options.out), customerId) }),
        ...(options.fromLogs !== undefined && { fromLogs: options.fromLogs }),
      },
      {
        now,
        log: count > 1 ? console.logFor(customerId, { isOneOfMany: count > FEW }) : console.logFor(),
        signal,
        browser,
        atOnce: Math.min(options.jobs, count),
        ...effects,
      },
    );
}

function batchOf(
  orders: readonly Order[],
  make: Make,
  workspaceDir: string,
  options: WeeklyOptions,
): Omit<Batch, 'deliver'> {
  const { jobs, format, out, fromLogs, resume } = options;
  const names = orders.map(nameOf);
  return {
    command: 'weekly',
    workspaceDir,
    asked: [names.sort(), format, out ?? null, fromLogs === true],
    isResumed: resume === true,
    jobs,
    tasks: orders.map((order) => ({
      name: nameOf(order),
      label: order.customerId,
      group: order.customerId,
      make: (effects) => make(order, effects),
    })),
    aboutOf: ({ name }) => {
      const [customer, period] = name.split('/');
      return { customer, period };
    },
  };
}

function nameOf({ customerId, period }: Order): string {
  return `${customerId}/${period.id}`;
}

function aboutOf({ customerId, period }: Order): object {
  return { customer: customerId, period: period.id };
}

/** Adds the command to the program. */
export function addWeekly(program: Command, run: (options: WeeklyOptions) => Promise<void>, exitCodes: string): void {
  const command = program
    .command('weekly')
    .description('make weekly, monthly or daily summaries')
    .option('-c, --customer <id...>', 'customers (default: all of the workspace)')
    .option(
      '--week <period>',
      'such as 2026-W47, week-of-2026-11-22, 2026-11, 2026-11-17 or 2026-11-17--2026-11-24 (default: the last whole week)',
    )
    .option('--resume', 'of several customers, leave out those that an earlier run of the same command made')
    .option('--from-logs', 'count the logs again although their days are on record');
  addTalkOptions(addWorkspaceOption(addJobsOption(addDeliverFlags(addOutputOptions(command)), 'summaries at once')))
    .addHelpText(
      'after',
      `
Examples:
  debrief weekly                                     last week, for every customer
  debrief weekly --customer acme --week 2026-W47
  debrief weekly --week 2026-11 --format pdf,json    November, for every customer
  debrief weekly --deliver                           and attach each to the ticket of its customer
${exitCodes}`,
    )
    .action((options: WeeklyOptions) => run(options));
}
