import type { ChartConfiguration } from 'chart.js';
import { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import { compactSvg } from './compact.ts';
import type { Area } from './drawing.ts';

/** What Chart.js draws of a chart: data sets and grid lines inside `area`. Words are ours (`SvgLayer`). */
export interface Painting {
  readonly area: Area;
  readonly data: ChartConfiguration<'line' | 'bar'>['data'];
  readonly type: 'line' | 'bar';
  readonly horizontal?: boolean;
  readonly scales: NonNullable<ChartConfiguration<'line' | 'bar'>['options']>['scales'];
}

/** One canvas for charts of every size: loading Chart.js for each would cost 60 ms a chart. */
class Painter extends ChartJSNodeCanvas {
  constructor() {
    super({ width: 1, height: 1, type: 'svg' });
  }

  /** The base class fixes the size of its canvases for life; they are made anew for each chart, so it may change between two. */
  paint(configuration: ChartConfiguration, width: number, height: number): string {
    Object.assign(this, { _width: width, _height: height });
    return this.renderToBufferSync(configuration, 'image/svg+xml').toString('utf8');
  }
}

const painter = new Painter();

/** SVG elements, without the `svg` element around them. The same painting gives the same bytes. */
export function paint(painting: Painting, width: number, height: number, idPrefix: string): string {
  const { area, data, type, horizontal, scales } = painting;
  const svg = painter.paint(
    {
      type,
      data,
      options: {
        animation: false,
        responsive: false,
        devicePixelRatio: 1,
        ...(type === 'line' && { parsing: false as const }),
        indexAxis: horizontal ? 'y' : 'x',
        events: [],
        plugins: { legend: { display: false }, title: { display: false }, tooltip: { enabled: false } },
        // The scales take no room, so that the plot is exactly `area`, around which our own words are placed.
        layout: {
          autoPadding: false,
          padding: { left: area.left, top: area.top, right: width - area.right, bottom: height - area.bottom },
        },
        scales: scales ?? {},
      },
    },
    width,
    height,
  );
  return compactSvg(svg, idPrefix);
}

/** Points as Chart.js wants them; it takes a number that is none for the end of a line. */
export function chartPoints(
  points: readonly { readonly x: number; readonly y: number | null }[],
): { x: number; y: number }[] {
  return points.map(({ x, y }) => ({ x, y: y ?? Number.NaN }));
}

/** Options that leave a scale without width, height and words. */
export const BARE_SCALE = {
  border: { display: false },
  ticks: { display: false },
  title: { display: false },
  afterFit: (scale: { width: number; height: number }): void => {
    Object.assign(scale, { width: 0, height: 0 });
  },
} as const;
