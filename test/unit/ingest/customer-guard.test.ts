import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { guardClaims, Ownership } from '../../../src/ingest/customer-guard.ts';
import { acme, ingestFiles, ndjson, sourceOf } from '../../support/ingest-case.ts';

const request = (host: string | undefined, fields: object = {}) => ({
  EdgeStartTimestamp: '2026-11-17T14:03:20Z',
  ...(host !== undefined && { ClientRequestHost: host }),
  ...fields,
});

const packet = (destination: string, fields: object = {}) => ({
  Datetime: '2026-11-17T14:03:20Z',
  IPSourceAddress: '198.51.100.7',
  IPDestinationAddress: destination,
  IPTotalLength: 60,
  SampleInterval: 100,
  Outcome: 'drop',
  ...fields,
});

describe('what a customer owns', () => {
  const ownership = new Ownership(acme);

  it.each([
    ['acme.example', true],
    ['shop.acme.example', true],
    ['SHOP.Acme.Example.', true],
    ['shop.acme.example:8443', true],
    ['acme-pay.example', true],
    ['www.acme-pay.example', false],
    ['evilacme.example', false],
    ['acme.example.globex.example', false],
    ['globex.example', false],
    ['acme.example/.globex.example', false],
    ['acme.example#.globex.example', false],
    ['acme.example?globex.example', false],
    ['glo%62ex.example', false],
    ['<b>/"\u202E.acme.example', true],
    ['b\u00fccher.acme.example', true],
    ['192.0.2.10', true],
    ['198.51.100.1', false],
    ['[2001:db8:aa::1]', true],
    ['', false],
  ])('of hosts: %s is %s', (host, owned) => {
    expect(ownership.owns('host', host)).toBe(owned);
  });

  it.each([
    ['192.0.2.0', true],
    ['192.0.2.255', true],
    ['192.0.3.0', false],
    ['192.0.2.0/24', true],
    ['192.0.2.128/25', true],
    ['192.0.0.0/16', false],
    ['::ffff:192.0.2.9', true],
    ['2001:DB8:AA:0::9', true],
    ['2001:db8:aa::/48', true],
    ['2001:db8::/32', false],
    ['2001:db8:ab::1', false],
    ['192.0.2', false],
    ['0xC0000201', false],
    ['not an address', false],
  ])('of addresses: %s is %s', (address, owned) => {
    expect(ownership.owns('address', address)).toBe(owned);
  });

  it('of ids: exactly those that are listed', () => {
    expect(ownership.owns('account', '5f1d0c9a')).toBe(true);
    expect(ownership.owns('account', '5f1d0c9')).toBe(false);
    expect(ownership.owns('zone', '5f1d0c9a')).toBe(true);
    expect(ownership.owns('zone', 'acme.example')).toBe(true);
    expect(ownership.owns('application', 'cluster-1')).toBe(true);
    expect(ownership.owns('application', 'cluster-2')).toBe(false);
  });

  it('in names of other alphabets is compared in one form', () => {
    const customer = new Ownership({ ...acme, zones: ['bücher.example'] });
    expect(customer.owns('host', 'shop.xn--bcher-kva.example')).toBe(true);
    expect(customer.owns('host', 'shop.BÜCHER.example')).toBe(true);
    expect(customer.owns('host', 'bucher.example')).toBe(false);
  });

  it('is nothing when nothing is listed', () => {
    const nobody = new Ownership({ ...acme, zones: [], hosts: [], prefixes: [], accounts: [], applications: [] });
    expect(nobody.owns('host', 'shop.acme.example')).toBe(false);
    expect(nobody.owns('address', '192.0.2.1')).toBe(false);
  });
});

