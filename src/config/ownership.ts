import ipaddr from 'ipaddr.js';
import type { Fault } from './faults.ts';
import type { CustomerFile } from './schema.ts';

/** Something a customer says is its own. */
interface Claim {
  readonly owner: string;
  readonly field: 'prefixes' | 'zones' | 'hosts' | 'accounts' | 'applications';
  readonly value: string;
}

/**
 * What two customers both claim: an address (also as a host), a zone inside a zone, a host below a zone, an account, an
 * application. Told at the customer that comes later in the list, once for each pair of claims that touch.
 */
export function findSharedOwnership(customers: readonly CustomerFile[]): Fault[] {
  const order = new Map(customers.map((customer, index) => [customer.id, index]));
  return findConflicts(customers).map(([a, b]) => {
    const isInOrder = (order.get(a.owner) ?? 0) < (order.get(b.owner) ?? 0);
    return isInOrder ? tellConflict(b, a) : tellConflict(a, b);
  });
}

/** Faults at one customer: what it claims and another does too. */
export function conflictsOf(customerId: string, conflicts: readonly Conflict[]): Fault[] {
  return conflicts.flatMap(([a, b]) => {
    if (b.owner === customerId) return [tellConflict(b, a)];
    return a.owner === customerId ? [tellConflict(a, b)] : [];
  });
}

/** Two claims of different customers that touch. */
export type Conflict = Pair;

export function findConflicts(customers: readonly CustomerFile[]): Conflict[] {
  const claims = customers.flatMap((customer) =>
    (['zones', 'hosts', 'accounts', 'applications', 'prefixes'] as const).flatMap((field) =>
      customer[field].map((value): Claim => ({ owner: customer.id, field, value })),
    ),
  );
  return [
    ...sharedNames(claims.filter(({ field }) => field === 'zones' || field === 'hosts')),
    ...sharedValues(claims.filter(({ field }) => field === 'accounts')),
    ...sharedValues(claims.filter(({ field }) => field === 'applications')),
    ...sharedAddresses(
      claims.filter(({ field, value }) => field === 'prefixes' || (field === 'hosts' && ipaddr.isValid(value))),
    ),
  ];
}

function tellConflict(own: Claim, rival: Claim): Fault {
  const way = rival.value === own.value ? '' : ` by way of ${rival.value}`;
  return {
    file: `customers/${own.owner}.yaml`,
    field: own.field,
    problem: `${own.value} belongs to ${rival.owner} too${way}; two customers cannot own the same`,
  };
}

type Pair = readonly [Claim, Claim];

function sharedValues(claims: readonly Claim[]): Pair[] {
  const owners = new Map<string, Claim>();
  const pairs: Pair[] = [];
  for (const claim of claims) {
    const other = owners.get(claim.value);
    if (other === undefined) owners.set(claim.value, claim);
    else if (other.owner !== claim.owner) pairs.push([other, claim]);
  }
  return pairs;
}

/** A zone owns every name below it, so each name is looked up together with its parents. */
function sharedNames(claims: readonly Claim[]): Pair[] {
  const pairs = sharedValues(claims);
  const zones = new Map(claims.filter(({ field }) => field === 'zones').map((claim) => [claim.value, claim]));
  for (const claim of claims)
    for (let dot = claim.value.indexOf('.'); dot >= 0; dot = claim.value.indexOf('.', dot + 1)) {
      const zone = zones.get(claim.value.slice(dot + 1));
      if (zone && zone.owner !== claim.owner) pairs.push([zone, claim]);
    }
  return pairs;
}

/**
 * Prefixes either contain each other or share nothing, so in order of their bits those around one are a stack. Hosts that are
 * addresses are among them; two of those are told by their names already.
 */
function sharedAddresses(claims: readonly Claim[]): Pair[] {
  const sorted = claims
    .map((claim) => ({ claim, bits: bitsOf(claim.value) }))
    .sort((a, b) => (a.bits < b.bits ? -1 : a.bits > b.bits ? 1 : 0));
  const around: typeof sorted = [];
  const pairs: Pair[] = [];
  for (const prefix of sorted) {
    for (let top = around.at(-1); top && !prefix.bits.startsWith(top.bits); top = around.at(-1)) around.pop();
    for (const { claim } of around)
      if (claim.owner !== prefix.claim.owner && (claim.field === 'prefixes' || prefix.claim.field === 'prefixes'))
        pairs.push([claim, prefix.claim]);
    around.push(prefix);
  }
  return pairs;
}

/**
 * The fixed bits of a prefix, or of a host that is an address, as text after the family: `ipv4:11001011…`. One contains another
 * when its bits start the other's.
 */
function bitsOf(value: string): string {
  const [address, length] = value.includes('/') ? ipaddr.parseCIDR(value) : [ipaddr.parse(value), undefined];
  const bits = address.toByteArray().map((byte) => byte.toString(2).padStart(8, '0'));
  return `${address.kind()}:${bits.join('').slice(0, length)}`;
}
