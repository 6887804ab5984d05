import type { CurveChart } from '../model/chart-spec.ts';
import { integer } from '../model/inlines.ts';
import { say } from '../model/say.ts';
import { visibleLabel } from '../text/text.ts';
import type { Area, DrawContext, Drawing } from './drawing.ts';
import { drawLegend, layLegend } from './legend.ts';
import { drawNoData } from './no-data.ts';
import { BARE_SCALE, type Painting } from './painter.ts';
import { SvgLayer } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';
import { LINE_HEIGHT, TEXT_SIZE, WHITE } from './theme.ts';
import { drawValueLabels } from './time-frame.ts';
import { createValueAxis, valueScale } from './value-axis.ts';

/** A share needs less height than a load over time. */
const HEIGHT = 165;
const MARKED_RANK = 10;
const MARKED_SHARE = 0.8;

interface Mark {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly colour: string;
}

/** Shares of the largest sources, ranks on a logarithmic axis; the share of the top 10 and the way to 80 % are marked. */
export function drawCurve(spec: CurveChart, context: DrawContext): Drawing {
  const { theme, width, writer } = context;
  const height = Math.min(context.height ?? HEIGHT, HEIGHT);
  const lines = spec.lines.filter((line) => line.ranks.length > 0);
  if (lines.length === 0) return drawNoData(height, context);
  // The first line is what the chart is about, the second what it is held against.
  const colours = theme
    .series(lines.map((_, index) => (index === 0 ? 'mitigated' : 'ranked')))
    .map((colour, index) => (index === 1 ? theme.axis : colour));
  const legend = layLegend(
    lines.map((line, index) => ({ label: visibleLabel(line.label), colour: colours[index] ?? WHITE, shape: 'line' })),
    width,
  );
  const axis = createValueAxis([1], 'share', height * 0.7, writer);
  const area: Area = {
    left: axis.labelWidth + 6,
    top: legend.height + 6,
    right: width - 24,
    bottom: height - 2 * LINE_HEIGHT - 7,
  };
  const largest = Math.max(2, ...lines.flatMap((line) => line.ranks));
  const decades = Math.log10(largest);
  const x = (rank: number): number => area.left + (Math.log10(rank) / decades) * (area.right - area.left);
  const y = (share: number): number => area.bottom - share * (area.bottom - area.top);

  const [under, over] = [new SvgLayer(), new SvgLayer()];
  drawLegend(over, legend, theme);
  drawValueLabels(over, axis, area, 'left', context);
  over.line(area.left, area.bottom, area.right, area.bottom, { stroke: theme.axis, width: 1 });
  drawRanks(over, largest, x, area, context);
  over.text(
    fitText(visibleLabel(spec.xLabel), area.right - area.left, TEXT_SIZE),
    area.left,
    height - LINE_HEIGHT / 2,
    {
      fill: theme.muted,
      size: TEXT_SIZE,
    },
  );
  const paths = lines.map((line) => line.ranks.map((rank, index) => ({ x: rank, y: line.shares[index] ?? 0 })));
  const marks =
    lines.length > 2 ? [] : lines.flatMap((line, index) => marksOf(line, colours[index] ?? WHITE, x, y, context));
  drawMarks(
    over,
    marks,
    paths.flat().map((point) => ({ x: x(point.x), y: y(point.y) })),
    area,
    theme.ink,
  );
  const datasets: Painting['data']['datasets'] = paths.map((points, index) => ({
    data: thinned(points, x),
    borderColor: colours[index] ?? WHITE,
    backgroundColor: colours[index] ?? WHITE,
    borderWidth: 1.75,
    pointRadius: points.length === 1 ? 2.5 : 0,
    pointBorderWidth: 0,
  }));
  return {
    height,
    under,
    over,
    painting: {
      type: 'line',
      area,
      data: { datasets },
      scales: {
        x: { ...BARE_SCALE, type: 'logarithmic', min: 1, max: largest, grid: { display: false } },
        y: valueScale(axis, theme),
      },
    },
  };
}

/** At most two points a px: ranks far out lie closer together than paper shows. The last point is kept. */
function thinned<T extends { readonly x: number }>(points: readonly T[], x: (rank: number) => number): T[] {
  const kept: T[] = [];
  let last = Number.NEGATIVE_INFINITY;
  points.forEach((point, index) => {
    const at = x(point.x);
    if (at - last < 0.5 && index < points.length - 1) return;
    kept.push(point);
    last = at;
  });
  return kept;
}

