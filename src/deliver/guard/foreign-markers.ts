import ipaddr from 'ipaddr.js';
import type { CustomerFile } from '../../config/config.ts';
import { readPdfText } from '../../render/render.ts';

/** Something of another customer in a finished file. */
export interface ForeignMarker {
  readonly file: string;
  readonly customer: string;
  readonly marker: string;
}

/** A shorter account or application id is found in ordinary numbers. */
const SHORTEST_ID = 8;
/** In the PDF there are no blanks to tell words by, so short names are looked for in the other files only. */
const SHORTEST_IN_PDF = 6;
/** Each is told once; more help nobody. */
const MOST_TOLD = 20;

/** The finished files as they are, and what else could give another customer away. */
export interface MarkerRequest {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly own: CustomerFile;
  readonly others: readonly CustomerFile[];
  /** Logos that are neither the customer's nor its brand's, as `data:` URLs. */
  readonly foreignLogos: readonly { readonly of: string; readonly logo: string }[];
}

/**
 * Re-opens the finished files and looks for what belongs to any other customer: names, zones, hosts, accounts, applications,
 * prefixes and every address inside them, logos. Everything that made the report is assumed to be wrong.
 */
export function findForeignMarkers(request: MarkerRequest): readonly ForeignMarker[] {
  const found = new Map<string, ForeignMarker>();
  const tell = (file: string, customer: string, marker: string) =>
    found.size < MOST_TOLD && found.set(`${customer} ${marker}`, { file, customer, marker });
  const own = wordsOf(request.own);
  const rivals = request.others.map((other) => ({
    id: other.id,
    words: wordsOf(other).map((word) => ({ word, pattern: patternOf(word) })),
    prefixes: other.prefixes.map((prefix) => ipaddr.parseCIDR(prefix)),
  }));
  for (const [file, bytes] of request.files) {
    const raw = new TextDecoder().decode(bytes);
    for (const { of, logo } of request.foreignLogos) if (raw.includes(logo)) tell(file, of, 'the logo');
    if (file.endsWith('.pdf')) {
      const text = own.reduce((rest, word) => rest.replaceAll(squeeze(word), '\n'), squeeze(readPdfText(bytes)));
      for (const { id, words } of rivals)
        for (const { word } of words)
          if (squeeze(word).length >= SHORTEST_IN_PDF && text.includes(squeeze(word))) tell(file, id, word);
      continue;
    }
    const text = own.reduce((rest, word) => rest.replaceAll(patternOf(word), ' '), plainText(raw));
    const addresses = addressesIn(text);
    for (const { id, words, prefixes } of rivals) {
      for (const { word, pattern } of words) if (text.search(pattern) >= 0) tell(file, id, word);
      for (const address of addresses)
        if (prefixes.some((prefix) => isIn(address, prefix))) tell(file, id, address.toString());
    }
  }
  return [...found.values()];
}

/** What names a customer, longest first: a short name inside a longer one is covered by it. */
function wordsOf(customer: CustomerFile): string[] {
  const ids = [...customer.accounts, ...customer.applications].filter((one) => one.length >= SHORTEST_ID);
  const words = [customer.name, ...customer.zones, ...customer.hosts, ...ids].map((word) => plainText(word));
  return [...new Set(words)].sort((a, b) => b.length - a.length);
}

/** The word between characters that are not part of a name; below a zone everything is the zone's. */
function patternOf(word: string): RegExp {
  const escaped = word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s+');
  return new RegExp(`(?<![\\p{L}\\p{N}_-])${escaped}(?![\\p{L}\\p{N}_-])`, 'gu');
}

/** As it reads: no pictures, no tags, no entities, no backslashes of markup, indicators as they were, small letters. */
function plainText(text: string): string {
  return text
    .replaceAll(/data:[a-z]+\/[a-z0-9.+-]+;base64,[A-Za-z0-9+/=]+/g, ' ')
    .replaceAll(/<[a-z/!][^>]{0,20000}>/gi, '')
    .replaceAll(/&(amp|lt|gt|quot|#39|#x27|#x2F|nbsp);/g, (_, name: string) => ENTITIES[name] ?? ' ')
    .replaceAll(/\\([\\`*_[\]|~<])/g, '$1')
    .replaceAll(/\[([.:@{}])\]/g, '$1')
    .normalize('NFKC')
    .toLowerCase();
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  '#x2F': '/',
};

function squeeze(text: string): string {
  return plainText(text).replaceAll(/\s+/g, '');
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

function addressesIn(text: string): Address[] {
  const candidates = new Set([
    ...Array.from(text.matchAll(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]\d)/g), ([match]) => match),
    ...Array.from(
      text.matchAll(/(?<![0-9a-f:])[0-9a-f]{1,4}:[0-9a-f:]{1,34}(?:\d{1,3}(?:\.\d{1,3}){3})?/g),
      ([match]) => match.replace(/:$/, ''),
    ),
  ]);
  return [...candidates].filter((one) => ipaddr.isValid(one)).map((one) => ipaddr.process(one));
}

function isIn(address: Address, [network, length]: [Address, number]): boolean {
  return address.kind() === network.kind() && address.match(network, length);
}
