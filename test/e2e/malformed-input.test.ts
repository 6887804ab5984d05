import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BuiltCommand, buildCommand, type Outcome, outcomeOf } from '../support/built-command.ts';

const MOST_MS = 10_000;
const MOST_MEMORY_KB = 700 * 1024;

let command: BuiltCommand;
let dir: string;
let scratch: string;

beforeAll(async () => {
  command = await buildCommand();
});

afterAll(() => command.remove());

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'debrief-malformed-'));
  scratch = mkdtempSync(join(tmpdir(), 'debrief-malformed-tmp-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
  rmSync(scratch, { recursive: true, force: true });
});

type Content = string | Buffer;

interface Given {
  /** Name in `incidents/` → content. The first one is the input of the case. */
  readonly files: Readonly<Record<string, Content>>;
  /** The whole case file, where it is not the usual one. */
  readonly caseText?: string;
  readonly list?: 'traffic' | 'timeline';
  readonly prepare?: (incidents: string) => void;
  readonly flags?: readonly string[];
}

interface Ended extends Outcome {
  /** Without the lines of the progress. */
  readonly told: string;
  readonly ms: number;
  readonly memoryKb: number;
}

const caseOf = (file: string, list: 'traffic' | 'timeline' = 'traffic') =>
  `customer: acme\nid: INC-1\ntitle: Flood\n${list}:\n  - file: ${file}\n`;

