import { describe, expect, it } from 'vitest';
import type {
  AttackStats,
  AttackVolume,
  LayerStats,
  OriginStats,
  PhaseStats,
  WaveStats,
} from '../../../src/aggregate/aggregate.ts';
import { INSIGHTS } from '../../../src/insight/catalog.ts';
import { type Finding, judge } from '../../../src/insight/insight.ts';
import { type Log, silentLog } from '../../../src/log.ts';
import type { Measure, Unit } from '../../../src/model/measure.ts';
import { say } from '../../../src/model/say.ts';
import { read } from '../../support/read-phrase.ts';

const T0 = Date.UTC(2026, 10, 17, 13);
const MINUTE = 60_000;
const facts = {
  customerName: 'Example Shop',
  incidentId: 'INC-1',
  prefixes: [],
  origins: [],
  recommendations: { own: [], edits: [] },
  warnings: [],
  past: [],
  sla: [],
  capacity: {},
  timeline: [],
  industry: [],
  timeZone: 'UTC',
};

function measure(value: number, unit: Unit, more: Partial<Measure> = {}): Measure {
  return { value, unit, kind: 'counted', evidence: ['in1'], ...more };
}

function phase(blocked: number, passed: number, more: Partial<PhaseStats> = {}): PhaseStats {
  const total = blocked + passed;
  return {
    windows: [{ start: T0, end: T0 + MINUTE }],
    total: measure(total, 'requests'),
    byDisposition: [
      { disposition: 'blocked', total: measure(blocked, 'requests') },
      { disposition: 'passed', total: measure(passed, 'requests') },
    ],
    mitigated: measure(blocked, 'requests'),
    mitigatedShare: measure(blocked / total, 'share'),
    meanRate: measure(total / 60, 'requests/s', { windowMs: MINUTE }),
    ...more,
  };
}

function wave(more: Partial<WaveStats> = {}): WaveStats {
  return {
    number: 1,
    start: T0 + 10 * MINUTE,
    end: T0 + 14 * MINUTE,
    uncertaintyMs: 1_000,
    layers: ['http'],
    basis: 'mitigation',
    attackIds: [],
    vectors: [],
    vectorStats: [],
    targets: ['www.example.com'],
    peaks: [measure(520, 'requests/s', { windowMs: 10_000, at: T0 + 11 * MINUTE })],
    ...more,
  };
}

function httpLayer(more: Partial<LayerStats> = {}): LayerStats {
  return {
    layer: 'http',
    unit: 'requests',
    source: 's1',
    coverage: { window: { start: T0, end: T0 + 30 * MINUTE }, gaps: [], completeness: 1 },
    whole: phase(1_000, 1_000),
    during: phase(970, 130),
    peaks: [],
    distributions: [],
    series: [],
    minutes: [],
    breakdowns: [],
    systems: [],
    rules: [],
    ...more,
  };
}

function caseOf(more: Partial<AttackStats> = {}): AttackStats {
  return {
    window: { start: T0, end: T0 + 30 * MINUTE },
    mergeGapMs: 120_000,
    waves: [wave()],
    attackIds: [],
    duration: { calendar: measure(4 * MINUTE, 'ms'), active: measure(4 * MINUTE, 'ms') },
    clocks: {},
    layers: [httpLayer()],
    disagreements: [],
    signatures: [],
    abstained: [],
    surges: [],
    senders: [],
    recurring: [],
    ...more,
  };
}

const attack = (mitigated: number, leaked: number): AttackVolume => ({
  basis: 'excess',
  total: measure(mitigated + leaked, 'requests', { kind: 'estimated' }),
  mitigated: measure(mitigated, 'requests', { kind: 'estimated' }),
  leaked: measure(leaked, 'requests', { kind: 'estimated' }),
  efficacy: measure(mitigated / (mitigated + leaked), 'share', { kind: 'estimated' }),
});

type OriginPhase = OriginStats['phases'][number];
const originPhase = (
  name: OriginPhase['phase'],
  requests: number,
  errors: number,
  more: Partial<OriginPhase> = {},
): OriginPhase => ({
  phase: name,
  requests: measure(requests, 'requests'),
  errors: measure(errors, 'requests'),
  errorShare: measure(errors / requests, 'share'),
  ...more,
});
const origin = (...phases: OriginPhase[]): OriginStats => ({
  phases,
  start: T0,
  intervalMs: 5_000,
  errorShare: [],
  p95Ms: [],
});

