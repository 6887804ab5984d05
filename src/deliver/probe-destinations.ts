import { loadWorkspace } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import { closeCircuit, listDeliveries, openLedger } from '../ledger/ledger.ts';
import { connect, type DeliverEffects, findConfigured } from './connect.ts';
import type { ProbeFinding } from './destinations/destination.ts';
import { DeliveryFault } from './fault.ts';

/** Longest that one destination may take to say who it is. */
const PATIENCE_MS = 30_000;

/** What one customer's place at one system says when it is asked, without anything being written there. */
export interface ProbedDestination {
  readonly customer: string;
  readonly destination: string;
  readonly findings: readonly ProbeFinding[];
}

/** Asks every destination of every customer whether credentials and rights are good; one that answers is trusted again. */
export async function probeDestinations(
  workspaceDir: string,
  effects: DeliverEffects,
): Promise<readonly ProbedDestination[]> {
  const workspace = await loadWorkspace(workspaceDir);
  const ledger = openLedger(workspace.dir);
  try {
    const probed: ProbedDestination[] = [];
    for (const customer of workspace.customers)
      for (const own of customer.destinations) {
        const found = findConfigured(workspace, customer.id, own.id);
        if ('missing' in found) continue;
        const latest = ledger
          .read((store) => listDeliveries(store, { customer: customer.id }))
          .findLast(({ destination }) => destination === own.id);
        const ticket = 'ticket' in own && own.ticket !== undefined ? own.ticket : latest?.target;
        const findings = await probe(() =>
          connect(workspace, customer.id, found, effects, {
            mayAct: () => undefined,
            deadline: effects.now() + PATIENCE_MS,
          }).probe(ticket),
        );
        if (findings.every(({ status }) => status !== 'fail')) ledger.write((store) => closeCircuit(store, own.id));
        probed.push({ customer: customer.id, destination: own.id, findings });
      }
    return probed;
  } finally {
    ledger.close();
  }
}

async function probe(ask: () => Promise<readonly ProbeFinding[]>): Promise<readonly ProbeFinding[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DeliveryFault)
      return [
        {
          status: 'fail',
          finding: `${error.reason}: ${error.message}`,
          cure: 'correct address, credentials or rights',
        },
      ];
    if (error instanceof ReportError)
      return [{ status: 'fail', finding: error.message, ...(error.hint !== undefined && { cure: error.hint }) }];
    throw error;
  }
}
