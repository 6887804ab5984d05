import { describe, expect, it } from 'vitest';
import { createValueAxis } from '../../../src/charts/value-axis.ts';
import { createWriter } from '../../../src/text/text.ts';

const writer = createWriter({ locale: 'en-GB', timeZone: 'UTC' });
const labels = (values: readonly (number | null)[], unit: Parameters<typeof createValueAxis>[1]): string[] => {
  const axis = createValueAxis(values, unit, 130, writer);
  return [axis.unit, ...axis.ticks.map(({ label }) => label.replace(/[\u00A0\u202F]/gu, ' '))];
};

describe('value axes', () => {
  it('begin at zero, end above the highest value and step in round numbers', () => {
    expect(labels([48_213, null, 12], 'requests/s')).toEqual(['krps', '0', '20', '40', '60']);
    expect(labels([1], 'share')).toEqual(['', '0 %', '25 %', '50 %', '75 %', '100 %']);
    expect(labels([1_000_000_000_000_000], 'bits')).toEqual(['Tbit', '0', '250', '500', '750', '1,000']);
  });

  it('do not cut what is counted into pieces', () => {
    expect(labels([2], 'requests')).toEqual(['requests', '0', '1', '2']);
  });

  it('reach below zero where values do', () => {
    expect(labels([-40, 100], 'ms')).toEqual(['ms', '−50', '0', '50', '100']);
  });

  it('have a scale for zeros and no numbers for nothing', () => {
    expect(labels([0, 0], 'packets')).toEqual(['packets', '0', '1']);
    expect(labels([null], 'packets')).toEqual(['']);
    expect(labels([], 'packets')).toEqual(['']);
  });
});
