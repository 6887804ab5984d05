import { describe, expect, it } from 'vitest';
import type { AttackStats } from '../../../src/aggregate/aggregate.ts';
import { recommend } from '../../../src/insight/recommendations/recommend.ts';
import type { RecommendationInput } from '../../../src/insight/recommendations/recommendation.ts';
import { proposeRules } from '../../../src/insight/rules/propose-rules.ts';
import { type Log, silentLog } from '../../../src/log.ts';
import type { Measure } from '../../../src/model/measure.ts';
import type { Phrase } from '../../../src/model/phrase.ts';
import type { OwnRecommendation, RecommendationEdit } from '../../../src/model/recommendation.ts';
import { createWriter } from '../../../src/text/text.ts';
import { incidentFacts, layer, measure, T0 } from '../../support/incident-facts.ts';

const writer = createWriter({ locale: 'en-GB', timeZone: 'UTC' });
const say = (phrase: Phrase) => writer.phrase(phrase).replace(/[\u00A0\u202F]/g, ' ');
const facts = incidentFacts();

function inputOf(stats: Partial<AttackStats> = {}, more: Partial<RecommendationInput> = {}): RecommendationInput {
  const all = { ...facts.stats, ...stats };
  return {
    stats: all,
    severity: facts.findings.severity,
    rules: proposeRules(all, 'INC-1', []),
    promises: [],
    origins: [],
    ...more,
  };
}

function adviceFor(
  input: RecommendationInput,
  own: readonly OwnRecommendation[] = [],
  edits: readonly RecommendationEdit[] = [],
  log: Log = silentLog,
) {
  return recommend(input, { own, edits }, log);
}

const find = (input: RecommendationInput, id: string) => adviceFor(input).find((one) => one.id === id);

const share = (value: number, interval?: Measure['interval']): Measure => ({
  ...measure(value, 'share'),
  ...(interval && { interval }),
});

const signature: AttackStats['signatures'][number] = {
  layer: 'http',
  all: [{ field: 'JA4', op: 'eq', value: 't13d' }],
  scope: [{ field: 'ClientRequestHost', op: 'eq', value: 'www.example.com' }],
  coverage: share(0.982),
  matched: measure(9_820, 'requests'),
  collateral: share(0, { lower: 0, upper: 3 / 4_000 }),
  holdOut: measure(4_000, 'requests'),
  attributes: [],
  waves: [],
};