function find(stats: AttackStats, id: string, more: Parameters<typeof judge>[1] = facts): Finding | undefined {
  return judge(stats, more, silentLog).findings.find((finding) => finding.id === id);
}

describe('the verdict', () => {
  it('without traffic rules nothing out: it tells what the timeline says, as the timeline’s', () => {
    const clock = (at: number) => ({ at, resolutionMs: 60_000, from: 'timeline' as const, evidence: ['E1'] });
    const told = (clocks: AttackStats['clocks']) => judge(caseOf({ layers: [], waves: [], clocks }), facts, silentLog);
    const { state, verdict } = told({ firstAttack: clock(T0), ended: clock(T0 + 10 * MINUTE) });
    expect(state).toBe('unknown');
    expect(read(verdict)).toMatch(
      /^No traffic data was supplied\. By the timeline, an attack on .+ began at .+ and ended at .+\.$/,
    );
    expect(read(told({ alerted: clock(T0) }).verdict)).toContain(' was alerted at ');
    expect(read(told({}).verdict)).toContain('the timeline does not say when an attack began');
  });

  it('says what happened and that it is over', () => {
    const findings = judge(caseOf(), facts, silentLog);
    expect(findings.state).toBe('over');
    expect(read(findings.verdict)).toBe(
      'An attack hit Example Shop in 1 wave, 13:10:00 to 13:14:00; peak 520 requests/s over 10 s. It is over.',
    );
  });

  it('says that the attack still runs when one wave has no end', () => {
    const { end: _end, ...open } = wave({ number: 2, start: T0 + 20 * MINUTE });
    const findings = judge(caseOf({ waves: [wave(), open], duration: {} }), facts, silentLog);
    expect(findings.state).toBe('running');
    expect(read(findings.verdict)).toContain(
      'An attack began to hit Example Shop at 13:10:00, 2 waves so far; peak 520 requests/s over 10 s. It still ran when the data ended.',
    );
    expect(read(findings.findings[0]?.title ?? [])).toContain('still running');
  });

  it('finds no attack without evidence', () => {
    const findings = judge(caseOf({ waves: [], duration: {} }), facts, silentLog);
    expect(findings).toMatchObject({
      state: 'none',
      severity: { level: 0 },
      recommendations: [],
      rules: { rules: [], withheld: [] },
      failures: [],
    });
    expect(read(findings.verdict)).toBe(
      'No evidence of an attack on Example Shop in the supplied data of 13:00:00 to 13:30:00.',
    );
  });

  it('names what was used, with its article, and counts what would be too much', () => {
    const told = (...vectors: string[]) =>
      read(judge(caseOf({ waves: [wave({ vectors, peaks: [] })] }), facts, silentLog).verdict);
    expect(told('http_flood')).toBe('An HTTP flood hit Example Shop in 1 wave, 13:10:00 to 13:14:00. It is over.');
    expect(told('SYN Flood', 'DNS Amplification')).toMatch(/^A SYN flood and DNS amplification hit Example Shop/);
    expect(told('a flood', 'b flood', 'c flood', 'd flood')).toMatch(/^An attack with 4 vectors hit Example Shop/);
  });

  it('stays within thirty words however long the name of the customer is', () => {
    const customerName = 'The Very Large and Old Example Company of Northern Somewhere';
    const { end: _end, ...open } = wave();
    for (const stats of [caseOf(), caseOf({ waves: [open] }), caseOf({ waves: [] })]) {
      const { verdict } = judge(stats, { ...facts, customerName }, silentLog);
      // An instant such as "17 Nov 2026, 13:10:00" is four words, a measure two, a length of time two.
      const words = verdict.flatMap((inline) => {
        if (typeof inline === 'string') return inline.split(/\s+/).filter((word) => /\w/.test(word));
        return new Array<string>(inline.kind === 'span' ? 6 : inline.kind === 'time' ? 4 : 2).fill('word');
      });
      expect(words.length).toBeLessThanOrEqual(30);
    }
  });

  it('leaves out a peak that nobody measured, and takes the strongest of one unit', () => {
    expect(read(judge(caseOf({ waves: [wave({ peaks: [] })] }), facts, silentLog).verdict)).toBe(
      'An attack hit Example Shop in 1 wave, 13:10:00 to 13:14:00. It is over.',
    );
    const waves = [
      wave({ peaks: [measure(7, 'requests/s')] }),
      wave({ peaks: [measure(9, 'requests/s')] }),
      wave({ peaks: [measure(1e9, 'bits/s')] }),
    ];
    expect(read(judge(caseOf({ waves }), facts, silentLog).verdict)).toContain('peak 9 requests/s.');
  });
});

