import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type CaseFileContent, ingestFiles, ndjson, rowsOf, sourceOf } from '../../support/ingest-case.ts';

const AT = Date.UTC(2026, 10, 17, 14, 3, 20);

const request = (ray: string, fields: object = {}) => ({
  EdgeStartTimestamp: '2026-11-17T14:03:20Z',
  ClientRequestHost: 'shop.acme.example',
  RayID: ray,
  ...fields,
});

const event = { Datetime: AT, Action: 'block', Source: 'waf', RayID: 'f1', ClientRequestHost: 'shop.acme.example' };

describe('times', () => {
  it.each([
    ['2026-11-17T14:03:20Z'],
    ['2026-11-17T14:03:20.000000Z'],
    ['2026-11-17T15:03:20+01:00'],
    [1_794_924_200],
    ['1794924200'],
    [1_794_924_200_000],
    ['1794924200000000'],
    ['1794924200000000000'],
  ])('may be written as %s', async (written) => {
    await ingestFiles(
      { files: { 'a.log': ndjson(request('a1', { EdgeStartTimestamp: written })) } },
      async (dataset) => {
        expect(await rowsOf(dataset, 'http_requests', 't')).toEqual([{ t: AT }]);
        expect(dataset.warnings).toEqual([]);
      },
    );
  });

  it('without a zone are UTC, with a warning, or in the zone that the case file declares, without', async () => {
    const files = { 'a.log': ndjson(request('a1', { EdgeStartTimestamp: '2026-11-17 14:03:20' })) };
    await ingestFiles({ files }, async (dataset) => {
      expect(await rowsOf(dataset, 'http_requests', 't')).toEqual([{ t: AT }]);
      expect(dataset.warnings).toEqual([expect.objectContaining({ code: 'assumed-time-zone', input: 'in1' })]);
    });
    await ingestFiles({ files, inputs: { 'a.log': { timeZone: 'Asia/Kathmandu' } } }, async (dataset) => {
      expect(await rowsOf(dataset, 'http_requests', 't')).toEqual([{ t: AT - 20_700_000 }]);
      expect(dataset.warnings).toEqual([]);
    });
  });

  it('may differ from file to file, each with its own zone', async () => {
    await ingestFiles(
      {
        files: {
          'a.log': ndjson(request('a1', { EdgeStartTimestamp: '2026-11-17 15:03:20' })),
          'b.log': ndjson(request('b1', { EdgeStartTimestamp: '2026-11-17 09:03:20' })),
          'c.log.gz': gzipSync(ndjson(request('c1', { EdgeStartTimestamp: 1_794_924_200 }))),
        },
        inputs: { 'a.log': { timeZone: 'Europe/Berlin' }, 'b.log': { timeZone: 'America/New_York' } },
      },
      async (dataset) => {
        expect(await rowsOf(dataset, 'http_requests', 't, input')).toEqual([
          { t: AT, input: 1 },
          { t: AT, input: 2 },
          { t: AT, input: 3 },
        ]);
      },
    );
  });
});

