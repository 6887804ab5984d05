import { describe, expect, it } from 'vitest';
import { ingestFiles, ndjson, rowsOf, sourceOf } from '../../support/ingest-case.ts';

const AT = Date.UTC(2026, 10, 17, 14, 3, 20);

describe('network_analytics_logs', () => {
  const packet = (fields: object = {}) => ({
    Datetime: '2026-11-17T14:03:20Z',
    IPSourceAddress: '198.51.100.7',
    IPDestinationAddress: '192.0.2.10',
    IPProtocolName: 'UDP',
    IPTotalLength: 1200,
    SampleInterval: 1000,
    Outcome: 'drop',
    Direction: 'ingress',
    ...fields,
  });

  it('stand for as many packets as their own sample interval says', async () => {
    const files = { 'a.log': ndjson(packet(), packet({ SampleInterval: 10_000, IPTotalLength: 60, Outcome: 'pass' })) };
    await ingestFiles({ files }, async (dataset) => {
      expect(await rowsOf(dataset, 'network_analytics_logs', 'units, bytes, weight, disposition')).toEqual([
        { units: 1000, bytes: 1_200_000, weight: 1000, disposition: 'blocked' },
        { units: 10_000, bytes: 600_000, weight: 10_000, disposition: 'passed' },
      ]);
      expect(sourceOf(dataset, 'network_analytics_logs')).toMatchObject({
        layer: 'network',
        unit: 'packets',
        kind: 'estimated',
        sampling: { min: 1000, max: 10_000 },
        role: 'primary',
      });
    });
  });

  it('are scaled by the sampling of the job on top', async () => {
    await ingestFiles(
      { files: { 'a.log': ndjson(packet()) }, inputs: { 'a.log': { sampleRate: 0.5 } } },
      async (dataset) => {
        expect(await rowsOf(dataset, 'network_analytics_logs', 'units, bytes')).toEqual([
          { units: 2000, bytes: 2_400_000 },
        ]);
      },
    );
  });

  it('say what was done by their outcome, not by what a system thought', async () => {
    await ingestFiles({ files: { 'a.log': ndjson(packet({ Outcome: 'pass', Verdict: 'drop' })) } }, async (dataset) => {
      expect(await rowsOf(dataset, 'network_analytics_logs', 'disposition, verdict')).toEqual([
        { disposition: 'passed', verdict: 'drop' },
      ]);
    });
  });

  it('take the length of the packet, not what an inner header claims', async () => {
    await ingestFiles(
      { files: { 'a.log': ndjson(packet({ IPTotalLength: 1500, UDPPayloadLength: 45_434, SampleInterval: 1 })) } },
      async (dataset) => {
        expect(await rowsOf(dataset, 'network_analytics_logs', 'bytes')).toEqual([{ bytes: 1500 }]);
      },
    );
  });

  it('that left the customer are not traffic to it', async () => {
    const out = packet({ Direction: 'Egress', IPSourceAddress: '192.0.2.10', IPDestinationAddress: '198.51.100.7' });
    await ingestFiles({ files: { 'a.log': ndjson(packet(), out) } }, (dataset) => {
      expect(sourceOf(dataset, 'network_analytics_logs').rows).toBe(1);
      expect(dataset.warnings.map(({ code }) => code)).toEqual(['egress-left-out']);
    });
  });

  it('are read under the names of the old and of the new schema, in one file', async () => {
    const old = packet({
      IPTtl: 240,
      SourceASN: 64500,
      SourceASNDescription: 'Example Net',
      ColoName: 'FRA',
      TCPFlags: 18,
    });
    const now = packet({
      IPTTL: 64,
      SourceASN: 64501,
      SourceASNName: 'Other Net',
      ColoCode: 'SJC',
      ColoCountry: 'us',
      TCPFlags: 2,
      TCPFlagsString: 'SYN',
      IPProtocolName: '',
      IPProtocol: 6,
      AttackVector: 'SYN flood',
      AttackID: 'a-1',
      AttackCampaignID: 'c-1',
      MitigationSystem: 'flowtrackd',
      RuleID: 'r-1',
      RuleName: 'Out of state',
      DNSQueryName: 'WwW.AcMe.Example.',
      SourcePort: 0,
      DestinationPort: 443,
    });
    const columns =
      'ttl, source_as_name, data_centre, data_centre_country, tcp_flags, transport, vector, attack_id, campaign_id, mitigation_system, rule, rule_name, query_name, source_port, destination_port';
    await ingestFiles({ files: { 'a.log': ndjson(old, now) } }, async (dataset) => {
      const rows = await dataset.engine.query(`select ${columns} from network_analytics_logs order by ttl`);
      expect(rows).toEqual([
        {
          ttl: 64,
          source_as_name: 'Other Net',
          data_centre: 'SJC',
          data_centre_country: 'US',
          tcp_flags: 'SYN',
          transport: 'tcp',
          vector: 'SYN flood',
          attack_id: 'a-1',
          campaign_id: 'c-1',
          mitigation_system: 'advanced-tcp-protection',
          rule: 'r-1',
          rule_name: 'Out of state',
          query_name: 'www.acme.example',
          source_port: null,
          destination_port: '443',
        },
        {
          ttl: 240,
          source_as_name: 'Example Net',
          data_centre: 'FRA',
          data_centre_country: null,
          tcp_flags: 'SYN ACK',
          transport: 'udp',
          vector: null,
          attack_id: null,
          campaign_id: null,
          mitigation_system: null,
          rule: null,
          rule_name: null,
          query_name: null,
          source_port: null,
          destination_port: null,
        },
      ]);
    });
  });

  it('cannot be used without the sample interval', async () => {
    const { SampleInterval: _, ...unscaled } = packet();
    await expect(ingestFiles({ files: { 'a.log': ndjson(unscaled) } }, () => undefined)).rejects.toMatchObject({
      code: 'input-invalid',
      where: { file: 'a.log', field: 'SampleInterval' },
    });
  });

  it('that are equal are two samples at a whole second, and one record at a fine time', async () => {
    const fine = packet({ Datetime: '1794924200123456789' });
    await ingestFiles({ files: { 'a.log': ndjson(packet(), packet(), fine, fine) } }, (dataset) => {
      expect(sourceOf(dataset, 'network_analytics_logs').rows).toBe(3);
      expect(dataset.inputs[0]?.duplicates).toBe(1);
    });
  });
});

