import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attackRequestsOf, bulkTruth, partName, partsFor } from '../../../sample-data/generator/bulk/bulk.ts';
import { writePart } from '../../../sample-data/generator/bulk/part.ts';
import { type BulkPlan, planSeconds, secondsOfPart } from '../../../sample-data/generator/bulk/plan.ts';
import type { LogRecord } from './slow-reader.ts';

function collect(plan: BulkPlan, part: number) {
  const chunks: string[] = [];
  const tally = writePart(plan, part, (bytes) => void chunks.push(bytes.toString('utf8')));
  return { text: chunks.join(''), tally };
}

const parse = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line): LogRecord => JSON.parse(line));

describe('logs at scale', () => {
  it('hold exactly as many lines as asked for, whatever the number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000_000 }), (lines) => {
        const seconds = planSeconds(lines);
        const counts = seconds.flatMap(({ attack, legitimate, background }) => [attack, legitimate, background]);
        expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(lines);
      }),
      { numRuns: 40 },
    );
  });

  it('give every second to exactly one part and parts of nearly equal size', () => {
    const plan = { seed: 's', lines: 1_000_000, parts: 7 };
    const seconds = planSeconds(plan.lines);
    const parts = Array.from({ length: plan.parts }, (_, part) => secondsOfPart(seconds, plan, part));
    expect(parts.flat()).toEqual(seconds);
    for (const part of parts) {
      const lines = part.reduce((sum, second) => sum + second.attack + second.legitimate + second.background, 0);
      expect(Math.abs(lines - plan.lines / plan.parts)).toBeLessThan(2_000);
    }
  });

  it('are lines of the same fields as the sample, counted as written', () => {
    const plan = { seed: 'scale', lines: 12_000, parts: 3 };
    const parts = [0, 1, 2].map((part) => collect(plan, part));
    const records = parts.flatMap((part) => parse(part.text));
    expect(records).toHaveLength(12_000);
    const requests = records.filter((record) => record.ClientRequestSource === 'eyeball');
    const sumOf = (key: 'lines' | 'requests' | 'bytes' | 'origin5xx') =>
      parts.reduce((sum, part) => sum + part.tally[key], 0);
    expect(sumOf('lines')).toBe(records.length);
    expect(sumOf('requests')).toBe(requests.length);
    expect(sumOf('bytes')).toBe(requests.reduce((sum, record) => sum + Number(record.EdgeResponseBytes), 0));
    expect(sumOf('origin5xx')).toBe(requests.filter((record) => Number(record.OriginResponseStatus) >= 500).length);
    const bytes = parts.reduce((sum, part) => sum + part.text.length, 0) / records.length;
    expect(bytes).toBeGreaterThan(1_400);
    expect(bytes).toBeLessThan(1_700);
  });

  it('do not depend on which part is written first', () => {
    const plan = { seed: 'order', lines: 3_000, parts: 2 };
    const second = collect(plan, 1).text;
    collect(plan, 0);
    expect(collect(plan, 1).text).toBe(second);
    expect(collect({ ...plan, seed: 'other' }, 1).text).not.toBe(second);
  });

  it('use every one of the different addresses that were asked for', () => {
    const plan = { seed: 'many', lines: 9_000, parts: 2, distinctAddresses: 5_000 };
    const records = [0, 1].flatMap((part) => parse(collect(plan, part).text));
    const flood = records.filter((record) => String(record.JA4).startsWith('t13d1310h1'));
    expect(flood).toHaveLength(attackRequestsOf(plan.lines));
    expect(new Set(flood.map((record) => record.ClientIP)).size).toBe(5_000);
  });

  it('come with a truth whose minutes add up', () => {
    const plan = { seed: 'truth', lines: 4_000, parts: 1 };
    const truth = bulkTruth(plan, collect(plan, 0).tally);
    expect(truth.minutes.reduce((sum, minute) => sum + minute.requests, 0)).toBe(truth.requests);
    expect(Object.values(truth.byDisposition).reduce((sum, count) => sum + count, 0)).toBe(truth.requests);
    expect(truth.minutes).toHaveLength(75);
  });

  it('are cut into files of about 150 MB with names in order', () => {
    expect(partsFor(1_000)).toBe(1);
    expect(partsFor(1_000_000)).toBe(11);
    expect([partName(0), partName(99)]).toEqual(['http_requests-001.ndjson', 'http_requests-100.ndjson']);
  });
});