describe('one and the same log', () => {
  const records = [request('a1', { EdgeResponseBytes: 5 }), request('a2', { EdgeResponseBytes: 7 })];
  const text = ndjson(...records);
  const csv =
    'EdgeStartTimestamp,ClientRequestHost,RayID,EdgeResponseBytes\n"2026-11-17T14:03:20Z",shop.acme.example,a1,5\n2026-11-17T14:03:20Z,"shop.acme.example","a2",7\n';

  it.each<[string, CaseFileContent]>([
    ['plain', text],
    ['without a final newline', text.trimEnd()],
    ['with CRLF', text.replaceAll('\n', '\r\n')],
    ['with blank lines', `\n${text.replace('\n', '\n\n   \n')}\n`],
    ['with a byte order mark', `\ufeff${text}`],
    ['gzipped', gzipSync(text)],
    ['gzipped with a byte order mark', gzipSync(`\ufeff${text}`)],
    ['in two gzip members', Buffer.concat([gzipSync(ndjson(records[0] ?? {})), gzipSync(ndjson(records[1] ?? {}))])],
    ['as a JSON array', JSON.stringify(records, null, 2)],
    ['as an array on one line', JSON.stringify(records)],
    ['in an envelope', JSON.stringify({ events: records })],
    ['as concatenated objects', records.map((record) => JSON.stringify(record, null, 2)).join('\n')],
    ['as CSV', csv],
    ['as CSV with tabs', csv.replaceAll(',', '\t')],
    ['as gzipped CSV with a byte order mark and CRLF', gzipSync(`\ufeff${csv.replaceAll('\n', '\r\n')}`)],
    ['with names in capitals', text.replace(/"(\w+)":/g, (name) => name.toUpperCase())],
    ['with names in small letters', text.replace(/"(\w+)":/g, (name) => name.toLowerCase())],
    [
      'with names that change on the way',
      ndjson(records[0] ?? {}) + ndjson(records[1] ?? {}).replace('RayID', 'rayid'),
    ],
  ])('%s is the same log', async (_how, content) => {
    await ingestFiles({ files: { 'a.bin': content } }, async (dataset) => {
      expect(await rowsOf(dataset, 'http_requests', 't, ray, host, bytes')).toEqual([
        { t: AT, ray: 'a1', host: 'shop.acme.example', bytes: 5 },
        { t: AT, ray: 'a2', host: 'shop.acme.example', bytes: 7 },
      ]);
      expect(dataset.inputs[0]).toMatchObject({ records: 2, rejected: 0, duplicates: 0 });
      expect(dataset.warnings).toEqual([]);
    });
  });

  it('as CSV without a header is read by the names in the case file', async () => {
    const fields = ['EdgeStartTimestamp', 'ClientRequestHost', 'RayID', 'SecurityActions'];
    const content = '1794924200000000000,shop.acme.example,a1,"[""log"",""block""]"\n\n';
    await ingestFiles({ files: { 'a.csv': content }, inputs: { 'a.csv': { fields } } }, async (dataset) => {
      expect(await rowsOf(dataset, 'http_requests', 't, ray, disposition')).toEqual([
        { t: AT, ray: 'a1', disposition: 'blocked' },
      ]);
    });
    await expect(ingestFiles({ files: { 'a.csv': content } }, () => undefined)).rejects.toMatchObject({
      code: 'input-format-unknown',
    });
  });
});

describe('mixed files', () => {
  it('hold records of several logs, told apart one by one', async () => {
    await ingestFiles({ files: { 'a.log': ndjson(request('a1'), event, request('a2')) } }, (dataset) => {
      expect(sourceOf(dataset, 'http_requests').rows).toBe(2);
      expect(sourceOf(dataset, 'firewall_events').rows).toBe(1);
      expect(dataset.inputs[0]).toMatchObject({
        formats: ['logpush/http_requests', 'logpush/firewall_events'],
        records: 3,
        rejected: 0,
      });
    });
  });

  it('are scaled also where the first of the weights stands deep in a large file, between the lines that are looked at', async () => {
    const many = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => request(`a${from + i}`, { ClientRequestUserAgent: 'x'.repeat(700) }));
    // 5 MB: the first two mebibytes are looked at line by line, then two lines a mebibyte.
    const lines = [...many(0, 4_000), request('late', { SampleInterval: 10 }), ...many(4_000, 1_000)];
    await ingestFiles({ files: { 'a.log': ndjson(...lines) } }, async (dataset) => {
      expect(await dataset.engine.query('select sum(units) as n, max(weight) as w from http_requests')).toEqual([
        { n: 5_010, w: 10 },
      ]);
      expect(sourceOf(dataset, 'http_requests').sampling).toEqual({ min: 1, max: 10 });
    });
  });

  it('of a small file are looked at one by one', async () => {
    const many = Array.from({ length: 600 }, (_, i) => request(`a${i}`));
    const lines = [...many.slice(0, 400), request('late', { BotScore: 2 }), ...many.slice(400)];
    await ingestFiles({ files: { 'a.log': ndjson(...lines) } }, async (dataset) => {
      expect(await dataset.engine.query('select ray from http_requests where bot_score = 2')).toEqual([
        { ray: 'late' },
      ]);
    });
  });

  it('may show another log and new fields only far behind their beginning', async () => {
    const many = Array.from({ length: 1500 }, (_, i) => request(`a${i}`, { ClientRequestUserAgent: 'x'.repeat(300) }));
    const late = request('late', { JA4: 't13d1516h2_8daaf6152771_b186095e22b6', BotScore: 2 });
    await ingestFiles({ files: { 'a.log': ndjson(...many, event, late) } }, async (dataset) => {
      expect(sourceOf(dataset, 'http_requests').rows).toBe(1501);
      expect(sourceOf(dataset, 'firewall_events').rows).toBe(1);
      expect(dataset.inputs[0]).toMatchObject({ records: 1502, rejected: 0 });
      expect(await dataset.engine.query('select ray, bot_score from http_requests where ja4 is not null')).toEqual([
        { ray: 'late', bot_score: 2 },
      ]);
    });
  });
});
