import type { ChartSeries, TimeLinesChart } from '../model/chart-spec.ts';
import { gapsOf, hasValues, linePoints } from './buckets.ts';
import type { DrawContext, Drawing } from './drawing.ts';
import { drawNoData, drawNoDataNote } from './no-data.ts';
import { BARE_SCALE, chartPoints, type Painting } from './painter.ts';
import { legendOf, windowOf } from './series-legend.ts';
import { SvgLayer } from './svg.ts';
import { WHITE } from './theme.ts';
import { drawAround, drawBehind, layTimeFrame, type TimeFrameRequest } from './time-frame.ts';
import { createValueAxis, valueScale } from './value-axis.ts';

const HEIGHT = 240;

/** Lines through the middle of their buckets, on one axis or two; a value between two gaps is a dash. */
export function drawTimeLines(spec: TimeLinesChart, context: DrawContext): Drawing {
  const rightSeries = spec.right?.series ?? [];
  const all = [...spec.left.series, ...rightSeries];
  const height = context.height ?? HEIGHT;
  const window = windowOf(spec, all);
  if (!window) return drawNoData(height, context);
  const colours = context.theme.series(all.map((series) => series.role));
  const values = all.map((series) => series.values);
  // Hatched only where every line is silent: one line that ends does not make the others doubtful.
  const gaps = gapsOf([silence(all)], spec);
  const axisOf = (series: readonly ChartSeries[], unit: TimeLinesChart['left']['unit']) =>
    createValueAxis(
      series.flatMap((one) => one.values),
      unit,
      height * 0.6,
      context.writer,
    );
  const left = axisOf(spec.left.series, spec.left.unit);
  const right = spec.right && axisOf(spec.right.series, spec.right.unit);
  const request: TimeFrameRequest = {
    window,
    bands: spec.bands,
    markers: spec.markers,
    legend: legendOf(
      all.map(({ label }, index) => ({
        label: right ? `${label} (${index < spec.left.series.length ? 'left' : 'right'})` : label,
        colour: colours[index] ?? WHITE,
        shape: 'line',
      })),
      gaps.length > 0 ? 'No data' : undefined,
      context.theme,
    ),
    height,
    left,
    ...(right && { right }),
  };
  const frame = layTimeFrame(request, context);
  const [under, over] = [new SvgLayer(), new SvgLayer()];
  drawBehind(under, frame, gaps, context);
  const datasets: Painting['data']['datasets'] = all.map((series, index) => ({
    data: chartPoints(linePoints(series.values, spec, frame.area.right - frame.area.left)),
    yAxisID: index < spec.left.series.length ? 'y' : 'right',
    borderColor: colours[index] ?? WHITE,
    borderWidth: 1.5,
    borderJoinStyle: 'round',
    pointRadius: 0,
  }));
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
        ...(right && { right: { ...valueScale(right, context.theme), position: 'right', grid: { display: false } } }),
      },
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
