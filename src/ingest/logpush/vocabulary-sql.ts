import type { Dialect } from '../../engine/engine.ts';
import type { Disposition } from '../../model/traffic.ts';
import { HTTP_ACTIONS, NETWORK_OUTCOMES, SYSTEMS } from '../vocabulary.ts';

// The vocabulary of `normalize.ts` as SQL, from the same tables, so that a log and a document never disagree on a word.

/** `foldName` for the spellings of logs: lower case without underscores and hyphens. */
function folded(sql: string): string {
  return `lower(replace(replace(${sql}, '_', ''), '-', ''))`;
}

/** Disposition of an HTTP action; `source` is the product that acted. NULL and unlisted words are `unknown`. */
export function httpDispositionSql(action: string, source: string | undefined, dialect: Dialect): string {
  const limiting = Object.keys(SYSTEMS).filter((name) => SYSTEMS[name] === 'rate-limiting');
  const blocked =
    source === undefined
      ? "'blocked'"
      : `case when ${folded(source)} in (${limiting.map(dialect.text).join(', ')}) then 'rate_limited' else 'blocked' end`;
  return wordsSql(action, HTTP_ACTIONS, dialect, { blocked });
}

/** Disposition of a packet's or connection's outcome. */
export function networkDispositionSql(outcome: string, dialect: Dialect): string {
  return wordsSql(outcome, NETWORK_OUTCOMES, dialect, {});
}

function wordsSql(
  word: string,
  table: Readonly<Record<string, Disposition>>,
  dialect: Dialect,
  special: Partial<Record<Disposition, string>>,
): string {
  const words = new Map<Disposition, string[]>();
  for (const [name, disposition] of Object.entries(table))
    words.set(disposition, [...(words.get(disposition) ?? []), dialect.text(name)]);
  const branches = [...words].map(
    ([disposition, names]) =>
      `when ${folded(word)} in (${names.join(', ')}) then ${special[disposition] ?? dialect.text(disposition)}`,
  );
  return `case ${branches.join(' ')} else 'unknown' end`;
}

/** Product that acted; NULL for NULL and blanks, `other` for names that are not in the table. */
export function systemSql(source: string, dialect: Dialect): string {
  const bySystem = new Map<string, string[]>();
  for (const [name, system] of Object.entries(SYSTEMS))
    bySystem.set(system, [...(bySystem.get(system) ?? []), dialect.text(name)]);
  const branches = [...bySystem].map(
    ([system, names]) => `when ${folded(source)} in (${names.join(', ')}) then ${dialect.text(system)}`,
  );
  return `case when ${folded(source)} in ('', 'unknown', 'none') then null ${branches.join(' ')} when ${source} is not null then 'other' end`;
}

/** A look-up of a whole value in a small table; values that are not listed go through `otherwise`. */
export function lookUpSql(
  value: string,
  table: Readonly<Record<string, string>>,
  otherwise: string,
  dialect: Dialect,
): string {
  const branches = Object.entries(table).map(
    ([key, meaning]) => `when ${dialect.text(key)} then ${dialect.text(meaning)}`,
  );
  return `case ${value} ${branches.join(' ')} else ${otherwise} end`;
}

/** True for the actions that keep a request from its goal. */
export function isMitigatingSql(action: string, dialect: Dialect): string {
  const names = Object.entries(HTTP_ACTIONS).flatMap(([name, disposition]) =>
    disposition === 'blocked' || disposition === 'challenged' || disposition === 'rate_limited'
      ? dialect.text(name)
      : [],
  );
  return `${folded(action)} in (${names.join(', ')})`;
}
