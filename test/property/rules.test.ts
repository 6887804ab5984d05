import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloudflare } from '../../src/insight/rules/cloudflare.ts';
import { flowspec } from '../../src/insight/rules/flowspec.ts';
import { iptables } from '../../src/insight/rules/iptables.ts';
import type { RuleLanguage, RuleText } from '../../src/insight/rules/language.ts';
import { magicFirewall } from '../../src/insight/rules/magic-firewall.ts';
import { nftables } from '../../src/insight/rules/nftables.ts';
import { httpCase, networkCase, type RuleCase } from '../support/rule-cases.ts';
import {
  holds,
  matchesExpression,
  matchesFlowspec,
  matchesIptables,
  matchesNftables,
  type Row,
} from '../support/rule-readers.ts';

const READERS: Readonly<Record<RuleLanguage['id'], (lines: readonly string[], row: Row) => boolean>> = {
  cloudflare: (lines, row) => matchesExpression(lines.join('\n'), row),
  'magic-firewall': (lines, row) => matchesExpression(lines.join('\n'), row),
  nftables: (lines, row) => lines.some((line) => matchesNftables(line, row)),
  iptables: (lines, row) => lines.some((line) => matchesIptables(line, row)),
  flowspec: matchesFlowspec,
};

describe.each([
  [cloudflare, httpCase, 1_000],
  [magicFirewall, networkCase, 700],
  [nftables, networkCase, 700],
  [iptables, networkCase, 700],
  [flowspec, networkCase, 700],
] as const)('a rule for $name', (language: RuleLanguage, cases: fc.Arbitrary<RuleCase>, runs: number) => {
  it('read back and tried on rows matches exactly those that the conditions do, whatever the values are', () => {
    const seen = { said: 0, matched: 0, unmatched: 0 };
    fc.assert(
      fc.property(cases, ({ conditions, rows }) => {
        const rendering = language.render({ name: 'INC-4821-S1', conditions });
        if ('refusals' in rendering) return;
        seen.said++;
        for (const lines of [rendering.watch, rendering.enforce] satisfies RuleText['watch'][])
          for (const row of rows) {
            const wanted = conditions.every((condition) => holds(row, condition));
            seen[wanted ? 'matched' : 'unmatched']++;
            expect({ lines, row, is: READERS[language.id](lines, row) }).toEqual({ lines, row, is: wanted });
          }
      }),
      { numRuns: runs },
    );
    // The property says nothing where the rule is refused, or where no row is near it.
    expect(seen.said).toBeGreaterThan(runs / 10);
    expect(seen.matched).toBeGreaterThan(runs / 10);
    expect(seen.unmatched).toBeGreaterThan(runs / 10);
  });

  it('holds no line break and no character that cannot be seen', () => {
    fc.assert(
      fc.property(cases, ({ conditions }) => {
        const rendering = language.render({ name: 'INC-4821-S1', conditions });
        if ('refusals' in rendering) return;
        for (const line of [...rendering.watch, ...rendering.enforce]) expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 200 },
    );
  });
});
