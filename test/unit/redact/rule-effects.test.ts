import { describe, expect, it } from 'vitest';
import type { LayerStats } from '../../../src/aggregate/aggregate.ts';
import { createRedaction } from '../../../src/redact/redact.ts';
import { analyse } from '../../../src/report/report.ts';
import { incidentFacts, layer, measure, T0 } from '../../support/incident-facts.ts';

const rule: LayerStats['rules'][number] = {
  id: 'r-1007',
  name: 'Block the partner portal',
  system: 'waf-custom',
  action: 'block',
  disposition: 'blocked',
  total: measure(100, 'requests'),
  firstAt: T0,
  lastAt: T0 + 1,
  before: measure(0, 'requests'),
  effect: { total: measure(100, 'requests'), waves: [] },
  alone: measure(60, 'requests'),
};

describe('a copy without the names of rules', () => {
  it('has none in what rules did either, those that only another rule is told with among them', () => {
    const facts = incidentFacts({
      layer: {
        ...layer,
        rules: [rule],
        ruleOverlaps: [
          {
            stoppedBy: { id: rule.id, name: rule.name },
            alsoMatched: { id: 'r-2008', name: 'Watch the partner portal', disposition: 'logged' },
            total: measure(40, 'requests'),
          },
        ],
      },
    });
    const policy = {
      profile: 'test',
      addresses: 'full',
      hosts: 'full',
      paths: 'full',
      rules: 'removed',
      staff: 'full',
    } as const;
    const { analysis } = createRedaction({ ...facts.case, redaction: { policy } }, facts, undefined);
    const copy = analysis(analyse(facts.stats, facts.findings.severity));
    expect(JSON.stringify(copy)).not.toMatch(/1007|2008|portal/);
    expect(copy.ruleEffects?.rules[0]).toMatchObject({ stopped: { estimate: 100 }, alone: { estimate: 60 } });
    expect(copy.ruleEffects?.overlaps?.[0]?.total.estimate).toBe(40);
  });
});
