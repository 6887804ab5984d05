import { describe, expect, it } from 'vitest';
import type { IndustryFigure } from '../../../src/config/config.ts';
import { loadIndustryContext, readIndustryContext } from '../../../src/config/industry-context.ts';
import { compareWithIndustry } from '../../../src/insight/industry.ts';
import { readCatalogue } from '../../../src/text/speaker.ts';
import { incidentFacts, layer, measure } from '../../support/incident-facts.ts';
import { read } from '../../support/read-phrase.ts';

const published: IndustryFigure = {
  id: 'example-2025-size',
  source: 'Example Networks',
  title: 'Attacks of a year',
  address: 'https://www.example.com/report',
  published: '2026-01-20',
  read: '2026-11-25',
  verified: true,
  verifiedBy: 'the tests',
  period: '2025',
  layer: 'http',
  stated: '1 krps',
  population: 'attacks on Example customers',
  figure: { kind: 'share-below', metric: 'requests/s', share: 0.94, value: 1_000 },
};

const yaml = (verified: string) => `rows:
  - id: example
    source: Example Networks
    title: Attacks of a year
    address: https://www.example.com/report
    published: "2026"
    read: 2026-11-25
    ${verified}
    period: "2025"
    layer: http
    stated: 1 krps
    population: attacks on Example customers
    figure: { kind: largest, metric: requests/s, value: 1000 }
`;

describe('the table of published figures', () => {
  it('never gives out a row that nobody verified', () => {
    expect(readIndustryContext(yaml('verified: false'))).toEqual([]);
    expect(readIndustryContext(yaml('verified: true\n    verifiedBy: the tests'))).toHaveLength(1);
    expect(() => readIndustryContext(yaml('verified: true'))).toThrow('must say who verified the row');
  });

  it('is shipped complete, each row with its address and the days it was published and read', async () => {
    const rows = await loadIndustryContext();
    expect(rows.map(({ id }) => id)).toEqual([
      'corero-2019-size',
      'corero-2019-duration',
      'cloudflare-2025-q2-largest',
      'cloudflare-2025-q2-largest-packets',
      'aws-2020-q1-largest-requests',
    ]);
    // Whom a figure is about is said in the language of the report.
    const { messages } = readCatalogue('de');
    expect(rows.filter(({ population }) => messages[population] === undefined)).toEqual([]);
  });
});

describe('an incident beside published figures', () => {
  // Peak 120 rps over 10 s; one wave of 60 s whose edges are known to 1 s.
  const { stats } = incidentFacts();
  const say = (figure: IndustryFigure['figure'], stated: string, parts = stats) =>
    compareWithIndustry(parts, [{ ...published, figure, stated }]).map(({ text }) => read(text));

  it('says on which side of a published size it lies, and nothing in between', () => {
    expect(say(published.figure, '1 krps')).toEqual([
      'The peak was smaller than 1 krps, as were 94 % of the attacks on Example customers in 2025.',
    ]);
    expect(say({ kind: 'share-below', metric: 'requests/s', share: 0.94, value: 100 }, '100 rps')).toEqual([
      'The peak was larger than 100 rps, within which 94 % of the attacks on Example customers in 2025 stayed.',
    ]);
    expect(say({ kind: 'share-below', metric: 'ms', share: 0.85, value: 62_001 }, '62 seconds')).toEqual([
      'The longest wave was shorter than 62.001 s, as were 85 % of the attacks on Example customers in 2025.',
    ]);
  });

  it('tells the largest attack of others only beside a comparison, and cites each publication once', () => {
    const largest = {
      ...published,
      figure: { kind: 'largest', metric: 'requests/s', value: 694_201 },
      stated: '694,201 rps',
    } as const;
    expect(compareWithIndustry(stats, [largest])).toEqual([]);
    expect(compareWithIndustry(stats, [published, largest]).map(({ text }) => read(text))).toEqual([
      'The peak was smaller than 1 krps, as were 94 % of the attacks on Example customers in 2025. The largest of the attacks on Example customers in 2025 reached 694,201 rps.',
    ]);
  });

  it('says nothing where its own uncertainty holds the published size', () => {
    expect(say({ kind: 'share-below', metric: 'ms', share: 0.85, value: 61_000 }, '61 seconds')).toEqual([]);
    const peak = measure(120, 'requests/s', { kind: 'estimated', interval: { lower: 80, upper: 160 } });
    const sampled = {
      ...stats,
      layers: [{ ...layer, peaks: [{ metric: 'requests/s' as const, measure: peak, headline: true }] }],
    };
    expect(say({ kind: 'share-below', metric: 'requests/s', share: 0.94, value: 100 }, '100 rps', sampled)).toEqual([]);
  });

  it('never comes without its source, and never for another layer or without an attack', () => {
    const [only] = compareWithIndustry(stats, [published]);
    expect(read(only?.citation ?? [])).toBe(
      'Example Networks, “Attacks of a year”, published 2026-01-20, read 2026-11-25: https://www.example.com/report',
    );
    expect(compareWithIndustry(stats, [{ ...published, layer: 'network' }])).toEqual([]);
    expect(compareWithIndustry(stats, [{ ...published, verified: false }])).toEqual([]);
    expect(compareWithIndustry({ ...stats, waves: [] }, [published])).toEqual([]);
  });
});
