import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregate } from '../../../src/aggregate/aggregate.ts';
import type { AttackStats } from '../../../src/aggregate/attack-stats.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { addSource, openTraffic, spread, T0, type TrafficRow, toDataset } from './traffic-fixture.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const options = {
  window: { start: T0, end: T0 + 40 * MINUTE },
  mergeGapMs: 120_000,
  signal: new AbortController().signal,
};

/** Five requests a second of three browsers; the rule `scans` stops every hundredth at all times. */
function visitors(row: TrafficRow = {}): TrafficRow[] {
  return spread(T0, T0 + 40 * MINUTE, 12_000, row).map((one, index) => ({
    ...one,
    disposition: index % 100 === 0 ? ('blocked' as const) : ('passed' as const),
    at: {
      ja4: ['chrome', 'firefox', 'safari'][index % 3] ?? null,
      path: ['/', '/search', '/cart', '/login'][index % 4] ?? null,
      source_ip: `192.0.2.${index % 200}`,
      ...(index % 100 === 0 && { rule: 'scans', mitigation_system: 'waf-managed', action: 'block' }),
    },
  }));
}

const start = T0 + 20 * MINUTE;
let rays = 0;

/** Requests of the flood between two seconds of it, with what was done with them. */
function flood(from: number, to: number, count: number, row: TrafficRow): TrafficRow[] {
  return spread(start + from * SECOND, start + to * SECOND, count, row).map((one, index) => ({
    ...one,
    details: { ray: `flood-${rays++}`, ...row.details },
    at: { ja4: 'tool', path: '/search', source_ip: `198.51.100.${index % 250}`, ...row.at },
  }));
}

const acted = (rule: string, system: string, disposition: 'blocked' | 'challenged' | 'logged'): TrafficRow => ({
  disposition,
  at: {
    rule,
    mitigation_system: system,
    action: { blocked: 'block', challenged: 'challenge', logged: 'log' }[disposition],
  },
});
const lines = (...matches: readonly (readonly string[])[]) => matches.map((match) => match.join('\t')).join('\n');

type Layer = AttackStats['layers'][number];

function rule(layer: Layer | undefined, id: string, disposition: string) {
  return layer?.rules.find((one) => one.id === id && one.disposition === disposition);
}

describe('what a rule did', () => {
  let engine: Engine;
  let layer: Layer | undefined;
  beforeAll(async () => {
    engine = await openTraffic();
    // Two waves of 5 minutes with 10 minutes between them. 16,000 requests of the attack in all:
    const rows = [
      ...visitors({ details: { rule_matches: '' } }).map(({ details, ...row }) => row),
      // 1,000 pass in the first 20 s, 200 of them logged by a rule that acts from the second wave on.
      ...flood(0, 20, 800, { disposition: 'passed', at: {} }),
      ...flood(0, 20, 200, acted('guard', 'waf-custom', 'logged')),
      // 9,000 are stopped by the managed rule, 1,500 of which the guard had logged as well.
      ...flood(20, 300, 7_500, acted('flood', 'ddos-managed', 'blocked')),
      ...flood(20, 300, 1_500, {
        ...acted('flood', 'ddos-managed', 'blocked'),
        details: {
          rule_matches: lines(['logged', 'waf-custom', 'log', 'guard'], ['blocked', 'ddos-managed', 'block', 'flood']),
        },
      }),
      // The second wave: 4,000 challenged by the guard, 400 of which the managed rule would have stopped too.
      ...flood(900, 1_200, 3_600, acted('guard', 'waf-custom', 'challenged')),
      ...flood(900, 1_200, 400, {
        ...acted('guard', 'waf-custom', 'challenged'),
        details: {
          rule_matches: lines(
            ['blocked', 'ddos-managed', 'block', 'flood'],
            ['challenged', 'waf-custom', 'challenge', 'guard'],
          ),
        },
      }),
      ...flood(900, 1_200, 2_000, acted('flood', 'ddos-managed', 'blocked')),
      // 30 visitors without the attack's fingerprint are challenged by the guard, 12 were logged by it before.
      ...spread(start + 910 * SECOND, start + 1_100 * SECOND, 30, {
        ...acted('guard', 'waf-custom', 'challenged'),
        at: { ...acted('guard', 'waf-custom', 'challenged').at, ja4: 'chrome', path: '/search' },
      }),
      ...spread(start + 30 * SECOND, start + 200 * SECOND, 12, {
        ...acted('guard', 'waf-custom', 'logged'),
        at: { ...acted('guard', 'waf-custom', 'logged').at, ja4: 'safari', path: '/search' },
      }),
    ];
    const stats = await aggregate(toDataset(engine, [await addSource(engine, rows)]), options);
    expect(stats.signatures.map(({ all }) => all)).toEqual([[{ field: 'JA4', op: 'eq', value: 'tool' }]]);
    expect(stats.waves).toHaveLength(2);
    layer = stats.layers[0];
  });
  afterAll(() => engine.close());

  it('is told of the attack and of other traffic apart, as a share of the attack, wave by wave', () => {
    // 7,500 + 1,500 + 2,000 and the 400 that the guard stopped too, of the attack's 1,000 + 9,000 + 4,000 + 2,000.
    expect(rule(layer, 'flood', 'blocked')?.effect).toMatchObject({
      total: { value: 11_400 },
      attack: { value: 11_400 },
      other: { value: 0 },
      ofAttack: { value: 11_400 / 16_000 },
      waves: [
        { number: 1, attack: { value: 9_000 }, ofAttack: { value: 0.9 } },
        { number: 2, attack: { value: 2_400 }, ofAttack: { value: 0.4 } },
      ],
    });
    expect(rule(layer, 'guard', 'challenged')?.effect).toMatchObject({
      total: { value: 4_030 },
      attack: { value: 4_000 },
      other: { value: 30 },
      ofAttack: { value: 0.25 },
    });
  });

  it('is what would have passed without it, as far as no other rule on record stopped the same request', () => {
    // 400 of the guard's were also stopped by the managed rule; what only logs stops nothing.
    expect(rule(layer, 'guard', 'challenged')?.alone?.value).toBe(3_630);
    expect(rule(layer, 'flood', 'blocked')?.alone?.value).toBe(11_000);
    expect(layer?.ruleOverlaps).toMatchObject([
      { stoppedBy: { id: 'flood' }, alsoMatched: { id: 'guard', disposition: 'logged' }, total: { value: 1_500 } },
      { stoppedBy: { id: 'guard' }, alsoMatched: { id: 'flood', disposition: 'blocked' }, attack: { value: 400 } },
    ]);
  });

  it('is, where it only logged, what it would have stopped: what passed, not what another rule stopped anyway', () => {
    const logged = rule(layer, 'guard', 'logged');
    // It matched 200 + 1,500 + 12; the 1,500 were stopped.
    expect(logged?.total.value).toBe(1_712);
    expect(logged?.effect).toMatchObject({
      total: { value: 212 },
      attack: { value: 200 },
      other: { value: 12 },
      ofAttack: { value: 200 / 16_000 },
    });
    expect(logged?.alone).toBeUndefined();
  });

  it('counts matches of all rules on record', () => {
    expect(
      layer?.rules.map(({ id, disposition, total, before }) => [id, disposition, total.value, before.value]),
    ).toEqual([
      ['flood', 'blocked', 11_400, 0],
      ['guard', 'challenged', 4_030, 0],
      ['guard', 'logged', 1_712, 0],
      ['scans', 'blocked', 30, 60],
    ]);
  });

  it('adds up by system to what was stopped of the attack', () => {
    expect(layer?.systems.map(({ system, effect }) => [system, effect?.attack?.value, effect?.other?.value])).toEqual([
      ['ddos-managed', 11_000, 0],
      ['waf-custom', 4_000, 30],
      ['waf-managed', 0, 30],
    ]);
    const stopped = layer?.systems.reduce((sum, { effect }) => sum + (effect?.ofAttack?.value ?? 0), 0);
    expect(stopped).toBeCloseTo(layer?.attack?.efficacy?.value ?? 0, 12);
  });
});

