import { describe, expect, test } from 'vitest';
import { awsShieldReader } from '../../../../src/ingest/documents/aws-shield.ts';
import { codesOf, faultOf, openDocument, readDocument } from './read-document.ts';

const counter = (unit: string, max: number) => ({
  Name: `SYN_FLOOD_${unit}`,
  Max: max,
  Average: max / 2,
  Sum: max * 12,
  N: 12,
  Unit: unit,
});
const resource = (id: string, ...counters: object[]) => ({
  Type: 'IP',
  Id: id,
  AttackVectors: [{ VectorType: 'SYN_FLOOD', VectorCounters: counters }],
  Counters: [],
});
const attack = (rest: object = {}) => ({
  Attack: {
    AttackId: 'shield-1',
    ResourceArn: 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/shop',
    SubResources: [
      resource('192.0.2.2', counter('PPS', 900), counter('BPS', 7_000)),
      resource('192.0.2.3', counter('PPS', 800)),
    ],
    StartTime: 1_794_922_385.457,
    EndTime: 1_794_923_105.457,
    AttackProperties: [
      {
        AttackLayer: 'NETWORK',
        AttackPropertyIdentifier: 'SOURCE_COUNTRY',
        TopContributors: [
          { Name: 'United States', Value: 70 },
          { Name: 'Netherlands', Value: 20 },
        ],
        Unit: 'BYTES',
        Total: 100,
      },
      {
        AttackLayer: 'NETWORK',
        AttackPropertyIdentifier: 'REFERRER',
        TopContributors: [{ Name: 'x', Value: 1 }],
        Unit: 'BYTES',
        Total: 1,
      },
    ],
    Mitigations: [{ MitigationName: 'SYN proxy' }],
    ...rest,
  },
});
const read = (value: unknown) => readDocument(awsShieldReader, openDocument(JSON.stringify(value, null, 1)));

describe('a described attack', () => {
  test('peaks are the largest of any resource, never added, and sums of rates are no volumes', async () => {
    const got = await read(attack());
    expect(got.attacks).toEqual([
      {
        id: 'shield-1',
        system: 'AWS Shield',
        layer: 'network',
        vector: 'SYN_FLOOD',
        window: { start: 1_794_922_385_457, end: 1_794_923_105_457 },
        target: '192.0.2.0/24',
        peak: { packetsPerSecond: 900, asStated: [{ value: 7_000, unit: 'BPS' }] },
        total: {},
        mitigation: 'SYN proxy',
        status: 'ended',
        input: 'in1',
      },
    ]);
    expect(codesOf(got)).toEqual(['unknown-values']);
    expect(got.warnings[0]?.message).toContain('7000 BPS without saying whether that means bits or bytes');
  });

  test('contributors are a cut list with the total it was cut from', async () => {
    expect((await read(attack())).topLists).toEqual([
      {
        layer: 'network',
        dimension: 'source_country',
        unit: 'bytes',
        items: [
          { key: 'US', label: 'United States', value: 70 },
          { key: 'NL', label: 'Netherlands', value: 20 },
        ],
        total: 100,
        input: 'in1',
      },
    ]);
  });

  test('without EndTime it was still running when it was saved', async () => {
    const got = await read(attack({ EndTime: undefined, StartTime: '2026-11-17T13:33:05+00:00', SubResources: [] }));
    expect(got.attacks[0]).toMatchObject({
      status: 'ongoing',
      window: { start: Date.UTC(2026, 10, 17, 13, 33, 5) },
      target: 'loadbalancer/shop',
    });
    expect(codesOf(got)).toEqual(['ongoing']);
  });

  test('belongs to the account of its resource, which the report does not print', async () => {
    const got = await read(attack());
    expect(got.claims).toEqual([expect.objectContaining({ kind: 'account', value: '111122223333' })]);
    expect(JSON.stringify(got.attacks)).not.toContain('111122223333');
  });

  test('a time without a zone and a number that is none are told together', async () => {
    const broken = attack({
      StartTime: '2026-11-17 13:33:05',
      AttackProperties: [
        {
          AttackLayer: 'NETWORK',
          AttackPropertyIdentifier: 'SOURCE_ASN',
          TopContributors: [{ Name: '64500', Value: -1 }],
          Unit: 'BYTES',
        },
      ],
    });
    const message = await faultOf(awsShieldReader, openDocument(JSON.stringify(broken, null, 1)));
    expect(message).toMatch(/Attack\.StartTime: "2026-11-17 13:33:05" is not a time with a zone/);
    expect(message).toMatch(/TopContributors\[0\]\.Value: -1 is not a number/);
  });
});

test('a list of attacks gives one each and says when it goes on', async () => {
  const got = await read({
    AttackSummaries: [
      {
        AttackId: 's1',
        ResourceArn: 'arn:aws:cloudfront::111122223333:distribution/E1',
        StartTime: 1_794_922_385,
        EndTime: 1_794_922_400,
        AttackVectors: [{ VectorType: 'REQUEST_FLOOD' }],
      },
      {
        AttackId: 's2',
        ResourceArn: 'arn:aws:cloudfront::111122223333:distribution/E1',
        StartTime: 1_794_922_385,
        AttackVectors: [{ VectorType: 'UDP_TRAFFIC' }],
      },
    ],
    NextToken: 'more',
  });
  expect(got.attacks.map(({ id, layer, status }) => ({ id, layer, status }))).toEqual([
    { id: 's1', layer: 'http', status: 'ended' },
    { id: 's2', layer: 'network', status: 'ongoing' },
  ]);
  expect(codesOf(got)).toEqual(['ongoing', 'possibly-truncated']);
  expect(codesOf(await read({ AttackSummaries: [] }))).toEqual(['empty-result']);
});
