import { rfc3339 } from '../http/records.ts';
import type { Random } from '../random.ts';
import { add } from '../tally.ts';
import type { PacketCell, RouterMinute } from './packets.ts';
import type { RequestCell } from './population.ts';
import { EXAM_HOST, EXAM_ZONE_ID, PACKET_ATTACKS } from './story.ts';

// Answers of the GraphQL analytics API as the SOC saved them. Adaptive sampling keeps one request in `interval`; counts and sums
// are scaled up by the API before it answers, and rows come in no particular order.

/** One in ten for the minutes, one in a hundred for the top lists: what the API chose for queries of that size. */
const MINUTE_INTERVAL = 10;
const TOP_INTERVAL = 100;
const PACKET_INTERVAL = 10_000;

const answer = (level: 'zones' | 'accounts', nodes: Readonly<Record<string, unknown>>) =>
  `${JSON.stringify({ data: { viewer: { [level]: [nodes] } }, errors: null }, null, 1)}\n`;

/** `httpRequestsAdaptiveGroups` by minute under two aliases: by what was done, and by what the origin answered. */
export function answerMinutes(random: Random, cells: readonly RequestCell[]): string {
  const byAction = groupCells(cells, (cell) => ({
    datetimeMinute: rfc3339(cell.t),
    clientRequestHTTPHost: EXAM_HOST,
    securityAction: cell.action,
    securitySource: cell.source,
  }));
  const byOrigin = groupCells(cells, (cell) => ({
    datetimeMinute: rfc3339(cell.t),
    originResponseStatus: cell.originStatus,
  }));
  return answer('zones', {
    zoneTag: EXAM_ZONE_ID,
    byAction: byAction.flatMap((group) => requestRow(random, group, MINUTE_INTERVAL)),
    byOrigin: byOrigin.flatMap((group) => requestRow(random, group, MINUTE_INTERVAL)),
  });
}

/** The largest countries, networks and paths; the query asked for at most 15 of each, so the first two lists are cut. */
export function answerTops(random: Random, cells: readonly RequestCell[]): string {
  const list = (dimensionsOf: (cell: RequestCell) => Group['dimensions'], limit: number) =>
    groupCells(cells, dimensionsOf)
      .flatMap((group) => requestRow(random, group, TOP_INTERVAL))
      .sort((a, b) => b.count - a.count)
      .slice(0, limit);
  return answer('zones', {
    zoneTag: EXAM_ZONE_ID,
    topCountries: list((cell) => ({ clientCountryName: cell.network.country.toUpperCase() }), TOP_LIMIT),
    topNetworks: list(
      (cell) => ({ clientAsn: String(cell.network.asn), clientASNDescription: cell.network.name.toUpperCase() }),
      TOP_LIMIT,
    ),
    topPaths: list((cell) => ({ clientRequestPath: cell.path }), TOP_LIMIT),
  });
}

const TOP_LIMIT = 15;

/** `dosdAttackAnalyticsGroups`: one flat row an attack id. */
export function answerAttacks(random: Random, cells: readonly PacketCell[]): string {
  const rows = PACKET_ATTACKS.map((attack) => {
    const sampled = (outcome?: PacketCell['outcome']) =>
      cells
        .filter((cell) => cell.attack.id === attack.id && (outcome === undefined || cell.outcome === outcome))
        .reduce((sum, cell) => sum + random.binomial(cell.packets, 1 / PACKET_INTERVAL), 0) * PACKET_INTERVAL;
    const dropped = sampled('drop');
    const packets = dropped + sampled('pass');
    return {
      attackId: attack.id,
      attackType: attack.vector.toLowerCase().replaceAll(' ', '_'),
      attackVector: attack.vector,
      mitigationType: 'Drop',
      startDatetime: rfc3339(attack.start),
      endDatetime: rfc3339(attack.end),
      sourceIp: '',
      destinationIp: attack.target,
      sourcePort: attack.vector === 'NTP Amplification' ? 123 : 0,
      destinationPort: 0,
      ipProtocolName: 'UDP',
      tcpFlags: 0,
      packets,
      bits: packets * attack.length * 8,
      droppedPackets: dropped,
      droppedBits: dropped * attack.length * 8,
    };
  });
  return answer('accounts', { dosdAttackAnalyticsGroups: rows });
}

/** `dosdNetworkAnalyticsAdaptiveGroups` by minute, attack id and outcome. Groups without a sampled packet are not answered. */
export function answerPackets(random: Random, cells: readonly PacketCell[]): string {
  const rows = cells.flatMap(({ t, attack, outcome, packets: population }) => {
    const packets = random.binomial(population, 1 / PACKET_INTERVAL) * PACKET_INTERVAL;
    if (packets === 0) return [];
    return {
      sum: { packets, bits: packets * attack.length * 8 },
      dimensions: {
        datetimeMinute: rfc3339(t),
        attackId: attack.id,
        attackVector: attack.vector,
        outcome,
        ipDestinationAddress: attack.target,
        ipProtocolName: 'UDP',
      },
    };
  });
  return answer('accounts', { dosdNetworkAnalyticsAdaptiveGroups: rows });
}

/** Semicolons, decimal comma, local time: the router's collector was set up in another office. India has no summer time. */
export function writeRouterCsv(minutes: readonly RouterMinute[]): string {
  const local = (t: number) => {
    const [date = '', clock = ''] = new Date(t + 5.5 * 3_600_000).toISOString().slice(0, 16).split('T');
    return `${date.split('-').reverse().join('.')} ${clock}`;
  };
  const megabits = (bitsPerSecond: number) => (bitsPerSecond / 1e6).toFixed(3).replace('.', ',');
  const rows = minutes.map(
    (minute) => `${local(minute.t)};${megabits(minute.inBitsPerSecond)};${megabits(minute.outBitsPerSecond)}`,
  );
  return `${['Time;In Mbit/s;Out Mbit/s', ...rows].join('\r\n')}\r\n`;
}

interface Group {
  readonly dimensions: Readonly<Record<string, string | number>>;
  readonly requests: number;
  readonly bytes: number;
}

function groupCells(cells: readonly RequestCell[], dimensionsOf: (cell: RequestCell) => Group['dimensions']): Group[] {
  const requests = new Map<string, number>();
  const bytes = new Map<string, number>();
  for (const cell of cells) {
    const key = JSON.stringify(dimensionsOf(cell));
    add(requests, key, cell.requests);
    add(bytes, key, cell.bytes);
  }
  return [...requests].map(([key, count]) => ({
    dimensions: JSON.parse(key),
    requests: count,
    bytes: bytes.get(key) ?? 0,
  }));
}

/** The group as the API answers it, with its 95 % interval; nothing when no request of it was sampled. */
function requestRow(random: Random, group: Group, interval: number) {
  const sampleSize = random.binomial(group.requests, 1 / interval);
  if (sampleSize === 0) return [];
  const estimate = sampleSize * interval;
  const halfWidth = Math.round(1.96 * Math.sqrt(sampleSize * interval * (interval - 1)));
  return [
    {
      count: estimate,
      avg: { sampleInterval: interval },
      sum: { edgeResponseBytes: Math.round((group.bytes / group.requests) * estimate) },
      confidence: {
        level: 0.95,
        count: { estimate, lower: Math.max(sampleSize, estimate - halfWidth), upper: estimate + halfWidth, sampleSize },
      },
      dimensions: group.dimensions,
    },
  ];
}
