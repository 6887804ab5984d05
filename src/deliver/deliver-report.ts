import { relative, sep } from 'node:path';
import {
  type CustomerDestination,
  type CustomerFile,
  loadWorkspace,
  nearestOf,
  secretsOf,
  type Workspace,
} from '../config/config.ts';
import { ReportError } from '../errors.ts';
import {
  approveDelivery,
  type Delivery,
  findDelivery,
  type Ledger,
  listDeliveries,
  openLedger,
  planDelivery,
  settleDelivery,
} from '../ledger/ledger.ts';
import type { TlpLabel } from '../model/traffic.ts';
import { connect, type DeliverEffects, findConfigured, pause } from './connect.ts';
import { bindingOf, targetOf } from './destinations/catalog.ts';
import { findForeignMarkers } from './guard/foreign-markers.ts';
import { describeCall } from './http/http.ts';
import { freezeArtifact, readArtifact, thawArtifacts } from './parcel/artifacts.ts';
import { composeFrozen, composeParcel } from './parcel/compose-parcel.ts';
import { type FinishedReport, openFinishedReport } from './parcel/finished-report.ts';
import { deliveryKey } from './parcel/parcel.ts';
import { readSecret } from './secret.ts';
import { sendDelivery } from './send.ts';

export interface DeliverRequest {
  readonly workspaceDir: string;
  /** Report folder. */
  readonly folder: string;
  /** Ids; all of the customer's when left out. */
  readonly destinations?: readonly string[];
  /** Wins over the case file and the standing tickets of the customer. */
  readonly ticket?: string;
  /** Needed for TLP:RED and TLP:AMBER+STRICT. */
  readonly approvedBy?: string;
  /** Says what would be called and calls nothing. */
  readonly dryRun: boolean;
}

export interface DeliveryResult {
  readonly key: string;
  readonly reportId: string;
  readonly customer: string;
  readonly destination: string;
  readonly target: string;
  /** As in the ledger; besides, busy: another process is at it · held: it waits for an approver · rehearsed: a dry run. */
  readonly outcome: Delivery['state'] | 'busy' | 'held' | 'rehearsed';
  readonly reason?: string;
  /** Names at the other side. */
  readonly files: readonly string[];
  /** What a dry run would call. */
  readonly calls?: readonly string[];
  /** What would keep a dry run from being more: `env:RT_TOKEN is not set`. */
  readonly unready?: readonly string[];
}

/** Never sent without a person who says so. */
const NEED_APPROVER: readonly TlpLabel[] = ['RED', 'AMBER+STRICT'];

/**
 * Delivers a finished report to the destinations of its customer, each once. A destination that fails does not stop the others.
 * @throws ReportError when nothing can go anywhere: the report was altered, holds another customer's marker, or the request or
 * the configuration is at fault.
 */
export async function deliverReport(
  request: DeliverRequest,
  effects: DeliverEffects,
): Promise<readonly DeliveryResult[]> {
  const workspace = await loadWorkspace(request.workspaceDir);
  const report = await openFinishedReport(request.folder);
  const customer = customerOf(workspace, report);
  refuseUnfinished(report);
  refuseForeignMarkers(workspace, customer, report);
  refuseMissingDestinations(workspace, customer);
  const wanted = chooseTargets(customer, report, request);
  refuseUnknownApprover(workspace, request.approvedBy);
  if (request.dryRun)
    return Promise.all(wanted.map(({ own, target }) => rehearse(workspace, report, { own, target }, effects)));

  const ledger = openLedger(workspace.dir);
  try {
    const results: DeliveryResult[] = [];
    for (const { own, target } of wanted) {
      const delivery = await plan(workspace, ledger, report, { own, target }, request.approvedBy, effects.now());
      results.push(await send(workspace, ledger, delivery, effects));
    }
    await thaw(workspace, ledger);
    return results;
  } finally {
    ledger.close();
  }
}

/** Goes on with every delivery that is neither finished nor waiting for a person. */
export async function continueDeliveries(
  request: { readonly workspaceDir: string },
  effects: DeliverEffects,
): Promise<readonly DeliveryResult[]> {
  const workspace = await loadWorkspace(request.workspaceDir);
  const ledger = openLedger(workspace.dir);
  try {
    const results: DeliveryResult[] = [];
    const open = ledger.read((store) => listDeliveries(store, { states: ['pending', 'sending'] }));
    for (const delivery of open) results.push(await send(workspace, ledger, delivery, effects));
    await thaw(workspace, ledger);
    return results;
  } finally {
    ledger.close();
  }
}

