import type { Engine } from '../engine/engine.ts';
import type { Disposition } from '../model/traffic.ts';
import { DISPOSITIONS } from '../model/traffic.ts';
import { type Account, readTally, tallyColumns } from './account.ts';
import type { RuleStats } from './attack-stats.ts';
import { volumeMeasure } from './measures.ts';
import type { PhaseSpans } from './phases.ts';
import { createBinder, inWindows } from './statement.ts';
import { toSystem } from './systems.ts';

/** Rules that are told; a policy may have thousands. */
const MOST_RULES = 25;

interface RuleRow {
  readonly id: string;
  readonly name: string | null;
  readonly system: string | null;
  readonly action: string | null;
  readonly disposition: string;
  readonly first: number;
  readonly last: number;
}

/**
 * Rules that matched in the waves (in the whole period where there are none), most matches first, of equals by id; a rule that
 * did different things is listed once for each, under one name: a log names a rule only where it acted. First and last match are
 * those in the same spans; `before` is what it matched before the first wave.
 */
export async function readRules(engine: Engine, account: Account, phases: PhaseSpans): Promise<RuleStats[]> {
  const { source, gauge } = account;
  const binder = createBinder();
  const inScope = inWindows(binder, phases.during.length > 0 ? phases.during : phases.whole);
  const inBefore = inWindows(binder, phases.before);
  const column = (name: 'mitigation_system' | 'action') =>
    source.dimensions.includes(name) ? `cast(${name} as varchar)` : 'cast(null as varchar)';
  const rows = await engine.query<RuleRow>(
    `select * from (
       select cast(rule as varchar) as id, min(min(rule_name)) over (partition by cast(rule as varchar)) as name, ${column('mitigation_system')} as system, ${column('action')} as action,
              coalesce(disposition, 'unknown') as disposition,
              min(t) filter (where ${inScope}) as first, max(t) filter (where ${inScope}) as last,
              ${tallyColumns(account, 'rows', 'volume', { where: inScope })}, ${tallyColumns(account, 'rows', 'before', { where: inBefore })}
         from ${source.relation} where rule is not null and (${inScope} or ${inBefore}) group by 1, 3, 4, 5)
      where volume_value > 0 order by volume_value desc, id, disposition, action, system limit ${MOST_RULES}`,
    binder.values,
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name ?? row.id,
    system: toSystem(row.system) ?? 'other',
    action: row.action ?? 'unknown',
    disposition: toDisposition(row.disposition),
    total: volumeMeasure(gauge, readTally({ ...row }, 'volume')),
    firstAt: row.first,
    lastAt: row.last,
    before: volumeMeasure(gauge, readTally({ ...row }, 'before')),
  }));
}

function toDisposition(name: string): Disposition {
  return DISPOSITIONS.find((disposition) => disposition === name) ?? 'unknown';
}
