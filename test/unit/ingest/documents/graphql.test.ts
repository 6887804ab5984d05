import { describe, expect, test } from 'vitest';
import { graphqlReader } from '../../../../src/ingest/documents/graphql.ts';
import { codesOf, faultOf, openDocument, readDocument } from './read-document.ts';

const zones = (...entries: object[]) => JSON.stringify({ data: { viewer: { zones: entries } }, errors: null }, null, 1);
const accounts = (...entries: object[]) =>
  JSON.stringify({ data: { viewer: { accounts: entries } }, errors: null }, null, 1);
const read = (text: string, input = {}) => readDocument(graphqlReader, openDocument(text, input));

const minute = (at: string, count: unknown, rest: object = {}, dimensions: object = {}) => ({
  count,
  avg: { sampleInterval: 10 },
  ...rest,
  dimensions: { datetimeMinute: at, ...dimensions },
});

describe('requests by minute', () => {
  test('counts are taken as the API scaled them, never multiplied by the sampling interval', async () => {
    const text = zones({
      httpRequestsAdaptiveGroups: [
        minute(
          '2026-11-17T13:01:00Z',
          50_000,
          { sum: { edgeResponseBytes: 2_000 } },
          { securityAction: 'block', securitySource: 'l7ddos' },
        ),
        minute(
          '2026-11-17T13:00:00Z',
          '1200',
          { sum: { edgeResponseBytes: null } },
          { securityAction: 'unknown', securitySource: 'unknown' },
        ),
      ],
    });
    const { series, warnings } = await read(text);
    expect(warnings).toEqual([]);
    expect(series).toHaveLength(1);
    expect(series[0]).toMatchObject({
      layer: 'http',
      unit: 'requests',
      kind: 'estimated',
      intervalMs: 60_000,
      dimensions: ['action', 'mitigation_system'],
      knowsDisposition: true,
      priority: 100,
    });
    expect([...(series[0]?.rows ?? [])]).toEqual([
      {
        t: Date.UTC(2026, 10, 17, 13, 1),
        units: 50_000,
        bytes: 2_000,
        sampleInterval: 10,
        disposition: 'blocked',
        at: { action: 'block', mitigation_system: 'ddos-managed' },
      },
      // No product acted on these: they passed. Bytes that are null are not zero.
      { t: Date.UTC(2026, 10, 17, 13, 0), units: 1_200, sampleInterval: 10, disposition: 'passed', at: {} },
    ]);
  });

  test('a solved challenge passed and a failed one did not, in every spelling', async () => {
    const actions = [
      'managedChallenge',
      'managed_challenge_failed',
      'managedChallengeInteractiveSolved',
      'jschallenge_solved',
      'log',
      'frobnicate',
    ];
    const text = zones({
      httpRequestsAdaptiveGroups: actions.map((securityAction) =>
        minute('2026-11-17T13:00:00Z', 1, {}, { securityAction }),
      ),
    });
    const rows = [...((await read(text)).series[0]?.rows ?? [])];
    expect(rows.map((row) => row.disposition)).toEqual([
      'challenged',
      'challenged',
      'passed',
      'passed',
      'logged',
      'unknown',
    ]);
  });

  test('a confidence interval is kept as the weight that yields it, beside the disclosed sampling', async () => {
    // n (w − 1) = (h / 1.96)²: half-width 196 at n = 40,000 gives w = 1 + 100² / 40,000 = 1.25.
    const text = zones({
      httpRequestsAdaptiveGroups: [
        minute('2026-11-17T13:00:00Z', 40_000, {
          confidence: { level: 0.95, count: { estimate: 40_000, lower: 39_804, upper: 40_196, sampleSize: 36_000 } },
        }),
        minute('2026-11-17T13:01:00Z', 40_000, {
          confidence: { level: 0.9, count: { estimate: 40_000, lower: 39_804, upper: 40_196, sampleSize: 36_000 } },
        }),
      ],
    });
    const rows = [...((await read(text)).series[0]?.rows ?? [])];
    expect(rows[0]?.weight).toBeCloseTo(1.25, 4);
    expect(rows[0]?.sampleInterval).toBe(10);
    // Of another level than 95 % it is not used.
    expect(rows[1]?.weight).toBeUndefined();
  });

  test('visits are not requests: without count the number of requests is unknown and the report says so', async () => {
    const text = zones({
      httpRequestsAdaptiveGroups: [
        { dimensions: { datetimeHour: '2026-11-17T10:00:00Z' }, sum: { edgeResponseBytes: 19_849, visits: 4_383 } },
      ],
    });
    const { series, warnings } = await read(text);
    expect([...(series[0]?.rows ?? [])]).toEqual([{ t: Date.UTC(2026, 10, 17, 10), bytes: 19_849, at: {} }]);
    expect(series[0]?.kind).toBe('reported');
    expect(warnings.map((warning) => warning.message).join('\n')).toContain(
      'does not hold the number of requests (count)',
    );
  });

  test('requests that no client sent are left out and counted', async () => {
    const text = zones({
      httpRequestsAdaptiveGroups: [
        minute('2026-11-17T13:00:00Z', 7, {}, { requestSource: 'eyeball' }),
        minute('2026-11-17T13:00:00Z', 9, {}, { requestSource: 'edgeWorkerFetch' }),
      ],
    });
    const got = await read(text);
    expect([...(got.series[0]?.rows ?? [])].map((row) => row.units)).toEqual([7]);
    expect(codesOf(got)).toEqual(['subrequests-left-out']);
  });
});

