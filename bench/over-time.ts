import { MITIGATED, type OverTime, phaseOf, type SecondRow, type Wave } from './answers.ts';

const ONSET_MS = 600_000;

/** Everything that follows from the small table by second; a few thousand rows, so it takes no time that matters. */
export function overTime(rows: readonly SecondRow[], waves: readonly Wave[]): OverTime {
  const minutes = new Map<number, number[]>();
  const series = new Map<string, number[]>();
  const onset = new Map<string, number>();
  const phases = new Map<string, number[]>();
  const systems = new Map<string, number[]>();
  const onsetStart = (waves[0]?.start ?? 0) - 30_000;
  for (const row of rows) {
    const { t, disposition, requests, bytes, answered, errors, lost } = row;
    const mitigated = MITIGATED.includes(disposition) ? requests : 0;
    const phase = phaseOf(t, waves);
    add(minutes, t - (t % 60_000), [requests, mitigated, bytes, answered, errors]);
    for (const step of [10_000, 15_000]) {
      add(series, `${t - (t % step)} ${disposition}`, [requests, bytes]);
      add(series, `${t - (t % step)} ${mitigated > 0 ? (row.system ?? 'other') : 'none'}`, [requests, bytes]);
    }
    for (const part of [phase, 'whole'])
      add(phases, `${part} ${disposition}`, [requests, bytes, answered, errors, lost]);
    if (t >= onsetStart && t < onsetStart + ONSET_MS)
      onset.set(`${t} ${disposition}`, (onset.get(`${t} ${disposition}`) ?? 0) + requests);
    if (mitigated > 0 && phase === 'during' && row.system !== null) {
      const first = Math.min(t, systems.get(row.system)?.[1] ?? t);
      systems.set(row.system, [(systems.get(row.system)?.[0] ?? 0) + mitigated, first]);
    }
  }
  return {
    minutes: [...minutes].sort((a, b) => a[0] - b[0]).map(([t, volumes]) => [t, ...volumes]),
    series: Object.fromEntries(series),
    onset: Object.fromEntries(onset),
    peaks: peaksOf(rows, waves),
    percentiles: percentilesOf(rows),
    phases: Object.fromEntries(phases),
    systems: Object.fromEntries(systems),
  };
}

function add<K>(sums: Map<K, number[]>, key: K, values: readonly number[]): void {
  const sum = sums.get(key);
  if (sum) for (const [i, value] of values.entries()) sum[i] = (sum[i] ?? 0) + value;
  else sums.set(key, [...values]);
}

function bucketsOf(rows: readonly SecondRow[], step: number, quantity: 'requests' | 'bytes'): Map<number, number> {
  const buckets = new Map<number, number>();
  for (const row of rows) {
    const start = row.t - (row.t % step);
    buckets.set(start, (buckets.get(start) ?? 0) + row[quantity]);
  }
  return buckets;
}

function peaksOf(rows: readonly SecondRow[], waves: readonly Wave[]): OverTime['peaks'] {
  const peaks: Record<string, readonly number[]> = {};
  const spans = [{ name: 'whole', inside: rows }].concat(
    waves.map(({ start, end }, i) => ({
      name: `wave ${i + 1}`,
      inside: rows.filter(({ t }) => t >= start && t < end),
    })),
  );
  for (const { name, inside } of spans)
    for (const quantity of ['requests', 'bytes'] as const)
      for (const step of [1_000, 10_000, 60_000]) {
        const [peak] = [...bucketsOf(inside, step, quantity)].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
        if (peak) peaks[`${name} ${quantity} ${step}`] = peak;
      }
  return peaks;
}

function percentilesOf(rows: readonly SecondRow[]): OverTime['percentiles'] {
  const percentiles: Record<string, number> = {};
  for (const quantity of ['requests', 'bytes'] as const) {
    const volumes = [...bucketsOf(rows, 10_000, quantity).values()].sort((a, b) => a - b);
    for (const share of [0.5, 0.95, 0.99])
      percentiles[`${quantity} p${share * 100}`] = volumes[Math.ceil(share * volumes.length) - 1] ?? 0;
  }
  return percentiles;
}