describe('one foreign record', () => {
  it('among ten thousand refuses the report, with its line and without naming the other customer', async () => {
    const records = Array.from({ length: 10_000 }, (_, i) => request('shop.acme.example', { RayID: `r${i}` }));
    records.splice(7_776, 0, request('www.globex.example', { RayID: 'foreign' }));
    const ours = ndjson(request('acme.example'));
    const refused = ingestFiles({ files: { 'a.log': ours, 'b.log': gzipSync(ndjson(...records)) } }, () => undefined);
    await expect(refused).rejects.toMatchObject({
      code: 'input-foreign',
      where: { file: 'b.log', line: 7777 },
      message: "The host w….g….example is not the customer's.",
    });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('globex') });
  });

  it('is refused also where its ray id repeats one of ours, so that it would be dropped as a copy', async () => {
    const ours = [request('shop.acme.example', { RayID: 'r1' }), request('shop.acme.example', { RayID: 'r2' })];
    const theirs = request('www.globex.example', { RayID: 'r1' });
    await expect(
      ingestFiles({ files: { 'a.log': ndjson(...ours), 'b.log': ndjson(ours[1] ?? {}, theirs) } }, () => undefined),
    ).rejects.toMatchObject({ code: 'input-foreign', where: { file: 'b.log', line: 2 } });
  });

  it('is refused also where another fault of it would leave it out', async () => {
    const ours = Array.from({ length: 300 }, (_, i) => request('shop.acme.example', { RayID: `r${i}` }));
    const theirs = request('www.globex.example', { EdgeStartTimestamp: 'yesterday' });
    await expect(
      ingestFiles({ files: { 'a.log': ndjson(...ours.slice(0, 200), theirs, ...ours.slice(200)) } }, () => undefined),
    ).rejects.toMatchObject({ code: 'input-foreign', where: { file: 'a.log', line: 201 } });
  });

  it('is refused also where the field that tells stands in one line far behind the beginning', async () => {
    const ours = Array.from({ length: 900 }, (_, i) => request('shop.acme.example', { RayID: `r${i}` }));
    const theirs = request('shop.acme.example', { RayID: 'r900', ZoneName: 'globex.example' });
    await expect(
      ingestFiles({ files: { 'a.log': ndjson(...ours.slice(0, 700), theirs, ...ours.slice(700)) } }, () => undefined),
    ).rejects.toMatchObject({ code: 'input-foreign', where: { file: 'a.log', line: 701 } });
  });

  it('is refused also outside the period of the report', async () => {
    await expect(
      ingestFiles(
        {
          files: {
            'a.log': ndjson(
              request('acme.example'),
              request('globex.example', { EdgeStartTimestamp: '2026-11-01T00:00:00Z' }),
            ),
          },
          window: { start: Date.UTC(2026, 10, 17), end: Date.UTC(2026, 10, 18) },
        },
        () => undefined,
      ),
    ).rejects.toMatchObject({ code: 'input-foreign', where: { file: 'a.log', line: 2 } });
  });

  it('of packets is told by the destination, of IPv4 and IPv6', async () => {
    await expect(
      ingestFiles({ files: { 'a.log': ndjson(packet('192.0.2.1'), packet('192.0.3.1')) } }, () => undefined),
    ).rejects.toMatchObject({
      code: 'input-foreign',
      where: { line: 2 },
      message: expect.stringContaining('192.0.x.x'),
    });
    await expect(
      ingestFiles({ files: { 'a.log': ndjson(packet('2001:db8:aa::1'), packet('2001:DB8:AB::1')) } }, () => undefined),
    ).rejects.toMatchObject({
      code: 'input-foreign',
      where: { line: 2 },
      message: expect.stringContaining('2001:DB8:…'),
    });
  });

  it('is told with its line where a key stands twice', async () => {
    const twice = JSON.stringify(request('acme.example')).replace('{', '{"ClientRequestHost":"Globex.example",');
    await expect(
      ingestFiles({ files: { 'a.log': `${ndjson(request('acme.example'))}${twice}\n` } }, () => undefined),
    ).rejects.toMatchObject({ code: 'input-foreign', where: { file: 'a.log', line: 2 } });
  });

  it.each([
    ['526503649', '5265…'],
    ['198.51.100.7', '198.51.x.x'],
    ['2001:db8:ab::1', '2001:db8:…'],
  ])('names no more of a zone %s than its owner needs', async (ZoneID, shown) => {
    await expect(
      ingestFiles({ files: { 'a.log': ndjson(request('acme.example', { ZoneID })) } }, () => undefined),
    ).rejects.toMatchObject({ message: `The zone ${shown} is not the customer's.` });
  });

  it('of packets that leave is told by the source', async () => {
    const leaves = packet('198.51.100.1', { Direction: 'egress', IPSourceAddress: '192.0.2.10' });
    await ingestFiles(
      { files: { 'a.log': ndjson(packet('192.0.2.1', { Direction: 'ingress' }), leaves) } },
      (dataset) => {
        expect(sourceOf(dataset, 'network_analytics_logs').rows).toBe(1);
      },
    );
    const foreign = packet('192.0.2.1', { Direction: 'egress', IPSourceAddress: '198.51.100.1' });
    await expect(ingestFiles({ files: { 'a.log': ndjson(leaves, foreign) } }, () => undefined)).rejects.toMatchObject({
      code: 'input-foreign',
      where: { line: 2 },
    });
  });

  it('is refused by a zone that is not the customer’s, whatever the host says', async () => {
    await expect(
      ingestFiles(
        { files: { 'a.log': ndjson(request('acme.example', { ZoneName: 'globex.example' })) } },
        () => undefined,
      ),
    ).rejects.toMatchObject({ code: 'input-foreign', hint: expect.stringContaining('`zones:` or `hosts:`') });
  });

  it('of a hidden kind, in the middle of another log, is refused too', async () => {
    const event = {
      Datetime: 1_794_924_200,
      Action: 'block',
      Source: 'waf',
      RayID: 'f1',
      ClientRequestHost: 'globex.example',
    };
    const records = Array.from({ length: 600 }, (_, i) => request('acme.example', { RayID: `r${i}` }));
    await expect(ingestFiles({ files: { 'a.log': ndjson(...records, event) } }, () => undefined)).rejects.toMatchObject(
      { code: 'input-foreign', where: { line: 601 } },
    );
  });
});

