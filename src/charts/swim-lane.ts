import type { SwimLaneChart } from '../model/chart-spec.ts';
import { say } from '../model/say.ts';
import { visibleLabel } from '../text/text.ts';
import { columnsOf, gapsOf, hasValues, stackSteps } from './buckets.ts';
import type { DrawContext, Drawing } from './drawing.ts';
import { badgeWidth, drawBadge } from './markers.ts';
import { drawNoData, drawNoDataNote } from './no-data.ts';
import { BARE_SCALE, chartPoints } from './painter.ts';
import { legendOf, windowOf } from './series-legend.ts';
import { SvgLayer } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';
import { TEXT_SIZE } from './theme.ts';
import { drawAround, drawBehind, layTimeFrame, type TimeFrame, type TimeFrameRequest } from './time-frame.ts';
import { createValueAxis, valueScale } from './value-axis.ts';

const TRAFFIC_HEIGHT = 200;
const ROW = 17;
const LANE_PADDING = 4;
const LONGEST_NAME = 110;
/** Room between a name and the axis, into which half of a number at the very start may reach. */
const NAME_GAP = 24;
const MOST_ROWS = 4;

type Lane = SwimLaneChart['lanes'][number];
type LaneEvent = Lane['events'][number];

/** An event, or several that stand too close: `4–6`, or `4, 7` where the numbers do not follow each other. */
interface PlacedEvent {
  readonly events: readonly LaneEvent[];
  readonly text: string;
  readonly x: number;
  readonly row: number;
}

interface PlacedLane {
  readonly lane: Lane;
  readonly placed: readonly PlacedEvent[];
  readonly height: number;
}

/** Who did what above the traffic, on one axis. Events outside the axis are left out. */
export function drawSwimLane(spec: SwimLaneChart, context: DrawContext): Drawing {
  const { theme, writer } = context;
  const window = windowOf(spec, [spec.traffic]);
  if (!window) return drawNoData(context.height ?? TRAFFIC_HEIGHT, context);
  const values = [spec.traffic.values];
  const gaps = gapsOf(values, spec);
  const [colour = theme.axis] = theme.series([spec.traffic.role]);
  const left = createValueAxis(spec.traffic.values, spec.unit, TRAFFIC_HEIGHT * 0.55, writer);
  const names = spec.lanes.map((lane) => fitText(visibleLabel(lane.label), LONGEST_NAME, TEXT_SIZE, 600));
  const gutter = Math.max(0, ...names.map((name) => textWidth(name, TEXT_SIZE, 600) + NAME_GAP));
  const request: TimeFrameRequest = {
    window,
    bands: spec.bands,
    markers: spec.markers,
    intervalMs: spec.intervalMs,
    legend: legendOf(
      [{ label: spec.traffic.label, colour, shape: 'area' }],
      gaps.length > 0 ? context.writer.phrase(say`No data`) : undefined,
      theme,
    ),
    height: context.height ?? TRAFFIC_HEIGHT,
    left,
    gutter,
  };
  // The lanes need the axis to know their rows, and the frame needs the lanes to know its height.
  const { x } = layTimeFrame(request, context);
  const right = context.width;
  const lanes = spec.lanes.map((lane) => placeLane(lane, window, x, right));
  const lanesHeight = lanes.reduce((sum, lane) => sum + lane.height, 0);
  const laid = { ...request, lanesHeight, height: Math.max(context.height ?? 0, lanesHeight + TRAFFIC_HEIGHT) };
  const frame = layTimeFrame(laid, context);
  const [under, over] = [new SvgLayer(), new SvgLayer()];
  drawLaneGround(under, lanes, frame, context);
  drawBehind(under, frame, gaps, context);
  drawAround(over, frame, laid, context);
  drawLanes(over, lanes, names, frame, context);
  if (!hasValues(values)) drawNoDataNote(over, frame.area, context);
  const columns = columnsOf(values, spec, frame.area.right - frame.area.left);
  const [steps = []] = stackSteps([spec.traffic], columns);
  return {
    height: frame.height,
    under,
    over,
    painting: {
      type: 'line',
      area: frame.area,
      data: {
        datasets: [
          { data: chartPoints(steps), backgroundColor: colour, borderWidth: 0, fill: 'origin', pointRadius: 0 },
        ],
      },
      scales: {
        x: { ...BARE_SCALE, type: 'linear', min: window.start, max: window.end, grid: { display: false } },
        y: valueScale(left, theme),
      },
    },
  };
}