describe('the shape of the attack', () => {
  it('tells waves, ids, vectors and targets, and cuts long lists', () => {
    const waves = [wave({ vectors: ['SYN flood', 'UDP flood'], targets: ['a', 'b', 'c', 'd', 'e'] })];
    const attackIds = [
      { id: 'x', system: 's', wave: 1, packets: measure(5, 'packets', { evidence: ['in4'] }) },
      { id: 'y', system: 's' },
    ];
    const finding = find(caseOf({ waves, attackIds }), 'shape');
    expect(read(finding?.title ?? [])).toBe('The attack is over: 1 wave, peak 520 requests/s over 10 s');
    expect(read(finding?.text ?? [])).toBe(
      'A SYN flood and a UDP flood hit a, b, c and 2 others, 13:10:00 to 13:14:00 (± 1 s); 240 s of that under attack. The peak of 520 requests/s at 13:11:00 is all traffic, legitimate included. The sources count it as 1 attack id.',
    );
    expect(finding?.evidence).toEqual(['in1', 'in4']);
  });

  it('says what the data does not say', () => {
    const finding = find(caseOf({ waves: [wave({ targets: [], peaks: [] })], duration: {} }), 'shape');
    expect(read(finding?.text ?? [])).toBe(
      'An attack whose vector the data does not name hit the customer, 13:10:00 to 13:14:00 (± 1 s).',
    );
  });
});

describe('the mitigation', () => {
  const at = (ms: number) => ({ at: T0 + ms, resolutionMs: 1_000, from: 'logs' as const, evidence: ['in1'] });

  it('is praised when it was fast, held and nearly complete', () => {
    const clocks = {
      mitigated: at(3_000),
      timeToMitigate: measure(3_000, 'ms'),
      contained: at(9_000),
      timeToContain: measure(9_000, 'ms'),
    };
    const finding = find(caseOf({ clocks, layers: [httpLayer({ attack: attack(970, 30) })] }), 'mitigation');
    expect(finding?.tone).toBe('favourable');
    expect(read(finding?.title ?? [])).toBe('Mitigation began 3 s after the first attack traffic');
    expect(read(finding?.text ?? [])).toBe(
      'The first attack traffic was mitigated after 3 s (± 1 s). At least 95 % of the attack was stopped after 9 s (± 1 s). In the waves 970 requests were mitigated: 88.2 % of all traffic with a recorded outcome, 97 % of the attack itself.',
    );
  });

  it('is neutral when it leaked or its clocks are unknown', () => {
    const finding = find(caseOf(), 'mitigation');
    expect(finding?.tone).toBe('neutral');
    expect(read(finding?.title ?? [])).toBe('970 requests mitigated in the waves');
    expect(read(finding?.text ?? [])).toContain(
      'When mitigation began is not in the supplied data. The data does not show when at least 95 % of the attack was stopped for a minute on end.',
    );
    const { mitigatedShare: _share, ...during } = phase(970, 30);
    expect(read(find(caseOf({ layers: [httpLayer({ during })] }), 'mitigation')?.text ?? [])).toMatch(
      /In the waves 970 requests were mitigated\.$/,
    );
  });

  it('is told no finer than its clock', () => {
    const clocks = { mitigated: { ...at(0), resolutionMs: 60_000 }, timeToMitigate: measure(0, 'ms') };
    const finding = find(caseOf({ clocks }), 'mitigation');
    expect(read(finding?.title ?? [])).toBe('Mitigation began less than 60 s after the first attack traffic');
    expect(read(finding?.text ?? [])).toMatch(/^The first attack traffic was mitigated within the first 60 s/);
  });

  it('is a contradiction when it began before the attack', () => {
    const clocks = { mitigated: at(-5_000), timeToMitigate: measure(-5_000, 'ms') };
    const finding = find(caseOf({ clocks }), 'mitigation');
    expect(finding?.tone).toBe('unfavourable');
    expect(read(finding?.text ?? [])).toContain('the sources contradict each other');
  });

  it('is missing when nothing was mitigated, and unknown when nobody recorded it', () => {
    expect(find(caseOf({ layers: [httpLayer({ during: phase(0, 100) })] }), 'mitigation')).toMatchObject({
      tone: 'unfavourable',
      title: [say`Nothing was mitigated in the waves`],
    });
    const { mitigated: _mitigated, mitigatedShare: _share, ...unknown } = phase(0, 100);
    expect(find(caseOf({ layers: [httpLayer({ during: unknown })] }), 'mitigation')).toBeUndefined();
  });
});

