import { describe, expect, it } from 'vitest';
import { findGaps } from '../../../src/aggregate/coverage.ts';

const MINUTE = 60_000;

function minutes(present: readonly number[], rows: number) {
  return present.map((minute) => ({ t: minute * MINUTE, rows }));
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('gaps in the data', () => {
  it('finds three silent minutes in busy traffic', () => {
    expect(findGaps(minutes([...range(0, 20), ...range(23, 40)], 500), MINUTE)).toEqual([
      { start: 20 * MINUTE, end: 23 * MINUTE },
    ]);
  });

  it('lets two silent minutes pass', () => {
    expect(findGaps(minutes([...range(0, 20), ...range(22, 40)], 500), MINUTE)).toEqual([]);
  });

  it('cannot tell a gap from silence where a minute has few rows anyway', () => {
    expect(findGaps(minutes([...range(0, 20), ...range(30, 40)], 5), MINUTE)).toEqual([]);
  });

  it('takes the quiet before and after an attack in a list of blocked events for silence', () => {
    const events = minutes([0, 5, 9, ...range(30, 40), 50, 58], 200);
    expect(findGaps(events, MINUTE)).toEqual([]);
  });

  it('asks for three missing buckets where buckets are long', () => {
    const buckets = (present: readonly number[]) => present.map((index) => ({ t: index * 5 * MINUTE, rows: 1_000 }));
    expect(findGaps(buckets([...range(0, 10), ...range(12, 30)]), 5 * MINUTE)).toEqual([]);
    expect(findGaps(buckets([...range(0, 10), ...range(13, 30)]), 5 * MINUTE)).toEqual([
      { start: 50 * MINUTE, end: 65 * MINUTE },
    ]);
  });

  it('sees one long outage and two short ones', () => {
    const present = [...range(0, 30), ...range(45, 60), ...range(64, 70), ...range(75, 80)];
    expect(findGaps(minutes(present, 100), MINUTE)).toHaveLength(3);
  });

  it('has none in nothing', () => {
    expect(findGaps([], MINUTE)).toEqual([]);
    expect(findGaps(minutes([3], 500), MINUTE)).toEqual([]);
  });
});
