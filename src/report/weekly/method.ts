import { amount, counted, integer } from '../../model/inlines.ts';
import type { Phrase, Words } from '../../model/phrase.ts';
import { english, noun, say } from '../../model/say.ts';
import type { Block, Chapter } from '../composed.ts';
import { redactionNote } from '../redaction-note.ts';
import type { Cell } from '../report-model.ts';
import { measureCells, measureColumns } from '../tables.ts';
import { type WeeklyContext, zoneWords } from './facts.ts';
import { periodWords } from './title.ts';

/** Warnings that are printed; all are in manifest.json. */
const MOST_WARNINGS = 12;

/** What a correction changed, which is the first thing that a reader of an earlier revision asks. */
export function composeChanges(context: WeeklyContext): Chapter | undefined {
  const { changes } = context.facts;
  if (!changes) return undefined;
  const blocks: Block[] =
    changes.rows.length === 0
      ? [{ kind: 'text', paragraphs: [[say`No sum differs from revision ${integer(changes.revision)}.`]] }]
      : [
          context.table({
            id: 'table-changes',
            title: [
              say`${counted(changes.rows.length, noun('sum differs', 'sums differ'))} from revision ${integer(changes.revision)}`,
            ],
            columns: [
              { label: say`What`, align: 'left', width: 5 },
              { label: say`Revision before`, align: 'right', width: 3 },
              { label: say`This revision`, align: 'right', width: 3 },
            ],
            rows: changes.rows.map(({ what, before, after }): Cell[] => [
              what,
              before ? amount(before, 'exact') : { kind: 'missing', reason: say`not recorded` },
              after ? amount(after, 'exact') : { kind: 'missing', reason: say`not recorded` },
            ]),
            evidence: [],
            data: {
              columns: ['what', ...measureColumns('before', ''), ...measureColumns('after', '')],
              rows: changes.rows.map(({ what, before, after }) => [
                english(what),
                ...measureCells(before),
                ...measureCells(after),
              ]),
            },
          }),
        ];
  return { id: 'changes', title: say`What this revision corrects`, startsPage: false, blocks };
}

/** How the numbers came about, in the words in which they are defined. */
export function composeWeeklyMethod(context: WeeklyContext): Chapter {
  const { inputs, warnings, stats, standing } = context.facts;
  const rollUps = inputs.filter(({ formats }) => formats.includes('debrief/roll-up')).length;
  const reports = inputs.filter(({ formats }) => formats.includes('debrief/report')).length;
  const blocks: Block[] = [
    {
      kind: 'definitions',
      items: [
        {
          term: say`Period`,
          definition: [
            say`${periodWords(stats.period.kind)} in ${zoneWords(stats)}. It begins with its first instant and ends before the first of the next one.`,
          ],
        },
        ...DEFINITIONS,
      ],
    },
    ...redactionNote(standing),
    {
      kind: 'text',
      heading: say`Made from`,
      paragraphs: [
        [
          say`${counted(rollUps, noun('daily roll-up', 'daily roll-ups'))} of this period and those before, and ${counted(reports, noun('report of an incident', 'reports of incidents'))}. Names and digests are in manifest.json, the numbers behind every figure and table in the folder data.`,
        ],
        ...warnings
          .slice(0, MOST_WARNINGS)
          .map(({ message, told }): Phrase => [told ?? { kind: 'label', value: message, role: 'prose' }]),
        ...(warnings.length > MOST_WARNINGS
          ? [
              [
                say`${counted(warnings.length - MOST_WARNINGS, noun('more warning is', 'more warnings are'))} in manifest.json.`,
              ] satisfies Phrase,
            ]
          : []),
      ],
    },
  ];
  return { id: 'method', title: say`Method and data`, startsPage: false, blocks };
}

const DEFINITIONS: readonly { readonly term: Words; readonly definition: Phrase }[] = [
  {
    term: say`Incident`,
    definition: [
      say`An attack that was reported on. It belongs to a period when one of its waves reaches into it; the latest revision of its report counts.`,
    ],
  },
  {
    term: say`Under attack`,
    definition: [
      say`The union of the waves of all incidents inside the period: time in which two overlap counts once.`,
    ],
  },
  {
    term: say`Change`,
    definition: [
      say`Volumes are compared as means over the time with data, so that gaps and the length of a period do not matter; with less than half of a period on record nothing is compared. What was not there before is new and has no percentage.`,
    ],
  },
  {
    term: say`Missing data`,
    definition: [
      say`A time without a record of at least 3 min is missing data when at the rate of the hour around it 20 records or more would have come; else it is silence. Missing is never zero.`,
    ],
  },
  {
    term: say`Highest load`,
    definition: [
      say`The highest mean over one minute of all traffic, legitimate traffic included; over the bucket of the source where that is longer.`,
    ],
  },
  {
    term: say`Largest event below an incident`,
    definition: [
      say`The bucket in which most was mitigated in quarters of an hour that no wave of an incident touches.`,
    ],
  },
  {
    term: say`Leaked`,
    definition: [
      say`Attack traffic that was not mitigated, of all attack traffic of the incidents of the layer that was longest under attack.`,
    ],
  },
  {
    term: say`Lists`,
    definition: [say`Items, other and not recorded add up to all traffic of the source.`],
  },
];
