import { say } from '../model/say.ts';
import type { Area, DrawContext, Drawing } from './drawing.ts';
import { SvgLayer } from './svg.ts';
import { textWidth } from './text-width.ts';
import { TEXT_SIZE, WHITE } from './theme.ts';

/** A chart that says that there is nothing to draw, in place of one that looks like zero. */
export function drawNoData(height: number, context: DrawContext): Drawing {
  const [under, over] = [new SvgLayer(), new SvgLayer()];
  const area = { left: 0, top: 0, right: context.width, bottom: height };
  under.hatch(0, 0, context.width, height, context.theme.grid);
  drawNoDataNote(over, area, context);
  return { height, under, over };
}

/** The note in the middle of a plot whose axes are drawn but whose series are empty. */
export function drawNoDataNote(layer: SvgLayer, area: Area, { theme, writer }: DrawContext): void {
  const note = writer.phrase(say`No data in this period`);
  const [x, y] = [(area.left + area.right) / 2, (area.top + area.bottom) / 2];
  const width = textWidth(note, TEXT_SIZE, 600) + 16;
  layer.rect(x - width / 2, y - 10, width, 20, WHITE, 3);
  layer.text(note, x, y, { fill: theme.muted, size: TEXT_SIZE, weight: 600, anchor: 'middle' });
}
