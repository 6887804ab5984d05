import { relative } from 'node:path';
import { readQueueSettings } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import type { WorkQueue } from '../schedule/schedule.ts';
import type { CommandEffects } from './incident.ts';

/** The queue of a workspace, connected to when it is first needed. */
export interface QueueAccess {
  open(): Promise<WorkQueue>;
  close(): Promise<void>;
}

/** The queue that the workspace asks for; undefined where it asks for none. */
export async function findQueue(workspaceDir: string, { console }: CommandEffects): Promise<QueueAccess | undefined> {
  const settings = await readQueueSettings(workspaceDir);
  if (settings === undefined) return undefined;
  const open = async () => {
    const [{ readSecret }, { openPgBossQueue }, { openLedger, workspaceIdOf }] = await Promise.all([
      import('../deliver/deliver.ts'),
      import('../schedule/schedule.ts'),
      import('../ledger/ledger.ts'),
    ]);
    const database = (await readSecret(settings.database)).reveal();
    const ledger = openLedger(workspaceDir);
    try {
      return await openPgBossQueue(ledger.read(workspaceIdOf), { ...settings, database }, console.logFor());
    } finally {
      ledger.close();
    }
  };
  let opening: Promise<WorkQueue> | undefined;
  return {
    open: () => (opening ??= open()),
    close: async () => (await opening?.catch(() => undefined))?.close(), // who opened it was told why it could not be
  };
}

/** Puts a report into the queue, by its place in the workspace. */
export function enqueue(
  queue: WorkQueue,
  workspaceDir: string,
  folder: string,
  destinations: readonly string[] | undefined,
): ReturnType<WorkQueue['add']> {
  const place = relative(workspaceDir, folder);
  if (place === '' || place.startsWith('..'))
    throw new ReportError('path-outside-workspace', `${folder} is not in the workspace ${workspaceDir}`);
  return queue.add({ folder: place, ...(destinations && { destinations }) });
}
