import type { Measure, Unit } from '../../src/model/measure.ts';
import type { Inline, Phrase } from '../../src/model/phrase.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/model/time.ts';
import type { DataTable, TableBlock } from '../../src/report/report.ts';

// A complete incident report as the report stage would hand it on: every kind of block, chart, tone, label and inline.
// Three hours of a web shop, one value a minute; two waves of an HTTP flood. All numbers come from the series below.

export const START = Date.UTC(2026, 10, 17, 13, 0);
export const MINUTES = 180;
export const WAVES = [
  { from: 63, to: 91, height: 24_600_000 },
  { from: 118, to: 132, height: 9_300_000 },
] as const;
export const FIRST_ATTACK = START + 63 * MINUTE_MS + 20 * SECOND_MS;
export const MITIGATED_AFTER_MS = 41 * SECOND_MS;

/** Ordinary requests in a minute: about 1,400 a second with a slow swell. */
export const ordinary = Array.from({ length: MINUTES }, (_, i) =>
  Math.round(84_000 + 9_000 * Math.sin(i / 23) + ((i * 7919) % 3001)),
);
export const attack = Array.from({ length: MINUTES }, (_, i) =>
  WAVES.reduce((sum, wave) => {
    if (i < wave.from || i > wave.to) return sum;
    const share = Math.min(1, (i - wave.from + 1) / 4, (wave.to - i + 1) / 3);
    return sum + Math.round(wave.height * share * (0.92 + 0.08 * Math.sin(i * 1.7)));
  }, 0),
);
/** The first minute got through; after that one request in a thousand. */
export const leaked = attack.map((requests, i) =>
  i === WAVES[0].from ? Math.round(requests * 0.68) : Math.round(requests * 0.001),
);
export const mitigated = attack.map((requests, i) => requests - (leaked[i] ?? 0));
export const passed = ordinary.map((requests, i) => requests + (leaked[i] ?? 0));
export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
export const total = { attack: sum(attack), mitigated: sum(mitigated), leaked: sum(leaked) };
export const peakMinute = attack.indexOf(Math.max(...attack));

export const SAMPLE_EVIDENCE = ['E1', 'E3'] as const;

export function measure(value: number, unit: Unit, more: Partial<Measure> = {}): Inline {
  return { kind: 'measure', measure: { value, unit, kind: 'counted', evidence: SAMPLE_EVIDENCE, ...more } };
}

export const compact = (value: number, unit: Unit): Inline => ({
  kind: 'measure',
  form: 'compact',
  measure: { value, unit, kind: 'counted', evidence: SAMPLE_EVIDENCE },
});
export const clock = (at: number, utc = false): Inline => ({ kind: 'time', at, form: 'clock', ...(utc && { utc }) });
export const instant = (at: number): Inline => ({ kind: 'time', at, form: 'instant' });
export const lasting = (ms: number): Inline => ({ kind: 'duration', ms });
export const named = (value: string): Inline => ({ kind: 'label', value, role: 'name' });
export const indicator = (value: string): Inline => ({ kind: 'label', value, role: 'indicator' });
export const code = (value: string): Inline => ({ kind: 'label', value, role: 'code' });
export const share = (value: number): Inline => measure(value, 'share');
export const peak = measure(attack[peakMinute] ?? 0, 'requests');

const bands = WAVES.map((wave, i) => ({
  start: START + wave.from * MINUTE_MS,
  end: START + (wave.to + 1) * MINUTE_MS,
  label: `Wave ${i + 1}`,
}));
const markers = [
  { at: FIRST_ATTACK + MITIGATED_AFTER_MS, label: 'First mitigation', actor: 'automatic' },
  { at: START + 74 * MINUTE_MS, label: 'Rule tightened', actor: 'soc' },
] as const;
export const axis = { start: START, intervalMs: MINUTE_MS, bands, markers };
export const perSecond = (values: readonly number[]) => values.map((value) => Math.round(value / 60));

export function caption(what: string): Phrase {
  return [
    what,
    ', mean over ',
    lasting(MINUTE_MS),
    '; ',
    instant(START),
    ' to ',
    clock(START + MINUTES * MINUTE_MS),
    ', ',
    { kind: 'zone', at: START },
    '. Source: HTTP requests, every record counted.',
  ];
}

export const trafficData: DataTable = {
  columns: ['time_utc', 'mitigated_requests', 'passed_requests'],
  rows: mitigated.map((value, i) => [new Date(START + i * MINUTE_MS).toISOString(), value, passed[i] ?? null]),
};

export function table(
  block: Omit<TableBlock, 'kind' | 'data' | 'totalRows' | 'evidence'> & Partial<TableBlock>,
): TableBlock {
  const data = { columns: block.columns.map((column) => column.label), rows: [] };
  return { kind: 'table', totalRows: block.rows.length, evidence: SAMPLE_EVIDENCE, data, ...block };
}
