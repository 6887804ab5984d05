import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Engine, openDuckDb } from '../../../src/engine/engine.ts';

let folder: string;
let engine: Engine;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'debrief-engine-'));
  engine = await openDuckDb({ scratchDir: join(folder, 'scratch'), memoryLimitBytes: 200e6, threads: 2 });
});

afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('values', () => {
  it('come back as plain numbers, texts, truth values and null', async () => {
    const rows = await engine.query(
      "select 9007199254740991::bigint as a, sum(x) as b, 'ü' as c, null as d, true as e, 1.5 as f from range(4) t(x)",
    );
    expect(rows).toEqual([{ a: 9_007_199_254_740_991, b: 6, c: 'ü', d: null, e: true, f: 1.5 }]);
  });

  it('above 2^53 are refused by name instead of being rounded', async () => {
    await expect(engine.query('select 9007199254740992::bigint as packets')).rejects.toMatchObject({
      code: 'number-overflow',
      message: expect.stringContaining('packets'),
    });
    await expect(
      engine.query('select sum(x) as bytes from (values (9223372036854775807), (9223372036854775807)) t(x)'),
    ).rejects.toMatchObject({ code: 'number-overflow' });
    await expect(engine.query('select 9223372036854775807 + x from range(1, 2) t(x)')).rejects.toMatchObject({
      code: 'number-overflow',
    });
  });

  it('are bound, never pasted into the statement', async () => {
    const hostile = "x'; drop table t; --";
    await engine.run('create table t (name varchar, n bigint)');
    await engine.append('t', [[hostile, 3_000_000_000]]);
    expect(await engine.query('select n from t where name = $1 and n = $2', [hostile, 3_000_000_000])).toEqual([
      { n: 3_000_000_000 },
    ]);
  });

  it('of a kind that no report needs are a defect, not an object in a table', async () => {
    await expect(engine.query('select [1, 2] as list')).rejects.toThrow('cast it in the statement');
  });
});

describe('appending', () => {
  it('adds rows of every column type with nulls, in bulk', async () => {
    await engine.run(
      'create table t (a varchar, b boolean, c tinyint, d smallint, e integer, f uinteger, g bigint, h ubigint, i hugeint, j double)',
    );
    const row = ['x', true, 1, 2, 3, 4, 5, 6, 7n, 0.5];
    await engine.append('t', [row, row.map(() => null)]);
    expect(await engine.query('select * from t order by a')).toEqual([
      { a: 'x', b: true, c: 1, d: 2, e: 3, f: 4, g: 5, h: 6, i: 7, j: 0.5 },
      { a: null, b: null, c: null, d: null, e: null, f: null, g: null, h: null, i: null, j: null },
    ]);
  });

  it('takes more rows than fit into one turn', async () => {
    await engine.run('create table t (n bigint)');
    await engine.append(
      't',
      (function* () {
        for (let n = 0; n < 120_001; n += 1) yield [n];
      })(),
    );
    expect(await engine.query('select count(*) as n, sum(n) as s from t')).toEqual([{ n: 120_001, s: 7_200_060_000 }]);
  });

  it('refuses rows of another width, fractions in whole columns and unknown tables', async () => {
    await engine.run('create table t (n bigint)');
    await expect(engine.append('t', [[1, 2]])).rejects.toThrow('1 columns');
    await expect(engine.append('t', [[1.5]])).rejects.toThrow();
    await expect(engine.append('u', [[1]])).rejects.toThrow();
  });
});

describe('the fence', () => {
  it('closes files and network to every later statement, for good', async () => {
    const secret = join(folder, 'secret.csv');
    writeFileSync(secret, 'token\nabc\n');
    expect(await engine.query(`select * from read_csv('${secret}')`)).toHaveLength(1);
    await engine.seal();
    await expect(engine.query(`select * from read_csv('${secret}')`)).rejects.toThrow('disabled by configuration');
    await expect(engine.run(`copy (select 1) to '${join(folder, 'out.csv')}'`)).rejects.toThrow();
    await expect(engine.run(`attach '${join(folder, 'out.db')}'`)).rejects.toThrow();
    await expect(engine.run('install httpfs')).rejects.toThrow();
    await expect(engine.run('set enable_external_access = true')).rejects.toThrow('locked');
    expect(readdirSync(folder)).toEqual(['scratch', 'secret.csv']);
  });

  it('never fetches an extension by itself', async () => {
    await expect(engine.query("select '192.0.2.1'::inet")).rejects.toThrow();
  });

  it('still spills to its own folder once it is closed', async () => {
    await engine.seal();
    await engine.run(
      'create table big as select hash(range)::varchar || hash(range + 1)::varchar as k from range(4000000)',
    );
    expect(await engine.query('select count(*) as n from (select k, count(*) from big group by k order by k)')).toEqual(
      [{ n: 4_000_000 }],
    );
  });
});

describe('the lifetime', () => {
  it('leaves no file behind, however often it is closed', async () => {
    await engine.run(
      'create table big as select hash(range)::varchar || hash(range)::varchar as k from range(6000000)',
    );
    expect(readdirSync(join(folder, 'scratch'))).toHaveLength(1);
    await engine.close();
    await engine.close();
    expect(existsSync(join(folder, 'scratch'))).toBe(false);
  });

  it('leaves a scratch folder alone that was there before', async () => {
    const scratchDir = join(folder, 'ours');
    mkdirSync(scratchDir);
    writeFileSync(join(scratchDir, 'note.txt'), 'keep');
    const other = await openDuckDb({ scratchDir, memoryLimitBytes: 100e6 });
    await other.close();
    expect(readdirSync(scratchDir)).toEqual(['note.txt']);
  });

  it('leaves no scratch folder behind when it cannot open', async () => {
    const scratchDir = join(folder, 'never');
    await expect(openDuckDb({ scratchDir, memoryLimitBytes: 100e6, threads: 0 })).rejects.toThrow();
    expect(existsSync(scratchDir)).toBe(false);
  });

  it('stops a running statement when asked, and can go on afterwards', async () => {
    const running = engine.query(
      'select count(*) as n from range(100000000) a, range(1000) b where hash(a.range + b.range) % 7 = 3',
    );
    const stopped = expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    engine.interrupt();
    await stopped;
    expect(await engine.query('select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('stops what runs when it is closed and refuses what comes after', async () => {
    const running = engine.query(
      'select count(*) as n from range(100000000) a, range(1000) b where hash(a.range + b.range) % 7 = 3',
    );
    const stopped = expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await engine.close();
    await stopped;
    await expect(engine.query('select 1')).rejects.toMatchObject({ code: 'cancelled' });
    engine.interrupt();
  });

  it('says what to do when neither memory nor disk are enough', async () => {
    await engine.run("set max_temp_directory_size = '1MB'");
    await expect(
      engine.run('create table big as select hash(range)::varchar || hash(range)::varchar as k from range(20000000)'),
    ).rejects.toMatchObject({ code: 'engine-exhausted', hint: expect.stringContaining('memory limit') });
  });

  it('does not mix two cases', async () => {
    const other = await openDuckDb({ scratchDir: join(folder, 'scratch'), memoryLimitBytes: 100e6 });
    try {
      await engine.run('create table t (n bigint)');
      await expect(other.query('select * from t')).rejects.toThrow('does not exist');
    } finally {
      await other.close();
    }
  });
});
