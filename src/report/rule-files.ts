import type { AttackStats } from '../aggregate/aggregate.ts';
import { LARGEST_SET, type Obstacle, type ProposedRule, type ProposedRules } from '../insight/insight.ts';
import { amount, integer, label } from '../model/inlines.ts';
import type { Inline, Phrase, Value } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import { DAY_MS } from '../model/time.ts';
import type { Block } from './composed.ts';
import type { ChapterContext } from './facts.ts';
import type { CodeBlock, RuleFile } from './report-model.ts';

type Language = ProposedRule['language'];

/** An attack tool is gone or changed by then, and somebody else may have its fingerprint. */
const EXPIRES_AFTER_MS = 14 * DAY_MS;
/** Signatures whose rules are printed; the files have all. */
const MOST_PRINTED = 3;

/** One file for each place that at least one signature can be said for. */
export function composeRuleFiles(context: ChapterContext): RuleFile[] {
  return languagesOf(context).map((language) => ({
    name: language.file,
    comment: language.comment,
    parts: [...headOf(context, language), ...bodyOf(context, language), ...withheldNotes(context, language)],
  }));
}

/** The rules to copy: those of a place that takes one at a time each by itself, the others as they are loaded. */
export function composeRuleBlocks(context: ChapterContext): Block[] {
  const languages = languagesOf(context);
  if (languages.length === 0) return [];
  const head: Block = {
    kind: 'text',
    heading: say`Proposed rules`,
    paragraphs: [
      [
        say`Each only watches to begin with. Let it act after a day without legitimate traffic among its matches, and remove it by ${expiry(context)}. The complete files, with the form that acts, are in rules/.`,
      ],
    ],
  };
  return [head, ...languages.flatMap((language) => blocksFor(context, language))];
}

function blocksFor(context: ChapterContext, language: Language): CodeBlock[] {
  const { stats } = context.facts;
  const rules = rulesFor(context, language).slice(0, MOST_PRINTED);
  const groups = language.takes === 'rule' ? rules.map((rule) => [rule]) : [rules];
  return groups.map((group, index): CodeBlock => {
    const [first, ...others] = group;
    const only = first && others.length === 0 ? first : undefined;
    return {
      kind: 'code',
      id: `rule-${language.id}${language.takes === 'rule' && first ? `-${first.signature + 1}` : ''}`,
      title: [
        only
          ? say`${language.name} for signature ${integer(only.signature + 1)}`
          : say`${language.name} for the signatures`,
      ],
      lines: [...language.before, ...group.flatMap((rule) => rule.text.watch), ...language.after],
      note: [
        ...(only && language.takes === 'rule' ? [...measuredWords(stats, only), say` `] : []),
        ...(index === 0 ? [language.advice, say` `] : []),
        say`File: ${[language.file]}.`,
      ],
      evidence: evidenceOf(
        stats,
        group.map((rule) => rule.signature),
      ),
    };
  });
}

/** What the places cannot say, one sentence each; empty when all can be said. */
export function withheldWords({ withheld }: ProposedRules): Phrase[] {
  return withheld.map(({ language, signature, refusals }) => [
    say`${language.name}: signature ${integer(signature + 1)} cannot be said: ${refusals.flatMap(
      ({ field, obstacle }, index): Phrase => [...(index > 0 ? [say`, `] : []), ...obstacleWords(obstacle, field)],
    )}.`,
  ]);
}

function languagesOf({ facts }: ChapterContext): Language[] {
  return [...new Set(facts.findings.rules.rules.map(({ language }) => language))];
}

function rulesFor({ facts }: ChapterContext, language: Language): ProposedRule[] {
  return facts.findings.rules.rules.filter((rule) => rule.language === language);
}

function expiry({ facts }: ChapterContext): Value {
  return { kind: 'time', at: facts.createdAt + EXPIRES_AFTER_MS, form: 'day' };
}

function headOf(context: ChapterContext, language: Language): RuleFile['parts'] {
  const { case: incident, reportId } = context.facts;
  const notes: Phrase[] = [
    [
      say`Proposed by report ${[reportId]} for ${label(incident.customer.name)}: ${language.name}.`,
      ` TLP:${incident.tlp}`,
    ],
    [language.advice],
    [say`Watch for a day before a rule acts. Remove all of them by ${expiry(context)}.`],
  ];
  return [...notes.map((note) => ({ note })), { lines: [''] }];
}

function bodyOf(context: ChapterContext, language: Language): RuleFile['parts'] {
  const rules = rulesFor(context, language).flatMap((rule): RuleFile['parts'] => {
    const acts = rule.text.enforce !== rule.text.watch;
    return [
      { note: [`${rule.name}: `, ...measuredWords(context.facts.stats, rule)] },
      { lines: rule.text.watch },
      ...(acts ? [{ note: [say`To stop instead of watching:`] }] : []),
      ...(acts ? [{ lines: rule.text.enforce.map((line) => `${language.comment} ${line}`) }] : []),
      ...(language.takes === 'rule' ? [{ lines: [''] }] : []),
    ];
  });
  return [{ lines: language.before }, ...rules, { lines: language.after }];
}

function withheldNotes({ facts }: ChapterContext, language: Language): RuleFile['parts'] {
  const { rules } = facts.findings;
  const own = { rules: [], withheld: rules.withheld.filter((one) => one.language === language) };
  return withheldWords(own).map((note) => ({ note }));
}

/** What the signature did on the traffic that was kept for the test. The scope makes the rule narrower still. */
function measuredWords({ signatures }: AttackStats, rule: ProposedRule): Phrase {
  const signature = signatures[rule.signature];
  if (!signature) return [];
  const { coverage, collateral, holdOut } = signature;
  const upper = collateral.interval?.upper;
  return [
    collateral.value === 0
      ? say`Its signature covers ${amount(coverage)} of the attack and matches none of ${amount(holdOut)} before the attack${upper === undefined ? '' : say` (upper bound ${amount({ value: upper, unit: 'share' as const, kind: 'counted' as const, evidence: [] })})`}.`
      : say`Its signature covers ${amount(coverage)} of the attack and matches ${amount(collateral)} of the traffic before the attack.`,
  ];
}

function evidenceOf({ signatures }: AttackStats, numbers: readonly number[]): string[] {
  return [...new Set(numbers.flatMap((number) => signatures[number]?.coverage.evidence ?? []))];
}

function obstacleWords(obstacle: Obstacle, field: string | undefined): Phrase {
  const name: Inline = field === undefined ? say`a condition` : label(field, 'code');
  switch (obstacle) {
    case 'no-field':
      return [say`there is no field for ${name}`];
    case 'no-comparison':
      return [say`${name} cannot be compared this way`];
    case 'too-many-values':
      return [say`${name} has more than ${integer(LARGEST_SET)} values`];
    case 'unsafe-value':
      return [say`a value of ${name} has characters that cannot be shown as they are`];
    case 'impossible-value':
      return [say`${name} has a value that the field cannot have`];
    case 'needs-protocol':
      return [say`${name} means something only with a protocol`];
    case 'mixed-families':
      return [say`addresses of both versions of IP need a rule each`];
    case 'too-long':
      return [say`it is longer than the place takes`];
    case 'no-scope':
      return [say`it names no target`];
    case 'only-target':
      return [say`it names nothing but the target`];
    default:
      return obstacle satisfies never;
  }
}
