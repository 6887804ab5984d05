import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaseInput } from '../../../src/config/config.ts';
import { openInput } from '../../../src/ingest/open-input.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'debrief-open-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const open = (content: string | Buffer, input: Partial<CaseInput> = {}, signal = new AbortController().signal) => {
  const absolutePath = join(folder, 'input');
  writeFileSync(absolutePath, content);
  return openInput({ path: 'logs/input', absolutePath, ...input }, 3, { scratchDir: folder, signal });
};

const documentOf = async (content: string | Buffer, input: Partial<CaseInput> = {}) => {
  const opened = await open(content, input);
  if (opened.kind !== 'document') throw new Error('The input was taken for a log.');
  return opened.document;
};

const record = { EdgeStartTimestamp: '2026-11-17T14:03:20Z', ClientRequestHost: 'shop.acme.example' };

describe('a document', () => {
  it('is handed over as text and as JSON with the lines of its parts', async () => {
    const text = '{\n "data": {\n  "rows": [\n   {"n": 1},\n   {"n": 2}\n  ]\n }\n}\n';
    const document = await documentOf(text);
    expect(document).toMatchObject({ inputId: 'in3', text, json: { data: { rows: [{ n: 1 }, { n: 2 }] } } });
    expect(document.lineOf(['data', 'rows', 1])).toBe(5);
    expect(document.lineOf(['data', 'rows', 1, 'n'])).toBe(5);
    expect(document.lineOf(['data', 'rows', 2])).toBeUndefined();
    expect(document.lineOf([])).toBe(1);
  });

  it('of several values one after the other is an array of them', async () => {
    const document = await documentOf('{"a":1}\n{"a":\n  {"b":[]}}\n\n{"a":3}');
    expect(document.json).toEqual([{ a: 1 }, { a: { b: [] } }, { a: 3 }]);
    expect(document.lineOf([1, 'a', 'b'])).toBe(3);
    expect(document.lineOf([2])).toBe(5);
  });

  it('loses its byte order mark and its packing, and keeps its hash', async () => {
    const packed = gzipSync('\ufefftime;value\n1;2\n');
    const opened = await open(packed);
    expect(opened).toMatchObject({
      kind: 'document',
      bytes: packed.length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      document: { text: 'time;value\n1;2\n', json: undefined },
    });
  });

  it('of text that only begins like JSON has no JSON', async () => {
    expect((await documentOf('[section]\nkey = value\n')).json).toBeUndefined();
    expect((await documentOf('{"attacks":[{"pps":12')).json).toBeUndefined();
    expect((await documentOf('{"a":1,}')).json).toBeUndefined();
    expect((await documentOf('{"a":1]')).json).toBeUndefined();
    expect((await documentOf('{"a":1}\n\0\0\0\n{"a":2}\n')).json).toBeUndefined();
  });

  it('keeps keys that mean something to JavaScript as plain keys', async () => {
    const { json } = await documentOf('{"__proto__":{"polluted":true},"constructor":1}');
    expect(Object.keys(json as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('with a key twice is refused, also when one is written with escapes', async () => {
    await expect(open('{\n "customer":"acme",\n "customer":"globex"}')).rejects.toMatchObject({
      code: 'input-invalid',
      where: { file: 'logs/input', line: 3 },
    });
    await expect(open('{"a":1,"\\u0061":2}')).rejects.toMatchObject({ code: 'input-invalid' });
    expect((await documentOf('{"a":{"a":1},"b":["a","a"]}')).json).toEqual({ a: { a: 1 }, b: ['a', 'a'] });
  });

  it('nested deeper than 64 levels is refused before it is parsed', async () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    expect((await documentOf(nested(64))).json).toBeDefined();
    await expect(open(nested(65))).rejects.toMatchObject({ code: 'input-invalid', where: { line: 1 } });
    await expect(open(`{"a":\n${'['.repeat(100_000)}`)).rejects.toMatchObject({
      code: 'input-invalid',
      where: { line: 2 },
    });
  });
});

describe('a log', () => {
  it('is told by its records, whatever the file is called', async () => {
    const opened = await open(`${JSON.stringify(record)}\n`);
    expect(opened).toMatchObject({ kind: 'rows', number: 3, inputId: 'in3', gzip: false, copied: false });
  });

  it('is told also behind a few broken lines', async () => {
    expect((await open(`{broken\n\nnothing\n${JSON.stringify(record)}\n`)).kind).toBe('rows');
  });

  it('is not taken for one when the case file names another format', async () => {
    expect((await open(`${JSON.stringify(record)}\n`, { format: 'mapped' })).kind).toBe('document');
  });

  it('that is not the one that the case file names is refused', async () => {
    await expect(open(`${JSON.stringify(record)}\n`, { format: 'logpush/firewall_events' })).rejects.toMatchObject({
      code: 'input-format-unknown',
      hint: expect.stringContaining('logpush/network_analytics_logs'),
    });
    expect((await open(`${JSON.stringify(record)}\n`, { format: 'logpush/http_requests' })).kind).toBe('rows');
  });
});

describe('a file that cannot be read', () => {
  const text = `${JSON.stringify(record)}\n`.repeat(2000);

  it.each<[string, string | Buffer, RegExp]>([
    ['is empty', '', /empty/],
    ['holds only blanks', ' \r\n\t\n', /empty/],
    ['is an empty gzip file', gzipSync(''), /empty/],
    ['is a zip archive', Buffer.from('504b030414000000', 'hex'), /zip archive/],
    ['is Zstandard', Buffer.from('28b52ffd04000000', 'hex'), /Zstandard/],
    ['is Parquet', 'PAR1....', /Parquet/],
    ['is UTF-16 with a mark', Buffer.from(`\ufeff${text}`, 'utf16le'), /UTF-16/],
    ['is UTF-16 without a mark', Buffer.from(text, 'utf16le'), /UTF-16/],
    ['is cut gzip with nothing left', gzipSync(text).subarray(0, 12), /damaged/],
    [
      'is raw deflate behind the name of gzip',
      Buffer.concat([Buffer.from([0x1f, 0x8b]), deflateRawSync(text)]),
      /damaged/,
    ],
  ])('because it %s is refused by name', async (_why, content, message) => {
    await expect(open(content)).rejects.toMatchObject({
      code: 'input-unreadable',
      where: { file: 'logs/input' },
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });

  it('as a document with invalid UTF-8 is refused with its line', async () => {
    const bytes = Buffer.concat([Buffer.from('time: 1\nname: "'), Buffer.from([0xc0, 0xaf]), Buffer.from('"\n')]);
    await expect(open(bytes)).rejects.toMatchObject({ code: 'input-unreadable', where: { line: 2 } });
  });

  it('stops when it is asked to', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(open('time: 1\n', {}, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
