import { dueNotices, type NoticeDue, spoofedSources, vectorsOfAll } from '../../insight/insight.ts';
import { amount, counted, instant, label, lasting, list } from '../../model/inlines.ts';
import type { NoticeDeadline } from '../../model/notice.ts';
import type { Inline, Phrase } from '../../model/phrase.ts';
import type { ChapterContext } from '../facts.ts';
import type { Block, Cell, Chapter } from '../report-model.ts';
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
    title: 'Facts for notices to authorities',
    startsPage: false,
    blocks: [
      {
        kind: 'callout',
        tone: 'caution',
        title: 'Assistance, not legal advice',
        text: [
          'These are facts of the supplied data, put in the order in which notices ask for them. Whether a notice is due, to whom and what it has to say is for ',
          label(context.facts.case.customer.name),
          ' and its counsel to judge.',
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
  readonly name: string;
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
    { id: 'reference', name: 'Reference', told: [label(incident.id), ', ', label(incident.title)] },
    {
      id: 'nature',
      name: 'Nature of the incident',
      told: [
        ...(findings.state === 'none' || findings.state === 'unknown'
          ? ['No attack in the supplied data']
          : [
              'Denial of service',
              ...(vectors.length > 0 ? [': ', ...list(vectors.map(({ name }) => label(name)))] : []),
            ]),
      ],
    },
    {
      id: 'malicious',
      name: 'Suspected to be malicious',
      told: stats.waves.length > 0 ? ['Yes: attack traffic was found and measured'] : undefined,
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
      name: 'Time under attack',
      told: duration.active && [lasting(duration.active.value), ' in ', counted(stats.waves.length, 'wave', 'waves')],
      evidence: duration.active?.evidence ?? [],
    },
    {
      id: 'targets',
      name: 'Services attacked',
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
      name: 'Severity, by this report',
      told: [...severity.label, ': ', ...severity.why],
    },
    {
      id: 'impact',
      name: 'Impact on users',
      told: during && [
        amount(during.errorShare),
        ' of the origin’s answers in the waves were errors',
        ...(before ? [', against ', amount(before.errorShare), ' before'] : []),
      ],
      evidence: during?.errorShare.evidence ?? [],
    },
    {
      id: 'mitigation',
      name: 'Measures taken',
      told: context.main?.during?.mitigatedShare && [
        amount(context.main.during.mitigatedShare),
        ` of the traffic in the waves was mitigated (${LAYER_WORDS[context.main.layer]})`,
      ],
      evidence: context.main?.during?.mitigatedShare?.evidence ?? [],
    },
    {
      id: 'leaked',
      name: 'Attack traffic that got through',
      told: attack?.leaked && [amount(attack.leaked)],
      evidence: attack?.leaked?.evidence ?? [],
    },
    {
      id: 'sources',
      name: 'Where it came from',
      told: spoofedSources(stats) === true ? ['Senders were forged: addresses and countries prove nothing'] : undefined,
    },
    {
      id: 'indicators',
      name: 'Indicators of compromise',
      told:
        stats.signatures.length > 0
          ? [
              counted(stats.signatures.length, 'signature', 'signatures'),
              ' of the attack; a technical report lists them',
            ]
          : undefined,
    },
  ];
  const known = facts.filter((fact) => fact.told !== undefined);
  return context.table({
    id: 'table-notice-facts',
    title: [counted(known.length, 'fact', 'facts'), ' of the incident as the supplied data has them'],
    columns: [
      { label: 'Asked for', align: 'left', width: 3 },
      { label: 'On record', align: 'left', width: 8 },
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
  firstAttack: 'First attack traffic',
  detected: 'Detected',
  mitigated: 'First mitigation',
  contained: 'Contained',
  ended: 'Attack ended',
  resolved: 'Resolved',
  notified: 'Customer notified',
} as const;

function deadlineBlocks(context: ChapterContext): Block[] {
  const { notices } = context.facts.case;
  if (notices.deadlines.length === 0)
    return [
      {
        kind: 'callout',
        tone: 'note',
        title: 'No due times',
        text: [
          'Nobody stated which rules on notices apply to ',
          label(context.facts.case.customer.name),
          ', so this report computes no due time.',
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
        { label: 'Notice', align: 'left', width: 4 },
        { label: 'Within', align: 'left', width: 2 },
        { label: 'Counted from', align: 'left', width: 6 },
        { label: 'Due, local time', align: 'left', width: 4 },
        { label: 'Due, UTC', align: 'left', width: 4 },
        { label: 'Provision', align: 'left', width: 5 },
      ],
      rows: due.map((one): Cell[] => [
        [label(one.deadline.ruleName), ': ', label(one.deadline.notice)],
        'hours' in one.deadline.within
          ? counted(one.deadline.within.hours, 'hour', 'hours')
          : counted(one.deadline.within.months, 'month', 'months'),
        startWords(one, notices.deadlines),
        one.dueAt === undefined ? NOT_KNOWN : instant(one.dueAt),
        one.dueAt === undefined ? NOT_KNOWN : { kind: 'time', at: one.dueAt, form: 'instant', utc: true },
        label(one.deadline.provision),
      ]),
      note: [
        ...(unverified.length > 0
          ? [
              counted(unverified.length, 'deadline was', 'deadlines were'),
              ' not checked against the source of the law and must be before anybody relies on it. ',
            ]
          : []),
        'Read on ',
        ...list([...new Set(notices.deadlines.map(({ read }) => read))].map((day) => label(day))),
        '. Hours are added to the clock, months on the calendar; holidays and how a jurisdiction counts are not considered.',
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

const NOT_KNOWN: Inline = { kind: 'missing', reason: 'not known' };

function deadlineTitle(due: readonly NoticeDue[]): Phrase {
  const [next] = due
    .flatMap((one) => (one.dueAt === undefined ? [] : [one]))
    .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0));
  if (next?.dueAt === undefined)
    return ['When notices are due cannot be computed: the clocks they count from are not on record'];
  return ['The earliest notice is due by ', instant(next.dueAt), ', if one is due at all'];
}

function startWords({ deadline, from }: NoticeDue, all: readonly NoticeDeadline[]): Phrase {
  if (typeof deadline.from === 'object') {
    const { notice } = deadline.from;
    const before = all.find(({ id }) => id === notice);
    return [label(before?.notice ?? notice), ', when sent at its latest time'];
  }
  if (!from)
    return [
      deadline.from === 'awareness' ? 'awareness, which is not on record' : 'classification, which was not stated',
    ];
  return [
    ...(from.basis === 'detection'
      ? ['detection on record, since awareness was not stated: ']
      : [`${deadline.from} as stated: `]),
    instant(from.at),
  ];
}

/** Questions that notices ask and no traffic data answers. */
function ownJudgement(context: ChapterContext): Block {
  return {
    kind: 'definitions',
    heading: 'What only the customer can say',
    items: [
      {
        term: 'Significance',
        definition: ['Whether the incident is one that has to be notified, and when that was known.'],
      },
      {
        term: 'People and money',
        definition: ['How many users, clients or transactions were affected, and what it cost.'],
      },
      { term: 'Across borders', definition: ['Whether services in other countries were affected.'] },
      {
        term: 'Data',
        definition: ['Whether data was lost, changed or disclosed; this data shows traffic, not what became of data.'],
      },
      {
        term: 'Cause',
        definition: [
          'Why ',
          label(context.facts.case.customer.name),
          ' was attacked, and whether anybody demanded anything.',
        ],
      },
    ],
  };
}
