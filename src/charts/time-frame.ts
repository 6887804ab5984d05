import type { ChartMarker } from '../model/chart-spec.ts';
import { integer } from '../model/inlines.ts';
import { say } from '../model/say.ts';
import type { TimeWindow } from '../model/time.ts';
import { type Band, bandsWithin, drawBandStrip, STRIP_HEIGHT } from './bands.ts';
import type { Area, DrawContext } from './drawing.ts';
import { drawLegend, type LegendItem, layLegend } from './legend.ts';
import { drawMarkers, type MarkerLayout, placeMarkers } from './markers.ts';
import type { SvgLayer } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';
import { LINE_HEIGHT, TEXT_SIZE } from './theme.ts';
import { type TimeTick, timeTicks, zoneTitle } from './time-ticks.ts';
import type { ValueAxis } from './value-axis.ts';

/** Everything around the data of a chart with a time axis. */
export interface TimeFrame {
  readonly window: TimeWindow;
  /** Of the whole picture: as wished, or more where the plot would vanish. */
  readonly height: number;
  /** The plot. */
  readonly area: Area;
  /** Where lanes stand, above the plot; empty unless asked for. */
  readonly lanes: Area;
  x(at: number): number;
  readonly ticks: readonly TimeTick[];
  readonly bands: readonly Band[];
  readonly layout: {
    readonly legend: ReturnType<typeof layLegend>;
    readonly markers: MarkerLayout;
    readonly unitRow: number;
  };
}

export interface TimeFrameRequest {
  readonly window: TimeWindow;
  readonly bands: readonly Band[];
  readonly markers: readonly ChartMarker[];
  readonly legend: readonly LegendItem[];
  readonly height: number;
  /** Length of a bucket; markers run through the plot only where buckets are wide enough to be seen beside them. */
  readonly intervalMs?: number;
  readonly left: ValueAxis;
  readonly right?: ValueAxis;
  /** Least room for names left of the plot, and room above it for lanes. */
  readonly gutter?: number;
  readonly lanesHeight?: number;
  /** Height of the plot where its rows decide it; `height` is then not looked at. */
  readonly plotHeight?: number;
}

const AXIS_GAP = 6;
const KEY_COLUMN = 215;
const MOST_KEY_ROWS = 8;
const SMALLEST_PLOT = 110;
/** Px of a bucket beside which the line of a marker hides nothing. */
const THROUGH_FROM = 4;
/** The label of the highest tick reaches so far above the plot. */
const TICK_REACH = 5;

/** Lays the frame out; bands and markers outside the window are left out. */
export function layTimeFrame(request: TimeFrameRequest, { width, writer }: DrawContext): TimeFrame {
  const { window, left: leftAxis, right: rightAxis, lanesHeight = 0, height } = request;
  // The name of a unit stands above its numbers, beside the plot, where no marker can run through it.
  const left = Math.max(request.gutter ?? 0, axisWidth(leftAxis), 16);
  const right = width - Math.max(rightAxis ? axisWidth(rightAxis) : 0, 20);
  const x = (at: number): number => left + ((at - window.start) / (window.end - window.start)) * (right - left);
  const ticks = timeTicks(window, right - left, writer);
  const legend = layLegend(request.legend, width);

  const inWindow = request.markers.filter((marker) => marker.at >= window.start && marker.at <= window.end);
  const markers = placeMarkers(inWindow, x, { left, right: rightAxis ? right : width }, writer);
  const named = leftAxis.unit !== '' || (rightAxis?.unit ?? '') !== '';
  const unitRow = named ? LINE_HEIGHT : 0;
  const markerRows = markers.rows * LINE_HEIGHT;
  const rowsAbove = (lanesHeight > 0 ? markerRows : Math.max(markerRows, unitRow)) + TICK_REACH;

  const bands = bandsWithin(request.bands, window);
  const dateRow = ticks.some((tick) => tick.date !== undefined) ? LINE_HEIGHT - 1 : 0;
  const keyRows = keyLayout(markers.key, width).rows * LINE_HEIGHT;
  const below =
    (bands.length > 0 ? STRIP_HEIGHT : 0) +
    5 +
    LINE_HEIGHT +
    LINE_HEIGHT +
    (standsBesideDate(ticks, x, right, window, writer) ? 0 : dateRow) +
    2 +
    (keyRows > 0 ? keyRows + 4 : 0);

  const lanesTop = legend.height + rowsAbove;
  const top = lanesTop + lanesHeight + (lanesHeight > 0 ? unitRow + TICK_REACH : 0);
  const bottom =
    request.plotHeight === undefined ? Math.max(height - below, top + SMALLEST_PLOT) : top + request.plotHeight;
  return {
    window,
    height: bottom + below,
    area: { left, top, right, bottom },
    lanes: { left, top: lanesTop, right, bottom: lanesTop + lanesHeight },
    x,
    ticks,
    bands,
    layout: { legend, markers, unitRow: top - TICK_REACH - LINE_HEIGHT / 2 },
  };
}

