import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import type { MaskedKind, RedactionPolicy } from '../model/redaction.ts';
import type { KnownValues } from './known-values.ts';

export interface MaskerOptions {
  readonly policy: RedactionPolicy;
  /** Of the customer; pseudonyms need it. */
  readonly key?: string;
  readonly customerId: string;
  readonly known: KnownValues;
  /** Zones and hosts of the customer: every name below them is masked, also one that no list holds. */
  readonly domains: readonly string[];
}

/** Puts masks in place of values. The same value has the same mask wherever it stands. */
export interface Masker {
  /** Text from input, in which everything that is masked is looked for. */
  input(text: string): string;
  /** Our own words, in which nothing of an input should stand: only what cannot be mistaken for a word is looked for. */
  words(text: string): string;
}

const ONE: Readonly<Record<MaskedKind, string>> = {
  addresses: 'address',
  hosts: 'host',
  paths: 'path',
  rules: 'rule',
  staff: 'name',
};

/** An address or a network, of either version. What only looks like one (a time of day) is told apart by `isIP`. */
const ADDRESS =
  /(?<!\d|\d\.)\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?(?!\d|\.\d)|(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4})(?:\/\d{1,3})?(?![\w:]|\.\d)/giu;
/** The path of a URL, which stands behind its host. */
const PATH_OF_URL = /(?<=\b(?:https?|hxxps?):\/\/[^\s/?#"'<>]{1,255})[/?#][^\s"'<>,;)\]]+/giu;
const PATH = /(?<![\w/.:<)\]])\/[\w~%-][^\s"'<>,;)\]]*/gu;
const MAILBOX = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu;
/** Shorter values are masked only where nothing else stands beside them: as parts they would be found in ordinary words. */
const SHORTEST_PART = 3;
const BARE_NUMBER = /^\d{1,5}$/u;
const START_LENGTH = 3;
/** A pseudonym says nothing in digits, so that nobody takes it for a number of the report. */
const LETTERS = 'bcdfghjklmnpqrst';
const PSEUDONYM_LENGTH = 10;

export function createMasker({ policy, key, customerId, known, domains }: MaskerOptions): Masker {
  const values = new Map([...known].filter(([, kind]) => policy[kind] !== 'full'));
  const parts = partsByStart(
    [...values.keys()].filter((value) => value.length >= SHORTEST_PART && !BARE_NUMBER.test(value)),
  );
  const hostPattern = policy.hosts === 'full' ? undefined : below(domains);
  const domainPath = pathBehind(domains);
  const made = new Map<string, string>();

  const maskOf = (kind: MaskedKind, value: string): string => {
    const name = `${kind} ${value.toLowerCase()}`;
    const mask = made.get(name) ?? makeMask(kind, value);
    made.set(name, mask);
    return mask;
  };
  const makeMask = (kind: MaskedKind, value: string): string => {
    const mode = policy[kind];
    if (mode === 'prefix') return networkOf(value);
    if (mode === 'removed') return `[${ONE[kind]} removed]`;
    if (key === undefined) throw new Error(`pseudonyms of ${kind} need a key`);
    const digest = createHmac('sha256', key).update(`${customerId}\0${kind}\0${value.toLowerCase()}`).digest('hex');
    const letters = Array.from(digest.slice(0, PSEUDONYM_LENGTH), (digit) => LETTERS[Number.parseInt(digit, 16)]);
    return `${ONE[kind]}-${letters.join('')}`;
  };
  const addresses = (text: string): string =>
    policy.addresses === 'full'
      ? text
      : text.replace(ADDRESS, (found) =>
          isIP(found.split('/', 1)[0] ?? '') === 0 ? found : maskOf('addresses', found),
        );
  const hosts = (text: string): string =>
    hostPattern ? text.replace(hostPattern, (found) => maskOf('hosts', found)) : text;

  const paths = (text: string): string =>
    policy.paths === 'full'
      ? text
      : [PATH_OF_URL, ...(domainPath ? [domainPath] : []), PATH].reduce(
          (rest, pattern) => rest.replace(pattern, (found) => maskOf('paths', found)),
          text,
        );

  return {
    input: (text) => {
      const whole = values.get(text.trim().toLowerCase());
      if (whole) return maskOf(whole, text.trim());
      let masked = replaceParts(text, parts, (value) => maskOf(values.get(value.toLowerCase()) ?? 'staff', value));
      if (policy.staff !== 'full') masked = masked.replace(MAILBOX, (found) => maskOf('staff', found));
      return hosts(addresses(paths(masked)));
    },
    words: (text) => hosts(addresses(text)),
  };
}

/** `198.51.100.0/24`, `2001:db8:51::/48`; a network that is as wide already stays. */
function networkOf(text: string): string {
  const [address = '', length] = text.split('/');
  if (isIP(address) === 4) {
    const kept = Math.min(24, Number(length ?? 32));
    return `${address
      .split('.')
      .map((part, index) => Number(part) & keptBits(kept - index * 8, 8))
      .join('.')}/${kept}`;
  }
  const kept = Math.min(48, Number(length ?? 128));
  const groups = groupsOf(address).map((group, index) => group & keptBits(kept - index * 16, 16));
  const named = groups.slice(0, 3).map((group) => group.toString(16));
  while (named.at(-1) === '0') named.pop();
  return `${named.join(':')}::/${kept}`;
}

/** A mask of the first `bits` of a part of `width` bits. */
function keptBits(bits: number, width: number): number {
  const most = 2 ** width - 1;
  return most - (2 ** (width - Math.max(0, Math.min(width, bits))) - 1);
}

function groupsOf(address: string): number[] {
  const withGroups = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/u, (_all, a, b, c, d) =>
    [(Number(a) << 8) | Number(b), (Number(c) << 8) | Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = withGroups.split('::');
  const read = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [read(head), read(tail ?? '')];
  return [...before, ...new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
}

/** Every name at or below one of the domains. */
function below(domains: readonly string[]): RegExp | undefined {
  if (domains.length === 0) return undefined;
  return new RegExp(`(?<![a-z0-9])(?:[a-z0-9_*-]+\\.)*(?:${spelt(domains)})(?![a-z0-9])`, 'giu');
}

/** The path that stands behind a name at or below one of the domains. */
function pathBehind(domains: readonly string[]): RegExp | undefined {
  if (domains.length === 0) return undefined;
  return new RegExp(`(?<=(?:${spelt(domains)})(?::\\d{1,5})?)[/?#][^\\s"'<>,;)\\]]+`, 'giu');
}

function spelt(domains: readonly string[]): string {
  return [...domains]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replaceAll('.', '\\.'))
    .join('|');
}

/** Values by how they begin, the longest first, so that `rule 12 b` is not taken for `rule 12`. */
function partsByStart(values: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const parts = new Map<string, string[]>();
  for (const value of [...values].sort((a, b) => b.length - a.length)) {
    const start = value.slice(0, START_LENGTH);
    const list = parts.get(start);
    if (list) list.push(value);
    else parts.set(start, [value]);
  }
  return parts;
}

const WORD = /[\p{L}\p{N}]/u;

function replaceParts(
  text: string,
  parts: ReadonlyMap<string, readonly string[]>,
  mask: (value: string) => string,
): string {
  const lower = text.toLowerCase();
  // A few letters change their length when they change their case; then places in both texts differ.
  if (parts.size === 0 || lower.length !== text.length) return text;
  let out = '';
  let from = 0;
  for (let at = 0; at < text.length; ) {
    const value = parts
      .get(lower.slice(at, at + START_LENGTH))
      ?.find((one) => lower.startsWith(one, at) && isApart(lower, at, one));
    if (value === undefined) {
      at += 1;
      continue;
    }
    out += text.slice(from, at) + mask(text.slice(at, at + value.length));
    at += value.length;
    from = at;
  }
  return out + text.slice(from);
}

/** Whether a value is no part of a longer word. */
function isApart(text: string, at: number, value: string): boolean {
  const [before, after] = [text.charAt(at - 1), text.charAt(at + value.length)];
  return !(WORD.test(before) && WORD.test(value.charAt(0))) && !(WORD.test(after) && WORD.test(value.at(-1) ?? ''));
}
