import { describe, expect, it } from 'vitest';
import type { AttackStats, LayerStats } from '../../../src/aggregate/aggregate.ts';
import { explainDifferences } from '../../../src/insight/dashboard-difference.ts';
import type { JudgeFacts } from '../../../src/insight/insight.ts';
import { statedAttack } from '../../../src/insight/stated-attack.ts';
import { findUnknowns } from '../../../src/insight/unknowns.ts';
import { customerEntry, incidentFacts, judgeFacts, layer, measure, T0 } from '../../support/incident-facts.ts';
import { read } from '../../support/read-phrase.ts';

const known: JudgeFacts = {
  ...judgeFacts,
  timeline: [customerEntry],
  capacity: { originRequestsPerSecond: 200, linkBitsPerSecond: 1e9 },
};
const phase = (name: 'before' | 'during') => ({
  phase: name,
  requests: measure(600, 'requests'),
  errors: measure(0, 'requests'),
  errorShare: measure(0, 'share'),
  p95: measure(120, 'ms'),
});
const origin = { phases: [phase('before'), phase('during')], start: T0, intervalMs: 60_000, errorShare: [], p95Ms: [] };
const contained = { at: T0 + 70_000, resolutionMs: 10_000, from: 'logs' as const, evidence: ['in1'] };

const signature: AttackStats['signatures'][number] = {
  layer: 'http',
  all: [{ field: 'JA4', op: 'eq', value: 't13d1516h2_8daaf6152771_e5627efa2ab1' }],
  scope: [],
  coverage: measure(0.97, 'share'),
  matched: measure(5_800, 'requests'),
  collateral: measure(0, 'share'),
  holdOut: measure(5_000, 'requests'),
  attributes: [],
  waves: [],
};

/** An incident of which everything is known, with parts replaced. */
function caseOf(more: Partial<AttackStats> = {}, layerParts: Partial<LayerStats> = {}): AttackStats {
  const { stats } = incidentFacts({ layer: { origin, ...layerParts } });
  return { ...stats, clocks: { ...stats.clocks, contained }, signatures: [signature], ...more };
}

const idsOf = (stats: AttackStats, facts = known) => findUnknowns(stats, facts, []).map(({ id }) => id);

describe('what we do not know', () => {
  it('is nothing where every question is answered', () => {
    expect(idsOf(caseOf())).toEqual([]);
  });

  it('names what each missing kind of evidence leaves open, and what would answer it', () => {
    const { stats } = incidentFacts();
    const { before: _before, during, ...bare } = layer;
    const noBaseline = { ...bare, origin, ...(during && { during }) };
    expect(idsOf({ ...caseOf(), layers: [noBaseline] })).toEqual(['baseline-http']);
    expect(idsOf({ ...caseOf(), layers: [layer] })).toEqual(['origin']);
    expect(
      idsOf(caseOf({}, { origin: { ...origin, phases: origin.phases.map(({ p95: _p95, ...rest }) => rest) } })),
    ).toEqual(['latency']);
    expect(idsOf(caseOf(), { ...known, timeline: [] })).toEqual(['timeline']);
    expect(idsOf(caseOf(), { ...known, capacity: {} })).toEqual(['capacity-http']);
    expect(idsOf(caseOf({ clocks: stats.clocks }))).toEqual(['containment']);
    expect(idsOf(caseOf({ signatures: [] }))).toEqual(['collateral']);
    const gap = { start: T0, end: T0 + 30_000 };
    expect(idsOf(caseOf({}, { coverage: { ...layer.coverage, gaps: [gap], completeness: 0.75 } }))).toEqual([
      'gaps-http',
    ]);
    const total = measure(7_200, 'requests', { kind: 'estimated', sampleCount: 72 });
    expect(idsOf(caseOf({}, { whole: { ...layer.whole, total } }))).toEqual(['sampling-http']);
    if (!layer.during) throw new Error('the fixture has traffic in its wave');
    const { mitigated: _mitigated, mitigatedShare: _share, ...blind } = layer.during;
    expect(idsOf(caseOf({}, { during: blind }))).toEqual(['outcome-http']);
    const [first] = findUnknowns(caseOf(), { ...known, timeline: [] }, []);
    expect(read(first?.answeredBy ?? [])).toContain('a timeline of the shift');
  });

  it('says that the end is open while the attack runs, and that forged senders cannot be told without addresses', () => {
    const [wave] = caseOf().waves;
    if (!wave) throw new Error('the fixture has a wave');
    const { end: _end, ...running } = wave;
    expect(idsOf(caseOf({ waves: [running], duration: {} }))).toEqual(['end']);
    const network = { ...layer, layer: 'network' as const };
    expect(idsOf(caseOf({ waves: [{ ...wave, layers: ['network'] }], layers: [network] }))).toEqual([
      'origin',
      'spoofing',
    ]);
    expect(idsOf(caseOf({ waves: [{ ...wave, vectors: [] }] }))).toEqual(['vectors']);
  });

  it('counts promises that could not be judged', () => {
    const facts: JudgeFacts = { ...known, sla: [] };
    const judged = {
      clause: '6.1 Availability',
      metric: 'availability' as const,
      target: measure(0.999, 'share'),
      result: 'not-measurable' as const,
      reason: [],
      evidence: [],
    };
    expect(findUnknowns(caseOf(), facts, [judged]).map(({ what }) => read(what))).toEqual([
      'Whether 6.1 Availability was kept',
    ]);
  });
});

