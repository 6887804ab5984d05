import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ingestFiles, ndjson, rowsOf, sourceOf } from '../../support/ingest-case.ts';

const AT = Date.UTC(2026, 10, 17, 14, 3, 20);

const request = (fields: object = {}) => ({
  EdgeStartTimestamp: '2026-11-17T14:03:20Z',
  ClientRequestHost: 'shop.acme.example',
  ClientIP: '203.0.113.9',
  EdgeResponseStatus: 200,
  EdgeResponseBytes: 1000,
  ...fields,
});

/** Rows of the relation for one file of requests. */
const columnsOf = (columns: string, ...records: readonly object[]) =>
  ingestFiles({ files: { 'a.log': ndjson(...records) } }, (dataset) => rowsOf(dataset, 'http_requests', columns));

describe('a request', () => {
  it('is read with everything that a full export says about it', async () => {
    const full = request({
      RayID: '77280bee38a6c461',
      ParentRayID: '00',
      ClientASN: 64500,
      ClientCountry: 'de',
      ClientSrcPort: 51000,
      ClientRequestMethod: 'GET',
      ClientRequestPath: '/search',
      ClientRequestURI: '/search?q=a?b',
      ClientRequestProtocol: 'HTTP/2',
      ClientRequestUserAgent: '-bot/1.0 {"x":1}',
      ClientRequestReferer: 'https://acme.example/',
      ClientRequestSource: 'eyeball',
      ClientRequestBytes: 512,
      OriginResponseStatus: 502,
      OriginResponseDurationMs: 840,
      CacheCacheStatus: 'dynamic',
      EdgeColoCode: 'FRA',
      JA3Hash: 'e7d705a3286e19ea42f587b344ee6865',
      JA4: 't13d1516h2_8daaf6152771_b186095e22b6',
      SecurityAction: 'block',
      SecurityActions: ['log', 'block'],
      SecuritySources: ['firewallCustom', 'l7ddos'],
      SecurityRuleIDs: ['r-log', 'r-flood'],
      SecurityRuleDescription: 'HTTP flood',
      BotScore: 3,
      BotTags: ['scraper'],
      BotDetectionIDs: [33554817, 33554818],
      JSDetectionPassed: 'missing',
      WAFAttackScore: 12,
      RequestHeaders: { 'accept-language': 'de' },
      Cookies: { session: 'x' },
      ZoneName: 'acme.example',
    });
    const columns =
      't, units, bytes, weight, disposition, source_as_name, rule_name, source_ip, source_asn, source_country, source_port, host, zone, path, query, method, http_version, user_agent, referer, request_bytes, status, origin_status, origin_ms, cache_status, data_centre, ja3, ja4, action, mitigation_system, rule, bot_score, bot_tags[1] as tag, bot_detections[2] as detection, js_detection, waf_score, headers, cookies';
    const rows = await ingestFiles({ files: { 'a.log': ndjson(full) } }, (dataset) =>
      dataset.engine.query(`select ${columns} from http_requests`),
    );
    expect(rows).toEqual([
      {
        t: AT,
        units: 1,
        bytes: 1000,
        weight: 1,
        disposition: 'blocked',
        source_as_name: null,
        rule_name: 'HTTP flood',
        source_ip: '203.0.113.9',
        source_asn: '64500',
        source_country: 'DE',
        source_port: '51000',
        host: 'shop.acme.example',
        zone: 'acme.example',
        path: '/search',
        query: 'q=a?b',
        method: 'GET',
        http_version: 'HTTP/2',
        user_agent: '-bot/1.0 {"x":1}',
        referer: 'https://acme.example/',
        request_bytes: 512,
        status: '200',
        origin_status: '502',
        origin_ms: 840,
        cache_status: 'dynamic',
        data_centre: 'FRA',
        ja3: 'e7d705a3286e19ea42f587b344ee6865',
        ja4: 't13d1516h2_8daaf6152771_b186095e22b6',
        action: 'block',
        mitigation_system: 'ddos-managed',
        rule: 'r-flood',
        bot_score: 3,
        tag: 'scraper',
        detection: '33554818',
        js_detection: 'missing',
        waf_score: 12,
        headers: '{"accept-language":"de"}',
        cookies: '{"session":"x"}',
      },
    ]);
  });

  it('keeps what it does not know unknown: empty texts, ports 0, answers of no origin, countries of nobody', async () => {
    const rows = await columnsOf(
      'source_asn, source_port, source_country, path, user_agent, ja4, status, origin_status, origin_ms, bot_score, disposition, mitigation_system, rule',
      request({
        ClientASN: 0,
        ClientSrcPort: 0,
        ClientCountry: 'XX',
        ClientRequestPath: '',
        ClientRequestUserAgent: '',
        JA4: '',
        EdgeResponseStatus: 0,
        OriginResponseStatus: 0,
        OriginResponseDurationMs: 0,
        BotScore: 0,
      }),
    );
    const [row] = rows;
    expect(row?.disposition).toBe('unknown');
    expect(Object.entries(row ?? {}).filter(([name, value]) => name !== 'disposition' && value !== null)).toEqual([]);
  });

  it('reads the nanoseconds of older exports as milliseconds of the origin', async () => {
    const rows = await columnsOf('origin_ms', request({ OriginResponseStatus: 200, OriginResponseTime: 123_000_000 }));
    expect(rows).toEqual([{ origin_ms: 123 }]);
  });
});

