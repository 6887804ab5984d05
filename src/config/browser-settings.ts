import { isAbsolute, resolve } from 'node:path';
import { loadProvider } from './profiles.ts';
import { findWorkspace, openWorkspace } from './workspace-files.ts';

export interface BrowserSettings {
  /** A name to be looked for, or an absolute path. */
  readonly executable?: string;
  readonly noSandbox: boolean;
}

/**
 * The browser that a workspace asks for; `from` is any path below it. Nothing is thrown: a workspace that is missing or at
 * fault asks for none, and is complained about when a case of it is read.
 */
export async function readBrowserSettings(from: string, workspaceDir?: string): Promise<BrowserSettings> {
  const root = await (workspaceDir === undefined ? findWorkspace(from) : openWorkspace(workspaceDir)).catch(
    () => undefined,
  );
  const provider = root === undefined ? undefined : await loadProvider(root);
  if (root === undefined || !provider || 'faults' in provider) return { noSandbox: false };
  const { executable, noSandbox } = provider.value.browser;
  if (executable === undefined) return { noSandbox };
  const isName = !isAbsolute(executable) && !/[\\/]/.test(executable);
  return { executable: isName ? executable : resolve(root, executable), noSandbox };
}
