import { describe, expect, it } from 'vitest';
import type { KnownAttack } from '../../../src/aggregate/attack-ids.ts';
import {
  clipSighting,
  closeByStatement,
  mergeSightings,
  type Sighting,
  sightingsOfIds,
  sightingsOfTimeline,
} from '../../../src/aggregate/waves.ts';
import { entry } from './traffic-fixture.ts';

const GAP = 120_000;
const SECOND = 1_000;

function id(
  name: string,
  start: number,
  end: number | undefined,
  targets: readonly string[] = ['198.51.100.7'],
  rest: Partial<Sighting> = {},
): Sighting {
  return {
    start,
    ...(end !== undefined && { end }),
    uncertaintyMs: SECOND,
    layers: ['network'],
    basis: 'attack-ids',
    attackIds: [name],
    vectors: [],
    targets,
    inTraffic: false,
    ...rest,
  };
}

function burst(start: number, end: number | undefined, rest: Partial<Sighting> = {}): Sighting {
  return { ...id('', start, end, []), basis: 'mitigation', attackIds: [], inTraffic: true, ...rest };
}

const times = (waves: readonly Sighting[]) => waves.map((wave) => [wave.start, wave.end]);

describe('attack ids become waves', () => {
  it('joins ids that overlap or lie less than the merge gap apart', () => {
    const waves = mergeSightings([id('a', 0, 100_000), id('b', 90_000, 150_000), id('c', 269_999, 300_000)], GAP);
    expect(times(waves)).toEqual([[0, 300_000]]);
    expect(waves[0]?.attackIds).toEqual(['a', 'b', 'c']);
  });

  it('keeps ids apart that lie exactly the merge gap apart', () => {
    expect(times(mergeSightings([id('a', 0, 100_000), id('b', 220_000, 300_000)], GAP))).toEqual([
      [0, 100_000],
      [220_000, 300_000],
    ]);
  });

  it('tells a campaign on several targets at once as one wave that names them all', () => {
    const waves = mergeSightings([id('a', 0, 100_000), id('b', 50_000, 130_000, ['203.0.113.9'])], GAP);
    expect(waves).toMatchObject([{ start: 0, end: 130_000, targets: ['198.51.100.7', '203.0.113.9'] }]);
  });

  it('gives the same waves whatever the order of the ids', () => {
    const ids = [id('a', 0, 400_000), id('b', 10_000, 20_000), id('c', 450_000, 500_000), id('d', 900_000, 910_000)];
    expect(times(mergeSightings(ids, GAP))).toEqual(times(mergeSightings([...ids].reverse(), GAP)));
  });

  it('lets an id that still runs keep its wave open', () => {
    expect(times(mergeSightings([id('a', 0, 100_000), id('b', 50_000, undefined)], GAP))).toEqual([[0, undefined]]);
  });

  it('cannot place an id without a start, and lets none end before it starts', () => {
    const known = (rest: Partial<KnownAttack>): KnownAttack => ({
      id: 'x',
      system: 's',
      layer: 'http',
      ongoing: false,
      vectors: [],
      targets: [],
      uncertaintyMs: 1,
      evidence: [],
      stats: { id: 'x', system: 's' },
      ...rest,
    });
    expect(sightingsOfIds([known({})])).toEqual([]);
    expect(times(sightingsOfIds([known({ start: 5, end: 3 })]))).toEqual([[5, 5]]);
  });
});