function customerOf(workspace: Workspace, report: FinishedReport): CustomerFile {
  const { id, name } = report.manifest.customer;
  const customer = workspace.customers.find((one) => one.id === id);
  if (customer?.name === name) return customer;
  throw refused(
    report,
    customer
      ? `the report is of ${name}; customers/${id}.yaml is of ${customer.name}`
      : `the workspace has no customer ${id}`,
  );
}

/** A draft bears its mark on every page so that nobody sends it; nobody does. */
function refuseUnfinished(report: FinishedReport): void {
  const { status } = report.manifest;
  if (status === undefined || status === 'final') return;
  throw new ReportError(
    'delivery-refused',
    `${report.manifest.reportId} is ${status === 'draft' ? 'a draft' : 'in review'} and goes to no customer`,
    { hint: 'Make it final in the case file (status, approval), and deliver the revision that is made then.' },
  );
}

/** The finished files are looked at once more, whoever made them. */
function refuseForeignMarkers(workspace: Workspace, own: CustomerFile, report: FinishedReport): void {
  const logoOf = (brand: string | undefined) =>
    workspace.brands.find(({ id }) => id === (brand ?? workspace.provider.defaults.brand))?.logo;
  const ownLogos = [logoOf(own.brand), workspace.customerLogos.get(own.id)];
  const logos = [
    ...workspace.brands.map(({ id, logo }) => ({ of: `brand ${id}`, logo })),
    ...[...workspace.customerLogos].map(([id, logo]) => ({ of: id, logo })),
  ];
  const markers = findForeignMarkers({
    files: report.files,
    own,
    others: workspace.customers.filter(({ id }) => id !== own.id),
    foreignLogos: logos.flatMap(({ of, logo }) =>
      logo === undefined || ownLogos.includes(logo) ? [] : [{ of, logo }],
    ),
  });
  if (markers.length === 0) return;
  const lines = markers.map(({ file, customer, marker }) => `${file}: ${marker} is of ${customer}`);
  throw refused(report, `it holds what belongs to others:\n${lines.join('\n')}`);
}

function refuseMissingDestinations({ provider }: Workspace, customer: CustomerFile): void {
  if (customer.destinations.length > 0) return;
  const systems = provider.destinations.map(({ id, kind }) => `${id} (${kind})`).join(', ');
  throw new ReportError(
    'config-invalid',
    `customers/${customer.id}.yaml: destinations: is missing; this customer has no destination`,
    {
      where: { file: `customers/${customer.id}.yaml`, field: 'destinations' },
      hint: `Write there what is the customer’s at a system of debrief.yaml, which ${systems === '' ? 'names none yet' : `has ${systems}`}, such as
destinations:
  - { id: helpdesk, kind: request-tracker, requestors: ["@customer.example"] }
docs/delivery.md has a recipe for each kind of system.`,
    },
  );
}

interface Wanted {
  readonly own: CustomerDestination;
  readonly target: string;
}

/** Where it goes, in the order of the customer's file. */
function chooseTargets(customer: CustomerFile, report: FinishedReport, request: DeliverRequest): readonly Wanted[] {
  const known = customer.destinations.map(({ id }) => id);
  const named = [...(request.destinations ?? []), ...Object.keys(report.manifest.tickets ?? {})];
  const unknown = named.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    const nearest = nearestOf(unknown, known);
    throw new ReportError('usage', `${customer.id} has no destination ${unknown}`, {
      hint: nearest === undefined ? `It has ${known.join(', ')}.` : `Did you mean ${nearest}?`,
    });
  }
  const chosen = customer.destinations.filter(({ id }) => request.destinations?.includes(id) ?? true);
  const ticketed = chosen.filter((own) => targetOf(own, undefined, customer.id) === undefined || 'ticket' in own);
  if (request.ticket !== undefined && ticketed.length !== 1 && chosen.length !== 1)
    throw new ReportError(
      'usage',
      `--ticket is of one destination, and ${chosen.map(({ id }) => id).join(', ')} are chosen`,
      {
        hint: 'Name it with --destination.',
      },
    );
  return chosen.map((own) => {
    const target = targetOf(own, request.ticket ?? report.manifest.tickets?.[own.id], customer.id);
    if (target !== undefined) return { own, target };
    throw new ReportError('usage', `${own.id} needs a ticket`, {
      hint: `Name one with --ticket, under tickets in the case file, or as ticket of ${own.id} in customers/${customer.id}.yaml.`,
    });
  });
}

