import { describe, expect, it } from 'vitest';
import { mine } from '../../../../src/aggregate/signatures/mine.ts';
import type { Feature, FeatureValue, Sample } from '../../../../src/aggregate/signatures/sample.ts';

interface Row {
  readonly group: 0 | 1 | 2;
  readonly ja4: string | null;
  readonly path: string;
  readonly length: number;
}

/** The sample as `readSample` would give it, with three fields. */
function sampleOf(rows: readonly Row[]): Sample {
  const feature = (field: string, values: readonly FeatureValue[], more: Partial<Feature> = {}): Feature => {
    const known: FeatureValue[] = [null];
    const codes = Int32Array.from(values, (value) => {
      const at = known.indexOf(value);
      return at >= 0 ? at : known.push(value) - 1;
    });
    const tells: Feature['tells'] = (value) => ({ field, op: 'eq', value });
    const base = { field, side: 'sender' as const, cost: 0, values: known, codes, tells };
    return { ...base, sets: true, ranges: false, absence: false, ...more };
  };
  const count = (group: number) => rows.filter((row) => row.group === group).length;
  return {
    groups: Uint8Array.from(rows, (row) => row.group),
    volumes: Float64Array.from(rows, () => 1),
    features: [
      feature(
        'JA4',
        rows.map((row) => row.ja4),
        { absence: true },
      ),
      feature(
        'ClientRequestPath',
        rows.map((row) => row.path),
        { side: 'target' },
      ),
      feature(
        'IPTotalLength',
        rows.map((row) => row.length),
        { ranges: true, sets: false },
      ),
    ],
    records: { attack: count(0), train: count(1), holdOut: count(2) },
  };
}

const legitimate = (group: Row['group'], count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    group,
    ja4: ['chrome', 'firefox', 'safari'][index % 3] ?? null,
    path: ['/', '/search', '/cart', '/login'][index % 4] ?? '/',
    length: 100 + ((index * 37) % 900),
  }));

const attack = (count: number, row: (index: number) => Omit<Row, 'group'>): Row[] =>
  Array.from({ length: count }, (_, index) => ({ group: 0 as const, ...row(index) }));

const BASELINE = [...legitimate(1, 7_000), ...legitimate(2, 3_000)];
const clients = legitimate(0, 1_000);
const volumes = (attacking: number) => ({ attack: attacking + clients.length, expected: clients.length });
const rulesOf = (sample: Sample, of: { attack: number; expected: number }) => {
  const mined = mine(sample, of);
  return 'abstained' in mined ? mined.abstained : mined.rules.map((rule) => rule.all);
};