describe('firewall_events', () => {
  const event = (fields: object = {}) => ({
    Datetime: '2026-11-17T14:03:20Z',
    Action: 'block',
    Source: 'firewallManaged',
    RuleID: 'r-1',
    RayID: 'ray-1',
    MatchIndex: 0,
    ClientIP: '203.0.113.9',
    ClientRequestHost: 'shop.acme.example',
    ...fields,
  });

  it('count each request once, by the match that ended it', async () => {
    const files = {
      'a.log': ndjson(
        event({ MatchIndex: 1, Action: 'log', RuleID: 'r-0' }),
        event(),
        event({ RayID: 'ray-2', Action: 'managedchallenge', Source: 'l7ddos' }),
      ),
    };
    await ingestFiles({ files }, async (dataset) => {
      expect(await rowsOf(dataset, 'firewall_events', 'ray, rule, disposition, mitigation_system')).toEqual([
        { ray: 'ray-1', rule: 'r-1', disposition: 'blocked', mitigation_system: 'waf-managed' },
        { ray: 'ray-2', rule: 'r-1', disposition: 'challenged', mitigation_system: 'ddos-managed' },
      ]);
      expect(await dataset.engine.query('select count(*) as n from security_event')).toEqual([{ n: 3 }]);
    });
  });

  it('keep every rule that a request met beside the one that ended it, but not in a sample', async () => {
    const files = {
      'a.log': ndjson(
        event({ MatchIndex: 1, Action: 'log', RuleID: 'r-0' }),
        event(),
        event({ RayID: 'ray-2', Source: 'rateLimit' }),
      ),
    };
    await ingestFiles({ files }, async (dataset) => {
      expect(await rowsOf(dataset, 'firewall_events', 'ray, rule_matches')).toEqual([
        { ray: 'ray-1', rule_matches: 'blocked\twaf-managed\tblock\tr-1\nlogged\twaf-managed\tlog\tr-0' },
        { ray: 'ray-2', rule_matches: null },
      ]);
      expect(sourceOf(dataset, 'firewall_events').details).toContain('rule_matches');
    });
    await ingestFiles({ files, inputs: { 'a.log': { sampleRate: 0.1 } } }, async (dataset) => {
      expect(await rowsOf(dataset, 'firewall_events', 'ray, rule_matches')).toEqual([
        { ray: 'ray-1', rule_matches: null },
        { ray: 'ray-2', rule_matches: null },
      ]);
      expect(sourceOf(dataset, 'firewall_events').details).not.toContain('rule_matches');
    });
  });

  it('count a request whose last match is missing by the match that is there, but not in a sample', async () => {
    const files = {
      'a.log': ndjson(event({ MatchIndex: 2, RuleID: 'r-9' }), event({ MatchIndex: 1 }), event({ RayID: 'ray-2' })),
    };
    await ingestFiles({ files }, async (dataset) => {
      expect(await rowsOf(dataset, 'firewall_events', 'ray, match_index')).toEqual([
        { ray: 'ray-1', match_index: 1 },
        { ray: 'ray-2', match_index: 0 },
      ]);
    });
    await ingestFiles({ files, inputs: { 'a.log': { sampleRate: 0.1 } } }, async (dataset) => {
      expect(await rowsOf(dataset, 'firewall_events', 'ray, units')).toEqual([{ ray: 'ray-2', units: 10 }]);
    });
  });

  it('do not call a skip a block because the answer was 403', async () => {
    await ingestFiles(
      { files: { 'a.log': ndjson(event({ Action: 'skip', Source: 'l7ddos', EdgeResponseStatus: 403 })) } },
      async (dataset) => {
        expect(await rowsOf(dataset, 'firewall_events', 'disposition, status')).toEqual([
          { disposition: 'passed', status: '403' },
        ]);
      },
    );
  });

  it('name a rule without description by its message', async () => {
    await ingestFiles(
      { files: { 'a.log': ndjson(event({ Description: '', Metadata: { rule_message: 'SQL injection' } })) } },
      async (dataset) => {
        expect(await rowsOf(dataset, 'firewall_events', 'rule_name')).toEqual([{ rule_name: 'SQL injection' }]);
      },
    );
  });

  it('give detail where all requests are known, and totals only where they are not', async () => {
    const requests = ndjson({
      EdgeStartTimestamp: '2026-11-17T14:03:20Z',
      ClientRequestHost: 'shop.acme.example',
      RayID: 'ray-1',
    });
    await ingestFiles({ files: { 'fw.log': ndjson(event()), 'http.log': requests } }, (dataset) => {
      expect(dataset.sources.map(({ id, role }) => [id, role])).toEqual([
        ['http_requests', 'primary'],
        ['firewall_events', 'detail'],
      ]);
    });
    await ingestFiles({ files: { 'fw.log': ndjson(event()) } }, (dataset) => {
      expect(dataset.sources.map(({ id, role }) => [id, role])).toEqual([['firewall_events', 'primary']]);
    });
  });
});