describe('an alert without an attack in the data', () => {
  const quiet = caseOf({
    waves: [],
    duration: {},
    clocks: { alerted: { at: T0 + 30_000, resolutionMs: 1_000, from: 'timeline', evidence: ['in2'] } },
  });

  it('is told as such, with how much of the period the data covers', () => {
    const finding = statedAttack.find(quiet, known);
    expect(read(finding?.title ?? [])).toBe('An attack was reported, but the supplied data shows none');
    expect(read(finding?.text ?? [])).toBe(
      'An alert was raised at 13:00:30. The supplied traffic of the period shows nothing that stands out from it.',
    );
    const alert = { ...customerEntry, milestone: 'alerted' as const };
    expect(idsOf(quiet, { ...known, timeline: [alert] })).toContain('stated-attack');
  });

  it('is no finding in quiet data without any statement, or where the attack is seen', () => {
    expect(statedAttack.find({ ...quiet, clocks: {} }, judgeFacts)).toBeUndefined();
    expect(statedAttack.find(caseOf(), known)).toBeUndefined();
  });

  it('leaves a wave that only people tell of to the people', () => {
    const [wave] = caseOf().waves;
    const stated = caseOf({ waves: wave ? [{ ...wave, basis: 'timeline' }] : [] });
    expect(read(statedAttack.find(stated, known)?.title ?? [])).toBe('The attack is known from the timeline alone');
  });
});

describe('why a dashboard shows another number', () => {
  const id = (name: string, start: number, end: number) => ({ id: name, system: 'dosd', wave: 1, start, end });

  it('gives the actual figures of ids and waves, windows, samples and lengths', () => {
    const total = measure(7_200, 'requests', { kind: 'estimated', sampleCount: 72 });
    const stats = caseOf(
      { attackIds: [id('a', T0, T0 + 60_000), id('b', T0 + 10_000, T0 + 50_000)] },
      { whole: { ...layer.whole, total } },
    );
    expect(explainDifferences(stats).map(read)).toEqual([
      'A dashboard that lists attack ids shows 2 attacks; ids that overlap are merged here to 1 wave of one incident.',
      'One burst has several peaks: 130 requests/s over 1 s and 120 requests/s over 10 s. A view that is zoomed out averages over longer windows and shows less. All traffic is counted, legitimate included.',
      'The total of 7200 requests is scaled up from 72 sampled rows; a view with other samples shows another estimate.',
      // 60 s and 40 s add up to 100 s; the union is 60 s.
      'The lengths of the attack ids add up to 100 s; here overlaps count once, and the customer was under attack for 60 s.',
    ]);
  });

  it('has nothing to explain where there is one number of each', () => {
    expect(explainDifferences(caseOf({}, { peaks: layer.peaks.slice(1) }))).toEqual([]);
  });
});
