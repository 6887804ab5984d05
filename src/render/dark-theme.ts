import { onDark } from '../charts/charts.ts';

/** Set on `<html>` by the script of the page when its reader chooses; without a choice the system decides. */
const CHOSEN = ':root[data-theme="dark"]';
const BY_SYSTEM = ':root:not([data-theme="light"])';
/** The band of the cover is the brand's own and stays as it is. */
const KEPT: ReadonlySet<string> = new Set(['--brand', '--brand-ink', '--accent']);

/**
 * The rules that turn a page dark on a screen: every colour property, and every colour drawn in a chart, by its counterpart
 * on dark paper. Nothing is chosen by hand, so a brand needs no second set of colours.
 */
export function darkRules(properties: ReadonlyMap<string, string>, charts: Iterable<string>): string {
  const values = [...properties]
    .filter(([name]) => !KEPT.has(name))
    .map(([name, colour]) => `${name}:${onDark(colour)}`);
  const drawn = paintsOf(charts).map(
    ({ attribute, colour }) => `:is(.chart,.trend) [${attribute}="${colour}" i]{${attribute}:${onDark(colour)}}`,
  );
  const rules = (root: string): string =>
    [
      `${root}{color-scheme:dark;${values.join(';')}}${root} .cover-logo img{background:#ffffff;padding:0.3rem}`,
      ...drawn.map((rule) => `${root} ${rule}`),
    ].join('');
  return `@media screen{${rules(CHOSEN)}}@media screen and (prefers-color-scheme:dark){${rules(BY_SYSTEM)}}`;
}

/** The colour properties that a style sheet gives to `:root`. */
export function colourProperties(css: string): ReadonlyMap<string, string> {
  const [, block = ''] = /:root \{([^}]*)\}/u.exec(css) ?? [];
  return new Map(
    [...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/gu)].map(([, name = '', colour = '']) => [name, colour]),
  );
}

/** What is filled or stroked in these charts with which colour, each once. */
function paintsOf(charts: Iterable<string>): { readonly attribute: string; readonly colour: string }[] {
  const found = new Set<string>();
  for (const svg of charts)
    for (const [paint] of svg.matchAll(/(?:fill|stroke)="#[0-9a-fA-F]{6}"/gu)) found.add(paint.toLowerCase());
  return [...found].sort().map((paint) => {
    const [attribute = '', colour = ''] = paint.split(/="|"/u);
    return { attribute, colour };
  });
}
