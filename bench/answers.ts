/**
 * What the report of the HTTP case says in numbers. Both references give all of it, so that nobody wins by answering less, and
 * `analysis.ts` compares their answers with each other and with Debrief's before it believes any time.
 */
export interface Answers {
  readonly rows: number;
  /** Requests of Workers, which are not client traffic. */
  readonly leftOut: number;
  readonly unreadable: number;
  readonly duplicates: number;
  /** Hosts and zones that occur, for the check of whose traffic it is. */
  readonly owners: readonly string[];
  /** Records by input file. */
  readonly inputs: Readonly<Record<string, number>>;
  readonly overTime: OverTime;
  /** By name as in `DIMENSIONS`. */
  readonly breakdowns: Readonly<Record<string, Breakdown>>;
  /** Latency of the origin by phase and by 15 s. */
  readonly latency: Readonly<Record<string, Latency>>;
  readonly rules: readonly Rule[];
  /** Requests by minute and host, `t host`. */
  readonly targets: Readonly<Record<string, number>>;
  /** First mitigated request of each system in each wave, epoch ms, by `wave system`. */
  readonly firstMitigated: Readonly<Record<string, number>>;
}

/** One row of the small table by second, from which everything over time follows. */
export interface SecondRow {
  /** Epoch ms. */
  readonly t: number;
  readonly disposition: string;
  readonly system: string | null;
  readonly requests: number;
  readonly bytes: number;
  /** Requests that the origin answered, those with 5xx, and those that the edge could not deliver to it. */
  readonly answered: number;
  readonly errors: number;
  readonly lost: number;
}

export interface OverTime {
  /** `[start, requests, mitigated, bytes, answered, errors]` */
  readonly minutes: readonly (readonly number[])[];
  /** Volumes of 10 s (search for waves) and 15 s (charts) by disposition and system, `t key` to requests and bytes. */
  readonly series: Readonly<Record<string, readonly number[]>>;
  /** The first minutes of the attack second by second. */
  readonly onset: Readonly<Record<string, number>>;
  /** Start and volume of the highest bucket, by span, quantity and length. */
  readonly peaks: Readonly<Record<string, readonly number[]>>;
  /** Nearest-rank percentiles of the 10 s buckets. */
  readonly percentiles: Readonly<Record<string, number>>;
  /** By `phase disposition`: requests, bytes, answered, errors, lost. */
  readonly phases: Readonly<Record<string, readonly number[]>>;
  /** By system in the waves: requests mitigated and first second. */
  readonly systems: Readonly<Record<string, readonly number[]>>;
}

export interface Breakdown {
  readonly total: number;
  readonly distinct: number;
  readonly unknown: number;
  /** Key, requests, mitigated, before the attack; largest first, of equals the smaller text. */
  readonly items: readonly (readonly [string, number, number, number])[];
  /** Requests of the largest k values, for the ranks of `CURVE_RANKS`. */
  readonly curve: Readonly<Record<number, number>>;
}

export interface Latency {
  readonly rows: number;
  readonly p50: number;
  readonly p95: number;
}

export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly system: string;
  readonly action: string;
  readonly disposition: string;
  readonly requests: number;
  readonly first: number;
  readonly last: number;
  readonly before: number;
}

/** Half-open, in whole seconds. The references are given the waves, which Debrief has to find. */
export interface Wave {
  readonly start: number;
  readonly end: number;
}

export const CASE_WINDOW: Wave = {
  start: Date.parse('2026-11-17T13:00:00Z'),
  end: Date.parse('2026-11-17T14:15:00Z'),
};

export const MITIGATED: readonly string[] = ['blocked', 'challenged', 'rate_limited'];

/** Names as in `analysis.attributes` of `report.json`, else of the dimension; column of the table of the reference by hand. */
export const DIMENSIONS: readonly { name: string; column: string; items: 10 | 25; curve?: true }[] = [
  { name: 'ClientIP', column: 'ip', items: 25, curve: true },
  { name: 'source_prefix', column: 'prefix', items: 25, curve: true },
  { name: 'ClientASN', column: 'asn', items: 25, curve: true },
  { name: 'ClientCountry', column: 'country', items: 25, curve: true },
  { name: 'mitigation_system', column: 'system', items: 10 },
  { name: 'SecurityRuleID', column: 'rule', items: 25 },
  { name: 'SecurityAction', column: 'action', items: 10 },
  { name: 'EdgeColoCode', column: 'colo', items: 10, curve: true },
  { name: 'ClientRequestHost', column: 'host', items: 10 },
  { name: 'ClientRequestPath', column: 'path', items: 10 },
  { name: 'ClientRequestMethod', column: 'method', items: 10 },
  { name: 'ClientRequestProtocol', column: 'http_version', items: 10 },
  { name: 'ClientRequestUserAgent', column: 'user_agent', items: 25 },
  { name: 'JA3Hash', column: 'ja3', items: 25 },
  { name: 'JA4', column: 'ja4', items: 25 },
  { name: 'EdgeResponseStatus', column: 'status', items: 10 },
  { name: 'OriginResponseStatus', column: 'origin_status', items: 10 },
  { name: 'CacheCacheStatus', column: 'cache_status', items: 10 },
];

export const CURVE_RANKS: readonly number[] = [1, 2, 5].flatMap((digit) =>
  Array.from({ length: 8 }, (_, power) => digit * 10 ** power),
);

/** Before the first wave, in a wave, after the last; otherwise between two. */
export function phaseOf(t: number, waves: readonly Wave[]): 'before' | 'during' | 'after' | 'between' {
  if (t < (waves[0]?.start ?? Number.POSITIVE_INFINITY)) return 'before';
  if (waves.some(({ start, end }) => t >= start && t < end)) return 'during';
  return t >= (waves.at(-1)?.end ?? 0) ? 'after' : 'between';
}

/** Requests of the largest `rank` values, out of how many values have which volume. */
export function curveOf(volumes: readonly { readonly volume: number; readonly values: number }[]): Breakdown['curve'] {
  const curve: Record<number, number> = {};
  const ranks = [...CURVE_RANKS].sort((a, b) => a - b);
  let rank = 0;
  let sum = 0;
  for (const { volume, values } of [...volumes].sort((a, b) => b.volume - a.volume)) {
    for (let next = ranks[0]; next !== undefined && next <= rank + values; next = ranks[0]) {
      curve[next] = sum + (next - rank) * volume;
      ranks.shift();
    }
    rank += values;
    sum += values * volume;
  }
  return curve;
}