/** 1, 2, 5, 10, …: as many of them as fit. */
function drawRanks(
  layer: SvgLayer,
  largest: number,
  x: (rank: number) => number,
  area: Area,
  { theme, width, writer }: DrawContext,
): void {
  const fine = Array.from({ length: Math.ceil(Math.log10(largest)) + 1 }, (_, power) =>
    [1, 2, 5].map((digit) => digit * 10 ** power),
  ).flat();
  const decade = (x(10) - x(1)) / 3;
  const ranks = (decade > 40 ? fine : fine.filter((_, index) => index % 3 === 0)).filter((rank) => rank <= largest);
  let end = Number.NEGATIVE_INFINITY;
  for (const rank of ranks) {
    const at = x(rank);
    layer.line(at, area.bottom, at, area.bottom + 3, { stroke: theme.axis, width: 1 });
    const label = writer.quantity(rank, 'count');
    const half = textWidth(label, TEXT_SIZE) / 2;
    const middle = Math.min(width - half, at);
    if (middle - half < end + 6) continue;
    layer.text(label, middle, area.bottom + 5 + LINE_HEIGHT / 2, {
      fill: theme.muted,
      size: TEXT_SIZE,
      anchor: 'middle',
    });
    end = middle + half;
  }
}

/** Points of the line itself: nothing is read off between two ranks. */
function marksOf(
  line: CurveChart['lines'][number],
  colour: string,
  x: (rank: number) => number,
  y: (share: number) => number,
  { writer }: DrawContext,
): Mark[] {
  const tenth = line.ranks.indexOf(MARKED_RANK);
  const reached = line.shares.findIndex((share) => share >= MARKED_SHARE);
  return [...new Set([tenth, reached])].flatMap((index) => {
    const [rank, share] = [line.ranks[index], line.shares[index]];
    if (rank === undefined || share === undefined) return [];
    return [
      { x: x(rank), y: y(share), text: writer.phrase(say`top ${integer(rank)}: ${[writer.share(share)]}`), colour },
    ];
  });
}

/** Each mark with its words where they meet neither a line nor other words; a dot alone where there is no such place. */
function drawMarks(
  layer: SvgLayer,
  marks: readonly Mark[],
  points: readonly { readonly x: number; readonly y: number }[],
  area: Area,
  ink: string,
): void {
  const taken: Area[] = [];
  for (const { x, y, text, colour } of marks) {
    layer.circle(x, y, 3, colour, { stroke: WHITE, width: 1 });
    const width = textWidth(text, TEXT_SIZE);
    const places = [
      { left: x + 7, top: y + 3 },
      { left: x - width - 7, top: y - LINE_HEIGHT - 3 },
      { left: x + 7, top: y - LINE_HEIGHT - 3 },
      { left: x - width - 7, top: y + 3 },
    ].map(({ left, top }) => ({ left, top, right: left + width, bottom: top + LINE_HEIGHT }));
    const place = places.find(
      (box) =>
        box.left >= area.left &&
        box.right <= area.right &&
        box.top >= area.top - 4 &&
        box.bottom <= area.bottom &&
        taken.every((other) => !boxesMeet(box, other)) &&
        !crossed(box, points),
    );
    if (!place) continue;
    taken.push(place);
    // Paper over the grid line behind the words; a rim around the letters would make a Type 3 font in the PDF.
    layer.rect(place.left - 2, place.top + 1, width + 4, LINE_HEIGHT - 2, WHITE);
    layer.text(text, place.left, place.top + LINE_HEIGHT / 2, { fill: ink, size: TEXT_SIZE });
  }
}

function boxesMeet(a: Area, b: Area): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Whether a step between neighbouring points touches the box, taking the step by its bounds. */
function crossed(box: Area, points: readonly { readonly x: number; readonly y: number }[]): boolean {
  return points.some((point, index) => {
    const next = points[index + 1];
    if (!next || next.x < point.x) return false;
    const step = { left: point.x, right: next.x, top: Math.min(point.y, next.y), bottom: Math.max(point.y, next.y) };
    return boxesMeet(box, { ...step, right: step.right + 0.1, bottom: step.bottom + 0.1 });
  });
}