describe('what was done with a request', () => {
  it.each([
    [{ SecurityAction: 'managedChallenge', SecuritySources: ['firewallCustom'] }, 'challenged', 'waf-custom'],
    [{ SecurityAction: 'block', SecuritySources: ['rateLimit'] }, 'rate_limited', 'rate-limiting'],
    [{ SecurityAction: 'challengeSolved', SecuritySources: ['botManagement'] }, 'passed', 'bot-management'],
    [{ SecurityAction: 'log', SecuritySources: ['firewallManaged'] }, 'logged', 'waf-managed'],
    [{ SecurityAction: '', SecurityActions: [], SecuritySources: [] }, 'passed', null],
    [{ SecurityAction: '', SecurityActions: ['log'], SecuritySources: ['firewallManaged'] }, 'logged', 'waf-managed'],
    [{ SecurityActions: ['log', 'block', 'skip'], SecuritySources: ['ip', 'l7ddos', 'ip'] }, 'blocked', 'ddos-managed'],
    [{ SecurityActions: [], SecuritySources: [] }, 'passed', null],
    [{ SecurityAction: 'somethingNew', SecuritySources: ['somethingElse'] }, 'unknown', 'other'],
    [{ WAFAction: 'drop' }, 'blocked', 'waf-managed'],
    [{ WAFAction: 'unknown' }, 'unknown', null],
    [{ EdgeRateLimitAction: 'ban', WAFAction: 'unknown' }, 'rate_limited', 'rate-limiting'],
    [
      { FirewallMatchesActions: ['simulate', 'jschallenge'], FirewallMatchesSources: ['waf', 'uaBlock'] },
      'challenged',
      'waf-custom',
    ],
    [{ FirewallMatchesActions: [], FirewallMatchesSources: [], WAFAction: 'unknown' }, 'passed', null],
    [{}, 'unknown', null],
  ])('%j is %s by %s', async (fields, disposition, system) => {
    expect(await columnsOf('disposition, mitigation_system', request(fields))).toEqual([
      { disposition, mitigation_system: system },
    ]);
  });

  it.each([
    [
      {
        SecurityActions: ['log', 'block'],
        SecuritySources: ['firewallCustom', 'rateLimit'],
        SecurityRuleIDs: ['r-log', 'r-limit'],
      },
      'logged\twaf-custom\tlog\tr-log\nrate_limited\trate-limiting\tblock\tr-limit',
    ],
    [{ SecurityActions: ['block'], SecuritySources: ['l7ddos'], SecurityRuleIDs: ['r-flood'] }, null],
    [{ SecurityActions: ['log', 'block'], SecuritySources: ['l7ddos', 'ip'], SecurityRuleIDs: ['r-flood'] }, null],
    [
      { FirewallMatchesActions: ['simulate', 'jsChallenge'], FirewallMatchesRuleIDs: ['r-1', 'r-2'] },
      'logged\t\tsimulate\tr-1\nchallenged\t\tjschallenge\tr-2',
    ],
    [{ SecurityRuleIDs: [], SecurityActions: [] }, null],
  ])('keeps every rule that the request met where the log lists several: %j', async (fields, matches) => {
    expect(await columnsOf('rule_matches', request(fields))).toEqual([{ rule_matches: matches }]);
  });

  it('is not told by the status: a 403 of the application passed', async () => {
    expect(await columnsOf('disposition', request({ EdgeResponseStatus: 403, SecurityAction: '' }))).toEqual([
      { disposition: 'passed' },
    ]);
  });
});

