import { describe, expect, it } from 'vitest';
import type { RedactionPolicy } from '../../../src/model/redaction.ts';
import { createMasker } from '../../../src/redact/masker.ts';

const FULL: RedactionPolicy = {
  profile: 'test',
  addresses: 'full',
  hosts: 'full',
  paths: 'full',
  rules: 'full',
  staff: 'full',
};

function masker(policy: Partial<RedactionPolicy>, key?: string) {
  return createMasker({
    policy: { ...FULL, ...policy },
    ...(key !== undefined && { key }),
    customerId: 'acme',
    known: new Map([
      ['/search', 'paths'],
      ['/', 'paths'],
      ['block bots', 'rules'],
      ['1007', 'rules'],
      ['jane roe', 'staff'],
    ]),
    domains: ['acme.example'],
  });
}

describe('masks', () => {
  it.each([
    ['198.51.100.7', '198.51.100.0/24'],
    ['from 198.51.100.7:443, then 198.51.100.0/25.', 'from 198.51.100.0/24:443, then 198.51.100.0/24.'],
    ['203.0.112.0/22', '203.0.112.0/22'],
    ['2001:db8:51:7::1', '2001:db8:51::/48'],
    ['::ffff:198.51.100.7', '::/48'],
    ['2001:db8::/32', '2001:db8::/32'],
  ])('shorten the address in %j to its network', (text, shown) => {
    expect(masker({ addresses: 'prefix' }).input(text)).toBe(shown);
  });

  it('leave what only looks like an address', () => {
    const text = 'at 14:03:20 on 2026-11-17, version 1.2.3, aa:bb';
    expect(masker({ addresses: 'removed' }).input(text)).toBe(text);
  });

  it('find a host with everything below it, and a path behind it that no list holds', () => {
    const { input } = masker({ hosts: 'removed', paths: 'removed' });
    expect(input('old-www.ACME.example')).toBe('[host removed]');
    expect(input('see https://shop.acme.example/private?id=7 and /hidden/page')).toBe(
      'see https://[host removed][path removed] and [path removed]',
    );
    expect(input('notacme.example and L3/4')).toBe('notacme.example and L3/4');
  });

  it('find rules and people in what somebody wrote, but no word that they are only part of', () => {
    const { input } = masker({ rules: 'removed', staff: 'removed' });
    expect(input('Jane Roe, then jane.roe@northwall.example, switched Block Bots on')).toBe(
      '[name removed], then [name removed], switched [rule removed] on',
    );
    expect(input('block botsford')).toBe('block botsford');
  });

  it('take a short value for one only where it stands alone', () => {
    const { input } = masker({ rules: 'removed', paths: 'removed' });
    expect([input('/'), input('a / b'), input('1007'), input('1007 requests')]).toEqual([
      '[path removed]',
      'a / b',
      '[rule removed]',
      '1007 requests',
    ]);
  });

  it('give one value one pseudonym, another to every other value, kind, customer and key', () => {
    const { input } = masker({ addresses: 'pseudonym', rules: 'pseudonym' }, 'k'.repeat(16));
    expect(input('198.51.100.7')).toMatch(/^address-[a-z]{10}$/u);
    expect(input('198.51.100.7')).toBe(input(' 198.51.100.7 ').trim());
    expect(input('198.51.100.8')).not.toBe(input('198.51.100.7'));
    expect(masker({ addresses: 'pseudonym' }, 'l'.repeat(16)).input('198.51.100.7')).not.toBe(input('198.51.100.7'));
  });

  it('look in our own words for nothing that could be a word of ours', () => {
    const { words } = masker({ rules: 'removed', addresses: 'removed', hosts: 'removed' });
    expect(words('block bots at www.acme.example (198.51.100.7)')).toBe(
      'block bots at [host removed] ([address removed])',
    );
  });
});
