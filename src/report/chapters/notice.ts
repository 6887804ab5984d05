import { dueNotices, type NoticeDue, spoofedSources, vectorsOfAll, vectorWording } from '../../insight/insight.ts';
import { amount, counted, instant, label, lasting, list } from '../../model/inlines.ts';
import type { NoticeDeadline } from '../../model/notice.ts';
import type { Inline, Message, Phrase } from '../../model/phrase.ts';
import { asValue, noun, say } from '../../model/say.ts';
import type { Block, Chapter } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import type { Cell } from '../report-model.ts';
import { isoTime } from '../tables.ts';
import { LAYER_WORDS } from '../vocabulary.ts';
import { captionOfMoment } from '../wording.ts';
import { severityWords } from './cover.ts';

/** Targets that are named; the chapter on targets has all. */
const MOST_TARGETS = 4;

/** Facts for notices to authorities, when they are due, and what only the customer can say. */
export function composeNotice(context: ChapterContext): Chapter {
  return {
    id: 'notice',
    title: say`Facts for notices to authorities`,
    startsPage: false,
    blocks: [
      {
        kind: 'callout',
        tone: 'caution',
        title: say`Assistance, not legal advice`,
        text: [
          say`These are facts of the supplied data, put in the order in which notices ask for them. Whether a notice is due, to whom and what it has to say is for ${label(context.facts.case.customer.name)} and its counsel to judge.`,
        ],
      },
      ...deadlineBlocks(context),
      factTable(context),
      ownJudgement(context),
    ],
  };
}

interface Fact {
  readonly id: string;
  readonly name: Message;
  readonly told: Phrase | undefined;
  readonly evidence?: readonly string[];
}

function factTable(context: ChapterContext): Block {
  const { stats, findings, case: incident } = context.facts;
  const { clocks, duration, layers } = stats;
  const vectors = vectorsOfAll(stats);
  const targets = [...new Set(stats.waves.flatMap((wave) => wave.targets))];
  const origin = layers.find((layer) => layer.origin)?.origin;
  const phase = (name: 'before' | 'during') => origin?.phases.find((candidate) => candidate.phase === name);
  const [during, before] = [phase('during'), phase('before')];
  const attack = context.main?.attack;
  const severity = severityWords(findings.severity);
  const facts: Fact[] = [
    { id: 'reference', name: say`Reference`, told: [label(incident.id), say`, `, label(incident.title)] },
    {
      id: 'nature',
      name: say`Nature of the incident`,
      told: [
        ...(findings.state === 'none' || findings.state === 'unknown'
          ? [say`No attack in the supplied data`]
          : [
              vectors.length > 0
                ? say`Denial of service: ${list(vectors.map(({ name }) => asValue(vectorWording(name))))}`
                : say`Denial of service`,
            ]),
      ],
    },
    {
      id: 'malicious',
      name: say`Suspected to be malicious`,
      told: stats.waves.length > 0 ? [say`Yes: attack traffic was found and measured`] : undefined,
    },
    ...(['firstAttack', 'detected', 'mitigated', 'contained', 'ended', 'resolved', 'notified'] as const).map(
      (name): Fact => ({
        id: name,
        name: MOMENT_WORDS[name],
        told: clocks[name] && [instant(clocks[name].at), ', ± ', lasting(clocks[name].resolutionMs)],
        evidence: clocks[name]?.evidence ?? [],
      }),
    ),
    {
      id: 'duration',
      name: say`Time under attack`,
      told: duration.active && [
        say`${lasting(duration.active.value)} in ${counted(stats.waves.length, noun('wave', 'waves'))}`,
      ],
      evidence: duration.active?.evidence ?? [],
    },
    {
      id: 'targets',
      name: say`Services attacked`,
      told:
        targets.length > 0
          ? list(
              targets.map((target) => label(target)),
              MOST_TARGETS,
            )
          : undefined,
    },
    {
      id: 'severity',
      name: say`Severity, by this report`,
      told: [say`${severity.label}: ${severity.why}`],
    },
    {
      id: 'impact',
      name: say`Impact on users`,
      told: during && [
        before
          ? say`${amount(during.errorShare)} of the origin’s answers in the waves were errors, against ${amount(before.errorShare)} before`
          : say`${amount(during.errorShare)} of the origin’s answers in the waves were errors`,
      ],
      evidence: during?.errorShare.evidence ?? [],
    },
    {
      id: 'mitigation',
      name: say`Measures taken`,
      told: context.main?.during?.mitigatedShare && [
        say`${amount(context.main.during.mitigatedShare)} of the traffic in the waves was mitigated (${LAYER_WORDS[context.main.layer]})`,
      ],
      evidence: context.main?.during?.mitigatedShare?.evidence ?? [],
    },
    {
      id: 'leaked',
      name: say`Attack traffic that got through`,
      told: attack?.leaked && [amount(attack.leaked)],
      evidence: attack?.leaked?.evidence ?? [],
    },
    {
      id: 'sources',
      name: say`Where it came from`,
      told:
        spoofedSources(stats) === true ? [say`Senders were forged: addresses and countries prove nothing`] : undefined,
    },
    {
      id: 'indicators',
      name: say`Indicators of compromise`,
      told:
        stats.signatures.length > 0
          ? [
              say`${counted(stats.signatures.length, noun('signature', 'signatures'))} of the attack; a technical report lists them`,
            ]
          : undefined,
    },
  ];
  const known = facts.filter((fact) => fact.told !== undefined);
  return context.table({
    id: 'table-notice-facts',
    title: [say`${counted(known.length, noun('fact', 'facts'))} of the incident as the supplied data has them`],
    columns: [
      { label: say`Asked for`, align: 'left', width: 3 },
      { label: say`On record`, align: 'left', width: 8 },
    ],
    rows: known.map(({ name, told }): Cell[] => [name, told ?? []]),
    note: captionOfMoment(context.facts.stats.window),
    evidence: [...new Set(known.flatMap(({ evidence }) => evidence ?? []))],
    data: {
      columns: ['fact', 'time_utc'],
      rows: known.map(({ id }) => [id, id in MOMENT_WORDS ? isoOf(clocks[id as keyof typeof MOMENT_WORDS]) : null]),
    },
  });
}