/** Shades the bands and hatches the gaps behind the data. */
export function drawBehind(
  layer: SvgLayer,
  frame: TimeFrame,
  gaps: readonly TimeWindow[],
  { theme }: DrawContext,
): void {
  const { area, lanes, x } = frame;
  for (const band of frame.bands) {
    const [from, to] = [x(band.start), x(band.end)];
    layer.rect(from, area.top, Math.max(1, to - from), area.bottom - area.top, theme.band);
    layer.rect(from, lanes.top, Math.max(1, to - from), lanes.bottom - lanes.top, theme.band);
  }
  for (const gap of gaps)
    layer.hatch(x(gap.start), area.top, x(gap.end) - x(gap.start), area.bottom - area.top, theme.hatch);
}

/** Axes, words, wave strip and markers over the data. */
export function drawAround(layer: SvgLayer, frame: TimeFrame, request: TimeFrameRequest, context: DrawContext): void {
  const { theme, width, writer } = context;
  const { area, layout, x } = frame;
  const muted = { fill: theme.muted, size: TEXT_SIZE } as const;
  drawLegend(layer, layout.legend, theme);
  drawValueLabels(layer, request.left, area, 'left', context);
  layer.text(request.left.unit, area.left - AXIS_GAP, layout.unitRow, { ...muted, anchor: 'end' });
  if (request.right) {
    drawValueLabels(layer, request.right, area, 'right', context);
    layer.text(request.right.unit, area.right + AXIS_GAP, layout.unitRow, muted);
  }
  layer.line(area.left, area.bottom, area.right, area.bottom, { stroke: theme.axis, width: 1 });
  const axisBottom = area.bottom + drawBandStrip(layer, frame.bands, area, x, theme);
  drawTimeTicks(layer, frame, axisBottom, context);
  const dated = frame.ticks.some((tick) => tick.date !== undefined) ? LINE_HEIGHT - 1 : 0;
  const besideDate = standsBesideDate(frame.ticks, x, area.right, frame.window, writer);
  const titleMiddle = axisBottom + 4 + LINE_HEIGHT + (besideDate ? 0 : dated) + LINE_HEIGHT / 2;
  // Beside the date where there is one, so that a chart does not spend a line on it.
  if (besideDate)
    layer.text(fitText(zoneTitle(frame.window, writer), width, TEXT_SIZE), area.right, titleMiddle, {
      ...muted,
      anchor: 'end',
    });
  else
    layer.text(fitText(zoneTitle(frame.window, writer), width - area.left, TEXT_SIZE), area.left, titleMiddle, muted);
  const markersTop = (request.lanesHeight ? frame.lanes.top : area.top) - TICK_REACH;
  const bucketPx = ((request.intervalMs ?? 0) / (frame.window.end - frame.window.start)) * (area.right - area.left);
  drawMarkers(
    layer,
    layout.markers,
    { top: markersTop, bottom: area.bottom, through: bucketPx >= THROUGH_FROM },
    theme,
  );
  drawKey(layer, layout.markers.key, titleMiddle + LINE_HEIGHT / 2 + 4, context);
}