describe('what a saved answer may not hide', () => {
  test('an answer with errors is refused with what the API said', async () => {
    const text = JSON.stringify({ data: null, errors: [{ message: 'zone "abc" does not have access to the path' }] });
    expect(await faultOf(graphqlReader, openDocument(text))).toContain('does not have access to the path');
  });

  test('`data: null` without errors is refused too', async () => {
    expect(await faultOf(graphqlReader, openDocument('{"data": null, "errors": []}'))).toContain('data: null');
  });

  test('an empty result is no evidence that there was no attack', async () => {
    expect(codesOf(await read(zones()))).toEqual(['empty-result']);
    expect(codesOf(await read(accounts({ dosdAttackAnalyticsGroups: [] })))).toEqual(['empty-result']);
  });

  test('exactly as many rows as the query allows may be a cut result, and then it does not feed totals first', async () => {
    const rows = [minute('2026-11-17T13:00:00Z', 1), minute('2026-11-17T13:01:00Z', 2)];
    const got = await read(zones({ httpRequestsAdaptiveGroups: rows }), { limit: 2 });
    expect(codesOf(got)).toEqual(['possibly-truncated']);
    expect(got.series[0]?.priority).toBe(10);
    expect(codesOf(await read(zones({ httpRequestsAdaptiveGroups: rows }), { limit: 3 }))).toEqual([]);
  });

  test('every number that is none is told with its line and field', async () => {
    const text = zones({
      httpRequestsAdaptiveGroups: [
        minute('2026-11-17T13:00:00Z', -5),
        minute('yesterday', 5),
        minute('2026-11-17T13:02:00Z', 5, { sum: { edgeResponseBytes: 'many' } }),
      ],
    });
    const message = await faultOf(graphqlReader, openDocument(text, { path: 'graphql/minutes.json' }));
    expect(message.split('\n')).toHaveLength(3);
    expect(message).toMatch(
      /graphql\/minutes\.json:\d+: data\.viewer\.zones\[0\]\.httpRequestsAdaptiveGroups\[0\]\.count: -5 is not a number of at least 0/,
    );
    expect(message).toContain('"yesterday" is not a time with a zone');
    expect(message).toContain('[2].sum.edgeResponseBytes: "many"');
  });

  test('a count that no number can hold is a fault, not the nearest number', async () => {
    const text = zones({
      httpRequestsAdaptiveGroups: [{ count: '@', dimensions: { datetimeMinute: '2026-11-17T14:00:00Z' } }],
    }).replace('"@"', '9007199254740993');
    expect(await faultOf(graphqlReader, openDocument(text))).toMatch(
      /httpRequestsAdaptiveGroups\[0\]\.count: is above 2\^53/,
    );
  });
});

