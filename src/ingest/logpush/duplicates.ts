import type { Engine } from '../../engine/engine.ts';
import type { LogTable } from './load-tables.ts';

/**
 * Removes records that are in the table twice, from overlapping exports, and keeps the one of the earliest input.
 *
 * @returns how many were removed, by the number of the input they came from.
 */
export async function removeDuplicates(table: LogTable, engine: Engine): Promise<Map<number, number>> {
  const { dataset, columns } = table;
  const identity = dataset.identity.filter((name) => columns.has(name));
  const [key] = dataset.identity;
  const removed = new Map<number, number>();
  if (key === undefined || !columns.has(key)) return removed;
  const { dialect } = engine;
  // Different hashes are different records. Only where two hashes are equal are the records themselves compared.
  const [check] = await engine.query<{ rows: number; different: number }>(
    `select count(*) as rows, ${dialect.distinct(dialect.hash(...identity))} as different from ${dataset.table} where ${key} is not null`,
  );
  if (!check || check.rows === check.different) return removed;
  const copies = `${dataset.table}_copies`;
  const repeated = `(${dialect.hash(...identity)} in (select ${dialect.hash(...identity)} from ${dataset.table} where ${key} is not null group by 1 having count(*) > 1) and ${key} is not null)`;
  await engine.run(
    `create table ${copies} as select *, row_number() over (partition by ${identity.join(', ')} order by input) as copy from ${dataset.table} where ${repeated}`,
  );
  const counts = await engine.query<{ number: number; n: number }>(
    `select input as number, count(*) as n from ${copies} where copy > 1 group by input`,
  );
  for (const { number, n } of counts) removed.set(number, n);
  if (removed.size > 0) {
    const names = [...columns].join(', ');
    await engine.run(`delete from ${dataset.table} where ${repeated}`);
    await engine.run(`insert into ${dataset.table} (${names}) select ${names} from ${copies} where copy = 1`);
  }
  await engine.run(`drop table ${copies}`);
  return removed;
}
