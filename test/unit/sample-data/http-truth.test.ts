import { beforeAll, describe, expect, it } from 'vitest';
import { readHttpTruth } from '../../support/truth.ts';
import { type LogRecord, listIn, numberIn, readRecords, sumBy, textIn } from './slow-reader.ts';

const truth = readHttpTruth();

/** Logpush `unixnano` as epoch ms. Doubles lose nanoseconds above 2^53, never milliseconds. */
const startOf = (record: LogRecord) => Math.round(numberIn(record, 'EdgeStartTimestamp') / 1e6);

const SOLVED = /Solved$|Bypassed$/;

/** What was done, read from the record alone. */
function dispositionOf(record: LogRecord): string {
  const action = textIn(record, 'SecurityAction');
  if (action === '' || SOLVED.test(action))
    return listIn(record, 'SecurityActions').includes('log') ? 'logged' : 'passed';
  if (listIn(record, 'SecuritySources').at(-1) === 'rateLimit') return 'rate_limited';
  return action === 'block' ? 'blocked' : 'challenged';
}

const isMitigated = (record: LogRecord) => ['blocked', 'challenged', 'rate_limited'].includes(dispositionOf(record));

/** The flood, told by what the truth says marks it; the JA4 alone finds all of it. */
const isFlood = (record: LogRecord) =>
  record.JA4 === truth.signature?.all.find((predicate) => predicate.field === 'JA4')?.value;