describe('the account of all requests', () => {
  it('leaves out what the edge asked for by itself, and says how much', async () => {
    const files = {
      'a.log': ndjson(
        request({ RayID: 'a1', ClientRequestSource: 'eyeball' }),
        request({ RayID: 'a2', ClientRequestSource: 'edgeWorkerFetch' }),
        request({ RayID: 'a3', ClientRequestSource: 'orangeToOrange' }),
        request({ RayID: 'a4', ClientRequestSource: '' }),
      ),
      'old.log': ndjson(
        request({ RayID: 'b1', WorkerSubrequest: false, ParentRayID: '00' }),
        request({ RayID: 'b2', WorkerSubrequest: true, ParentRayID: 'b1' }),
      ),
    };
    await ingestFiles({ files: { 'old.log': files['old.log'] } }, (dataset) => {
      expect(sourceOf(dataset, 'http_requests').rows).toBe(1);
    });
    await ingestFiles({ files: { 'a.log': files['a.log'] } }, (dataset) => {
      expect(sourceOf(dataset, 'http_requests').rows).toBe(3);
      expect(dataset.inputs[0]?.records).toBe(4);
      expect(dataset.warnings).toEqual([
        expect.objectContaining({
          code: 'subrequests-left-out',
          input: 'in1',
          message: expect.stringMatching(/^a\.log: 1 request was/),
        }),
      ]);
    });
  });

  it('weighs each record by the sampling of the job and of the record', async () => {
    const files = {
      'tenth.log': ndjson(request({ RayID: 'a1' }), request({ RayID: 'a2', SampleInterval: 4 })),
      'all.log': ndjson(request({ RayID: 'b1', SampleInterval: 1 })),
    };
    await ingestFiles({ files, inputs: { 'tenth.log': { sampleRate: 0.1 } } }, async (dataset) => {
      expect(await rowsOf(dataset, 'http_requests', 'units, bytes, weight')).toEqual([
        { units: 1, bytes: 1000, weight: 1 },
        { units: 10, bytes: 10_000, weight: 10 },
        { units: 40, bytes: 40_000, weight: 40 },
      ]);
      expect(sourceOf(dataset, 'http_requests')).toMatchObject({ kind: 'estimated', sampling: { min: 1, max: 40 } });
    });
  });

  it('describes itself by what it really holds', async () => {
    await ingestFiles(
      { files: { 'a.log': ndjson(request({ RayID: 'a1', ClientCountry: '' }), request({ RayID: 'a2' })) } },
      (dataset) => {
        expect(dataset.sources).toEqual([
          {
            id: 'http_requests',
            layer: 'http',
            relation: 'http_requests',
            label: 'Cloudflare Logpush http_requests',
            unit: 'requests',
            kind: 'counted',
            sampling: { min: 1, max: 1 },
            intervalMs: 0,
            window: { start: AT, end: AT + 1 },
            rows: 2,
            dimensions: ['source_ip', 'source_prefix', 'host', 'status'],
            prefixesFromAddresses: true,
            details: ['ray'],
            knowsDisposition: false,
            hasBytes: true,
            evidence: ['in1'],
            role: 'primary',
            holds: 'all',
          },
        ]);
        expect(dataset.inputs).toEqual([
          expect.objectContaining({
            id: 'in1',
            path: 'a.log',
            formats: ['logpush/http_requests'],
            records: 2,
            rejected: 0,
            duplicates: 0,
            window: { start: AT, end: AT + 1 },
          }),
        ]);
      },
    );
  });
});

describe('records that came twice', () => {
  it('are counted once, by their ray, wherever they stand', async () => {
    const one = request({ RayID: 'a1' });
    const files = {
      'a.log': ndjson(one, request({ RayID: 'a2' }), one),
      'b.log.gz': gzipSync(ndjson(one, request({ RayID: 'a3' }))),
    };
    await ingestFiles({ files }, async (dataset) => {
      expect(await rowsOf(dataset, 'http_requests', 'ray')).toEqual([{ ray: 'a1' }, { ray: 'a2' }, { ray: 'a3' }]);
      expect(dataset.inputs.map((input) => [input.records, input.duplicates])).toEqual([
        [3, 1],
        [2, 1],
      ]);
      expect(dataset.warnings.map(({ code, input }) => [code, input])).toEqual([
        ['duplicates-removed', 'in1'],
        ['duplicates-removed', 'in2'],
      ]);
    });
  });

  it('are not guessed where records have no ray: two equal ones are two', async () => {
    await ingestFiles({ files: { 'a.log': ndjson(request(), request()) } }, (dataset) => {
      expect(sourceOf(dataset, 'http_requests').rows).toBe(2);
      expect(dataset.warnings).toEqual([]);
    });
  });

  it('as a whole file are one file, also without rays and under another name', async () => {
    const content = ndjson(request(), request());
    await ingestFiles({ files: { 'a.log': content, 'copy of a.log': content } }, (dataset) => {
      expect(sourceOf(dataset, 'http_requests')).toMatchObject({ rows: 2, evidence: ['in1'] });
      expect(dataset.inputs.map((input) => [input.id, input.records, input.duplicates])).toEqual([
        ['in1', 2, 0],
        ['in2', 2, 2],
      ]);
      expect(dataset.warnings).toEqual([
        expect.objectContaining({ code: 'duplicates-removed', message: expect.stringContaining('same file as a.log') }),
      ]);
    });
  });
});

describe('the period of the report', () => {
  it('cuts off what lies outside, says so, and still shows the extent of the file', async () => {
    const files = {
      'a.log': ndjson(
        request({ EdgeStartTimestamp: AT - 1 }),
        request({ EdgeStartTimestamp: AT }),
        request({ EdgeStartTimestamp: AT + 59_999 }),
        request({ EdgeStartTimestamp: AT + 60_000 }),
      ),
    };
    await ingestFiles({ files, window: { start: AT, end: AT + 60_000 } }, (dataset) => {
      expect(sourceOf(dataset, 'http_requests')).toMatchObject({ rows: 2, window: { start: AT, end: AT + 60_000 } });
      expect(dataset.inputs[0]?.window).toEqual({ start: AT - 1, end: AT + 60_001 });
      expect(dataset.warnings).toEqual([
        expect.objectContaining({ code: 'outside-window', message: expect.stringMatching(/^a\.log: 2 records lie/) }),
      ]);
    });
  });
});
