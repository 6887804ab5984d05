import { describe, expect, it } from 'vitest';
import {
  toAddress,
  toAsn,
  toCount,
  toCountry,
  toDisposition,
  toEpochMs,
  toPort,
  toSystem,
  toText,
  toTransport,
} from '../../../src/ingest/normalize.ts';

describe('times', () => {
  const at = Date.UTC(2026, 10, 17, 14, 3, 20);

  it.each([
    ['2026-11-17T14:03:20Z', 0, 1_000],
    ['2026-11-17T14:03:20.5Z', 500, 1],
    ['2026-11-17T14:03:20.123456789Z', 123, 1],
    ['2026-11-17T15:03:20+01:00', 0, 1_000],
    ['2026-11-17T15:03:20.000+0100', 0, 1],
    ['2026-11-17T10:33:20-03:30', 0, 1_000],
    ['2026-11-17 14:03:20 UTC', 0, 1_000],
    ['1794924200', 0, 1_000],
    ['1794924200.25', 250, 1],
    ['1794924200123', 123, 1],
    ['1794924200123456', 123, 1],
    ['1794924200123456789', 123, 1],
  ])('reads %s to the millisecond', (text, milliseconds, precisionMs) => {
    expect(toEpochMs(text)).toEqual({ at: at + milliseconds, precisionMs, assumedZone: false });
  });

  it('tells seconds, milliseconds, microseconds and nanoseconds apart by size when they are numbers', () => {
    expect(toEpochMs(1_794_924_200)?.at).toBe(at);
    expect(toEpochMs(1_794_924_200.5)?.at).toBe(at + 500);
    expect(toEpochMs(1_794_924_200_000)?.at).toBe(at);
    expect(toEpochMs(1_794_924_200_000_000)?.at).toBe(at);
    expect(toEpochMs(1_794_924_200_000_000_000n)?.at).toBe(at);
  });

  it('says when it assumed UTC for a time without a zone', () => {
    expect(toEpochMs('2026-11-17 14:03:20')).toEqual({ at, precisionMs: 1_000, assumedZone: true });
    expect(toEpochMs('2026-11-17 14:03:20', { timeZone: 'Asia/Kathmandu' })).toEqual({
      at: at - 20_700_000,
      precisionMs: 1_000,
      assumedZone: false,
    });
  });

  it('never leans on the zone of the machine', () => {
    expect(new Date(2026, 0, 1).getTimezoneOffset()).toBe(210); // the tests run in Newfoundland
    expect(toEpochMs('2026-11-17')?.at).toBe(Date.UTC(2026, 10, 17));
    expect(toEpochMs('2026-11-17')?.precisionMs).toBe(86_400_000);
    expect(toEpochMs('2026-11-17T14:03')?.precisionMs).toBe(60_000);
  });

  it('marks a wall clock time that never was and one that came twice', () => {
    expect(toEpochMs('2026-03-29 02:30:00', { timeZone: 'Europe/Berlin' })).toMatchObject({ clock: 'skipped' });
    expect(toEpochMs('2026-10-25 02:30:00', { timeZone: 'Europe/Berlin' })).toMatchObject({
      clock: 'ambiguous',
      at: Date.UTC(2026, 9, 25, 0, 30),
    });
    expect(toEpochMs('2026-10-04 02:15:00', { timeZone: 'Australia/Lord_Howe' })).toMatchObject({ clock: 'skipped' });
    expect(toEpochMs('2026-10-25 03:00:00', { timeZone: 'Europe/Berlin' })).toEqual({
      at: Date.UTC(2026, 9, 25, 2),
      precisionMs: 1_000,
      assumedZone: false,
    });
  });

  it('takes a leap second as the start of the next minute', () => {
    expect(toEpochMs('2016-12-31T23:59:60Z')?.at).toBe(Date.UTC(2017, 0, 1));
  });

  it.each([
    '1970-01-01T00:00:00Z',
    '0',
    0,
    '',
    '-',
    '2026-02-30T00:00:00Z',
    '2026-13-01',
    'soon',
    null,
    Number.NaN,
    -5,
    '12:30',
  ])('does not know %s', (value) => {
    expect(toEpochMs(value)).toBeUndefined();
  });
});

