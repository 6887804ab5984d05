import type { DotChart } from '../model/chart-spec.ts';
import { visibleLabel } from '../text/text.ts';
import type { Area, DrawContext, Drawing } from './drawing.ts';
import { drawNoData } from './no-data.ts';
import { SvgLayer } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';
import { LINE_HEIGHT, TEXT_SIZE, WHITE } from './theme.ts';
import { drawAround, layTimeFrame } from './time-frame.ts';
import { createValueAxis } from './value-axis.ts';

const HEIGHT = 150;
const RADIUS = 3.5;
/** Room on both sides, as a part of the time between the first and the last dot. */
const MARGIN = 0.04;
/** The axis of a single dot, or of dots at one time, still needs a length. */
const SHORTEST_MS = 86_400_000;
/** Dots that are named: the one the chart is about, then the largest. */
const MOST_NAMED = 5;
const WIDEST_NAME = 130;

interface Place {
  readonly x: number;
  readonly y: number;
  /** Ends of the line of its interval; both are `y` without one. */
  readonly top: number;
  readonly bottom: number;
}

/** One dot an event: when it was and how large. The one that the chart is about is filled; of estimates the interval is a line. */
export function drawDots(spec: DotChart, context: DrawContext): Drawing {
  const { theme, writer } = context;
  const height = Math.min(context.height ?? HEIGHT, HEIGHT);
  if (spec.dots.length === 0) return drawNoData(height, context);
  const times = spec.dots.map(({ at }) => at);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const margin = Math.max(MARGIN * (last - first), SHORTEST_MS / 2);
  const [ours = theme.ink] = theme.series(['mitigated']);
  const others = theme.muted;
  const axis = createValueAxis(
    spec.dots.flatMap(({ value, interval }) => [value, interval?.upper ?? value]),
    spec.unit,
    height * 0.6,
    writer,
  );
  const request = {
    window: { start: first - margin, end: last + margin },
    bands: [],
    markers: [],
    legend: [
      ...(spec.dots.some(({ isSubject }) => isSubject)
        ? [{ label: visibleLabel(spec.subject), colour: ours, shape: 'area' as const }]
        : []),
      { label: visibleLabel(spec.others), colour: others, shape: 'area' as const },
    ],
    height,
    left: axis,
  };
  const frame = layTimeFrame(request, context);
  const { area } = frame;
  const y = (value: number) => area.bottom - ((value - axis.min) / (axis.max - axis.min)) * (area.bottom - area.top);
  const [under, over] = [new SvgLayer(), new SvgLayer()];
  for (const { value } of axis.ticks)
    under.line(area.left, y(value), area.right, y(value), { stroke: theme.grid, width: 1 });
  drawAround(over, frame, request, context);
  // The one that matters lies on top.
  const ordered = [...spec.dots].sort(
    (a, b) => Number(a.isSubject ?? false) - Number(b.isSubject ?? false) || a.at - b.at,
  );
  const placed = ordered.map((dot) => ({
    dot,
    x: frame.x(dot.at),
    y: y(dot.value),
    top: y(dot.interval?.upper ?? dot.value),
    bottom: y(dot.interval?.lower ?? dot.value),
  }));
  for (const { dot, x, y: at, top, bottom } of placed) {
    const colour = dot.isSubject ? ours : others;
    if (dot.interval) over.line(x, bottom, x, top, { stroke: colour, width: 1.25 });
    over.circle(x, at, RADIUS, dot.isSubject ? colour : WHITE, { stroke: colour, width: 1.5 });
  }
  drawNames(over, placed, area, theme.ink);
  return { height: frame.height, under, over, plot: area };
}

/** Names where they meet neither a dot nor another name; a dot without such a place stays without. */
function drawNames(
  layer: SvgLayer,
  placed: readonly (Place & { readonly dot: DotChart['dots'][number] })[],
  area: Area,
  ink: string,
): void {
  const taken: Area[] = placed.map(({ x, y, top, bottom }) => ({
    left: x - RADIUS - 1,
    right: x + RADIUS + 1,
    top: Math.min(y - RADIUS, top) - 1,
    bottom: Math.max(y + RADIUS, bottom) + 1,
  }));
  const named = [...placed]
    .sort((a, b) => Number(b.dot.isSubject ?? false) - Number(a.dot.isSubject ?? false) || b.dot.value - a.dot.value)
    .slice(0, MOST_NAMED);
  for (const { dot, x, y } of named) {
    const text = fitText(visibleLabel(dot.label), WIDEST_NAME, TEXT_SIZE);
    const width = textWidth(text, TEXT_SIZE, dot.isSubject ? 600 : 400);
    const place = [
      { left: x + RADIUS + 3, top: y - LINE_HEIGHT / 2 },
      { left: x - RADIUS - 3 - width, top: y - LINE_HEIGHT / 2 },
      { left: x - width / 2, top: y - RADIUS - 1 - LINE_HEIGHT },
      { left: x - width / 2, top: y + RADIUS + 1 },
    ]
      .map(({ left, top }) => ({ left, top, right: left + width, bottom: top + LINE_HEIGHT }))
      .find(
        (box) =>
          box.left >= area.left + 2 &&
          box.right <= area.right &&
          box.top >= area.top &&
          box.bottom <= area.bottom - 1 &&
          taken.every((other) => !meet(box, other)),
      );
    if (!place) continue;
    taken.push(place);
    layer.text(text, place.left, place.top + LINE_HEIGHT / 2, {
      fill: ink,
      size: TEXT_SIZE,
      ...(dot.isSubject && { weight: 600 as const }),
    });
  }
}

function meet(a: Area, b: Area): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
