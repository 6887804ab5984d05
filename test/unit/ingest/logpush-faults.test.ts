import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type CaseFileContent, ingestFiles, ndjson, rowsOf, sourceOf } from '../../support/ingest-case.ts';

const request = (ray: string, fields: object = {}) => ({
  EdgeStartTimestamp: '2026-11-17T14:03:20Z',
  ClientRequestHost: 'shop.acme.example',
  RayID: ray,
  EdgeResponseBytes: 10,
  ...fields,
});

const good = (count: number, prefix = 'g') =>
  Array.from({ length: count }, (_, i) => JSON.stringify(request(`${prefix}${i}`)));

/** 300 good lines with the given ones put in at their 1-based line numbers. */
function withLines(lines: Readonly<Record<number, string>>): string[] {
  const all = good(300);
  for (const [number, line] of Object.entries(lines)) all.splice(Number(number) - 1, 0, line);
  return all;
}

const rejectsOf = (content: CaseFileContent) =>
  ingestFiles({ files: { 'a.log': content } }, (dataset) => dataset.rejects);

describe('a faulty line', () => {
  it.each([
    ['{"EdgeStartTimestamp":', 'it is not valid JSON'],
    ['{"EdgeStartTimestamp":"2026-11-17T14:03:20Z","EdgeResponseBytes":NaN}', 'it is not valid JSON'],
    ['[1,2]', 'it is not a JSON object'],
    ['"text"', 'it is not a JSON object'],
    ['{}', 'it is not a record of a log that is read'],
    ['{"message":"restarted"}', 'it is not a record of a log that is read'],
    [JSON.stringify(request('x', { EdgeStartTimestamp: 'soon' })), 'EdgeStartTimestamp cannot be read as a time'],
    [JSON.stringify(request('x', { EdgeStartTimestamp: 0 })), 'EdgeStartTimestamp cannot be read as a time'],
    [JSON.stringify(request('x', { EdgeStartTimestamp: null })), 'EdgeStartTimestamp cannot be read as a time'],
    [JSON.stringify(request('x', { EdgeResponseBytes: -5 })), 'EdgeResponseBytes is -5; expected at least 0'],
    [JSON.stringify(request('x', { EdgeResponseBytes: 'many' })), 'EdgeResponseBytes is not a number'],
    [JSON.stringify(request('x', { SampleInterval: 0 })), 'SampleInterval is 0; expected at least 1'],
    [`${JSON.stringify(request('x'))}${JSON.stringify(request('y'))}`, 'it is not valid JSON'],
    ['\u0000\u0000\u0000', 'it holds NUL bytes'],
  ])('%s is left out with its line and reason', async (line, reason) => {
    const lines = withLines({ 17: line, 201: '' });
    await ingestFiles({ files: { 'a.log': `${lines.join('\n')}\n` } }, (dataset) => {
      expect(dataset.rejects).toEqual([{ file: 'a.log', line: 17, reason }]);
      expect(sourceOf(dataset, 'http_requests').rows).toBe(300);
      expect(dataset.inputs[0]).toMatchObject({ records: 301, rejected: 1 });
      expect(dataset.warnings).toEqual([
        expect.objectContaining({
          code: 'rejected-lines',
          message: expect.stringMatching(/^1 of 301 records/),
          input: 'in1',
        }),
      ]);
    });
  });

  it('of broken UTF-8 is counted as one, never read with a replacement character', async () => {
    const text = Buffer.from(`${withLines({ 5: '{"RayID":"@"}' }).join('\n')}\n`);
    const at = text.indexOf('@');
    const broken = Buffer.concat([text.subarray(0, at), Buffer.from([0xc0, 0xaf]), text.subarray(at + 1)]);
    expect(await rejectsOf(broken)).toEqual([{ file: 'a.log', line: 5, reason: 'it is not valid UTF-8' }]);
  });

  it('is found at its line also in gzip, with blank lines, CRLF and as the first after a byte order mark', async () => {
    const text = `\ufeff${withLines({ 1: '{"a":', 4: '', 9: '   ', 300: 'x' }).join('\r\n')}\r\n`;
    const faults = [
      { file: 'a.log', line: 1, reason: 'it is not valid JSON' },
      { file: 'a.log', line: 300, reason: 'it is not valid JSON' },
    ];
    expect(await rejectsOf(text)).toEqual(faults);
    expect(await rejectsOf(gzipSync(text))).toEqual(faults);
  });

  it('of a CSV is a row with other columns, told by the line of the file', async () => {
    const rows = good(200).map((_, i) => `2026-11-17T14:03:20Z,shop.acme.example,"two\nlines",r${i}`);
    rows.splice(2, 0, '2026-11-17T14:03:20Z,shop.acme.example');
    const csv = `EdgeStartTimestamp,ClientRequestHost,ClientRequestUserAgent,RayID\n${rows.join('\n')}\n`;
    expect(await rejectsOf(csv)).toEqual([{ file: 'a.log', line: 6, reason: 'it has 2 columns instead of 4' }]);
  });

  it('of a JSON array is told by the line on which the element begins', async () => {
    const records: object[] = Array.from({ length: 150 }, (_, i) => request(`r${i}`));
    records[2] = request('bad', { EdgeStartTimestamp: 'never' });
    // Two lines of brackets, six lines a record.
    expect(await rejectsOf(JSON.stringify(records, null, 1))).toEqual([
      { file: 'a.log', line: 14, reason: 'EdgeStartTimestamp cannot be read as a time' },
    ]);
  });

  it.each([
    '{"EdgeStartTimestamp":"2026-11-17T14:03:20Z","Cl',
    '{"EdgeStartTimestamp":',
    '{"EdgeStartTimestamp":1',
    '{"a":[',
    '{"a":tru',
    '{',
    '{"a":"\\u12',
  ])('%s does not take its neighbours with it', async (broken) => {
    const lines = withLines({ 150: broken, 220: broken, 221: broken });
    await ingestFiles({ files: { 'a.log': `${lines.join('\n')}\n` } }, async (dataset) => {
      const rays = new Set((await rowsOf(dataset, 'http_requests', 'ray')).map(({ ray }) => ray));
      expect(rays).toEqual(new Set(Array.from({ length: 300 }, (_, i) => `g${i}`)));
    });
  });
});

