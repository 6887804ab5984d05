import type { Dialect } from '../../engine/engine.ts';
import { type Disposition, MITIGATED_DISPOSITIONS } from '../../model/traffic.ts';
import { HTTP_ACTIONS, NETWORK_OUTCOMES, SYSTEMS } from '../vocabulary.ts';

// The vocabulary of `normalize.ts` as SQL, from the same tables, so that a log and a document never disagree on a word.

/**
 * `foldName` for the spellings of logs: lower case without underscores and hyphens. Its result is what the functions below take;
 * it belongs in a derived column, because the engine computes an expression anew in every branch of a CASE.
 */
export function wordSql(sql: string): string {
  return foldedSql(sql, `lower(${sql})`);
}

/** The same of a text that is lower case already. */
export function lowerWordSql(sql: string): string {
  return foldedSql(sql, sql);
}

function foldedSql(sql: string, plain: string): string {
  return `case when contains(${sql}, '_') or contains(${sql}, '-') then replace(replace(${plain}, '_', ''), '-', '') else ${plain} end`;
}

/** Disposition of an HTTP action; `source` is the product that acted. Both are words. NULL and unlisted words are `unknown`. */
export function httpDispositionSql(action: string, source: string | undefined, dialect: Dialect): string {
  const limiting = Object.keys(SYSTEMS).filter((name) => SYSTEMS[name] === 'rate-limiting');
  const blocked =
    source === undefined
      ? "'blocked'"
      : `case when ${source} in (${limiting.map(dialect.text).join(', ')}) then 'rate_limited' else 'blocked' end`;
  return wordsSql(action, HTTP_ACTIONS, dialect, { blocked });
}

/** Disposition of a packet's or connection's outcome, given as a word. */
export function networkDispositionSql(outcome: string, dialect: Dialect): string {
  return wordsSql(outcome, NETWORK_OUTCOMES, dialect, {});
}

function wordsSql(
  word: string,
  table: Readonly<Record<string, Disposition>>,
  dialect: Dialect,
  special: Partial<Record<Disposition, string>>,
): string {
  const branches = Object.entries(table).map(
    ([name, disposition]) => `when ${dialect.text(name)} then ${special[disposition] ?? dialect.text(disposition)}`,
  );
  return `case ${word} ${branches.join(' ')} else 'unknown' end`;
}

/**
 * One rule that a request met, as a line of the column `rule_matches`: disposition, system, action and rule with tabs between
 * them, empty where not known. Arguments are as the log writes them. Words are found in lists: the engine sets up an expression
 * over the elements of a list for every block of rows, also where it is not needed, so it has to be small.
 */
export function ruleMatchSql(
  match: { readonly rule: string; readonly action: string; readonly source: string | undefined },
  dialect: Dialect,
): string {
  const word = (sql: string) => `replace(replace(lower(${sql}), '_', ''), '-', '')`;
  const disposition = foundSql(word(match.action), HTTP_ACTIONS, "'unknown'", dialect);
  if (match.source === undefined)
    return `concat_ws(chr(9), ${disposition}, '', coalesce(lower(${match.action}), ''), coalesce(${match.rule}, ''))`;
  const source = word(match.source);
  const limiting = Object.keys(SYSTEMS).filter((name) => SYSTEMS[name] === 'rate-limiting');
  const limited = `case when ${source} in (${limiting.map(dialect.text).join(', ')}) then replace(${disposition}, 'blocked', 'rate_limited') else ${disposition} end`;
  const system = `case when coalesce(${source}, '') in ('', 'unknown', 'none') then '' else ${foundSql(source, SYSTEMS, "'other'", dialect)} end`;
  return `concat_ws(chr(9), ${limited}, ${system}, coalesce(lower(${match.action}), ''), coalesce(${match.rule}, ''))`;
}

/** A look-up in a table for the few rows that need it. */
function foundSql(word: string, table: Readonly<Record<string, string>>, otherwise: string, dialect: Dialect): string {
  const listed = (names: readonly string[]) => `[${names.map(dialect.text).join(', ')}]`;
  const position = dialect.positionIn(listed(Object.keys(table)), word);
  return `coalesce(${dialect.elementOf(listed(Object.values(table)), position)}, ${otherwise})`;
}

/** System of a product, given as a word; NULL for NULL and blanks, `other` for names that are not in the table. */
export function systemSql(word: string, dialect: Dialect): string {
  return `case when ${word} in ('', 'unknown', 'none') or ${word} is null then null else ${lookUpSql(word, SYSTEMS, "'other'", dialect)} end`;
}

/**
 * A look-up of a whole value in a small table, tried in the order of the table: a list after IN would become a join, which costs
 * every row more than a few comparisons of short texts.
 *
 * Values that are not listed go through `otherwise`.
 */
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

/** True for actions, given as words, that keep a request from its goal. */
export function isMitigatingSql(action: string, dialect: Dialect): string {
  const mitigated: readonly Disposition[] = MITIGATED_DISPOSITIONS;
  const names = Object.entries(HTTP_ACTIONS).flatMap(([name, disposition]) =>
    mitigated.includes(disposition) ? dialect.text(name) : [],
  );
  return `${action} in (${names.join(', ')})`;
}
