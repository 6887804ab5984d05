import type { BarChart } from '../model/chart-spec.ts';
import { integer } from '../model/inlines.ts';
import { say } from '../model/say.ts';
import { visibleLabel } from '../text/text.ts';
import type { Area, DrawContext, Drawing } from './drawing.ts';
import { drawLegend, layLegend } from './legend.ts';
import { drawNoData } from './no-data.ts';
import { BARE_SCALE, type Painting } from './painter.ts';
import { SvgLayer } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';
import { TEXT_SIZE, WHITE } from './theme.ts';

const ROW = 19;
const BAR = 12;
const MOST_BARS = 40;
/** Most of the width that names may take. */
const NAME_SHARE = 0.38;

/** Horizontal bars in the order given, each with its name before and its number behind it. A bar of zero is a name and `0`. */
export function drawBars(spec: BarChart, context: DrawContext): Drawing {
  const { theme, width, writer } = context;
  const bars = spec.bars.slice(0, MOST_BARS);
  if (bars.length === 0) return drawNoData(context.height ?? 80, context);
  const colours = theme.series(spec.parts.map((part) => part.role));
  const isHeld = spec.referenceLabel !== undefined;
  const legend = layLegend(
    [
      ...(spec.parts.length > 1 || isHeld
        ? spec.parts.map((part, index) => ({
            label: visibleLabel(part.label),
            colour: colours[index] ?? WHITE,
            shape: 'area' as const,
          }))
        : []),
      ...(isHeld ? [{ label: spec.referenceLabel, colour: theme.ink, shape: 'line' as const }] : []),
    ],
    width,
  );
  const totals = bars.map((bar) => bar.values.reduce((sum, value) => sum + value, 0));
  const numbers = bars.map(({ total, missing }, index) =>
    missing
      ? writer.phrase(say`no data`)
      : total
        ? writer.measure(total, 'cell')
        : writer.quantity(totals[index] ?? 0, spec.unit),
  );
  const names = bars.map((bar) => fitText(visibleLabel(bar.label), width * NAME_SHARE, TEXT_SIZE));
  const hidden = spec.bars.length - bars.length;
  const top = legend.height;
  const area: Area = {
    left: Math.max(...names.map((name) => textWidth(name, TEXT_SIZE))) + 10,
    top,
    right: width - Math.max(...numbers.map((number) => textWidth(number, TEXT_SIZE, 600))) - 10,
    bottom: top + bars.length * ROW,
  };
  const largest = Math.max(...totals, ...bars.map(({ reference }) => reference ?? 0));
  const scaleMax = largest > 0 ? largest : 1;
  const [under, over] = [new SvgLayer(), new SvgLayer()];
  drawLegend(over, legend, theme);
  over.line(area.left, area.top, area.left, area.bottom, { stroke: theme.axis, width: 1 });
  bars.forEach((_, index) => {
    const middle = area.top + index * ROW + ROW / 2;
    const end = area.left + ((totals[index] ?? 0) / scaleMax) * (area.right - area.left);
    over.text(names[index] ?? '', area.left - 6, middle, { fill: theme.ink, size: TEXT_SIZE, anchor: 'end' });
    const reference = bars[index]?.reference;
    const mark = reference === undefined ? 0 : area.left + (reference / scaleMax) * (area.right - area.left);
    if (reference !== undefined)
      over.line(mark, middle - BAR * 0.7, mark, middle + BAR * 0.7, { stroke: theme.ink, width: 1.6 });
    // The number gives way to a mark that stands right behind its bar.
    const numberWidth = textWidth(numbers[index] ?? '', TEXT_SIZE, 600);
    const isCrossed = mark > end && mark < end + 8 + numberWidth;
    over.text(numbers[index] ?? '', (isCrossed ? mark : end) + 5, middle, {
      fill: theme.ink,
      size: TEXT_SIZE,
      weight: 600,
    });
  });
  if (hidden > 0)
    over.text(writer.phrase(say`and ${integer(hidden)} more in the table`), area.left - 6, area.bottom + 8, {
      fill: theme.muted,
      size: TEXT_SIZE,
    });
  const datasets: Painting['data']['datasets'] = spec.parts.map((_, part) => ({
    data: bars.map((bar) => bar.values[part] ?? 0),
    backgroundColor: colours[part] ?? WHITE,
    barThickness: BAR,
  }));
  return {
    height: area.bottom + (hidden > 0 ? 18 : 2),
    under,
    over,
    painting: {
      type: 'bar',
      horizontal: true,
      area,
      data: { labels: bars.map((_, index) => index), datasets },
      scales: {
        x: { ...BARE_SCALE, type: 'linear', stacked: true, min: 0, max: scaleMax, grid: { display: false } },
        y: { ...BARE_SCALE, type: 'category', stacked: true, grid: { display: false } },
      },
    },
  };
}
