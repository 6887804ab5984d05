import type { ChartSpec } from '../model/chart-spec.ts';
import { drawBars } from './bars.ts';
import { checkSpec } from './check-spec.ts';
import { drawCurve } from './curve.ts';
import { drawDots } from './dots.ts';
import type { DrawContext, Drawing, DrawOptions } from './drawing.ts';
import { drawFlow } from './flow.ts';
import { TEXT_FAMILY } from './fonts.ts';
import { drawHeatMap } from './heat-map.ts';
import { paint } from './painter.ts';
import { drawSparkline } from './sparkline.ts';
import { short } from './svg.ts';
import { drawSwimLane } from './swim-lane.ts';
import { createTheme } from './theme.ts';
import { drawTimeLines } from './time-lines.ts';
import { drawTimeStack } from './time-stack.ts';

/** The whole picture as one SVG element. */
export function draw(spec: ChartSpec, options: DrawOptions): string {
  checkSpec(spec);
  const { writer, colours, width, height, idPrefix } = options;
  const drawing = drawKind(spec, { writer, theme: createTheme(colours), width, height });
  const plot = drawing.painting?.area ?? drawing.plot;
  const size = `${short(width)} ${short(drawing.height)}`;
  const painted = drawing.painting ? paint(drawing.painting, width, drawing.height, idPrefix) : '';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" width="${short(width)}" height="${short(drawing.height)}"`,
    // Where the data stand, for a page whose reader points at them.
    plot ? ` data-plot="${[plot.left, plot.top, plot.right, plot.bottom].map(short).join(' ')}"` : '',
    ` font-family="${TEXT_FAMILY}, sans-serif" text-rendering="geometricPrecision">`,
    `${drawing.under}${painted}${drawing.over}</svg>`,
  ].join('');
}

function drawKind(spec: ChartSpec, context: DrawContext): Drawing {
  switch (spec.kind) {
    case 'time-stack':
      return drawTimeStack(spec, context);
    case 'time-lines':
      return drawTimeLines(spec, context);
    case 'swim-lane':
      return drawSwimLane(spec, context);
    case 'heat-map':
      return drawHeatMap(spec, context);
    case 'curve':
      return drawCurve(spec, context);
    case 'bars':
      return drawBars(spec, context);
    case 'dots':
      return drawDots(spec, context);
    case 'flow':
      return drawFlow(spec, context);
    case 'sparkline':
      return drawSparkline(spec, context);
    default:
      return spec satisfies never;
  }
}
