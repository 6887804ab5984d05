import { describe, expect, it } from 'vitest';
import { askedPause, Pace, pauseAfter } from '../../../src/deliver/http/pace.ts';

const NOON = Date.UTC(2026, 10, 17, 12);

describe('what an answer asks for', () => {
  const asked = (headers: Record<string, string>) => askedPause(new Headers(headers), NOON);

  it('is Retry-After in seconds or as a date', () => {
    expect(asked({ 'retry-after': '7' })).toBe(7_000);
    expect(asked({ 'retry-after': 'Tue, 17 Nov 2026 12:01:30 GMT' })).toBe(90_000);
    expect(asked({ 'retry-after': 'Tue, 17 Nov 2026 11:00:00 GMT' })).toBe(0);
  });

  it('is the reset of a rate limit, as an instant or as seconds from now', () => {
    expect(asked({ 'x-ratelimit-reset': String(NOON / 1000 + 30) })).toBe(30_000);
    expect(asked({ 'ratelimit-reset': '12' })).toBe(12_000);
    expect(asked({ 'x-ratelimit-reset': '2026-11-17T12:00:05Z' })).toBe(5_000);
  });

  it('is nothing when nothing can be read', () => {
    expect(asked({})).toBeUndefined();
    expect(asked({ 'retry-after': 'soon' })).toBeUndefined();
  });
});

describe('our own pace', () => {
  it('doubles up to five minutes, with full jitter', () => {
    expect([1, 2, 3, 20].map((tries) => pauseAfter(tries, () => 1))).toEqual([1_000, 2_000, 4_000, 300_000]);
    expect(pauseAfter(5, () => 0)).toBe(0);
  });

  it('lets a burst through and then one at a time, and nobody while it is closed', () => {
    const pace = new Pace(2, 100);
    expect([pace.take(0), pace.take(0), pace.take(0), pace.take(0)]).toEqual([0, 0, 100, 200]);
    expect(pace.take(10_000)).toBe(0);
    pace.closeUntil(15_000);
    expect(pace.take(10_000)).toBe(5_000);
  });
});
