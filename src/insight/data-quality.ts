import type { AttackStats } from '../aggregate/aggregate.ts';
import type { DataWarning } from '../ingest/ingest.ts';
import { amount, counted, label, lasting, share } from '../model/inlines.ts';
import type { Inline, Phrase } from '../model/phrase.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import type { JudgeFacts } from './insight.ts';
import type { Insight } from './needs.ts';

const LAYER_NAMES = { network: 'network traffic', http: 'HTTP traffic' } as const;

/** What limits the numbers: gaps, sampling, records left out, sources or people that contradict each other. */
export const dataQuality: Insight = {
  id: 'data-quality',
  needs: [],
  find(stats, facts): Finding | undefined {
    const limits: Phrase[] = [...gaps(stats), ...sampling(stats), ...contradictions(stats), ...warnings(facts)];
    if (limits.length === 0) return undefined;
    return {
      id: 'data-quality',
      title: [counted(limits.length, 'reservation', 'reservations'), ' about the data'],
      text: limits.flatMap((limit, index): Inline[] => [index > 0 ? ' ' : '', ...limit]),
      tone: 'neutral',
      evidence: evidenceOf(...stats.layers.map((layer) => layer.whole.total)),
    };
  },
};

function gaps(stats: AttackStats): Phrase[] {
  return stats.layers
    .filter((layer) => layer.coverage.gaps.length > 0)
    .map(({ layer, coverage, whole }) => [
      `The data on ${LAYER_NAMES[layer]} has `,
      counted(coverage.gaps.length, 'gap', 'gaps'),
      ', the longest ',
      lasting(Math.max(...coverage.gaps.map((gap) => gap.end - gap.start))),
      '; it covers ',
      share(coverage.completeness, whole.total),
      ' of the period.',
    ]);
}

function sampling(stats: AttackStats): Phrase[] {
  return stats.layers
    .filter((layer) => layer.whole.total.sampleCount !== undefined)
    .map(({ layer, whole }) => [
      `The numbers of ${LAYER_NAMES[layer]} are estimated from samples: `,
      amount(whole.total),
      ' from ',
      counted(whole.total.sampleCount ?? 0, 'row', 'rows'),
      '.',
    ]);
}

function contradictions(stats: AttackStats): Phrase[] {
  const sources = stats.disagreements.map(
    ({ quantity, primary, other }): Phrase => [
      `Two sources differ on ${quantity}: `,
      amount(primary.value),
      ' (used) and ',
      amount(other.value),
      '.',
    ],
  );
  const clocks = (stats.clocks.conflicts ?? []).map(
    ({ clock, used, stated }): Phrase => [
      `The timeline states “${CLOCK_NAMES[clock]}” `,
      lasting(Math.abs(stated.at - used.at)),
      stated.at > used.at ? ' later' : ' earlier',
      ' than the data shows; the data is used.',
    ],
  );
  return [...sources, ...clocks];
}

const CLOCK_NAMES = {
  firstAttack: 'attack begins',
  detected: 'detected',
  alerted: 'alerted',
  mitigated: 'mitigated',
  contained: 'contained',
  ended: 'attack ended',
  resolved: 'resolved',
} as const;

/** What may change how a number is read; other notes of ingest are told in the method chapter alone. */
const WEIGHTY: ReadonlySet<DataWarning['code']> = new Set([
  'rejected-lines',
  'possibly-truncated',
  'assumed-time-zone',
  'data-gap',
  'ongoing',
  'empty-result',
  'unknown-values',
  'no-times',
]);
const PRINTED_WARNINGS = 3;

/** Sentences of ingest; they hold names from input, so they are shown as labels. */
function warnings(facts: JudgeFacts): Phrase[] {
  const weighty = facts.warnings.filter(({ code }) => WEIGHTY.has(code));
  const more = weighty.length - PRINTED_WARNINGS;
  return [
    ...weighty.slice(0, PRINTED_WARNINGS).map(({ message }): Phrase => [label(message)]),
    ...(more > 0 ? [[counted(more, 'more is', 'more are'), ' in the method chapter.']] : []),
  ];
}