function refuseUnknownApprover(workspace: Workspace, approvedBy: string | undefined): void {
  const { approvers } = workspace.provider.delivery;
  if (approvedBy === undefined || !approvers || approvers.includes(approvedBy)) return;
  throw new ReportError(
    'delivery-refused',
    `${approvedBy} may not approve; delivery.approvers in debrief.yaml names who may`,
  );
}

/** Freezes what is to go and writes it down. What was frozen for this key before is what goes. */
async function plan(
  workspace: Workspace,
  ledger: Ledger,
  report: FinishedReport,
  { own, target }: Wanted,
  approvedBy: string | undefined,
  now: number,
): Promise<Delivery> {
  const key = keyOf(report, own, target);
  const known = ledger.read((store) => findDelivery(store, key));
  if (known) return approve(ledger, known, approvedBy, now);
  const { letter, alternatives, contents } = await composeFrozen(report, own, key);
  if (alternatives[0]?.choice !== own.files.join(' + '))
    throw refused(report, `${own.id} wants ${own.files.join(' + ')}, and not all of it was made`);
  for (const content of contents.values()) await freezeArtifact(workspace.dir, content);
  const letterSha256 = await freezeArtifact(workspace.dir, letter);
  const inWorkspace = relative(workspace.dir, report.folder);
  const planned = ledger.write((store) => {
    const delivery = planDelivery(
      store,
      {
        ...factsOf(report, { own, target }, key),
        folder: inWorkspace.startsWith('..') ? report.folder : inWorkspace.split(sep).join('/'),
        letterSha256,
        alternatives,
      },
      now,
    );
    // An earlier revision that never left is not worth sending any more.
    for (const earlier of listDeliveries(store, { states: ['pending'], customer: delivery.customer }))
      if (isEarlierRevision(earlier, delivery))
        settleDelivery(
          store,
          earlier.key,
          {
            from: ['pending'],
            state: 'cancelled',
            reason: `replaced by revision ${delivery.revision}`,
            by: 'a later revision',
          },
          now,
        );
    return delivery;
  });
  return approve(ledger, planned, approvedBy, now);
}

function approve(ledger: Ledger, delivery: Delivery, approvedBy: string | undefined, now: number): Delivery {
  if (approvedBy === undefined || !needsApprover(delivery)) return delivery;
  ledger.write((store) => approveDelivery(store, delivery.key, approvedBy, now));
  return { ...delivery, approvedBy: delivery.approvedBy ?? approvedBy };
}

function needsApprover({ tlp }: Delivery): boolean {
  return NEED_APPROVER.some((label) => label === tlp);
}

async function send(
  workspace: Workspace,
  ledger: Ledger,
  delivery: Delivery,
  effects: DeliverEffects,
): Promise<DeliveryResult> {
  if (needsApprover(delivery) && delivery.approvedBy === undefined)
    return { ...resultOf(delivery), outcome: 'held', reason: `TLP:${delivery.tlp} needs --approved-by` };
  const found = findConfigured(workspace, delivery.customer, delivery.destination);
  if ('missing' in found) return { ...resultOf(delivery), reason: found.missing };
  const { own } = found;
  const rules = workspace.provider.delivery;
  const deadline = effects.now() + rules.patienceSeconds * 1000;
  const sleep = (ms: number) => pause(ms, effects.signal);
  const letter = await readArtifact(workspace.dir, delivery.letterSha256);
  const replaces = ledger.read((store) =>
    listDeliveries(store, { states: ['delivered', 'misdelivered'], customer: delivery.customer })
      .filter((earlier) => isEarlierRevision(earlier, delivery))
      .reduce<number | undefined>((latest, { revision }) => Math.max(latest ?? 0, revision), undefined),
  );
  const before = delivery.state;
  const { delivery: after, isBusy } = await sendDelivery(
    {
      key: delivery.key,
      ledger,
      binding: bindingOf(own),
      settleMs: rules.settleSeconds * 1000,
      open: ({ mayAct }) => connect(workspace, delivery.customer, found, effects, { mayAct, deadline }),
      parcelOf: async (current) =>
        composeParcel(current, letter, replaces, (sha256) => readArtifact(workspace.dir, sha256)),
    },
    { now: effects.now, sleep, random: effects.random, log: effects.log, deadline },
  );
  const result = resultOf(after);
  if (isBusy) return { ...result, outcome: 'busy', reason: 'another process is at it' };
  if (before !== after.state)
    effects.log.info(
      `${after.reportId} → ${after.destination} ${after.target}: ${after.state}${after.reason === undefined ? '' : ` (${after.reason})`}`,
    );
  return result;
}

