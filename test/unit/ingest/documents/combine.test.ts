import { expect, test } from 'vitest';
import type { ReportedAttack, TimelineEntry } from '../../../../src/ingest/dataset.ts';
import { commonTarget } from '../../../../src/ingest/documents/address-groups.ts';
import { mergeAttacks, mergeTimeline } from '../../../../src/ingest/documents/combine.ts';

const attack = (rest: Partial<ReportedAttack>): ReportedAttack => ({
  id: 'a1',
  system: 'Cloudflare dosd',
  layer: 'network',
  window: {},
  peak: {},
  total: {},
  status: 'unknown',
  input: 'in1',
  ...rest,
});

test('messages about one attack are joined: the widest span, the larger numbers, never their sum', () => {
  const merged = mergeAttacks([
    attack({ window: { start: 20 }, total: { packets: 5, bytes: 9 }, peak: { packetsPerSecond: 3 } }),
    attack({
      window: { start: 10, end: 50 },
      total: { packets: 7 },
      peak: { bitsPerSecond: 8 },
      status: 'ended',
      vector: 'UDP Flood',
      input: 'in2',
    }),
    attack({ window: { end: 40 }, status: 'ongoing' }),
  ]);
  expect(merged).toEqual([
    attack({
      window: { start: 10, end: 50 },
      total: { packets: 7, bytes: 9 },
      peak: { packetsPerSecond: 3, bitsPerSecond: 8 },
      status: 'ended',
      vector: 'UDP Flood',
    }),
  ]);
});

test('what was put together from packets only fills what nobody stated', () => {
  const stated = attack({ window: { start: 20, end: 40 }, total: { packets: 5 }, status: 'ended' });
  const derived = attack({
    window: { start: 0, end: 60 },
    total: { packets: 6, droppedPackets: 4 },
    derived: true,
    target: '198.51.100.7',
  });
  const expected = attack({
    window: { start: 20, end: 40 },
    total: { packets: 5, droppedPackets: 4 },
    status: 'ended',
    target: '198.51.100.7',
  });
  expect(mergeAttacks([stated, derived])).toEqual([expected]);
  expect(mergeAttacks([derived, stated])).toEqual([expected]);
  expect(mergeAttacks([derived])).toEqual([derived]);
});

test('the same id of two systems is two attacks', () => {
  expect(mergeAttacks([attack({}), attack({ system: 'NETSCOUT Sightline' })])).toHaveLength(2);
});

test('a timeline is in order and tells nothing twice', () => {
  const entry = (at: number, title: string): TimelineEntry => ({
    at,
    precisionMs: 1_000,
    milestone: 'note',
    title,
    actorKind: 'soc',
    visibility: 'internal',
    source: 'PagerDuty',
    originalTime: '',
    input: 'in1',
  });
  const merged = mergeTimeline([entry(3, 'c'), entry(1, 'a'), entry(1, 'b'), { ...entry(1, 'a'), input: 'in2' }]);
  expect(merged.map((one) => one.title)).toEqual(['a', 'b', 'c']);
});

test.each([
  [['198.51.100.7'], '198.51.100.7'],
  [['198.51.100.7', '198.51.100.7'], '198.51.100.7'],
  [['198.51.100.7', '198.51.100.200'], '198.51.100.0/24'],
  [['198.51.100.7', '203.0.113.7'], undefined],
  [['2001:db8::1', '2001:DB8:0:0:1::2'], '2001:db8::/64'],
  [['2001:db8::1', '198.51.100.7'], undefined],
  [['shop', ''], undefined],
])('the target that %j have in common is %j', (addresses, expected) => {
  expect(commonTarget(addresses)).toBe(expected);
});
