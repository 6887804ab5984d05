import { randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { loadBrand, loadCustomerLogo } from './brand.ts';
import type { Brand } from './case.ts';
import { findDestinationFaults } from './destinations.ts';
import { type Fault, throwFaults } from './faults.ts';
import { type Conflict, conflictsOf, findConflicts, findSharedOwnership } from './ownership.ts';
import { loadCustomer, loadProvider } from './profiles.ts';
import { type CustomerFile, type ProviderFile, providerSchema } from './schema.ts';
import { findFile, openWorkspace, readYamlFile } from './workspace-files.ts';

const CUSTOMER_FILE = /^([a-z0-9][a-z0-9-]{0,62})\.yaml$/;

const MISNAMED = 'is not named <customer id>.yaml';

/** A workspace as a whole: all profiles read and checked against each other; the cases only found. */
export interface Workspace {
  /** Without links in it. */
  readonly dir: string;
  readonly provider: ProviderFile;
  /** By id. */
  readonly customers: readonly CustomerFile[];
  readonly brands: readonly Brand[];
  /** `data:` URL of the logo of each customer that has one, by id. */
  readonly customerLogos: ReadonlyMap<string, string>;
  /** Case files relative to the workspace: those of `incidents/*.yaml` that name a customer. */
  readonly cases: readonly string[];
}

/**
 * Reads debrief.yaml, every customer and every brand. No two customers may own the same zone, host, account, application
 * or address: the tenant guard could not tell whose a row is.
 * @throws ReportError `workspace-not-found`, or `config-invalid` with the faults of all files.
 */
export async function loadWorkspace(dir: string): Promise<Workspace> {
  const root = await openWorkspace(dir);
  const faults: Fault[] = [];
  const provider = await loadProvider(root);
  if ('faults' in provider) faults.push(...provider.faults);

  const customers: CustomerFile[] = [];
  const customerLogos = new Map<string, string>();
  const { ids: customerIds, misnamed } = await listCustomerFiles(root);
  faults.push(...misnamed);
  for (const id of customerIds) {
    const customer = await loadCustomer(root, id);
    if ('faults' in customer) faults.push(...customer.faults);
    else {
      customers.push(customer.value);
      const logo = await loadCustomerLogo(root, customer.value);
      if (logo && 'problem' in logo) faults.push({ file: `customers/${id}.yaml`, field: 'logo', ...logo });
      else if (logo) customerLogos.set(id, logo.content);
    }
  }
  faults.push(...findSharedOwnership(customers));
  if ('value' in provider) faults.push(...findDestinationFaults(provider.value.destinations, customers));

  const wanted = customers.flatMap((customer) => customer.brand ?? []);
  const ids = new Set([...(await namesIn(join(root, 'brands'))), ...wanted]);
  if ('value' in provider) ids.add(provider.value.defaults.brand);
  const brands: Brand[] = [];
  // Brands are checked also where debrief.yaml is at fault, so that all is told at once.
  const issuer = 'value' in provider ? provider.value : providerSchema.parse({ provider: { name: 'unknown' } });
  for (const id of [...ids].sort()) {
    const brand = await loadBrand(root, id, issuer);
    if ('faults' in brand) faults.push(...brand.faults);
    else brands.push(brand.brand);
  }
  throwFaults(faults);
  if ('faults' in provider) throw new Error('a refused debrief.yaml has at least one fault');
  return { dir: root, provider: provider.value, customers, brands, customerLogos, cases: await findCases(root) };
}

/** Ids of the customers by their files, sorted, and the files that are named otherwise. */
export async function listCustomerFiles(root: string): Promise<{ readonly ids: string[]; readonly misnamed: Fault[] }> {
  const ids: string[] = [];
  const misnamed: Fault[] = [];
  for (const name of await namesIn(join(root, 'customers'))) {
    const id = CUSTOMER_FILE.exec(name)?.[1];
    if (id === undefined) misnamed.push({ file: `customers/${name}`, problem: MISNAMED });
    else ids.push(id);
  }
  return { ids, misnamed };
}

/**
 * What another customer of the workspace claims too. The guard trusts the customer's own file, so one that claims a rival's
 * zone must be refused here; so must every case while the profile of any customer cannot be read, as nobody knows what it claims.
 */
export async function findRivals(root: string, customer: CustomerFile): Promise<Fault[]> {
  const { customers, faults, conflicts } = await readClaims(root);
  const others = faults.filter(({ file }) => file !== `customers/${customer.id}.yaml`);
  const own = customers.find(({ id }) => id === customer.id);
  const isAsRead = own !== undefined && isDeepStrictEqual(own, customer);
  const isKnown = isAsRead ? conflicts : findConflicts([...customers.filter((other) => other !== own), customer]);
  return [...others, ...conflictsOf(customer.id, isKnown)];
}

interface Claims {
  readonly customers: readonly CustomerFile[];
  readonly faults: readonly Fault[];
  readonly conflicts: readonly Conflict[];
}

/** One workspace in one state of its customer files. */
let lastClaims: { readonly state: string; readonly claims: Promise<Claims> } | undefined;

/**
 * What every customer claims. A run over a thousand customers asks a thousand times, so the answer is kept for as long as no
 * file of a customer has changed; it is about all of them in any case and holds nothing of their traffic.
 */
function readClaims(root: string): Promise<Claims> {
  const state = stateOf(root);
  if (lastClaims?.state !== state) lastClaims = { state, claims: readClaimsAnew(root) };
  return lastClaims.claims;
}

async function readClaimsAnew(root: string): Promise<Claims> {
  const customers: CustomerFile[] = [];
  const { ids, misnamed } = await listCustomerFiles(root);
  const faults = misnamed.filter(({ file }) => /\.ya?ml$/i.test(file));
  for (const id of ids) {
    const customer = await loadCustomer(root, id);
    if ('value' in customer) customers.push(customer.value);
    else faults.push(...customer.faults);
  }
  return { customers, faults, conflicts: findConflicts(customers) };
}

/** Changes with every change of a name, a content or a link in the folder of the customers. */
function stateOf(root: string): string {
  const folder = join(root, 'customers');
  try {
    const states = readdirSync(folder).map((name) => {
      const found = statSync(join(folder, name), { bigint: true, throwIfNoEntry: false });
      return [name, found?.ino, found?.size, found?.mtimeNs, found?.ctimeNs].join(' ');
    });
    return [folder, ...states.sort()].join('\n');
  } catch {
    return randomUUID(); // what cannot be looked at is read anew, and complained about there
  }
}

/** Timelines and mappings may lie beside the cases; only a file that names a customer is one, and one that cannot be read. */
async function findCases(root: string): Promise<string[]> {
  const cases: string[] = [];
  for (const name of await namesIn(join(root, 'incidents'))) {
    if (!name.endsWith('.yaml')) continue;
    const found = await findFile(root, root, `incidents/${name}`);
    if (!('path' in found)) continue;
    const read = await readYamlFile(found, z.unknown());
    if ('faults' in read || (read.value instanceof Object && 'customer' in read.value)) cases.push(found.path);
  }
  return cases;
}

/** Names in a folder, sorted by code unit, without hidden ones; none when there is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).sort();
}
