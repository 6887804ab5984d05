import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawChart } from '../../src/charts/charts.ts';
import type { ChartSpec } from '../../src/model/chart-spec.ts';
import type { Unit } from '../../src/model/measure.ts';
import { createWriter } from '../../src/text/text.ts';
import { faultsOf } from '../support/svg-faults.ts';

const START = Date.UTC(2026, 9, 24, 21, 7);
const label = fc.oneof(
  fc.string({ minLength: 1, maxLength: 80 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
  fc.constantFrom('Wave 1', 'W'.repeat(80), '<b>&amp;', 'i'),
);
const unit = fc.constantFrom<Unit>('bits/s', 'requests', 'share', 'ms', 'packets/s', 'count');
const number = fc.oneof(
  fc.constantFrom(0, 1, 1e15, 999_999, 0.001),
  fc.double({ min: 0, max: 1e15, noNaN: true }),
  fc.integer({ min: 0, max: 1_000 }),
);
const role = fc.constantFrom('mitigated', 'passed', 'unknown', 'baseline', 'attack', 'health', 'ranked', 'other');
const actor = fc.constantFrom('attacker', 'automatic', 'soc', 'customer');

/** A time axis and what stands on it, for a number of buckets. */
const axis = fc
  .record({
    count: fc.integer({ min: 1, max: 120 }),
    intervalMs: fc.constantFrom(1, 1_000, 60_000, 3_600_000, 86_400_000),
  })
  .chain(({ count, intervalMs }) => {
    const at = fc
      .double({ min: -0.1, max: 1.1, noNaN: true })
      .map((share) => Math.round(START + share * count * intervalMs));
    return fc.record({
      count: fc.constant(count),
      intervalMs: fc.constant(intervalMs),
      start: fc.constant(START),
      markers: fc.array(fc.record({ at, label, actor }), { maxLength: 12 }),
      bands: fc.array(
        fc.tuple(at, at, label).map(([a, b, name]) => ({ start: Math.min(a, b), end: Math.max(a, b), label: name })),
        { maxLength: 12 },
      ),
      at: fc.constant(at),
    });
  });

const values = (count: number) => fc.array(fc.option(number, { freq: 5 }), { minLength: count, maxLength: count });
const series = (count: number, most: number) =>
  fc.array(fc.record({ label, role, values: values(count) }), { maxLength: most });

const timeCharts = axis.chain(({ count, at, ...rest }): fc.Arbitrary<ChartSpec> => {
  const base = fc.constant(rest);
  const lanes = fc.array(
    fc.record({
      actor,
      label,
      events: fc.array(fc.record({ at, number: fc.integer({ min: 1, max: 300 }) }), { maxLength: 12 }),
    }),
    { maxLength: 4 },
  );
  return fc.oneof(
    fc
      .tuple(base, unit, series(count, 12))
      .map(([one, u, s]): ChartSpec => ({ ...one, kind: 'time-stack', unit: u, series: s })),
    fc.tuple(base, unit, unit, series(count, 6), series(count, 6)).map(
      ([one, u, v, s, t]): ChartSpec => ({
        ...one,
        kind: 'time-lines',
        left: { unit: u, series: s },
        right: { unit: v, series: t },
      }),
    ),
    fc
      .tuple(base, unit, lanes, fc.record({ label, role, values: values(count) }))
      .map(([one, u, l, traffic]): ChartSpec => ({ ...one, kind: 'swim-lane', unit: u, lanes: l, traffic })),
    fc
      .tuple(unit, fc.array(fc.record({ label, values: values(count) }), { maxLength: 45 }))
      .map(
        ([u, rows]): ChartSpec => ({ kind: 'heat-map', unit: u, start: rest.start, intervalMs: rest.intervalMs, rows }),
      ),
  );
});

const otherCharts: fc.Arbitrary<ChartSpec> = fc.oneof(
  fc
    .tuple(
      label,
      fc.array(
        fc.tuple(
          label,
          fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true })), {
            selector: ([rank]) => rank,
            maxLength: 30,
          }),
        ),
        { maxLength: 5 },
      ),
    )
    .map(
      ([xLabel, lines]): ChartSpec => ({
        kind: 'curve',
        xLabel,
        lines: lines.map(([name, points]) => {
          const shares = points.map(([, share]) => share).sort((a, b) => a - b);
          return { label: name, ranks: points.map(([rank]) => rank).sort((a, b) => a - b), shares };
        }),
      }),
    ),
  fc.tuple(unit, fc.array(fc.record({ label, role }), { maxLength: 5 })).chain(([u, parts]) =>
    fc
      .array(fc.record({ label, values: fc.array(number, { minLength: parts.length, maxLength: parts.length }) }), {
        maxLength: 45,
      })
      .map((bars): ChartSpec => ({ kind: 'bars', unit: u, parts, bars })),
  ),
  fc
    .tuple(unit, label, fc.array(fc.record({ label, role, value: number, note: label }), { maxLength: 12 }))
    .map(([u, whole, parts]): ChartSpec => {
      const measure = (value: number) => ({ value, unit: u, kind: 'counted', evidence: [] }) as const;
      return {
        kind: 'flow',
        unit: u,
        whole: { label: whole, total: measure(parts.reduce((sum, { value }) => sum + value, 0)) },
        parts: parts.map(({ value, note, ...part }, index) => ({
          ...part,
          total: measure(value),
          ...(index % 2 === 0 && { note: { label: note, total: measure(value) } }),
        })),
      };
    }),
  fc
    .tuple(
      unit,
      label,
      label,
      fc.array(fc.record({ at: fc.integer({ min: 1.6e12, max: 1.9e12 }), value: number, label }), { maxLength: 40 }),
    )
    .map(
      ([u, subject, others, dots]): ChartSpec => ({
        kind: 'dots',
        unit: u,
        subject,
        others,
        dots: dots.map((dot, index) => (index === 0 ? { ...dot, isSubject: true } : dot)),
      }),
    ),
);

it('no chart lets words collide, leave the picture or break the XML', async () => {
  const zone = fc.constantFrom('Europe/Berlin', 'UTC', 'Asia/Kolkata', 'America/New_York');
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(timeCharts, otherCharts),
      zone,
      fc.constantFrom(420, 680),
      async (spec, timeZone, width) => {
        const svg = await drawChart(spec, {
          writer: createWriter({ locale: 'en-GB', timeZone }),
          colours: { primary: '#12355b', accent: '#c8553d' },
          width,
          idPrefix: 'fig',
        });
        expect(faultsOf(svg)).toEqual([]);
      },
    ),
    { numRuns: 80 },
  );
}, 120_000);