describe('the leak', () => {
  it('is told as a failing above 5 %', () => {
    const layers = [httpLayer({ attack: attack(940, 60), origin: origin(originPhase('during', 80, 0)) })];
    const finding = find(caseOf({ layers }), 'leak');
    expect(finding?.tone).toBe('unfavourable');
    expect(read(finding?.text ?? [])).toContain(
      'Of 1000 requests of attack traffic, 60 requests were not mitigated. Attack traffic is what exceeds the level before the attack. The origin answered 80 requests in the waves, legitimate ones included.',
    );
    expect(read(finding?.title ?? [])).toBe('6 % of the attack leaked: 60 requests');
    expect(find(caseOf({ layers: [httpLayer({ attack: attack(950, 50) })] }), 'leak')?.tone).toBe('neutral');
  });

  it('is told without a share where there is none', () => {
    const { efficacy: _efficacy, ...volume } = attack(0, 10);
    const finding = find(caseOf({ layers: [httpLayer({ attack: volume })] }), 'leak');
    expect(finding?.tone).toBe('neutral');
    expect(read(finding?.text ?? [])).toContain('10 requests were not mitigated. Attack');
  });

  it('is called unmeasured where attack and legitimate traffic cannot be told apart', () => {
    const finding = find(caseOf(), 'leak');
    expect(read(finding?.title ?? [])).toBe('How much of the attack got through is not measured');
    expect(read(finding?.text ?? [])).toContain(
      'Not mitigated in the waves, legitimate traffic included: 130 requests.',
    );
    const silent = phase(970, 0, { byDisposition: [] });
    expect(find(caseOf({ layers: [httpLayer({ during: silent })] }), 'leak')).toBeUndefined();
    const answered = httpLayer({ during: silent, origin: origin(originPhase('during', 80, 0)) });
    expect(read(find(caseOf({ layers: [answered] }), 'leak')?.text ?? [])).toBe(
      'The supplied data does not tell attack traffic from legitimate traffic in the waves. The origin answered 80 requests in the waves, legitimate ones included. How much legitimate traffic was mitigated by mistake is not measured.',
    );
  });
});

