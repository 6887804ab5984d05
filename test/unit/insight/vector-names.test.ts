import { describe, expect, it } from 'vitest';
import { VECTORS } from '../../../src/insight/vector-catalog.ts';
import { articleOf, vectorName, vectorWording } from '../../../src/insight/vector-names.ts';

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

  it('is said by every language, but for those that are proper names', () => {
    const unsaid = VECTORS.filter(({ name }) => typeof vectorWording(name) === 'string');
    expect(unsaid.map(({ name }) => name)).toEqual(['HTTP/2 Rapid Reset', 'Slowloris']);
    expect(vectorWording('MIRAI variant')).toBe('MIRAI variant');
  });
});
