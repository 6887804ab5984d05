import type { LayerStats, Peak } from '../../aggregate/aggregate.ts';
import { amount, label, lasting } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Message, Phrase } from '../../model/phrase.ts';
import { english, say } from '../../model/say.ts';
import { UNIT_NAMES } from '../../model/unit-names.ts';
import type { Block, Chapter } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import type { Cell } from '../report-model.ts';
import { measureCells, measureColumns } from '../tables.ts';
import { LAYER_SHORT, UNIT_WORDS } from '../vocabulary.ts';
import { amountOr } from '../wording.ts';
import { windowWords } from './cover.ts';

/** Findings that are told where their exhibits stand, and are no answer to what an executive asks. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['concentration', 'history']);

/** Executive summary: the findings in order, then the scorecard. */
export function composeSummary(context: ChapterContext): Chapter {
  const items = context.facts.findings.findings
    .filter(({ id }) => !TOLD_ELSEWHERE.has(id))
    .map(({ title, text, tone, evidence }) => ({ title, text, tone, evidence }));
  const blocks: Block[] = [{ kind: 'statements', items }, ...analystNotes(context)];
  const scorecard = scorecardTable(context);
  if (scorecard) blocks.push(scorecard);
  return { id: 'summary', title: say`Executive summary`, startsPage: false, blocks };
}

/** What the analyst adds in his own words, and whose words they are. */
function analystNotes({ facts }: ChapterContext): Block[] {
  const { notes } = facts.case;
  if (notes.length === 0) return [];
  return [
    { kind: 'text', heading: say`Notes of the analyst`, paragraphs: notes.map((note) => [label(note, 'prose')]) },
  ];
}

interface Score {
  readonly name: Message;
  readonly during: Measure | undefined;
  readonly before: Measure | undefined;
  readonly note: Phrase;
}

function scorecardTable(context: ChapterContext): Block | undefined {
  const layer = context.main;
  if (!layer) return undefined;
  const origin = layer.origin ?? context.facts.stats.layers.find((other) => other.origin)?.origin;
  const phase = (name: 'before' | 'during') => origin?.phases.find((candidate) => candidate.phase === name);
  const others = context.facts.stats.layers.filter((other) => other !== layer);
  const scores: Score[] = [
    {
      name: say`Mean ${UNIT_NAMES[layer.whole.meanRate.unit]}`,
      during: layer.during?.meanRate,
      before: layer.before?.meanRate,
      note: [say`mean over the whole span`],
    },
    ...[layer, ...others].flatMap((one) =>
      one.peaks
        .filter((peak) => peak.headline)
        .map((peak) => ({
          name: peakName(one, peak.metric, others.length > 0),
          during: peak.measure,
          before: undefined,
          note: windowWords(peak.measure),
        })),
    ),
    ...[layer, ...others].map((one) => ({
      name: say`${UNIT_WORDS[one.unit]} mitigated`,
      during: one.during?.mitigated,
      before: one.before?.mitigated,
      note: [
        one.during?.mitigatedShare
          ? say`blocked, challenged or rate limited; ${amount(one.during.mitigatedShare, 'cell')} of all`
          : say`blocked, challenged or rate limited`,
      ],
    })),
    {
      name: say`Attack traffic leaked`,
      during: layer.attack?.leaked,
      before: undefined,
      note: [
        layer.attack?.basis === 'excess'
          ? say`not mitigated, above the level before`
          : say`attack traffic not mitigated`,
      ],
    },
    {
      name: say`Efficacy`,
      during: layer.attack?.efficacy,
      before: undefined,
      note: [say`mitigated / (mitigated + leaked)`],
    },
    {
      name: say`Origin 5xx share`,
      during: phase('during')?.errorShare,
      before: phase('before')?.errorShare,
      note: [say`of the requests that the origin answered`],
    },
    {
      name: say`Origin response time p95`,
      during: phase('during')?.p95,
      before: phase('before')?.p95,
      note: [say`nearest-rank percentile`],
    },
  ];
  // A negative time is a contradiction of the sources; the clocks tell it as one.
  const known = scores.filter((score) => score.during && score.during.value >= 0);
  return context.table({
    id: 'table-scorecard',
    title: scorecardTitle(layer),
    columns: [
      { label: say`Quantity`, align: 'left', width: 4 },
      { label: say`In the waves`, align: 'right', width: 2 },
      { label: say`Before`, align: 'right', width: 2 },
      { label: say`Reading`, align: 'left', width: 6 },
    ],
    rows: known.map((score): Cell[] => [
      score.name,
      timeOr(score.during),
      score.before ? timeOr(score.before) : '',
      score.note,
    ]),
    evidence: [...new Set([layer, ...others].flatMap((one) => context.sourceOf(one).evidence))],
    data: {
      columns: ['quantity', 'unit', ...measureColumns('during', 'unit'), ...measureColumns('before', 'unit')],
      rows: known.map((score) => [
        english(score.name),
        score.during?.unit ?? '',
        ...measureCells(score.during),
        ...measureCells(score.before),
      ]),
    },
  });
}

/** `The waves brought 10.8 times the usual requests per second`, where there is a usual. */
function scorecardTitle({ during, before }: LayerStats): Phrase {
  if (!during || !before || before.meanRate.value <= 0) return [say`The attack in figures`];
  const factor = during.meanRate.value / before.meanRate.value;
  if (factor < 1.5) return [say`The attack in figures, beside the time before it`];
  return [
    say`In the waves, traffic was ${amount({
      value: Math.round(factor * 10) / 10,
      unit: 'count',
      kind: during.meanRate.kind,
      evidence: during.meanRate.evidence,
    })} times that of the time before`,
  ];
}

/** Bits of the application layer are answers that were sent, not attack traffic. */
function peakName(layer: LayerStats, metric: Peak['metric'], isOneOfSeveral: boolean): Message {
  const what = layer.layer === 'http' && metric === 'bits/s' ? say`bits per second of answers` : UNIT_NAMES[metric];
  return isOneOfSeveral ? say`Peak ${what} (${LAYER_SHORT[layer.layer]})` : say`Peak ${what}`;
}

function timeOr(measure: Measure | undefined): Cell {
  return measure?.unit === 'ms' ? lasting(measure.value) : amountOr(measure, say`not recorded`, 'cell');
}
