import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';
import type { CustomerFile } from '../config/config.ts';
import type { Engine } from '../engine/engine.ts';
import { ReportError } from '../errors.ts';
import type { OwnershipClaim } from './format.ts';
import type { LogTable } from './logpush/load-tables.ts';
import type { LogOwner } from './logpush/log-dataset.ts';
import type { FaultyRecord } from './logpush/logpush.ts';
import { datasetOfRecord } from './logpush/recognise.ts';
import { findLine } from './logpush/second-look.ts';

/** What one customer owns, as its file says. Nothing is theirs unless it is listed. */
export class Ownership {
  readonly #customer: CustomerFile;
  readonly #zones: readonly string[];
  readonly #hosts: ReadonlySet<string>;
  readonly #prefixes: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];

  constructor(customer: CustomerFile) {
    this.#customer = customer;
    this.#zones = customer.zones.map(hostName);
    this.#hosts = new Set(customer.hosts.map(hostName));
    this.#prefixes = customer.prefixes.map((prefix) => ipaddr.parseCIDR(prefix));
  }

  /** Whether a host lies in the zones or hosts, an address or prefix in the prefixes, an id among the ids of the customer. */
  owns(kind: OwnershipClaim['kind'], value: string): boolean {
    switch (kind) {
      case 'host':
        return this.#ownsHost(value);
      case 'address':
        return this.#ownsAddress(value);
      case 'zone':
        return this.#ownsHost(value) || this.#customer.accounts.includes(value);
      case 'account':
        return this.#customer.accounts.includes(value);
      case 'application':
        return this.#customer.applications.includes(value);
      default:
        return kind satisfies never;
    }
  }

  #ownsHost(value: string): boolean {
    const host = hostName(value);
    if (this.#hosts.has(host) || this.#zones.some((zone) => host === zone || host.endsWith(`.${zone}`))) return true;
    // Attackers ask for addresses too; those are the customer's like any other address.
    return this.#ownsAddress(host.replace(/^\[(.*)\]$/, '$1'));
  }

  #ownsAddress(value: string): boolean {
    const [text = '', length] = value.split('/', 2);
    if (!ipaddr.isValid(text) || (!text.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(text))) return false;
    const address = ipaddr.process(text);
    const bits = length === undefined ? 128 : Number(length);
    // A prefix belongs to the customer only when the whole of it does.
    return this.#prefixes.some(
      (prefix) => prefix[0].kind() === address.kind() && bits >= prefix[1] && address.match(prefix),
    );
  }
}

/** Host name for comparison: lower case, ASCII form, without port and final dot. */
function hostName(value: string): string {
  const name = value.trim().toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
  // Anything else would be cut like a URL: `acme.example/.globex.example` is not acme.example.
  return NAME.test(name) ? domainToASCII(name) || name : name;
}

/** What a host name can be made of, in any script. */
const NAME = /^[\p{L}\p{M}\p{N}._-]+$/u;

/**
 * Refuses what documents say they hold of others.
 *
 * @throws ReportError `input-foreign` for the first claim that is not the customer's.
 */
export function guardClaims(
  claims: readonly OwnershipClaim[],
  ownership: Ownership,
  fileOf: (inputId: string) => string,
): void {
  const foreign = claims.filter((claim) => !ownership.owns(claim.kind, claim.value));
  const [first] = foreign;
  if (first === undefined) return;
  throw refusal(foreign, first.kind, {
    file: fileOf(first.inputId),
    ...(first.line !== undefined && { line: first.line }),
  });
}

/**
 * Refuses a record of somebody else also where something else is wrong with it: a file that holds one is not only the
 * customer's. Where a label depends on other fields, which may be the faulty ones, one label of the customer is enough.
 *
 * @throws ReportError `input-foreign` with file and line.
 */