describe('spectrum_events', () => {
  const connection = (fields: object = {}) => ({
    Timestamp: '2026-11-17T14:03:20Z',
    Event: 'connect',
    Application: '7d3e51',
    ClientIP: '203.0.113.9',
    ClientPort: 40_456,
    ClientProto: 'tcp',
    ClientBytes: 0,
    OriginBytes: 0,
    OriginIP: '192.0.2.20',
    OriginPort: 3389,
    DisconnectTimestamp: '1970-01-01T00:00:00Z',
    ...fields,
  });

  it('count a connection when it begins or is turned away, and its bytes when it ends', async () => {
    const files = {
      'a.log': ndjson(
        connection({ ClientBytes: 10 }),
        connection({ Event: 'disconnect', ClientBytes: 5000, Timestamp: '2026-11-17T14:03:30Z' }),
        connection({ Event: 'clientFiltered', ClientPort: 40_457, Timestamp: '2026-11-17T14:03:40Z' }),
        connection({ Event: 'tlsError', Timestamp: '2026-11-17T14:03:50Z' }),
      ),
    };
    await ingestFiles({ files }, async (dataset) => {
      expect(await rowsOf(dataset, 'spectrum_events', 'event, units, bytes, disposition, mitigation_system')).toEqual([
        { event: 'connect', units: 1, bytes: null, disposition: 'passed', mitigation_system: null },
        { event: 'disconnect', units: 0, bytes: 5000, disposition: 'passed', mitigation_system: null },
        { event: 'clientfiltered', units: 1, bytes: null, disposition: 'blocked', mitigation_system: 'spectrum' },
        { event: 'tlserror', units: 0, bytes: null, disposition: 'unknown', mitigation_system: null },
      ]);
      expect(sourceOf(dataset, 'spectrum_events')).toMatchObject({ unit: 'connections', layer: 'network' });
    });
  });

  it('belong to the customer by the application or by the origin', async () => {
    await ingestFiles(
      { files: { 'a.log': ndjson(connection({ Application: 'unlisted' }), connection({ OriginIP: '198.51.100.1' })) } },
      (dataset) => {
        expect(sourceOf(dataset, 'spectrum_events').rows).toBe(2);
      },
    );
    await expect(
      ingestFiles(
        { files: { 'a.log': ndjson(connection(), connection({ Application: 'unlisted', OriginIP: '198.51.100.1' })) } },
        () => undefined,
      ),
    ).rejects.toMatchObject({ code: 'input-foreign', where: { file: 'a.log', line: 2 } });
  });
});

