import type { Period } from '../model/period.ts';
import { floorTo, MINUTE_MS, type TimeWindow } from '../model/time.ts';
import type { Disposition, Layer } from '../model/traffic.ts';
import type { PastEstimate, StoredIncident } from './past-report.ts';
import { type LayerRollUp, QUARTER_MS, type Quarter, type RollUp, type Sums, type Volume } from './roll-up.ts';

/** 95 % of a normal distribution lie within so many standard deviations. */
const Z95 = 1.959963984540054;
/** What stands in the minutes of a report, by layer. */
const NAMES = {
  network: { unit: 'packets', mitigated: 'dropped', bits: 'bits' },
  http: { unit: 'requests', mitigated: 'mitigated', bits: undefined },
} as const;

/**
 * What the reports of incidents say of single minutes, as the traffic of a day: little of it, but what there is where no logs of
 * the whole day were kept. Of minutes that several reports hold the one of the later report counts.
 */
export function trafficOfIncidents(
  incidents: readonly StoredIncident[],
  day: Period,
): Pick<RollUp, 'day' | 'window' | 'layers' | 'attackIds'> {
  const layers = (['network', 'http'] as const).flatMap((layer) => layerOf(incidents, layer, day) ?? []);
  return { day: day.id, window: { start: day.start, end: day.end }, layers, attackIds: [] };
}

function layerOf(incidents: readonly StoredIncident[], layer: Layer, day: TimeWindow): LayerRollUp | undefined {
  const names = NAMES[layer];
  const minutes = new Map<number, ReadonlyMap<string, PastEstimate>>();
  for (const incident of incidents)
    for (const { at, volumes } of incident.minutes)
      if (at >= day.start && at < day.end && volumes.has(names.unit)) minutes.set(floorTo(at, MINUTE_MS), volumes);
  if (minutes.size === 0) return undefined;
  const quarters = new Map<number, Quarter[]>();
  for (const [at, volumes] of [...minutes].sort(([a], [b]) => a - b)) {
    const start = floorTo(at, QUARTER_MS);
    quarters.set(start, [...(quarters.get(start) ?? []), minuteOf(at, start, volumes, names)]);
  }
  const all = [...minutes.values()];
  const isEstimated = all.some((volumes) => varianceOf(volumes.get(names.unit)) > 0);
  return {
    layer,
    unit: names.unit,
    label: 'Reports of incidents, their minutes',
    kind: isEstimated ? 'estimated' : 'counted',
    sampling: isEstimated ? { min: 1, max: 2 } : { min: 1, max: 1 },
    holds: 'attack',
    knowsDisposition: all.every((volumes) => volumes.has(names.mitigated)),
    hasBytes: names.bits !== undefined && all.some((volumes) => volumes.has('bits')),
    peakWindowMs: MINUTE_MS,
    quarters: [...quarters.values()].map(joinMinutes),
    lists: [],
  };
}

/** One minute as a quarter of an hour of which nothing else is known. */
function minuteOf(
  at: number,
  start: number,
  volumes: ReadonlyMap<string, PastEstimate>,
  names: (typeof NAMES)[Layer],
): Quarter {
  const total = volumes.get(names.unit);
  const mitigated = volumes.get(names.mitigated);
  const bits = names.bits === undefined ? undefined : volumes.get(names.bits);
  const whole = total?.estimate ?? 0;
  const part = Math.min(whole, mitigated?.estimate ?? 0);
  const bytes = bits && bits.estimate / 8;
  const bytesVariance = varianceOf(bits) / 64;
  const sums = (units: number, variance: number): Sums => ({
    units,
    // Bytes are known of the whole minute only; they are spread as the units are.
    ...(bytes !== undefined && whole > 0 && { bytes: (bytes * units) / whole }),
    sampled: units > 0 ? units / (variance / units + 1) : 0,
    variance,
    bytesVariance: whole > 0 ? (bytesVariance * units) / whole : 0,
  });
  const variance = varianceOf(total);
  const mitigatedVariance = Math.min(variance, varianceOf(mitigated));
  const named: [Disposition, number, number][] = mitigated
    ? [
        ['blocked', part, mitigatedVariance],
        ['passed', whole - part, variance - mitigatedVariance],
      ]
    : [['unknown', whole, variance]];
  const all = sums(whole, variance);
  return {
    start,
    coveredMs: MINUTE_MS,
    volumes: named.flatMap(([disposition, units, of]): Volume[] =>
      units > 0 ? [{ disposition, ...sums(units, of) }] : [],
    ),
    ...(whole > 0 && { peak: { value: whole, at, sampled: all.sampled, variance } }),
    ...(bytes !== undefined &&
      bytes > 0 && { bytesPeak: { value: bytes, at, sampled: all.sampled, variance: bytesVariance } }),
    ...(part > 0 && {
      mitigatedPeak: { value: part, at, sampled: sums(part, mitigatedVariance).sampled, variance: mitigatedVariance },
    }),
  };
}

function varianceOf(stated: PastEstimate | undefined): number {
  return stated ? ((stated.upper - stated.lower) / (2 * Z95)) ** 2 : 0;
}

function joinMinutes(minutes: readonly Quarter[]): Quarter {
  const [first, ...others] = minutes;
  if (!first) throw new Error('a quarter of an hour without a minute');
  return others.reduce<Quarter>(
    (quarter, minute) => ({
      start: quarter.start,
      coveredMs: quarter.coveredMs + minute.coveredMs,
      volumes: joinVolumes(quarter.volumes, minute.volumes),
      ...higher('peak', quarter, minute),
      ...higher('bytesPeak', quarter, minute),
      ...higher('mitigatedPeak', quarter, minute),
    }),
    first,
  );
}

function higher(key: 'peak' | 'bytesPeak' | 'mitigatedPeak', a: Quarter, b: Quarter): Partial<Quarter> {
  const [first, second] = [a[key], b[key]];
  const found = first && second ? (second.value > first.value ? second : first) : (first ?? second);
  return found ? { [key]: found } : {};
}

function joinVolumes(a: readonly Volume[], b: readonly Volume[]): Volume[] {
  const joined = new Map(a.map((volume) => [volume.disposition, volume]));
  for (const volume of b) {
    const known = joined.get(volume.disposition);
    joined.set(volume.disposition, known ? { ...volume, ...addSums(known, volume) } : volume);
  }
  return [...joined.values()];
}

function addSums(a: Sums, b: Sums): Sums {
  return {
    units: a.units + b.units,
    ...((a.bytes !== undefined || b.bytes !== undefined) && { bytes: (a.bytes ?? 0) + (b.bytes ?? 0) }),
    sampled: a.sampled + b.sampled,
    variance: a.variance + b.variance,
    bytesVariance: a.bytesVariance + b.bytesVariance,
  };
}