describe('a log that names one rule a request', () => {
  it('shows no overlap, and says nothing of what a rule did alone', async () => {
    const engine = await openTraffic();
    const rows = [...visitors(), ...flood(0, 300, 9_000, acted('flood', 'ddos-managed', 'blocked'))];
    const { layers } = await aggregate(toDataset(engine, [await addSource(engine, rows)]), options);
    expect(rule(layers[0], 'flood', 'blocked')?.effect).toMatchObject({
      attack: { value: 9_000 },
      ofAttack: { value: 1 },
    });
    expect(rule(layers[0], 'flood', 'blocked')).not.toHaveProperty('alone');
    expect(layers[0]).not.toHaveProperty('ruleOverlaps');
    await engine.close();
  });
});

describe('rules that another log than that of all requests names', () => {
  const requests = () => [
    ...visitors({ details: { ray: '' } }).map((row, index) => ({
      ...row,
      disposition: null,
      at: { ja4: row.at?.ja4 ?? null, path: row.at?.path ?? null },
      details: { ray: `visit-${index}` },
    })),
    ...flood(0, 300, 9_000, { at: {}, details: {} }).map(({ at, ...row }, index) => ({
      ...row,
      at: { ja4: at?.ja4 ?? null, path: at?.path ?? null },
      details: { ray: `attack-${index}` },
    })),
  ];
  const event = (ray: string, t: number): TrafficRow => ({
    ...acted('flood', 'ddos-managed', 'blocked'),
    t,
    details: { ray },
  });

  it('are held against the attack by the id of the request', async () => {
    const engine = await openTraffic();
    const log = await addSource(engine, requests(), { id: 'requests' });
    const events = await addSource(
      engine,
      [
        ...Array.from({ length: 6_000 }, (_, index) =>
          event(`attack-${index}`, start + Math.floor((index * 300_000) / 9_000)),
        ),
        ...Array.from({ length: 25 }, (_, index) => event(`visit-${6_100 + index}`, start + (20 + index) * SECOND)),
      ],
      { id: 'events', role: 'detail', holds: 'part' },
    );
    const { layers, signatures } = await aggregate(toDataset(engine, [log, events]), options);
    expect(signatures).toHaveLength(1);
    expect(rule(layers[0], 'flood', 'blocked')?.effect).toMatchObject({
      total: { value: 6_025 },
      attack: { value: 6_000 },
      other: { value: 25 },
    });
    expect(rule(layers[0], 'flood', 'blocked')?.effect?.ofAttack?.value).toBeCloseTo(6_000 / 9_000, 12);
    await engine.close();
  });

  it('are not held against it where a request of theirs is in no other log', async () => {
    const engine = await openTraffic();
    const log = await addSource(engine, requests(), { id: 'requests' });
    const events = await addSource(
      engine,
      Array.from({ length: 6_000 }, (_, index) => event(index === 7 ? 'lost' : `attack-${index}`, start + index * 30)),
      { id: 'events', role: 'detail', holds: 'part' },
    );
    const { layers } = await aggregate(toDataset(engine, [log, events]), options);
    expect(rule(layers[0], 'flood', 'blocked')?.effect).toMatchObject({ total: { value: 6_000 } });
    expect(rule(layers[0], 'flood', 'blocked')?.effect).not.toHaveProperty('attack');
    await engine.close();
  });
});