describe('bursts join the waves of attack ids', () => {
  it('moves the start of the wave back to the first attack traffic', () => {
    const [wave] = mergeSightings([id('a', 30_000, 60_000), burst(10_000, 59_000, { layers: ['http'] })], GAP);
    expect(wave).toMatchObject({
      start: 10_000,
      end: 60_000,
      basis: 'attack-ids',
      layers: ['network', 'http'],
      inTraffic: true,
    });
  });

  it('becomes a wave of its own away from every id', () => {
    expect(times(mergeSightings([id('a', 0, 10_000), burst(500_000, 600_000)], GAP))).toEqual([
      [0, 10_000],
      [500_000, 600_000],
    ]);
  });

  it('joins bursts of two layers at the same time', () => {
    expect(mergeSightings([burst(0, 10_000), burst(5_000, 20_000, { layers: ['http'] })], GAP)).toHaveLength(1);
  });

  it('closes a burst that the data lost sight of where the attack id ends', () => {
    const lost = burst(0, undefined, { seenUntil: 100_000 });
    expect(times(mergeSightings([lost, id('a', 10_000, 130_000)], GAP))).toEqual([[0, 130_000]]);
    expect(times(mergeSightings([lost, id('a', 10_000, 50_000)], GAP))).toEqual([[0, undefined]]);
    expect(times(mergeSightings([lost, id('a', 10_000, undefined)], GAP))).toEqual([[0, undefined]]);
  });

  it('joins two waves when a burst closes the gap between them', () => {
    expect(times(mergeSightings([id('a', 0, 10_000), id('b', 400_000, 500_000), burst(5_000, 450_000)], GAP))).toEqual([
      [0, 500_000],
    ]);
  });
});

describe('statements of people', () => {
  it('make waves from attack_start to its end or the next attack_end', () => {
    const timeline = [
      entry('attack_end', 50_000, { precisionMs: 60_000 }),
      entry('attack_start', 10_000),
      entry('attack_start', 90_000, { end: 95_000 }),
      entry('note', 1),
    ];
    const waves = sightingsOfTimeline(timeline, ['http']);
    expect(times(waves)).toEqual([
      [10_000, 50_000],
      [90_000, 95_000],
    ]);
    expect(waves[0]?.uncertaintyMs).toBe(60_000);
  });

  it('leave an attack open that nobody said to have ended, and tell nothing that is internal', () => {
    expect(times(sightingsOfTimeline([entry('attack_start', 10_000)], []))).toEqual([[10_000, undefined]]);
    expect(sightingsOfTimeline([entry('attack_start', 10_000, { visibility: 'internal' })], [])).toEqual([]);
  });

  it('close an open wave, but not before the data last shows it nor beyond the next wave', () => {
    const open = burst(0, undefined, { seenUntil: 100_000 });
    expect(times(closeByStatement([open], [entry('attack_end', 120_000), entry('attack_end', 150_000)]))).toEqual([
      [0, 120_000],
    ]);
    expect(times(closeByStatement([open], [entry('attack_end', 90_000)]))).toEqual([[0, undefined]]);
    expect(times(closeByStatement([open], [entry('attack_end', 120_000, { visibility: 'internal' })]))).toEqual([
      [0, undefined],
    ]);
    expect(times(closeByStatement([open, burst(110_000, 130_000)], [entry('attack_end', 120_000)]))).toEqual([
      [0, undefined],
      [110_000, 130_000],
    ]);
    expect(times(closeByStatement([id('a', 0, undefined)], [entry('attack_end', 5)]))).toEqual([[0, 5]]);
  });
});

describe('the window of the report', () => {
  const window = { start: 1_000, end: 2_000 };

  it('cuts waves and drops those outside', () => {
    expect(
      times([id('a', 0, 1_500), id('b', 1_800, 5_000)].flatMap((wave) => clipSighting(wave, window) ?? [])),
    ).toEqual([
      [1_000, 1_500],
      [1_800, 2_000],
    ]);
    expect(clipSighting(id('a', 0, 1_000), window)).toBeUndefined();
    expect(clipSighting(id('a', 2_000, 3_000), window)).toBeUndefined();
  });

  it('keeps a running wave running and an instant where it is', () => {
    expect(clipSighting(id('a', 0, undefined), window)).toMatchObject({ start: 1_000 });
    expect(clipSighting(id('a', 0, undefined), window)?.end).toBeUndefined();
    expect(clipSighting(id('a', 1_000, 1_000), window)).toMatchObject({ start: 1_000, end: 1_000 });
  });
});
