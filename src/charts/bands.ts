import type { TimeWindow } from '../model/time.ts';
import { visible } from '../text/text.ts';
import type { Area } from './drawing.ts';
import type { SvgLayer } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';
import { TEXT_SIZE, type Theme } from './theme.ts';

/** A shaded span of time with a name, such as a wave. */
export type Band = TimeWindow & { readonly label: string };

export const STRIP_HEIGHT = 13;

/** The bands cut to the window, in order of time; those outside are left out. */
export function bandsWithin(bands: readonly Band[], window: TimeWindow): readonly Band[] {
  return bands
    .filter((band) => band.start < window.end && band.end > window.start)
    .map((band) => ({ ...band, start: Math.max(band.start, window.start), end: Math.min(band.end, window.end) }))
    .sort((a, b) => a.start - b.start);
}

/**
 * The bands by name in a strip under the plot; a name that does not fit beside its neighbours is left to the shading.
 * Returns the height taken, none without bands.
 */
export function drawBandStrip(
  layer: SvgLayer,
  bands: readonly Band[],
  area: Area,
  x: (at: number) => number,
  theme: Theme,
): number {
  if (bands.length === 0) return 0;
  const middle = area.bottom + STRIP_HEIGHT / 2 + 0.5;
  const spans = bands.map((band) => ({ from: x(band.start), to: Math.max(x(band.end), x(band.start) + 2) }));
  for (const { from, to } of spans) layer.rect(from, area.bottom + 1, to - from, STRIP_HEIGHT - 1, theme.bandLabel);
  const names = bandNames(
    bands.map((band) => visible(band.label)),
    spans,
    area,
  );
  for (const { text, at } of names)
    layer.text(text, at, middle, { fill: theme.ink, size: TEXT_SIZE, anchor: 'middle' });
  return STRIP_HEIGHT;
}

/** Full names if all of them fit, else only their numbers (`Wave 12` → `12`), else those that fit. */
function bandNames(
  labels: readonly string[],
  spans: readonly { readonly from: number; readonly to: number }[],
  area: Area,
): readonly { readonly text: string; readonly at: number }[] {
  const place = (texts: readonly string[]): { text: string; at: number }[] => {
    const placed: { text: string; at: number; to: number }[] = [];
    texts.forEach((text, index) => {
      const span = spans[index];
      const width = textWidth(text, TEXT_SIZE);
      if (!span || text === '') return;
      const half = width / 2;
      const middle = (span.from + span.to) / 2;
      // Inside its band, else beside it where the strip is free: never on the name or the band of a neighbour.
      const inside = span.to - span.from >= width + 4;
      const after = Math.max(span.to + 3 + half, 0);
      const next = spans[index + 1]?.from ?? area.right + 20;
      const free = placed.at(-1)?.to ?? area.left - 20;
      const before = span.from - 3 - half;
      const previousEnd = Math.max(free, spans[index - 1]?.to ?? area.left);
      if (inside && span.from >= free) placed.push({ text, at: middle, to: span.to });
      else if (after + half + 4 <= next) placed.push({ text, at: after, to: after + half + 4 });
      else if (before - half - 4 >= previousEnd) placed.push({ text, at: before, to: span.to });
    });
    return placed;
  };
  const full = place(labels.map((label) => fitText(label, 120, TEXT_SIZE)));
  if (full.length === labels.length) return full;
  const numbers = labels.map((label) => /\d+$/u.exec(label)?.[0] ?? '');
  const short = numbers.every((number) => number !== '') ? place(numbers) : [];
  return short.length > full.length ? short : full;
}
