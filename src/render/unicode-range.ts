/** Pairs of first and last code point. */
export type Bounds = readonly (readonly [number, number])[];

/** `U+0370-0377,U+037A`, as a font package and a style sheet write it. */
export function parseRange(range: string): Bounds {
  return range.split(',').map((part) => {
    const [from = '', to] = part.trim().replace('U+', '').split('-');
    const first = Number.parseInt(from, 16);
    return [first, to === undefined ? first : Number.parseInt(to, 16)];
  });
}

export function writeRange(codes: readonly number[]): string {
  return codes.map((code) => `U+${code.toString(16)}`).join(',');
}

export function isIn(bounds: Bounds, code: number): boolean {
  return bounds.some(([first, last]) => code >= first && code <= last);
}