async function report({ files, caseText, list, prepare, flags = [] }: Given): Promise<Ended> {
  const incidents = join(dir, 'incidents');
  const all: Readonly<Record<string, Content>> = {
    '../debrief.yaml': 'provider:\n  name: Northwall\n',
    '../customers/acme.yaml': 'id: acme\nname: Acme\nzones: [acme.example]\nprefixes: [203.0.113.0/24]\n',
    'INC-1.yaml': caseText ?? caseOf(Object.keys(files)[0] ?? 'a.log', list),
    ...files,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(incidents, path)), { recursive: true });
    writeFileSync(join(incidents, path), content);
  }
  prepare?.(incidents);
  const startedAt = performance.now();
  const argv = ['incident', 'incidents/INC-1.yaml', '--format', 'json,html', ...flags];
  const child = spawn(process.execPath, [command.main, ...argv], {
    cwd: dir,
    env: { ...process.env, TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let memoryKb = 0;
  const watch = setInterval(() => {
    memoryKb = Math.max(memoryKb, peakMemoryKb(child.pid ?? 0));
  }, 50);
  const outcome = await outcomeOf(child);
  clearInterval(watch);
  const told = outcome.err.replaceAll(/^.*, \d+\.\d s\n/gm, '');
  return { ...outcome, told, ms: performance.now() - startedAt, memoryKb };
}

/** Largest resident memory of a process so far; 0 where the system does not tell, or when it has ended. */
function peakMemoryKb(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** What holds for every run, whatever came of it. */
function expectOrderly(ended: Ended): void {
  expect(ended.told).not.toMatch(/^\s+at .*:\d+:\d+/m);
  expect(ended.told).not.toContain('defect of Debrief');
  expect(ended.ms).toBeLessThan(MOST_MS);
  expect(ended.memoryKb).toBeLessThan(MOST_MEMORY_KB);
  expect(readdirSync(scratch)).toEqual([]);
}

async function expectRefusal(given: Given, told: RegExp): Promise<void> {
  const ended = await report(given);
  expect(ended.told).toMatch(told);
  expect(ended).toMatchObject({ exit: 2, out: '' });
  expectOrderly(ended);
  expect(existsSync(join(dir, 'reports'))).toBe(false);
}

interface Manifest {
  readonly inputs: readonly { readonly records: number; readonly rejected: number }[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

async function expectReport(given: Given): Promise<Manifest> {
  const ended = await report(given);
  expect(ended).toMatchObject({ exit: 0 });
  expectOrderly(ended);
  return JSON.parse(readFileSync(join(dir, 'reports/acme/INC-1-r1/manifest.json'), 'utf8'));
}

const request = (i: number, fields: object = {}) => ({
  EdgeStartTimestamp: new Date(Date.UTC(2026, 10, 17, 14, 0, i)).toISOString(),
  ClientRequestHost: 'www.acme.example',
  RayID: `ray-${i}`,
  EdgeResponseStatus: 200,
  EdgeResponseBytes: 100,
  ...fields,
});

/** Lines of a request log; `change` puts other ones in their place, by 1-based line number. */
function lines(count: number, change: (line: number) => object | string | undefined = () => undefined): string[] {
  return Array.from({ length: count }, (_, i) => {
    const other = change(i + 1);
    return typeof other === 'string' ? other : JSON.stringify(other ?? request(i));
  });
}

const log = (...args: Parameters<typeof lines>) => `${lines(...args).join('\n')}\n`;
const at17 = (other: object | string) => (line: number) => (line === 17 ? other : undefined);
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

const packed = gzipSync(log(500));
const brokenChecksum = Buffer.from(packed);
brokenChecksum[brokenChecksum.length - 6] = (brokenChecksum[brokenChecksum.length - 6] ?? 0) ^ 0xff;

const answer = (count: string) =>
  JSON.stringify({
    data: {
      viewer: {
        zones: [
          {
            zoneTag: 'acme.example',
            httpRequestsAdaptiveGroups: [{ count: '@', dimensions: { datetimeMinute: '2026-11-17T14:00:00Z' } }],
          },
        ],
      },
    },
    errors: null,
  }).replace('"@"', count);

describe('a file that cannot be trusted is refused by name, place and remedy', () => {
  test.each<[string, Given, RegExp]>([
    [
      'a line without end',
      { files: { 'a.log': `${log(50)}${'A'.repeat(3e6)}\n` } },
      /a\.log:51: The line is longer than 1 MiB/,
    ],
    ['JSON nested ten thousand times', { files: { 'a.json': nested(10_000) } }, /a\.json:1: .*more than 64 levels/],
    [
      'a gzip bomb',
      { files: { 'a.gz': gzipSync(Buffer.alloc(65 << 20, '\n')) } },
      /a\.gz: It grows to more than 200 times/,
    ],
    ['a truncated gzip', { files: { 'a.gz': packed.subarray(0, -200) } }, /a\.gz: .*ends in the middle/],
    ['a gzip with a broken checksum', { files: { 'a.gz': brokenChecksum } }, /a\.gz: .*checksum is wrong/],
    [
      'a gzip with garbage after it',
      { files: { 'a.gz': Buffer.concat([packed, Buffer.from('garbage')]) } },
      /a\.gz: .*other bytes after its end/,
    ],
    ['an empty file', { files: { 'a.log': '' } }, /a\.log: The file is empty/],
    ['a file of blanks', { files: { 'a.log': ' \n\t\n' } }, /a\.log: The file is empty/],
    ['UTF-16', { files: { 'a.log': Buffer.from(`\ufeff${log(50)}`, 'utf16le') } }, /a\.log: The text is UTF-16/],
    ['a page of a login', { files: { 'a.log': '<!DOCTYPE html><p>Sign in\n' } }, /a\.log: The content is of no format/],
    ['NaN for a count', { files: { 'a.json': answer('NaN') } }, /a\.json:1: .*not valid JSON/],
    ['infinity for a count', { files: { 'a.json': answer('1e999') } }, /count: .* is not a number/],
    ['a negative count', { files: { 'a.json': answer('-4') } }, /count: -4 is not a number of at least 0/],
    ['a count above 2^53', { files: { 'a.json': answer('9007199254740993') } }, /count: is above 2\^53/],
    ['a key twice', { files: { 'a.json': answer('1,"count":9') } }, /a\.json:1: The key "count" stands twice/],
    [
      'the host of another customer',
      { files: { 'a.log': log(50, at17(request(16, { ClientRequestHost: 'shop.globex.example' }))) } },
      /a\.log:17: The host s….g….example is not the customer's/,
    ],
    [
      'the zone of another customer, packed',
      { files: { 'a.gz': gzipSync(log(50, at17(request(16, { ZoneName: 'globex.example' })))) } },
      /a\.gz:17: The host g….example/,
    ],
    [
      'a request of nobody',
      { files: { 'a.log': log(50, at17(request(16, { ClientRequestHost: undefined }))) } },
      /a\.log:17: A record of http_requests does not say whose/,
    ],
    [
      'more than one broken line in a hundred',
      { files: { 'a.log': log(1_000, (line) => (line % 100 === 50 || line === 7 ? '{broken' : undefined)) } },
      /11 of 1000 records .*\n.*a\.log:7: it is not valid JSON/s,
    ],
    [
      'one broken line, with --strict',
      { files: { 'a.log': log(1_000, at17('{broken')) }, flags: ['--strict'] },
      /a\.log:17: it is not valid JSON/,
    ],
    [
      'a date long ago',
      { files: { 'a.log': log(50, at17(request(16, { EdgeStartTimestamp: '2024-01-01T00:00:00Z' }))) } },
      /INC-1\.yaml: window: The data reach over 1051 days/,
    ],
    [
      'YAML whose aliases explode',
      {
        files: {
          't.yaml': `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nentries: [${'*c,'.repeat(9)}]\n`,
        },
        list: 'timeline',
      },
      /t\.yaml: repeats its aliases/,
    ],
    ['deep YAML', { files: { 'INC-1.yaml': `a: ${nested(3_000)}\n` } }, /INC-1\.yaml:1: is nested more than 64 levels/],
    [
      'a file that is not there',
      { files: {}, caseText: caseOf('a.log') },
      /INC-1\.yaml:5:11: traffic\[0\]\.file: "a\.log" does not exist/,
    ],
    [
      'a pattern without a match',
      { files: {}, caseText: caseOf("'*.gz'") },
      /INC-1\.yaml:5:11: .*"\*\.gz" matches no file/,
    ],
    [
      'a path that leaves the workspace',
      { files: {}, caseText: caseOf('../../../etc/passwd') },
      /leaves the workspace/,
    ],
    [
      'a link that leaves the workspace',
      { files: {}, caseText: caseOf('a.log'), prepare: (at) => symlinkSync('/etc/passwd', join(at, 'a.log')) },
      /a\.log is a link that leaves the workspace/,
    ],
    [
      'a folder',
      { files: {}, caseText: caseOf('a.log'), prepare: (at) => mkdirSync(join(at, 'a.log')) },
      /a\.log is not a regular file/,
    ],
    [
      'a pipe that nobody writes to',
      { files: {}, caseText: caseOf('a.log'), prepare: (at) => execFileSync('mkfifo', [join(at, 'a.log')]) },
      /a\.log is not a regular file/,
    ],
  ])('%s', (_name, given, told) => expectRefusal(given, told));
});

describe('what is odd but sound is read', () => {
  test.each<[string, Content]>([
    ['with a byte order mark, packed', gzipSync(`\ufeff${log(50)}`)],
    ['with line ends of Windows', log(50).replaceAll('\n', '\r\n')],
    ['without a last line end', log(50).trim()],
    ['in several gzip members', Buffer.concat([gzipSync(log(30)), gzipSync(lines(50).slice(30).join('\n'))])],
    [
      'with deep headers',
      log(50, at17(JSON.stringify(request(16)).replace('{', `{"RequestHeaders":${nested(10_000)},`))),
    ],
  ])('a log %s', async (_name, content) => {
    const { inputs, warnings } = await expectReport({ files: { 'a.log': content } });
    expect(inputs).toEqual([expect.objectContaining({ records: 50, rejected: 0 })]);
    expect(warnings).toEqual([]);
  });

  test.each<[string, (line: number) => object | string | undefined, number]>([
    ['one broken line in a hundred', (line) => (line % 100 === 50 ? '{broken' : undefined), 10],
    ['NaN in a line', at17('{"EdgeStartTimestamp":"2026-11-17T14:00:00Z","EdgeResponseBytes":NaN}'), 1],
    ['NUL bytes in place of a line', at17('\0'.repeat(60)), 1],
    ['a leap second', at17(request(16, { EdgeStartTimestamp: '2016-12-31T23:59:60Z' })), 1],
  ])('a log with %s, and the report says what it left out', async (_name, change, rejected) => {
    const { inputs, warnings } = await expectReport({ files: { 'a.log': log(1_000, change) } });
    expect(inputs).toEqual([expect.objectContaining({ records: 1_000, rejected })]);
    expect(warnings).toEqual([
      expect.objectContaining({
        code: 'rejected-lines',
        message: expect.stringContaining(`${rejected} of 1000 records of incidents/a.log`),
      }),
    ]);
  });
});
