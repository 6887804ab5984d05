import { type Client, drawBot, drawScanners, drawShoppers } from '../http/clients.ts';
import { type Crowd, chooseBotOf, drawSecond, type EdgeState, type HttpRequest } from '../http/population.ts';
import { dispositionOf, httpRequestLine } from '../http/records.ts';
import { createRandom, type Random } from '../random.ts';
import { add } from '../tally.ts';
import { type BulkPlan, planSeconds, secondsOfPart } from './plan.ts';

const CHUNK_BYTES = 4 << 20;
/** Longer than any line. */
const LINE_BYTES = 4_096;
const LINES_OF_THE_SAMPLE = 62_000;
const BOTS_OF_THE_SAMPLE = 1_900;
const MOST_REMEMBERED_BOTS = 100_000;

/** What a part adds to the truth. Maps can be sent between threads and added up. */
export interface PartTally {
  lines: number;
  requests: number;
  attack: number;
  bytes: number;
  reachedOrigin: number;
  origin5xx: number;
  readonly byDisposition: Map<string, number>;
  readonly countries: Map<string, number>;
  /** Requests by epoch second, all and mitigated. */
  readonly seconds: Map<number, number>;
  readonly mitigatedSeconds: Map<number, number>;
  /** First and last attack request by wave are found from these. */
  readonly attackSeconds: Map<number, number>;
}

export const emptyTally = (): PartTally => ({
  lines: 0,
  requests: 0,
  attack: 0,
  bytes: 0,
  reachedOrigin: 0,
  origin5xx: 0,
  byDisposition: new Map(),
  countries: new Map(),
  seconds: new Map(),
  mitigatedSeconds: new Map(),
  attackSeconds: new Map(),
});

/** Number of different bots of a plan. */
export function botsOf(plan: BulkPlan): number {
  const grown = Math.ceil((BOTS_OF_THE_SAMPLE * plan.lines) / LINES_OF_THE_SAMPLE);
  return plan.distinctAddresses ?? Math.min(MOST_REMEMBERED_BOTS, grown);
}

/**
 * Writes one part through `write`, in chunks of whole lines whose buffer is used again, and counts it. The part depends on the plan and its number alone,
 * so the files are the same for any number of threads.
 */
export function writePart(plan: BulkPlan, part: number, write: (bytes: Buffer) => void): PartTally {
  const random = createRandom(`${plan.seed}/bulk/${part}`);
  const crowd = crowdOf(plan);
  const edge: EdgeState = { searches: new Map() };
  const tally = emptyTally();
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let used = 0;
  const flush = () => {
    write(chunk.subarray(0, used));
    used = 0;
  };
  for (const planned of secondsOfPart(planSeconds(plan.lines), plan, part)) {
    const chooseBot =
      plan.distinctAddresses === undefined ? chooseBotOf(crowd.bots) : inTurn(crowd.bots, planned.attackBefore);
    const wanted = planned.attack + planned.legitimate + planned.background;
    // A visit can be two requests; what is above the plan is left out so that the number of lines is exact.
    const requests = withoutSurplus(drawSecond(random, crowd, edge, planned.second, planned, chooseBot), wanted);
    for (const request of requests) {
      // Every character is ASCII, so one byte each.
      used += chunk.write(`${httpRequestLine(request)}\n`, used, 'latin1');
      count(tally, request);
      if (used > CHUNK_BYTES - LINE_BYTES) flush();
    }
  }
  flush();
  return tally;
}

/** The requests without the last few of shoppers, so that `wanted` are left. */
function withoutSurplus(requests: readonly HttpRequest[], wanted: number): HttpRequest[] {
  const kept = [...requests];
  for (let index = kept.length - 1; index >= 0 && kept.length > wanted; index--)
    if (kept[index]?.population === 'legitimate') kept.splice(index, 1);
  return kept;
}

/** Bots one after the other, so that every address occurs before any occurs twice. */
function inTurn(bots: number, first: number): (random: Random) => number {
  let next = first;
  return () => next++ % bots;
}

function crowdOf(plan: BulkPlan): Crowd {
  const bots = botsOf(plan);
  const drawn: (Client | undefined)[] = [];
  const fresh = (number: number) => drawBot(createRandom(`${plan.seed}/bot/${number}`), number);
  return {
    shoppers: drawShoppers(createRandom(`${plan.seed}/shoppers`), Math.min(60_000, 5_200 + Math.ceil(plan.lines / 40))),
    // Five million clients would not fit; they are drawn anew from their number each time.
    bot: (number) => {
      if (plan.distinctAddresses !== undefined) return fresh(number);
      const client = drawn[number] ?? fresh(number);
      drawn[number] = client;
      return client;
    },
    bots,
    scanners: drawScanners(createRandom(`${plan.seed}/scanners`), 400),
  };
}

function count(tally: PartTally, request: HttpRequest): void {
  tally.lines++;
  if (request.parentRayId !== undefined) return;
  const second = Math.floor(request.at / 1_000);
  const disposition = dispositionOf(request);
  tally.requests++;
  tally.bytes += request.bytes;
  if (request.originStatus !== 0) tally.reachedOrigin++;
  if (request.originStatus >= 500) tally.origin5xx++;
  add(tally.byDisposition, disposition);
  add(tally.countries, request.client.network.country);
  add(tally.seconds, second);
  if (disposition !== 'passed' && disposition !== 'logged') add(tally.mitigatedSeconds, second);
  if (request.population !== 'attack') return;
  tally.attack++;
  add(tally.attackSeconds, second);
}