export function guardFaulty(records: readonly FaultyRecord[], ownership: Ownership): void {
  for (const { file, line, dataset, record } of records) {
    const labels = dataset.owners.flatMap(({ kind, fields }) => {
      const wanted = new Set(fields.map((field) => field.toLowerCase()));
      const values = Object.entries(record).filter(([key, value]) => wanted.has(key.toLowerCase()) && isLabel(value));
      return values.map(([, value]) => ({ kind, value: String(value) }));
    });
    const foreign = labels.filter(({ kind, value }) => !ownership.owns(kind, value));
    const [first] = foreign;
    const isEvery = dataset.ownedBy === 'every' && dataset.owners.every(({ where }) => where === undefined);
    if (first && (isEvery || foreign.length === labels.length)) throw refusal(foreign, first.kind, { file, line });
  }
}

/**
 * Refuses logs with a record of somebody else, or with one that does not say whose it is. Every different host, address and id
 * is looked at, of all rows, also those outside the period of the report. Only for a refusal are the files read again, for the line.
 *
 * @throws ReportError `input-foreign` with file and line.
 */
export async function guardTables(
  tables: readonly LogTable[],
  ownership: Ownership,
  engine: Engine,
  signal: AbortSignal,
): Promise<void> {
  for (const table of tables) {
    const owners = table.dataset.owners.filter(
      ({ column, where }) => table.columns.has(column) && (!where?.required || table.columns.has(where.column)),
    );
    await refuseUnlabelled(table, owners, engine, signal);
    if (table.dataset.ownedBy === 'every')
      for (const owner of owners) await guardColumn(table, owner, ownership, engine, signal);
    else await guardAny(table, owners, ownership, engine, signal);
  }
}

async function refuseUnlabelled(
  table: LogTable,
  owners: readonly LogOwner[],
  engine: Engine,
  signal: AbortSignal,
): Promise<void> {
  const { dataset } = table;
  const nothing =
    owners.length === 0 ? 'true' : owners.map((owner) => `(${labelSql(table, owner)}) is null`).join(' and ');
  const [row] = await engine.query<{ input: number }>(
    `select min(input) as input from ${dataset.table} where ${nothing} having count(*) > 0`,
  );
  if (row === undefined) return;
  const log = table.logs.find((one) => one.number === row.input);
  const fields = new Set(dataset.owners.flatMap((owner) => owner.fields.map((field) => field.toLowerCase())));
  const line =
    log &&
    (await findLine(
      log,
      signal,
      (record) =>
        datasetOfRecord(record) === dataset &&
        !Object.entries(record).some(([key, value]) => fields.has(key.toLowerCase()) && isLabel(value)),
    ));
  const names = dataset.owners.flatMap((owner) => owner.fields.slice(0, 1)).join(' or ');
  throw new ReportError(
    'input-foreign',
    `A record of ${dataset.name} does not say whose traffic it is: it has no ${names}.`,
    {
      where: { file: log?.input.path ?? '', ...(line !== undefined && { line }) },
      hint: `Export ${names} with the log, so that no other customer's traffic can be among it.`,
    },
  );
}

function isLabel(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && !['', '-'].includes(value));
}

/** The value of a label, NULL in the rows where it says nothing about the owner. */
function labelSql(table: LogTable, owner: LogOwner): string {
  const { where } = owner;
  return where && table.columns.has(where.column) ? `case when ${where.sql} then ${owner.column} end` : owner.column;
}

async function guardColumn(
  table: LogTable,
  owner: LogOwner,
  ownership: Ownership,
  engine: Engine,
  signal: AbortSignal,
): Promise<void> {
  const label = labelSql(table, owner);
  const rows = await engine.query<{ value: string; input: number }>(
    `select (${label})::VARCHAR as value, min(input) as input from ${table.dataset.table} where (${label}) is not null group by value`,
  );
  const foreign = rows
    .filter(({ value }) => !ownership.owns(owner.kind, value))
    .sort((a, b) => a.input - b.input || (a.value < b.value ? -1 : 1));
  if (foreign.length > 0) await refuseRows(table, owner, foreign, signal);
}