describe('a record without label', () => {
  it('is refused, by the first line that has none', async () => {
    await expect(
      ingestFiles(
        { files: { 'a.log': ndjson(request('acme.example'), request(undefined), request('')) } },
        () => undefined,
      ),
    ).rejects.toMatchObject({
      code: 'input-foreign',
      where: { file: 'a.log', line: 2 },
      message: expect.stringContaining('ClientRequestHost or ZoneName'),
    });
    await expect(ingestFiles({ files: { 'a.log': ndjson(packet('')) } }, () => undefined)).rejects.toMatchObject({
      code: 'input-foreign',
      message: expect.stringContaining('IPDestinationAddress'),
    });
  });

  it('of a host is taken when its zone is the customer’s', async () => {
    await ingestFiles({ files: { 'a.log': ndjson(request('', { ZoneName: 'acme.example' })) } }, (dataset) => {
      expect(sourceOf(dataset, 'http_requests').rows).toBe(1);
    });
  });
});

describe('claims of documents', () => {
  const claim = (value: string, line?: number) => ({
    kind: 'host' as const,
    value,
    inputId: 'in2',
    ...(line && { line }),
  });

  it('are refused at the first place that is foreign, all foreign values told', () => {
    const claims = [claim('shop.acme.example', 3), claim('a.globex.example', 7), claim('b.globex.example', 9)];
    expect(() => guardClaims(claims, new Ownership(acme), () => 'graphql.json')).toThrow(
      expect.objectContaining({
        code: 'input-foreign',
        where: { file: 'graphql.json', line: 7 },
        message: "The host a….g….example, b….g….example is not the customer's.",
      }),
    );
    expect(() => guardClaims(claims.slice(0, 1), new Ownership(acme), () => '')).not.toThrow();
  });
});