/** What a delivery says of the report and of where it goes. */
function factsOf({ manifest, kind, subject }: FinishedReport, { own, target }: Wanted, key: string) {
  return {
    key,
    customer: manifest.customer.id,
    kind,
    subject,
    revision: manifest.revision,
    reportId: manifest.reportId,
    destination: own.id,
    target,
    tlp: manifest.tlp,
    visibility: 'visibility' in own ? own.visibility : ('internal' as const),
  };
}

/** What would be called, of the very adapter that would call it; it is given no way to. */
async function rehearse(
  workspace: Workspace,
  report: FinishedReport,
  { own, target }: Wanted,
  effects: DeliverEffects,
): Promise<DeliveryResult> {
  const key = keyOf(report, own, target);
  const { letter, alternatives, contents } = await composeFrozen(report, own, key);
  const delivery: Delivery = {
    ...factsOf(report, { own, target }, key),
    folder: report.folder,
    approvedBy: undefined,
    letterSha256: '',
    alternatives,
    chosen: 0,
    state: 'pending',
    attempts: 0,
    nextAttemptAt: undefined,
    reason: undefined,
    receipts: {},
    begun: undefined,
    createdAt: effects.now(),
    updatedAt: effects.now(),
  };
  const parcel = composeParcel(delivery, letter, undefined, async (sha256) => contents.get(sha256) ?? new Uint8Array());
  const found = findConfigured(workspace, delivery.customer, delivery.destination);
  if ('missing' in found) return { ...resultOf(delivery), outcome: 'rehearsed', reason: found.missing };
  const forbidden = () => {
    throw new Error('a rehearsal calls nothing');
  };
  const destination = connect(workspace, delivery.customer, found, effects, { mayAct: forbidden, deadline: 0 });
  const calls = destination.rehearse(parcel, target).map((call) => ('does' in call ? call.does : describeCall(call)));
  const unready = await problemsOfSecrets(secretsOf(found.system));
  return { ...resultOf(delivery), outcome: 'rehearsed', calls, ...(unready.length > 0 && { unready }) };
}

async function problemsOfSecrets(references: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  for (const reference of references)
    try {
      await readSecret(reference);
    } catch (error) {
      if (!(error instanceof ReportError)) throw error;
      problems.push(error.message);
    }
  return problems;
}

/** Frees what no unfinished delivery needs. */
async function thaw(workspace: Workspace, ledger: Ledger): Promise<void> {
  const open = ledger.read((store) => listDeliveries(store, { states: ['pending', 'sending', 'rejected', 'unknown'] }));
  const needed = open.flatMap((delivery) => [
    delivery.letterSha256,
    ...delivery.alternatives.flatMap(({ files }) => files.map(({ sha256 }) => sha256)),
  ]);
  await thawArtifacts(workspace.dir, new Set(needed));
}

function keyOf(report: FinishedReport, own: CustomerDestination, target: string): string {
  const { customer, revision } = report.manifest;
  return deliveryKey({
    customerId: customer.id,
    kind: report.kind,
    subject: report.subject,
    revision,
    destination: own.id,
    target,
  });
}

function isEarlierRevision(earlier: Delivery, delivery: Delivery): boolean {
  return (
    earlier.customer === delivery.customer &&
    earlier.kind === delivery.kind &&
    earlier.subject === delivery.subject &&
    earlier.destination === delivery.destination &&
    earlier.target === delivery.target &&
    earlier.revision < delivery.revision
  );
}

function resultOf(delivery: Delivery): DeliveryResult {
  const { key, reportId, customer, destination, target, state, reason, alternatives, chosen } = delivery;
  const files = alternatives[chosen]?.files.map(({ name }) => name) ?? [];
  return {
    key,
    reportId,
    customer,
    destination,
    target,
    outcome: state,
    ...(reason !== undefined && { reason }),
    files,
  };
}

function refused(report: FinishedReport, why: string): ReportError {
  return new ReportError('delivery-refused', `${report.manifest.reportId} was not sent: ${why}`, {
    where: { file: report.folder },
  });
}
