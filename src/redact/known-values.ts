import type { AttackStats, WeekStats } from '../aggregate/aggregate.ts';
import type { Case } from '../config/config.ts';
import type { Dataset } from '../ingest/ingest.ts';
import type { Dimension } from '../model/dimension.ts';
import type { MaskedKind } from '../model/redaction.ts';

/** Values of each kind that the inputs of a case carry. Addresses are none: they are recognised wherever they stand. */
export type KnownValues = ReadonlyMap<string, Exclude<MaskedKind, 'addresses'>>;

const KIND_OF_DIMENSION: Readonly<Partial<Record<Dimension, 'hosts' | 'paths' | 'rules'>>> = {
  host: 'hosts',
  query_name: 'hosts',
  path: 'paths',
  rule: 'rules',
};
/** Fields of records, by the part of their name that says what they hold. */
const KIND_OF_FIELD: readonly (readonly [RegExp, 'hosts' | 'paths' | 'rules'])[] = [
  [/host|queryname|zonename|\bsni\b/i, 'hosts'],
  [/path|uri|query|referer/i, 'paths'],
  [/rule/i, 'rules'],
];

/**
 * Everything of a case that a mask may have to find again, lower-case. What people wrote about it is searched for the same values,
 * so that a rule that is masked in a table does not stand in the timeline.
 */
export function knownValues(
  incident: Pick<Case, 'customer' | 'provider' | 'preparedBy' | 'reviewer' | 'approval'>,
  dataset: Omit<Dataset, 'engine'>,
  stats: AttackStats,
): KnownValues {
  const known = new Map<string, Exclude<MaskedKind, 'addresses'>>();
  const add = (kind: Exclude<MaskedKind, 'addresses'>, ...values: readonly (string | undefined)[]) => {
    for (const value of values) if (value !== undefined && value.trim() !== '') known.set(value.toLowerCase(), kind);
  };
  for (const { actor } of dataset.timeline) add('staff', actor);
  add('staff', ...incident.customer.redaction.people, incident.reviewer, incident.approval?.by);
  for (const { dimension, items } of [...stats.layers.flatMap((layer) => layer.breakdowns), ...dataset.topLists]) {
    const kind = KIND_OF_DIMENSION[dimension];
    if (kind) for (const { key, label } of items) add(kind, key, label);
  }
  for (const { rules, ruleOverlaps = [] } of stats.layers) {
    const named = [...rules, ...ruleOverlaps.flatMap(({ stoppedBy, alsoMatched }) => [stoppedBy, alsoMatched])];
    for (const { id, name } of named) add('rules', id, name);
  }
  for (const { all, scope, attributes } of stats.signatures) {
    for (const { field, value } of [...all, ...scope, ...attributes]) {
      const kind = KIND_OF_FIELD.find(([pattern]) => pattern.test(field))?.[1];
      if (kind) add(kind, ...[value].flat().map((one) => (typeof one === 'string' ? one : undefined)));
    }
  }
  for (const target of [
    ...dataset.attacks.map((attack) => attack.target),
    ...stats.waves.flatMap((wave) => [
      ...wave.targets,
      ...(wave.targetsByLayer ?? []).flatMap(({ targets }) => targets),
    ]),
  ])
    if (target !== undefined && /[a-z]/i.test(target) && !target.includes(':')) add('hosts', target);
  add('hosts', ...incident.customer.zones, ...incident.customer.hosts);
  // Names of organisations and roles are on every page, whoever else bears them.
  for (const name of [incident.customer.name, incident.provider.name, incident.preparedBy])
    known.delete(name.toLowerCase());
  return known;
}

/** The same of a summary: what its lists and its incidents name. */
export function knownOfPeriod(
  standing: Pick<Case, 'customer' | 'provider' | 'preparedBy'>,
  { layers, incidents }: WeekStats,
): KnownValues {
  const known = new Map<string, Exclude<MaskedKind, 'addresses'>>();
  const add = (kind: Exclude<MaskedKind, 'addresses'>, ...values: readonly (string | undefined)[]) => {
    for (const value of values) if (value !== undefined && value.trim() !== '') known.set(value.toLowerCase(), kind);
  };
  add('staff', ...standing.customer.redaction.people);
  for (const { dimension, items, gone } of layers.flatMap(({ lists }) => lists)) {
    const kind = KIND_OF_DIMENSION[dimension];
    if (kind) for (const { value, name } of [...items, ...gone]) add(kind, value, name);
  }
  for (const { target } of incidents) {
    const kind = target && KIND_OF_DIMENSION[target.dimension];
    if (target && kind) add(kind, target.value);
  }
  add('hosts', ...standing.customer.zones, ...standing.customer.hosts);
  for (const name of [standing.customer.name, standing.provider.name, standing.preparedBy])
    known.delete(name.toLowerCase());
  return known;
}