/** One of the labels of a row is enough; which rows have none is told by all of them together. */
async function guardAny(
  table: LogTable,
  owners: readonly LogOwner[],
  ownership: Ownership,
  engine: Engine,
  signal: AbortSignal,
): Promise<void> {
  const labels = owners.map((owner, i) => `(${labelSql(table, owner)})::VARCHAR as label${i}`);
  const rows = await engine.query<Readonly<Record<string, string | number | null>>>(
    `select ${labels.join(', ')}, min(input) as input from ${table.dataset.table} group by ${owners.map((_, i) => `label${i}`).join(', ')}`,
  );
  const foreign = rows.filter((row) =>
    owners.every((owner, i) => {
      const value = row[`label${i}`];
      return typeof value !== 'string' || !ownership.owns(owner.kind, value);
    }),
  );
  for (const [i, owner] of owners.entries()) {
    const values = foreign.flatMap((row) => {
      const value = row[`label${i}`];
      return typeof value === 'string' ? [{ value, input: Number(row.input) }] : [];
    });
    if (values.length > 0) await refuseRows(table, owner, values, signal);
  }
}

async function refuseRows(
  table: LogTable,
  owner: LogOwner,
  foreign: readonly { readonly value: string; readonly input: number }[],
  signal: AbortSignal,
): Promise<never> {
  const first = foreign[0];
  const log = table.logs.find((one) => one.number === first?.input);
  const fields = new Set(owner.fields.map((field) => field.toLowerCase()));
  const value = first?.value.toLowerCase() ?? '';
  const line =
    log &&
    ((await findLine(log, signal, (record) =>
      Object.entries(record).some(([key, one]) => fields.has(key.toLowerCase()) && String(one).toLowerCase() === value),
    )) ??
      // Of a key that stands twice, the engine and we may have taken different values.
      (await findLine(log, signal, (_record, text) => text.toString().toLowerCase().includes(JSON.stringify(value)))));
  const claims = foreign.map(({ value }) => ({ value, kind: owner.kind }));
  throw refusal(claims, owner.kind, { file: log?.input.path ?? '', ...(line !== undefined && { line }) });
}

const LISTS: Readonly<Record<OwnershipClaim['kind'], { readonly name: string; readonly lists: string }>> = {
  host: { name: 'host', lists: '`zones:` or `hosts:`' },
  address: { name: 'address', lists: '`prefixes:`' },
  zone: { name: 'zone', lists: '`zones:` or `accounts:`' },
  account: { name: 'account', lists: '`accounts:`' },
  application: { name: 'application', lists: '`applications:`' },
};

/** Shown of a long list of foreign values. */
const VALUES_SHOWN = 3;

function refusal(
  foreign: readonly { readonly value: string; readonly kind: OwnershipClaim['kind'] }[],
  kind: OwnershipClaim['kind'],
  where: { readonly file: string; readonly line?: number },
): ReportError {
  const { name, lists } = LISTS[kind];
  const values = [...new Set(foreign.filter((one) => one.kind === kind).map(({ value }) => masked(kind, value)))];
  const more = values.length > VALUES_SHOWN ? ` and ${values.length - VALUES_SHOWN} more` : '';
  return new ReportError(
    'input-foreign',
    `The ${name} ${values.slice(0, VALUES_SHOWN).join(', ')}${more} is not the customer's.`,
    {
      where,
      hint: `If it is, add it to ${lists} in the customer's file; if not, export again with a filter for this customer.`,
    },
  );
}

/** Enough for the engineer to recognise the value, not enough to name another customer in a log or ticket. */
function masked(kind: OwnershipClaim['kind'], value: string): string {
  const visible = value.replace(/[^\x21-\x7e]/g, '?').slice(0, 253);
  const [address = ''] = visible.split('/', 1);
  if (ipaddr.IPv6.isValid(address)) return `${visible.split(':').slice(0, 2).join(':')}:…`;
  // `526503649` is an address to some programs and an id to people.
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return `${visible.split('.').slice(0, 2).join('.')}.x.x`;
  if (kind === 'host' || (kind === 'zone' && visible.includes('.'))) {
    const labels = visible.split('.');
    return labels
      .map((label, i) => (i === labels.length - 1 && labels.length > 1 ? label : `${label.slice(0, 1)}…`))
      .join('.');
  }
  return `${visible.slice(0, 4)}…`;
}
