import { describe, expect, it } from 'vitest';
import { HOLD_OUT, type Part, TRAIN } from '../../../../src/aggregate/signatures/count.ts';
import type { FoundSignature } from '../../../../src/aggregate/signatures/signatures.ts';
import { volumeOf } from '../../../../src/aggregate/signatures/volume.ts';

const MINUTE = 60_000;
const gauge = { unit: 'requests', kind: 'counted', evidence: ['in1'], sampled: false, heaviest: 1 } as const;
const measure = (value: number) => ({ value, unit: 'requests', kind: 'counted', evidence: ['in1'] }) as const;

/** 20 minutes before (14 to find the rules on, 6 to judge them), and 10 minutes of attack. */
const found = {
  account: {
    gauge,
    source: { knowsDisposition: true, dimensions: [] },
    extent: { start: 0, end: 30 * MINUTE },
    covered: [{ start: 0, end: 30 * MINUTE }],
  },
  spans: {
    train: [{ start: 0, end: 14 * MINUTE }],
    holdOut: [{ start: 14 * MINUTE, end: 20 * MINUTE }],
    attack: [{ start: 20 * MINUTE, end: 30 * MINUTE }],
  },
  attack: { total: measure(560) },
} as unknown as FoundSignature;

function part(span: number, rule: number, fate: Part['fate'], records: number, contained = false): Part {
  const volume = { value: records, sampled: 0, variance: 0, unseen: 0 };
  return { rule, span, fate, actor: '', contained, records, volume };
}

/** Besides the attack, 1,000 records a minute that nothing stops. */
const everyday = [
  part(TRAIN, -1, 'leaked', 14_000),
  part(HOLD_OUT, -1, 'leaked', 6_000),
  part(0, -1, 'leaked', 2_000),
  part(0, -1, 'leaked', 8_000, true),
];

describe('the attack among what its signature matches', () => {
  it('is less what would have been matched in that time anyway, by what became of it', () => {
    const volume = volumeOf(
      found,
      [
        ...everyday,
        part(TRAIN, 0, 'leaked', 5),
        part(HOLD_OUT, 0, 'leaked', 3),
        part(0, 0, 'mitigated', 540),
        part(0, 0, 'leaked', 20),
      ],
      undefined,
    );
    // 8 in 20 minutes before are 4 in the 10 since: 556 of the 560, of which 16 got through.
    expect(volume).toMatchObject({
      total: { value: 556, kind: 'estimated', interval: { upper: 560 } },
      mitigated: { value: 540 },
      leaked: { value: 16 },
    });
    expect(volume?.efficacy?.value).toBeCloseTo(540 / 556, 12);
    expect(volume?.total.interval?.lower).toBeLessThan(556);
  });

  it('is all that is matched where nothing was before', () => {
    const volume = volumeOf(found, [...everyday, part(0, 0, 'mitigated', 540), part(0, 0, 'leaked', 20)], undefined);
    expect(volume).toMatchObject({ total: { value: 560 }, leaked: { value: 20 } });
    expect(volume?.efficacy?.value).toBeCloseTo(540 / 560, 12);
  });

  it('is told apart before and after containment by how long each was', () => {
    const volume = volumeOf(
      found,
      [
        ...everyday,
        part(TRAIN, 0, 'leaked', 14),
        part(HOLD_OUT, 0, 'leaked', 6),
        part(0, 0, 'leaked', 42),
        part(0, 0, 'mitigated', 500, true),
        part(0, 0, 'leaked', 18, true),
      ],
      22 * MINUTE,
    );
    // One a minute: 2 of the 42 before containment, 8 of the 18 after it.
    expect(volume?.beforeContainment?.value).toBe(0);
    expect(volume?.afterContainment?.value).toBeCloseTo(500 / 510, 12);
    expect(volume).toMatchObject({ total: { value: 550 }, leaked: { value: 50 } });
  });
});
