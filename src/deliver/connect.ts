import { setTimeout as wait } from 'node:timers/promises';
import type { CustomerDestination, DestinationSystem, Workspace } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import type { Log } from '../log.ts';
import { openDestination } from './destinations/catalog.ts';
import type { Destination } from './destinations/destination.ts';
import type { Connection } from './http/http.ts';
import { Pace } from './http/pace.ts';
import { readSecret } from './secret.ts';

export interface DeliverEffects {
  /** The real time, epoch ms. */
  readonly now: () => number;
  /** From 0 to 1; spreads what is tried again. */
  readonly random: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Calls to one place that may follow each other at once, and the time between further ones; most systems allow a few a second. */
const BURST = 20;
const CALL_EVERY_MS = 100;

/** The two halves of a destination as they are configured now. */
export function findConfigured(
  workspace: Workspace,
  customer: string,
  destination: string,
): { readonly system: DestinationSystem; readonly own: CustomerDestination } | { readonly missing: string } {
  const system = workspace.provider.destinations.find(({ id }) => id === destination);
  const own = workspace.customers.find(({ id }) => id === customer)?.destinations.find(({ id }) => id === destination);
  return system && own ? { system, own } : { missing: `${customer} has no destination ${destination} any more` };
}

/** Opens one customer's place at a system; nothing is called yet. */
export function connect(
  workspace: Workspace,
  customerId: string,
  configured: { readonly system: DestinationSystem; readonly own: CustomerDestination },
  effects: DeliverEffects,
  run: Pick<Connection, 'mayAct' | 'deadline'>,
): Destination {
  return openDestination(configured.system, configured.own, {
    connection: {
      now: effects.now,
      random: effects.random,
      signal: effects.signal,
      debug: (message) => effects.log.debug(message),
      pace: new Pace(BURST, CALL_EVERY_MS),
      sleep: (ms) => pause(ms, effects.signal),
      ...run,
    },
    readSecret,
    workspaceDir: workspace.dir,
    customerId,
  });
}

/** Waits; a run that is cancelled ends at once. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new ReportError('cancelled', 'stopped; what is not delivered yet is in the ledger', { cause: error });
  }
}