describe('too many faulty lines', () => {
  it('refuse the file, with the first twenty', async () => {
    const lines = [...good(980), ...Array.from({ length: 25 }, () => '{broken')];
    await expect(ingestFiles({ files: { 'a.log': `${lines.join('\n')}\n` } }, () => undefined)).rejects.toMatchObject({
      code: 'input-invalid',
      where: { file: 'a.log', line: 981 },
      message: expect.stringMatching(
        /^25 of 1005 records cannot be used; .*\na\.log:981: it is not valid JSON\n(.*\n){18}a\.log:1000: it is not valid JSON$/,
      ),
    });
  });

  it('are one in a hundred: 3 of 300 are left out, 3 of 299 are not', async () => {
    const faulty = ['{a', '{b', '{c'];
    expect(await rejectsOf(`${[...good(297), ...faulty].join('\n')}\n`)).toHaveLength(3);
    await expect(rejectsOf(`${[...good(296), ...faulty].join('\n')}\n`)).rejects.toMatchObject({
      code: 'input-invalid',
    });
  });

  it('is one when asked to be strict', async () => {
    const lines = withLines({ 17: '{broken' });
    await expect(
      ingestFiles({ files: { 'a.log': `${lines.join('\n')}\n` }, strict: true }, () => undefined),
    ).rejects.toMatchObject({
      code: 'input-invalid',
      where: { line: 17 },
      message: expect.stringContaining('--strict'),
    });
  });
});

describe('a last line without its end', () => {
  it('is a warning, also in a file of a few lines, but not when asked to be strict', async () => {
    const content = `${good(5).join('\n')}\n{"EdgeStartTimestamp":"2026-11-17T14:0`;
    await ingestFiles({ files: { 'a.log': content } }, (dataset) => {
      expect(dataset.rejects).toEqual([{ file: 'a.log', line: 6, reason: 'the last line is cut off' }]);
      expect(dataset.warnings.map(({ code }) => code)).toEqual(['possibly-truncated', 'rejected-lines']);
      expect(sourceOf(dataset, 'http_requests').rows).toBe(5);
    });
    await expect(ingestFiles({ files: { 'a.log': content }, strict: true }, () => undefined)).rejects.toMatchObject({
      code: 'input-invalid',
    });
  });
});

