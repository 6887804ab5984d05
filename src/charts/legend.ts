import type { SvgLayer } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';
import { LINE_HEIGHT, TEXT_SIZE, type Theme } from './theme.ts';

export interface LegendItem {
  readonly label: string;
  readonly colour: string;
  readonly shape: 'area' | 'line' | 'gap';
}

interface PlacedItem extends LegendItem {
  readonly x: number;
  readonly row: number;
}

export interface Legend {
  readonly height: number;
  readonly items: readonly PlacedItem[];
}

const SWATCH = 10;
const SWATCH_GAP = 4;
const ITEM_GAP = 14;

/** Items from the left in as many rows as they need; long names end in an ellipsis. No items, no height. */
export function layLegend(items: readonly LegendItem[], width: number): Legend {
  // Three columns where all names are long.
  const longest = Math.min(width, Math.max(90, (width - 2 * ITEM_GAP) / 3)) - SWATCH - SWATCH_GAP;
  const placed: PlacedItem[] = [];
  let [x, row] = [0, 0];
  for (const item of items) {
    const label = fitText(item.label, longest, TEXT_SIZE);
    const needed = SWATCH + SWATCH_GAP + textWidth(label, TEXT_SIZE);
    if (x > 0 && x + needed > width) {
      x = 0;
      row += 1;
    }
    placed.push({ ...item, label, x, row });
    x += needed + ITEM_GAP;
  }
  return { height: placed.length === 0 ? 0 : (row + 1) * LINE_HEIGHT + 3, items: placed };
}

export function drawLegend(layer: SvgLayer, legend: Legend, theme: Theme): void {
  for (const { label, colour, shape, x, row } of legend.items) {
    const middle = row * LINE_HEIGHT + LINE_HEIGHT / 2;
    if (shape === 'line') layer.rect(x, middle - 1, SWATCH, 2, colour, 1);
    else if (shape === 'area') layer.rect(x, middle - 4, SWATCH, 8, colour, 1);
    else layer.hatch(x, middle - 4, SWATCH, 8, colour);
    layer.text(label, x + SWATCH + SWATCH_GAP, middle, { fill: theme.ink, size: TEXT_SIZE });
  }
}