function placeLane(
  lane: Lane,
  window: { readonly start: number; readonly end: number },
  x: (at: number) => number,
  right: number,
): PlacedLane {
  const events = lane.events
    .filter((event) => event.at >= window.start && event.at <= window.end)
    .sort((a, b) => a.at - b.at || a.number - b.number);
  const centre = (text: string, at: number): number => {
    const half = badgeWidth(text) / 2 + 1;
    return Math.min(right - half, Math.max(x(window.start) - NAME_GAP / 2 + half, at));
  };
  const ends = Array.from({ length: MOST_ROWS }, () => Number.NEGATIVE_INFINITY);
  const placed: PlacedEvent[] = [];
  for (const event of events) {
    const text = String(event.number);
    const middle = centre(text, x(event.at));
    const half = badgeWidth(text) / 2 + 1;
    const row = ends.findIndex((end) => end <= middle - half);
    if (row >= 0) {
      ends[row] = Math.max(middle + half, event.end === undefined ? 0 : Math.min(x(event.end), right));
      placed.push({ events: [event], text, x: middle, row });
    } else join(placed, event, x, centre, ends);
  }
  const rows = Math.max(1, ...placed.map(({ row }) => row + 1));
  return { lane, placed, height: rows * ROW + LANE_PADDING };
}

/**
 * Puts an event that has no place into the last one of the last row, which then tells both numbers; at the end of the axis, where
 * that cannot grow to the right, it takes in those before it.
 */
function join(
  placed: PlacedEvent[],
  event: LaneEvent,
  x: (at: number) => number,
  centre: (text: string, at: number) => number,
  ends: number[],
): void {
  const row = MOST_ROWS - 1;
  const inRow = placed.filter((one) => one.row === row);
  const last = inRow.pop();
  if (!last) return;
  let events = [...last.events, event];
  let leftEdge = last.x - badgeWidth(last.text) / 2;
  let text = numberList(events.map(({ number }) => number));
  // Grows to the right only: what stands on the left has its place already.
  const middleOf = () => centre(text, Math.max(x(events[0]?.at ?? event.at), leftEdge + badgeWidth(text) / 2));
  let middle = middleOf();
  for (let before = inRow.at(-1); before !== undefined; before = inRow.at(-1)) {
    if (before.x + badgeWidth(before.text) / 2 <= middle - badgeWidth(text) / 2) break;
    inRow.pop();
    events = [...before.events, ...events];
    leftEdge = before.x - badgeWidth(before.text) / 2;
    text = numberList(events.map(({ number }) => number));
    middle = middleOf();
  }
  const joined: PlacedEvent = { events, text, x: middle, row };
  placed.splice(0, placed.length, ...placed.filter((one) => one.row !== row), ...inRow, joined);
  ends[row] = middle + badgeWidth(text) / 2 + 1;
}

function numberList(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
  if (last - first === sorted.length - 1) return first === last ? String(first) : `${first}–${last}`;
  return sorted.length <= 4 ? sorted.join(', ') : `${first} … ${last}`;
}

function drawLaneGround(
  layer: SvgLayer,
  lanes: readonly PlacedLane[],
  frame: TimeFrame,
  { theme, width }: DrawContext,
): void {
  let top = frame.lanes.top;
  for (const [index, lane] of lanes.entries()) {
    if (index % 2 === 0) layer.rect(0, top, width, lane.height, theme.lane);
    top += lane.height;
  }
}

function drawLanes(
  layer: SvgLayer,
  lanes: readonly PlacedLane[],
  names: readonly string[],
  frame: TimeFrame,
  { theme }: DrawContext,
): void {
  let top = frame.lanes.top;
  for (const [index, { lane, placed, height }] of lanes.entries()) {
    const fill = theme.actor(lane.actor);
    layer.text(names[index] ?? '', 4, top + height / 2, { fill, size: TEXT_SIZE, weight: 600 });
    const middleOf = (row: number): number => top + LANE_PADDING / 2 + row * ROW + ROW / 2;
    for (const { events, row } of placed)
      for (const { at, end } of events) {
        if (end === undefined) continue;
        const to = frame.x(Math.min(end, frame.window.end));
        layer.rect(frame.x(at), middleOf(row) - 2.5, to - frame.x(at), 5, fill, 2.5);
      }
    for (const { text, x, row } of placed) drawBadge(layer, text, x, middleOf(row), fill);
    top += height;
  }
}