describe('hostile lines', () => {
  it('nested ten thousand deep, full of odd keys or of a megabyte are read or left out, never fatal', async () => {
    const deep = `{"x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    const odd = JSON.stringify(request('odd')).replace('{', '{"__proto__":{"polluted":true},"constructor":1,"":2,');
    const long = JSON.stringify(request('long', { ClientRequestUserAgent: 'x'.repeat(1_000_000) }));
    await ingestFiles(
      { files: { 'a.log': `${withLines({ 3: deep, 50: odd, 90: long }).join('\n')}\n` } },
      async (dataset) => {
        expect(dataset.rejects.map(({ line }) => line)).toEqual([3]);
        expect(sourceOf(dataset, 'http_requests').rows).toBe(302);
        expect(
          await dataset.engine.query("select ray from http_requests where ray in ('odd', 'long') order by ray"),
        ).toEqual([{ ray: 'long' }, { ray: 'odd' }]);
      },
    );
  });

  it('of statements and patterns are values like any other', async () => {
    const values = ["'; drop table http_request; --", '$1', '"; select 1', '%s', '\\', `$\{jndi:ldap://x}`, '=cmd()'];
    const records = values.map((value, i) =>
      request(`r${i}`, { ClientRequestUserAgent: value, ClientRequestPath: `/${value}` }),
    );
    await ingestFiles({ files: { "it's $1.log": ndjson(...records) } }, async (dataset) => {
      const rows = await dataset.engine.query<{ user_agent: string }>('select user_agent from http_requests');
      expect(new Set(rows.map(({ user_agent }) => user_agent))).toEqual(new Set(values));
    });
  });
});

describe('half a character in a text, as attackers send it', () => {
  // Written by hand: JSON.stringify would escape the escapes.
  const withAgent = (ray: string, agent: string) =>
    JSON.stringify(request(ray, { ClientRequestUserAgent: '@' })).replace('@', agent);
  const lines = [
    withAgent('a', '\\ud800'),
    withAgent('b', 'x\\uDC00\\ud83d\\ude00y'),
    withAgent('c', '\\ud800\\ud83d\\ude00'),
    withAgent('d', '\\\\ud800'),
    withAgent('e', '\\\\\\ud800'),
    withAgent('f', '\\ud83d\\ude00'),
    withAgent('g', 'plain'),
  ];
  const agents = ['\uFFFD', 'x\uFFFD😀y', '\uFFFD😀', '\\ud800', '\\\uFFFD', '😀', 'plain'];

  it.each([
    ['a log', (text: string) => text],
    ['a packed log', (text: string) => gzipSync(text)],
    ['a list', (text: string) => `[${text.trim().replaceAll('\n', ',\n')}]`],
  ])('does not keep the request out of the totals of %s', async (_name, pack) => {
    await ingestFiles({ files: { 'a.log': pack(`${lines.join('\n')}\n`) }, strict: true }, async (dataset) => {
      expect(dataset.rejects).toEqual([]);
      const rows = await rowsOf(dataset, 'http_request', 'ray, user_agent');
      expect(rows.map((row) => row.user_agent)).toEqual(agents);
      expect(dataset.warnings).toEqual([
        expect.objectContaining({
          code: 'unknown-values',
          message: 'a.log: 4 records hold half characters; each is read as U+FFFD.',
          input: 'in1',
        }),
      ]);
    });
  });

  it('in every request of a flood leaves none of them out', async () => {
    const flood = Array.from({ length: 5_000 }, (_, i) => withAgent(`f${i}`, '\\udfff'));
    await ingestFiles({ files: { 'a.log': `${[...flood, '{broken'].join('\n')}\n` } }, (dataset) => {
      expect(sourceOf(dataset, 'http_requests').rows).toBe(5_000);
      expect(dataset.rejects).toEqual([{ file: 'a.log', line: 5_001, reason: 'it is not valid JSON' }]);
    });
  });
});
