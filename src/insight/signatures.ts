import type { AttackStats } from '../aggregate/aggregate.ts';
import { amount, counted, like } from '../model/inlines.ts';
import type { Inline, Phrase } from '../model/phrase.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import type { Insight } from './needs.ts';
import { conjunctionWords } from './predicate-words.ts';

type Signature = AttackStats['signatures'][number];

/** Rules told in the summary; the others are in their chapter. */
const MOST_TOLD = 2;

/** What tells the attack from legitimate traffic, how much of each it matches; or that nothing does, and why. */
export const signatures: Insight = {
  id: 'signatures',
  needs: ['waves'],
  find(stats): Finding | undefined {
    const found = stats.signatures;
    const [first] = found;
    if (!first) return abstention(stats);
    return {
      id: 'signatures',
      title: [
        found.length === 1
          ? 'A signature tells the attack from legitimate traffic: '
          : 'Signatures tell the attack from legitimate traffic; the first ',
        found.length === 1 ? 'it ' : '',
        'matches ',
        amount(first.coverage),
        ' of it',
      ],
      text: found
        .slice(0, MOST_TOLD)
        .flatMap((signature, index): Inline[] => [
          ...(index > 0 ? [' Of the rest: '] : ['']),
          ...describe(signature, index === 0),
        ]),
      tone: 'favourable',
      evidence: evidenceOf(...found.map((signature) => signature.matched)),
    };
  },
};

/** `A request is taken for attack when …: 99.9 % of the attack. Of 1,850 requests before the attack none matches.` */
function describe(signature: Signature, isFirst: boolean): Phrase {
  const { all, coverage, collateral } = signature;
  const one = signature.layer === 'http' ? 'request' : 'packet';
  return [
    isFirst ? `A ${one} is taken for attack when ` : '',
    ...conjunctionWords(all),
    ': ',
    amount(coverage),
    ' of the attack',
    ...(collateral.value === 0 ? [', and '] : [', and ']),
    ...holdOutWords(signature),
    '.',
  ];
}

/** What the rule matched of the traffic that it was not found on. A count of none still leaves room, which is told. */
function holdOutWords({ collateral, holdOut, layer }: Signature): Phrase {
  const unit = layer === 'http' ? 'requests' : 'sampled packets';
  const records = counted(holdOut.value, unit, unit);
  const most = amount(like(collateral, collateral.interval?.upper ?? collateral.value));
  return collateral.value === 0
    ? ['none of ', records, ' before the attack (at most ', most, ' of such traffic)']
    : [amount(like(collateral, collateral.value)), ' of ', records, ' before the attack (at most ', most, ')'];
}

const REASONS: Readonly<Record<AttackStats['abstained'][number]['reason'], string>> = {
  'no-baseline': 'The data holds no traffic from before the attack to compare it with.',
  'too-little-baseline':
    'The data from before the attack holds too few records to show that a rule would spare legitimate traffic.',
  'no-separation':
    'Nothing in the records tells enough of the attack from the traffic before it without matching legitimate traffic too.',
  'no-attack': 'The waves hold no more traffic than the time before them.',
};

/** Abstaining is a finding: the reader must not look for a rule that would hurt his customers. */
function abstention(stats: AttackStats): Finding | undefined {
  const [first] = stats.abstained;
  const layer = stats.layers.find((one) => one.layer === first?.layer);
  if (!first) return undefined;
  return {
    id: 'signatures',
    title: ['No signature is published for this attack'],
    text: [
      REASONS[first.reason],
      ' A rule by attributes would be a guess; challenge, rate limit or bot score act without one.',
    ],
    tone: 'neutral',
    evidence: layer ? layer.whole.total.evidence : [],
  };
}
