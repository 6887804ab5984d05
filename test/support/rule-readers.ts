import ipaddr from 'ipaddr.js';
import type { Predicate } from '../../src/model/signature.ts';

// Readers of the parts of each rule language that we write, made from the references of those languages and not from our
// renderer: they say whether a rule matches a row of a log. Whatever they do not know is an error.

export type Row = Readonly<Record<string, string | number | null>>;

/** What a predicate means on a row. A prefix stands for every address in it. */
export function holds(row: Row, { field, op, value }: Predicate): boolean {
  const found = row[field] ?? '';
  const is = (wanted: string | number | null) => String(found) === String(wanted ?? '');
  switch (op) {
    case 'eq':
      return is(value);
    case 'ne':
      return !is(value);
    case 'in':
      return value.some(is);
    case 'range':
      return found !== '' && Number(found) >= value[0] && Number(found) <= value[1];
    case 'contains':
      return String(found).includes(value);
    case 'startsWith':
      return String(found).startsWith(value);
    default:
      return op satisfies never;
  }
}

function isWithin(address: string, network: string): boolean {
  const one = ipaddr.parse(address);
  const [base = '', bits] = network.split('/');
  const other = ipaddr.parse(base);
  if (one.kind() !== other.kind()) return false;
  const length = bits === undefined ? (other.kind() === 'ipv4' ? 32 : 128) : Number(bits);
  return one instanceof ipaddr.IPv4
    ? one.match(other as ipaddr.IPv4, length)
    : (one as ipaddr.IPv6).match(other as ipaddr.IPv6, length);
}

function text(row: Row, field: string): string {
  return String(row[field] ?? '');
}

function number(row: Row, field: string): number | undefined {
  const value = row[field];
  return value === null || value === undefined || value === '' ? undefined : Number(value);
}

const TCP = 6;
const UDP = 17;

// --- The expression language of Cloudflare ---

type Value = string | number | boolean | undefined;

/** What an expression finds when it asks for a field. Undefined is a missing value: every comparison with it is false. */
function wirefilterField(row: Row, name: string): Value {
  const protocol = number(row, 'IPProtocol');
  const texts: Record<string, string> = {
    'http.host': 'ClientRequestHost',
    'http.request.uri.path': 'ClientRequestPath',
    'http.request.uri': 'ClientRequestURI',
    'http.request.method': 'ClientRequestMethod',
    'http.request.version': 'ClientRequestProtocol',
    'http.user_agent': 'ClientRequestUserAgent',
    'http.referer': 'ClientRequestReferer',
    'cf.tls_version': 'ClientSSLProtocol',
    'cf.tls_cipher': 'ClientSSLCipher',
    'cf.bot_management.ja3_hash': 'JA3Hash',
    'cf.bot_management.ja4': 'JA4',
    'cf.colo.name': 'ColoName',
  };
  const numbers: Record<string, string> = {
    'ip.src.asnum': row.ClientASN === undefined ? 'SourceASN' : 'ClientASN',
    'cf.bot_management.score': 'BotScore',
    'cf.waf.score': 'WAFAttackScore',
    'ip.len': 'IPTotalLength',
    'ip.ttl': 'IPTTL',
  };
  const textField = texts[name];
  if (textField !== undefined) return text(row, textField);
  const numberField = numbers[name];
  if (numberField !== undefined) return number(row, numberField);
  switch (name) {
    case 'ssl':
      return text(row, 'ClientRequestScheme') === 'https';
    case 'cf.bot_management.js_detection.passed':
      return text(row, 'JSDetectionPassed') === 'passed';
    case 'ip.src':
      return text(row, row.ClientIP === undefined ? 'IPSourceAddress' : 'ClientIP');
    case 'ip.dst':
      return text(row, 'IPDestinationAddress');
    case 'ip.src.country':
      return text(row, row.ClientCountry === undefined ? 'SourceCountry' : 'ClientCountry').toUpperCase();
    case 'ip.proto':
      return text(row, 'IPProtocolName');
    case 'tcp.srcport':
      return protocol === TCP ? number(row, 'SourcePort') : undefined;
    case 'tcp.dstport':
      return protocol === TCP ? number(row, 'DestinationPort') : undefined;
    case 'udp.srcport':
      return protocol === UDP ? number(row, 'SourcePort') : undefined;
    case 'udp.dstport':
      return protocol === UDP ? number(row, 'DestinationPort') : undefined;
    case 'tcp.flags':
      return protocol === TCP ? number(row, 'TCPFlags') : undefined;
    case 'icmp.type':
      return protocol === 1 ? number(row, 'ICMPType') : undefined;
    case 'icmp.code':
      return protocol === 1 ? number(row, 'ICMPCode') : undefined;
    default:
      throw new Error(`the language has no field ${name}`);
  }
}

