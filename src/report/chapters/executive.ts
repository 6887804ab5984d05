import type { Recommendation } from '../../insight/insight.ts';
import { counted, integer, label, list } from '../../model/inlines.ts';
import type { Phrase, Words } from '../../model/phrase.ts';
import { noun, say } from '../../model/say.ts';
import type { Block, Chapter } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import { redactionNote } from '../redaction-note.ts';
import type { Cell } from '../report-model.ts';
import { recommendationData, recommendationRow } from './recommendations.ts';
import { unknownsTable } from './unknowns.ts';

// The second page of the executive report: what to change, what is not known, and what the customer is asked to decide. The
// first page is the cover, which every audience has.

/** Rows of each list that are printed, so that both lists and the decisions share a page; the rest is in `data/`. */
const MOST_CHANGES = 5;
const MOST_UNKNOWNS = 5;

/** What to change, numbered so that the decisions can name it. */
export function composeChanges(context: ChapterContext): Chapter | undefined {
  const { recommendations } = context.facts.findings;
  if (recommendations.length === 0) return undefined;
  const table = context.table({
    id: 'table-recommendations',
    title: [
      say`${counted(recommendations.length, noun('change', 'changes'))} to be better prepared for the next attack`,
    ],
    columns: [
      { label: say`What to change`, align: 'left', width: 7 },
      { label: say`Why, and what it would do`, align: 'left', width: 9 },
      { id: 'owner', label: say`Owner`, align: 'left', width: 3 },
      { label: say`Effort`, align: 'left', width: 2 },
    ],
    rows: recommendations.slice(0, MOST_CHANGES).map((one, index): Cell[] => {
      const [, ...rest] = recommendationRow(context, one);
      return [[integer(index + 1), '. ', ...one.text], ...rest];
    }),
    evidence: [...new Set(recommendations.flatMap(({ evidence }) => evidence))],
    data: recommendationData(recommendations),
  });
  return { id: 'recommendations', title: say`What to change`, startsPage: false, blocks: [table] };
}

/** The gravest of what the evidence does not tell. */
export function composeBriefUnknowns(context: ChapterContext): Chapter | undefined {
  const table = unknownsTable(context, MOST_UNKNOWNS);
  return table && { id: 'unknowns', title: say`What we do not know`, startsPage: false, blocks: [table] };
}

/** What the customer is asked for: to agree, to act, to supply what would answer the open questions. */
export function composeDecisions(context: ChapterContext): Chapter {
  const { recommendations, unknowns } = context.facts.findings;
  const { customer, provider } = context.facts.case;
  const numbered = recommendations.slice(0, MOST_CHANGES).map((one, index) => ({ ...one, number: index + 1 }));
  // Whoever protects itself has nobody to agree with.
  const together = customer.name === provider.name ? 'customer' : 'both';
  const ownerOf = ({ owner }: Recommendation) => (owner === 'both' ? together : owner);
  const own = numbered.filter((one) => ownerOf(one) === 'customer').map(({ number }) => number);
  const shared = numbered.filter((one) => ownerOf(one) === 'both').map(({ number }) => number);
  const theirs = numbered.filter(({ owner }) => owner === 'provider').map(({ number }) => number);
  const items: { term: Words; definition: Phrase }[] = [
    ...(shared.length > 0
      ? [
          {
            term: say`Agree together`,
            definition: [
              say`Whether ${label(customer.name)} and ${label(provider.name)} make ${changes(shared)}, and from when.`,
            ],
          },
        ]
      : []),
    ...(own.length > 0
      ? [
          {
            term: say`Decide`,
            definition: [say`Whether ${label(customer.name)} makes ${changes(own)}, who does it and by when.`],
          },
        ]
      : []),
    ...(theirs.length > 0
      ? [
          {
            term: say`Release`,
            definition: [say`Whether ${label(provider.name)} may go ahead with ${changes(theirs)}.`],
          },
        ]
      : []),
    ...(unknowns.length > 0
      ? [
          {
            term: say`Supply`,
            definition: [
              say`What would answer ${counted(Math.min(unknowns.length, MOST_UNKNOWNS), noun('open question', 'open questions'))} above, or the word that the answer is not needed.`,
            ],
          },
        ]
      : []),
  ];
  const nothing: Block = {
    kind: 'text',
    paragraphs: [[say`The data of this incident asks for no decision of ${label(customer.name)}.`]],
  };
  return {
    id: 'decisions',
    title: say`Decisions asked for`,
    startsPage: false,
    blocks: [items.length > 0 ? { kind: 'definitions', items } : nothing, ...redactionNote(context.facts.case)],
  };
}

/** `change 1`, `changes 2, 3 and 4`. */
function changes(numbers: readonly number[]): Phrase {
  const named = list(numbers.map((number) => integer(number)));
  return [numbers.length === 1 ? say`change ${named}` : say`changes ${named}`];
}
