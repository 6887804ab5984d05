const START = Date.UTC(2026, 10, 17, 14);
const SECONDS = 20 * 60;
/** Seconds from the start: the flood, and the moment from which a rate limit stops it. */
const FLOOD = { from: 305, mitigatedFrom: 345, to: 665 };

const BROWSERS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
];
const PAGES = ['/', '/search', '/basket', '/product/4711', '/static/app.js'];

/**
 * The http_requests log of the example case as NDJSON: twenty minutes of a small shop, a visitor every four seconds, and
 * a flood of its search for six minutes, of which the first forty seconds reach the origin. The same at every call;
 * addresses, host and AS numbers are those reserved for documentation.
 */
export function exampleTraffic(): string {
  const lines: string[] = [];
  for (let second = 0; second < SECONDS; second++) {
    if (second % 4 === 0) lines.push(visit(second));
    if (second >= FLOOD.from && second < FLOOD.to) lines.push(attack(second));
  }
  return `${lines.join('\n')}\n`;
}

function visit(second: number): string {
  const turn = second / 4;
  return record(second, {
    ClientIP: `198.51.100.${1 + (turn % 40)}`,
    ClientASN: 64_496,
    ClientCountry: turn % 5 === 0 ? 'at' : 'de',
    ClientRequestPath: PAGES[turn % PAGES.length] ?? '/',
    ClientRequestUserAgent: BROWSERS[turn % BROWSERS.length] ?? '',
    JA4: 't13d1516h2_8daaf6152771_b0da82dd1658',
    EdgeResponseStatus: 200,
    EdgeResponseBytes: 18_000 + ((turn * 977) % 9_000),
    OriginResponseStatus: turn % 5 === 4 ? 0 : 200,
    OriginResponseDurationMs: turn % 5 === 4 ? 0 : 40 + ((turn * 13) % 30),
    CacheCacheStatus: turn % 5 === 4 ? 'hit' : 'dynamic',
    SecurityAction: '',
    SecurityActions: [],
    SecuritySources: [],
    SecurityRuleIDs: [],
  });
}

function attack(second: number): string {
  const isStopped = second >= FLOOD.mitigatedFrom;
  return record(second, {
    ClientIP: `192.0.2.${1 + ((second * 7) % 120)}`,
    ClientASN: second % 3 === 0 ? 64_511 : 64_510,
    ClientCountry: second % 3 === 0 ? 'br' : 'nl',
    ClientRequestPath: '/search',
    ClientRequestUserAgent: 'python-requests/2.32.3',
    JA4: 't13i181000_85036bcba153_d41ae481755e',
    EdgeResponseStatus: isStopped ? 429 : 200,
    EdgeResponseBytes: isStopped ? 1_200 : 21_000,
    OriginResponseStatus: isStopped ? 0 : 200,
    OriginResponseDurationMs: isStopped ? 0 : 300 + ((second * 17) % 200),
    CacheCacheStatus: isStopped ? 'unknown' : 'dynamic',
    SecurityAction: isStopped ? 'block' : '',
    SecurityActions: isStopped ? ['block'] : [],
    SecuritySources: isStopped ? ['l7ddos'] : [],
    SecurityRuleIDs: isStopped ? ['0ab1c2d3e4f5061728394a5b6c7d8e9f'] : [],
  });
}

function record(second: number, fields: Readonly<Record<string, unknown>>): string {
  const startedAt = START + second * 1_000 + ((second * 131) % 1_000);
  return JSON.stringify({
    EdgeStartTimestamp: new Date(startedAt).toISOString(),
    EdgeEndTimestamp: new Date(startedAt + 60).toISOString(),
    RayID: `8e4${(startedAt % 1_000_000_000).toString(16).padStart(8, '0')}${'ClientASN' in fields ? String(fields.ClientASN).slice(-5) : ''}`,
    ZoneName: 'shop.example',
    ClientRequestHost: 'www.shop.example',
    ClientRequestMethod: 'GET',
    ClientRequestProtocol: 'HTTP/2',
    ClientRequestSource: 'eyeball',
    EdgeColoCode: 'FRA',
    ...fields,
  });
}
