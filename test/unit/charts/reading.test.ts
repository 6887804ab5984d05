import { describe, expect, test } from 'vitest';
import { chartReading } from '../../../src/charts/reading.ts';
import type { ChartSpec } from '../../../src/model/chart-spec.ts';

const COLOURS = { primary: '#123a5c', accent: '#d05f3d' };
const axis = { start: 1_000, intervalMs: 10, bands: [], markers: [] };

describe('the values that are read off a chart', () => {
  test('are those that were drawn, in the order of the legend, with the line above the stack', () => {
    const reading = chartReading(
      {
        kind: 'time-stack',
        ...axis,
        unit: 'requests/s',
        series: [
          { label: 'Passed', role: 'passed', values: [1.25, null] },
          { label: 'Mitigated', role: 'mitigated', values: [0, 7] },
        ],
        line: { label: 'Before', role: 'baseline', values: [3, 3] },
      },
      COLOURS,
    );
    expect(reading).toMatchObject({ along: 'time', start: 1_000, intervalMs: 10, rows: false });
    expect(reading?.series.map(({ label, unit, stacked, values }) => [label, unit, stacked, values])).toEqual([
      ['Passed', 'requests/s', true, [1.25, null]],
      ['Mitigated', 'requests/s', true, [0, 7]],
      ['Before', 'requests/s', false, [3, 3]],
    ]);
    expect(reading?.series[0]?.colour).toBe('#d05f3d');
  });

  test('have a unit for each panel of lines', () => {
    const reading = chartReading(
      {
        kind: 'time-lines',
        ...axis,
        left: { unit: 'share', series: [{ label: 'Errors', role: 'health', values: [0.5] }] },
        right: { unit: 'ms', series: [{ label: 'p95', role: 'health', values: [null] }] },
      },
      COLOURS,
    );
    expect(reading?.series.map(({ label, unit }) => [label, unit])).toEqual([
      ['Errors', 'share'],
      ['p95', 'ms'],
    ]);
  });

  test('of a curve stand at every rank that one of its lines has', () => {
    const spec: ChartSpec = {
      kind: 'curve',
      xLabel: 'Sources',
      lines: [
        { label: 'Networks', ranks: [1, 2], shares: [0.5, 1] },
        { label: 'Addresses', ranks: [1, 10], shares: [0.1, 0.4] },
      ],
    };
    expect(chartReading(spec, COLOURS)).toMatchObject({
      along: 'ranks',
      ranks: [1, 2, 10],
      series: [{ values: [0.5, 1, null] }, { values: [0.1, null, 0.4] }],
    });
  });

  test('show hidden characters of a name from input as what they are', () => {
    const spec: ChartSpec = {
      kind: 'heat-map',
      unit: 'requests/s',
      start: 0,
      intervalMs: 1,
      rows: [{ label: 'shop\u202e.example', values: [1] }],
    };
    expect(chartReading(spec, COLOURS)?.series[0]?.label).not.toContain('\u202e');
  });

  test('are none where nothing was drawn, or where the values stand beside their bars', () => {
    const empty: ChartSpec = { kind: 'time-stack', ...axis, unit: 'requests/s', series: [] };
    const bars: ChartSpec = { kind: 'bars', unit: 'requests', parts: [], bars: [] };
    expect(chartReading(empty, COLOURS)).toBeUndefined();
    expect(chartReading(bars, COLOURS)).toBeUndefined();
  });
});
