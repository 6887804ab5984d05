import type { Engine } from '../engine/engine.ts';
import type { TimeWindow } from '../model/time.ts';
import { MITIGATION_SYSTEMS, type MitigationSystem } from '../model/traffic.ts';
import { type Account, MITIGATED, readTally, tallyColumns } from './account.ts';
import type { SystemStats } from './attack-stats.ts';
import { addTallies, shareMeasure, volumeMeasure } from './measures.ts';
import { createBinder, inWindows } from './statement.ts';

/**
 * What each system mitigated within the spans, largest first; of equals in the order of the closed list. Shares are of
 * everything mitigated there, so they add up to less than 1 where the system is not recorded.
 */
export async function readSystems(
  engine: Engine,
  account: Account,
  spans: readonly TimeWindow[],
): Promise<SystemStats[]> {
  const binder = createBinder();
  const rows = await engine.query<{ system: string | null; first: number }>(
    `select system, min(t) as first, ${tallyColumns(account, 'buckets', 'volume')}
       from ${account.buckets} where ${MITIGATED} and ${inWindows(binder, spans)} group by 1`,
    binder.values,
  );
  const whole = addTallies(rows.map((row) => readTally({ ...row }, 'volume')));
  return rows
    .flatMap((row): SystemStats[] => {
      const system = toSystem(row.system);
      const volume = readTally({ ...row }, 'volume');
      const share = shareMeasure(account.gauge, volume, whole);
      return system && share && volume.value > 0
        ? [{ system, mitigated: volumeMeasure(account.gauge, volume), share, firstAt: row.first }]
        : [];
    })
    .sort(
      (a, b) =>
        b.mitigated.value - a.mitigated.value ||
        MITIGATION_SYSTEMS.indexOf(a.system) - MITIGATION_SYSTEMS.indexOf(b.system),
    );
}

/** The column holds names of the closed list only; anything else is a defect of a reader and stays unnamed. */
export function toSystem(name: string | null): MitigationSystem | undefined {
  return MITIGATION_SYSTEMS.find((system) => system === name);
}