describe('aliases', () => {
  test('the node behind an alias is told by its fields', async () => {
    const got = await read(
      zones({
        byMinute: [minute('2026-11-17T13:00:00Z', 5, {}, { edgeResponseStatus: 503, originResponseStatus: 0 })],
        blocked: [
          { action: 'block', source: 'l7ddos', rayName: 'r1', datetime: '2026-11-17T13:00:01Z', sampleInterval: 10 },
        ],
      }),
    );
    expect(got.series.map((series) => series.label)).toEqual([
      'Cloudflare GraphQL httpRequestsAdaptiveGroups (byMinute)',
      'Cloudflare GraphQL firewallEventsAdaptive (blocked)',
    ]);
    // The status of an origin that did not answer is not known.
    expect([...(got.series[0]?.rows ?? [])][0]?.at).toEqual({ status: '503' });
  });

  test('a row of single events stands for as many as its sampling interval says', async () => {
    const text = zones({
      firewallEventsAdaptive: [
        {
          action: 'block',
          source: 'ratelimit',
          rayName: 'r1',
          datetime: '2026-11-17T13:00:01Z',
          sampleInterval: 10,
          clientAsn: '64500',
          clientASNDescription: 'Example Hosting',
        },
      ],
    });
    const [series] = (await read(text)).series;
    expect(series).toMatchObject({ unit: 'events', kind: 'estimated', intervalMs: 0 });
    expect([...(series?.rows ?? [])]).toEqual([
      {
        t: Date.UTC(2026, 10, 17, 13, 0, 1),
        part: 'rayname=r1',
        units: 10,
        sampleInterval: 10,
        disposition: 'rate_limited',
        sourceAsName: 'Example Hosting',
        at: { source_asn: '64500', action: 'block', mitigation_system: 'rate-limiting' },
      },
    ]);
  });

  test('an alias whose fields fit several nodes is refused until the case file names the node', async () => {
    const text = zones({ total: [{ count: 12, dimensions: { datetimeMinute: '2026-11-17T13:00:00Z' } }] });
    expect(await faultOf(graphqlReader, openDocument(text))).toContain('add `node:`');
    const got = await read(text, { node: 'httpRequestsAdaptiveGroups' });
    expect(got.series[0]?.unit).toBe('requests');
    expect(await faultOf(graphqlReader, openDocument(text, { node: 'nope' }))).toContain(
      'node "nope" is not one that is read',
    );
  });

  test('a node that is not read is left out and said, not taken for another', async () => {
    const got = await read(
      zones({ healthCheckEventsAdaptive: [{ action: 'x', source: 'y', datetime: '2026-11-17T13:00:00Z' }] }),
    );
    expect(got.series).toEqual([]);
    expect(codesOf(got)).toEqual(['left-out']);
  });
});

describe('rows without time', () => {
  test('are a list that may be cut, with the names of networks', async () => {
    const text = zones({
      topNetworks: [
        { count: 30, sum: { visits: 3 }, dimensions: { clientAsn: '64501', clientASNDescription: 'Example Transit' } },
        { count: 90, sum: { visits: 9 }, dimensions: { clientAsn: '64500', clientASNDescription: 'Example Hosting' } },
      ],
    });
    const got = await read(text);
    expect(got.series).toEqual([]);
    expect(got.topLists).toEqual([
      {
        layer: 'http',
        dimension: 'source_asn',
        unit: 'requests',
        items: [
          { key: '64500', label: 'Example Hosting', value: 90 },
          { key: '64501', label: 'Example Transit', value: 30 },
        ],
        input: 'in1',
      },
    ]);
  });

  test('are a complete series when the stated limit was not reached', async () => {
    const text = zones({ httpRequestsAdaptiveGroups: [{ count: 30, dimensions: { clientCountryName: 'de' } }] });
    const got = await read(text, { limit: 100 });
    expect(got.topLists).toEqual([]);
    expect(got.series[0]).toMatchObject({ intervalMs: 0, dimensions: ['source_country'] });
  });

  test('of several dimensions and an unknown limit are left out, and totals without any dimension too', async () => {
    const two = zones({
      httpRequestsAdaptiveGroups: [
        { count: 3, avg: { sampleInterval: 1 }, dimensions: { clientCountryName: 'DE', clientRequestPath: '/a' } },
        { count: 2, avg: { sampleInterval: 1 }, dimensions: { clientCountryName: 'FR', clientRequestPath: '/b' } },
      ],
    });
    expect(codesOf(await read(two))).toEqual(['left-out']);
    const none = zones({ httpRequestsAdaptiveGroups: [{ count: 3, avg: { sampleInterval: 1 }, dimensions: {} }] });
    expect(codesOf(await read(none))).toEqual(['no-times']);
  });
});

