import type { AttackStats, ClockName } from '../aggregate/aggregate.ts';
import type { DataWarning } from '../ingest/ingest.ts';
import { amount, counted, lasting, sentences, share } from '../model/inlines.ts';
import type { Message, Noun, Phrase } from '../model/phrase.ts';
import { noun, say } from '../model/say.ts';
import type { Layer } from '../model/traffic.ts';
import { UNIT_NAMES } from '../model/unit-names.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import type { JudgeFacts } from './insight.ts';
import type { Insight } from './needs.ts';

const LAYER_NAMES: Readonly<Record<Layer, Message>> = { network: say`network traffic`, http: say`HTTP traffic` };

/** What limits the numbers: gaps, sampling, records left out, sources or people that contradict each other. */
export const dataQuality: Insight = {
  id: 'data-quality',
  needs: [],
  find(stats, facts): Finding | undefined {
    const limits: Phrase[] = [...gaps(stats), ...sampling(stats), ...contradictions(stats), ...warnings(facts)];
    if (limits.length === 0) return undefined;
    return {
      id: 'data-quality',
      title: [say`${counted(limits.length, noun('limit', 'limits'))} to what the data can tell`],
      text: sentences(limits),
      tone: 'neutral',
      evidence: evidenceOf(...stats.layers.map((layer) => layer.whole.total)),
    };
  },
};

function gaps(stats: AttackStats): Phrase[] {
  return stats.layers
    .filter((layer) => layer.coverage.gaps.length > 0)
    .map(({ layer, coverage, whole }) => [
      say`The data on ${LAYER_NAMES[layer]} has ${counted(coverage.gaps.length, noun('gap', 'gaps'))}, the longest ${lasting(Math.max(...coverage.gaps.map((gap) => gap.end - gap.start)))}; it covers ${share(coverage.completeness, whole.total)} of the period.`,
    ]);
}

function sampling(stats: AttackStats): Phrase[] {
  return stats.layers
    .filter((layer) => layer.whole.total.sampleCount !== undefined)
    .map(({ layer, whole }) => [
      say`All numbers of ${LAYER_NAMES[layer]} are estimates: ${amount(whole.total)} from ${counted(whole.total.sampleCount ?? 0, noun('sampled row', 'sampled rows'))}.`,
    ]);
}

function contradictions(stats: AttackStats): Phrase[] {
  const sources = stats.disagreements.map(
    ({ quantity, primary, other }): Phrase => [
      quantity.endsWith(' mitigated')
        ? say`Two sources differ on mitigated ${UNIT_NAMES[primary.value.unit]}: ${amount(primary.value)} (used) and ${amount(other.value)}.`
        : say`Two sources differ on ${UNIT_NAMES[primary.value.unit]}: ${amount(primary.value)} (used) and ${amount(other.value)}.`,
    ],
  );
  const clocks = (stats.clocks.conflicts ?? []).map(
    ({ clock, used, stated }): Phrase => [
      stated.at > used.at
        ? say`The timeline states “${CLOCK_NAMES[clock]}” ${lasting(Math.abs(stated.at - used.at))} later than the data shows; the data is used.`
        : say`The timeline states “${CLOCK_NAMES[clock]}” ${lasting(Math.abs(stated.at - used.at))} earlier than the data shows; the data is used.`,
    ],
  );
  return [...sources, ...clocks];
}

const CLOCK_NAMES: Readonly<Record<ClockName, Message>> = {
  firstAttack: say`attack begins`,
  detected: say`detected`,
  alerted: say`alerted`,
  mitigated: say`mitigated`,
  contained: say`contained`,
  ended: say`attack ended`,
  resolved: say`resolved`,
  notified: say`customer notified`,
};

/** What may change how a number is read; other notes of ingest are told in the method chapter alone. */
const WEIGHTY: ReadonlySet<DataWarning['code']> = new Set([
  'ownership-vouched',
  'rejected-lines',
  'possibly-truncated',
  'assumed-time-zone',
  'data-gap',
  'ongoing',
  'empty-result',
  'unknown-values',
  'no-times',
]);

/** What a kind of warning means for the reader of a summary; the files and lines are in the method chapter. */
const WARNING_WORDS: Readonly<Partial<Record<DataWarning['code'], Noun>>> = {
  'ownership-vouched': noun(
    'file does not say whose traffic it holds; the author of this report vouches for it',
    'files do not say whose traffic they hold; the author of this report vouches for them',
  ),
  'rejected-lines': noun(
    'file has faulty records, which were left out',
    'files have faulty records, which were left out',
  ),
  'possibly-truncated': noun(
    'result may have been cut short by its source',
    'results may have been cut short by their source',
  ),
  'assumed-time-zone': noun('file does not state its time zone', 'files do not state their time zone'),
  'data-gap': noun('source has a gap', 'sources have gaps'),
  ongoing: noun(
    'attack was still running by the account of its source',
    'attacks were still running by the account of their source',
  ),
  'empty-result': noun('file holds nothing for the period', 'files hold nothing for the period'),
  'unknown-values': noun(
    'source leaves open how its numbers came about',
    'sources leave open how their numbers came about',
  ),
  'no-times': noun('source does not say when its traffic passed', 'sources do not say when their traffic passed'),
};

/** Each kind of weighty warning counted, in words of ours. */
function warnings(facts: JudgeFacts): Phrase[] {
  const weighty = facts.warnings.filter(({ code }) => WEIGHTY.has(code));
  const codes = [...new Set(weighty.map(({ code }) => code))];
  return codes.flatMap((code, index): Phrase[] => {
    const words = WARNING_WORDS[code];
    if (!words) return [];
    const times = weighty.filter((warning) => warning.code === code).length;
    const isLast = index === codes.length - 1;
    return [[counted(times, words), isLast ? say` (see Method and data quality).` : say`.`]];
  });
}
