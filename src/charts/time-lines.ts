import type { ChartSeries, TimeLinesChart } from '../model/chart-spec.ts';
import { say } from '../model/say.ts';
import { visibleLabel } from '../text/text.ts';
import { gapsOf, hasValues, linePoints } from './buckets.ts';
import type { Area, DrawContext, Drawing } from './drawing.ts';
import { drawNoData, drawNoDataNote } from './no-data.ts';
import { BARE_SCALE, chartPoints, type Painting } from './painter.ts';
import { legendOf, windowOf } from './series-legend.ts';
import { SvgLayer } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';
import { LINE_HEIGHT, TEXT_SIZE, WHITE } from './theme.ts';
import { drawAround, drawBehind, drawValueLabels, layTimeFrame, type TimeFrame } from './time-frame.ts';
import { createValueAxis, type ValueAxis } from './value-axis.ts';

const PANEL_HEIGHT = 72;
/** Above each panel: its name, with room for the label of its highest tick. */
const NAME_ROW = LINE_HEIGHT + 6;
const PANEL_GAP = 10;
const NO_AXIS: ValueAxis = { min: 0, max: 1, step: 1, ticks: [], unit: '', labelWidth: 0 };
const AXIS_ROOM = 6;

/** One unit and its series, in a strip of the plot. */
interface Panel {
  readonly series: readonly ChartSeries[];
  readonly unit: TimeLinesChart['left']['unit'];
  readonly axis: ValueAxis;
  readonly colours: readonly string[];
  readonly area: Area;
}

/**
 * Lines through the middle of their buckets; a value between two gaps is a dash. Two units stand in two panels on one time
 * axis: on two axes of one plot a reader takes crossings for events. The highest value of each panel is written at its place.
 */
export function drawTimeLines(spec: TimeLinesChart, context: DrawContext): Drawing {
  const { theme, writer } = context;
  const parts = spec.right ? [spec.left, spec.right] : [spec.left];
  const all = parts.flatMap((part) => part.series);
  const window = windowOf(spec, all);
  if (!window) return drawNoData(context.height ?? 2 * PANEL_HEIGHT, context);
  // Hatched only where every line is silent: one line that ends does not make the others doubtful.
  const gaps = gapsOf([silence(all)], spec);
  const axes = parts.map((part) =>
    createValueAxis(
      part.series.flatMap((one) => one.values),
      part.unit,
      PANEL_HEIGHT * 0.9,
      writer,
    ),
  );
  const request = {
    window,
    bands: spec.bands,
    markers: spec.markers,
    legend: legendOf([], gaps.length > 0 ? context.writer.phrase(say`No data`) : undefined, theme),
    height: 0,
    plotHeight: parts.length * (PANEL_HEIGHT + NAME_ROW) + (parts.length - 1) * PANEL_GAP,
    left: NO_AXIS,
    gutter: Math.max(...axes.map((axis) => axis.labelWidth)) + AXIS_ROOM,
  };
  const frame = layTimeFrame(request, context);
  const panels = parts.map(({ series, unit }, index): Panel => {
    const top = frame.area.top + index * (PANEL_HEIGHT + NAME_ROW + PANEL_GAP) + NAME_ROW;
    return {
      series,
      unit,
      axis: axes[index] ?? NO_AXIS,
      colours: theme.series(series.map(({ role }) => role)),
      area: { ...frame.area, top, bottom: top + PANEL_HEIGHT },
    };
  });
  const [under, over] = [new SvgLayer(), new SvgLayer()];
  drawBehind(under, frame, gaps, context);
  for (const panel of panels) drawPanel(under, over, panel, frame, spec, context);
  drawAround(over, frame, request, context);
  if (!hasValues(all.map((series) => series.values))) drawNoDataNote(over, frame.area, context);
  return { height: frame.height, under, over, painting: paintingOf(panels, frame, spec) };
}

