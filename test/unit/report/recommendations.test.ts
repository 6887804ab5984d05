import { describe, expect, it } from 'vitest';
import type { AttackStats } from '../../../src/aggregate/aggregate.ts';
import { proposeRules } from '../../../src/insight/rules/propose-rules.ts';
import { renderRuleFile } from '../../../src/render/render.ts';
import type { Block, ReportModel } from '../../../src/report/report-model.ts';
import { createWriter } from '../../../src/text/text.ts';
import { composeIncident } from '../../support/compose-incident.ts';
import { incidentFacts, measure } from '../../support/incident-facts.ts';

const writer = createWriter({ locale: 'en-GB', timeZone: 'Europe/Berlin' });

const signature: AttackStats['signatures'][number] = {
  layer: 'network',
  all: [
    { field: 'IPProtocolName', op: 'eq', value: 'udp' },
    { field: 'SourcePort', op: 'eq', value: 53 },
  ],
  scope: [{ field: 'IPDestinationAddress', op: 'eq', value: '203.0.113.10' }],
  coverage: measure(0.982, 'share'),
  matched: measure(9_820, 'packets'),
  collateral: { ...measure(0, 'share'), interval: { lower: 0, upper: 0.0008 } },
  holdOut: measure(4_000, 'packets'),
  attributes: [],
  waves: [],
};
const timed = { ...signature, all: [...signature.all, { field: 'IPTTL', op: 'eq', value: 64 } as const] };

function modelOf(signatures: AttackStats['signatures']): ReportModel {
  const rules = proposeRules({ signatures }, 'INC-1', []);
  return composeIncident(incidentFacts({ stats: { signatures }, findings: { rules } }));
}

function blocksOf(model: ReportModel): readonly Block[] {
  return model.chapters.find(({ id }) => id === 'recommendations')?.blocks ?? [];
}

describe('the rules of a report', () => {
  it('are absent, with their files and their chapter, where no signature was found', () => {
    const model = modelOf([]);
    expect(model.ruleFiles).toEqual([]);
    expect(blocksOf(model)).toEqual([]);
  });

  it('stand in a file for each place, with what they cover, when to remove them, and the form that acts as a comment', () => {
    const file = modelOf([signature]).ruleFiles.find(({ name }) => name === 'rules/nftables.txt');
    expect(
      file && renderRuleFile(file, writer).replace(/[\u00A0\u202F]/g, ' '),
    ).toBe(`# Proposed by report INC-1-r1 for Acme Retail: nftables rule. TLP:AMBER
# Load the file with nft -f. It logs and counts; replace the rule by the one in the comment to drop.
# Watch for a day before a rule acts. Remove all of them by 1 Dec 2026.

table inet proposed {
  chain prerouting {
    type filter hook prerouting priority raw; policy accept;
# INC-1-S1: Its signature covers 98.2 % of the attack and matches none of 4.00 k packets before the attack (upper bound less than 0.1 %).
    ip daddr 203.0.113.10 meta l4proto udp udp sport 53 counter limit rate 10/second log prefix "INC-1-S1 "
# To stop instead of watching:
#     ip daddr 203.0.113.10 meta l4proto udp udp sport 53 counter drop comment "INC-1-S1"
  }
}
`);
  });

  it('are printed for every place that can say them, and the report names those that cannot', () => {
    const blocks = blocksOf(modelOf([timed]));
    expect(blocks.flatMap((block) => (block.kind === 'code' ? [block.id] : []))).toEqual([
      'rule-magic-firewall-1',
      'rule-nftables',
      'rule-iptables',
    ]);
    const last = blocks.at(-1);
    expect(last?.kind === 'text' && last.paragraphs.map((one) => writer.phrase(one))).toEqual([
      'BGP Flowspec route (ExaBGP): signature 1 cannot be said: there is no field for IPTTL.',
    ]);
  });

  it('are not left out of the printed report alone: the first three stand there, all of them in the file', () => {
    const four = [53, 123, 389, 1900].map((port) => ({
      ...signature,
      all: [
        signature.all[0] ?? { field: 'IPProtocol', op: 'eq', value: 17 },
        { field: 'SourcePort', op: 'eq', value: port },
      ],
    })) as AttackStats['signatures'];
    const model = modelOf(four);
    const shown = blocksOf(model).filter(
      (block) => block.kind === 'code' && block.id.startsWith('rule-magic-firewall'),
    );
    expect(shown).toHaveLength(3);
    const file = model.ruleFiles.find(({ name }) => name === 'rules/magic-firewall.txt');
    expect(file && renderRuleFile(file, writer)).toContain('udp.srcport eq 1900');
  });
});

describe('recommendations in the report', () => {
  it('say who wrote or changed them', () => {
    const base = { text: ['Change it.'], why: ['It was needed.'], effect: [], effort: 'low', evidence: [] } as const;
    const model = composeIncident(
      incidentFacts({
        findings: {
          recommendations: [
            { ...base, id: 'deploy-rule', from: 'rule-book', owner: 'both', edited: true },
            { ...base, id: 'own', from: 'provider', owner: 'provider' },
            { ...base, id: 'analyst-1', from: 'analyst', owner: 'customer' },
          ],
        },
      }),
    );
    const table = blocksOf(model).find((block) => block.kind === 'table');
    expect(
      table?.kind === 'table' && table.rows.map((row) => row.map((cell) => writer.phrase(cell)).slice(1, 3)),
    ).toEqual([
      ['It was needed. Edited by the analyst.', 'Acme Retail and Northwall'],
      ['It was needed. Standing recommendation of the provider.', 'Northwall'],
      ['It was needed. Added by the analyst.', 'Acme Retail'],
    ]);
  });

  it('print the notes of the analyst in the summary, word for word', () => {
    const facts = incidentFacts();
    const note = `The customer changed its DNS. ${'Long. '.repeat(40)}`.trim();
    const model = composeIncident({ ...facts, case: { ...facts.case, notes: [note] } });
    const block = model.chapters[0]?.blocks.find((one) => one.kind === 'text');
    expect(block?.kind === 'text' && [block.heading, writer.phrase(block.paragraphs[0] ?? [])]).toEqual([
      'Notes of the analyst',
      note,
    ]);
  });
});