describe('the rule book', () => {
  it('says nothing without evidence', () => {
    expect(adviceFor(inputOf({ waves: [], layers: [], signatures: [], clocks: {} }))).toEqual([]);
  });

  it('proposes a rule with what it covers and the bound on what it would hurt', () => {
    const advice = find(inputOf({ signatures: [signature] }), 'deploy-rule');
    expect(say(advice?.effect ?? [])).toBe(
      'Covers 98.2 % of the attack and matches none of them (upper bound less than 0.1 %).',
    );
    expect(say(advice?.why ?? [])).toBe(
      'The signature was tested on 4.00 k requests before the attack that were not used to find it.',
    );
    expect([advice?.owner, advice?.effort, advice?.evidence]).toEqual(['both', 'low', ['in1']]);
  });

  it('does not propose a rule that no place can say', () => {
    const unsayable = { ...signature, all: [{ field: 'ClientDeviceType', op: 'eq', value: 'tv' } as const] };
    expect(find(inputOf({ signatures: [unsayable] }), 'deploy-rule')).toBeUndefined();
  });

  it('wants a rule that only logged the attack to block, unless it matched ordinary traffic', () => {
    const rule = (before: number) => ({
      id: 'r1',
      name: 'Login guard',
      system: 'waf-custom' as const,
      action: 'log',
      disposition: 'logged' as const,
      total: measure(400, 'requests'),
      firstAt: T0,
      lastAt: T0 + 1,
      before: measure(before, 'requests'),
      effect: {
        total: measure(320, 'requests'),
        attack: measure(300, 'requests'),
        other: measure(20, 'requests'),
        waves: [],
      },
    });
    const before = { ...layer.whole, total: measure(10_000, 'requests') };
    const of = (count: number) =>
      find(inputOf({ layers: [{ ...layer, before, rules: [rule(count)] }] }), 'log-only-rule');
    expect(say(of(0)?.text ?? [])).toBe('Let the rule Login guard block instead of only logging.');
    // Of its 400 matches another rule stopped 80.
    expect(say(of(0)?.why ?? [])).toBe('It recognised 300 requests of the attack and let them pass.');
    expect(say(of(0)?.effect ?? [])).toBe(
      'It would have stopped those and 20 requests that the signature does not match; of 10.0 k requests before the attack it matched none.',
    );
    expect(of(10)).toBeDefined();
    expect(of(11)).toBeUndefined();
  });

  it('does not want a rule to act that was let act before the attack was over', () => {
    const rule = (disposition: 'logged' | 'challenged') => ({
      id: 'r1',
      name: 'Search guard',
      system: 'waf-custom' as const,
      action: disposition === 'logged' ? 'log' : 'managedchallenge',
      disposition,
      total: measure(400, 'requests'),
      firstAt: T0,
      lastAt: T0 + 1,
      before: measure(0, 'requests'),
      effect: { total: measure(400, 'requests'), waves: [] },
    });
    const before = { ...layer.whole, total: measure(10_000, 'requests') };
    const of = (...rules: readonly ReturnType<typeof rule>[]) =>
      find(inputOf({ layers: [{ ...layer, before, rules }] }), 'log-only-rule');
    expect(of(rule('logged'))).toBeDefined();
    expect(of(rule('logged'), rule('challenged'))).toBeUndefined();
  });

  it('limits clients at what they kept to before the attack, unless that would touch too many others', () => {
    const remedy = (touched: number, stopped = 0.8) => ({
      rateLimit: {
        limit: 12,
        windowMs: 10_000,
        windowsBefore: measure(4_000, 'count'),
        keptBefore: share(0.9992),
        touchedBefore: measure(3, 'count'),
        stopped: measure(8_000, 'requests'),
        ofAttackers: share(stopped),
        others: measure(500, 'count'),
        touched: measure(touched, 'count'),
      },
    });
    const of = (touched: number, stopped?: number) =>
      find(inputOf({ signatures: [], layers: [{ ...layer, remedies: remedy(touched, stopped) }] }), 'rate-limit');
    expect(say(of(5)?.text ?? [])).toBe('Limit each client address to 12 requests in 10 s.');
    expect(say(of(5)?.why ?? [])).toBe('Before the attack addresses kept to that in 99.92 % of 4,000 such windows.');
    expect(say(of(5)?.effect ?? [])).toBe(
      'Would have stopped 80.0 % of what the attacking addresses sent in the waves, and touched 5 of 500 other addresses.',
    );
    expect(of(6)).toBeUndefined();
    expect(of(5, 0.09)).toBeUndefined();
  });

  it('keeps addresses of an earlier incident that sent a part of the first minute', () => {
    const recurring = (covered: number) => [
      {
        layer: 'http' as const,
        incidentId: 'INC-1',
        startedAt: T0,
        shared: measure(120, 'count'),
        onRecord: measure(1_000, 'count'),
        expectedByChance: 0,
        ofFirstMinute: share(covered),
      },
    ];
    const of = (covered: number) => find(inputOf({ recurring: recurring(covered) }), 'keep-sources');
    expect(say(of(0.4)?.effect ?? [])).toBe('That list would have covered 40.0 % of the attack in its first minute.');
    expect(of(0.05)).toBeUndefined();
  });

  it('watches a prefix as a whole where it stood out before anybody noticed', () => {
    const clocks = (at: number) => ({
      detected: { at, resolutionMs: 1_000, from: 'timeline' as const, evidence: ['in2'] },
    });
    const remedies = { prefixAlarm: { prefix: '203.0.113.0/24', at: T0, evidence: ['in1'] } };
    const of = (at: number) =>
      find(inputOf({ clocks: clocks(at), layers: [{ ...layer, remedies }] }), 'prefix-thresholds');
    expect(say(of(T0 + 42_000)?.effect ?? [])).toContain('42 s before the attack was detected');
    expect(of(T0 + 1_000)).toBeUndefined();
  });

  it('locks an origin only where the attack went to its own address', () => {
    const network = {
      ...layer,
      layer: 'network' as const,
      breakdowns: [
        {
          dimension: 'destination_ip' as const,
          scope: 'attack' as const,
          total: measure(1_000, 'packets'),
          items: [
            {
              key: '203.0.113.7',
              label: '203.0.113.7',
              total: measure(900, 'packets'),
              share: share(0.9),
              mitigated: measure(600, 'packets'),
            },
          ],
          other: measure(100, 'packets'),
          unknown: measure(0, 'packets'),
          distinct: measure(5, 'count'),
          concentration: [],
        },
      ],
    };
    const waves = facts.stats.waves.map((wave) => ({ ...wave, layers: ['network' as const] }));
    const of = (origins: readonly string[]) => find(inputOf({ waves, layers: [network] }, { origins }), 'lock-origin');
    expect(say(of(['203.0.113.7'])?.effect ?? [])).toBe(
      '300 packets that were not mitigated would not have reached it.',
    );
    expect(of(['203.0.113.8'])).toBeUndefined();
  });

  it('names networks to challenge only where the time before would have shown their visitors', () => {
    const breakdown = {
      dimension: 'source_asn' as const,
      scope: 'attack' as const,
      total: measure(10_000, 'requests'),
      items: [
        {
          key: '64500',
          label: 'AS64500 Example Hosting',
          total: measure(6_000, 'requests'),
          share: share(0.6),
          shareBefore: measure(0, 'share'),
        },
        {
          key: '64501',
          label: 'AS64501 Example Telecom',
          total: measure(2_000, 'requests'),
          share: share(0.2),
          shareBefore: measure(0.3, 'share'),
        },
      ],
      other: measure(2_000, 'requests'),
      unknown: measure(0, 'requests'),
      distinct: measure(40, 'count'),
      concentration: [],
    };
    const of = (before: number) =>
      find(
        inputOf({
          layers: [
            { ...layer, breakdowns: [breakdown], before: { ...layer.whole, total: measure(before, 'requests') } },
          ],
        }),
        'challenge-networks',
      );
    expect(say(of(6_000)?.text ?? [])).toContain(
      '1 network while they have no legitimate visitors: AS64500 Example Hosting.',
    );
    expect(say(of(6_000)?.effect ?? [])).toContain('Of 6.00 k requests before the attack none came from them');
    expect(of(999)).toBeUndefined();
  });

  it('asks for a baseline where a signature had nothing to be tested on, and for a challenge where nothing tells the attack apart', () => {
    const abstained = (reason: AttackStats['abstained'][number]['reason']) =>
      inputOf({ abstained: [{ layer: 'http', reason }] });
    expect(find(abstained('too-little-baseline'), 'supply-baseline')).toBeDefined();
    expect(find(abstained('no-separation'), 'no-signature')).toBeDefined();
    expect(find(abstained('no-separation'), 'supply-baseline')).toBeUndefined();
  });
});

