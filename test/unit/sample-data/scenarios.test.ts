import { describe, expect, it } from 'vitest';
import { meetsAll } from '../../../bench/accuracy/predicates.ts';
import { createRandom } from '../../../sample-data/generator/random.ts';
import { planBursts, wavesOf } from '../../../sample-data/generator/scenarios/envelope.ts';
import { planScenario, SHAPES } from '../../../sample-data/generator/scenarios/plan.ts';
import { drawScenario, type Scenario } from '../../../sample-data/generator/scenarios/scenario.ts';
import { caseFiles } from '../../../sample-data/generator/scenarios/scenario-files.ts';

type Row = Readonly<Record<string, unknown>>;

/** The records of a scenario as somebody reads them who has nothing but the files. */
function readRows(scenario: Scenario, options: Parameters<typeof caseFiles>[2] = {}): Row[] {
  return caseFiles(scenario, createRandom('arrange'), options)
    .filter(({ path }) => path.endsWith('.ndjson'))
    .flatMap(({ members }) => members.map((line) => JSON.parse(line) as Row));
}

const timeOf = (row: Row) =>
  typeof row.Datetime === 'string' ? Date.parse(row.Datetime) : Number(row.EdgeStartTimestamp ?? row.Datetime) / 1e6;
const isFlood = (row: Row) =>
  (Array.isArray(row.SecuritySources) && row.SecuritySources.includes('l7ddos')) || row.MitigationSystem === 'dosd';

describe('scenarios with planted truth', () => {
  it.each([
    ['http-spike', 3],
    ['syn-forged', 1],
  ] as const)('are counted as their files say where every record is logged: %s', (shape, seed) => {
    const scenario = drawScenario(planScenario(shape, seed));
    const { truth } = scenario;
    expect(truth.sampling).toBe('none');
    const rows = readRows(scenario);
    const attack = rows.filter((row) => meetsAll(row, truth.signature));
    const others = rows.filter((row) => !meetsAll(row, truth.signature));
    expect(rows).toHaveLength(truth.rows);
    expect(attack).toHaveLength(truth.attack);
    expect(attack.filter(isFlood)).toHaveLength(truth.attackMitigated);
    expect(others.filter(isFlood)).toHaveLength(truth.legitimateMitigated);
    if (truth.layer === 'http')
      expect(attack.filter((row) => row.OriginResponseStatus !== 0)).toHaveLength(truth.attackReachedOrigin);
    const first = attack.reduce((least, row) => Math.min(least, timeOf(row)), Number.POSITIVE_INFINITY);
    expect(first).toBeCloseTo(truth.firstAttackAt ?? 0, -1);
    const minute = truth.minutes[20];
    const inMinute = rows.filter((row) => minute && timeOf(row) >= minute.t && timeOf(row) < minute.t + 60_000);
    expect(inMinute).toHaveLength(minute?.counts.all ?? 0);
    expect(truth.waves).toHaveLength(1);
    expect(attack.every((row) => timeOf(row) < (truth.waves[0]?.end ?? 0))).toBe(true);
  });

  it.each([
    ['syn-forged', 2, 'tenth'],
    ['http-low', 1, 'adaptive'],
  ] as const)('are sampled as their records say: %s %i', (shape, seed, sampling) => {
    const scenario = drawScenario(planScenario(shape, seed));
    expect(scenario.truth.sampling).toBe(sampling);
    // The case file says the rate of even seeds with one in ten.
    const factor = sampling === 'tenth' ? 10 : 1;
    const weight = readRows(scenario).reduce((sum, row) => sum + factor * Number(row.SampleInterval), 0);
    const real = scenario.truth.minutes.reduce((sum, minute) => sum + minute.counts.all, 0);
    expect(weight / real).toBeGreaterThan(0.95);
    expect(weight / real).toBeLessThan(1.05);
  });

  it('are the same for the same seed and others for another', () => {
    const draw = (seed: number) => drawScenario(planScenario('network-quiet', seed)).truth;
    const first = draw(4);
    expect(draw(4)).toEqual(first);
    expect(draw(2).rows).not.toBe(first.rows);
  });

  it('name no vector and no attack where the source labels nothing', () => {
    const named = new Set<unknown>();
    for (const row of readRows(drawScenario(planScenario('network-low', 4, { labels: false }))))
      for (const field of ['AttackVector', 'AttackID', 'RuleName']) named.add(row[field]);
    expect([...named]).toEqual(['']);
  });

  it('can be pushed out of order and partly twice', () => {
    const scenario = drawScenario(planScenario('network-quiet', 4));
    const straight = readRows(scenario).map(timeOf);
    const crooked = readRows(scenario, { disorder: true, duplicates: 0.01 }).map(timeOf);
    expect(crooked.length).toBeGreaterThan(straight.length);
    expect(straight.every((at, index) => index === 0 || at >= (straight[index - 1] ?? 0))).toBe(true);
    expect(crooked.every((at, index) => index === 0 || at >= (crooked[index - 1] ?? 0))).toBe(false);
  });

  it('have at least 3,000 records before the attack in every shape', () => {
    for (const shape of Object.keys(SHAPES)) {
      const plan = planScenario(shape, 1);
      const seconds = ((plan.bursts[0]?.start ?? plan.period.end) - plan.period.start) / 1_000;
      const interval = plan.sampling === 'none' ? 1 : 10;
      expect((plan.demand * seconds) / interval, shape).toBeGreaterThan(3_000);
    }
  });

  it('join pulses to one wave and keep waves apart', () => {
    const shapes = (['pulses', 'separate-pulses'] as const).map((envelope) =>
      wavesOf(planBursts(createRandom('waves'), envelope, 0, 100)),
    );
    expect(shapes.map((waves) => waves.length)).toEqual([1, 3]);
  });
});
