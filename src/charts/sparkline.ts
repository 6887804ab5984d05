import type { SparklineChart } from '../model/chart-spec.ts';
import type { DrawContext, Drawing } from './drawing.ts';
import { SvgLayer, short } from './svg.ts';

const HEIGHT = 30;
const DOT = 2.6;
const EDGE = 4;

/**
 * A line from zero up, broken where a value is not known; a value between two unknown ones is a dot. The last value is the one
 * at hand and bears a dot of the accent colour. Without any value the line is left out.
 */
export function drawSparkline(spec: SparklineChart, { theme, width, height: wished }: DrawContext): Drawing {
  const height = wished ?? HEIGHT;
  const [under, over] = [new SvgLayer(), new SvgLayer()];
  const known = spec.values.flatMap((value) => value ?? []);
  const largest = Math.max(0, ...known);
  const step = (width - 2 * EDGE) / Math.max(1, spec.values.length - 1);
  const x = (index: number): number => EDGE + index * step;
  const y = (value: number): number => height - EDGE - (largest > 0 ? value / largest : 0) * (height - 2 * EDGE);
  under.line(EDGE, height - EDGE, width - EDGE, height - EDGE, { stroke: theme.grid, width: 1 });
  let path = '';
  spec.values.forEach((value, index) => {
    if (value === null) return;
    const isConnected = (spec.values[index - 1] ?? null) !== null;
    path += `${isConnected ? 'L' : 'M'}${short(x(index))} ${short(y(value))}`;
    const isAlone = !isConnected && (spec.values[index + 1] ?? null) === null;
    if (isAlone && index < spec.values.length - 1) over.circle(x(index), y(value), DOT * 0.7, theme.muted);
  });
  over.path(path, { stroke: theme.muted, width: 1.4 });
  const last = spec.values.at(-1) ?? null;
  if (last !== null) over.circle(x(spec.values.length - 1), y(last), DOT, theme.ink);
  return { height, under, over };
}
