/** Elements that draw, group, shade or describe. Everything else (script, foreignObject, image, a, animate …) is refused. */
const ELEMENTS = new Set(
  `svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan style switch
   linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix feComponentTransfer
   feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB
   feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight
   feTile feTurbulence`.split(/\s+/),
);

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';
const CURE = 'export it as plain SVG with text as outlines';

/** One tag, read strictly: a name, attributes in quotes, and nothing else. */
const TAG = /^<(\/?)([A-Za-z_][\w.-]*(?::[\w.-]+)?)((?:\s+[A-Za-z_:][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/;
const ATTRIBUTE = /([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * What keeps an SVG from being put on a report, or `undefined`. It may draw and refer to its own parts (`#id`); a script,
 * an event handler, a foreign object, a document type, or any reference that leaves the file refuses it. The text is
 * never repaired: what is let through is exactly what was checked.
 */
export function checkSvg(text: string): string | undefined {
  const open: string[] = [];
  let seenRoot = false;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const words = text.slice(at, next < 0 ? text.length : next);
    if (open.length === 0 && words.trim() !== '') return 'is neither an SVG nor a PNG nor a JPEG picture';
    const plain = decode(words);
    if (plain === undefined) return `is a damaged SVG (a character reference that XML does not know)`;
    const inStyle = open.at(-1) === 'style';
    const problem = inStyle ? checkStyle(plain) : undefined;
    if (problem !== undefined) return problem;
    if (next < 0) break;
    // Markup would split a style sheet into parts that are harmless one by one.
    if (inStyle && !text.startsWith('</', next)) return `has markup inside <style>, which is not allowed; ${CURE}`;
    if (text.startsWith('<!--', next)) {
      const end = text.indexOf('-->', next + 4);
      if (end < 0) return 'is a damaged SVG (a comment does not end)';
      at = end + 3;
      continue;
    }
    if (!seenRoot && /^<\?xml\s[^<>]*\?>/.test(text.slice(next, next + 200))) {
      at = text.indexOf('>', next) + 1;
      continue;
    }
    const tag = TAG.exec(text.slice(next, tagEnd(text, next)));
    if (tag === null) return `has markup that is not allowed: ${shorten(text.slice(next, next + 60))}; ${CURE}`;
    const [whole, closing, name = '', attributes = '', selfClosing] = tag;
    at = next + whole.length;
    if (closing === '/') {
      if (attributes !== '' || selfClosing === '/' || open.pop() !== name) return `is a damaged SVG (</${name}>)`;
      continue;
    }
    if (open.length === 0 && (seenRoot || name !== 'svg')) return 'is neither an SVG nor a PNG nor a JPEG picture';
    if (!ELEMENTS.has(name)) return `has a <${name}> element, which is not allowed; ${CURE}`;
    const fault = checkAttributes(attributes, name, !seenRoot);
    if (fault !== undefined) return fault;
    seenRoot = true;
    if (selfClosing !== '/') open.push(name);
  }
  if (!seenRoot) return 'is neither an SVG nor a PNG nor a JPEG picture';
  return open.length === 0 ? undefined : `is a damaged SVG (<${open.at(-1)}> does not end)`;
}

/** End of a tag; a `>` inside quotes does not end it. */
function tagEnd(text: string, start: number): number {
  let quote = '';
  for (let index = start; index < text.length; index++) {
    const character = text[index] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return index + 1;
  }
  return text.length;
}

function checkAttributes(source: string, element: string, isRoot: boolean): string | undefined {
  const values = new Map<string, string>();
  for (const [, name = '', double, single] of source.matchAll(ATTRIBUTE)) {
    if (values.has(name)) return `is a damaged SVG (<${element}> has ${name} twice)`;
    const value = decode(double ?? single ?? '');
    if (value === undefined)
      return `is a damaged SVG (<${element}> ${name} has a character reference that XML does not know)`;
    values.set(name, value);
  }
  for (const [name, value] of values) {
    const bare = name.toLowerCase();
    const local = bare.slice(bare.indexOf(':') + 1);
    if (local.startsWith('on')) return `has the event handler ${name}, which is not allowed; ${CURE}`;
    if (bare === 'xmlns' || bare.startsWith('xmlns:')) {
      if (bare === 'xmlns' && value !== SVG_NAMESPACE)
        return `has the namespace ${shorten(value)}; expected ${SVG_NAMESPACE}`;
      continue;
    }
    if (bare === 'xml:base') return `has xml:base, which is not allowed; ${CURE}`;
    if ((local === 'href' || local === 'src') && !/^#[\w.-]+$/.test(value))
      return `refers to ${shorten(value)}; only its own parts (#name) are allowed; ${CURE}`;
    const problem = checkStyle(value);
    if (problem !== undefined) return problem;
  }
  if (!isRoot) return undefined;
  if (values.get('xmlns') !== SVG_NAMESPACE) return `has no xmlns="${SVG_NAMESPACE}", so no program shows it`;
  if (!values.has('viewBox') && !(values.has('width') && values.has('height')))
    return 'has no size: give <svg> a viewBox';
  return undefined;
}

/** CSS, and any attribute that may hold some: nothing may be fetched and nothing may hide behind an escape. */
function checkStyle(css: string): string | undefined {
  const lower = css.toLowerCase();
  const bare = lower.replace(/\/\*.*?\*\//gs, '');
  if (lower.includes('\\')) return `has an escape that is not allowed: ${shorten(css)}; ${CURE}`;
  // A comment may part a forbidden word, and what looks like one may stand in a text and hide it: both readings must be clean.
  for (const source of [lower, bare]) {
    if (/@import|expression\s*\(|image-set\s*\(|javascript:|@font-face|-moz-binding|behavior\s*:/.test(source))
      return `has a style that is not allowed: ${shorten(css)}; ${CURE}`;
    for (const [, target = ''] of source.matchAll(/url\s*\(([^)]*)/g))
      if (!/^\s*(["']?)#[\w.-]+\1\s*$/.test(target))
        return `refers to ${shorten(target)}; only its own parts (#name) are allowed; ${CURE}`;
  }
  return undefined;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Character references resolved; `undefined` when one is unknown to XML or stands for no printable character. */
function decode(text: string): string | undefined {
  let sound = true;
  const plain = text.replace(/&([^;&]{0,10})(;?)/g, (_, reference: string, end: string) => {
    const named = NAMED[reference];
    if (end === ';' && named !== undefined) return named;
    const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(reference) ?? [];
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
    if (end === ';' && code <= 0x10ffff && (code >= 0x20 || code === 9 || code === 10 || code === 13))
      return String.fromCodePoint(code);
    sound = false;
    return '';
  });
  return sound ? plain : undefined;
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
