import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { MappingFile } from '../../../src/config/config.ts';
import { ingestFiles, ndjson, rowsOf, sourceOf } from '../../support/ingest-case.ts';

const request = (fields: object = {}) => ({
  EdgeStartTimestamp: '2026-11-17T14:03:20Z',
  ClientRequestHost: 'shop.acme.example',
  ...fields,
});

const timeline = `date: 2026-11-17
timeZone: Europe/Berlin
entries:
  - at: "15:04"
    title: Alert for the shop
    milestone: alerted
`;

const minutes = JSON.stringify({
  data: {
    viewer: {
      zones: [
        {
          httpRequestsAdaptiveGroups: [
            {
              count: 120_000,
              dimensions: { datetimeMinute: '2026-11-17T14:03:00Z', clientRequestHTTPHost: 'shop.acme.example' },
            },
          ],
        },
      ],
    },
  },
  errors: null,
});

describe('a case', () => {
  it('refuses traffic that nothing ties to the customer, unless its case file vouches for it, which is said', async () => {
    const nameless = minutes.replace(',"clientRequestHTTPHost":"shop.acme.example"', '');
    const codes = (content: string, belongsTo?: string) =>
      ingestFiles(
        { files: { 'minutes.json': content }, inputs: { 'minutes.json': { ...(belongsTo && { belongsTo }) } } },
        ({ warnings }) => warnings.map(({ code }) => code),
      );
    await expect(codes(nameless)).rejects.toMatchObject({
      code: 'input-foreign',
      where: { file: 'minutes.json', line: 1 },
      hint: expect.stringContaining('belongsTo: acme'),
    });
    expect(await codes(nameless, 'acme')).toContain('ownership-vouched');
    expect(await codes(minutes)).not.toContain('ownership-vouched');
  });

  it('refuses a mapped row without host among rows that have one, with its line', async () => {
    const csv = 'time,host,requests\n2026-11-17T14:03:00Z,shop.acme.example,5\n2026-11-17T14:04:00Z,,7\n';
    const mapping: MappingFile = {
      kind: 'events',
      layer: 'http',
      record: { time: 'time', host: 'host', requests: 'requests' },
      null: [''],
      decimal: '.',
    };
    await expect(
      ingestFiles(
        { files: { 'edge.csv': csv }, inputs: { 'edge.csv': { format: 'mapped', mapping } } },
        () => undefined,
      ),
    ).rejects.toMatchObject({ code: 'input-foreign', where: { file: 'edge.csv', line: 3 } });
  });

  it('becomes one dataset of logs, documents and timeline, inputs in the order of the case file', async () => {
    await ingestFiles(
      {
        files: { 'graphql.json': minutes, 'http.log.gz': gzipSync(ndjson(request(), request())) },
        timeline: { 'timeline.yaml': timeline },
      },
      (dataset) => {
        expect(dataset.inputs.map(({ id, path, formats, records }) => [id, path, formats, records])).toEqual([
          ['in1', 'graphql.json', ['cloudflare/graphql'], 1],
          ['in2', 'http.log.gz', ['logpush/http_requests'], 2],
          ['in3', 'timeline.yaml', ['timeline/yaml'], 1],
        ]);
        expect(dataset.sources.map(({ layer, role, evidence }) => [layer, role, evidence])).toEqual([
          ['http', 'primary', ['in2']],
          ['http', 'detail', ['in1']],
        ]);
        expect(dataset.timeline).toEqual([
          expect.objectContaining({
            at: Date.UTC(2026, 10, 17, 14, 4),
            milestone: 'alerted',
            visibility: 'internal',
            input: 'in3',
          }),
        ]);
      },
    );
  });

  it('takes its totals from a complete account of a summary rather than from a log of matches', async () => {
    const event = {
      Datetime: '2026-11-17T14:03:20Z',
      Action: 'block',
      Source: 'l7ddos',
      RayID: 'f1',
      ClientRequestHost: 'shop.acme.example',
    };
    await ingestFiles({ files: { 'fw.log': ndjson(event), 'graphql.json': minutes } }, (dataset) => {
      expect(dataset.sources.map(({ role, evidence }) => [role, evidence])).toEqual([
        ['primary', ['in2']],
        ['detail', ['in1']],
      ]);
    });
  });

  it('closes the engine to files before it hands it on', async () => {
    await ingestFiles({ files: { 'a.log': ndjson(request()) } }, async (dataset) => {
      await expect(dataset.engine.query("select * from read_csv('/etc/hostname')")).rejects.toThrow('disabled');
      expect(await rowsOf(dataset, 'http_requests', 'host')).toEqual([{ host: 'shop.acme.example' }]);
    });
  });

  it('leaves no copy of its inputs behind, whether it succeeds or not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'debrief-tmp-'));
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      await ingestFiles({ files: { 'a.json': JSON.stringify([request()]) } }, () => undefined);
      await expect(
        ingestFiles(
          { files: { 'a.json': JSON.stringify([request({ ClientRequestHost: 'globex.example' })]) } },
          () => undefined,
        ),
      ).rejects.toMatchObject({ code: 'input-foreign', where: { line: 1 } });
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('an input that nobody reads', () => {
  it('is refused with all that was looked for', async () => {
    await expect(ingestFiles({ files: { 'notes.txt': 'hello\n' } }, () => undefined)).rejects.toMatchObject({
      code: 'input-format-unknown',
      where: { file: 'notes.txt' },
      hint: expect.stringMatching(/logpush\/http_requests.*cloudflare\/graphql.*timeline\/yaml/),
    });
  });

  it.each([
    ['{"ts":1,"uid":"C1","id.orig_h":"192.0.2.7"}\n{"ts":2,"uid":"C2"}\n', 'JSON records with ts, uid, id.orig_h'],
    ['{"flows":7}', 'a JSON object with flows'],
    ['{}', 'an empty JSON object'],
    ['[]', 'a JSON list without records'],
    ['ts,te,td,sa,da,sp,dp,pr\n2026-11-17 14:00:00,,,192.0.2.7,,,,\n', 'a table with ts, te, td, sa, da, sp, …'],
    [
      '192.0.2.7 - - [17/Nov/2026:14:03:20 +0000] "GET / HTTP/1.1" 200 5\n',
      'text that is neither JSON nor a table with a header',
    ],
    ['198.51.100.7,2026-11-17,5\n', 'text that is neither JSON nor a table with a header'],
  ])('is told by its names and never by its values: %j', async (content, found) => {
    const refused = ingestFiles({ files: { 'other.log': content } }, () => undefined);
    await expect(refused).rejects.toMatchObject({
      code: 'input-format-unknown',
      message: `The content is of no format that is read: ${found}.`,
      hint: expect.stringContaining('`format: mapped` and a mapping file'),
    });
    await expect(refused).rejects.toMatchObject({ hint: expect.not.stringMatching(/Looked for .*\bmapped,/) });
  });

  it('because one of its lines is broken is refused at that line', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => (i === 16 ? '{"ts":' : `{"ts":${i}}`));
    await expect(ingestFiles({ files: { 'a.json': lines.join('\n') } }, () => undefined)).rejects.toMatchObject({
      code: 'input-invalid',
      where: { file: 'a.json', line: 17 },
    });
  });

  it('because of its format is refused by the name of the format', async () => {
    await expect(
      ingestFiles(
        { files: { 'a.json': '{}' }, inputs: { 'a.json': { format: 'cloudflare/grafql' } } },
        () => undefined,
      ),
    ).rejects.toMatchObject({ code: 'input-format-unknown', message: expect.stringContaining('cloudflare/grafql') });
  });

  it('because its JSON breaks off is refused at that line', async () => {
    await expect(
      ingestFiles({ files: { 'a.json': '{\n "data": {\n  "viewer": [\n' } }, () => undefined),
    ).rejects.toMatchObject({ code: 'input-invalid', where: { file: 'a.json', line: 4 } });
  });

  it('because its first line has no end is refused at that line', async () => {
    await expect(
      ingestFiles({ files: { 'a.log': `{"a":"${'x'.repeat(2e6)}"}\n${ndjson(request())}` } }, () => undefined),
    ).rejects.toMatchObject({ code: 'input-unreadable', where: { file: 'a.log', line: 1 } });
  });

  it('because nothing of it lies in the period leaves the case empty', async () => {
    await expect(
      ingestFiles(
        { files: { 'a.log': ndjson(request()) }, window: { start: Date.UTC(2026, 0, 1), end: Date.UTC(2026, 0, 2) } },
        () => undefined,
      ),
    ).rejects.toMatchObject({ code: 'input-empty', hint: expect.stringContaining('`window:`') });
  });

  it('because a period in the wrong zone misses all traffic is refused although a timeline is left', async () => {
    await expect(
      ingestFiles(
        {
          files: { 'a.log': ndjson(request()) },
          timeline: { 'timeline.yaml': timeline },
          window: { start: Date.UTC(2026, 10, 17, 15), end: Date.UTC(2026, 10, 17, 16) },
        },
        () => undefined,
      ),
    ).rejects.toMatchObject({ code: 'input-empty', hint: expect.stringContaining('UTC') });
  });

  it('because it grew while it was read is refused, since its digest would be another file', async () => {
    const work = ingestFiles(
      {
        files: { 'a.log': ndjson(request()) },
        onPhase: (name, folder) => {
          if (name === 'load logs') appendFileSync(join(folder, 'a.log'), ndjson(request({ RayID: 'late' })));
        },
      },
      () => undefined,
    );
    await expect(work).rejects.toMatchObject({ code: 'input-unreadable', where: { file: 'a.log' } });
  });
});

describe('damage behind the beginning of a file', () => {
  const text = ndjson(
    ...Array.from({ length: 60_000 }, (_, i) => request({ RayID: `ray${i}`, ClientRequestPath: `/${i * 7919}` })),
  );

  it.each<[string, () => Buffer, RegExp, object]>([
    ['cut gzip', () => gzipSync(text).subarray(0, -2000), /ends in the middle/, {}],
    ['a wrong checksum', () => flipped(gzipSync(text), -6), /checksum/, {}],
    ['bytes after the end', () => Buffer.concat([gzipSync(text), Buffer.from('garbage')]), /after its end/, {}],
    ['zeros after the end', () => Buffer.concat([gzipSync(text), Buffer.alloc(512)]), /after its end/, {}],
    [
      'a line of three megabytes',
      () => Buffer.from(`${text}{"a":"${'x'.repeat(3e6)}"}\n${text}`),
      /longer than 1 MiB/,
      { line: 60_001 },
    ],
    ['a bomb', () => gzipSync(ndjson(request()) + `{"a":"${'x'.repeat(1000)}"}\n`.repeat(80_000)), /200 times/, {}],
  ])('by %s refuses the file and nothing of it is used', async (_how, content, message, where) => {
    const before = process.memoryUsage().rss;
    await expect(ingestFiles({ files: { 'a.log': content() } }, () => undefined)).rejects.toMatchObject({
      code: 'input-unreadable',
      where: { file: 'a.log', ...where },
      message: expect.stringMatching(message),
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(1.5e9);
  });

  function flipped(bytes: Buffer, position: number): Buffer {
    const at = bytes.length + position;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    return bytes;
  }
});

describe('stopping', () => {
  it('ends a load in the middle and keeps nothing open', async () => {
    const stop = new AbortController();
    const text = ndjson(...Array.from({ length: 100_000 }, (_, i) => request({ RayID: `ray${i}` })));
    setTimeout(() => stop.abort(), 60);
    await expect(
      ingestFiles({ files: { 'a.log': text, 'b.log': text.slice(1000) }, signal: stop.signal }, () => undefined),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('memory', () => {
  it('under a limit smaller than the log is enough, because the engine spills', async () => {
    const path = `/${'p'.repeat(600)}`;
    const line = (i: number) =>
      request({ RayID: `ray${i}`, ClientRequestPath: `${path}${i}`, ClientRequestUserAgent: `${path}${i}` });
    const text = Array.from({ length: 150_000 }, (_, i) => ndjson(line(i))).join('');
    await ingestFiles({ files: { 'a.log': text }, memoryLimitBytes: 160e6 }, async (dataset) => {
      expect(sourceOf(dataset, 'http_requests').rows).toBe(150_000);
      expect(await dataset.engine.query('select count(distinct path) as n from http_requests')).toEqual([
        { n: 150_000 },
      ]);
    });
  });
});

describe('inputs without anything to report', () => {
  it('are refused with what was left out of them', async () => {
    const ban = {
      ip: '192.0.2.7',
      action: 'ban',
      attack_details: {
        attack_uuid: 'u1',
        attack_direction: 'outgoing',
        attack_protocol: 'tcp',
        total_incoming_pps: 1,
      },
    };
    await expect(
      ingestFiles(
        { files: { 'ban.json': JSON.stringify(ban) }, inputs: { 'ban.json': { format: 'fastnetmon' } } },
        () => undefined,
      ),
    ).rejects.toMatchObject({
      code: 'input-empty',
      message: expect.stringMatching(/^The inputs hold no traffic.*\nban\.json: FastNetMon reports outgoing traffic/),
    });
  });
});
