import { label } from '../model/inlines.ts';
import type { Message, Words } from '../model/phrase.ts';
import { capitalised, opening, say } from '../model/say.ts';

/** Abbreviations that sources write in any case, and whether they are spoken with a vowel first (`an HTTP flood`). */
const ABBREVIATIONS: ReadonlyMap<string, 'a' | 'an'> = new Map(
  Object.entries({
    a: [
      'BFD',
      'CLDAP',
      'DCCP',
      'DNS',
      'DTLS',
      'GRE',
      'GUE',
      'FIN',
      'PSH',
      'QOTD',
      'QUIC',
      'SIP',
      'SYN',
      'TCP',
      'TFTP',
      'TLS',
      'UDP',
      'URG',
      'WSD',
    ],
    an: [
      'ACK',
      'ARMS',
      'ESP',
      'HTTP',
      'HTTPS',
      'ICMP',
      'IP',
      'L2TP',
      'LDAP',
      'MDNS',
      'MSSQL',
      'NTP',
      'RDP',
      'RIP',
      'RST',
      'RTP',
      'SNMP',
      'SSDP',
      'SSL',
      'STUN',
    ],
  }).flatMap(([article, names]) => names.map((name) => [name, article as 'a' | 'an'] as const)),
);

/** Words of the trade that are no names, in the sources often with a capital. */
const COMMON_WORDS = new Set([
  'amplification',
  'anomaly',
  'attack',
  'burst',
  'flood',
  'fragment',
  'fragmentation',
  'fragments',
  'queries',
  'query',
  'reflection',
  'request',
  'requests',
  'scan',
  'traffic',
]);

/** The kinds that are counted: `a SYN flood`, but `DNS amplification`. */
const COUNTED = /(attack|burst|flood|scan)$/u;

/** `SYN flood`, whether the source wrote `SYN Flood`, `syn_flood` or `SYN-FLOOD`. A word that is not known stays as it is. */
export function vectorName(stated: string): string {
  const words = stated.trim().split(/[\s_-]+/u);
  return words.map((word, index) => wordOf(word, index === 0)).join(' ');
}

function wordOf(word: string, isFirst: boolean): string {
  if (ABBREVIATIONS.has(word.toUpperCase())) return word.toUpperCase();
  const lower = word.toLowerCase();
  if (!COMMON_WORDS.has(lower)) return word;
  return isFirst ? capitalised(lower) : lower;
}

/** Names that are wholly ours, in small letters; of the others only the kind is. */
const WHOLE_NAMES: ReadonlyMap<string, Message> = new Map(
  [
    say`cache busting`,
    say`carpet bombing`,
    say`fragment flood`,
    say`IP protocol flood`,
    say`login flood`,
    say`TCP flag anomaly flood`,
    say`TCP middlebox reflection`,
  ].map((message) => [message.text.toLowerCase(), message]),
);

/** The name in the words of the report's language; as its source wrote it where the language has none. */
export function vectorWording(name: string): Words {
  const whole = WHOLE_NAMES.get(name.toLowerCase());
  if (whole) return whole;
  const [, what = '', kind] = /^(.+) (amplification|flood|reflection)$/u.exec(name) ?? [];
  switch (kind) {
    case 'amplification':
      return say`${label(what)} amplification`;
    case 'flood':
      return what.endsWith(' query')
        ? say`${label(what.slice(0, -' query'.length))} query flood`
        : say`${label(what)} flood`;
    case 'reflection':
      return say`${label(what)} reflection`;
    default:
      return name;
  }
}

/** The same at the beginning of a cell or a sentence. */
export function vectorHeading(name: string): Words {
  const words = vectorWording(name);
  return typeof words === 'string' ? capitalised(words) : opening([words]);
}

/** What stands before the name in an English sentence. */
export function articleOf(name: string): 'a' | 'an' | '' {
  if (!COUNTED.test(name)) return '';
  const [first = ''] = name.split(' ');
  return ABBREVIATIONS.get(first) ?? (/^[aeio]/iu.test(first) ? 'an' : 'a');
}
