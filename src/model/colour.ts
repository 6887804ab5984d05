/** A colour in OKLab, where equal steps look equal: lightness 0 to 1, and two opponent axes. */
interface Lab {
  readonly lightness: number;
  readonly a: number;
  readonly b: number;
}

/** `#rrggbb` mixed with another in equal-looking steps; `share` 0 is the first, 1 the second. */
export function mix(first: string, second: string, share: number): string {
  const [x, y] = [toLab(first), toLab(second)];
  const between = (from: number, to: number): number => from + (to - from) * share;
  return fromLab({
    lightness: between(x.lightness, y.lightness),
    a: between(x.a, y.a),
    b: between(x.b, y.b),
  });
}

/** How light a colour looks, 0 black to 1 white. */
export function lightnessOf(colour: string): number {
  return toLab(colour).lightness;
}

export function withLightness(colour: string, lightness: number): string {
  const lab = toLab(colour);
  // Saturation shrinks with the distance travelled, or dark yellows turn into neon that no printer has.
  const keep = 1 - Math.min(0.5, Math.abs(lab.lightness - lightness));
  return fromLab({ lightness, a: lab.a * keep, b: lab.b * keep });
}

/** The same hue and saturation at another lightness, as far as a screen can show it. */
export function withLightnessOnly(colour: string, lightness: number): string {
  return fromLab({ ...toLab(colour), lightness });
}

/** WCAG 2 contrast ratio, 1 to 21. */
export function contrast(first: string, second: string): number {
  const [bright, dark] = [luminanceOf(first), luminanceOf(second)].sort((x, y) => y - x);
  return ((bright ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** WCAG 2 contrast that small text must have against its ground. */
export const TEXT_CONTRAST = 4.5;

/** The colour, darkened step by step until words in it can be read on white paper. */
export function readableOnPaper(colour: string): string {
  let readable = colour;
  while (contrast(readable, '#ffffff') < TEXT_CONTRAST) readable = mix(readable, '#000000', 0.04);
  return readable;
}

/** WCAG 2 relative luminance, 0 black to 1 white. */
export function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = linearChannels(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** 0 for the same colour; about 0.1 is a clear difference between two areas side by side. */
export function distance(first: string, second: string): number {
  const [x, y] = [toLab(first), toLab(second)];
  return Math.hypot(x.lightness - y.lightness, x.a - y.a, x.b - y.b);
}

function linearChannels(colour: string): number[] {
  return [1, 3, 5].map((at) => toLinear(Number.parseInt(colour.slice(at, at + 2), 16) / 255));
}

function toLab(colour: string): Lab {
  const [r = 0, g = 0, b = 0] = linearChannels(colour);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

function fromLab({ lightness, a, b }: Lab): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const hex = (linear: number): string =>
    Math.round(toGamma(linear) * 255)
      .toString(16)
      .padStart(2, '0');
  return `#${channels.map(hex).join('')}`;
}

function toLinear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

function toGamma(linear: number): number {
  const clamped = Math.min(1, Math.max(0, linear));
  return clamped <= 0.0031308 ? clamped * 12.92 : 1.055 * clamped ** (1 / 2.4) - 0.055;
}
