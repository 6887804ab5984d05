import { describe, expect, it } from 'vitest';
import { articleOf, vectorName } from '../../../src/insight/vector-names.ts';

describe('the name of a vector', () => {
  it.each([
    ['SYN Flood', 'SYN flood', 'a'],
    ['syn_flood', 'SYN flood', 'a'],
    ['http-flood', 'HTTP flood', 'an'],
    ['NTP Amplification', 'NTP amplification', ''],
    ['UDP_REFLECTION', 'UDP reflection', ''],
    ['Memcached Amplification', 'Memcached amplification', ''],
    ['ACK flood', 'ACK flood', 'an'],
    ['Attack', 'Attack', ''],
    ['MIRAI-variant flood', 'MIRAI variant flood', 'a'],
  ])('%s is written %s', (stated, name, article) => {
    expect([vectorName(stated), articleOf(vectorName(stated))]).toEqual([name, article]);
  });
});
