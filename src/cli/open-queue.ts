import { relative } from 'node:path';
import { readQueueSettings } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import type { WorkQueue } from '../schedule/schedule.ts';
import type { CommandEffects } from './incident.ts';

/** The queue that the workspace asks for; undefined where it asks for none. */
export async function openQueue(workspaceDir: string, { console }: CommandEffects): Promise<WorkQueue | undefined> {
  const settings = await readQueueSettings(workspaceDir);
  if (settings === undefined) return undefined;
  const [{ readSecret }, { openPgBossQueue }] = await Promise.all([
    import('../deliver/deliver.ts'),
    import('../schedule/schedule.ts'),
  ]);
  const database = (await readSecret(settings.database)).reveal();
  return openPgBossQueue({ ...settings, database }, console.logFor());
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