describe('magic_ids_detections and dns_firewall_logs', () => {
  it('are read with their signatures and names', async () => {
    const files = {
      'ids.log': ndjson({
        Timestamp: '2026-11-17T14:03:20Z',
        Action: 'block',
        Protocol: 'TCP',
        SignatureID: 2_031_296,
        SignatureMessage: 'ET EXPLOIT attempt',
        SourceIP: '203.0.113.9',
        SourcePort: 44_667,
        DestinationIP: '192.0.2.10',
        DestinationPort: 80,
      }),
      'dns.log': ndjson({
        Timestamp: 1_794_924_200,
        QueryName: 'foO-BAR.AcMe.example.',
        QueryType: 65_280,
        QuerySize: 60,
        QueryTCP: false,
        SourceIP: '203.0.113.53',
        ClusterID: 'cluster-1',
        ResponseCached: true,
      }),
    };
    await ingestFiles({ files }, async (dataset) => {
      expect(
        await rowsOf(
          dataset,
          'magic_ids_detections',
          't, rule, rule_name, disposition, transport, destination_port, mitigation_system',
        ),
      ).toEqual([
        {
          t: AT,
          rule: '2031296',
          rule_name: 'ET EXPLOIT attempt',
          disposition: 'blocked',
          transport: 'tcp',
          destination_port: '80',
          mitigation_system: 'ids',
        },
      ]);
      expect(
        await rowsOf(
          dataset,
          'dns_firewall_logs',
          't, query_name, query_type, transport, bytes, cache_status, application',
        ),
      ).toEqual([
        {
          t: AT,
          query_name: 'foo-bar.acme.example',
          query_type: 'TYPE65280',
          transport: 'udp',
          bytes: 60,
          cache_status: 'hit',
          application: 'cluster-1',
        },
      ]);
      expect(dataset.sources.map(({ id, role, unit }) => [id, role, unit])).toEqual([
        ['dns_firewall_logs', 'primary', 'queries'],
        ['magic_ids_detections', 'detail', 'events'],
      ]);
    });
  });
});
