/** How a text stands on its point. The vertical position is always the middle of a capital letter. */
export interface TextStyle {
  readonly fill: string;
  readonly size: number;
  readonly weight?: 400 | 600;
  readonly anchor?: 'start' | 'middle' | 'end';
}

interface Stroke {
  readonly stroke: string;
  readonly width: number;
}

/** Half the height of a capital of Inter, as a part of the font size. */
const HALF_CAPITAL = 0.364;

/** SVG elements in drawing order. Text from outside enters only through `text`, as a text node. */
export class SvgLayer {
  readonly #elements: string[] = [];

  text(content: string, x: number, y: number, style: TextStyle): void {
    if (content === '') return;
    const anchor = style.anchor ?? 'start';
    const attributes = [
      `x="${short(x)}" y="${short(y + style.size * HALF_CAPITAL)}"`,
      `font-size="${short(style.size)}"`,
      style.weight === 600 ? 'font-weight="600"' : '',
      anchor === 'start' ? '' : `text-anchor="${anchor}"`,
      `fill="${style.fill}"`,
    ];
    this.#elements.push(`<text ${joined(attributes)}>${escapeXml(content)}</text>`);
  }

  line(x1: number, y1: number, x2: number, y2: number, { stroke, width }: Stroke): void {
    this.path(`M${short(x1)} ${short(y1)}${lineTo(x1, y1, x2, y2)}`, { stroke, width });
  }

  rect(x: number, y: number, width: number, height: number, fill: string, radius = 0): void {
    if (width <= 0 || height <= 0) return;
    const round = radius > 0 ? `rx="${short(radius)}"` : '';
    this.#elements.push(
      `<rect ${joined([`x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"`, round, `fill="${fill}"`])}/>`,
    );
  }

  circle(x: number, y: number, radius: number, fill: string, outline?: Stroke): void {
    const rim = outline ? `stroke="${outline.stroke}" stroke-width="${short(outline.width)}"` : '';
    this.#elements.push(
      `<circle ${joined([`cx="${short(x)}" cy="${short(y)}" r="${short(radius)}" fill="${fill}"`, rim])}/>`,
    );
  }

  /** `d` is path data of our own making. */
  path(d: string, paint: Stroke | { readonly fill: string }): void {
    if (d === '') return;
    const attributes =
      'fill' in paint
        ? `fill="${paint.fill}"`
        : `fill="none" stroke="${paint.stroke}" stroke-width="${short(paint.width)}"`;
    this.#elements.push(`<path ${attributes} d="${d}"/>`);
  }

  /** Diagonal lines in a rectangle: the sign for missing data. Drawn line by line, as a pattern may print as a picture. */
  hatch(x: number, y: number, width: number, height: number, stroke: string): void {
    if (width <= 0 || height <= 0) return;
    const spacing = 5;
    let d = '';
    // Lines x + y = c that cross the rectangle, cut to it. They start on a common grid, so that neighbours join up.
    for (let c = Math.ceil((x + y) / spacing) * spacing; c < x + width + y + height; c += spacing) {
      const fromX = Math.max(x, c - y - height);
      const toX = Math.min(x + width, c - y);
      d += `M${short(fromX)} ${short(c - fromX)}L${short(toX)} ${short(c - toX)}`;
    }
    this.path(d, { stroke, width: 0.6 });
  }

  toString(): string {
    return this.#elements.join('');
  }
}

/** A number with two decimals at most, which is a fortieth of what an eye can see in print. */
export function short(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return String(rounded === 0 ? 0 : rounded);
}

/** A move that repeats only the coordinate that changes. */
export function lineTo(fromX: number, fromY: number, x: number, y: number): string {
  if (short(fromY) === short(y)) return `H${short(x)}`;
  return short(fromX) === short(x) ? `V${short(y)}` : `L${short(x)} ${short(y)}`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function joined(attributes: readonly string[]): string {
  return attributes.filter((attribute) => attribute !== '').join(' ');
}
