import { describe, expect, test } from 'vitest';
import type { Measure } from '../../../src/model/measure.ts';
import type { Inline } from '../../../src/model/phrase.ts';
import { createHedges } from '../../../src/proofread/hedges.ts';
import { misreading } from '../../../src/proofread/misreading.ts';
import { createNumberReader } from '../../../src/proofread/read-number.ts';
import { createWriter, unitNouns } from '../../../src/text/text.ts';

const writer = createWriter({ locale: 'en-GB', timeZone: 'UTC' });
const reading = {
  reader: createNumberReader('en-GB', unitNouns('en-GB')),
  hedges: createHedges(writer),
};
const exact = (value: number, unit: Measure['unit']): Inline => ({
  kind: 'measure',
  measure: { value, unit, kind: 'counted', evidence: [] },
});
const sampled = (
  value: number,
  lower: number,
  upper: number,
  unit: Measure['unit'] = 'requests',
  sampleCount = 500,
): Inline => ({
  kind: 'measure',
  measure: { value, unit, kind: 'estimated', sampleCount, interval: { lower, upper }, evidence: [] },
});

describe('a written number', () => {
  test.each<[string, Inline]>([
    ['412,301 requests', exact(412_301, 'requests')],
    ['1 request', exact(1, 'requests')],
    ['1 query', exact(1, 'queries')],
    ['1.23 Gbps', exact(1_234_900_000, 'bits/s')],
    ['37.7 k', exact(37_671, 'requests')],
    ['17.3 %', exact(0.17341, 'share')],
    ['less than 0.1 %', exact(0.0004, 'share')],
    ['> 99.99 %', exact(0.99997, 'share')],
    ['15.9 s', exact(15_894, 'ms')],
    ['about 412,000 requests', sampled(412_301, 400_000, 424_000)],
    ['about 410,000 requests (between 380,000 and 440,000)', sampled(412_301, 381_000, 439_500)],
    ['between 210 k and 640 k requests', sampled(400_000, 212_000, 637_000)],
    ['380–440 k', sampled(410_000, 382_000, 438_000)],
    ['540–1.9 k', sampled(1_190, 544.8, 1_835.5, 'packets')],
    ['0.11–0.26 %', sampled(0.0018, 0.00112, 0.00259, 'share')],
    ['too few sampled rows to say', sampled(300, 10, 900, 'requests', 3)],
    ['none seen', sampled(0, 0, 0)],
    ['14 min 33 s', { kind: 'duration', ms: 873_400 }],
    ['−4.1 s', { kind: 'duration', ms: -4_106, signed: true }],
    ['3 waves', { kind: 'count', value: 3, one: 'wave', many: 'waves' }],
  ])('%s is what it stands for', (written, inline) => {
    expect(misreading(inline, written, reading)).toBeUndefined();
  });

  test.each<[string, Inline, RegExp]>([
    ['412,302 requests', exact(412_301, 'requests'), /is not 412301/],
    ['412,301 packets', exact(412_301, 'requests'), /no number in requests/],
    ['1.24 Gbps', exact(1_234_900_000, 'bits/s'), /is not 1234900000/],
    ['1.23 Mbps', exact(1_234_900_000, 'bits/s'), /is not/],
    ['17.4 %', exact(0.17341, 'share'), /is not/],
    ['less than 0.1 %', exact(0.004, 'share'), /is not true of 0.004/],
    ['412,301 requests', sampled(412_301, 400_000, 424_000), /as if it were counted/],
    ['about 412,000 requests', exact(412_301, 'requests'), /hedges a number that is certain/],
    ['about 400,000 requests', sampled(412_301, 400_000, 424_000), /is not 412301/],
    ['about 400,000 requests', sampled(400_000, 200_000, 700_000), /stands for anything between/],
    ['between 220 k and 640 k requests', sampled(400_000, 212_000, 637_000), /is not 212000 to 637000/],
    ['between 100 k and 900 k requests', sampled(400_000, 212_000, 637_000), /is not 212000 to 637000/],
    ['about 300 requests', sampled(300, 10, 900, 'requests', 3), /rests on 3 sampled rows/],
    ['none seen', exact(4, 'requests'), /hides 4/],
    ['14 min 32 s', { kind: 'duration', ms: 873_400 }, /is not 873400/],
    ['4 waves', { kind: 'count', value: 3, one: 'wave', many: 'waves' }, /is not 3 waves/],
    ['3 attacks', { kind: 'count', value: 3, one: 'wave', many: 'waves' }, /is not 3 waves/],
  ])('%s is found when it is not what it stands for', (written, inline, fault) => {
    expect(misreading(inline, written, reading)).toMatch(fault);
  });

  test('is read in the separators of its locale', () => {
    expect(createNumberReader('de-DE').read('1.234,5\u00a0Gbps')).toMatchObject({ value: 1_234.5e9, unit: 'bits/s' });
    expect(createNumberReader('nb-NO').read('412\u00a0301\u00a0requests')).toMatchObject({
      value: 412_301,
      unit: 'requests',
    });
    expect(createNumberReader('de-CH').read("412'301")).toMatchObject({ value: 412_301 });
  });
});
