import { type DeliverRequest, type DeliveryResult, deliverReport } from '../../src/deliver/deliver.ts';
import type { Log } from '../../src/log.ts';
import type { DeliveryWorkspace } from './delivery-workspace.ts';

/** Everything that was logged, so that a test can read it. */
interface RunLog extends Log {
  readonly lines: readonly string[];
}

export function makeLog(): RunLog {
  const lines: string[] = [];
  const add = (message: string) => lines.push(message);
  return { lines, debug: add, info: add, warn: add, error: add, phase: (_name, work) => work(() => undefined) };
}

/** Delivers the report of a workspace, or another folder in it. */
export async function runDelivery(
  workspace: DeliveryWorkspace,
  request: Partial<DeliverRequest> = {},
  log: Log = makeLog(),
): Promise<readonly DeliveryResult[]> {
  return deliverReport(
    { workspaceDir: workspace.dir, folder: workspace.folder, dryRun: false, ...request },
    { now: Date.now, random: () => 0, log, signal: new AbortController().signal },
  );
}
