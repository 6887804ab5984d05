import type { Random } from '../random.ts';
import type { GeneratedFile } from '../workspace.ts';
import { drawBots, drawScanners, drawShoppers } from './clients.ts';
import { type Crowd, chooseBotOf, drawSecond, type EdgeState, type HttpRequest } from './population.ts';
import { firewallEventLines, httpRequestLine } from './records.ts';
import { BACKGROUND_RATE, floodRate, HTTP_CASE, HTTP_WINDOW, shopperRate, waveAt } from './story.ts';
import { countHttpTruth } from './truth.ts';

const PART_MS = 15 * 60_000;
const BATCH_MS = 5 * 60_000;
const BOTS = 1_900;
/** The pusher repeated the end of its third batch after a time-out: these last records of it stand twice. */
const REPEATED_RECORDS = 160;

/** The web shop flood: every request drawn, its truth counted, then written as Logpush pushes it, unsampled. */
export function composeHttpCase(seedRandom: Random): {
  files: GeneratedFile[];
  truth: ReturnType<typeof countHttpTruth>;
} {
  const requests = drawRequests(seedRandom);
  const parts: GeneratedFile[] = [];
  let repeatedRecords = 0;
  for (let start = HTTP_WINDOW.start; start < HTTP_WINDOW.end; start += PART_MS) {
    const members: string[] = [];
    for (let batch = start; batch < start + PART_MS; batch += BATCH_MS) {
      const lines = endedIn(requests, batch, batch + BATCH_MS).map(httpRequestLine);
      if (batch === HTTP_WINDOW.start + 3 * BATCH_MS) {
        const repeated = endedIn(requests, batch - BATCH_MS, batch)
          .slice(-REPEATED_RECORDS)
          .map(httpRequestLine);
        repeatedRecords = repeated.length;
        lines.unshift(...repeated);
      }
      members.push(toNdjson(lines));
    }
    parts.push({ path: `incidents/${HTTP_CASE}/logs/http_requests-${stamp(start)}.ndjson.gz`, members });
  }
  const events = requests.filter((request) => request.parentRayId === undefined).flatMap(firewallEventLines);
  const files = [
    ...parts,
    {
      path: `incidents/${HTTP_CASE}/logs/firewall_events-${stamp(HTTP_WINDOW.start)}.ndjson.gz`,
      members: [toNdjson(events)],
    },
  ];
  return { files, truth: countHttpTruth(requests, { repeatedRecords, firewallEvents: events.length }) };
}

/** All requests of the window in the order of their arrival. */
function drawRequests(seedRandom: Random): HttpRequest[] {
  const bots = drawBots(seedRandom.fork('bots'), BOTS);
  const crowd: Crowd = {
    shoppers: drawShoppers(seedRandom.fork('shoppers'), 5_200),
    bot: (number) => bots[number] ?? bots[0] ?? unreachableBot(number),
    bots: BOTS,
    scanners: drawScanners(seedRandom.fork('scanners'), 60),
  };
  const edge: EdgeState = { searches: new Map() };
  const random = seedRandom.fork('traffic');
  const chooseBot = chooseBotOf(BOTS);
  const requests: HttpRequest[] = [];
  for (let second = HTTP_WINDOW.start; second < HTTP_WINDOW.end; second += 1_000) {
    const isPartial = waveAt(second) === undefined || waveAt(second + 999) === undefined;
    const flood = isPartial ? Math.max(floodRate(second), floodRate(second + 999)) / 2 : floodRate(second + 500);
    const counts = {
      attack: random.poisson(flood),
      legitimate: random.poisson(shopperRate(second)),
      background: random.poisson(BACKGROUND_RATE),
    };
    requests.push(...drawSecond(random, crowd, edge, second, counts, chooseBot));
  }
  return requests.filter((request) => request.at < HTTP_WINDOW.end).sort((a, b) => a.at - b.at);
}

function unreachableBot(number: number): never {
  throw new RangeError(`there is no bot ${number}`);
}

/** Logpush writes a record when the answer is complete, so batches are cut and ordered by the end of the request. */
function endedIn(requests: readonly HttpRequest[], from: number, until: number): HttpRequest[] {
  const isLast = until >= HTTP_WINDOW.end;
  return requests
    .filter((request) => request.endAt >= from && (request.endAt < until || isLast))
    .sort((a, b) => a.endAt - b.endAt);
}

export function toNdjson(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** `20261117T1300Z`. */
function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replaceAll('-', '').replace(':', '')}Z`;
}
