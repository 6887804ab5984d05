import { amount, counted, integer } from '../../model/inlines.ts';
import type { Phrase } from '../../model/phrase.ts';
import { redactionNote } from '../redaction-note.ts';
import type { Block, Cell, Chapter } from '../report-model.ts';
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
      ? [{ kind: 'text', paragraphs: [['No sum differs from revision ', integer(changes.revision), '.']] }]
      : [
          context.table({
            id: 'table-changes',
            title: [
              counted(changes.rows.length, 'sum differs', 'sums differ'),
              ' from revision ',
              integer(changes.revision),
            ],
            columns: [
              { label: 'What', align: 'left', width: 5 },
              { label: 'Revision before', align: 'right', width: 3 },
              { label: 'This revision', align: 'right', width: 3 },
            ],
            rows: changes.rows.map(({ what, before, after }): Cell[] => [
              what,
              before ? amount(before, 'exact') : { kind: 'missing', reason: 'not recorded' },
              after ? amount(after, 'exact') : { kind: 'missing', reason: 'not recorded' },
            ]),
            evidence: [],
            data: {
              columns: ['what', ...measureColumns('before', ''), ...measureColumns('after', '')],
              rows: changes.rows.map(({ what, before, after }) => [
                what,
                ...measureCells(before),
                ...measureCells(after),
              ]),
            },
          }),
        ];
  return { id: 'changes', title: 'What this revision corrects', startsPage: false, blocks };
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
          term: 'Period',
          definition: [
            periodWords(stats.period.kind),
            ' in ',
            ...zoneWords(stats),
            '. It begins with its first instant and ends before the first of the next one.',
          ],
        },
        ...DEFINITIONS,
      ],
    },
    ...redactionNote(standing),
    {
      kind: 'text',
      heading: 'Made from',
      paragraphs: [
        [
          counted(rollUps, 'daily roll-up', 'daily roll-ups'),
          ' of this period and those before, and ',
          counted(reports, 'report of an incident', 'reports of incidents'),
          '. Names and digests are in manifest.json, the numbers behind every figure and table in the folder data.',
        ],
        ...warnings
          .slice(0, MOST_WARNINGS)
          .map(({ message }): Phrase => [{ kind: 'label', value: message, role: 'prose' }]),
        ...(warnings.length > MOST_WARNINGS
          ? [
              [
                counted(warnings.length - MOST_WARNINGS, 'more warning is', 'more warnings are'),
                ' in manifest.json.',
              ] satisfies Phrase,
            ]
          : []),
      ],
    },
  ];
  return { id: 'method', title: 'Method and data', startsPage: false, blocks };
}

const DEFINITIONS: readonly { readonly term: string; readonly definition: Phrase }[] = [
  {
    term: 'Incident',
    definition: [
      'An attack that was reported on. It belongs to a period when one of its waves reaches into it; the latest revision of its report counts.',
    ],
  },
  {
    term: 'Under attack',
    definition: ['The union of the waves of all incidents inside the period: time in which two overlap counts once.'],
  },
  {
    term: 'Change',
    definition: [
      'Volumes are compared as means over the time with data, so that gaps and the length of a period do not matter; with less than half of a period on record nothing is compared. What was not there before is new and has no percentage.',
    ],
  },
  {
    term: 'Missing data',
    definition: [
      'A time without a record of at least 3 min is missing data when at the rate of the hour around it 20 records or more would have come; else it is silence. Missing is never zero.',
    ],
  },
  {
    term: 'Highest load',
    definition: [
      'The highest mean over one minute of all traffic, legitimate traffic included; over the bucket of the source where that is longer.',
    ],
  },
  {
    term: 'Largest event below an incident',
    definition: ['The bucket in which most was mitigated in quarters of an hour that no wave of an incident touches.'],
  },
  {
    term: 'Leaked',
    definition: [
      'Attack traffic that was not mitigated, of all attack traffic of the incidents of the layer that was longest under attack.',
    ],
  },
  {
    term: 'Lists',
    definition: ['Items, other and not recorded add up to all traffic of the source.'],
  },
];
