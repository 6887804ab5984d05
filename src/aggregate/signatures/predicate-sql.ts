import type { Dialect } from '../../engine/engine.ts';
import type { Predicate } from '../../model/signature.ts';
import type { Layer } from '../../model/traffic.ts';
import type { Binder } from '../statement.ts';
import { fieldNamed, valueSql } from './fields.ts';

/**
 * The conjunction as a condition over a relation of the layer, never NULL. Values are bound, so whatever an attacker wrote stays a
 * value; columns come from the closed list of fields.
 * @throws RangeError for a field that is not in it.
 */
export function conjunctionSql(
  predicates: readonly Predicate[],
  layer: Layer,
  binder: Binder,
  dialect: Dialect,
): string {
  const parts = predicates.map((predicate) => predicateSql(predicate, layer, binder, dialect));
  return parts.length === 0 ? 'true' : `(${parts.join(' and ')})`;
}

function predicateSql(predicate: Predicate, layer: Layer, binder: Binder, dialect: Dialect): string {
  const named = fieldNamed(layer, predicate.field);
  if (!named) throw new RangeError(`No log has a field ${predicate.field}.`);
  const { field, member } = named;
  if (field.kind === 'list' && predicate.op === 'contains')
    return `coalesce(${dialect.positionIn(field.column, binder.bind(predicate.value))} > 0, false)`;
  if (field.kind === 'query') {
    if (predicate.op !== 'contains') throw new RangeError(`${predicate.field} is only looked at for what it contains.`);
    return `coalesce(contains('?' || ${field.column}, ${binder.bind(predicate.value)}), false)`;
  }
  const value = member === undefined ? valueSql(field, dialect) : memberSql(field.column, member, binder, dialect);
  switch (predicate.op) {
    case 'eq':
      return predicate.value === null
        ? `${value} is null`
        : `coalesce(${value} = ${binder.bind(predicate.value)}, false)`;
    case 'ne':
      return predicate.value === null
        ? `${value} is not null`
        : `(${value} is distinct from ${binder.bind(predicate.value)})`;
    case 'in':
      if (predicate.value.length === 0) return 'false';
      return `coalesce(${value} in (${predicate.value.map((one) => binder.bind(one)).join(', ')}), false)`;
    case 'range':
      return `coalesce(${value} between ${binder.bind(predicate.value[0])} and ${binder.bind(predicate.value[1])}, false)`;
    case 'contains':
      return `coalesce(contains(${value}, ${binder.bind(predicate.value)}), false)`;
    case 'startsWith':
      return `coalesce(starts_with(${value}, ${binder.bind(predicate.value)}), false)`;
    default:
      return predicate satisfies never;
  }
}

function memberSql(column: string, member: string, binder: Binder, dialect: Dialect): string {
  return `nullif(${dialect.jsonMemberAt(column, binder.bind(pointerTo(member)))}, '')`;
}

/** JSON pointer to a member of an object: `~` and `/` mean something there. */
function pointerTo(member: string): string {
  return `/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
