import type { HeatMapChart } from '../model/chart-spec.ts';
import { say } from '../model/say.ts';
import { visibleLabel, type Writer } from '../text/text.ts';
import { gapsOf, hasValues, type Values } from './buckets.ts';
import type { DrawContext, Drawing } from './drawing.ts';
import type { LegendItem } from './legend.ts';
import { drawNoData, drawNoDataNote } from './no-data.ts';
import { SvgLayer, short } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';
import { TEXT_SIZE } from './theme.ts';
import { drawAround, layTimeFrame, type TimeFrameRequest } from './time-frame.ts';

/** Rows share this height, within bounds: two of them must not look like a broken chart. */
const ROWS_HEIGHT = 84;
const [LEAST_ROW, MOST_ROW] = [15, 28];
const MOST_ROWS = 40;
const LONGEST_NAME = 190;
const CLASSES = 5;
/** Where the middle of the values lies below this part of the largest, classes grow by about three instead of evenly. */
const EVEN_FROM = 0.2;
const NO_AXIS = { min: 0, max: 1, step: 1, ticks: [], unit: '', labelWidth: 0 } as const;

/** Rows by time, darker where there is more. Many buckets share a px; the largest of them is shown. */
export function drawHeatMap(spec: HeatMapChart, context: DrawContext): Drawing {
  const { theme, writer } = context;
  const rows = spec.rows.slice(0, MOST_ROWS);
  const rowHeight = Math.min(MOST_ROW, Math.max(LEAST_ROW, Math.floor(ROWS_HEIGHT / Math.max(1, rows.length))));
  const count = Math.max(0, ...rows.map((row) => row.values.length));
  if (count === 0) return drawNoData(context.height ?? 120, context);
  const window = { start: spec.start, end: spec.start + count * spec.intervalMs };
  const bounds = classBounds(spec.rows.flatMap((row) => row.values));
  const colours = theme.ramp(bounds.length + 1);
  const values = rows.map((row) => row.values);
  const gaps = gapsOf(values, spec).length > 0;
  const names = rows.map((row) => fitText(visibleLabel(row.label), LONGEST_NAME, TEXT_SIZE));
  const request: TimeFrameRequest = {
    window,
    bands: spec.bands ?? [],
    markers: [],
    legend: legendItems(bounds, colours, gaps, spec, context),
    height: 0,
    plotHeight: rows.length * rowHeight,
    left: NO_AXIS,
    gutter: Math.max(...names.map((name) => textWidth(name, TEXT_SIZE))) + 10,
  };
  const frame = layTimeFrame(request, context);
  const [under, over] = [new SvgLayer(), new SvgLayer()];
  const cells = new Map<string, string>();
  rows.forEach((row, index) => {
    const top = frame.area.top + index * rowHeight;
    for (const { from, to, value } of runs(row.values, frame.area.right - frame.area.left, bounds)) {
      const [x, end] = [frame.area.left + from, frame.area.left + to];
      if (value === null) under.hatch(x, top, end - x, rowHeight - 1, theme.hatch);
      else {
        const colour = value === 0 ? theme.lane : (colours[classOf(value, bounds)] ?? theme.lane);
        const cell = `M${short(x)} ${short(top)}H${short(end)}V${short(top + rowHeight - 1)}H${short(x)}Z`;
        cells.set(colour, (cells.get(colour) ?? '') + cell);
      }
    }
    over.text(names[index] ?? '', frame.area.left - 6, top + rowHeight / 2, {
      fill: theme.ink,
      size: TEXT_SIZE,
      anchor: 'end',
    });
  });
  for (const [colour, d] of cells) under.path(d, { fill: colour });
  drawAround(over, frame, request, context);
  if (!hasValues(values)) drawNoDataNote(over, frame.area, context);
  const hidden = spec.rows.length - rows.length;
  if (hidden > 0) {
    over.text(`and ${writer.integer(hidden)} more in the table`, context.width, frame.height - 8, {
      fill: theme.muted,
      size: TEXT_SIZE,
      anchor: 'end',
    });
  }
  return { height: frame.height, under, over, plot: frame.area };
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly value: number | null;
}

/** Stretches of one colour in px from the left; a px shows the largest of its buckets. */
function runs(values: Values, width: number, bounds: readonly number[]): Run[] {
  const size = Math.max(1, Math.ceil(values.length / width));
  const found: Run[] = [];
  for (let first = 0; first < values.length; first += size) {
    const known = values.slice(first, first + size).filter((value) => value !== null);
    const value = known.length === 0 ? null : Math.max(...known);
    const [from, to] = [first, Math.min(values.length, first + size)].map((at) => (at / values.length) * width);
    const last = found.at(-1);
    const same = last && shade(last.value, bounds) === shade(value, bounds);
    if (same) found[found.length - 1] = { ...last, to: to ?? last.to };
    else found.push({ from: from ?? 0, to: to ?? width, value });
  }
  return found;
}

function shade(value: number | null, bounds: readonly number[]): number {
  if (value === null) return -2;
  return value === 0 ? -1 : classOf(value, bounds);
}

function classOf(value: number, bounds: readonly number[]): number {
  return bounds.filter((bound) => value >= bound).length;
}

/** Round lower bounds of all classes but the first, which begins above zero. */
function classBounds(values: readonly (number | null)[]): number[] {
  const sorted = values.filter((value) => value !== null && value > 0).sort((a, b) => (a ?? 0) - (b ?? 0));
  const largest = sorted.at(-1) ?? 0;
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  if (largest === 0) return [];
  if (middle >= largest * EVEN_FROM) {
    const step = evenStep(largest / CLASSES);
    return Array.from({ length: CLASSES - 1 }, (_, index) => tidy((index + 1) * step)).filter(
      (bound) => bound < largest,
    );
  }
  const bounds: number[] = [];
  for (let power = Math.floor(Math.log10(largest)); bounds.length < CLASSES - 1; power -= 1)
    for (const digit of [3, 1]) {
      const bound = tidy(digit * 10 ** power);
      if (bound < largest && bounds.length < CLASSES - 1) bounds.push(bound);
    }
  return bounds.reverse();
}

function evenStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return tidy(([1, 2, 2.5, 5].findLast((round) => round * power <= least) ?? 1) * power);
}

function tidy(value: number): number {
  return Number(value.toPrecision(6));
}

function legendItems(
  bounds: readonly number[],
  colours: readonly string[],
  gaps: boolean,
  spec: HeatMapChart,
  { theme, writer }: DrawContext,
): LegendItem[] {
  const quantity = (value: number): string => quantityText(writer, value, spec);
  const items: LegendItem[] = [{ label: quantity(0), colour: theme.lane, shape: 'area' }];
  if (bounds[0] !== undefined)
    items.push({
      label: writer.phrase(say`below ${[quantity(bounds[0])]}`),
      colour: colours[0] ?? theme.lane,
      shape: 'area',
    });
  bounds.forEach((bound, index) => {
    items.push({
      label: writer.phrase(say`from ${[quantity(bound)]}`),
      colour: colours[index + 1] ?? theme.lane,
      shape: 'area',
    });
  });
  return gaps ? [...items, { label: writer.phrase(say`No data`), colour: theme.hatch, shape: 'gap' }] : items;
}

function quantityText(writer: Writer, value: number, { unit }: HeatMapChart): string {
  return writer.quantity(value, unit);
}