describe('recommendations that people write', () => {
  const own: OwnRecommendation = {
    id: 'call-tree',
    when: [{ measure: 'timeToMitigateSeconds', above: 1 }],
    text: 'Rehearse the call tree.',
    owner: 'customer',
    effort: 'low',
  };

  it('are told when all conditions hold, with the measures they rest on', () => {
    const [advice] = adviceFor(inputOf({ abstained: [], signatures: [] }), [own]).filter(
      ({ id }) => id === 'call-tree',
    );
    expect(say(advice?.text ?? [])).toBe('Rehearse the call tree.');
    expect(say(advice?.why ?? [])).toBe('Time to mitigate: 2 s.');
    expect(advice?.from).toBe('provider');
  });

  it('are silent at the bound itself, and where the data lacks the measure', () => {
    const ids = (when: OwnRecommendation['when']) => adviceFor(inputOf(), [{ ...own, when }]).map(({ id }) => id);
    expect(ids([{ measure: 'timeToMitigateSeconds', above: 2 }])).not.toContain('call-tree');
    expect(ids([{ measure: 'peakBitsPerSecond', below: 1e15 }])).not.toContain('call-tree');
  });

  it('are changed, dropped and added by the analyst, and every change shows', () => {
    const edits: RecommendationEdit[] = [
      { id: 'deploy-rule', text: 'Deploy it on Monday.', owner: 'customer' },
      { id: 'call-tree', drop: true },
      { text: 'Move the search to its own host.', effort: 'high' },
    ];
    const advice = adviceFor(inputOf({ signatures: [signature] }), [own], edits);
    const deploy = advice.find(({ id }) => id === 'deploy-rule');
    expect([say(deploy?.text ?? []), deploy?.owner, deploy?.edited]).toEqual([
      'Deploy it on Monday.',
      'customer',
      true,
    ]);
    expect(say(deploy?.effect ?? [])).toContain('98.2 %');
    expect(advice.map(({ id }) => id)).not.toContain('call-tree');
    expect(advice.at(-1)).toMatchObject({ from: 'analyst', effort: 'high', owner: 'both' });
  });

  it('warn when an edit is about something that this incident does not call for', () => {
    const warnings: string[] = [];
    const log: Log = { ...silentLog, warn: (message) => void warnings.push(message) };
    adviceFor(inputOf({ signatures: [] }), [], [{ id: 'deploy-rule', drop: true }], log);
    expect(warnings).toEqual([
      'The recommendation deploy-rule is edited in the case file, but this incident does not call for it.',
    ]);
  });
});
