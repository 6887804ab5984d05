import type { EarlierRevision } from '../../archive/archive.ts';
import type { SlaJudgement } from '../../insight/insight.ts';
import { counted, instant, integer, label } from '../../model/inlines.ts';
import type { Inline, Message, Phrase } from '../../model/phrase.ts';
import { english, noun, say } from '../../model/say.ts';
import type { Block, Chapter, Cover } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import type { Cell, IncidentMeta } from '../report-model.ts';

const RESULT_WORDS: Readonly<Record<SlaJudgement['result'], Message>> = {
  met: say`met`,
  missed: say`missed`,
  'not-measurable': say`not measurable`,
  'not-applicable': say`does not apply`,
};
const AUDIENCE_WORDS: Readonly<Record<IncidentMeta['audience'], Message>> = {
  executive: say`executives`,
  technical: say`engineers`,
  regulator: say`regulators`,
};

interface Change {
  readonly id: string;
  readonly what: Phrase;
  readonly before: Inline;
  readonly now: Inline;
}

/** What a reader of the revision before has to know: which of its numbers are others now. Nothing in a first revision. */
export function composeRevisionNotes(context: ChapterContext, cover: Cover): Chapter | undefined {
  const { earlier } = context.facts;
  if (!earlier) return undefined;
  const changes = changesSince(context, cover, earlier);
  const note = context.facts.case.revisionNote;
  const blocks: Block[] = [
    ...(note === undefined
      ? []
      : [{ kind: 'text' as const, heading: say`Why there is another revision`, paragraphs: [[label(note, 'prose')]] }]),
    changes.length > 0 ? changeTable(context, earlier, changes) : nothingChanged(earlier),
  ];
  return { id: 'revision', title: say`What changed since the revision before`, startsPage: false, blocks };
}

function nothingChanged(earlier: EarlierRevision): Block {
  return {
    kind: 'text',
    paragraphs: [
      [
        say`The numbers of the cover, the severity, the waves and the service levels are those of revision ${integer(earlier.revision)}, made on ${instant(earlier.createdAt)}.`,
      ],
    ],
  };
}

function changeTable(context: ChapterContext, earlier: EarlierRevision, changes: readonly Change[]): Block {
  return context.table({
    id: 'table-revision',
    title: [
      say`${counted(changes.length, noun('value is', 'values are'))} another than in revision ${integer(earlier.revision)}, made on ${instant(earlier.createdAt)}`,
    ],
    columns: [
      { label: say`Value`, align: 'left', width: 5 },
      { label: say`Before`, align: 'right', width: 3 },
      { label: say`In this revision`, align: 'right', width: 3 },
    ],
    rows: changes.map(({ what, before, now }): Cell[] => [what, before, now]),
    evidence: [],
    data: {
      columns: ['value', 'before', 'now'],
      rows: changes.map(({ id, before, now }) => [id, rawOf(before), rawOf(now)]),
    },
  });
}

/** Headline numbers first, then what was judged, then what it rests on. */
function changesSince({ facts }: ChapterContext, cover: Cover, earlier: EarlierRevision): Change[] {
  const { stats, findings, dataset, case: incident } = facts;
  const audience = Object.entries(AUDIENCE_WORDS).find(([name]) => name === earlier.audience)?.[1];
  const candidates: (Change | undefined)[] = [
    ...cover.tiles.map((tile): Change | undefined => {
      // Reports made before tiles had an id were all in English.
      const old = earlier.tiles.find(({ id, label: name }) => (id ?? name) === (id ? tile.id : english(tile.label)));
      return old && { id: english(tile.label), what: [tile.label], before: old.value, now: tile.value };
    }),
    earlier.severity === undefined
      ? undefined
      : {
          id: 'severity',
          what: [say`Severity`],
          before: integer(earlier.severity),
          now: integer(findings.severity.level),
        },
    { id: 'waves', what: [say`Waves`], before: integer(earlier.waves), now: integer(stats.waves.length) },
    ...findings.sla.map(({ clause, result }): Change | undefined => {
      const old = Object.entries(RESULT_WORDS).find(([name]) => name === earlier.promises.get(clause))?.[1];
      return old === undefined
        ? undefined
        : { id: `clause ${clause}`, what: [label(clause)], before: old, now: RESULT_WORDS[result] };
    }),
    earlier.inputs === undefined
      ? undefined
      : {
          id: 'input files',
          what: [say`Input files`],
          before: integer(earlier.inputs),
          now: integer(dataset.inputs.length),
        },
    audience === undefined
      ? undefined
      : { id: 'audience', what: [say`Written for`], before: audience, now: AUDIENCE_WORDS[incident.audience] },
  ];
  return candidates.flatMap((change) => (change && !isSame(change.before, change.now) ? [change] : []));
}

/** Whether two values say the same; which files they rest on is no difference. */
function isSame(before: Inline, now: Inline): boolean {
  return plain(before) === plain(now);
}

function plain(inline: Inline): string {
  if (typeof inline !== 'object' || inline.kind !== 'measure') return JSON.stringify(inline);
  const { value, unit, kind, interval, windowMs } = inline.measure;
  return JSON.stringify([value, unit, kind, interval?.lower, interval?.upper, windowMs]);
}

function rawOf(inline: Inline): string | number | null {
  if (typeof inline === 'string' || inline.kind === 'message') return english(inline);
  switch (inline.kind) {
    case 'measure':
      return inline.measure.value;
    case 'count':
      return inline.value;
    case 'duration':
      return inline.ms;
    default:
      return null;
  }
}
