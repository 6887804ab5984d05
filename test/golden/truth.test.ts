import { beforeAll, describe, expect, it } from 'vitest';
import type { TopTruth } from '../../sample-data/generator/truth.ts';
import type { Estimate, TableBlock } from '../../src/report/report.ts';
import { makeSampleReport, type SampleReport } from '../support/sample-report.ts';
import { readHttpTruth, readNetworkTruth, readSummaryTruth, type SampleCase } from '../support/truth.ts';

const SECOND = 1000;

function report(id: SampleCase): { get(): SampleReport } {
  let made: SampleReport | undefined;
  beforeAll(async () => {
    made = await makeSampleReport(id);
  });
  return {
    get: () => {
      if (!made) throw new Error(`the report of ${id} was not made`);
      return made;
    },
  };
}

function tableOf(made: SampleReport, id: string): TableBlock {
  const blocks = made.json.model.chapters.flatMap((chapter) => chapter.blocks);
  const table = blocks.find((block): block is TableBlock => block.kind === 'table' && block.id === id);
  if (!table)
    throw new Error(
      `no table ${id}; there are ${blocks.flatMap((block) => ('id' in block ? block.id : [])).join(', ')}`,
    );
  return table;
}

/** Value of a column in a table's data, by the first cell of its row. */
function cellsOf(table: TableBlock, column: RegExp): Map<string, number> {
  const index = table.data.columns.findIndex((name) => column.test(name));
  return new Map(table.data.rows.map((row) => [String(row[0]), Number(row[index])]));
}

function expectCovers(estimate: Estimate | undefined, expected: number): void {
  expect(estimate?.lower).toBeLessThanOrEqual(expected);
  expect(estimate?.upper).toBeGreaterThanOrEqual(expected);
}

