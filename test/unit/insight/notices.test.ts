import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Clocks } from '../../../src/aggregate/attack-stats.ts';
import { readNoticeDeadlines } from '../../../src/config/notice-deadlines.ts';
import { dueNotices, type StatedMoments } from '../../../src/insight/notices.ts';

const SHIPPED = readNoticeDeadlines(
  readFileSync(new URL('../../../data/notice-deadlines.yaml', import.meta.url), 'utf8'),
);
const at = (text: string) => Date.parse(text);
const DETECTED: Clocks = {
  detected: { at: at('2026-11-17T13:22:31Z'), resolutionMs: 1000, from: 'timeline', evidence: ['in1'] },
};

function due(rule: string, clocks: Clocks, stated: StatedMoments = {}): Record<string, string> {
  const rows = SHIPPED.filter((row) => row.rule === rule);
  return Object.fromEntries(
    dueNotices(rows, clocks, stated).map(({ deadline, from, dueAt }) => [
      deadline.id,
      `${from?.basis ?? 'unknown'} ${dueAt === undefined ? '-' : new Date(dueAt).toISOString()}`,
    ]),
  );
}

describe('when notices to authorities are due', () => {
  it('counts from the detection on record where the customer did not state when it became aware', () => {
    expect(due('nis2', DETECTED)).toEqual({
      'nis2-early-warning': 'detection 2026-11-18T13:22:31.000Z',
      'nis2-notification': 'detection 2026-11-20T13:22:31.000Z',
      'nis2-final-report': 'notice 2026-12-20T13:22:31.000Z',
    });
  });

  it('counts from what the customer stated before it counts from anything else', () => {
    const stated = { awareAt: at('2026-11-17T14:00:00Z'), classifiedAt: at('2026-11-17T18:00:00Z') };
    expect(due('dora', DETECTED, stated)).toEqual({
      'dora-initial': 'stated 2026-11-17T22:00:00.000Z',
      'dora-initial-latest': 'stated 2026-11-18T14:00:00.000Z',
      'dora-intermediate': 'notice 2026-11-21T14:00:00.000Z',
      'dora-final': 'notice 2026-12-21T14:00:00.000Z',
    });
  });

  it('computes nothing from a classification that nobody stated, or without any clock', () => {
    expect(due('dora', DETECTED)['dora-initial']).toBe('unknown -');
    expect(new Set(Object.values(due('nis2', {})))).toEqual(new Set(['unknown -']));
  });

  it('ends a month on the last day of a shorter one', () => {
    const stated = { awareAt: at('2026-01-28T10:00:00Z') }; // notified by 31 January, and February has 28 days
    expect(due('nis2', {}, stated)['nis2-final-report']).toBe('notice 2026-02-28T10:00:00.000Z');
  });

  it('ships no deadline as verified that names nobody who verified it, and cites every one', () => {
    expect(SHIPPED.every(({ verified, verifiedBy }) => !verified || verifiedBy !== undefined)).toBe(true);
    expect(SHIPPED.every(({ address, provision, read }) => address.startsWith('https://') && provision && read)).toBe(
      true,
    );
  });
});
