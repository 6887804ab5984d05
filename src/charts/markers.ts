import type { ChartMarker } from '../model/chart-spec.ts';
import type { Writer } from '../text/text.ts';
import { visibleLabel } from '../text/text.ts';
import { type SvgLayer, short } from './svg.ts';
import { fitText, textWidth } from './text-width.ts';
import { LINE_HEIGHT, TEXT_SIZE, type Theme, WHITE } from './theme.ts';

/** Where the words of markers stand: flags in rows above the plot or, where they do not fit, numbers with a key below it. */
export interface MarkerLayout {
  /** Rows of words above the plot; row 0 lies directly above it. */
  readonly rows: number;
  readonly flags: readonly Flag[];
  /** Lines of the key below the axis; empty where the flags say everything. */
  readonly key: readonly string[];
}

interface Flag {
  /** Instants of the lines, in px; more than one where neighbours share a number. */
  readonly lines: readonly { readonly x: number; readonly actor: ChartMarker['actor'] }[];
  readonly text: string;
  readonly row: number;
  /** The span of the words, in px. */
  readonly from: number;
  readonly to: number;
  readonly badge: boolean;
}

interface Space {
  readonly left: number;
  readonly right: number;
}

const MOST_ROWS = 4;
/** Widths of words in px that are tried in turn. */
const LONGEST_FLAGS = [240, 150, 90];
const PADDING = 3;
const GAP = 6;

/** Words and lines never touch other words. `markers` lie within the axis; `x` gives their px. */
export function placeMarkers(
  markers: readonly ChartMarker[],
  x: (at: number) => number,
  space: Space,
  writer: Writer,
): MarkerLayout {
  const sorted = [...markers].sort((a, b) => a.at - b.at);
  const flags = LONGEST_FLAGS.reduce<Flag[] | undefined>(
    (found, longest) => found ?? placeFlags(sorted, x, space, longest),
    undefined,
  );
  if (flags) return { rows: Math.max(0, ...flags.map((flag) => flag.row + 1)), flags, key: [] };
  const badges = placeBadges(sorted, x, space);
  const key = sorted.map(
    (marker, index) => `${index + 1}  ${writer.time(marker.at, 'clock')}  ${visibleLabel(marker.label)}`,
  );
  return { rows: 1, flags: badges, key };
}

/** Flags from the last marker to the first, each in the lowest row where it meets nothing; undefined if one has no place. */
function placeFlags(
  sorted: readonly ChartMarker[],
  x: (at: number) => number,
  space: Space,
  longest: number,
): Flag[] | undefined {
  const placed: Flag[] = [];
  for (const marker of [...sorted].reverse()) {
    const at = x(marker.at);
    const text = fitText(visibleLabel(marker.label), longest, TEXT_SIZE);
    const width = textWidth(text, TEXT_SIZE) + PADDING;
    const rows = Array.from({ length: MOST_ROWS }, (_, row) => row);
    // To the right of the line in any row before to its left: words on the left lie in the way of earlier markers.
    const candidates = [
      ...rows.map((row) => ({ row, from: at, to: at + width })),
      ...rows.map((row) => ({ row, from: at - width, to: at })),
    ];
    const free = candidates.find((candidate) => {
      if (candidate.from < space.left - 1 || candidate.to > space.right) return false;
      return placed.every((other) => !meets({ ...candidate, at }, other));
    });
    if (!free) return undefined;
    placed.push({ ...free, text, lines: [{ x: at, actor: marker.actor }], badge: false });
  }
  return placed.reverse();
}

/** Words on words in a row, or a line through the words of a lower row. A line may stand right where words begin. */
function meets(flag: { row: number; from: number; to: number; at: number }, other: Flag): boolean {
  if (flag.row === other.row) return overlap(flag, other);
  const [lines, lower] = flag.row > other.row ? [[flag.at], other] : [other.lines.map((line) => line.x), flag];
  return lines.some((line) => line > lower.from + PADDING - 1.5 && line < lower.to - PADDING + 1.5);
}

