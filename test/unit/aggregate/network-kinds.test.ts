import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregate } from '../../../src/aggregate/aggregate.ts';
import { chao } from '../../../src/aggregate/network-kinds.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { kindOfNetwork } from '../../../src/model/network-kind.ts';
import { addSource, openTraffic, spread, T0, toDataset } from './traffic-fixture.ts';

const MINUTE = 60_000;
const window = { start: T0, end: T0 + 30 * MINUTE };
const options = { window, mergeGapMs: 120_000, signal: new AbortController().signal };

describe('the kind of a network', () => {
  it.each([
    ['BRIGHTRACK-CLOUD', 'hosting'],
    ['Lowtide VPS', 'hosting'],
    ['Rheinkabel Breitband', 'access'],
    ['Godavari Mobile', 'mobile'],
    ['Technical University of Somewhere', 'education'],
    ['Vistula Net', undefined],
    // A part of a word is no word: `Mobiliar` is an insurance, `Cloudberry` a farm.
    ['Mobiliar', undefined],
    ['Cloudberry Farm', undefined],
    [undefined, undefined],
  ])('of %s is %s', (name, kind) => {
    expect(kindOfNetwork('64500', name, {})).toBe(kind);
  });

  it('is what the provider wrote down, whatever its name says', () => {
    expect(kindOfNetwork('64500', 'Lowtide VPS', { '64500': 'business' })).toBe('business');
    expect(kindOfNetwork('constructor', undefined, {})).toBeUndefined();
  });
});

describe('traffic by kind of network', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTraffic();
  });
  afterAll(() => engine.close());

  it('closes, names come from any log, and every network counts', async () => {
    const at = (asn: string | null) => ({ source_asn: asn, source_ip: '192.0.2.1' });
    const log = await addSource(engine, [
      ...spread(T0, window.end, 1_800, { disposition: 'passed', at: at('64500') }),
      ...spread(T0 + 10 * MINUTE, T0 + 12 * MINUTE, 6_000, { disposition: 'blocked', at: at('64501') }),
      ...spread(T0 + 10 * MINUTE, T0 + 12 * MINUTE, 3_000, { disposition: 'blocked', at: at('64502') }),
      ...spread(T0 + 10 * MINUTE, T0 + 12 * MINUTE, 900, { disposition: 'blocked', at: at('64503') }),
      ...spread(T0 + 10 * MINUTE, T0 + 12 * MINUTE, 100, { disposition: 'blocked', at: at(null) }),
    ]);
    const events = await addSource(
      engine,
      spread(T0, window.end, 10, { disposition: 'blocked', source_as_name: 'EXAMPLE-HOSTING', at: at('64501') }),
      { role: 'detail', holds: 'part' },
    );
    const { layers } = await aggregate(toDataset(engine, [log, events]), {
      ...options,
      networks: { '64500': 'access', '64502': 'hosting' },
    });
    const found = layers[0]?.networkKinds;
    expect(found?.kinds.map(({ kind, networks, total }) => [kind, networks, total.value])).toEqual([
      ['hosting', 2, 9_000],
      ['access', 1, 120],
      ['unknown', 1, 900],
      ['not-recorded', 0, 100],
    ]);
    expect(found?.kinds.reduce((sum, { total }) => sum + total.value, 0)).toBe(found?.total.value);
    expect(found?.kinds[1]?.shareBefore?.value).toBe(1);
    const networks = layers[0]?.breakdowns.find(({ dimension }) => dimension === 'source_asn');
    expect(networks?.items.map(({ label }) => label).slice(0, 2)).toEqual(['AS64501 EXAMPLE-HOSTING', 'AS64502']);
    expect(found?.largest.map(({ asn }) => asn)).toEqual(['64501', '64502', '64500']);
  });
});

describe('addresses that no record shows', () => {
  it('are as many as the formula gives by hand', () => {
    // 100 seen, 50 once, 20 twice: 50 × 49 / (2 × 21) = 58.33 unseen. r = 2.5: 20 × (9.765625 + 15.625 + 3.125) = 570.3125;
    // exp(1.96 × √ln(1 + 570.3125/58.33²)) = exp(1.96 × 0.39359) = 2.163; 100 + 58.33/2.163 = 126.97; 100 + 58.33 × 2.163 = 226.2
    const { value, interval } = chao({ seen: 100, once: 50, twice: 20 });
    expect(value).toBeCloseTo(158.333, 3);
    expect(interval).toEqual({ lower: 126, upper: 227 });
  });

  it('are none where every address was seen more than once', () => {
    expect(chao({ seen: 100, once: 0, twice: 60 })).toEqual({ value: 100, interval: { lower: 100, upper: 100 } });
  });
});
