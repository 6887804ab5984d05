import type { EvidentDay, WeekFacts } from '../../src/aggregate/aggregate.ts';
import {
  type LayerRollUp,
  QUARTER_MS,
  type Quarter,
  type RollUp,
  type StoredIncident,
  type ValueList,
} from '../../src/archive/archive.ts';
import { daysOf, type Period, parsePeriod, previousPeriod } from '../../src/model/period.ts';

/** A week of Acme in Berlin without a change of clocks, Monday 16 November 2026. */
export const WEEK: Period = parsePeriod('2026-W47', 'Europe/Berlin');

export type EvidentIncident = WeekFacts['incidents'][number];

/** Traffic of 900 requests a quarter of an hour, 90 of them blocked, over the whole of a window. */
export function quarters(window: { readonly start: number; readonly end: number }, perQuarter = 900): Quarter[] {
  const found: Quarter[] = [];
  for (let start = window.start; start < window.end; start += QUARTER_MS) {
    const blocked = perQuarter / 10;
    const exact = { variance: 0, bytesVariance: 0 };
    found.push({
      start,
      coveredMs: QUARTER_MS,
      volumes: [
        { disposition: 'blocked', units: blocked, bytes: blocked * 100, sampled: blocked, ...exact },
        {
          disposition: 'passed',
          units: perQuarter - blocked,
          bytes: (perQuarter - blocked) * 1_000,
          sampled: perQuarter - blocked,
          ...exact,
        },
      ],
      peak: { value: perQuarter / 15, at: start, sampled: perQuarter / 15, variance: 0 },
      bytesPeak: { value: perQuarter * 60, at: start, sampled: perQuarter / 15, variance: 0 },
      mitigatedPeak: { value: blocked / 15, at: start, sampled: blocked / 15, variance: 0 },
    });
  }
  return found;
}

export function listOf(dimension: ValueList['dimension'], volumes: Readonly<Record<string, number>>): ValueList {
  return {
    dimension,
    values: Object.entries(volumes).map(([value, units]) => ({
      value,
      units,
      sampled: units,
      variance: 0,
      bytesVariance: 0,
      mitigated: 0,
      first: WEEK.start,
      last: WEEK.start,
    })),
  };
}

export function httpLayer(parts: Partial<LayerRollUp> = {}): LayerRollUp {
  return {
    layer: 'http',
    unit: 'requests',
    label: 'Cloudflare Logpush http_requests',
    kind: 'counted',
    sampling: { min: 1, max: 1 },
    holds: 'all',
    knowsDisposition: true,
    hasBytes: true,
    peakWindowMs: 60_000,
    quarters: [],
    lists: [],
    ...parts,
  };
}

export function rollUpOf(day: Period, layer: LayerRollUp = httpLayer({ quarters: quarters(day) })): RollUp {
  return {
    customerId: 'acme',
    day: day.id,
    window: { start: day.start, end: day.end },
    timeZone: day.timeZone,
    layers: [layer],
    attackIds: [],
    warnings: [],
    inputs: [{ path: `logs/${day.id}.ndjson`, bytes: 1_000, sha256: 'a'.repeat(64) }],
  };
}

export function evidentDays(period: Period, make: (day: Period) => LayerRollUp | undefined): EvidentDay[] {
  return daysOf(period).flatMap((day) => {
    const layer = make(day);
    return layer ? [{ ...rollUpOf(day, layer), evidence: ['in1'] }] : [];
  });
}

/** A calm week on record, and nothing before it. */
export function weekFacts(parts: Partial<WeekFacts> = {}): WeekFacts {
  const period = parts.period ?? WEEK;
  return {
    period,
    days: evidentDays(period, (day) => httpLayer({ quarters: quarters(day) })),
    past: [],
    incidents: [],
    ...parts,
  };
}

/** The week before, on record with the given traffic. */
export function pastWeek(
  make: (day: Period) => LayerRollUp | undefined = (day) => httpLayer({ quarters: quarters(day) }),
): WeekFacts['past'] {
  const period = previousPeriod(WEEK);
  return [{ period, days: evidentDays(period, make) }];
}

export function storedIncident(id: string, parts: Partial<StoredIncident> = {}): EvidentIncident {
  const startedAt = parts.waves?.[0]?.start ?? WEEK.start + 3_600_000;
  return {
    incidentId: id,
    revision: 1,
    title: `Flood ${id}`,
    window: { start: startedAt - 3_600_000, end: startedAt + 7_200_000 },
    attackDetected: true,
    startedAt,
    waves: [{ start: startedAt, end: startedAt + 600_000, vectors: ['http-flood'] }],
    vectors: ['http-flood'],
    peaks: [{ metric: 'requests/s', layer: 'http', windowMs: 60_000, value: 120, kind: 'counted' }],
    attributes: new Map([['ClientRequestHost', new Map([['www.acme.example', 5_000]])]]),
    sources: [],
    minutes: [],
    recommendations: [],
    promises: [],
    attackIds: 0,
    hasPage: false,
    evidence: ['in2'],
    ...parts,
  };
}