function overlap(a: { from: number; to: number }, b: { from: number; to: number }): boolean {
  return a.from < b.to + GAP && b.from < a.to + GAP;
}

/** Numbers in one row; markers too close for a number each share one, `3–5`. */
function placeBadges(sorted: readonly ChartMarker[], x: (at: number) => number, space: Space): Flag[] {
  interface Group {
    readonly first: number;
    readonly last: number;
    readonly lines: Flag['lines'];
  }
  const textOf = ({ first, last }: Group): string => (first === last ? String(first) : `${first}–${last}`);
  const spanOf = (group: Group): { from: number; to: number } => {
    const half = badgeWidth(textOf(group)) / 2;
    const [start, end] = [group.lines[0]?.x ?? 0, group.lines.at(-1)?.x ?? 0];
    const middle = Math.min(space.right - half, Math.max(space.left + half, (start + end) / 2));
    return { from: middle - half, to: middle + half };
  };
  const groups: Group[] = [];
  sorted.forEach((marker, index) => {
    let group: Group = { first: index + 1, last: index + 1, lines: [{ x: x(marker.at), actor: marker.actor }] };
    for (let before = groups.at(-1); before; before = groups.at(-1)) {
      if (spanOf(before).to + 2 <= spanOf(group).from) break;
      groups.pop();
      group = { first: before.first, last: group.last, lines: [...before.lines, ...group.lines] };
    }
    groups.push(group);
  });
  return groups.map((group) => ({ lines: group.lines, text: textOf(group), row: 0, ...spanOf(group), badge: true }));
}

export function badgeWidth(text: string): number {
  return Math.max(13, textWidth(text, 8, 600) + 7);
}

/** A number in a coloured pill, `y` its middle. */
export function drawBadge(layer: SvgLayer, text: string, x: number, y: number, fill: string): void {
  const width = badgeWidth(text);
  layer.rect(x - width / 2 - 1, y - 7.5, width + 2, 15, WHITE, 7.5);
  layer.rect(x - width / 2, y - 6.5, width, 13, fill, 6.5);
  layer.text(text, x, y, { fill: WHITE, size: 8, weight: 600, anchor: 'middle' });
}

const PIN = 3;

/** A small triangle whose point is at (x, y). */
function pin(x: number, y: number): string {
  return `M${short(x)} ${short(y + 2)}L${short(x - 2.5)} ${short(y - 3)}H${short(x + 2.5)}Z`;
}

/**
 * Lines and their words above `top`. A line goes down to `bottom` only where it hides no bucket (`through`); elsewhere a pin
 * points at its instant from above, since what matters most often happens in the few px under the first markers.
 */
export function drawMarkers(
  layer: SvgLayer,
  layout: MarkerLayout,
  { top, bottom, through }: { readonly top: number; readonly bottom: number; readonly through: boolean },
  theme: Theme,
): void {
  const middleOf = (row: number): number => top - row * LINE_HEIGHT - LINE_HEIGHT / 2;
  for (const flag of layout.flags) {
    const start = flag.badge ? top : middleOf(flag.row) - LINE_HEIGHT / 2 + 1;
    for (const { x, actor } of flag.lines) {
      if (through) layer.line(x, Math.max(start, top), x, bottom, { stroke: WHITE, width: 2.5 });
      layer.line(x, start, x, through ? bottom : top + PIN, { stroke: theme.ink, width: 1 });
      if (!through) layer.path(pin(x, top + PIN), { fill: theme.actor(actor) });
    }
  }
  for (const { text, row, from, to, badge, lines } of layout.flags) {
    const actor = lines[0]?.actor ?? 'automatic';
    if (badge) {
      drawBadge(layer, text, (from + to) / 2, middleOf(row), lines.length === 1 ? theme.actor(actor) : theme.muted);
      continue;
    }
    const toTheRight = (lines[0]?.x ?? 0) === from;
    const [x, anchor] = toTheRight ? [from + PADDING, 'start' as const] : [to - PADDING, 'end' as const];
    layer.text(text, x, middleOf(row), { fill: theme.ink, size: TEXT_SIZE, anchor });
  }
}
