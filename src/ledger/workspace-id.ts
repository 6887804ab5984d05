import type { Store } from './store.ts';

/** What tells this workspace from every other one: 32 hexadecimal digits, drawn when its ledger was made. */
export function workspaceIdOf(store: Store): string {
  return String(store.get('SELECT id FROM workspace')?.id);
}
