import { describe, expect, it } from 'vitest';
import type { PastIncident } from '../../../src/archive/archive.ts';
import { findHistory, ownHistory } from '../../../src/insight/history.ts';
import { say } from '../../../src/model/say.ts';
import { composeIncident, type FigureBlock } from '../../../src/report/report.ts';
import { incidentFacts, judgeFacts, T0 } from '../../support/incident-facts.ts';
import { read } from '../../support/read-phrase.ts';

const DAY = 86_400_000;

/** Incidents of the days before this one; the peak over 10 s of the n-th is n times 10 requests a second. */
function past(count: number): PastIncident[] {
  return Array.from({ length: count }, (_, index): PastIncident => {
    const startedAt = T0 - (count - index) * DAY;
    return {
      incidentId: `INC-${index + 1}`,
      revision: 1,
      title: 'An earlier flood',
      window: { start: startedAt, end: startedAt + DAY },
      attackDetected: true,
      startedAt,
      waves: [{ start: startedAt, end: startedAt + 60_000, vectors: ['HTTP flood'] }],
      vectors: ['HTTP flood'],
      peaks: [{ metric: 'requests/s', layer: 'http', windowMs: 10_000, value: (index + 1) * 10, kind: 'counted' }],
      attributes: new Map(),
      sources: [],
    };
  });
}

function figureWith(count: number): FigureBlock | undefined {
  const facts = incidentFacts();
  const history = findHistory(facts.stats, past(count));
  const finding = ownHistory.find(facts.stats, { ...judgeFacts, past: past(count) });
  const { chapters } = composeIncident(
    incidentFacts({ findings: { ...(history && { history }), findings: finding ? [finding] : [] } }),
  );
  return chapters
    .find(({ id }) => id === 'context')
    ?.blocks.find((block): block is FigureBlock => block.kind === 'figure');
}

describe('the peaks of the incidents on record', () => {
  it('are drawn from ten incidents on, this one among them, with their number and period', () => {
    expect(figureWith(8)).toBeUndefined();
    const figure = figureWith(9);
    expect(figure?.chart).toMatchObject({ kind: 'dots', unit: 'requests/s', subject: say`This incident` });
    const dots = figure?.chart.kind === 'dots' ? figure.chart.dots : [];
    expect(dots.map(({ label, value, isSubject }) => [label, value, isSubject])).toEqual([
      ...Array.from({ length: 9 }, (_, index) => [`INC-${index + 1}`, (index + 1) * 10, undefined]),
      [incidentFacts().case.id, 120, true],
    ]);
    expect(read(figure?.caption ?? [])).toMatch(
      /^Requests per second, highest mean over 10 s, of 10 incidents that began between/,
    );
    expect(figure?.data.rows).toHaveLength(10);
  });
});