describe('network analytics', () => {
  const packets = (at: string, packets: number, bits: number, dimensions: object) => ({
    sum: { packets, bits },
    avg: { sampleInterval: 10_000 },
    dimensions: { datetimeTenSeconds: at, ...dimensions },
  });

  test('bits become bytes by eight, and mitigated is what the outcome says', async () => {
    const text = accounts({
      accountTag: 'acc1',
      magicTransitNetworkAnalyticsAdaptiveGroups: [
        packets('2026-11-17T13:00:10Z', 20_000, 12_000, {
          outcome: 'drop',
          ipDestinationAddress: '2001:DB8::0:7',
          ipProtocolName: 'UDP',
        }),
        packets('2026-11-17T13:00:00Z', 10_000, 4, {
          outcome: 'pass',
          ipDestinationAddress: '198.51.100.7',
          sourcePort: 0,
        }),
      ],
    });
    const got = await read(text);
    expect(got.series[0]).toMatchObject({
      layer: 'network',
      unit: 'packets',
      intervalMs: 10_000,
      knowsDisposition: true,
      priority: 100,
    });
    expect([...(got.series[0]?.rows ?? [])]).toEqual([
      {
        t: Date.UTC(2026, 10, 17, 13, 0, 10),
        part: 'acc1',
        units: 20_000,
        bytes: 1_500,
        sampleInterval: 10_000,
        disposition: 'blocked',
        at: { destination_ip: '2001:db8::7', transport: 'udp', action: 'drop' },
      },
      {
        t: Date.UTC(2026, 10, 17, 13, 0, 0),
        part: 'acc1',
        units: 10_000,
        bytes: 0.5,
        sampleInterval: 10_000,
        disposition: 'passed',
        at: { destination_ip: '198.51.100.7', action: 'pass' },
      },
    ]);
    // Addresses say whose traffic it is; the account is claimed only where nothing finer does.
    expect(got.claims.map(({ kind, value }) => `${kind} ${value}`)).toEqual([
      'address 2001:db8::7',
      'address 198.51.100.7',
    ]);
  });

  test('without an outcome nothing is known of what was done, also where a system made the rows', async () => {
    const text = accounts({
      accountTag: 'acc1',
      dosdNetworkAnalyticsAdaptiveGroups: [packets('2026-11-17T13:00:00Z', 10_000, 8, { attackVector: 'SYN Flood' })],
    });
    const got = await read(text);
    expect(got.series[0]).toMatchObject({ knowsDisposition: false, priority: 50 });
    expect([...(got.series[0]?.rows ?? [])][0]).toMatchObject({
      at: { vector: 'SYN Flood', mitigation_system: 'ddos-managed' },
    });
    expect(got.claims).toEqual([expect.objectContaining({ kind: 'account', value: 'acc1' })]);
  });

  test('outgoing packets are left out', async () => {
    const text = accounts({
      magicTransitNetworkAnalyticsAdaptiveGroups: [
        packets('2026-11-17T13:00:00Z', 10, 8, { direction: 'egress', ipDestinationAddress: '203.0.113.200' }),
        packets('2026-11-17T13:00:00Z', 20, 8, { direction: 'ingress', ipDestinationAddress: '198.51.100.7' }),
      ],
    });
    const got = await read(text);
    expect([...(got.series[0]?.rows ?? [])].map((row) => row.units)).toEqual([20]);
    expect(codesOf(got)).toEqual(['egress-left-out']);
    expect(got.claims.map((claim) => claim.value)).toEqual(['198.51.100.7']);
  });

  test('the same numbers of two zones are two parts of the traffic', async () => {
    const rows = [minute('2026-11-17T13:00:00Z', 5, {}, { edgeResponseStatus: 200 })];
    const tagged = await read(
      zones({ zoneTag: 'z1', httpRequestsAdaptiveGroups: rows }, { zoneTag: 'z2', httpRequestsAdaptiveGroups: rows }),
    );
    expect(tagged.series.flatMap((series) => [...series.rows].map((row) => row.part))).toEqual(['z1', 'z2']);
    const untagged = await read(zones({ httpRequestsAdaptiveGroups: rows }, { httpRequestsAdaptiveGroups: rows }));
    expect(untagged.series.flatMap((series) => [...series.rows].map((row) => row.part))).toEqual([
      'zones[0]',
      'zones[1]',
    ]);
    expect(new Set(untagged.series.map((series) => series.key)).size).toBe(1);
  });
});

