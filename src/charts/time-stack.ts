import type { TimeStackChart } from '../model/chart-spec.ts';
import type { Message } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import { columnsOf, gapsOf, hasValues, linePoints, stackSteps, sumAt, type Values } from './buckets.ts';
import type { DrawContext, Drawing } from './drawing.ts';
import { drawNoData, drawNoDataNote } from './no-data.ts';
import { BARE_SCALE, chartPoints, type Painting } from './painter.ts';
import { legendOf, windowOf } from './series-legend.ts';
import { SvgLayer } from './svg.ts';
import { WHITE } from './theme.ts';
import { drawAround, drawBehind, layTimeFrame, type TimeFrameRequest } from './time-frame.ts';
import { createValueAxis, valueScale } from './value-axis.ts';

const HEIGHT = 260;

/**
 * Stacked areas in steps: each bucket is as wide as its time, so the area is the volume. The first series lies at the
 * bottom. Where a bucket lacks a series, what is known is drawn over the hatching.
 */
export function drawTimeStack(spec: TimeStackChart, context: DrawContext): Drawing {
  const values = spec.series.map((series) => series.values);
  const all = [...spec.series, ...(spec.line ? [spec.line] : [])];
  const window = windowOf(spec, all);
  const height = context.height ?? HEIGHT;
  if (!window) return drawNoData(height, context);
  const colours = context.theme.series(all.map((series) => series.role));
  const gaps = gapsOf(values, spec);

  const sums = values[0]?.map((_, index) => sumAt(values, index)) ?? [];
  const left = createValueAxis([...sums, ...(spec.line?.values ?? [])], spec.unit, height * 0.6, context.writer);
  const request: TimeFrameRequest = {
    window,
    bands: spec.bands,
    markers: spec.markers,
    intervalMs: spec.intervalMs,
    legend: legendOf(
      all.map(({ label }, index) => ({
        label,
        colour: colours[index] ?? WHITE,
        shape: index < spec.series.length ? 'area' : 'line',
      })),
      gaps.length > 0 ? context.writer.phrase(gapLabel(values)) : undefined,
      context.theme,
    ),
    height,
    left,
  };
  const frame = layTimeFrame(request, context);
  const width = frame.area.right - frame.area.left;
  const [under, over] = [new SvgLayer(), new SvgLayer()];
  drawBehind(under, frame, gaps, context);
  const columns = columnsOf(values, spec, width);
  const datasets: Painting['data']['datasets'] = stackSteps(spec.series, columns).map((points, index) => ({
    data: chartPoints(points),
    backgroundColor: colours[index] ?? WHITE,
    // A hairline of paper keeps areas of like lightness apart in greyscale; between narrow columns it would be all one sees.
    borderColor: WHITE,
    borderWidth: spec.series.length > 2 && columns.length * 4 <= width ? 0.5 : 0,
    fill: 'origin',
    pointRadius: 0,
  }));
  if (spec.line) {
    datasets.unshift({
      data: chartPoints(linePoints(spec.line.values, spec, width)),
      borderColor: colours.at(-1) ?? WHITE,
      borderWidth: 1.5,
      pointRadius: 0,
    });
  }
  drawAround(over, frame, request, context);
  if (!hasValues(values)) drawNoDataNote(over, frame.area, context);
  return {
    height: frame.height,
    under,
    over,
    painting: {
      type: 'line',
      area: frame.area,
      data: { datasets },
      scales: {
        x: { ...BARE_SCALE, type: 'linear', min: window.start, max: window.end, grid: { display: false } },
        y: valueScale(left, context.theme),
      },
    },
  };
}

/** Hatching means less where a part is known. */
function gapLabel(values: readonly Values[]): Message {
  const partly = values[0]?.some((_, index) => {
    const known = values.filter((series) => (series[index] ?? null) !== null).length;
    return known > 0 && known < values.length;
  });
  return partly ? say`No or incomplete data` : say`No data`;
}
