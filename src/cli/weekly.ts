import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { findWorkspace, loadWorkspace, readBrowserSettings } from '../config/config.ts';
import { type ExitCode, ReportError } from '../errors.ts';
import { type Period, parsePeriod, periodAt, previousPeriod } from '../model/period.ts';
import type { FleetTask, TaskEffects } from '../schedule/schedule.ts';
import { runCases } from './batch.ts';
import { openBatchLedger, runBatch } from './batch-run.ts';
import type { CommandEffects } from './incident.ts';
import { addJobsOption, addOutputOptions, addTalkOptions, addWorkspaceOption, type WeeklyOptions } from './options.ts';
import { tellReport } from './tell-report.ts';

/** Of more customers than these the phases are too many to read. */
const FEW = 8;

/** `debrief weekly`: the summary of a week, or of another period, for every customer or for some. */
export async function runWeekly(options: WeeklyOptions, effects: CommandEffects): Promise<ExitCode> {
  const { console, now, signal } = effects;
  const workspaceDir = await findWorkspace(resolve(effects.workingDir, options.workspace ?? '.'));
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
  // Every period is read before the first summary is made: a slip at the keyboard is one for all.
  const periods = new Map(
    customers
      .filter(({ id }) => asked.includes(id))
      .map(({ id, timeZone, weekly }): [string, Period] => [
        id,
        options.week === undefined
          ? previousPeriod(periodAt('week', now(), timeZone, weekly.weekStart))
          : parsePeriod(options.week, timeZone),
      ]),
  );
  const periodOf = (customerId: string): Period => {
    const period = periods.get(customerId);
    if (!period) throw new Error(`no period for ${customerId}`);
    return period;
  };
  const pipeline = await effects.loadPipeline();
  const settings = await readBrowserSettings(workspaceDir, workspaceDir);
  const browser = pipeline.openBrowser({ ...settings, log: console.logFor() });
  const make = (customerId: string, own?: TaskEffects) =>
    pipeline.generateWeekly(
      {
        workspaceDir,
        customerId,
        period: periodOf(customerId),
        formats: options.format,
        ...(options.out !== undefined && { outDir: join(resolve(effects.workingDir, options.out), customerId) }),
        ...(options.fromLogs !== undefined && { fromLogs: options.fromLogs }),
      },
      {
        now,
        log: asked.length > 1 ? console.logFor(customerId, { isOneOfMany: asked.length > FEW }) : console.logFor(),
        signal,
        browser,
        atOnce: Math.min(options.jobs, asked.length),
        ...own,
      },
    );
  const aboutOf = (customerId: string) => ({ customer: customerId, period: periodOf(customerId).id });
  try {
    const isResumed = options.resume === true;
    const ledger = asked.length > 1 ? openBatchLedger(workspaceDir, isResumed, console) : undefined;
    if (ledger !== undefined) {
      const tasks = asked.map((id) => ({
        name: `${id}/${periodOf(id).id}`,
        label: id,
        group: id,
        make: (own: TaskEffects) => make(id, own),
      }));
      const { jobs, format, out, fromLogs } = options;
      const batch = {
        command: 'weekly',
        workspaceDir,
        asked: [tasks.map(({ name }) => name).sort(), format, out ?? null, fromLogs === true],
        isResumed,
        jobs,
        tasks,
        aboutOf: ({ label }: FleetTask) => aboutOf(label),
      };
      return await runBatch(batch, ledger, effects);
    }
    return await runCases(asked, { jobs: options.jobs, console, signal }, async (customerId) => {
      const startedAt = now();
      const report = await make(customerId);
      const subject = asked.length > 1 ? { subject: customerId } : {};
      tellReport(report, aboutOf(customerId), now() - startedAt, { ...effects, ...subject });
    });
  } finally {
    await browser.close();
  }
}

/** Adds the command to the program. */
export function addWeekly(program: Command, run: (options: WeeklyOptions) => Promise<void>, exitCodes: string): void {
  const command = program
    .command('weekly')
    .description('make weekly, monthly or daily summaries')
    .option('--customer <id...>', 'customers (default: all of the workspace)')
    .option(
      '--week <period>',
      'such as 2026-W47, week-of-2026-11-22, 2026-11, 2026-11-17 or 2026-11-17--2026-11-24 (default: the last whole week)',
    )
    .option('--resume', 'of several customers, leave out those that an earlier run of the same command made')
    .option('--from-logs', 'count the logs again although their days are on record');
  addTalkOptions(addWorkspaceOption(addJobsOption(addOutputOptions(command), 'summaries at once')))
    .addHelpText(
      'after',
      `
Examples:
  debrief weekly                                     last week, for every customer
  debrief weekly --customer acme --week 2026-W47
  debrief weekly --week 2026-11 --format pdf,json    November, for every customer
${exitCodes}`,
    )
    .action((options: WeeklyOptions) => run(options));
}
