import { lineTo, short } from './svg.ts';

/**
 * The elements of an SVG drawn by the canvas, made small and safe to put beside others in one page: two decimals, relative
 * savings in straight paths, clip paths once and with ids of their own.
 */
export function compactSvg(svg: string, idPrefix: string): string {
  const body = svg.replace(/^[\s\S]*?<svg\b[^>]*>/u, '').replace(/<\/svg>\s*$/u, '');
  const paths = body.replace(/ d="([^"]*)"/gu, (_whole, d: string) => ` d="${compactPath(d)}"`);
  const numbers = paths.replace(
    / (x|y|width|height|stroke-width|fill-opacity|stroke-opacity|cx|cy|r|rx|ry)="(-?[\d.]+(?:e-?\d+)?)"/gu,
    (_whole, name: string, value: string) => ` ${name}="${short(Number(value))}"`,
  );
  return shareClips(numbers, idPrefix);
}

/** Absolute moves, lines and curves with two decimals; points that lie on a straight run are dropped. */
function compactPath(d: string): string {
  let out = '';
  let [x, y] = [0, 0];
  // The end of a horizontal or vertical run is written only when the run turns.
  let run: { readonly axis: 'H' | 'V'; readonly to: number; readonly forward: boolean } | undefined;
  const flush = (): void => {
    if (run) out += `${run.axis}${short(run.to)}`;
    run = undefined;
  };
  for (const [, command = '', list = ''] of d.matchAll(/([MLHVCQZ])([^MLHVCQZ]*)/gu)) {
    const numbers = (list.match(/-?\d*\.?\d+(?:e-?\d+)?/gu) ?? []).map(Number);
    if (command === 'L' || command === 'H' || command === 'V') {
      const nextX = command === 'V' ? x : (numbers[0] ?? x);
      const nextY = command === 'V' ? (numbers[0] ?? y) : command === 'H' ? y : (numbers[1] ?? y);
      const move = lineTo(x, y, nextX, nextY);
      const axis = move.startsWith('L') ? undefined : move.startsWith('H') ? 'H' : 'V';
      if (axis === undefined) {
        flush();
        out += move;
      } else {
        const [from, to] = axis === 'H' ? [x, nextX] : [y, nextY];
        if (run && (run.axis !== axis || (short(from) !== short(to) && run.forward !== to > from))) flush();
        if (short(from) !== short(to)) run = { axis, to, forward: to > from };
      }
      [x, y] = [nextX, nextY];
      continue;
    }
    flush();
    out += command + numbers.map(short).join(' ');
    [x, y] = [numbers.at(-2) ?? x, numbers.at(-1) ?? y];
  }
  flush();
  return out;
}

/** The canvas defines the same clip anew for every data set. */
function shareClips(svg: string, idPrefix: string): string {
  const idOfShape = new Map<string, string>();
  const newId = new Map<string, string>();
  const unique = svg.replace(/<clipPath id="([^"]+)">([\s\S]*?)<\/clipPath>/gu, (_whole, id: string, shape: string) => {
    const known = idOfShape.get(shape);
    const name = known ?? `${idPrefix}-clip${idOfShape.size + 1}`;
    newId.set(id, name);
    if (known !== undefined) return '';
    idOfShape.set(shape, name);
    return `<clipPath id="${name}">${shape}</clipPath>`;
  });
  return unique.replace(/url\(#([^)]+)\)/gu, (_whole, id: string) => `url(#${newId.get(id) ?? id})`);
}
