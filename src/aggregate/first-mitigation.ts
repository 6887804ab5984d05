import type { Engine } from '../engine/engine.ts';
import type { TimeWindow } from '../model/time.ts';
import { type Account, coveredLength, MITIGATED } from './account.ts';
import { createBinder, inWindows } from './statement.ts';

/** A system that also acts in quiet times has begun to act on the attack when it exceeds its quiet rate by so many deviations. */
const ONSET_Z = 5;

/** When a system first acted; `system` is undefined where the source does not name it. */
export interface FirstMitigation {
  readonly at: number;
  readonly system: string | undefined;
}

/**
 * When each mitigation system first acted within the span: its first mitigated row, or, for a system that already mitigated
 * before the attack, the first row of the first second (bucket) far above that. Earliest first.
 */
export async function findFirstMitigations(
  engine: Engine,
  account: Account,
  span: TimeWindow,
  before: readonly TimeWindow[],
): Promise<FirstMitigation[]> {
  const binder = createBinder();
  const inSpan = inWindows(binder, [span]);
  const inBefore = inWindows(binder, before);
  const rows = await engine.query<{
    t: number;
    system: string | null;
    volume: number | null;
    usual: number | null;
    weight: number | null;
  }>(
    `select t, system, volume, usual, weight from (
       select t, system, sum(${account.quantity}) filter (where ${inSpan}) as volume
         from ${account.buckets} where ${MITIGATED} and ${inSpan} group by 1, 2) acted
       left join (
       select system as known, sum(${account.quantity}) as usual, ${account.gauge.sampled ? '1 + sum(variance) / nullif(sum(units), 0)' : '1'} as weight
         from ${account.buckets} where ${MITIGATED} and ${inBefore} group by 1) quiet
         on coalesce(acted.system, '') = coalesce(quiet.known, '')
      order by t`,
    binder.values,
  );
  const quietBuckets = Math.max(1, coveredLength(account, before) / account.grainMs);
  const first = new Map<string, number>();
  for (const row of rows) {
    const system = row.system ?? '';
    const usual = (row.usual ?? 0) / quietBuckets;
    const threshold = usual > 0 ? usual + ONSET_Z * Math.sqrt(Math.max(usual, row.weight ?? 1) * (row.weight ?? 1)) : 0;
    if (!first.has(system) && (row.volume ?? 0) > threshold) first.set(system, row.t);
  }
  const found = [...first]
    .map(([name, at]) => ({ at, system: name === '' ? undefined : name }))
    .sort((a, b) => a.at - b.at);
  const exact: FirstMitigation[] = [];
  for (const one of found) exact.push(account.source.intervalMs === 0 ? await toFirstRow(engine, account, one) : one);
  return exact.sort((a, b) => a.at - b.at);
}

/** The first mitigated row of the system within the second: single records are exact to the millisecond. */
async function toFirstRow(engine: Engine, account: Account, found: FirstMitigation): Promise<FirstMitigation> {
  const binder = createBinder();
  const acted = account.source.dimensions.includes('mitigation_system')
    ? `${MITIGATED} and coalesce(cast(mitigation_system as varchar), '') = ${binder.bind(found.system ?? '')}`
    : MITIGATED;
  const [row] = await engine.query<{ first: number | null }>(
    `select min(t) as first from ${account.source.relation}
      where ${acted} and ${inWindows(binder, [{ start: found.at, end: found.at + account.grainMs }])}`,
    binder.values,
  );
  return { ...found, at: row?.first ?? found.at };
}
