import { readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { loadWorkspace, type Workspace } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import { type Delivery, listDeliveries, openLedger } from '../ledger/ledger.ts';
import { connect, type DeliverEffects, findConfigured } from './connect.ts';
import { DeliveryFault } from './fault.ts';
import { readArtifact } from './parcel/artifacts.ts';
import { composeParcel } from './parcel/compose-parcel.ts';
import { openFinishedReport } from './parcel/finished-report.ts';
import { findDifference } from './send.ts';

/** One thing that was looked at again. */
export interface Verified {
  /** A report folder, or a delivery by its key. */
  readonly subject: string;
  /** Absent when all is as it was. */
  readonly problem?: string;
  /** A report.json that came alone, as in an archive without documents: there is nothing to check it against. */
  readonly unchecked?: true;
}

/**
 * Looks whether everything is still as it was made and sent: every file of every report against its manifest, what was sent of a
 * report against the report, what waits to be sent against its digest, and, where `remote` is asked for, what lies at the other
 * side.
 */
export async function verifyWorkspace(
  { workspaceDir, remote }: { readonly workspaceDir: string; readonly remote: boolean },
  effects: DeliverEffects,
): Promise<readonly Verified[]> {
  const workspace = await loadWorkspace(workspaceDir);
  const ledger = openLedger(workspace.dir);
  try {
    const verified: Verified[] = [];
    for (const { folder, names } of await findReports(workspace.dir))
      verified.push(await verifyReport(workspace, folder, names));
    const deliveries = ledger.read((store) => listDeliveries(store));
    for (const delivery of deliveries) {
      const problem =
        (await problemOf(() => checkFrozen(workspace, delivery))) ??
        (remote ? await problemOf(() => checkRemote(workspace, delivery, effects)) : undefined);
      verified.push({ subject: delivery.key, ...(problem !== undefined && { problem }) });
    }
    return verified;
  } finally {
    ledger.close();
  }
}

/** One of these makes a folder a report; formats can leave out any but the manifest, and that can be gone. */
const SIGNS_OF_REPORT = ['manifest.json', 'report.json', 'report.pdf', 'report.html'];

/** `reports/<customer>/<report>` that hold a report, sorted, with what lies in them. */
async function findReports(root: string): Promise<{ readonly folder: string; readonly names: readonly string[] }[]> {
  const reports: { folder: string; names: string[] }[] = [];
  for (const customer of await namesIn(join(root, 'reports')))
    for (const report of await namesIn(join(root, 'reports', customer))) {
      const names = await namesIn(join(root, 'reports', customer, report));
      if (SIGNS_OF_REPORT.some((sign) => names.includes(sign)))
        reports.push({ folder: `reports/${customer}/${report}`, names });
    }
  return reports;
}

async function verifyReport(workspace: Workspace, folder: string, names: readonly string[]): Promise<Verified> {
  if (!names.includes('manifest.json'))
    return names.length === 1 && names[0] === 'report.json'
      ? { subject: folder, unchecked: true }
      : { subject: folder, problem: 'no manifest.json; nobody can tell whether these files are as they were made' };
  const problem = await problemOf(() => openFinishedReport(join(workspace.dir, folder)));
  return { subject: folder, ...(problem !== undefined && { problem }) };
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).sort();
}

/** What was sent is what the report still is; what is not sent yet is still there. */
async function checkFrozen(workspace: Workspace, delivery: Delivery): Promise<void> {
  const files = delivery.alternatives[delivery.chosen]?.files ?? [];
  if (delivery.state !== 'delivered' && delivery.state !== 'misdelivered') {
    if (delivery.state !== 'cancelled') for (const { sha256 } of files) await readArtifact(workspace.dir, sha256);
    return;
  }
  const folder = isAbsolute(delivery.folder) ? delivery.folder : join(workspace.dir, delivery.folder);
  const { manifest } = await openFinishedReport(folder);
  const made = new Set(manifest.outputs.map(({ sha256 }) => sha256));
  const other = files.find(({ name, sha256 }) => !name.endsWith('.zip') && !made.has(sha256));
  if (other)
    throw new ReportError('report-altered', `${other.name} was sent with other content than ${delivery.folder} has`);
}

/** Reads back what was delivered, where that can be done. */
async function checkRemote(workspace: Workspace, delivery: Delivery, effects: DeliverEffects): Promise<void> {
  if (delivery.state !== 'delivered') return;
  const found = findConfigured(workspace, delivery.customer, delivery.destination);
  if ('missing' in found) throw new ReportError('config-invalid', found.missing);
  const deadline = effects.now() + workspace.provider.delivery.patienceSeconds * 1000;
  const destination = connect(workspace, delivery.customer, found, effects, { mayAct: () => undefined, deadline });
  const { canReadBack, hasVisibility } = destination.capabilities;
  if (!canReadBack) return;
  // The letter is not needed to compare files; it may be gone, since all is delivered.
  const letter = { title: '', summary: '', customer: { id: delivery.customer, name: '' }, tlp: delivery.tlp };
  const parcel = composeParcel(delivery, Buffer.from(JSON.stringify(letter)), undefined, async () => new Uint8Array());
  const wrong = findDifference(
    parcel,
    await destination.readBack(parcel, delivery.target, delivery.receipts),
    hasVisibility,
  );
  if (wrong !== undefined)
    throw new ReportError('report-altered', `${delivery.destination} ${delivery.target}: ${wrong}`);
}

async function problemOf(look: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await look();
    return undefined;
  } catch (error) {
    if (error instanceof ReportError || error instanceof DeliveryFault) return error.message;
    throw error;
  }
}
