import { describe, expect, test } from 'vitest';
import { isLocale, isTimeZone, readHost, readPrefix, readZone } from '../../../src/config/names.ts';

describe('a prefix', () => {
  test.each([
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['198.51.100.7/32', '198.51.100.7/32'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    [' 192.0.2.0/24 ', '192.0.2.0/24'],
    ['2001:DB8:0:0::/32', '2001:db8::/32'],
    ['2001:db8::1/128', '2001:db8::1/128'],
  ])('%j is %s', (text, prefix) => {
    expect(readPrefix(text)).toEqual({ prefix });
  });

  test.each([
    ['203.0.113.5/24', 'has bits set after its length; the range is 203.0.113.0/24'],
    ['2001:db8::1/32', 'has bits set after its length; the range is 2001:db8::/32'],
    ['203.0.113.0', 'needs a prefix length; one address is 203.0.113.0/32'],
    ['0.0.0.0/0', 'is too wide for one customer; the shortest accepted length is /8'],
    ['::/0', 'is too wide for one customer; the shortest accepted length is /16'],
    ['203.0.113.0/33', 'has a prefix length that is not 0 to 32'],
    ['203.0.113.0/-1', 'has a prefix length that is not 0 to 32'],
    ['203.0.113.0/2 4', 'has a prefix length that is not 0 to 32'],
    ['203.0.113.0/24/8', 'must be an address range'],
    ['203.0.113/24', 'must be an address range'],
    ['010.0.0.0/8', 'must be an address range'],
    ['0x0a.0.0.0/8', 'must be an address range'],
    ['fe80::%eth0/64', 'must be an address range'],
    ['example.com/24', 'must be an address range'],
    ['', 'must be an address range'],
  ])('%j is refused: %s', (text, problem) => {
    expect(readPrefix(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

describe('a host', () => {
  test.each([
    ['WWW.Example.COM.', 'www.example.com'],
    ['Bücher.example', 'xn--bcher-kva.example'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['intranet', 'intranet'],
    ['198.51.100.7', '198.51.100.7'],
    ['2001:DB8::0:1', '2001:db8::1'],
  ])('%j is spelt %s', (text, host) => {
    expect(readHost(text)).toBe(host);
  });

  test.each([
    [''],
    ['a..b'],
    ['.example.com'],
    ['*.example.com'],
    ['example.com/path'],
    ['https://example.com'],
    ['example.com:443'],
    ['user@example.com'],
    ['exa mple.com'],
    ['0x7f.1'],
    ['127.1'],
    ['-a.example'],
    [`${'a'.repeat(64)}.example`],
    [`${'abcdefgh.'.repeat(30)}example`],
  ])('%j is none', (text) => {
    expect(readHost(text)).toBeUndefined();
  });
});

describe('a zone', () => {
  test('is a host of at least two labels, because all below it belongs to the customer', () => {
    expect(readZone('Example.COM')).toBe('example.com');
    expect(readZone('com')).toBeUndefined();
    expect(readZone('198.51.100.7')).toBeUndefined();
  });
});

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['America/Argentina/Buenos_Aires', true],
  ['+05:00', false],
  ['Mars/Olympus', false],
  ['', false],
])('%j as a time zone: %s', (zone, expected) => {
  expect(isTimeZone(zone)).toBe(expected);
});

test.each([
  ['en-GB', true],
  ['de', true],
  ['pt-BR', true],
  ['en_GB', false],
  ['english', false],
  ['xx-YY', false],
  ['', false],
])('%j as a locale: %s', (tag, expected) => {
  expect(isLocale(tag)).toBe(expected);
});
