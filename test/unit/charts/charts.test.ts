import { describe, expect, it } from 'vitest';
import { drawChart } from '../../../src/charts/charts.ts';
import { ReportError } from '../../../src/errors.ts';
import type { BarChart, ChartSpec, FlowChart, TimeStackChart } from '../../../src/model/chart-spec.ts';
import type { Measure } from '../../../src/model/measure.ts';
import { createWriter } from '../../../src/text/text.ts';
import { faultsOf, textBoxes } from '../../support/svg-faults.ts';

const writer = createWriter({ locale: 'en-GB', timeZone: 'Europe/Berlin' });
const options = { writer, colours: { primary: '#12355b', accent: '#c8553d' }, width: 680, idPrefix: 'fig-traffic' };
const words = (svg: string): string[] => textBoxes(svg).map(({ text }) => text);

const counted = (value: number): Measure => ({ value, unit: 'requests', kind: 'counted', evidence: ['in1'] });

const stack: TimeStackChart = {
  kind: 'time-stack',
  unit: 'bits/s',
  start: Date.UTC(2026, 10, 17, 13),
  intervalMs: 60_000,
  bands: [],
  markers: [],
  series: [
    { label: 'Passed', role: 'passed', values: [1e9, 2e9, null, 1e9] },
    { label: 'Mitigated', role: 'mitigated', values: [0, 38e9, null, 0] },
  ],
};

