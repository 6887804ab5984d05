import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/aggregate/attack-stats.ts';
import { joinClocks } from '../../../src/aggregate/clocks.ts';
import { findContainment } from '../../../src/aggregate/containment.ts';
import type { Load } from '../../../src/aggregate/load.ts';
import { entry } from './traffic-fixture.ts';

const logs = (at: number): Clock => ({ at, resolutionMs: 1_000, from: 'logs', evidence: ['in1'] });

describe('the clocks of an incident', () => {
  it('run from the first attack packet and from the alert', () => {
    const clocks = joinClocks(
      { firstAttack: logs(1_000), mitigated: logs(24_000), contained: logs(31_000), ended: logs(90_000) },
      [
        entry('alerted', 61_000),
        entry('customer_notified', 241_000),
        entry('customer_notified', 300_000),
        entry('resolved', 500_000),
      ],
      false,
    );
    expect(clocks.timeToMitigate).toEqual({ value: 23_000, unit: 'ms', kind: 'counted', evidence: ['in1'] });
    expect(clocks.timeToContain?.value).toBe(30_000);
    expect(clocks.timeToResolve).toMatchObject({ value: 499_000, kind: 'reported', evidence: ['in1', 'in9'] });
    expect(clocks.alertToMitigate?.value).toBe(-37_000);
    expect(clocks.alertToResolve?.value).toBe(439_000);
    expect(clocks.timeToNotify?.value).toBe(240_000); // the first word counts
    expect(clocks.alertToNotify?.value).toBe(180_000);
    expect(clocks.timeToDetect).toBeUndefined();
  });

  it('take an alert for the detection where no system had acted before it', () => {
    const moments = { firstAttack: logs(1_000), detected: logs(38_000) };
    const at = (alerted: number) => joinClocks(moments, [entry('alerted', alerted)], false).detected;
    expect(at(21_000)).toMatchObject({ at: 21_000, from: 'timeline' });
    expect(at(60_000)).toMatchObject({ at: 38_000, from: 'logs' });
    // An alert from before the first attack packet was about something else.
    expect(at(500)).toMatchObject({ at: 38_000, from: 'logs' });
  });

  it('know no statement better than to the second', () => {
    const clocks = joinClocks({}, [{ ...entry('resolved', 500_000), precisionMs: 1 }], false);
    expect(clocks.resolved?.resolutionMs).toBe(1_000);
  });

  it('believe the logs, and tell where people were more than 90 s off', () => {
    const timeline = [
      entry('attack_start', 0),
      entry('mitigation_started', 200_000),
      entry('detected', 5_000),
      entry('attack_end', 300_000),
    ];
    const clocks = joinClocks(
      { firstAttack: logs(10_000), mitigated: logs(30_000), ended: logs(391_001) },
      timeline,
      false,
    );
    expect(clocks.firstAttack?.from).toBe('logs');
    expect(clocks.mitigated?.at).toBe(30_000);
    expect(clocks.conflicts?.map((conflict) => [conflict.clock, conflict.stated.at])).toEqual([
      ['mitigated', 200_000],
      ['ended', 300_000],
    ]);
    // The data tells the end to a second, so that it may lie no more than 90 s away.
    expect(joinClocks({ ended: logs(391_000) }, timeline, false).conflicts).toEqual([]);
    expect(clocks.detected).toMatchObject({ at: 5_000, from: 'timeline' });
    expect(clocks.timeToDetect?.value).toBe(-5_000); // a contradiction stays one
  });

  it('take the first statement for a beginning, the last for an end', () => {
    const timeline = [
      entry('detected', 9),
      entry('detected', 5),
      entry('resolved', 40),
      entry('resolved', 70),
      entry('closed', 90),
    ];
    const clocks = joinClocks({}, timeline, false);
    expect(clocks.detected?.at).toBe(5);
    expect(clocks.resolved?.at).toBe(70);
    expect(joinClocks({}, [entry('closed', 90)], false).resolved?.at).toBe(90);
    expect(joinClocks({}, [entry('mitigated', 7)], false).mitigated?.at).toBe(7);
  });

  it('say nothing from internal entries and nothing of an end while the attack runs', () => {
    const internal = joinClocks({}, [entry('alerted', 1, { visibility: 'internal' })], false);
    expect(internal).toEqual({ conflicts: [] });
    expect(joinClocks({ ended: logs(5) }, [entry('attack_end', 7)], true).ended).toBeUndefined();
    expect(joinClocks({}, [entry('attack_end', 7)], false).ended?.at).toBe(7);
  });
});

