import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import { backfill, planBackfill } from '../schedule/schedule.ts';
import type { Act } from './act.ts';
import type { CommandEffects } from './incident.ts';
import {
  addDryRunOption,
  addScheduledOptions,
  makeScheduled,
  type ScheduledOptions,
  showPlan,
  workspaceOf,
} from './scheduled.ts';

interface BackfillOptions extends ScheduledOptions {
  readonly schedule: string;
  readonly from: string;
  readonly to: string;
}

/** `debrief backfill`: the periods of a range that are missing, whatever the schedule says of their age. */
async function runBackfill(options: BackfillOptions, effects: CommandEffects): Promise<ExitCode> {
  const { schedule, from, to, customer: customers } = options;
  const range = { schedule, from, to, ...(customers && { customers }) };
  if (options.dryRun === true) {
    const workspaceDir = await workspaceOf(options, effects);
    const due = await planBackfill({ workspaceDir, ...range }, effects.now());
    return showPlan({ due, skipped: [], waiting: [] }, effects);
  }
  return makeScheduled('backfill', options, effects, (workspaceDir, due) => backfill({ workspaceDir, ...range }, due));
}

/** Adds the command to the program. */
export function addBackfill(program: Command, act: Act): void {
  const command = program
    .command('backfill')
    .description('make the reports of a schedule that are missing in a range of periods')
    .requiredOption('-s, --schedule <id>', 'schedule of debrief.yaml')
    .requiredOption('--from <period>', 'the first period, such as 2026-W40')
    .requiredOption('--to <period>', 'the last period, such as 2026-W47')
    .option('--deliver', 'deliver what is made, where the schedule says so');
  addScheduledOptions(addDryRunOption(command))
    .addHelpText(
      'after',
      `
Examples:
  debrief backfill --schedule weekly --from 2026-W40 --to 2026-W47 --dry-run
  debrief backfill --schedule weekly --from 2026-W40 --to 2026-W47 --customer acme
What is there is not made again; what was skipped, is too old or has failed before is made.`,
    )
    .action((options: BackfillOptions) => act(options, (effects) => runBackfill(options, effects)));
}