describe('the impact on the origin', () => {
  const impact = (stats: OriginStats, completeness = 1) =>
    find(
      caseOf({
        layers: [
          httpLayer({
            origin: stats,
            coverage: { window: { start: T0, end: T0 + 30 * MINUTE }, gaps: [], completeness },
          }),
        ],
      }),
      'origin-impact',
    );
  const p95 = (ms: number) => ({ p95: measure(ms, 'ms') });

  it('is a degradation from 5 points more errors or three times the response time on', () => {
    expect(impact(origin(originPhase('before', 1_000, 10), originPhase('during', 1_000, 60)))?.tone).toBe(
      'unfavourable',
    );
    expect(
      impact(origin(originPhase('before', 1_000, 10, p95(100)), originPhase('during', 1_000, 59, p95(100))))?.tone,
    ).toBe('favourable');
    expect(
      impact(origin(originPhase('before', 1_000, 0, p95(100)), originPhase('during', 1_000, 0, p95(300))))?.tone,
    ).toBe('unfavourable');
    expect(
      impact(origin(originPhase('before', 1_000, 0, p95(100)), originPhase('during', 1_000, 0, p95(299))))?.tone,
    ).toBe('favourable');
    expect(
      impact(origin(originPhase('before', 1_000, 0, p95(0)), originPhase('during', 1_000, 0, p95(299))))?.tone,
    ).toBe('favourable');
  });

  it('counts requests that never got an answer', () => {
    const unreachable = (lost: number) => ({ unreachable: measure(lost, 'requests') });
    const finding = impact(
      origin(originPhase('before', 1_000, 0, unreachable(0)), originPhase('during', 100, 0, unreachable(900))),
    );
    expect(finding?.tone).toBe('unfavourable');
    expect(read(finding?.text ?? [])).toContain('900 requests got no answer at all, against none before.');
  });

  it('tells errors and response times beside those before, without a cause', () => {
    const finding = impact(
      origin(originPhase('before', 1_000, 10, p95(100)), originPhase('during', 1_000, 200, p95(900))),
    );
    expect(read(finding?.text ?? [])).toBe(
      'In the waves 20 % of the origin’s answers were errors (5xx), against 1 % before. The slowest 5 % of its answers took 0.9 s or longer, against 0.1 s before. This coincides with the attack; the data does not prove the cause.',
    );
  });

  it('is excluded only where the data covers the period', () => {
    const calm = origin(originPhase('before', 1_000, 0, p95(100)), originPhase('during', 1_000, 0, p95(100)));
    expect(read(impact(calm)?.title ?? [])).toBe('No visible impact on the origin');
    const partial = impact(calm, 0.9);
    expect(partial?.tone).toBe('neutral');
    expect(read(partial?.text ?? [])).toContain('cannot be ruled out');
    // Nobody timed the answers: slowness would not have been seen.
    const untimed = impact(origin(originPhase('before', 1_000, 0), originPhase('during', 1_000, 0)));
    expect(read(untimed?.title ?? [])).toBe('No visible rise in errors of the origin');
    expect(untimed?.tone).toBe('neutral');
  });

  it('cannot be judged without a time before, nor without one during', () => {
    const alone = impact(origin(originPhase('during', 100, 50, { ...p95(40), unreachable: measure(3, 'requests') })));
    expect(alone?.tone).toBe('neutral');
    expect(read(alone?.text ?? [])).toBe(
      'In the waves 50 % of the origin’s answers were errors (5xx). The slowest 5 % of its answers took 0.04 s or longer. 3 requests got no answer at all. There is no time before the attack in the data, so it cannot be said whether that is more than usual.',
    );
    expect(read(impact(origin(originPhase('before', 100, 50)))?.title ?? [])).toBe(
      'The traffic data does not show whether users noticed',
    );
    expect(read(find(caseOf(), 'origin-impact')?.title ?? [])).toBe(
      'The traffic data does not show whether users noticed',
    );
  });
});

describe('the concentration of sources', () => {
  const breakdown = (
    dimension: LayerStats['breakdowns'][number]['dimension'],
    more: Partial<LayerStats['breakdowns'][number]> = {},
  ): LayerStats['breakdowns'][number] => ({
    dimension,
    scope: 'attack',
    total: measure(1_000, 'requests'),
    items: [{ key: '64500', label: 'AS64500 Example', total: measure(800, 'requests'), share: measure(0.8, 'share') }],
    other: measure(200, 'requests'),
    unknown: measure(0, 'requests'),
    distinct: measure(40, 'count'),
    concentration: [
      { rank: 1, share: 0.8 },
      { rank: 10, share: 0.95 },
      { rank: 20, share: 0.99 },
    ],
    ...more,
  });

  it('is that of networks at L7', () => {
    const finding = find(
      caseOf({ layers: [httpLayer({ breakdowns: [breakdown('source_country'), breakdown('source_asn')] })] }),
      'concentration',
    );
    expect(read(finding?.title ?? [])).toBe('95 % of the traffic in the waves came from 10 of 40 networks');
    expect(read(finding?.text ?? [])).toBe('The largest: AS64500 Example. Legitimate traffic is included.');
  });

  it('is that of data centres at L3/4, because addresses can be forged', () => {
    const layer = httpLayer({
      layer: 'network',
      breakdowns: [
        breakdown('source_asn'),
        breakdown('data_centre', { distinct: measure(4, 'count', { kind: 'estimated' }) }),
      ],
    });
    const finding = find(caseOf({ waves: [wave({ layers: ['network'] })], layers: [layer] }), 'concentration');
    expect(read(finding?.title ?? [])).toBe(
      '80 % of the traffic in the waves entered through 1 of at least 4 data centres',
    );
    expect(read(finding?.text ?? [])).toContain('can be forged');
  });

  it('is not told from the whole period, nor without a list', () => {
    expect(
      find(
        caseOf({ layers: [httpLayer({ breakdowns: [breakdown('source_asn', { scope: 'window' })] })] }),
        'concentration',
      ),
    ).toBeUndefined();
    expect(
      find(
        caseOf({ layers: [httpLayer({ breakdowns: [breakdown('source_asn', { concentration: [] })] })] }),
        'concentration',
      ),
    ).toBeUndefined();
  });
});