describe('attack ids', () => {
  const attack = (id: string, rest: object) => ({
    attackId: id,
    attackVector: 'UDP Flood',
    attackType: 'udp',
    mitigationType: 'drop',
    startDatetime: '2026-11-17T13:00:00Z',
    endDatetime: '2026-11-17T13:05:00Z',
    destinationIp: '198.51.100.7',
    packets: 1_000,
    bits: 8_000,
    droppedPackets: 900,
    droppedBits: 7_200,
    ...rest,
  });

  test('flat rows: one attack an id, its rows added, equal rows counted once', async () => {
    const text = accounts({
      dosdAttackAnalyticsGroups: [
        attack('a1', {}),
        attack('a1', {}),
        attack('a1', {
          destinationIp: '198.51.100.9',
          startDatetime: '2026-11-17T12:59:00Z',
          packets: '500',
          bits: 0,
          droppedPackets: 0,
        }),
        attack('a2', { destinationIp: '2001:db8::1', endDatetime: '1970-01-01T00:00:00Z' }),
      ],
    });
    const got = await read(text);
    expect(got.series).toEqual([]);
    expect(got.attacks).toEqual([
      {
        id: 'a1',
        system: 'Cloudflare dosd',
        layer: 'network',
        vector: 'UDP Flood',
        mitigation: 'drop',
        window: { start: Date.UTC(2026, 10, 17, 12, 59), end: Date.UTC(2026, 10, 17, 13, 5) },
        target: '198.51.100.0/24',
        peak: {},
        total: { packets: 1_500, bytes: 1_000, droppedPackets: 900, droppedBytes: 1_800 },
        status: 'ended',
        input: 'in1',
      },
      expect.objectContaining({
        id: 'a2',
        // The end is the epoch: not known.
        window: { start: Date.UTC(2026, 10, 17, 13, 0) },
        target: '2001:db8::1',
        status: 'unknown',
      }),
    ]);
  });

  test('rows under `dimensions` and minutes of packets give the same attack; a stated attack is preferred', async () => {
    const minutes = [
      {
        sum: { packets: 600, bits: 4_800 },
        avg: { sampleInterval: 100 },
        dimensions: { datetimeMinute: '2026-11-17T13:01:00Z', attackId: 'a1', outcome: 'drop' },
      },
      {
        sum: { packets: 400, bits: 3_200 },
        avg: { sampleInterval: 100 },
        dimensions: { datetimeMinute: '2026-11-17T13:00:00Z', attackId: 'a1', outcome: 'pass' },
      },
    ];
    const fromMinutes = (await read(accounts({ dosdNetworkAnalyticsAdaptiveGroups: minutes }))).attacks;
    expect(fromMinutes).toEqual([
      expect.objectContaining({
        id: 'a1',
        window: { start: Date.UTC(2026, 10, 17, 13, 0), end: Date.UTC(2026, 10, 17, 13, 2) },
        total: { packets: 1_000, bytes: 1_000, droppedPackets: 600, droppedBytes: 600 },
        status: 'unknown',
        derived: true,
      }),
    ]);
    const { packets, bits, droppedPackets, droppedBits, ...dimensions } = attack('a1', {});
    const stated = { sum: { packets, bits, droppedPackets, droppedBits }, dimensions };
    const both = await read(
      accounts({ dosdNetworkAnalyticsAdaptiveGroups: minutes, dosdAttackAnalyticsGroups: [stated] }),
    );
    expect(both.attacks).toHaveLength(1);
    expect(both.attacks[0]).toMatchObject({ status: 'ended', total: { packets: 1_000, droppedPackets: 900 } });
  });
});

test('the lists inside a roll-up are series of their own, over the same minutes', async () => {
  const text = zones({
    httpRequests1mGroups: [
      {
        dimensions: { datetime: '2026-11-17T13:00:00Z' },
        sum: {
          requests: 100,
          bytes: 5_000,
          countryMap: [
            { clientCountryName: 'DE', requests: 60, bytes: 3_000, threats: 0 },
            { clientCountryName: 'XX', requests: 40, bytes: 2_000, threats: 9 },
          ],
          responseStatusMap: [{ edgeResponseStatus: 200, requests: 100 }],
        },
      },
    ],
  });
  const { series } = await read(text);
  expect(
    series.map((one) => [one.dimensions, one.intervalMs, one.kind, [...one.rows].map((row) => row.units)]),
  ).toEqual([
    [[], 60_000, 'reported', [100]],
    [['source_country'], 60_000, 'reported', [60, 40]],
    [['status'], 60_000, 'reported', [100]],
  ]);
  expect(new Set(series.map((one) => one.key)).size).toBe(3);
  expect([...(series[1]?.rows ?? [])].map((row) => row.at)).toEqual([{ source_country: 'DE' }, {}]);
});

test('names that attackers choose are values like any other', async () => {
  const text = zones({
    httpRequestsAdaptiveGroups: ['__proto__', 'constructor', '{{x}}'].map((userAgent) =>
      minute('2026-11-17T13:00:00Z', 1, {}, { userAgent, __proto__hidden: userAgent }),
    ),
  });
  const rows = [...((await read(text)).series[0]?.rows ?? [])];
  expect(rows.map((row) => row.at.user_agent)).toEqual(['__proto__', 'constructor', '{{x}}']);
});

test('other JSON is not taken for an answer of this API', () => {
  for (const text of ['{"data": []}', '{"errors": []}', '[]', '{"viewer": 1}', '[1,2]'])
    expect(graphqlReader.recognises(openDocument(text))).toBe(false);
});
