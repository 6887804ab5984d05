/** The two layers of a report. They are never added together: L7 bytes are responses, L3/4 bytes are packets. */
export type Layer = 'http' | 'network';

/** What was done with a request or packet (not what a system thought of it). A solved challenge is `passed`. */
export const DISPOSITIONS = ['blocked', 'challenged', 'rate_limited', 'passed', 'logged', 'unknown'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

export const MITIGATED_DISPOSITIONS = [
  'blocked',
  'challenged',
  'rate_limited',
] as const satisfies readonly Disposition[];

/** What acted. Vendor names are mapped to these in ingest; a name that is not known is kept as `other`. */
export const MITIGATION_SYSTEMS = [
  'ddos-managed',
  'advanced-tcp-protection',
  'advanced-dns-protection',
  'network-firewall',
  'waf-managed',
  'waf-custom',
  'rate-limiting',
  'bot-management',
  'ip-reputation',
  'ip-list',
  'spectrum',
  'dns-firewall',
  'ids',
  'other',
] as const;
export type MitigationSystem = (typeof MITIGATION_SYSTEMS)[number];

/** Who may read a timeline entry. Only `customer` entries enter a customer's report. */
export type Visibility = 'internal' | 'customer';

/** The closed vocabulary of what a timeline entry marks. `note` marks nothing. */
export const MILESTONES = [
  'attack_start',
  'detected',
  'alerted',
  'acknowledged',
  'mitigation_started',
  'mitigated',
  'escalated',
  'customer_notified',
  'update',
  'attack_end',
  'resolved',
  'closed',
  'note',
] as const;
export type Milestone = (typeof MILESTONES)[number];

/** Swim-lane of a timeline entry. */
export type ActorKind = 'attacker' | 'automatic' | 'soc' | 'customer';

/** Traffic Light Protocol 2.0 labels, without the `TLP:` prefix. */
export const TLP_LABELS = ['RED', 'AMBER+STRICT', 'AMBER', 'GREEN', 'CLEAR'] as const;
export type TlpLabel = (typeof TLP_LABELS)[number];
