import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSummaryTruth, SAMPLE_WORKSPACE } from '../../support/truth.ts';
import { type LogRecord, numberIn, sumBy, textIn } from './slow-reader.ts';

const truth = readSummaryTruth();
const folder = `${SAMPLE_WORKSPACE}incidents/INC-4958`;

interface Row {
  readonly count: number;
  readonly avg: { readonly sampleInterval: number };
  readonly sum: LogRecord;
  readonly confidence: {
    readonly count: {
      readonly estimate: number;
      readonly lower: number;
      readonly upper: number;
      readonly sampleSize: number;
    };
  };
  readonly dimensions: LogRecord;
}

function readNodes(name: string, level: 'zones' | 'accounts'): Readonly<Record<string, readonly Row[]>> {
  const answer = JSON.parse(readFileSync(`${folder}/graphql/${name}`, 'utf8'));
  expect(answer.errors).toBeNull();
  expect(answer.data.viewer[level]).toHaveLength(1);
  return answer.data.viewer[level][0];
}

const countOf = (row: Row) => row.count;
const deviationOf = (rows: readonly Row[]) =>
  Math.sqrt(rows.reduce((sum, row) => sum + row.count * (row.avg.sampleInterval - 1), 0));
const total = (rows: readonly Row[]) => rows.reduce((sum, row) => sum + row.count, 0);

function expectNear(rows: readonly Row[], count: number, name: string): void {
  expect(Math.abs(total(rows) - count) / Math.max(1, deviationOf(rows)), name).toBeLessThan(4.5);
}

describe('the summaries of the examination morning, added up by a slow reader', () => {
  const { byAction = [], byOrigin = [] } = readNodes('http-minutes.json', 'zones');

  it('estimate all requests, what was mitigated and what the origin answered', () => {
    expectNear(byAction, truth.http.requests, 'requests');
    expectNear(byOrigin, truth.http.requests, 'requests by origin status');
    expectNear(
      byAction.filter((row) => row.dimensions.securityAction !== ''),
      truth.http.mitigated,
      'mitigated',
    );
    expectNear(
      byOrigin.filter((row) => row.dimensions.originResponseStatus !== 0),
      truth.http.origin,
      'origin',
    );
    expectNear(
      byOrigin.filter((row) => numberIn(row.dimensions, 'originResponseStatus') >= 500),
      truth.http.origin5xx,
      '5xx',
    );
    for (const [action, requests] of Object.entries(truth.http.byAction))
      expectNear(
        byAction.filter((row) => row.dimensions.securityAction === action),
        requests,
        action,
      );
  });

  it('cover the truth of nearly every minute with the interval that they state', () => {
    expect(truth.http.minutes).toHaveLength(90);
    const misses = truth.http.minutes.filter((minute) => {
      const rows = byAction.filter(
        (row) =>
          Date.parse(textIn(row.dimensions, 'datetimeMinute')) === minute.t && row.dimensions.securityAction === '',
      );
      const passed = minute.requests - minute.mitigated;
      const { lower, upper } = rows[0]?.confidence.count ?? { lower: 0, upper: 0 };
      expect(rows).toHaveLength(1);
      return passed < lower || passed > upper;
    });
    // 90 intervals of 95 %: 4.5 misses are expected; twelve or more would happen once in 500 seeds.
    expect(misses.length).toBeLessThan(12);
  });

  it('are scaled already: the count is the sample times the interval', () => {
    for (const row of [...byAction, ...byOrigin]) {
      expect(row.count).toBe(row.confidence.count.sampleSize * row.avg.sampleInterval);
      expect(row.confidence.count.estimate).toBe(row.count);
    }
  });

  it('cut the lists of countries and networks at fifteen, but know every path', () => {
    const lists = readNodes('http-top.json', 'zones');
    expect(lists.topCountries).toHaveLength(15);
    expect(lists.topNetworks).toHaveLength(15);
    expect(lists.topPaths).toHaveLength(truth.http.top.clientRequestPath?.distinct ?? -1);
    const fields = {
      topCountries: 'clientCountryName',
      topNetworks: 'clientAsn',
      topPaths: 'clientRequestPath',
    } as const;
    for (const [alias, field] of Object.entries(fields)) {
      const known = new Map(truth.http.top[field]?.top);
      for (const row of lists[alias] ?? []) expectNear([row], known.get(textIn(row.dimensions, field)) ?? 0, field);
      const counts = (lists[alias] ?? []).map(countOf);
      expect(counts).toEqual([...counts].sort((a, b) => b - a));
    }
  });

  it('state each attack id once, with the packets that were sent and dropped', () => {
    const answer = JSON.parse(readFileSync(`${folder}/graphql/dosd-attacks.json`, 'utf8'));
    const attacks: LogRecord[] = answer.data.viewer.accounts[0].dosdAttackAnalyticsGroups;
    expect(attacks.map((attack) => attack.attackId)).toEqual(truth.network.attackIds.map((attack) => attack.id));
    for (const [index, attack] of attacks.entries()) {
      const known = truth.network.attackIds[index];
      expect(Date.parse(textIn(attack, 'startDatetime'))).toBe(known?.start);
      expect(Date.parse(textIn(attack, 'endDatetime'))).toBe(known?.end);
      // One packet in 10,000 was sampled.
      for (const field of ['packets', 'droppedPackets'] as const) {
        const stated = numberIn(attack, field);
        expect(Math.abs(stated - (known?.[field] ?? 0)) / Math.sqrt(stated * 9_999)).toBeLessThan(4);
      }
      expect(numberIn(attack, 'bits') / numberIn(attack, 'packets')).toBe((known?.bits ?? 0) / (known?.packets ?? 1));
    }
  });

  it('agree between packets by minute and the truth', () => {
    const { dosdNetworkAnalyticsAdaptiveGroups: rows = [] } = readNodes('dosd-packets.json', 'accounts');
    const byOutcome = new Map(
      sumBy(
        rows,
        (row) => textIn(row.dimensions, 'outcome'),
        (row) => numberIn(row.sum, 'packets'),
      ),
    );
    const dropped = byOutcome.get('drop') ?? 0;
    expect(Math.abs(dropped - truth.network.droppedPackets) / Math.sqrt(dropped * 9_999)).toBeLessThan(4);
    expect(byOutcome.get('pass')).toBeGreaterThan(0);
  });

  it('hold what the router saw in local time with decimal commas', () => {
    const [header, ...lines] = readFileSync(`${folder}/router/edge-router.csv`, 'utf8').trimEnd().split('\r\n');
    expect(header).toBe('Time;In Mbit/s;Out Mbit/s');
    expect(lines).toHaveLength(90);
    expect(lines[0]).toMatch(/^20\.11\.2026 10:00;\d+,\d{3};\d+,\d{3}$/);
    const inbound = lines.map((line) => Number(line.split(';')[1]?.replace(',', '.')) * 1e6);
    const highest = Math.max(...inbound);
    expect(Math.abs(highest - truth.network.routerPeak.bitsPerSecond)).toBeLessThan(1_000);
    // 10:00 in India is 04:30 UTC.
    expect(Date.parse('2026-11-20T04:30:00Z') + inbound.indexOf(highest) * 60_000).toBe(truth.network.routerPeak.at);
  });
});
