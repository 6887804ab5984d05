import { NETWORKS, type Network, networkOf } from '../internet.ts';
import { type Random, splitByWeight } from '../random.ts';
import { HTTP_WAVES, pupilsPerMinute, SUMMARY_WINDOW } from './story.ts';

type HttpAction = '' | 'block' | 'managedChallenge';

/** A whole number of requests that agree in everything that is counted. */
export interface RequestCell {
  /** Start of the minute. */
  readonly t: number;
  readonly isAttack: boolean;
  readonly action: HttpAction;
  readonly source: '' | 'l7ddos' | 'firewallCustom' | 'firewallManaged';
  readonly network: Network;
  readonly path: string;
  /** 0 where the edge answered by itself. */
  readonly originStatus: number;
  readonly requests: number;
  readonly bytes: number;
}

const PATHS: readonly (readonly [path: string, weight: number, bytes: number])[] = [
  ['/api/v1/exam/session', 34, 1_450],
  ['/api/v1/exam/answer', 31, 620],
  ['/api/v1/exam/paper', 12, 48_000],
  ['/', 9, 18_500],
  ['/login', 8, 9_200],
  ['/api/v1/clock', 6, 410],
];
const FLOODED_PATH = '/api/v1/exam/session';
const BLOCK_PAGE_BYTES = 4_500;

const PUPIL_NETWORKS: readonly (readonly [Network, number])[] = [
  [networkOf(64504), 41],
  [networkOf(64505), 27],
  [networkOf(65549), 22],
  [networkOf(64500), 4],
  [networkOf(64502), 4],
  [networkOf(65537), 2],
];
const BOT_NETWORKS: readonly (readonly [Network, number])[] = NETWORKS.map((network) => [
  network,
  network.kind === 'hosting'
    ? 9
    : network.country === 'vn' || network.country === 'br' || network.country === 'id'
      ? 6
      : 1,
]);

/** Draws every minute's requests. Counts are exact; nothing is sampled yet. */
export function drawRequestCells(random: Random): RequestCell[] {
  const cells: RequestCell[] = [];
  for (let t = SUMMARY_WINDOW.start; t < SUMMARY_WINDOW.end; t += 60_000) {
    const wave = HTTP_WAVES.find((candidate) => t >= candidate.start && t < candidate.end);
    const isFirstMinute = wave?.start === t;
    drawPupils(random, t, isFirstMinute ? (wave?.firstLeak ?? 0) : 0, cells);
    if (wave) drawFlood(random, t, wave.perMinute, isFirstMinute ? wave.firstLeak : wave.leak, cells);
  }
  return cells;
}

function drawPupils(random: Random, t: number, overload: number, cells: RequestCell[]): void {
  const total = random.poisson(pupilsPerMinute(t));
  const byNetwork = splitByWeight(
    random,
    total,
    PUPIL_NETWORKS.map(([, weight]) => weight),
  );
  for (const [n, [network]] of PUPIL_NETWORKS.entries()) {
    const byPath = splitByWeight(
      random,
      byNetwork[n] ?? 0,
      PATHS.map(([, weight]) => weight),
    );
    for (const [p, [path, , bytes]] of PATHS.entries()) {
      const requests = byPath[p] ?? 0;
      const blocked = random.binomial(requests, 0.0006);
      const failed = random.binomial(requests - blocked, 0.0007 + overload * 1.6);
      const base = { t, isAttack: false, network, path };
      pushCell(
        cells,
        { ...base, action: 'block', source: 'firewallManaged', originStatus: 0, requests: blocked },
        BLOCK_PAGE_BYTES,
      );
      pushCell(cells, { ...base, action: '', source: '', originStatus: 503, requests: failed }, 1_150);
      pushCell(
        cells,
        { ...base, action: '', source: '', originStatus: 200, requests: requests - blocked - failed },
        bytes,
      );
    }
  }
}

function drawFlood(random: Random, t: number, perMinute: number, leak: number, cells: RequestCell[]): void {
  const total = random.poisson(perMinute * (1 + 0.18 * Math.sin(t / 97_000)));
  const byNetwork = splitByWeight(
    random,
    total,
    BOT_NETWORKS.map(([, weight]) => weight),
  );
  for (const [n, [network]] of BOT_NETWORKS.entries()) {
    const requests = byNetwork[n] ?? 0;
    const leaked = random.binomial(requests, leak);
    const challenged = random.binomial(requests - leaked, 0.08);
    const failed = random.binomial(leaked, leak > 0.1 ? 0.58 : 0.05);
    const base = { t, isAttack: true, network, path: FLOODED_PATH };
    pushCell(
      cells,
      { ...base, action: 'block', source: 'l7ddos', originStatus: 0, requests: requests - leaked - challenged },
      BLOCK_PAGE_BYTES,
    );
    pushCell(
      cells,
      { ...base, action: 'managedChallenge', source: 'firewallCustom', originStatus: 0, requests: challenged },
      6_100,
    );
    pushCell(cells, { ...base, action: '', source: '', originStatus: 503, requests: failed }, 1_150);
    pushCell(cells, { ...base, action: '', source: '', originStatus: 200, requests: leaked - failed }, 1_450);
  }
}

function pushCell(cells: RequestCell[], cell: Omit<RequestCell, 'bytes'>, bytesEach: number): void {
  if (cell.requests > 0) cells.push({ ...cell, bytes: cell.requests * bytesEach });
}