/** Values of a map: none when the key is not there. */
function wirefilterMap(row: Row, map: string, key: string): string[] {
  const field = map === 'http.request.headers' ? `RequestHeaders.${key}` : `Cookies.${key}`;
  if (map !== 'http.request.headers' && map !== 'http.request.cookies') throw new Error(`no map ${map}`);
  const value = row[field];
  return value === null || value === undefined ? [] : [String(value)];
}

type Token = { readonly kind: 'string' | 'word' | 'sign'; readonly text: string };

function wirefilterTokens(source: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|"((?:[^"\\]|\\["\\])*)"|(\[\*\]|[()[\]{},])|([A-Za-z0-9_.:/]+)/gy;
  let at = 0;
  while (at < source.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (!match) throw new Error(`cannot read ${JSON.stringify(source.slice(at, at + 40))}`);
    at = pattern.lastIndex;
    const [whole, string, sign, word] = match;
    if (string !== undefined) tokens.push({ kind: 'string', text: string.replace(/\\(["\\])/g, '$1') });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (whole.trim() !== '') throw new Error('unreachable');
  }
  return tokens;
}

/** Whether an expression matches a row. */
export function matchesExpression(source: string, row: Row): boolean {
  const tokens = wirefilterTokens(source);
  let at = 0;
  const peek = () => tokens[at];
  const take = (wanted?: string): Token => {
    const token = tokens[at++];
    if (!token || (wanted !== undefined && (token.kind === 'string' || token.text !== wanted)))
      throw new Error(`expected ${wanted ?? 'more'} at ${at - 1} of ${source}`);
    return token;
  };
  const takeIf = (wanted: string): boolean => {
    const token = peek();
    if (token?.kind === 'string' || token?.text !== wanted) return false;
    at++;
    return true;
  };

  const literal = (): Token => {
    const token = take();
    if (token.kind === 'sign') throw new Error(`expected a value, found ${token.text}`);
    return token;
  };
  const isLike = (value: Value, token: Token): boolean => {
    if (value === undefined) return false;
    if (token.kind === 'string') return typeof value === 'string' && value === token.text;
    const range = /^(\d+)\.\.(\d+)$/.exec(token.text);
    if (range) return typeof value === 'number' && value >= Number(range[1]) && value <= Number(range[2]);
    if (/^\d+$/.test(token.text)) return typeof value === 'number' && value === Number(token.text);
    return typeof value === 'string' && value !== '' && isWithin(value, token.text);
  };
  /** The comparison that follows a field, as a test of one value. */
  const comparison = (): ((value: Value) => boolean) => {
    if (takeIf('in')) {
      take('{');
      const set: Token[] = [];
      while (!takeIf('}')) set.push(literal());
      return (value) => set.some((token) => isLike(value, token));
    }
    const operator = take().text;
    const token = literal();
    if (operator === 'eq') return (value) => isLike(value, token);
    if (operator === 'ne') return (value) => value !== undefined && !isLike(value, token);
    if (operator === 'contains' && token.kind === 'string')
      return (value) => typeof value === 'string' && value.includes(token.text);
    throw new Error(`no operator ${operator}`);
  };
  /** `http.request.headers["accept"][*]`: all its values. */
  const mapValues = (): string[] => {
    const map = take().text;
    take('[');
    const key = take();
    if (key.kind !== 'string') throw new Error('a key is a string');
    take(']');
    take('[*]');
    return wirefilterMap(row, map, key.text);
  };
  const any = (): boolean => {
    take('(');
    let found: boolean;
    if (takeIf('starts_with')) {
      take('(');
      const values = mapValues();
      take(',');
      const start = take().text;
      take(')');
      found = values.some((value) => value.startsWith(start));
    } else {
      const values = mapValues();
      const test = comparison();
      found = values.some(test);
    }
    take(')');
    return found;
  };
  const term = (): boolean => {
    if (takeIf('not')) return !term();
    if (takeIf('(')) {
      const inner = expression();
      take(')');
      return inner;
    }
    if (takeIf('any')) return any();
    if (takeIf('starts_with')) {
      take('(');
      const value = wirefilterField(row, take().text);
      take(',');
      const start = take();
      take(')');
      return typeof value === 'string' && value.startsWith(start.text);
    }
    const value = wirefilterField(row, take().text);
    if (typeof value === 'boolean') return value;
    return comparison()(value);
  };
  const conjunction = (): boolean => {
    let all = term();
    while (takeIf('and')) all = term() && all;
    return all;
  };
  const expression = (): boolean => {
    let one = conjunction();
    while (takeIf('or')) one = conjunction() || one;
    return one;
  };
  const result = expression();
  if (at !== tokens.length) throw new Error(`${JSON.stringify(tokens[at]?.text)} follows the expression`);
  return result;
}

// --- nftables ---

const PROTOCOL_NUMBERS: Record<string, number> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  'ipv6-icmp': 58,
  sctp: 132,
};
const NFT_FLAGS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'];
const IPV6_HEADER = 40;

/** Whether one line of a chain matches a row. */
export function matchesNftables(line: string, row: Row): boolean {
  const tokens: readonly string[] = line.trim().match(/\{|\}|"[^"]*"|\([^)]*\)|[^\s{}]+/g) ?? [];
  const protocol = number(row, 'IPProtocol') ?? -1;
  const is6 = text(row, 'IPDestinationAddress').includes(':');
  let at = 0;
  let all = true;
  while (at < tokens.length) {
    const first = tokens[at] ?? '';
    if (first === 'limit' || first === 'counter') break;
    const key = `${first} ${tokens[at + 1] ?? ''}`;
    at += 2;
    let negated = false;
    const operator: string | undefined = tokens[at];
    if (operator === '!=' || operator === '==') {
      negated = operator === '!=';
      at++;
    }
    let items: string[];
    if (tokens[at] === '{') {
      const end = tokens.indexOf('}', at);
      items = tokens
        .slice(at + 1, end)
        .join(' ')
        .split(',')
        .map((item) => item.trim());
      at = end + 1;
    } else items = [(tokens[at++] ?? '').replace(/^\(|\)$/g, '')];
    const numeric = (value: number | undefined, read: (item: string) => number = Number) =>
      value !== undefined &&
      items.some((item) => {
        const [low = '', high] = item.split('-').length === 2 && /^\d+-\d+$/.test(item) ? item.split('-') : [item];
        const from = read(low);
        if (Number.isNaN(from)) throw new Error(`no number: ${item}`);
        return high === undefined ? value === from : value >= from && value <= Number(high);
      });
    const needs = (allowed: boolean, found: boolean) => allowed && found !== negated;
    const size = number(row, 'IPTotalLength');
    switch (key) {
      case 'ip saddr':
      case 'ip6 saddr':
        all &&= needs(
          is6 === key.startsWith('ip6'),
          items.some((item) => isWithin(text(row, 'IPSourceAddress'), item)),
        );
        break;
      case 'ip daddr':
      case 'ip6 daddr':
        all &&= needs(
          is6 === key.startsWith('ip6'),
          items.some((item) => isWithin(text(row, 'IPDestinationAddress'), item)),
        );
        break;
      case 'meta l4proto':
        all &&= needs(
          true,
          numeric(protocol, (item) => PROTOCOL_NUMBERS[item] ?? Number(item)),
        );
        break;
      case 'tcp sport':
      case 'udp sport':
        all &&= needs(protocol === PROTOCOL_NUMBERS[first], numeric(number(row, 'SourcePort')));
        break;
      case 'tcp dport':
      case 'udp dport':
        all &&= needs(protocol === PROTOCOL_NUMBERS[first], numeric(number(row, 'DestinationPort')));
        break;
      case 'th sport':
        all &&= needs(true, numeric(number(row, 'SourcePort')));
        break;
      case 'th dport':
        all &&= needs(true, numeric(number(row, 'DestinationPort')));
        break;
      case 'tcp flags':
        all &&= needs(
          protocol === TCP,
          items.some((item) => {
            const value =
              item === '0x0' ? 0 : item.split('|').reduce((sum, flag) => sum | flagBit(NFT_FLAGS, flag.trim()), 0);
            return number(row, 'TCPFlags') === value;
          }),
        );
        break;
      case 'ip ttl':
      case 'ip6 hoplimit':
        all &&= needs(is6 === key.startsWith('ip6'), numeric(number(row, 'IPTTL')));
        break;
      case 'ip length':
        all &&= needs(!is6, numeric(size));
        break;
      case 'ip6 length':
        all &&= needs(is6, numeric(size === undefined ? undefined : size - IPV6_HEADER));
        break;
      case 'udp length':
        all &&= needs(protocol === UDP, numeric((number(row, 'UDPPayloadLength') ?? -100) + 8));
        break;
      case 'icmp type':
      case 'icmpv6 type':
        all &&= needs(protocol === (first === 'icmp' ? 1 : 58), numeric(number(row, 'ICMPType')));
        break;
      case 'icmp code':
      case 'icmpv6 code':
        all &&= needs(protocol === (first === 'icmp' ? 1 : 58), numeric(number(row, 'ICMPCode')));
        break;
      default:
        throw new Error(`nftables: no match ${key}`);
    }
  }
  if (at >= tokens.length) throw new Error('a rule without a statement');
  return all;
}

function flagBit(names: readonly string[], name: string): number {
  const bit = names.indexOf(name);
  if (bit < 0) throw new Error(`no flag ${name}`);
  return 1 << bit;
}

// --- iptables ---

const SIX_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

/** Whether one `-A` line matches a row. */
export function matchesIptables(line: string, row: Row): boolean {
  const tokens = line.match(/"[^"]*"|\S+/g) ?? [];
  const protocol = number(row, 'IPProtocol') ?? -1;
  let at = 0;
  let all = true;
  let negated = false;
  let line4: number | undefined;
  const next = () => tokens[at++] ?? '';
  const check = (found: boolean) => {
    all &&= found !== negated;
    negated = false;
  };
  const ranged = (value: number | undefined, list: string) =>
    value !== undefined &&
    list.split(',').some((item) => {
      const [low, high] = item.split(':').map(Number);
      return low !== undefined && (high === undefined ? value === low : value >= low && value <= high);
    });
  const needsProtocol = (wanted: readonly number[]) => {
    if (line4 === undefined || !wanted.includes(line4)) throw new Error(`a match without its -p: ${line}`);
  };
  while (at < tokens.length) {
    const option = next();
    switch (option) {
      case '-A':
        next();
        break;
      case '!':
        negated = true;
        break;
      case '-s':
        check(isWithin(text(row, 'IPSourceAddress'), next()));
        break;
      case '-d':
        check(isWithin(text(row, 'IPDestinationAddress'), next()));
        break;
      case '-p': {
        if (line4 !== undefined) throw new Error('two protocols');
        const wanted = Number(next());
        line4 = negated ? -2 : wanted;
        check(protocol === wanted);
        break;
      }
      case '-m':
        if (!['multiport', 'tcp', 'icmp', 'icmp6', 'length', 'ttl', 'hl', 'ecn', 'limit', 'comment'].includes(next()))
          throw new Error(`no match ${tokens[at - 1]}`);
        break;
      case '--sports':
      case '--dports': {
        needsProtocol([TCP, UDP]);
        const list = next();
        if (list.split(/[,:]/).length > 15) throw new Error('too many ports');
        check(ranged(number(row, option === '--sports' ? 'SourcePort' : 'DestinationPort'), list));
        break;
      }
      case '--tcp-flags': {
        needsProtocol([TCP]);
        const mask = next()
          .split(',')
          .reduce((sum, flag) => sum | flagBit(SIX_FLAGS, flag), 0);
        const names = next();
        const wanted = names === 'NONE' ? 0 : names.split(',').reduce((sum, flag) => sum | flagBit(SIX_FLAGS, flag), 0);
        check(((number(row, 'TCPFlags') ?? 0) & mask) === wanted);
        break;
      }
      case '--ecn-tcp-cwr':
        needsProtocol([TCP]);
        check(((number(row, 'TCPFlags') ?? 0) & 0x80) !== 0);
        break;
      case '--ecn-tcp-ece':
        needsProtocol([TCP]);
        check(((number(row, 'TCPFlags') ?? 0) & 0x40) !== 0);
        break;
      case '--icmp-type':
      case '--icmpv6-type':
        needsProtocol([option === '--icmp-type' ? 1 : 58]);
        check(number(row, 'ICMPType') === Number(next()));
        break;
      case '--length':
        check(ranged(number(row, 'IPTotalLength'), next()));
        break;
      case '--ttl-eq':
      case '--hl-eq':
        check(number(row, 'IPTTL') === Number(next()));
        break;
      case '--ttl-gt':
      case '--hl-gt':
        check((number(row, 'IPTTL') ?? -1) > Number(next()));
        break;
      case '--ttl-lt':
      case '--hl-lt':
        check((number(row, 'IPTTL') ?? 999) < Number(next()));
        break;
      case '--limit':
      case '--log-prefix':
      case '--comment':
      case '-j':
        next();
        break;
      default:
        throw new Error(`iptables: no option ${option}`);
    }
  }
  return all;
}

// --- BGP Flowspec as ExaBGP reads it ---

const EXABGP_FLAGS = ['fin', 'syn', 'rst', 'push', 'ack', 'urgent', 'ece', 'cwr'];

/** Whether any route of the lines matches a row. */
export function matchesFlowspec(lines: readonly string[], row: Row): boolean {
  const matches = lines.filter((line) => line.trim().startsWith('match {'));
  if (matches.length === 0) throw new Error('no route');
  return matches.some((line) => {
    const inner = /^\s*match \{ (.*) \}$/.exec(line)?.[1];
    if (inner === undefined) throw new Error(`cannot read ${line}`);
    return inner
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .every((part) => flowComponent(part, row));
  });
}

function flowComponent(part: string, row: Row): boolean {
  const [, name = '', rest = ''] = /^(\S+) (.*)$/.exec(part) ?? [];
  const list = rest.replace(/^\[ (.*) \]$/, '$1').split(' ');
  const protocol = number(row, 'IPProtocol') ?? -1;
  const numeric = (value: number | undefined) =>
    value !== undefined &&
    list.some((alternative) =>
      alternative.split('&').every((item) => {
        const [, sign = '', digits = ''] = /^(=|!=|>=|<=)(\d+)$/.exec(item) ?? [];
        const bound = Number(digits);
        if (sign === '=') return value === bound;
        if (sign === '!=') return value !== bound;
        if (sign === '>=') return value >= bound;
        if (sign === '<=') return value <= bound;
        throw new Error(`flowspec: cannot read ${item}`);
      }),
    );
  const hasPorts = protocol === TCP || protocol === UDP;
  switch (name) {
    case 'destination':
      return isWithin(text(row, 'IPDestinationAddress'), rest);
    case 'source':
      return isWithin(text(row, 'IPSourceAddress'), rest);
    case 'protocol':
    case 'next-header':
      return numeric(protocol);
    case 'source-port':
      return hasPorts && numeric(number(row, 'SourcePort'));
    case 'destination-port':
      return hasPorts && numeric(number(row, 'DestinationPort'));
    case 'packet-length':
      return numeric(number(row, 'IPTotalLength'));
    case 'icmp-type':
      return (protocol === 1 || protocol === 58) && numeric(number(row, 'ICMPType'));
    case 'icmp-code':
      return (protocol === 1 || protocol === 58) && numeric(number(row, 'ICMPCode'));
    case 'tcp-flags': {
      if (protocol !== TCP) return false;
      const flags = number(row, 'TCPFlags') ?? 0;
      // RFC 8955, bitmask operand: `=` all named bits are set; without it any of them is; `!` turns the outcome round.
      return list.some((alternative) =>
        alternative.split('&').every((item) => {
          const [, sign = '', names = ''] = /^(=|!|)([a-z+]+)$/.exec(item) ?? [];
          const mask = names.split('+').reduce((sum, flag) => sum | flagBit(EXABGP_FLAGS, flag), 0);
          return sign === '=' ? (flags & mask) === mask : ((flags & mask) !== 0) !== (sign === '!');
        }),
      );
    }
    default:
      throw new Error(`flowspec: no component ${name}`);
  }
}
