import type { Unit } from '../model/measure.ts';
import type { Writer } from '../text/text.ts';
import { BARE_SCALE } from './painter.ts';
import { textWidth } from './text-width.ts';
import { TEXT_SIZE, type Theme } from './theme.ts';

/** A vertical axis from zero (or below it, where values are) in round steps, written with one unit. */
export interface ValueAxis {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  /** `Gbps`; empty for shares. */
  readonly unit: string;
  /** Width of the widest tick label in px. */
  readonly labelWidth: number;
}

const SMALLEST_SPAN = 1e-9;
const PX_PER_TICK = 30;
const ROUND_STEPS = [1, 2, 2.5, 5, 10];

/** Of shares, the axis ends at 100 % where the values come near it. `values` may hold gaps and be empty. */
export function createValueAxis(
  values: Iterable<number | null>,
  unit: Unit,
  height: number,
  writer: Writer,
): ValueAxis {
  let [lowest, highest, known] = [0, 0, false];
  for (const value of values) {
    if (value === null) continue;
    known = true;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  // An axis without values, or of values that no unit can name, still needs a scale.
  if (highest - lowest < SMALLEST_SPAN) highest = lowest + 1;
  const most = Math.max(2, Math.floor(height / PX_PER_TICK));
  const step = roundStep((highest - lowest) / most, unit);
  const min = Math.floor(lowest / step + 1e-9) * step;
  const max = Math.ceil(highest / step - 1e-9) * step;
  const format = writer.axis(Math.max(Math.abs(min), Math.abs(max)), step, unit);
  const ticks = Array.from({ length: Math.round((max - min) / step) + 1 }, (_, index) => {
    const value = Number((min + index * step).toPrecision(12));
    return { value, label: format.label(value) };
  });
  // Without a single value there is nothing to read off.
  if (!known) return { min, max, step, ticks: [], unit: '', labelWidth: 0 };
  const labelWidth = Math.max(...ticks.map((tick) => textWidth(tick.label, TEXT_SIZE)));
  return { min, max, step, ticks, unit: format.unit, labelWidth };
}

/** The axis as Chart.js draws it: grid lines at our ticks, no words. */
export function valueScale(axis: ValueAxis, theme: Theme) {
  return {
    ...BARE_SCALE,
    type: 'linear',
    min: axis.min,
    max: axis.max,
    ticks: { display: false, stepSize: axis.step },
    grid: { color: theme.grid, lineWidth: 1, drawTicks: false },
  } as const;
}

/** The smallest round number not below `least`; whole for what is counted in pieces. */
function roundStep(least: number, unit: Unit): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = (ROUND_STEPS.find((round) => round * power >= least * (1 - 1e-9)) ?? 10) * power;
  return isWhole(unit) ? Math.max(1, Math.ceil(step)) : Number(step.toPrecision(12));
}

function isWhole(unit: Unit): boolean {
  return ['requests', 'packets', 'connections', 'queries', 'events', 'count', 'bytes', 'bits'].includes(unit);
}
