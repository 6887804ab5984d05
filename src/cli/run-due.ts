import { type Command, Option } from 'commander';
import type { ExitCode } from '../errors.ts';
import { planRun, runDue } from '../schedule/schedule.ts';
import type { Act } from './act.ts';
import type { CommandEffects } from './incident.ts';
import {
  addDryRunOption,
  addScheduledOptions,
  makeScheduled,
  readInstant,
  type ScheduledOptions,
  showPlan,
  workspaceOf,
} from './scheduled.ts';

interface RunDueOptions extends ScheduledOptions {
  readonly schedule?: readonly string[];
  readonly now?: number;
}

/** `debrief run-due`: what the schedules ask for at this moment, once. */
async function runRunDue(options: RunDueOptions, effects: CommandEffects): Promise<ExitCode> {
  const { now: asked } = options;
  const timed = asked === undefined ? effects : { ...effects, now: () => asked };
  const chosen = {
    ...(options.schedule && { schedules: options.schedule }),
    ...(options.customer && { customers: options.customer }),
  };
  if (options.dryRun === true) {
    const workspaceDir = await workspaceOf(options, effects);
    return showPlan(await planRun({ workspaceDir, ...chosen }, timed.now()), timed);
  }
  return makeScheduled('run-due', options, timed, (workspaceDir, due) => runDue({ workspaceDir, ...chosen }, due));
}

/** Adds the command to the program. */
export function addRunDue(program: Command, act: Act): void {
  const command = program
    .command('run-due')
    .description('make every scheduled report that is due, once')
    .option('-s, --schedule <id...>', 'schedules of debrief.yaml (default: all)')
    .option('--no-deliver', 'deliver nothing, also where the schedule says so; it is not made up for later')
    .addOption(new Option('--now <time>', 'as if it were this time; reports are dated by it').argParser(readInstant));
  addScheduledOptions(addDryRunOption(command))
    .addHelpText(
      'after',
      `
Examples:
  debrief run-due                                    from a timer, every 15 minutes
  debrief run-due --dry-run                          what would be made now
  debrief run-due --schedule weekly --customer acme
It may be run at any time, twice at once, and again after it was killed: what was made is never made again.`,
    )
    .action((options: RunDueOptions) => act(options, (effects) => runRunDue(options, effects)));
}