describe('what was done', () => {
  it.each([
    ['managedChallenge', 'challenged'],
    ['managed_challenge', 'challenged'],
    ['MANAGEDCHALLENGENONINTERACTIVESOLVED', 'passed'],
    ['jschallengeBypassed', 'passed'],
    ['challengeFailed', 'challenged'],
    ['forceConnectionClose', 'blocked'],
    ['skip', 'passed'],
    ['log', 'logged'],
    ['constructor', 'unknown'],
    ['somethingNew', 'unknown'],
    [undefined, 'unknown'],
  ])('reads the HTTP action %s as %s', (action, disposition) => {
    expect(toDisposition(action, { layer: 'http' })).toBe(disposition);
  });

  it('counts a block by a rate limiting rule as rate limited, a log by it as logged', () => {
    expect(toDisposition('block', { layer: 'http', source: 'rateLimit' })).toBe('rate_limited');
    expect(toDisposition('log', { layer: 'http', source: 'ratelimit' })).toBe('logged');
  });

  it('reads the outcome of a packet', () => {
    expect(toDisposition('Drop', { layer: 'network' })).toBe('blocked');
    expect(toDisposition('pass', { layer: 'network' })).toBe('passed');
  });

  it('maps products to systems and keeps what it does not know as other', () => {
    expect(toSystem('firewallManaged')).toBe('waf-managed');
    expect(toSystem('flowtrackd')).toBe('advanced-tcp-protection');
    expect(toSystem('magic-firewall')).toBe('network-firewall');
    expect(toSystem('__proto__')).toBe('other');
    expect(toSystem('')).toBeUndefined();
    expect(toSystem('unknown')).toBeUndefined();
  });
});

describe('names of the net and of the world', () => {
  it.each([
    ['us', 'US'],
    ['IR', 'IR'],
    ['United States', 'US'],
    ['Greece', 'GR'],
    ['Türkiye', 'TR'],
    ['Turkey', 'TR'],
    ['Russian Federation', 'RU'],
    ['Korea, Republic of', 'KR'],
    ['Viet Nam', 'VN'],
    ['Côte d’Ivoire', 'CI'],
    ['XX', undefined],
    ['T1', undefined],
    ['', undefined],
    ['Atlantis', undefined],
    ['Unknown Region', undefined],
    ['Germany', 'DE'],
    ['Serbia', 'RS'],
    ['UK', 'GB'],
    ['dd', 'DE'],
  ])('reads the country %s as %s', (name, code) => {
    expect(toCountry(name)).toBe(code);
  });

  it('writes addresses in one form', () => {
    expect(toAddress('2001:DB8:0:0:0:0:0:1')).toBe('2001:db8::1');
    expect(toAddress('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(toAddress('192.0.2.7')).toBe('192.0.2.7');
    expect(toAddress('192.0.2')).toBeUndefined();
    expect(toAddress('0x7f000001')).toBeUndefined();
  });

  it('reads numbers of systems, ports, protocols and counts with their sentinels', () => {
    expect([toAsn('AS64500'), toAsn(64500), toAsn('64500'), toAsn(0), toAsn('x')]).toEqual([
      '64500',
      '64500',
      '64500',
      undefined,
      undefined,
    ]);
    expect([toPort(443), toPort('0'), toPort(70_000)]).toEqual(['443', undefined, undefined]);
    expect([toTransport('TCP'), toTransport(17), toTransport('IPv6-ICMP'), toTransport('')]).toEqual([
      'tcp',
      'udp',
      'icmpv6',
      undefined,
    ]);
    expect([toCount('12'), toCount(0), toCount(-1), toCount('1e3'), toCount('9007199254740993')]).toEqual([
      12,
      0,
      undefined,
      undefined,
      undefined,
    ]);
    expect([toText(' a '), toText('-'), toText('Unknown'), toText(7)]).toEqual(['a', undefined, undefined, '7']);
  });
});