describe('the logs of the web shop flood, read back by a slow reader', () => {
  let written: LogRecord[];
  let requests: LogRecord[];
  let flood: LogRecord[];
  beforeAll(() => {
    written = readRecords('INC-4821', 'http_requests');
    const unique = new Map(written.map((record) => [textIn(record, 'RayID'), record]));
    requests = [...unique.values()].filter((record) => record.ClientRequestSource === 'eyeball');
    flood = requests.filter(isFlood);
  });

  it('hold as many requests, repeats and subrequests as were drawn', () => {
    expect(requests).toHaveLength(truth.requests);
    const rays = new Set(written.map((record) => textIn(record, 'RayID')));
    expect(written.length - rays.size).toBe(truth.repeatedRecords);
    expect(rays.size - requests.length).toBe(truth.subrequests);
    expect(truth.repeatedRecords).toBeGreaterThan(100);
    expect(requests.length).toBeGreaterThan(60_000);
  });

  it('sum up to the bytes, dispositions and origin answers of the truth', () => {
    expect(requests.reduce((sum, record) => sum + numberIn(record, 'EdgeResponseBytes'), 0)).toBe(truth.bytes);
    expect(Object.fromEntries(sumBy(requests, dispositionOf))).toEqual(truth.byDisposition);
    expect(Object.fromEntries(sumBy(flood, dispositionOf))).toEqual(truth.attackByDisposition);
    expect(flood).toHaveLength(truth.byPopulation.attack ?? 0);
    const origin = (record: LogRecord) => numberIn(record, 'OriginResponseStatus');
    expect(requests.filter((record) => origin(record) !== 0)).toHaveLength(truth.reachedOrigin);
    expect(requests.filter((record) => origin(record) >= 500)).toHaveLength(truth.origin5xx);
    expect(flood.filter((record) => origin(record) !== 0)).toHaveLength(truth.attackReachedOrigin);
    expect(requests.filter((record) => numberIn(record, 'EdgeResponseStatus') >= 500)).toHaveLength(truth.edge5xx);
  });

  it('agree with the truth in every minute', () => {
    const minuteOf = (record: LogRecord) => Math.floor(startOf(record) / 60_000) * 60_000;
    expect(truth.minutes).toHaveLength(75);
    for (const minute of truth.minutes) {
      const within = requests.filter((record) => minuteOf(record) === minute.t);
      expect({
        t: minute.t,
        requests: within.length,
        attack: within.filter(isFlood).length,
        mitigated: within.filter(isMitigated).length,
        origin: within.filter((record) => record.OriginResponseStatus !== 0).length,
        origin5xx: within.filter((record) => numberIn(record, 'OriginResponseStatus') >= 500).length,
        bytes: within.reduce((sum, record) => sum + numberIn(record, 'EdgeResponseBytes'), 0),
      }).toEqual(minute);
    }
  });

  it('show three waves with gaps of more than three minutes, stopped when the truth says', () => {
    expect(truth.waves).toHaveLength(3);
    for (const [index, wave] of truth.waves.entries()) {
      const within = flood.filter((record) => startOf(record) >= wave.start && startOf(record) < wave.end);
      const stopped = within.filter(isMitigated);
      expect(within).toHaveLength(wave.attack);
      expect(stopped).toHaveLength(wave.mitigated);
      expect(within.length - stopped.length).toBe(wave.leaked);
      expect(Math.min(...within.map(startOf))).toBe(wave.start);
      expect(Math.max(...within.map(startOf)) + 1).toBe(wave.end);
      expect(Math.min(...stopped.map(startOf))).toBe(wave.firstMitigatedAt);
      const next = truth.waves[index + 1];
      if (next) expect(next.start - wave.end).toBeGreaterThan(180_000);
    }
    expect(truth.waves.reduce((sum, wave) => sum + wave.attack, 0)).toBe(flood.length);
  });

  it('contain the first wave after about forty seconds and the others within ten', () => {
    const [first, ...later] = truth.waves;
    expect(((first?.containedAt ?? 0) - (first?.start ?? 0)) / 1_000).toBeCloseTo(39, 0);
    for (const wave of later) expect(wave.containedAt - wave.start).toBeLessThan(10_000);
    const leakedLater = later.reduce((sum, wave) => sum + wave.leaked, 0);
    expect(leakedLater).toBeLessThan((first?.leaked ?? 0) / 3);
  });

  it.each([1_000, 10_000, 60_000])('reach the peak of the truth over %d ms', (windowMs) => {
    const highestOf = (records: LogRecord[]) => {
      const buckets = sumBy(records, (record) => String(Math.floor(startOf(record) / windowMs) * windowMs));
      const count = buckets[0]?.[1] ?? 0;
      const at = Math.min(...buckets.filter(([, sum]) => sum === count).map(([start]) => Number(start)));
      return { windowMs, at, count, perSecond: (count * 1_000) / windowMs };
    };
    expect(highestOf(requests)).toEqual(truth.peaks.find((peak) => peak.windowMs === windowMs));
    expect(highestOf(flood)).toEqual(truth.attackPeaks.find((peak) => peak.windowMs === windowMs));
  });

  it('have the top values of the truth in every dimension', () => {
    for (const [records, tops] of [
      [requests, truth.top],
      [flood, truth.attackTop],
    ] as const)
      for (const [field, { distinct, top }] of Object.entries(tops)) {
        const counted = sumBy(records, (record) => String(record[field]));
        expect(counted.length, field).toBe(distinct);
        expect(counted.slice(0, 25), field).toEqual(top);
      }
  });

  it('carry the signature on the flood and on nothing else', () => {
    const predicates = truth.signature?.all ?? [];
    const matches = requests.filter((record) =>
      predicates.every(({ field, op, value }) => {
        const [outer = '', inner] = field.split('.');
        const found = inner === undefined ? record[outer] : Object(record[outer])[inner];
        return op === 'absent' ? found === undefined : op === 'eq' ? found === value : found !== value;
      }),
    );
    expect(predicates.map((predicate) => predicate.op)).toContain('absent');
    expect(matches.filter(isFlood)).toHaveLength(truth.signature?.matchesAttack ?? -1);
    expect(matches.filter((record) => !isFlood(record))).toHaveLength(truth.signature?.matchesOther ?? -1);
    expect(truth.signature?.matchesOther).toBe(0);
    expect((truth.signature?.matchesAttack ?? 0) / flood.length).toBeGreaterThan(0.97);
    const queries = new Set(flood.map((record) => textIn(record, 'ClientRequestURI')));
    expect(queries.size / flood.length).toBeGreaterThan(0.99);
  });

  it('show the origin suffering in the first wave and well before and after', () => {
    const { before, during, after } = truth.origin;
    const end = truth.waves.at(-1)?.end ?? 0;
    const phases = {
      before: (at: number) => at < (truth.waves[0]?.start ?? 0),
      during: (at: number) => truth.waves.some((wave) => at >= wave.start && at < wave.end),
      after: (at: number) => at >= end,
    };
    for (const [name, expected] of Object.entries({ before, during, after })) {
      const isIn = phases[name as keyof typeof phases];
      const answered = requests.filter((record) => record.OriginResponseStatus !== 0 && isIn(startOf(record)));
      const times = answered.map((record) => numberIn(record, 'OriginResponseDurationMs')).sort((a, b) => a - b);
      expect(answered).toHaveLength(expected.answered);
      expect(answered.filter((record) => numberIn(record, 'OriginResponseStatus') >= 500)).toHaveLength(
        expected.errors,
      );
      expect(times[Math.ceil(times.length * 0.95) - 1]).toBe(expected.p95Ms);
      expect(times[Math.ceil(times.length * 0.5) - 1]).toBe(expected.p50Ms);
    }
    expect(during.p95Ms).toBeGreaterThan(10 * before.p95Ms);
    expect(during.errors / during.answered).toBeGreaterThan(0.1);
    expect(after.errors / after.answered).toBeLessThan(0.01);
  });

  it('name the rules that the truth counts, and challenge a few shoppers', () => {
    const matches = requests.flatMap((record) =>
      listIn(record, 'SecurityRuleIDs').map((id, index) => `${id} ${listIn(record, 'SecurityActions')[index]}`),
    );
    expect(sumBy(matches, (match) => match)).toEqual(
      truth.rules.map((rule) => [`${rule.id} ${rule.action}`, rule.requests]),
    );
    for (const record of requests.filter((candidate) => listIn(candidate, 'SecurityActions').length > 0)) {
      expect(listIn(record, 'SecuritySources').length).toBe(listIn(record, 'SecurityActions').length);
      expect(listIn(record, 'SecurityRuleIDs').length).toBe(listIn(record, 'SecurityActions').length);
    }
    expect(truth.legitimateByDisposition.challenged).toBeGreaterThan(20);
    expect(truth.legitimateByDisposition.blocked ?? 0).toBe(0);
    expect(truth.rules.filter((rule) => rule.source === 'firewallManaged' && rule.before > 0).length).toBeGreaterThan(
      2,
    );
  });

  it('repeat every match as a firewall event with the last one at index 0', () => {
    const events = readRecords('INC-4821', 'firewall_events');
    expect(events).toHaveLength(truth.firewallEvents);
    const last = events.filter((event) => event.MatchIndex === 0);
    const matched = requests.filter((record) => listIn(record, 'SecurityActions').length > 0);
    expect(last).toHaveLength(matched.length);
    const actions = new Map(last.map((event) => [textIn(event, 'RayID'), textIn(event, 'Action')]));
    for (const record of matched)
      expect(actions.get(textIn(record, 'RayID'))).toBe(String(listIn(record, 'SecurityActions').at(-1)).toLowerCase());
  });

  it('carry the fields of the provider in its spelling', () => {
    const record = flood[0] ?? {};
    expect(Object.keys(record).length).toBeGreaterThan(38);
    expect(textIn(record, 'ClientCountry')).toMatch(/^[a-z]{2}$/);
    expect(textIn(record, 'RayID')).toMatch(/^[0-9a-f]{16}$/);
    expect(textIn(record, 'JA4')).toMatch(/^[tq]\d\d[di]\d{4}[0-9a-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/);
    expect(textIn(record, 'JA3Hash')).toMatch(/^[0-9a-f]{32}$/);
    expect(textIn(record, 'ParentRayID')).toBe('00');
  });
});
