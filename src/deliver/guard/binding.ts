import type { TicketFacts } from '../destinations/destination.ts';

/** What a ticket must say to be the customer's: field → values, of which each that the ticket has must be one. */
export type Binding = Readonly<Record<string, readonly string[]>>;

/**
 * Why a ticket is not the customer's; `undefined` when it is. Every field of the binding must be on the ticket, and nothing
 * else may be there beside the customer's own: of two requestors each would read the report.
 */
export function findStranger(facts: TicketFacts, binding: Binding): string | undefined {
  const fields = Object.entries(binding);
  if (fields.length === 0) return 'nothing in the configuration says whose a ticket is';
  for (const [field, allowed] of fields) {
    const values = facts[field] ?? [];
    if (values.length === 0) return `the ticket has no ${field}`;
    const stranger = values.find((value) => !allowed.some((one) => matches(value, one)));
    if (stranger !== undefined) return `the ${field} of the ticket is ${stranger}, not ${allowed.join(' or ')}`;
  }
  return undefined;
}

/** `@domain` stands for every address there. */
function matches(value: string, allowed: string): boolean {
  const [one, other] = [value.toLowerCase(), allowed.toLowerCase()];
  return other.startsWith('@') ? one.endsWith(other) && one.length > other.length : one === other;
}