describe('mining a signature', () => {
  it('finds the one fingerprint that the attack has', () => {
    const rows = attack(5_000, (index) => ({ ja4: 'tool', path: '/search', length: 100 + ((index * 31) % 900) }));
    expect(rulesOf(sampleOf([...BASELINE, ...clients, ...rows]), volumes(5_000))).toEqual([
      [{ field: 'JA4', op: 'eq', value: 'tool' }],
    ]);
  });

  it('finds the range of lengths where no single value tells', () => {
    const rows = attack(5_000, (index) => ({ ja4: 'chrome', path: '/', length: 1_200 + (index % 280) }));
    expect(rulesOf(sampleOf([...BASELINE, ...clients, ...rows]), volumes(5_000))).toEqual([
      [{ field: 'IPTotalLength', op: 'range', value: [1_200, 1_479] }],
    ]);
  });

  it('narrows a fingerprint that some clients have too by what was hit', () => {
    const some = (group: Row['group'], count: number): Row[] =>
      Array.from({ length: count }, () => ({ group, ja4: 'tool', path: '/cart', length: 500 }));
    const rows = attack(5_000, (index) => ({ ja4: 'tool', path: '/search', length: 100 + ((index * 31) % 900) }));
    const sample = sampleOf([...BASELINE, ...some(1, 140), ...some(2, 60), ...clients, ...some(0, 20), ...rows]);
    expect(rulesOf(sample, { attack: 6_020, expected: 1_020 })).toEqual([
      [
        { field: 'JA4', op: 'eq', value: 'tool' },
        { field: 'ClientRequestPath', op: 'eq', value: '/search' },
      ],
    ]);
  });

  it('tells a list of values, and the lack of one', () => {
    const set = attack(5_000, (index) => ({ ja4: `tool ${index % 4}`, path: '/', length: 100 + ((index * 31) % 900) }));
    expect(rulesOf(sampleOf([...BASELINE, ...clients, ...set]), volumes(5_000))).toEqual([
      [{ field: 'JA4', op: 'in', value: ['tool 0', 'tool 1', 'tool 2', 'tool 3'] }],
    ]);
    const none = attack(5_000, (index) => ({ ja4: null, path: '/', length: 100 + ((index * 31) % 900) }));
    expect(rulesOf(sampleOf([...BASELINE, ...clients, ...none]), volumes(5_000))).toEqual([
      [{ field: 'JA4', op: 'eq', value: null }],
    ]);
  });

  it('puts no value on a list that chance alone brought', () => {
    const strays: Row[] = Array.from({ length: 40 }, (_, index) => ({
      group: 0,
      ja4: `rare ${index}`,
      path: '/',
      length: 300,
    }));
    const rows = attack(5_000, (index) => ({ ja4: 'tool', path: '/', length: 100 + ((index * 31) % 900) }));
    expect(rulesOf(sampleOf([...BASELINE, ...clients, ...strays, ...rows]), volumes(5_000))).toEqual([
      [{ field: 'JA4', op: 'eq', value: 'tool' }],
    ]);
  });

  it('lists a rule for each tool, the larger part first', () => {
    const first = attack(3_500, (index) => ({ ja4: 'one', path: '/', length: 100 + ((index * 31) % 900) }));
    const second = attack(1_500, (index) => ({ ja4: 'chrome', path: '/', length: 2_000 + (index % 50) }));
    expect(rulesOf(sampleOf([...BASELINE, ...clients, ...first, ...second]), volumes(5_000))).toEqual([
      [{ field: 'JA4', op: 'eq', value: 'one' }],
      [{ field: 'IPTotalLength', op: 'range', value: [2_000, 2_049] }],
    ]);
  });

  it('abstains when attackers look like clients, whatever they aim at', () => {
    const rows = legitimate(0, 5_000).map((row) => ({ ...row, path: '/sale' }));
    expect(rulesOf(sampleOf([...BASELINE, ...clients, ...rows]), volumes(5_000))).toBe('no-separation');
  });

  it('abstains when what tells the attack also hits more than 0.1 % of the hold-out', () => {
    const some: Row[] = Array.from({ length: 10 }, () => ({ group: 2, ja4: 'tool', path: '/search', length: 500 }));
    const rows = attack(5_000, () => ({ ja4: 'tool', path: '/search', length: 500 }));
    expect(rulesOf(sampleOf([...BASELINE, ...some, ...clients, ...rows]), volumes(5_000))).toBe('no-separation');
  });

  it('abstains when attack and baseline change places or nothing exceeds the expected', () => {
    const rows = attack(5_000, () => ({ ja4: 'tool', path: '/search', length: 500 }));
    const swapped = [...clients, ...rows].map((row, index) => ({
      ...row,
      group: index % 3 === 0 ? (2 as const) : (1 as const),
    }));
    const sample = sampleOf([...swapped, ...legitimate(0, 10_000)]);
    expect(rulesOf(sample, { attack: 10_000, expected: 6_000 })).toBe('no-separation');
    expect(rulesOf(sample, { attack: 6_000, expected: 6_000 })).toBe('no-attack');
  });

  it('does not depend on the order of the records', () => {
    const rows = [...BASELINE, ...clients, ...attack(5_000, (i) => ({ ja4: `tool ${i % 4}`, path: '/', length: 5 }))];
    const turned = [...rows.slice(4_321), ...rows.slice(0, 4_321)].reverse();
    expect(mine(sampleOf(turned), volumes(5_000))).toEqual(mine(sampleOf(rows), volumes(5_000)));
  });
});