describe('a chart', () => {
  it('is one SVG element with the words of its axes as text', async () => {
    const svg = await drawChart(stack, options);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 680 260" [^>]*>.*<\/svg>$/u);
    expect(faultsOf(svg)).toEqual([]);
    expect(words(svg)).toEqual(
      expect.arrayContaining([
        'Passed',
        'Mitigated',
        'No data',
        'Gbps',
        '40',
        '14:00:00',
        '17 Nov',
        'Local time, Europe/Berlin (UTC+01:00)',
      ]),
    );
  });

  it('puts the top of the stack where the axis says 40 Gbps', async () => {
    const svg = await drawChart(stack, options);
    const top = textBoxes(svg).find(({ text }) => text === '40');
    const highest = Math.min(
      ...[...svg.matchAll(/[VL ](\d+(?:\.\d+)?)/gu)].map(([, y]) => Number(y)).filter((y) => y > 20),
    );
    expect(highest).toBeCloseTo(((top?.top ?? 0) + (top?.bottom ?? 0)) / 2, 0);
  });

  it('starts every id with the prefix', async () => {
    const svg = await drawChart(stack, { ...options, idPrefix: 'fig-9' });
    const ids = [...svg.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.every((id) => id?.startsWith('fig-9-'))).toBe(true);
    expect([...svg.matchAll(/url\(#([^)]+)\)/gu)].every(([, id]) => ids.includes(id ?? ''))).toBe(true);
  });

  it('is the same to the byte when drawn again, also beside others', async () => {
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => drawChart(stack, options)));
    expect(others).toEqual([first, first]);
  });

  it('keeps hostile names as words', async () => {
    const hostile = '</text><script>alert(1)</script>]]>&"\'\u202E\u0000\uD800';
    const bars: BarChart = {
      kind: 'bars',
      unit: 'requests',
      parts: [
        { label: hostile, role: 'attack' },
        { label: 'b', role: 'other' },
      ],
      bars: [{ label: hostile, values: [5, 1] }],
    };
    const marked = {
      ...stack,
      markers: [{ at: stack.start, label: hostile, actor: 'soc' as const }],
      bands: [{ start: stack.start, end: stack.start + 60_000, label: hostile }],
    };
    for (const spec of [bars, marked]) {
      const svg = await drawChart(spec, options);
      expect(faultsOf(svg)).toEqual([]);
      expect(words(svg).join()).toContain('</text><script>alert(1)');
    }
  });

  it('says so when there is nothing to draw', async () => {
    const nothing: ChartSpec[] = [
      { ...stack, series: [] },
      { ...stack, series: [{ label: 'Passed', role: 'passed', values: [null, null] }] },
      { ...stack, kind: 'time-lines', left: { unit: 'ms', series: [] } },
      { ...stack, kind: 'swim-lane', lanes: [], traffic: { label: 'All', role: 'attack', values: [] } },
      { kind: 'heat-map', unit: 'bits/s', start: 0, intervalMs: 1, rows: [] },
      { kind: 'curve', xLabel: 'Networks', lines: [] },
      { kind: 'bars', unit: 'requests', parts: [], bars: [] },
      { kind: 'dots', unit: 'requests/s', subject: 'This', others: 'Earlier', dots: [] },
      { kind: 'flow', unit: 'requests', whole: { label: 'Arrived', total: counted(0) }, parts: [] },
    ];
    for (const spec of nothing) {
      const svg = await drawChart(spec, options);
      expect(words(svg)).toContain('No data in this period');
      expect(faultsOf(svg)).toEqual([]);
    }
  });

  it('gives each part of a flow a height by its share, and a line however small it is', async () => {
    const flow: FlowChart = {
      kind: 'flow',
      unit: 'requests',
      whole: { label: 'Arrived', total: counted(1_000) },
      parts: [
        { label: 'Rules', role: 'mitigated', total: counted(750) },
        { label: 'Passed', role: 'passed', total: counted(249), note: { label: 'Leaked', total: counted(12) } },
        { label: 'Unknown', role: 'unknown', total: counted(1) },
      ],
    };
    const svg = await drawChart(flow, options);
    expect(words(svg)).toEqual(
      expect.arrayContaining(['Arrived', '1.00\u00a0k', 'Rules', '750', 'Passed', 'Leaked  12']),
    );
    const heights = [...svg.matchAll(/<rect [^>]*width="8" height="([\d.]+)"/gu)].map(([, height]) => Number(height));
    // A whole of 96 px, each part at the left and at the right.
    expect(heights).toEqual([72, 72, 23.9, 23.9, 1.2, 1.2]);
  });

  it('shortens the names of a flow, not its numbers, where both find no room', async () => {
    const shares = (value: number) => ({ value, unit: 'share', kind: 'counted', evidence: [] }) as const;
    const flow: FlowChart = {
      kind: 'flow',
      unit: 'share',
      whole: { label: 'Arrived', total: shares(1e15) },
      parts: [{ label: 'A rule with a long name', role: 'mitigated', total: shares(1e15) }],
    };
    const svg = await drawChart(flow, { ...options, width: 420 });
    expect(words(svg).filter((word) => word.startsWith('100,000,000,000,000,000'))).toHaveLength(2);
    expect(words(svg)).not.toContain('A rule with a long name');
    expect(faultsOf(svg)).toEqual([]);
  });

  it('calls no value the highest that cannot be told from zero', async () => {
    const tiny = (value: number): ChartSpec => ({
      kind: 'time-lines',
      start: stack.start,
      intervalMs: 86_400_000,
      markers: [],
      bands: [],
      left: { unit: 'bits/s', series: [] },
      right: { unit: 'bits/s', series: [{ label: 'Bits', role: 'mitigated', values: [value] }] },
    });
    expect(words(await drawChart(tiny(5), options)).filter((word) => /bps at/u.test(word))).toHaveLength(1);
    const svg = await drawChart(tiny(5e-324), options);
    expect(words(svg).filter((word) => /bps at/u.test(word))).toEqual([]);
    expect(faultsOf(svg)).toEqual([]);
  });

  it('names both offsets on the day the clocks go back', async () => {
    const night = {
      ...stack,
      start: Date.UTC(2026, 9, 24, 22),
      intervalMs: 3_600_000,
      series: [{ label: 'All', role: 'mitigated' as const, values: Array.from({ length: 25 }, () => 5) }],
    };
    const svg = await drawChart(night, options);
    expect(words(svg)).toContain('Local time, Europe/Berlin (UTC+02:00, then UTC+01:00)');
    expect(words(svg).filter((word) => word === '00:00')).toHaveLength(2);
  });
});

describe('what is refused', () => {
  const series = (values: readonly (number | null)[]): TimeStackChart => ({
    ...stack,
    series: [{ label: 'Passed', role: 'passed', values }],
  });
  it.each<[string, ChartSpec, RegExp]>([
    ['a number that is none', series([1, Number.NaN]), /time-stack\.series\[0\]\.values\[1\] is NaN/u],
    ['an infinite number', series([Number.POSITIVE_INFINITY]), /Infinity/u],
    ['a negative part', series([1, -5]), /"Passed" has the negative value -5/u],
    ['a bucket without length', { ...stack, intervalMs: 0 }, /0 ms long/u],
    [
      'series of different lengths',
      { ...stack, line: { label: 'Mean', role: 'baseline', values: [1] } },
      /"Mean" has 1 buckets/u,
    ],
    [
      'a share above one',
      { kind: 'curve', xLabel: 'k', lines: [{ label: 'a', ranks: [1], shares: [1.2] }] },
      /outside 0 to 1/u,
    ],
    [
      'ranks that fall',
      { kind: 'curve', xLabel: 'k', lines: [{ label: 'a', ranks: [2, 1], shares: [0.1, 0.2] }] },
      /do not rise/u,
    ],
    [
      'a bar with too many values',
      { kind: 'bars', unit: 'count', parts: [], bars: [{ label: 'a', values: [1] }] },
      /1 values for 0 parts/u,
    ],
    [
      'a flow that loses some of the whole',
      {
        kind: 'flow',
        unit: 'requests',
        whole: { label: 'Arrived', total: counted(100) },
        parts: [{ label: 'Rules', role: 'mitigated', total: counted(98) }],
      },
      /add up to 98, not to 100/u,
    ],
  ])('%s', async (_name, spec, message) => {
    const fault = await drawChart(spec, options).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ReportError);
    expect(fault).toMatchObject({ code: 'section-failed', message: expect.stringMatching(message) });
  });
});
