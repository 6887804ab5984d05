import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conjunctionSql } from '../../../../src/aggregate/signatures/predicate-sql.ts';
import { createBinder } from '../../../../src/aggregate/statement.ts';
import type { Engine } from '../../../../src/engine/engine.ts';
import type { Predicate } from '../../../../src/model/signature.ts';
import { HOSTILE_STRINGS } from '../../../support/hostile-strings.ts';
import { openTraffic } from '../traffic-fixture.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openTraffic();
  await engine.run(
    `create table requests (n integer, ja4 varchar, source_country varchar, source_asn varchar, source_ip varchar, bot_score smallint,
       query varchar, headers varchar, bot_tags varchar[])`,
  );
  await engine.run(`insert into requests values
    (1, 'tool', 'DE', '64500', '192.0.2.7', 2, 'q=1', '{"accept":"*/*","a/b~c":"x"}', ['api']),
    (2, null, null, null, '198.51.100.9', null, null, 'no json', null),
    (3, 'chrome', 'FR', '64501', '192.0.2.8', 80, 'cb=1', '{"accept":""}', [])`);
});
afterAll(() => engine.close());

async function matching(...all: Predicate[]): Promise<number[]> {
  const binder = createBinder();
  const condition = conjunctionSql(all, 'http', binder, engine.dialect);
  const rows = await engine.query<{ n: number }>(`select n from requests where ${condition} order by n`, binder.values);
  const others = await engine.query<{ n: number }>(`select n from requests where not ${condition}`, binder.values);
  expect(rows.length + others.length).toBe(3); // never NULL
  return rows.map(({ n }) => n);
}

describe('conditions as SQL', () => {
  it('compares values, and takes a missing one for no value', async () => {
    expect(await matching({ field: 'JA4', op: 'eq', value: 'tool' })).toEqual([1]);
    expect(await matching({ field: 'JA4', op: 'ne', value: 'tool' })).toEqual([2, 3]);
    expect(await matching({ field: 'JA4', op: 'eq', value: null })).toEqual([2]);
    expect(await matching({ field: 'JA4', op: 'ne', value: null })).toEqual([1, 3]);
    expect(await matching({ field: 'JA4', op: 'in', value: ['tool', 'chrome'] })).toEqual([1, 3]);
    expect(await matching({ field: 'JA4', op: 'in', value: [] })).toEqual([]);
  });

  it('compares numbers as numbers and countries as Logpush writes them', async () => {
    expect(await matching({ field: 'BotScore', op: 'range', value: [1, 2] })).toEqual([1]);
    expect(await matching({ field: 'ClientASN', op: 'eq', value: 64_501 })).toEqual([3]);
    expect(await matching({ field: 'ClientCountry', op: 'eq', value: 'de' })).toEqual([1]);
  });

  it('looks into headers, lists and queries', async () => {
    expect(await matching({ field: 'RequestHeaders.accept', op: 'eq', value: '*/*' })).toEqual([1]);
    expect(await matching({ field: 'RequestHeaders.accept', op: 'eq', value: null })).toEqual([2, 3]);
    expect(await matching({ field: 'RequestHeaders.a/b~c', op: 'eq', value: 'x' })).toEqual([1]);
    expect(await matching({ field: 'BotTags', op: 'contains', value: 'api' })).toEqual([1]);
    expect(await matching({ field: 'ClientRequestURI', op: 'contains', value: '?cb=' })).toEqual([3]);
    expect(await matching({ field: 'ClientIP', op: 'startsWith', value: '192.0.2.' })).toEqual([1, 3]);
  });

  it('holds only when all conditions do', async () => {
    expect(
      await matching(
        { field: 'ClientIP', op: 'startsWith', value: '192.0.2.' },
        { field: 'JA4', op: 'eq', value: 'tool' },
      ),
    ).toEqual([1]);
  });

  it('takes hostile values and names of members for nothing but values', async () => {
    for (const value of HOSTILE_STRINGS) {
      expect(await matching({ field: 'JA4', op: 'eq', value })).toEqual([]);
      expect(await matching({ field: `RequestHeaders.${value}`, op: 'eq', value: null })).toEqual([1, 2, 3]);
    }
  });

  it('refuses a field that no log has', async () => {
    await expect(matching({ field: 'ja4 or true', op: 'eq', value: 'x' })).rejects.toThrow(RangeError);
  });
});
