import type { Engine } from '../engine/engine.ts';
import { MINUTE_MS } from '../model/time.ts';
import { type Account, findTally, MITIGATED, readTally, tallyColumns } from './account.ts';
import type { MinuteStats } from './attack-stats.ts';
import { clip } from './grid.ts';
import { volumeMeasure } from './measures.ts';
import type { OriginMinute } from './origin.ts';
import { bucketOf } from './statement.ts';

/**
 * Volumes of each whole minute UTC that has data, in order; minutes without traffic are zero, minutes in a gap are left out.
 * Empty for a source whose bucket is not a part of a minute.
 */
export async function readMinutes(
  engine: Engine,
  account: Account,
  origin: ReadonlyMap<number, OriginMinute>,
): Promise<MinuteStats[]> {
  if (MINUTE_MS % account.grainMs !== 0) return [];
  const { gauge, source } = account;
  const withBytes = source.hasBytes && account.quantity === 'units';
  const withPassed = withBytes && source.knowsDisposition;
  const rows = await engine.query<{ t: number }>(
    `select ${bucketOf(MINUTE_MS)} as t, ${tallyColumns(account, 'buckets', 'volume')}, ${tallyColumns(account, 'buckets', 'mitigated', { where: MITIGATED })}
            ${withBytes ? `, ${tallyColumns(account, 'buckets', 'bytes', { quantity: 'bytes' })}` : ''}
            ${withPassed ? `, ${tallyColumns(account, 'buckets', 'passed', { where: `not ${MITIGATED}`, quantity: 'bytes' })}` : ''}
       from ${account.buckets} group by 1 order by 1`,
  );
  const byMinute = new Map(rows.map((row) => [row.t, { ...row }]));
  const minutes: MinuteStats[] = [];
  for (
    let start = account.extent.start - (account.extent.start % MINUTE_MS);
    start < account.extent.end;
    start += MINUTE_MS
  ) {
    const row = byMinute.get(start);
    if (!row && clip(account.covered, { start, end: start + MINUTE_MS }).length === 0) continue;
    const bytes = findTally(row ?? {}, 'bytes');
    const answered = origin.get(start);
    minutes.push({
      start,
      total: volumeMeasure(gauge, readTally(row ?? {}, 'volume')),
      ...(withBytes && (bytes || !row) && { bytes: volumeMeasure(gauge, bytes ?? readTally({}, 'bytes'), 'bytes') }),
      ...(source.knowsDisposition && { mitigated: volumeMeasure(gauge, readTally(row ?? {}, 'mitigated')) }),
      ...(withPassed && { passedBytes: volumeMeasure(gauge, readTally(row ?? {}, 'passed'), 'bytes') }),
      ...(answered && {
        origin: answered.requests,
        origin5xx: answered.errors,
        ...(answered.unreachable && { unreachable: answered.unreachable }),
        ...(answered.failedShare && { failedShare: answered.failedShare }),
      }),
    });
  }
  return minutes;
}
