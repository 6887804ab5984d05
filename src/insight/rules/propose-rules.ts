import type { AttackStats } from '../../aggregate/aggregate.ts';
import type { Predicate } from '../../model/signature.ts';
import type { Layer } from '../../model/traffic.ts';
import { readNetwork } from './address.ts';
import { cloudflare } from './cloudflare.ts';
import { flowspec } from './flowspec.ts';
import { iptables } from './iptables.ts';
import type { Refusal, RuleLanguage, RuleText } from './language.ts';
import { magicFirewall } from './magic-firewall.ts';
import { nftables } from './nftables.ts';

/** The places that rules go to, those of requests first. A new one is a file and a line here. */
const RULE_LANGUAGES: readonly RuleLanguage[] = [cloudflare, magicFirewall, nftables, iptables, flowspec];

/** One signature in one language. */
export interface ProposedRule {
  /** `INC-4821-S1`. */
  readonly name: string;
  /** Position of the signature in `AttackStats.signatures`. */
  readonly signature: number;
  readonly language: RuleLanguage;
  readonly text: RuleText;
}

export interface ProposedRules {
  readonly rules: readonly ProposedRule[];
  /** Signatures that a language of their layer cannot say whole. */
  readonly withheld: readonly {
    readonly signature: number;
    readonly language: RuleLanguage;
    readonly refusals: readonly Refusal[];
  }[];
}

/** Fields that say what was hit and how it is reached, not who hit it. */
const TARGET_FIELDS: ReadonlySet<string> = new Set([
  'ClientRequestHost',
  'ClientRequestPath',
  'ClientRequestURI',
  'ClientRequestMethod',
  'ClientRequestScheme',
  'IPDestinationAddress',
  'IPDestinationSubnet',
  'DestinationPort',
  'IPProtocol',
  'IPProtocolName',
]);

const SCOPE_FIELDS: Readonly<Record<Layer, readonly string[]>> = {
  http: ['ClientRequestHost'],
  network: ['IPDestinationAddress', 'IPDestinationSubnet'],
};

/**
 * Every signature in every language of its layer. A rule is said whole or not at all: without one of its conditions it would
 * match more than was measured. `prefixes` of the customer are the scope of packets where the signature names no target.
 */
export function proposeRules(
  { signatures }: Pick<AttackStats, 'signatures'>,
  incidentId: string,
  prefixes: readonly string[],
): ProposedRules {
  const rules: ProposedRule[] = [];
  const withheld: ProposedRules['withheld'][number][] = [];
  for (const [signature, { layer, all, scope }] of signatures.entries()) {
    const conditions = withScope(layer, all, scope, prefixes);
    const name = `${incidentId}-S${signature + 1}`;
    for (const language of RULE_LANGUAGES.filter((one) => one.layer === layer)) {
      const rendering = refuseUnbound(layer, all, conditions) ?? language.render({ name, conditions });
      if ('refusals' in rendering) withheld.push({ signature, language, refusals: rendering.refusals });
      else rules.push({ name, signature, language, text: rendering });
    }
  }
  return { rules, withheld };
}

/** Scope first: it is what a reviewer looks for. */
function withScope(
  layer: Layer,
  all: readonly Predicate[],
  scope: readonly Predicate[],
  prefixes: readonly string[],
): readonly Predicate[] {
  const stated = [...scope, ...all].filter(
    (one, index, list) => list.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === index,
  );
  if (layer === 'http' || prefixes.length === 0 || stated.some((one) => isScope(layer, one))) return stated;
  const networks = stated.flatMap((one) =>
    one.field === 'IPSourceAddress' && one.op === 'eq' ? [String(one.value)] : [],
  );
  const family = readNetwork(networks[0] ?? '')?.family;
  const own = prefixes.filter((prefix) => family === undefined || readNetwork(prefix)?.family === family);
  return [{ field: 'IPDestinationSubnet', op: 'in', value: own }, ...stated];
}

function isScope(layer: Layer, { field, op, value }: Predicate): boolean {
  if (!SCOPE_FIELDS[layer].includes(field) || (op !== 'eq' && op !== 'in')) return false;
  const values = Array.isArray(value) ? value : [value];
  return values.length > 0 && values.every((one) => one !== null && one !== '' && !String(one).endsWith('/0'));
}

/** A rule without a target would reach other customers; one with nothing but a target would stop everybody. */
function refuseUnbound(
  layer: Layer,
  all: readonly Predicate[],
  conditions: readonly Predicate[],
): { readonly refusals: readonly Refusal[] } | undefined {
  if (all.every(({ field }) => TARGET_FIELDS.has(field))) return { refusals: [{ obstacle: 'only-target' }] };
  return conditions.some((one) => isScope(layer, one)) ? undefined : { refusals: [{ obstacle: 'no-scope' }] };
}