describe('containment', () => {
  const load = (total: readonly (number | null)[], mitigated: readonly number[]): Load => ({
    grid: { start: 0, stepMs: 10_000, count: total.length },
    total,
    mitigated,
    defended: mitigated,
    flood: mitigated,
    weights: total.map(() => 1),
  });
  const zeros = (count: number) => new Array<number>(count).fill(0);
  // Ten quiet buckets at 100, then an attack of 1,000 a bucket.
  const quietTotal = [98, 102, 100, 100, 98, 102, 100, 100, 98, 102];
  const before = [{ start: 0, end: 100_000 }];

  it('begins with the first bucket of a minute in which 95 % of the attack is mitigated', () => {
    const total = [...quietTotal, 1_100, 1_100, 1_100, ...new Array<number>(8).fill(1_100)];
    const mitigated = [...zeros(10), 0, 500, 940, 960, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000];
    expect(findContainment(load(total, mitigated), { start: 100_000, end: 210_000 }, false, before)).toBe(130_000);
  });

  it('starts anew when the attack breaks through within the minute', () => {
    const total = [...quietTotal, ...new Array<number>(12).fill(1_100)];
    const mitigated = [...zeros(10), 1_000, 1_000, 400, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000];
    expect(findContainment(load(total, mitigated), { start: 100_000, end: 220_000 }, false, before)).toBe(130_000);
  });

  it('needs hold only to the end of a short wave', () => {
    const total = [...quietTotal, 1_100, 1_100, 100];
    expect(
      findContainment(load(total, [...zeros(10), 0, 1_000, 0]), { start: 101_000, end: 118_000 }, false, before),
    ).toBe(110_000);
    expect(
      findContainment(
        load([...quietTotal, 1_100], [...zeros(10), 1_000]),
        { start: 103_000, end: 108_000 },
        false,
        before,
      ),
    ).toBe(103_000);
  });

  it('is not claimed while the attack runs and the minute is not over', () => {
    const total = [...quietTotal, 1_100, 1_100, 1_100];
    expect(
      findContainment(load(total, [...zeros(10), 1_000, 1_000, 1_000]), { start: 100_000, end: 130_000 }, true, before),
    ).toBeUndefined();
  });

  it('is broken by a gap and never found without mitigation', () => {
    const total = [...quietTotal, 1_100, null, 1_100, 1_100];
    expect(
      findContainment(load(total, [...zeros(10), 1_000, 0, 0, 0]), { start: 100_000, end: 140_000 }, false, before),
    ).toBeUndefined();
    expect(
      findContainment(load([...quietTotal, 1_100], zeros(11)), { start: 100_000, end: 110_000 }, false, before),
    ).toBeUndefined();
  });

  it('counts all traffic of the wave as attack where there was no quiet time', () => {
    const total = new Array<number>(8).fill(1_000);
    expect(findContainment(load(total, new Array<number>(8).fill(950)), { start: 0, end: 80_000 }, false, [])).toBe(0);
    expect(
      findContainment(load(total, new Array<number>(8).fill(940)), { start: 0, end: 80_000 }, false, []),
    ).toBeUndefined();
    expect(
      findContainment(load([1_000, 1_000], [0, 1_000]), { start: 10_000, end: 20_000 }, false, [
        { start: 0, end: 10_000 },
      ]),
    ).toBe(10_000);
  });
});