/** The waves hold the attack and whatever else came then: a listed value has the count of the attack (but for a fringe outside the waves), at most a tenth more of the total. */
function expectAtLeast(table: TableBlock, truth: TopTruth): void {
  const counts = cellsOf(table, /^total \(/);
  const total = counts.get('(total)') ?? Number.NaN;
  const known = truth.top.filter(([value]) => counts.has(value) || counts.has(value.toUpperCase()));
  expect(known.length).toBeGreaterThan(0);
  for (const [value, count] of known) {
    const listed = counts.get(value) ?? counts.get(value.toUpperCase()) ?? Number.NaN;
    expect([value, listed >= count * 0.99 && listed <= count + total / 10]).toEqual([value, true]);
  }
}

describe('the HTTP flood, unsampled', () => {
  const made = report('INC-4821');
  const truth = readHttpTruth();

  it('counts every minute exactly', () => {
    const minutes = made.get().json.analysis.minutes;
    expect(minutes).toHaveLength(truth.minutes.length);
    for (const [index, expected] of truth.minutes.entries()) {
      const exact = (value: number): Estimate => ({ estimate: value, lower: value, upper: value });
      expect(minutes[index]).toEqual({
        t: new Date(expected.t).toISOString(),
        requests: exact(expected.requests),
        mitigated: exact(expected.mitigated),
        origin: exact(expected.origin),
        origin5xx: exact(expected.origin5xx),
      });
    }
  });

  it('finds the waves to the second, or to the uncertainty that it states', () => {
    const { waves } = made.get().json.analysis;
    expect(waves).toHaveLength(truth.waves.length);
    for (const [index, expected] of truth.waves.entries()) {
      const wave = waves[index];
      const tolerance = Math.max(SECOND, (wave?.uncertaintySeconds ?? 0) * SECOND);
      expect(Math.abs(Date.parse(wave?.start ?? '') - expected.start)).toBeLessThanOrEqual(tolerance);
      expect(Math.abs(Date.parse(wave?.end ?? '') - expected.end)).toBeLessThanOrEqual(tolerance);
    }
  });

  it('gives the peaks of the population', () => {
    const { analysis } = made.get().json;
    const peak = (windowMs: number) =>
      truth.peaks.find((candidate) => candidate.windowMs === windowMs)?.perSecond ?? Number.NaN;
    expect(analysis.peak10s?.estimate).toBeCloseTo(peak(10_000), 6);
    expect(analysis.peak60s?.estimate).toBeCloseTo(peak(60_000), 6);
  });

  it('measures the time to mitigate within a second', () => {
    expect(
      Math.abs(
        (made.get().json.analysis.timeToMitigateSeconds ?? Number.NaN) * SECOND - (truth.clocks?.timeToMitigateMs ?? 0),
      ),
    ).toBeLessThanOrEqual(SECOND);
  });

  it('says what the origin answered, phase by phase', () => {
    const table = tableOf(made.get(), 'table-origin');
    const answered = cellsOf(table, /^requests \(/);
    const errors = cellsOf(table, /^5xx \(/);
    const total = [...answered.values()].reduce((sum, value) => sum + value, 0);
    expect([...answered.keys()]).toEqual(['before', 'during', 'after']);
    expect(total).toBeLessThanOrEqual(truth.reachedOrigin);
    for (const phase of ['before', 'during', 'after'] as const) {
      // Phases are cut at the waves that were found, so a second of traffic at each edge may fall on the other side.
      expect(Math.abs((answered.get(phase) ?? 0) - truth.origin[phase].answered)).toBeLessThanOrEqual(
        truth.origin[phase].answered * 0.02,
      );
      expect(Math.abs((errors.get(phase) ?? 0) - truth.origin[phase].errors)).toBeLessThanOrEqual(
        Math.max(5, truth.origin[phase].errors * 0.02),
      );
    }
  });

  it.each([
    ['source-asn', 'ClientASN'],
    ['source-country', 'ClientCountry'],
    ['ja4', 'JA4'],
    ['path', 'ClientRequestPath'],
    ['host', 'ClientRequestHost'],
    ['method', 'ClientRequestMethod'],
  ])('lists the attack by %s with the counts of the population', (table, field) => {
    const top = truth.attackTop[field];
    if (top) expectAtLeast(tableOf(made.get(), `table-http-${table}`), top);
    else expect(Object.keys(truth.attackTop)).toContain(field);
  });

  it('tells of each rule what it did to the attack, and how often it had matched before', () => {
    const effects = made.get().json.analysis.ruleEffects;
    const planted = new Map(
      truth.rules
        .filter((rule) => !rule.action.endsWith('Solved'))
        .map((rule) => [`${rule.id} ${rule.action === 'log' ? 'logged-only' : 'acted'}`, rule]),
    );
    expect(effects?.rules.length).toBeGreaterThanOrEqual(8);
    for (const { rule, mode, before } of effects?.rules ?? [])
      expect([rule, before.estimate]).toEqual([rule, planted.get(`${rule} ${mode}`)?.before]);
    // The managed rule stopped nothing but the flood, and only in its waves; every request of it has the flood's fingerprint.
    const [managed] = truth.rules;
    expect(effects?.rules[0]).toMatchObject({
      rule: managed?.id,
      attack: { estimate: managed?.requests },
      other: { estimate: 0 },
      alone: { estimate: managed?.requests },
    });
    const stopped = effects?.systems.reduce((sum, { attack }) => sum + (attack?.estimate ?? 0), 0);
    expect(stopped).toBe(truth.waves.reduce((sum, wave) => sum + wave.mitigated, 0));
  });

  it('removes records that were pushed twice', () => {
    const inputs = tableOf(made.get(), 'table-inputs');
    expect([...cellsOf(inputs, /^duplicates/).values()].reduce((sum, value) => sum + value, 0)).toBe(
      truth.repeatedRecords,
    );
  });
});

describe('the packet floods, sampled', () => {
  const made = report('INC-4907');
  const truth = readNetworkTruth();

  it('covers the truth of at least 93 % of the minutes with its intervals', () => {
    const minutes = made.get().json.analysis.minutes;
    expect(minutes).toHaveLength(truth.minutes.length);
    const covered = truth.minutes.filter((expected, index) => {
      const packets = minutes[index]?.packets;
      return typeof packets === 'object' && packets.lower <= expected.packets && packets.upper >= expected.packets;
    });
    expect(covered.length / truth.minutes.length).toBeGreaterThanOrEqual(0.93);
  });

  it('covers the size of the attack and the share that was mitigated', () => {
    const sum = (of: (wave: (typeof truth.waves)[number]) => number) =>
      truth.waves.reduce((total, wave) => total + of(wave), 0);
    const { attackTotal, mitigatedShare } = made.get().json.analysis;
    expectCovers(
      attackTotal,
      sum((wave) => wave.attack),
    );
    expectCovers(mitigatedShare, sum((wave) => wave.mitigated) / sum((wave) => wave.attack));
  });

  it('finds both waves and names their vectors', () => {
    const { waves, vectors } = made.get().json.analysis;
    expect(waves).toHaveLength(truth.waves.length);
    for (const [index, expected] of truth.waves.entries()) {
      const tolerance = Math.max(10 * SECOND, (waves[index]?.uncertaintySeconds ?? 0) * SECOND);
      expect(Math.abs(Date.parse(waves[index]?.start ?? '') - expected.start)).toBeLessThanOrEqual(tolerance);
      expect(Math.abs(Date.parse(waves[index]?.end ?? '') - expected.end)).toBeLessThanOrEqual(tolerance);
    }
    expect(vectors.length).toBeGreaterThanOrEqual(2);
  });

  it('lists every attack id once', () => {
    const ids = tableOf(made.get(), 'table-attack-ids');
    for (const { id } of truth.attackIds) expect(ids.data.rows.filter((row) => row[0] === id)).toHaveLength(1);
  });
});

describe('the examination morning, known from summaries', () => {
  const made = report('INC-4958');
  const truth = readSummaryTruth();

  it('covers the requests of at least 93 % of the minutes', () => {
    const minutes = made.get().json.analysis.minutes;
    const key = minutes.some((minute) => 'requests' in minute) ? 'requests' : 'packets';
    const expected =
      key === 'requests'
        ? truth.http.minutes.map(({ t, requests }) => ({ t, value: requests }))
        : truth.network.minutes.map(({ t, packets }) => ({ t, value: packets }));
    const byTime = new Map(minutes.map((minute) => [minute.t, minute[key]]));
    const near = expected.filter(({ t, value }) => {
      const estimate = byTime.get(new Date(t).toISOString());
      return typeof estimate === 'object' && estimate.lower <= value && estimate.upper >= value;
    });
    expect(near.length / expected.length).toBeGreaterThanOrEqual(0.93);
  });

  it('lists the attack ids as their source stated them', () => {
    const ids = tableOf(made.get(), 'table-attack-ids');
    for (const expected of truth.network.attackIds) {
      const row = ids.data.rows.find((candidate) => candidate[0] === expected.id);
      expect(row?.[5]).toBe(new Date(expected.start).toISOString());
    }
  });
});
