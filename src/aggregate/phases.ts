import type { Engine } from '../engine/engine.ts';
import { MINUTE_MS, type TimeWindow } from '../model/time.ts';
import { DISPOSITIONS, type Disposition, MITIGATED_DISPOSITIONS } from '../model/traffic.ts';
import { type Account, coveredLength, findTally, readTally, spansOf, tallyColumns } from './account.ts';
import type { PhaseStats } from './attack-stats.ts';
import type { Tally } from './intervals.ts';
import { addTallies, rateMeasure, shareMeasure, volumeMeasure } from './measures.ts';
import { createBinder, inWindows } from './statement.ts';

/** The spans of a report as one source can tell them, widened to its grain: a bucket that a wave touches is in the wave. */
export interface PhaseSpans {
  readonly whole: readonly TimeWindow[];
  /** Empty without waves. */
  readonly during: readonly TimeWindow[];
  /** From the start of the data to the first wave; empty when shorter than a minute. */
  readonly before: readonly TimeWindow[];
  /** From the end of the last wave to the end of the data; empty when shorter than a minute or while a wave is running. */
  readonly after: readonly TimeWindow[];
}

const SHORTEST_PHASE_MS = MINUTE_MS;

/** `waves` are half-open and in order; one that is still running ends with the data and `running` is set. */
export function phaseSpans(account: Account, waves: readonly TimeWindow[], running: boolean): PhaseSpans {
  const whole = spansOf(account, [account.extent]);
  const during = spansOf(
    account,
    waves.filter((wave) => wave.end > wave.start),
  );
  const [first, last] = [during[0], during.at(-1)];
  const long = (span: TimeWindow) => (coveredLength(account, [span]) >= SHORTEST_PHASE_MS ? [span] : []);
  return {
    whole,
    during,
    before: first ? long({ start: whole[0]?.start ?? first.start, end: first.start }) : [],
    after: last && !running ? long({ start: last.end, end: whole.at(-1)?.end ?? last.end }) : [],
  };
}

/** Volumes of the spans; undefined when they are empty or hold no data. */
export async function measurePhase(
  engine: Engine,
  account: Account,
  spans: readonly TimeWindow[],
): Promise<PhaseStats | undefined> {
  const lengthMs = coveredLength(account, spans);
  if (spans.length === 0 || lengthMs <= 0) return undefined;
  const binder = createBinder();
  const withBytes = account.source.hasBytes && account.quantity === 'units';
  const rows = await engine.query<{ disposition: Disposition }>(
    `select disposition, ${tallyColumns(account, 'buckets', 'volume')}
            ${withBytes ? `, ${tallyColumns(account, 'buckets', 'bytes', { quantity: 'bytes' })}` : ''}
       from ${account.buckets} where ${inWindows(binder, spans)} group by 1`,
    binder.values,
  );
  const { gauge, source } = account;
  const parts = new Map(rows.map((row) => [row.disposition, readTally({ ...row }, 'volume')]));
  const total = addTallies(parts.values());
  const sumOf = (names: readonly Disposition[]): Tally => addTallies(names.flatMap((name) => parts.get(name) ?? []));
  const mitigated = sumOf(MITIGATED_DISPOSITIONS);
  const decided = sumOf(DISPOSITIONS.filter((name) => name !== 'unknown'));
  const share = source.knowsDisposition ? shareMeasure(gauge, mitigated, decided) : undefined;
  const bytes = withBytes ? rows.flatMap((row) => findTally({ ...row }, 'bytes') ?? []) : [];
  return {
    windows: spans,
    total: volumeMeasure(gauge, total),
    ...(bytes.length > 0 && { bytes: volumeMeasure(gauge, addTallies(bytes), 'bytes') }),
    byDisposition: DISPOSITIONS.flatMap((disposition) => {
      const part = parts.get(disposition);
      return part ? [{ disposition, total: volumeMeasure(gauge, part) }] : [];
    }),
    ...(source.knowsDisposition && { mitigated: volumeMeasure(gauge, mitigated) }),
    ...(share && { mitigatedShare: share }),
    meanRate: rateMeasure(gauge, total, lengthMs),
  };
}
