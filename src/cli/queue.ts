import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { type ExitCode, ReportError } from '../errors.ts';
import type { WorkQueue } from '../schedule/schedule.ts';
import type { Act } from './act.ts';
import type { CommandEffects } from './incident.ts';
import { enqueue, findQueue } from './open-queue.ts';
import { addTalkOptions, addWorkspaceOption, type TalkOptions } from './options.ts';
import { beginHandOver, workspaceOf } from './scheduled.ts';

interface QueueOptions extends TalkOptions {
  readonly workspace?: string;
}

/** `debrief queue`: deliveries that wait in a database, so that several processes can share them. */
export function addQueue(program: Command, act: Act): void {
  const queue = program.command('queue').description('deliveries that wait in a database for workers');
  const command = (usage: string, description: string) =>
    addTalkOptions(addWorkspaceOption(queue.command(usage).description(description)));

  command('add <report-dir...>', 'queue finished reports for delivery; one that waits already is not queued twice')
    .option('-d, --destination <id...>', 'only these destinations of the customer')
    .action((folders: string[], options: QueueOptions & { destination?: readonly string[] }) =>
      act(options, (effects) =>
        withQueue(options, effects, (opened, root) => add(opened, root, folders, options, effects)),
      ),
    );
  command('work', 'deliver what waits, until told to stop')
    .option('--until-empty', 'end when nothing waits and no other worker is at it')
    .action((options: QueueOptions & { untilEmpty?: boolean }) =>
      act(options, (effects) => withQueue(options, effects, (opened, root) => work(opened, root, options, effects))),
    );
  command('status', 'how many wait, are worked at, are done and are given up').action((options: QueueOptions) =>
    act(options, (effects) => withQueue(options, effects, (opened) => tellStatus(opened, effects))),
  );
  command('retry', 'queue again what was given up').action((options: QueueOptions) =>
    act(options, (effects) =>
      withQueue(options, effects, async (opened) => {
        const count = await opened.revive();
        effects.console.result([`${count} queued again`], { type: 'queued-again', count });
        return 0;
      }),
    ),
  );
  queue.addHelpText(
    'after',
    `
Examples:
  debrief queue add reports/acme/INC-4821-r1
  debrief queue work --workspace /srv/reports        as many of these as you like, on the machine of the workspace
  debrief queue status
With queue.database in debrief.yaml, run-due and the daemon queue what they made; see docs/delivery.md.

Exit codes: 0 done; 1 a delivery failed, waits for a person or is given up, or the database cannot be used; 2 usage or configuration.`,
  );
}

async function withQueue(
  options: QueueOptions,
  effects: CommandEffects,
  use: (queue: WorkQueue, workspaceDir: string) => Promise<ExitCode>,
): Promise<ExitCode> {
  const workspaceDir = await workspaceOf(options, effects);
  const access = await findQueue(workspaceDir, effects);
  if (access === undefined)
    throw new ReportError('usage', 'debrief.yaml names no queue', {
      where: { file: 'debrief.yaml', field: 'queue.database' },
      hint: 'Name a PostgreSQL database there, or use debrief deliver, which needs none.',
    });
  try {
    return await use(await access.open(), workspaceDir);
  } finally {
    await access.close();
  }
}

async function add(
  queue: WorkQueue,
  workspaceDir: string,
  folders: readonly string[],
  { destination }: { readonly destination?: readonly string[] },
  { console, workingDir }: CommandEffects,
): Promise<ExitCode> {
  const { openFinishedReport } = await import('../deliver/deliver.ts');
  const reports: string[] = [];
  for (const folder of folders) {
    reports.push(resolve(workingDir, folder));
    await openFinishedReport(resolve(workingDir, folder)); // nothing is queued that no worker can open
  }
  for (const folder of reports) {
    const state = await enqueue(queue, workspaceDir, folder, destination);
    console.result([`${relative(workspaceDir, folder)}: ${state === 'added' ? 'queued' : 'waits already'}`], {
      type: 'queued',
      folder: relative(workspaceDir, folder),
      state,
    });
  }
  return 0;
}

async function work(
  queue: WorkQueue,
  workspaceDir: string,
  { untilEmpty = false }: { readonly untilEmpty?: boolean },
  effects: CommandEffects,
): Promise<ExitCode> {
  const { console, signal } = effects;
  const { workQueue } = await import('../schedule/schedule.ts');
  const deliveries = beginHandOver(effects);
  let failed = false;
  if (!untilEmpty) console.logFor().info('waiting for deliveries');
  await workQueue({
    workspaceDir,
    queue,
    deliver: deliveries.deliver,
    untilEmpty,
    signal,
    onOutcome: ({ folder }, { state, reason }) => {
      if (state === 'delivered') return;
      failed = true;
      const what = state === 'waiting' ? 'waits for a person' : 'is not delivered; it is tried again, or given up';
      console.logFor(folder).error(`${what}${reason === undefined ? '' : `: ${reason}`}`);
    },
  });
  return failed || (await queue.counts()).dead > 0 ? 1 : 0;
}

async function tellStatus(queue: WorkQueue, { console }: CommandEffects): Promise<ExitCode> {
  const counts = await queue.counts();
  const letters = await queue.deadLetters();
  const { waiting, active, done, dead } = counts;
  console.result([`${waiting} wait, ${active} are worked at, ${done} are done, ${dead} are given up`], {
    type: 'queue',
    ...counts,
  });
  for (const { folder, destinations, reason } of letters)
    console.result([`given up: ${folder}: ${reason}`], {
      type: 'given-up',
      folder,
      ...(destinations && { destinations }),
      reason,
    });
  return dead > 0 ? 1 : 0;
}
