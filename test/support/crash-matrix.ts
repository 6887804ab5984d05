import { expect } from 'vitest';
import { type DeadlyProxy, type Death, deathsOf } from './deadly-proxy.ts';
import { startDeliver } from './deliver-process.ts';
import type { DeliveryWorkspace } from './delivery-workspace.ts';

/** What lies at the other side of one delivery. */
interface Arrived {
  readonly attachments: number;
  readonly comments: number;
  /** Whether every attachment is byte for byte what was sent. */
  readonly isIntact: boolean;
}

export interface CrashMatrix {
  readonly proxy: DeadlyProxy;
  /** A workspace of its own for each death, whose destination is reached through the proxy. */
  readonly makeWorkspace: () => DeliveryWorkspace;
  /** Looked at directly, not through the proxy. `key` is that of the delivery. */
  readonly look: (key: string, workspace: DeliveryWorkspace) => Promise<Arrived>;
}

/** More runs than any death needs. */
const MOST_RUNS = 6;

/**
 * Kills the process around every request of a delivery, starts it again until it says that all is delivered, and expects
 * exactly one attachment and one comment each time.
 * @returns how many deaths there were.
 */
export async function runCrashMatrix({ proxy, makeWorkspace, look }: CrashMatrix): Promise<number> {
  const expectOnce = async (workspace: DeliveryWorkspace, when: string) => {
    const key = await deliverAtLast(workspace, when);
    expect(await look(key, workspace), when).toEqual({ attachments: 1, comments: 1, isIntact: true });
  };
  const undisturbed = makeWorkspace();
  try {
    proxy.arm(0, 'silent', () => undefined);
    await expectOnce(undisturbed, 'undisturbed');
  } finally {
    undisturbed.remove();
  }
  let deaths = 0;
  for (const [index, method] of proxy.methods().entries())
    for (const death of deathsOf(method)) {
      const workspace = makeWorkspace();
      const when = `death ${death} request ${index + 1}, a ${method}`;
      try {
        expect(await dieOnce(proxy, workspace, index + 1, death), when).toBe(true);
        await expectOnce(workspace, when);
        deaths += 1;
      } finally {
        workspace.remove();
      }
    }
  return deaths;
}

/** Whether the delivery came as far as the request at which it was to die. */
async function dieOnce(proxy: DeadlyProxy, workspace: DeliveryWorkspace, at: number, death: Death): Promise<boolean> {
  let struck = false;
  const process = startDeliver(workspace.dir, workspace.folder);
  proxy.arm(at, death, () => {
    struck = true;
    if (death !== 'silent') process.child.kill('SIGKILL');
  });
  await process.ended;
  return struck;
}

async function deliverAtLast(workspace: DeliveryWorkspace, when: string): Promise<string> {
  let output = '';
  for (let runs = 1; runs <= MOST_RUNS; runs++) {
    const process = startDeliver(workspace.dir, workspace.folder, ['--json']);
    const code = await process.ended;
    output = process.output();
    const key = /"key":"([0-9a-f]{16})"/.exec(output)?.[1];
    if (code === 0 && key !== undefined) return key;
  }
  throw new Error(`${when}: not delivered after ${MOST_RUNS} runs\n${output}`);
}
