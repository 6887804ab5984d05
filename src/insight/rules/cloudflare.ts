import { say } from '../../model/say.ts';
import type { Predicate } from '../../model/signature.ts';
import { type Obstacle, type RuleLanguage, translateAll, valuesOf } from './language.ts';
import { compare, conjunction, type Field, quote } from './wirefilter.ts';

const text = (name: string): Field => ({ kind: 'text', name });
const number = (name: string, most: number): Field => ({ kind: 'number', name, most });

/** Fields of `http_requests` that a custom rule has, by the names of the fields reference. */
const FIELDS: ReadonlyMap<string, Field> = new Map(
  Object.entries({
    ClientRequestHost: text('http.host'),
    ClientRequestPath: text('http.request.uri.path'),
    ClientRequestURI: text('http.request.uri'),
    ClientRequestMethod: text('http.request.method'),
    ClientRequestProtocol: text('http.request.version'),
    ClientRequestUserAgent: text('http.user_agent'),
    ClientRequestReferer: text('http.referer'),
    ClientIP: { kind: 'address', name: 'ip.src' },
    ClientASN: number('ip.src.asnum', 4_294_967_295),
    ClientCountry: { kind: 'country', name: 'ip.src.country' },
    ClientSSLProtocol: text('cf.tls_version'),
    ClientSSLCipher: text('cf.tls_cipher'),
    JA3Hash: text('cf.bot_management.ja3_hash'),
    JA4: text('cf.bot_management.ja4'),
    BotScore: number('cf.bot_management.score', 100),
    WAFAttackScore: number('cf.waf.score', 100),
    ClientXRequestedWith: { kind: 'texts', name: 'http.request.headers["x-requested-with"]' },
  }),
);

/** An HTTP token in small letters; anything else is no name of a header. */
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,256}$/;

/** Custom rules of the WAF: the layer of requests. */
export const cloudflare: RuleLanguage = {
  id: 'cloudflare',
  name: say`Cloudflare custom rule`,
  layer: 'http',
  file: 'rules/cloudflare.txt',
  comment: '#',
  takes: 'rule',
  before: [],
  after: [],
  advice: say`Paste it into the expression editor of a custom rule. Action: Log first, then Managed Challenge or Block.`,
  render({ conditions }) {
    const translated = translateAll(conditions, translate);
    if ('refusals' in translated) return translated;
    const lines = conjunction(translated.parts);
    return typeof lines === 'string' ? { refusals: [{ obstacle: lines }] } : { watch: lines, enforce: lines };
  },
};

function translate(condition: Predicate): string | Obstacle {
  if (condition.field === 'ClientRequestScheme') return scheme(condition);
  if (condition.field === 'JSDetectionPassed') return scriptDetection(condition);
  const field = FIELDS.get(condition.field) ?? headerOrCookie(condition.field);
  return field ? compare(field, condition) : 'no-field';
}

function headerOrCookie(name: string): Field | undefined {
  const [, map, key = ''] = /^(RequestHeaders|Cookies)\.(.+)$/su.exec(name) ?? [];
  if (map === 'RequestHeaders') {
    const header = key.toLowerCase();
    return HEADER_NAME.test(header) ? { kind: 'texts', name: `http.request.headers["${header}"]` } : undefined;
  }
  const quoted = quote(key);
  return map === 'Cookies' && quoted.startsWith('"')
    ? { kind: 'texts', name: `http.request.cookies[${quoted}]` }
    : undefined;
}

/** `https` is a field that is true or not. */
function scheme({ op, value }: Predicate): string | Obstacle {
  if (op !== 'eq' && op !== 'ne') return 'no-comparison';
  if (value !== 'https' && value !== 'http') return 'impossible-value';
  return (value === 'https') === (op === 'eq') ? 'ssl' : 'not ssl';
}

/** The log tells failed from missing, the language only passed from not passed. */
function scriptDetection(condition: Predicate): string | Obstacle {
  const name = 'cf.bot_management.js_detection.passed';
  if (condition.op === 'eq' && condition.value === 'passed') return name;
  if (condition.op === 'ne' && condition.value === 'passed') return `not ${name}`;
  const values = new Set(valuesOf(condition));
  if (condition.op === 'in' && values.size === 2 && values.has('failed') && values.has('missing')) return `not ${name}`;
  return 'no-comparison';
}