describe('the quality of the data', () => {
  it('is not mentioned when there is nothing to mention', () => {
    expect(find(caseOf(), 'data-quality')).toBeUndefined();
  });

  it('names gaps, samples, contradictions and warnings', () => {
    const gap = { start: T0, end: T0 + 5 * MINUTE };
    const layer = httpLayer({
      coverage: { window: { start: T0, end: T0 + 30 * MINUTE }, gaps: [gap], completeness: 0.83 },
      whole: phase(1, 1, { total: measure(2_000, 'requests', { kind: 'estimated', sampleCount: 200 }) }),
    });
    const clock = (at: number) => ({ at, resolutionMs: 1_000, from: 'logs' as const, evidence: ['in1'] });
    const finding = find(
      caseOf({
        layers: [layer],
        disagreements: [
          {
            layer: 'http',
            quantity: 'requests',
            primary: { source: 'a', value: measure(100, 'requests') },
            other: { source: 'b', value: measure(150, 'requests') },
          },
        ],
        clocks: {
          conflicts: [
            { clock: 'mitigated', used: clock(T0), stated: clock(T0 + 200_000) },
            { clock: 'ended', used: clock(T0), stated: clock(T0 - 100_000) },
          ],
        },
      }),
      'data-quality',
      {
        ...facts,
        warnings: [{ code: 'rejected-lines', message: '3 lines of a.ndjson were left out.' }],
      },
    );
    expect(read(finding?.title ?? [])).toBe('6 limits to what the data can tell');
    expect(read(finding?.text ?? [])).toBe(
      'The data on HTTP traffic has 1 gap, the longest 300 s; it covers 83 % of the period. All numbers of HTTP traffic are estimates: 2000 requests from 200 sampled rows. Two sources differ on requests: 100 requests (used) and 150 requests. The timeline states “mitigated” 200 s later than the data shows; the data is used. The timeline states “attack ended” 100 s earlier than the data shows; the data is used. 1 file has faulty records, which were left out (see Method and data quality).',
    );
  });
});

describe('the catalogue', () => {
  it('has an id for every insight, each once', () => {
    expect(new Set(INSIGHTS.map((insight) => insight.id)).size).toBe(INSIGHTS.length);
  });

  it('is not asked what the data cannot answer', () => {
    const findings = judge(caseOf({ layers: [] }), facts, silentLog).findings;
    expect(findings.map((finding) => finding.id)).toEqual(['shape']);
  });

  it('survives an insight that throws, and records it', () => {
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (message) => warnings.push(message) };
    // Breakdowns that cannot be read stand for a defect in an insight.
    const broken = caseOf({ layers: [httpLayer({ breakdowns: null as unknown as LayerStats['breakdowns'] })] });
    const findings = judge(broken, facts, log);
    expect(findings.failures.map((failure) => failure.insight)).toEqual(['concentration']);
    expect(warnings[0]).toContain('The insight concentration failed and is left out: ');
    expect(warnings[1]).toContain('The recommendation challenge-networks failed and is left out: ');
    expect(findings.findings.map((finding) => finding.id)).toContain('shape');
  });
});
