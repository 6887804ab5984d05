import { describe, expect, it } from 'vitest';
import type { PastIncident } from '../../../src/archive/archive.ts';
import { findHistory, ownHistory } from '../../../src/insight/history.ts';
import { incidentFacts, judgeFacts, layer, measure, T0 } from '../../support/incident-facts.ts';
import { read } from '../../support/read-phrase.ts';

const DAY = 86_400_000;
// This incident begins at T0 + 1 min and peaks at 120 rps over 10 s.
const { stats } = incidentFacts();

/** An earlier incident `daysBefore` this one whose peak over 10 s was `rps`. */
function past(daysBefore: number, rps: number, more: Partial<PastIncident> = {}): PastIncident {
  const startedAt = T0 + 60_000 - daysBefore * DAY;
  return {
    incidentId: `INC-${daysBefore}`,
    revision: 1,
    title: 'An earlier flood',
    window: { start: startedAt - 60_000, end: startedAt + 3_600_000 },
    attackDetected: true,
    startedAt,
    waves: [{ start: startedAt, end: startedAt + 60_000, vectors: ['HTTP flood'] }],
    vectors: ['HTTP flood'],
    peaks: [
      { metric: 'requests/s', layer: 'http', windowMs: 1_000, value: rps * 10, kind: 'counted' },
      { metric: 'requests/s', layer: 'http', windowMs: 10_000, value: rps, kind: 'counted' },
    ],
    attributes: new Map(),
    sources: [],
    ...more,
  };
}

/** Oldest first, as the archive gives them. */
const record = (...incidents: PastIncident[]) => incidents.sort((a, b) => a.startedAt - b.startedAt);

describe('the rank of an incident', () => {
  it('is its place among the earlier ones by the same peak over the same window', () => {
    const { rank, since, sinceLastMs } = findHistory(stats, record(past(9, 500), past(5, 60), past(2, 119))) ?? {};
    expect(rank).toMatchObject({ best: 2, worst: 2, compared: 3, estimates: 0 });
    expect(rank?.largerThan).toBeUndefined();
    expect(since).toBe(T0 + 60_000 - 9 * DAY);
    expect(sinceLastMs).toBe(2 * DAY);
  });

  it('leaves out what began later, was no attack, or has no comparable peak', () => {
    const other = past(4, 900, {
      peaks: [{ metric: 'packets/s', layer: 'network', windowMs: 10_000, value: 9e6, kind: 'counted' }],
    });
    const unnamed = past(3, 900, { peaks: [{ metric: 'requests/s', layer: 'http', value: 900, kind: 'reported' }] });
    const history = findHistory(
      stats,
      record(past(-1, 900), past(6, 900, { attackDetected: false }), other, unnamed, past(2, 10)),
    );
    expect(history?.earlier.map(({ incidentId }) => incidentId)).toEqual(['INC-4', 'INC-3', 'INC-2']);
    expect(history?.rank).toMatchObject({ best: 1, worst: 1, compared: 1 });
  });

  it('is a span of places where the intervals of sampled peaks overlap', () => {
    const sampled = past(3, 110, {
      peaks: [
        {
          metric: 'requests/s',
          layer: 'http',
          windowMs: 10_000,
          value: 110,
          kind: 'estimated',
          interval: { lower: 90, upper: 130 },
        },
      ],
    });
    expect(findHistory(stats, record(sampled, past(2, 300)))?.rank).toMatchObject({ best: 2, worst: 3, estimates: 1 });
  });

  it('is a percentile from twenty incidents on, with an interval up to a hundred', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => past(count - index, index < 2 ? 120 : index < 4 ? 500 : 10));
    expect(findHistory(stats, many(18))?.rank?.largerThan).toBeUndefined();
    // 19 earlier: 2 ties, 2 larger, 15 smaller. (15 + 1) / 19; Wilson by hand: centre 0.7856, half-width 0.1610.
    const largerThan = findHistory(stats, many(19))?.rank?.largerThan;
    expect(largerThan?.value).toBeCloseTo(16 / 19, 10);
    expect(largerThan?.interval?.lower).toBeCloseTo(0.6245, 3);
    expect(largerThan?.interval?.upper).toBeCloseTo(0.9448, 3);
    expect(findHistory(stats, many(100))?.rank?.largerThan?.interval).toBeUndefined();
  });
});

describe('what the summary says of the past', () => {
  const say = (...incidents: PastIncident[]) => ownHistory.find(stats, { ...judgeFacts, past: record(...incidents) });

  it('gives rank, number and period, the time since the last, and which vectors were seen before', () => {
    const finding = say(past(9, 500), past(5, 60, { vectors: ['SYN flood'] }), past(2, 119));
    expect(read(finding?.title ?? [])).toMatch(/^Number 2 in size of 4 incidents on record since /);
    expect(read(finding?.text ?? [])).toContain('The last began 172800 s before this one.');
    expect(read(finding?.text ?? [])).toContain('HTTP flood was seen in 2 of 3 earlier incidents.');
    expect(read(say(past(2, 10))?.title ?? [])).toMatch(/^Largest of 2 incidents on record since /);
    expect(read(say(past(2, 10, { vectors: [] }))?.text ?? [])).toContain('Not seen in any of them: HTTP flood.');
  });

  it('says nothing without an earlier incident, or without an attack', () => {
    expect(say()).toBeUndefined();
    expect(findHistory({ ...stats, waves: [] }, [past(2, 10)])).toBeUndefined();
  });

  it('compares nothing where this incident has no peak', () => {
    const finding = ownHistory.find(
      { ...stats, layers: [{ ...layer, peaks: [] }] },
      { ...judgeFacts, past: [past(2, 10)] },
    );
    expect(read(finding?.title ?? [])).toMatch(/^1 earlier incident on record since /);
  });
});

it('measures a peak of its own as the test says', () => {
  expect(stats.layers[0]?.peaks[1]?.measure).toEqual(measure(120, 'requests/s', { windowMs: 10_000, at: T0 + 70_000 }));
});
