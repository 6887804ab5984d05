import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregate } from '../../../src/aggregate/aggregate.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { addSource, openTraffic, spread, T0, type TrafficRow, toDataset } from './traffic-fixture.ts';

const MINUTE = 60_000;
const START = T0 + 20 * MINUTE;
const END = START + 8 * MINUTE;

/** Clients who send so many requests in each of 44 minutes. */
const demand = (perMinute: (minute: number) => number): TrafficRow[] =>
  Array.from({ length: 44 }, (_, minute) =>
    spread(T0 + minute * MINUTE, T0 + (minute + 1) * MINUTE, Math.round(perMinute(minute)), { disposition: 'passed' }),
  ).flat();
/** A flood that looks like them: 20,000 requests, 16,000 of them blocked. */
const flood = [
  ...spread(START, END, 16_000, { disposition: 'blocked' }),
  ...spread(START, END, 4_000, { disposition: 'passed' }),
];

describe('the volume of an attack that looks like clients', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openTraffic();
  });
  afterAll(() => engine.close());

  const attackOf = async (rows: readonly TrafficRow[]) => {
    const stats = await aggregate(toDataset(engine, [await addSource(engine, rows)]), {
      window: { start: T0, end: T0 + 44 * MINUTE },
      mergeGapMs: 2 * MINUTE,
      signal: new AbortController().signal,
    });
    expect(stats.waves).toMatchObject([{ start: START, end: END }]);
    const attack = stats.layers[0]?.attack;
    expect(attack?.basis).toBe('excess');
    return attack;
  };

  it('is what exceeds the level between the time before and the time after, where demand grew meanwhile', async () => {
    // 600 a minute and 6 more each minute: 741 in the middle of the attack, while the mean minute before has 657.
    const attack = await attackOf([...demand((minute) => 600 + 6 * minute), ...flood]);
    expect(attack?.total.value).toBeGreaterThan(19_900);
    expect(attack?.total.value).toBeLessThan(20_100);
    expect(attack?.efficacy?.value).toBeCloseTo(0.8, 2);
  });

  it('leaves the time after alone where the attack’s tail falls on in it', async () => {
    const tail = Array.from({ length: 14 }, (_, minute) =>
      spread(END + (minute + 2) * MINUTE, END + (minute + 3) * MINUTE, Math.max(0, 150 - 12 * minute), {
        disposition: 'passed',
      }),
    ).flat();
    // The level before has no tail in it: 600 a minute.
    const attack = await attackOf([...demand((minute) => 600 + (minute % 3)), ...flood, ...tail]);
    expect(attack?.total.value).toBeGreaterThan(19_980);
  });

  it('leaves the time after alone where more is mitigated than before', async () => {
    const rest = spread(END + 2 * MINUTE, END + 16 * MINUTE, 42, { disposition: 'blocked' });
    const attack = await attackOf([...demand((minute) => 600 + (minute % 3)), ...flood, ...rest]);
    expect(attack?.mitigated?.value).toBe(16_000);
  });
});
