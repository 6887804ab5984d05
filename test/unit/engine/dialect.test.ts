import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, openDuckDb } from '../../../src/engine/engine.ts';

let folder: string;
let engine: Engine;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'debrief-dialect-'));
  engine = await openDuckDb({ scratchDir: join(folder, 'scratch'), memoryLimitBytes: 200e6, threads: 2 });
});

afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const value = async (sql: string, params: readonly (string | number)[] = []) =>
  (await engine.query<{ v: unknown }>(`select ${sql} as v`, params))[0]?.v;

describe('quantiles', () => {
  it('are nearest-rank: the 95th of 1 to 100 is 95, of 1 to 10 is 10', async () => {
    const q = engine.dialect.quantile('x', 0.95);
    expect(await value(`(select ${q} from range(1, 101) t(x))`)).toBe(95);
    expect(await value(`(select ${q} from range(1, 11) t(x))`)).toBe(10);
    expect(await value(`(select ${q} from range(0) t(x))`)).toBeNull();
  });

  it('agree with counting, for any numbers and any share', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1),
        async (numbers, share) => {
          const sorted = [...numbers].sort((a, b) => a - b);
          // The smallest value with at least `share` of the values not above it; exact in hundredths.
          const reference = sorted.find((_, i) => (i + 1) * 100 >= Math.round(share * 100) * numbers.length);
          const list = `(select unnest([${numbers.join(', ')}]) as x)`;
          expect(await value(`(select ${engine.dialect.quantile('x', share)} from ${list})`)).toBe(reference);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('refuse a share that is none', () => {
    expect(() => engine.dialect.quantile('x', 95)).toThrow(RangeError);
  });
});

describe('the network of an address', () => {
  const prefixOf = (address: string) => value(engine.dialect.networkPrefix('$1::varchar'), [address]);

  it.each([
    ['203.0.113.77', '203.0.113.0/24'],
    ['2001:db8:7:1::9', '2001:db8:7::/48'],
    ['2001:db8::9', '2001:db8::/48'],
    ['2001:DB8:0007:1:2:3:4:5', '2001:db8:7::/48'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::/48'],
    ['2001::3:4:5:6:7:8', '2001:0:3::/48'],
    ['2001:0:3::1', '2001:0:3::/48'],
    ['::1', '::/48'],
    ['::', '::/48'],
    ['::2:3:4:5:6:7:8', '0:2:3::/48'],
    ['fe80::', 'fe80::/48'],
    ['::ffff:203.0.113.9', '203.0.113.0/24'],
  ])('%s lies in %s', async (address, prefix) => {
    expect(await prefixOf(address)).toBe(prefix);
  });

  it('is the same for every spelling of any address', async () => {
    const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(groups, async (parts) => {
        const address = new ipaddr.IPv6(parts);
        if (address.isIPv4MappedAddress()) return;
        const network = new ipaddr.IPv6([...parts.slice(0, 3), 0, 0, 0, 0, 0]);
        const [a, b, c] = parts.map((part) => part.toString(16));
        const expected = parts[2]
          ? `${a}:${b}:${c}::/48`
          : parts[1]
            ? `${a}:${b}::/48`
            : parts[0]
              ? `${a}::/48`
              : '::/48';
        for (const spelling of [
          address.toString(),
          address.toRFC5952String(),
          parts.map((part) => part.toString(16).padStart(4, '0').toUpperCase()).join(':'),
        ]) {
          expect(await prefixOf(spelling)).toBe(expected);
        }
        expect(ipaddr.parseCIDR(expected)[0].toString()).toBe(network.toString());
      }),
      { numRuns: 80 },
    );
  });

  it('is unknown for an unknown address', async () => {
    expect(await value(engine.dialect.networkPrefix('null::varchar'))).toBeNull();
  });
});

describe('reading files', () => {
  it('turns a broken line into a row of nulls and a value of the wrong kind into null', async () => {
    const plain = join(folder, "it's.ndjson");
    const packed = join(folder, 'b.ndjson.gz');
    writeFileSync(plain, '{"A":1,"B":"x"}\n\n{"A":"many","B":"y"}\n{"A":\n[1]\n');
    writeFileSync(packed, Buffer.concat([gzipSync('{"A":2,"B":"z"}\n'), gzipSync('{"A":3,"B":"second member"}')]));
    const columns = [
      { key: 'A', type: 'BIGINT', as: 'A' },
      { key: 'B', type: 'VARCHAR', as: 'B' },
    ] as const;
    const plainRows = engine.dialect.ndjson([plain], columns, { gzip: false, fileColumn: 'file' });
    const packedRows = engine.dialect.ndjson([packed, packed], columns, { gzip: true, fileColumn: 'file' });
    expect(await engine.query(`select distinct * from ${packedRows} r order by A`)).toEqual([
      { A: 2, B: 'z', file: 1 },
      { A: 3, B: 'second member', file: 1 },
    ]);
    expect(await engine.query(`select * from ${plainRows} r order by file, A nulls last, B nulls last`)).toEqual([
      { A: 1, B: 'x', file: 1 },
      { A: null, B: 'y', file: 1 },
      { A: null, B: null, file: 1 },
      { A: null, B: null, file: 1 },
    ]);
    expect(
      await engine.query(`select A from ${engine.dialect.ndjson([packed], columns, { gzip: true })} r order by A`),
    ).toEqual([{ A: 2 }, { A: 3 }]);
  });

  it('keeps keys apart that differ only in case', async () => {
    const file = join(folder, 'case.ndjson');
    writeFileSync(file, '{"IPTtl":64,"L":["a"]}\n{"IPTTL":"128","L":"b"}\n{broken\n');
    const fields = [
      { key: 'IPTtl', type: 'BIGINT', as: 'old' },
      { key: 'IPTTL', type: 'BIGINT', as: 'new' },
      { key: 'L', type: 'VARCHAR[]', as: 'list' },
    ] as const;
    const relation = engine.dialect.ndjson([file], fields, { gzip: false, fileColumn: 'file' });
    expect(await engine.query(`select old, new, len(list) as n, file from ${relation} r order by old, new`)).toEqual([
      { old: 64, new: null, n: 1, file: 1 },
      { old: null, new: 128, n: null, file: 1 },
      { old: null, new: null, n: null, file: 1 },
    ]);
  });

  it.each([
    ['2026-11-17T14:03:20Z', 'UTC', 1_794_924_200_000],
    ['2026-11-17T14:03:20.123456789Z', 'UTC', 1_794_924_200_123],
    ['2026-11-17T15:03:20+01:00', 'UTC', 1_794_924_200_000],
    ['2026-11-17T10:33:20.5-0330', 'UTC', 1_794_924_200_500],
    ['2026-11-17 14:03:20', 'UTC', 1_794_924_200_000],
    ['2026-11-17 19:48:20', 'Asia/Kathmandu', 1_794_924_200_000],
    ['1794924200', 'Asia/Kathmandu', 1_794_924_200_000],
    ['1794924200.25', 'UTC', 1_794_924_200_250],
    ['1794924200.123456', 'UTC', 1_794_924_200_123],
    ['1794924200.123956789', 'UTC', 1_794_924_200_123],
    ['1794924200123.956', 'UTC', 1_794_924_200_123],
    ['1794924200123', 'UTC', 1_794_924_200_123],
    ['1794924200123456', 'UTC', 1_794_924_200_123],
    ['1794924200123456789', 'UTC', 1_794_924_200_123],
    ['2026-13-17T14:03:20Z', 'UTC', null],
    ['soon', 'UTC', null],
    ['', 'UTC', null],
  ])('reads the time %s in %s', async (written, zone, at) => {
    expect(await value(engine.dialect.epochMs('$1::varchar', zone), [written])).toBe(at);
  });
});

describe('small differences', () => {
  it('quote whatever they are given', async () => {
    expect(await value(engine.dialect.text("o'clock"))).toBe("o'clock");
    expect(await engine.query(`select 1 as ${engine.dialect.identifier('a "b"')}`)).toEqual([{ 'a "b"': 1 }]);
  });

  it('divide, cast, count and pick', async () => {
    const { dialect } = engine;
    expect(await value(dialect.quotient('29999', 10_000))).toBe(2);
    expect(await value(dialect.tryCast("'12x'", 'BIGINT'))).toBeNull();
    expect(await value(dialect.tryCast("'12'", 'BIGINT'))).toBe(12);
    expect(await value(dialect.positionIn("['a', 'b']", "'b'"))).toBe(2);
    expect(await value(dialect.elementOf("['a', 'b']", -1))).toBe('b');
    expect(await value(dialect.elementOf("['a', 'b']", 3))).toBeNull();
    expect(await value(`${dialect.hash('1', 'null')} = ${dialect.hash('1', 'null')}`)).toBe(true);
    expect(await value(`${dialect.hash("'a'")} = ${dialect.hash("'b'")}`)).toBe(false);
    expect(await value(dialect.jsonMember(`'{"rule_message":"Disclosure","n":1}'`, 'rule_message'))).toBe('Disclosure');
    expect(await value(dialect.jsonMember("'not json'", 'rule_message'))).toBeNull();
    expect(await value(dialect.elementOf(dialect.filtered("['log', 'block']", "x <> 'log'"), 1))).toBe('block');
    const pairs = "(values ('x', 1), ('y', 3), ('y', 2)) t(k, n)";
    expect(await value(`(select ${dialect.distinct('k')} from ${pairs})`)).toBe(2);
    expect(await value(`(select ${dialect.approximateDistinct('k')} from ${pairs})`)).toBe(2);
    expect(await value(`(select ${dialect.atLargest('k', 'n')} from ${pairs})`)).toBe('y');
    expect(await value(`(select ${dialect.atSmallest('k', 'n')} from ${pairs})`)).toBe('x');
  });
});
