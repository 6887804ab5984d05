import type { TimeWindow } from '../model/time.ts';
import { visibleLabel } from '../text/text.ts';
import type { Area } from './drawing.ts';
import type { SvgLayer } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';
import { TEXT_SIZE, type Theme } from './theme.ts';

/** A shaded span of time with a name, such as a wave. */
export type Band = TimeWindow & { readonly label: string };

export const STRIP_HEIGHT = 13;
const LONGEST_NAME = 120;

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
    bands.map((band) => visibleLabel(band.label)),
    spans,
    area,
  );
  for (const { text, from } of names.placed) layer.text(text, from, middle, { fill: theme.ink, size: TEXT_SIZE });
  if (textWidth(names.heading, TEXT_SIZE) <= area.left - 6)
    layer.text(names.heading, area.left - 6, middle, { fill: theme.muted, size: TEXT_SIZE, anchor: 'end' });
  return STRIP_HEIGHT;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Full names if all of them fit, else only their numbers with the word before the strip (`Wave`, `12`), else those that fit. */
function bandNames(
  labels: readonly string[],
  spans: readonly Span[],
  area: Area,
): { readonly placed: readonly PlacedName[]; readonly heading: string } {
  const full = placeNames(
    labels.map((label) => fitText(label, LONGEST_NAME, TEXT_SIZE)),
    spans,
    area,
  );
  if (full.length === labels.length) return { placed: full, heading: '' };
  const numbers = labels.map((label) => /\d+$/u.exec(label)?.[0] ?? '');
  const short = numbers.every((number) => number !== '') ? placeNames(numbers, spans, area) : [];
  if (short.length <= full.length) return { placed: full, heading: '' };
  const words = new Set(labels.map((label) => label.replace(/\s*\d+$/u, '')));
  return { placed: short, heading: words.size === 1 ? ([...words][0] ?? '') : '' };
}

interface PlacedName extends Span {
  readonly text: string;
}

/** On its band, which it may outgrow on both sides, else beside it: never on the name or the band of a neighbour. */
function placeNames(texts: readonly string[], spans: readonly Span[], area: Area): PlacedName[] {
  const placed: PlacedName[] = [];
  texts.forEach((text, index) => {
    const band = spans[index];
    if (!band || text === '') return;
    const width = textWidth(text, TEXT_SIZE);
    const inside = (band.from + band.to - width) / 2;
    const places = [
      ...(band.to - band.from >= width + 4 || spans.every((other) => other === band || !meet(inside, width, other))
        ? [inside]
        : []),
      ...[band.to + 3, band.from - 3 - width].filter((from) => spans.every((other) => !meet(from, width, other))),
    ];
    const free = places.find(
      (from) => from >= area.left && from + width <= area.right && placed.every((other) => !meet(from, width, other)),
    );
    if (free !== undefined) placed.push({ text, from: free, to: free + width });
  });
  return placed;
}

function meet(from: number, width: number, other: Span): boolean {
  return from < other.to + 2 && other.from < from + width + 2;
}
