import { add, toCounts, toTop } from '../tally.ts';
import type { HttpMinuteTruth, SummaryHttpTruth } from '../truth.ts';
import type { RequestCell } from './population.ts';
import { HTTP_WAVES } from './story.ts';

const sumOf = (cells: readonly RequestCell[]) => cells.reduce((sum, cell) => sum + cell.requests, 0);

export function countSummaryHttp(cells: readonly RequestCell[]): SummaryHttpTruth {
  const attack = cells.filter((cell) => cell.isAttack);
  const mitigated = cells.filter((cell) => cell.action !== '');
  const minutes = countMinutes(cells);
  const highest = minutes.reduce((best, minute) => (minute.requests > best.requests ? minute : best));
  return {
    requests: sumOf(cells),
    bytes: cells.reduce((sum, cell) => sum + cell.bytes, 0),
    attack: sumOf(attack),
    mitigated: sumOf(mitigated),
    attackMitigated: sumOf(attack.filter((cell) => cell.action !== '')),
    attackReachedOrigin: sumOf(attack.filter((cell) => cell.originStatus !== 0)),
    origin: sumOf(cells.filter((cell) => cell.originStatus !== 0)),
    origin5xx: sumOf(cells.filter((cell) => cell.originStatus >= 500)),
    byAction: toCounts(countBy(cells, (cell) => cell.action)),
    bySource: toCounts(countBy(mitigated, (cell) => cell.source)),
    minutes,
    waves: HTTP_WAVES.map(({ number, start, end }) => {
      const within = attack.filter((cell) => cell.t >= start && cell.t < end);
      return { number, start, end, attack: sumOf(within), leaked: sumOf(within.filter((cell) => cell.action === '')) };
    }),
    peak60s: { windowMs: 60_000, at: highest.t, count: highest.requests, perSecond: highest.requests / 60 },
    top: {
      clientCountryName: toTop(countBy(cells, (cell) => cell.network.country.toUpperCase())),
      clientAsn: toTop(countBy(cells, (cell) => String(cell.network.asn))),
      clientRequestPath: toTop(countBy(cells, (cell) => cell.path)),
    },
    vectors: ['http-flood'],
  };
}

function countBy(cells: readonly RequestCell[], keyOf: (cell: RequestCell) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const cell of cells) add(counts, keyOf(cell), cell.requests);
  return counts;
}

function countMinutes(cells: readonly RequestCell[]): HttpMinuteTruth[] {
  const minutes = new Map<number, { -readonly [K in keyof HttpMinuteTruth]: HttpMinuteTruth[K] }>();
  for (const cell of cells) {
    const minute = minutes.get(cell.t) ?? {
      t: cell.t,
      requests: 0,
      attack: 0,
      mitigated: 0,
      origin: 0,
      origin5xx: 0,
      bytes: 0,
    };
    minutes.set(cell.t, minute);
    minute.requests += cell.requests;
    minute.bytes += cell.bytes;
    if (cell.isAttack) minute.attack += cell.requests;
    if (cell.action !== '') minute.mitigated += cell.requests;
    if (cell.originStatus !== 0) minute.origin += cell.requests;
    if (cell.originStatus >= 500) minute.origin5xx += cell.requests;
  }
  return [...minutes.values()].sort((a, b) => a.t - b.t);
}