/** Between the date and the name of the zone. */
const DATE_GAP = 14;

/** Whether the name of the zone has room at the right of the one date under the axis. */
function standsBesideDate(
  ticks: readonly TimeTick[],
  x: (at: number) => number,
  right: number,
  window: TimeWindow,
  writer: DrawContext['writer'],
): boolean {
  const [first] = ticks;
  if (first?.date === undefined || ticks.filter((tick) => tick.date !== undefined).length > 1) return false;
  const half = textWidth(first.date, TEXT_SIZE, 600) / 2;
  return Math.max(x(first.at), half) + half + DATE_GAP <= right - textWidth(zoneTitle(window, writer), TEXT_SIZE);
}

export function drawValueLabels(
  layer: SvgLayer,
  axis: ValueAxis,
  area: Area,
  side: 'left' | 'right',
  { theme }: DrawContext,
): void {
  for (const { value, label } of axis.ticks) {
    const y = area.bottom - ((value - axis.min) / (axis.max - axis.min)) * (area.bottom - area.top);
    const at = side === 'left' ? area.left - AXIS_GAP : area.right + AXIS_GAP;
    layer.text(label, at, y, { fill: theme.muted, size: TEXT_SIZE, anchor: side === 'left' ? 'end' : 'start' });
  }
}

function drawTimeTicks(layer: SvgLayer, frame: TimeFrame, top: number, { theme, width }: DrawContext): void {
  let dateEnd = Number.NEGATIVE_INFINITY;
  const dated = frame.ticks.filter((tick) => tick.date !== undefined);
  for (const tick of frame.ticks) {
    const at = frame.x(tick.at);
    layer.line(at, top, at, top + 3, { stroke: theme.axis, width: 1 });
    const half = textWidth(tick.label, TEXT_SIZE) / 2;
    const middle = Math.min(width - half, Math.max(half, at));
    layer.text(tick.label, middle, top + 5 + LINE_HEIGHT / 2, { fill: theme.muted, size: TEXT_SIZE, anchor: 'middle' });
    if (tick.date === undefined) continue;
    const dateHalf = textWidth(tick.date, TEXT_SIZE, 600) / 2;
    const dateMiddle = Math.min(width - dateHalf, Math.max(dateHalf, at));
    const next = dated[dated.indexOf(tick) + 1];
    const room = next ? frame.x(next.at) - dateHalf - 6 : width;
    // The first date gives way to a change of day right after it.
    if (dateMiddle + dateHalf > room || dateMiddle - dateHalf < dateEnd) continue;
    layer.text(tick.date, dateMiddle, top + 4 + LINE_HEIGHT * 1.5, {
      fill: theme.muted,
      size: TEXT_SIZE,
      weight: 600,
      anchor: 'middle',
    });
    dateEnd = dateMiddle + dateHalf + 6;
  }
}

function keyLayout(key: readonly string[], width: number): { readonly columns: number; readonly rows: number } {
  const columns = Math.max(1, Math.floor(width / KEY_COLUMN));
  return { columns, rows: Math.min(MOST_KEY_ROWS, Math.ceil(key.length / columns)) };
}

/** The words of numbered markers, column by column; what has no room is in the table of the figure. */
function drawKey(layer: SvgLayer, key: readonly string[], top: number, { theme, width, writer }: DrawContext): void {
  const { columns, rows } = keyLayout(key, width);
  const room = columns * rows;
  const more = writer.phrase(say`and ${integer(key.length - room + 1)} more in the table`);
  const shown = key.length > room ? [...key.slice(0, room - 1), more] : key;
  shown.forEach((text, index) => {
    const x = Math.floor(index / rows) * (width / columns);
    const y = top + (index % rows) * LINE_HEIGHT + LINE_HEIGHT / 2;
    layer.text(fitText(text, width / columns - 10, TEXT_SIZE), x, y, { fill: theme.ink, size: TEXT_SIZE });
  });
}

function axisWidth(axis: ValueAxis): number {
  return Math.max(axis.labelWidth, textWidth(axis.unit, TEXT_SIZE)) + AXIS_GAP;
}