/** Grid, numbers, the name of what is shown with its unit, and the highest value. */
function drawPanel(
  under: SvgLayer,
  over: SvgLayer,
  panel: Panel,
  frame: TimeFrame,
  spec: TimeLinesChart,
  context: DrawContext,
): void {
  const { area, axis, series, colours } = panel;
  const { theme } = context;
  for (const { value } of axis.ticks)
    under.line(area.left, heightOf(value, panel), area.right, heightOf(value, panel), { stroke: theme.grid, width: 1 });
  if (area.bottom < frame.area.bottom)
    over.line(area.left, area.bottom, area.right, area.bottom, { stroke: theme.axis, width: 1 });
  drawValueLabels(over, axis, area, 'left', context);
  let x = area.left;
  series.forEach(({ label }, index) => {
    const unit = axis.unit === '' || index < series.length - 1 ? '' : ` (${axis.unit})`;
    const name = fitText(`${visibleLabel(label)}${unit}`, area.right - x, TEXT_SIZE, 600);
    over.text(name, x, area.top - NAME_ROW + LINE_HEIGHT / 2, {
      fill: colours[index] ?? theme.ink,
      size: TEXT_SIZE,
      weight: 600,
    });
    x += textWidth(name, TEXT_SIZE, 600) + 14;
  });
  drawHighest(over, panel, frame, spec, context);
}

/**
 * A dot at the largest value of all series of the panel, the first of equals, and words beside it where they have room. Nothing
 * for a flat line of zeros, or of values too small to be told from zero on this axis.
 */
function drawHighest(
  layer: SvgLayer,
  panel: Panel,
  frame: TimeFrame,
  spec: TimeLinesChart,
  { theme, writer, width }: DrawContext,
): void {
  const leastSeen = panel.axis.max / 1_000;
  let best: { value: number; index: number; colour: string } | undefined;
  panel.series.forEach(({ values }, nth) => {
    values.forEach((value, index) => {
      if (value !== null && value > (best?.value ?? leastSeen))
        best = { value, index, colour: panel.colours[nth] ?? theme.ink };
    });
  });
  if (!best) return;
  const at = spec.start + best.index * spec.intervalMs;
  const [x, y] = [frame.x(at + spec.intervalMs / 2), heightOf(best.value, panel)];
  const text = writer.phrase(say`${[writer.quantity(best.value, panel.unit)]} at ${[writer.time(at, 'clock')]}`);
  const reach = 8 + textWidth(text, TEXT_SIZE, 600);
  const toTheRight = x + reach <= width;
  layer.circle(x, y, 2.5, best.colour, { stroke: WHITE, width: 1 });
  if (!toTheRight && x - reach < panel.area.left) return;
  layer.text(text, toTheRight ? x + 8 : x - 8, Math.max(y, panel.area.top + 2), {
    fill: theme.ink,
    size: TEXT_SIZE,
    weight: 600,
    anchor: toTheRight ? 'start' : 'end',
  });
}

function heightOf(value: number, { axis, area }: Panel): number {
  return area.bottom - ((value - axis.min) / (axis.max - axis.min)) * (area.bottom - area.top);
}

/** Chart.js draws in px of the plot, since it knows one plot only. */
function paintingOf(panels: readonly Panel[], frame: TimeFrame, spec: TimeLinesChart): Painting {
  const { area, window } = frame;
  const datasets: Painting['data']['datasets'] = panels.flatMap((panel) =>
    panel.series.map(({ values }, index) => ({
      data: chartPoints(
        linePoints(values, spec, area.right - area.left).map(({ x, y }) => ({
          x,
          y: y === null ? null : area.bottom - heightOf(y, panel),
        })),
      ),
      borderColor: panel.colours[index] ?? WHITE,
      borderWidth: 1.5,
      borderJoinStyle: 'round' as const,
      pointRadius: 0,
    })),
  );
  return {
    type: 'line',
    area,
    data: { datasets },
    scales: {
      x: { ...BARE_SCALE, type: 'linear', min: window.start, max: window.end, grid: { display: false } },
      y: { ...BARE_SCALE, type: 'linear', min: 0, max: area.bottom - area.top, grid: { display: false } },
    },
  };
}

/** 0 where at least one series has a value, a gap where none has. */
function silence(series: readonly ChartSeries[]): (number | null)[] {
  const length = series[0]?.values.length ?? 0;
  return Array.from({ length }, (_, index) =>
    series.some(({ values }) => (values[index] ?? null) !== null) ? 0 : null,
  );
}
