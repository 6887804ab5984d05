import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import { runDue } from '../schedule/schedule.ts';
import type { Act } from './act.ts';
import type { CommandEffects } from './incident.ts';
import { addScheduledOptions, makeScheduled, type ScheduledOptions, workspaceOf } from './scheduled.ts';

/** One short timer, so that no clock change and no sleep of the machine can make it late by more. */
const PAUSE_MS = 60_000;

/**
 * `debrief daemon`: `run-due` once a minute until it is told to stop, for machines without a timer of their own. A round that
 * fails is told and followed by the next one.
 */
async function runDaemon(options: ScheduledOptions, effects: CommandEffects): Promise<ExitCode> {
  const { console, signal } = effects;
  const chosen = options.customer ? { customers: options.customer } : {};
  await workspaceOf(options, effects); // a slip at the keyboard ends it before it began
  console.logFor().info('looking once a minute for what is due');
  while (!signal.aborted) {
    try {
      await makeScheduled('daemon', { ...options, deliver: true }, effects, (workspaceDir, due) =>
        runDue({ workspaceDir, ...chosen }, due),
      );
    } catch (error) {
      console.failure(error);
    }
    await wait(PAUSE_MS, undefined, { signal }).catch(() => undefined); // told to stop
  }
  return 0;
}

/** Adds the command to the program. */
export function addDaemon(program: Command, act: Act): void {
  addScheduledOptions(program.command('daemon').description('run-due once a minute until it is told to stop'))
    .addHelpText(
      'after',
      `
Example:
  debrief daemon --workspace /srv/reports --quiet
A systemd timer or a Kubernetes CronJob does the same without a process that stays; see docs/operations. SIGTERM and SIGINT
end it within ten seconds, with 143 and 130.`,
    )
    .action((options: ScheduledOptions) => act(options, (effects) => runDaemon(options, effects)));
}
