import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { findWorkspace } from '../config/config.ts';
import type { DeliveryResult } from '../deliver/deliver.ts';
import { type ExitCode, ReportError } from '../errors.ts';
import type { Act } from './act.ts';
import type { CommandEffects } from './incident.ts';
import { addTalkOptions, addWorkspaceOption, type TalkOptions } from './options.ts';

interface DeliverOptions extends TalkOptions {
  readonly workspace?: string;
  readonly ticket?: string;
  readonly destination?: readonly string[];
  readonly approvedBy?: string;
  readonly dryRun?: boolean;
  readonly pending?: boolean;
}

/** `debrief deliver`: a finished report to the destinations of its customer, each once. */
export function addDeliver(program: Command, act: Act): void {
  const deliver = program
    .command('deliver')
    .description('attach a finished report to the ticket of its customer, once');
  addTalkOptions(
    addWorkspaceOption(
      deliver
        .argument('[report-dir]', 'folder of the report, as debrief incident printed it')
        .option('-t, --ticket <number>', 'ticket; wins over the case file and the customer’s standing ticket')
        .option('-d, --destination <id...>', 'only these destinations of the customer')
        .option('--approved-by <name>', 'who approves it; needed for TLP:RED and TLP:AMBER+STRICT')
        .option('--dry-run', 'print what would be called, and call nothing')
        .option('--pending', 'go on with every delivery that is not finished'),
    ),
  )
    .addHelpText(
      'after',
      `
Examples:
  debrief deliver reports/acme/INC-4821-r1 --ticket 4711
  debrief deliver reports/acme/INC-4821-r1 --destination helpdesk --dry-run
  debrief deliver reports/meridian/INC-4907-r1 --approved-by 'J. Doe'
  debrief deliver --pending

Exit codes: 0 all delivered; 1 something is not; 2 usage or configuration; 4 a delivery waits for debrief resolve.`,
    )
    .action((folder: string | undefined, options) => act(options, (effects) => runDeliver(folder, options, effects)));
}

async function runDeliver(
  folder: string | undefined,
  options: DeliverOptions,
  effects: CommandEffects,
): Promise<ExitCode> {
  if ((folder === undefined) !== (options.pending === true))
    throw new ReportError('usage', 'name a report folder, or --pending alone');
  const { console, wallNow, signal } = effects;
  const delivering = { now: wallNow, random: Math.random, signal, log: console.logFor() };
  const { deliverReport, continueDeliveries } = await import('../deliver/deliver.ts');
  const workspaceDir = options.workspace ?? (await findWorkspace(folder ?? effects.workingDir));
  const results =
    folder === undefined
      ? await continueDeliveries({ workspaceDir }, delivering)
      : await deliverReport(
          {
            workspaceDir,
            folder,
            ...(options.destination && { destinations: options.destination }),
            ...(options.ticket !== undefined && { ticket: options.ticket }),
            ...(options.approvedBy !== undefined && { approvedBy: options.approvedBy }),
            dryRun: options.dryRun === true,
          },
          delivering,
        );
  return tellDeliveries(results, effects);
}

/** Nothing is left to do. A cancelled one was ended by a person, or a later revision went instead. */
export function isEnded({ outcome }: Pick<DeliveryResult, 'outcome'>): boolean {
  return outcome === 'delivered' || outcome === 'cancelled';
}

/** A line for each delivery on stdout. @returns 4 when one waits for a person, 1 when one is still to be delivered, else 0. */
export function tellDeliveries(
  results: readonly DeliveryResult[],
  { console }: Pick<CommandEffects, 'console'>,
): ExitCode {
  for (const result of results) {
    const { key, reportId, destination, target, outcome, reason, files, calls, unready = [] } = result;
    console.result(
      [
        `${key}  ${reportId} → ${destination} ${target}: ${outcome}${reason === undefined ? '' : ` (${reason})`}`,
        ...(calls ?? (outcome === 'delivered' ? files : [])).map((line) => `  ${line}`),
        ...unready.map((problem) => `  not ready: ${problem}`),
      ],
      { type: 'delivery', ...result },
    );
  }
  if (results.some(({ outcome }) => outcome === 'unknown')) return 4;
  return results.every((result) => isEnded(result) || result.outcome === 'rehearsed') ? 0 : 1;
}

/** What `--deliver` of a command that makes reports comes with. */
export interface DeliverFlags {
  readonly deliver?: boolean;
  readonly ticket?: string;
  readonly approvedBy?: string;
  readonly workspace?: string;
}

export function addDeliverFlags(command: Command): Command {
  return command
    .option('--deliver', 'attach each report to the ticket of its customer; see debrief deliver')
    .option('-t, --ticket <number>', 'with --deliver: ticket; wins over the case and the customer file')
    .option('--approved-by <name>', 'with --deliver: who approves TLP:RED and TLP:AMBER+STRICT');
}

/** Delivers reports as they are made. A delivery that fails stops nothing; it shows in the exit code. */
export interface Deliveries {
  /** Does nothing without `--deliver`. */
  deliver(report: { readonly folder: string; readonly reportId: string }, from: string): Promise<void>;
  /** Of making and delivering together. */
  exitCode(made: ExitCode): ExitCode;
}

export function beginDeliveries(flags: DeliverFlags, effects: CommandEffects): Deliveries {
  const { console, wallNow, signal } = effects;
  const codes: ExitCode[] = [];
  return {
    deliver: async ({ folder, reportId }, from) => {
      if (flags.deliver !== true) return;
      try {
        const { deliverReport } = await import('../deliver/deliver.ts');
        const results = await deliverReport(
          {
            workspaceDir: flags.workspace ?? (await findWorkspace(dirname(resolve(effects.workingDir, from)))),
            folder,
            ...(flags.ticket !== undefined && { ticket: flags.ticket }),
            ...(flags.approvedBy !== undefined && { approvedBy: flags.approvedBy }),
            dryRun: false,
          },
          { now: wallNow, random: Math.random, signal, log: console.logFor(reportId) },
        );
        codes.push(tellDeliveries(results, effects));
      } catch (error) {
        console.failure(error, reportId);
        codes.push(error instanceof ReportError ? error.exitCode : 1);
      }
    },
    exitCode: (made) => {
      if (made !== 0) return made;
      return codes.includes(4) ? 4 : (codes.find((code) => code !== 0) ?? 0);
    },
  };
}
