import type { AttackStats } from '../aggregate/aggregate.ts';
import { amount, counted, like } from '../model/inlines.ts';
import type { Message, Phrase } from '../model/phrase.ts';
import { noun, say } from '../model/say.ts';
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
          ? say`A signature tells the attack from legitimate traffic: it matches ${amount(first.coverage)} of it`
          : say`Signatures tell the attack from legitimate traffic; the first matches ${amount(first.coverage)} of it`,
      ],
      text: found
        .slice(0, MOST_TOLD)
        .flatMap((signature, index) => [
          ...(index > 0 ? [say` Of the rest: `] : []),
          ...describe(signature, index === 0),
        ]),
      tone: 'favourable',
      evidence: evidenceOf(...found.map((signature) => signature.matched)),
    };
  },
};

/** `A request is taken for attack when …: 99.9 % of the attack. Of 1,850 requests before the attack none matches.` */
function describe(signature: Signature, isFirst: boolean): Phrase {
  const { all, coverage, layer } = signature;
  const [conditions, covered, spared] = [conjunctionWords(all), amount(coverage), holdOutWords(signature)];
  if (!isFirst) return [say`${conditions}: ${covered} of the attack, and ${spared}.`];
  return [
    layer === 'http'
      ? say`A request is taken for attack when ${conditions}: ${covered} of the attack, and ${spared}.`
      : say`A packet is taken for attack when ${conditions}: ${covered} of the attack, and ${spared}.`,
  ];
}

/** What the rule matched of the traffic that it was not found on. A count of none still leaves room, which is told. */
function holdOutWords({ collateral, holdOut, layer }: Signature): Phrase {
  const records = counted(
    holdOut.value,
    layer === 'http' ? noun('requests', 'requests') : noun('sampled packets', 'sampled packets'),
  );
  const most = amount(like(collateral, collateral.interval?.upper ?? collateral.value));
  return collateral.value === 0
    ? [say`none of ${records} before the attack (at most ${most} of such traffic)`]
    : [say`${amount(like(collateral, collateral.value))} of ${records} before the attack (at most ${most})`];
}

const REASONS: Readonly<Record<AttackStats['abstained'][number]['reason'], Message>> = {
  'no-baseline': say`The data holds no traffic from before the attack to compare it with.`,
  'too-little-baseline': say`The data from before the attack holds too few records to show that a rule would spare legitimate traffic.`,
  'no-separation': say`Nothing in the records tells enough of the attack from the traffic before it without matching legitimate traffic too.`,
  'no-attack': say`The waves hold no more traffic than the time before them.`,
};

/** Abstaining is a finding: the reader must not look for a rule that would hurt his customers. */
function abstention(stats: AttackStats): Finding | undefined {
  const [first] = stats.abstained;
  const layer = stats.layers.find((one) => one.layer === first?.layer);
  if (!first) return undefined;
  return {
    id: 'signatures',
    title: [say`No signature is published for this attack`],
    text: [
      say`${REASONS[first.reason]} A rule by attributes would be a guess; challenge, rate limit or bot score act without one.`,
    ],
    tone: 'neutral',
    evidence: layer ? layer.whole.total.evidence : [],
  };
}
