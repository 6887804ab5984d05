import { ReportError } from '../errors.ts';
import type { ChartSpec } from '../model/chart-spec.ts';

/**
 * Refuses with `section-failed` what cannot be drawn truthfully: numbers that are not finite, buckets without length, series
 * of different lengths on one axis, and negative parts of a whole.
 */
export function checkSpec(spec: ChartSpec): void {
  checkNumbers(spec, spec.kind);
  switch (spec.kind) {
    case 'time-stack':
      checkInterval(spec);
      checkLengths(spec, [...spec.series, ...(spec.line ? [spec.line] : [])]);
      checkNotNegative(spec, spec.series);
      return;
    case 'time-lines':
      checkInterval(spec);
      checkLengths(spec, [...spec.left.series, ...(spec.right?.series ?? [])]);
      return;
    case 'swim-lane':
      checkInterval(spec);
      checkNotNegative(spec, [spec.traffic]);
      return;
    case 'heat-map':
      checkInterval(spec);
      checkLengths(spec, spec.rows);
      checkNotNegative(spec, spec.rows);
      return;
    case 'curve':
      checkRanks(spec);
      return;
    case 'bars':
      checkNotNegative(spec, spec.bars);
      for (const bar of spec.bars)
        if (bar.values.length !== spec.parts.length)
          refuse(spec, `bar "${bar.label}" has ${bar.values.length} values for ${spec.parts.length} parts`);
      return;
    case 'dots':
      for (const { label, value, interval } of spec.dots)
        if (value < 0 || (interval && (interval.lower > value || interval.upper < value)))
          refuse(spec, `dot "${label}" is ${value}, outside what it can be`);
      return;
    case 'flow': {
      const sum = spec.parts.reduce((total, part) => total + part.total.value, 0);
      for (const { label, total } of spec.parts) if (total.value < 0) refuse(spec, `part "${label}" is ${total.value}`);
      // Parts of a sample are estimated one by one; a part that was forgotten is more than that.
      if (spec.parts.length > 0 && Math.abs(sum - spec.whole.total.value) > CLOSES_WITHIN * spec.whole.total.value)
        refuse(spec, `its parts add up to ${sum}, not to ${spec.whole.total.value}`);
      return;
    }
    case 'sparkline':
      return;
    default:
      spec satisfies never;
  }
}

/** Part of the whole by which a sum of estimates may miss it. */
const CLOSES_WITHIN = 0.005;

function checkNumbers(value: unknown, path: string): void {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new ReportError('section-failed', `${path} is ${value}; a chart needs finite numbers`);
  if (Array.isArray(value)) for (const [index, item] of value.entries()) checkNumbers(item, `${path}[${index}]`);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) checkNumbers(item, `${path}.${key}`);
}

function checkInterval(spec: ChartSpec & { readonly intervalMs: number }): void {
  if (spec.intervalMs <= 0) refuse(spec, `a bucket is ${spec.intervalMs} ms long`);
}

interface Row {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

function checkLengths(spec: ChartSpec, rows: readonly Row[]): void {
  const length = rows[0]?.values.length ?? 0;
  for (const row of rows)
    if (row.values.length !== length)
      refuse(spec, `series "${row.label}" has ${row.values.length} buckets where the first has ${length}`);
}

function checkNotNegative(spec: ChartSpec, rows: readonly Row[]): void {
  for (const row of rows) {
    const negative = row.values.find((value) => value !== null && value < 0);
    if (negative !== undefined) refuse(spec, `series "${row.label}" has the negative value ${negative}`);
  }
}

function checkRanks(spec: ChartSpec & { readonly kind: 'curve' }): void {
  for (const { label, ranks, shares } of spec.lines) {
    if (ranks.length !== shares.length)
      refuse(spec, `line "${label}" has ${ranks.length} ranks, ${shares.length} shares`);
    if (ranks.some((rank, index) => rank < 1 || rank <= (ranks[index - 1] ?? 0)))
      refuse(spec, `the ranks of line "${label}" do not rise from 1`);
    if (shares.some((share) => share < 0 || share > 1)) refuse(spec, `line "${label}" has a share outside 0 to 1`);
  }
}

function refuse(spec: ChartSpec, fault: string): never {
  throw new ReportError('section-failed', `the ${spec.kind} chart cannot be drawn: ${fault}`);
}
