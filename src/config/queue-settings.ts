import { throwFaults } from './faults.ts';
import { loadProvider } from './profiles.ts';
import type { ProviderFile } from './schema.ts';
import { openWorkspace } from './workspace-files.ts';

/**
 * Where the deliveries of a workspace wait; undefined where they do not.
 * @throws ReportError `workspace-not-found` or `config-invalid`.
 */
export async function readQueueSettings(workspaceDir: string): Promise<ProviderFile['queue']> {
  const provider = await loadProvider(await openWorkspace(workspaceDir));
  if ('faults' in provider) throwFaults(provider.faults);
  return 'value' in provider ? provider.value.queue : undefined;
}