function isoOf(moment: { readonly at: number } | undefined): string | null {
  return moment ? isoTime(moment.at) : null;
}

const MOMENT_WORDS = {
  firstAttack: say`First attack traffic`,
  detected: say`Detected`,
  mitigated: say`First mitigation`,
  contained: say`Contained`,
  ended: say`Attack ended`,
  resolved: say`Resolved`,
  notified: say`Customer notified`,
};

function deadlineBlocks(context: ChapterContext): Block[] {
  const { notices } = context.facts.case;
  if (notices.deadlines.length === 0)
    return [
      {
        kind: 'callout',
        tone: 'note',
        title: say`No due times`,
        text: [
          say`Nobody stated which rules on notices apply to ${label(context.facts.case.customer.name)}, so this report computes no due time.`,
        ],
      },
    ];
  const due = dueNotices(notices.deadlines, context.facts.stats.clocks, notices);
  const unverified = notices.deadlines.filter(({ verified }) => !verified);
  return [
    context.table({
      id: 'table-notice-deadlines',
      title: deadlineTitle(due),
      columns: [
        { label: say`Notice`, align: 'left', width: 4 },
        { label: say`Within`, align: 'left', width: 2 },
        { label: say`Counted from`, align: 'left', width: 6 },
        { label: say`Due, local time`, align: 'left', width: 4 },
        { label: say`Due, UTC`, align: 'left', width: 4 },
        { label: say`Provision`, align: 'left', width: 5 },
      ],
      rows: due.map((one): Cell[] => [
        say`${label(one.deadline.ruleName)}: ${label(one.deadline.notice)}`,
        'hours' in one.deadline.within
          ? counted(one.deadline.within.hours, noun('hour', 'hours'))
          : counted(one.deadline.within.months, noun('month', 'months')),
        startWords(one, notices.deadlines),
        one.dueAt === undefined ? NOT_KNOWN : instant(one.dueAt),
        one.dueAt === undefined ? NOT_KNOWN : { kind: 'time', at: one.dueAt, form: 'instant', utc: true },
        label(one.deadline.provision),
      ]),
      note: [
        ...(unverified.length > 0
          ? [
              say`${counted(unverified.length, noun('deadline was', 'deadlines were'))} not checked against the source of the law and must be before anybody relies on it. `,
            ]
          : []),
        say`Read on ${list([...new Set(notices.deadlines.map(({ read }) => read))].map((day) => label(day)))}. Hours are added to the clock, months on the calendar; holidays and how a jurisdiction counts are not considered.`,
      ],
      evidence: [],
      data: {
        columns: ['id', 'rule', 'notice', 'from_utc', 'basis', 'due_utc', 'provision', 'address', 'read', 'verified'],
        rows: due.map(({ deadline, from, dueAt }) => [
          deadline.id,
          deadline.ruleName,
          deadline.notice,
          from ? isoTime(from.at) : null,
          from?.basis ?? null,
          dueAt === undefined ? null : isoTime(dueAt),
          deadline.provision,
          deadline.address,
          deadline.read,
          deadline.verified ? 'yes' : 'no',
        ]),
      },
    }),
  ];
}

const NOT_KNOWN: Inline = { kind: 'missing', reason: say`not known` };

function deadlineTitle(due: readonly NoticeDue[]): Phrase {
  const [next] = due
    .flatMap((one) => (one.dueAt === undefined ? [] : [one]))
    .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0));
  if (next?.dueAt === undefined)
    return [say`When notices are due cannot be computed: the clocks they count from are not on record`];
  return [say`The earliest notice is due by ${instant(next.dueAt)}, if one is due at all`];
}

function startWords({ deadline, from }: NoticeDue, all: readonly NoticeDeadline[]): Phrase {
  if (typeof deadline.from === 'object') {
    const { notice } = deadline.from;
    const before = all.find(({ id }) => id === notice);
    return [say`${label(before?.notice ?? notice)}, when sent at its latest time`];
  }
  if (!from)
    return [
      deadline.from === 'awareness'
        ? say`awareness, which is not on record`
        : say`classification, which was not stated`,
    ];
  return [
    from.basis === 'detection'
      ? say`detection on record, since awareness was not stated: ${instant(from.at)}`
      : deadline.from === 'awareness'
        ? say`awareness as stated: ${instant(from.at)}`
        : say`classification as stated: ${instant(from.at)}`,
  ];
}

/** Questions that notices ask and no traffic data answers. */
function ownJudgement(context: ChapterContext): Block {
  return {
    kind: 'definitions',
    heading: say`What only the customer can say`,
    items: [
      {
        term: say`Significance`,
        definition: [say`Whether the incident is one that has to be notified, and when that was known.`],
      },
      {
        term: say`People and money`,
        definition: [say`How many users, clients or transactions were affected, and what it cost.`],
      },
      { term: say`Across borders`, definition: [say`Whether services in other countries were affected.`] },
      {
        term: say`Data`,
        definition: [
          say`Whether data was lost, changed or disclosed; this data shows traffic, not what became of data.`,
        ],
      },
      {
        term: say`Cause`,
        definition: [
          say`Why ${label(context.facts.case.customer.name)} was attacked, and whether anybody demanded anything.`,
        ],
      },
    ],
  };
}
