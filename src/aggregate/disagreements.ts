import type { Engine } from '../engine/engine.ts';
import { ceilTo, floorTo, type TimeWindow } from '../model/time.ts';
import { type Account, findTally, MITIGATED, type Quantity, tallyColumns } from './account.ts';
import type { Disagreement } from './attack-stats.ts';
import { clip } from './grid.ts';
import { volumeMeasure } from './measures.ts';
import { createBinder, inWindows } from './statement.ts';

/** Two sources may differ by this share of the larger one before the reader is told. */
const TOLERATED = 0.1;

/**
 * Quantities of which a source says something else than the primary one of its layer, over the time that both cover. Compared
 * are volumes of the same unit only: all traffic where the other source holds passed traffic too, what was mitigated where both
 * know it, and bytes.
 */
export async function findDisagreements(
  engine: Engine,
  primary: Account,
  others: readonly Account[],
): Promise<Disagreement[]> {
  const found: Disagreement[] = [];
  for (const other of others) {
    const shared = sharedWindows(primary, other);
    if (shared.length === 0 || other.gauge.unit !== primary.gauge.unit) continue;
    const mine = await readQuantities(engine, primary, shared);
    const theirs = await readQuantities(engine, other, shared);
    for (const [quantity, value] of mine) {
      const theirValue = theirs.get(quantity);
      if (!theirValue) continue;
      const larger = Math.max(value.value, theirValue.value);
      if (Math.abs(value.value - theirValue.value) <= TOLERATED * larger) continue;
      found.push({
        layer: primary.source.layer,
        quantity,
        primary: { source: primary.source.id, value },
        other: { source: other.source.id, value: theirValue },
      });
    }
  }
  return found;
}

/** The time for which both sources have data, in whole buckets of the coarser one; what one of them missed is no difference. */
function sharedWindows(a: Account, b: Account): TimeWindow[] {
  if (!a.timed || !b.timed) return [];
  const { grainMs, offsetMs } = a.grainMs >= b.grainMs ? a : b;
  return a.covered
    .flatMap((span) => clip(b.covered, span))
    .map(({ start, end }) => ({
      start: ceilTo(start - offsetMs, grainMs) + offsetMs,
      end: floorTo(end - offsetMs, grainMs) + offsetMs,
    }))
    .filter(({ start, end }) => end > start);
}

async function readQuantities(
  engine: Engine,
  account: Account,
  windows: readonly TimeWindow[],
): Promise<Map<string, ReturnType<typeof volumeMeasure>>> {
  const binder = createBinder();
  const column = (alias: string, quantity: Quantity, where?: string) =>
    tallyColumns(account, 'buckets', alias, { quantity, ...(where !== undefined && { where }) });
  const [row] = await engine.query<Record<string, number | null>>(
    `select ${column('total', account.quantity)}, ${column('mitigated', account.quantity, MITIGATED)}, ${column('bytes', 'bytes')}
       from ${account.buckets} where ${inWindows(binder, windows)}`,
    binder.values,
  );
  const total = findTally(row ?? {}, 'total');
  const mitigated = findTally(row ?? {}, 'mitigated');
  const bytes = findTally(row ?? {}, 'bytes');
  const quantities = new Map<string, ReturnType<typeof volumeMeasure>>();
  // Part of the whole is not another count of it.
  const isPart =
    account.source.holds === 'part' || (account.source.knowsDisposition && total?.value === mitigated?.value);
  const name = account.gauge.unit;
  if (total && !isPart) quantities.set(name, volumeMeasure(account.gauge, total));
  if (account.source.knowsDisposition && mitigated)
    quantities.set(`${name} mitigated`, volumeMeasure(account.gauge, mitigated));
  if (bytes && account.quantity === 'units' && !isPart)
    quantities.set('bytes', volumeMeasure(account.gauge, bytes, 'bytes'));
  return quantities;
}
