import { domainToASCII } from 'node:url';

/** Dots, and the full-width and ideographic ones that browsers take for dots in a host. */
const DOT = '[.\\u3002\\uFF0E\\uFF61]';
const LABEL = '[\\p{L}\\p{N}_](?:[\\p{L}\\p{M}\\p{N}_-]{0,61}[\\p{L}\\p{M}\\p{N}_])?';
const TOP_LABEL = '(?:\\p{L}[\\p{L}\\p{M}]+|xn--[a-z0-9-]+)';

const SCHEME = /(?<![a-z])([a-z][a-z0-9+.-]{0,30}):(?=\/\/)/giu;
const SCRIPT_SCHEME = /(\b(?:javascript|vbscript|data|mailto|file|jar)|jndi):(?!\/\/)/giu;
/** Not a version such as `Chrome/120.0.0.0` and not a part of a longer dotted number. */
const ADDRESS = /(?<![\p{L}]\/)(?<![\p{L}\p{N}.])(?:\d{1,3}\.){3}\d{1,3}(?![\p{L}\p{N}]|\.\d)/gu;
/** Not a file name in a path (`/index.php`), but the host of `//host` is one. */
const HOST = new RegExp(
  `(?<![\\p{L}\\p{M}\\p{N}_.-])(?<!(?<!/)/)(?:${LABEL}${DOT})+${TOP_LABEL}(?![\\p{L}\\p{N}_])`,
  'giu',
);
const WHOLE_HOST = new RegExp(`^(?:${LABEL}${DOT})+${TOP_LABEL}${DOT}?$`, 'iu');

/** How dangerous schemes are written so that no program follows them and every analyst reads them. */
const SAFE_SCHEMES: ReadonlyMap<string, string> = new Map([
  ['http', 'hxxp'],
  ['https', 'hxxps'],
  ['ftp', 'fxp'],
]);
const DEFANGED_SCHEMES = new Set(SAFE_SCHEMES.values());

/** A dot that was not defanged before. */
const BARE_DOT = new RegExp(`(?<!\\[)${DOT}`, 'gu');

function safeScheme(whole: string, scheme: string): string {
  const name = scheme.toLowerCase();
  return DEFANGED_SCHEMES.has(name) ? whole : (SAFE_SCHEMES.get(name)?.concat(':') ?? `${scheme}[:]`);
}

/**
 * An indicator that nothing makes clickable or runs: `hxxps://evil[.]example/a`, `203[.]0[.]113[.]7`, `user[@]evil[.]example`,
 * `ldap[:]//…`, and `$[{]jndi` for `${jndi`. Applying it twice changes nothing. Paths and product versions keep their dots.
 */
export function defang(text: string): string {
  return text
    .replaceAll('${', '$[{]')
    .replace(SCHEME, safeScheme)
    .replace(SCRIPT_SCHEME, '$1[:]')
    .replace(ADDRESS, (address) => address.replaceAll('.', '[.]'))
    .replace(HOST, (host) => host.replace(new RegExp(DOT, 'gu'), '[.]'))
    .replace(/(?<=[\p{L}\p{N}])@(?=[\p{L}\p{N}])/gu, '[@]');
}

const ACTIVE_SCHEME = /(\b(?:javascript|vbscript|data|mailto|file|jar)|jndi):(?=\S)(?!\/\/)/giu;
const HOST_OF_URL = /(?<=:\/\/|\[:\]\/\/)[^\s/?#]+/gu;

/**
 * The least that is done to every text from input: what a program would follow or run (`http://evil.example`, `javascript:x`,
 * `${jndi:…`) is defanged, everything else, hosts of the customer and names among it, stays as it is. Applying it twice
 * changes nothing.
 */
export function disarm(text: string): string {
  return text
    .replaceAll('${', '$[{]')
    .replace(SCHEME, safeScheme)
    .replace(ACTIVE_SCHEME, '$1[:]')
    .replace(HOST_OF_URL, (host) => host.replace(BARE_DOT, '[.]').replace(/(?<!\[)@/gu, '[@]'));
}

/**
 * The ASCII form of a host name with letters outside ASCII, which shows look-alikes for what they are; undefined for
 * every other text.
 */
export function asciiHost(text: string): string | undefined {
  if (!WHOLE_HOST.test(text) || !/[^\p{ASCII}]/u.test(text)) return undefined;
  const ascii = domainToASCII(text);
  return ascii === '' || ascii === text ? undefined : ascii;
}
