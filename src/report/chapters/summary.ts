import { amount, lasting } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Phrase } from '../../model/phrase.ts';
import type { ChapterContext } from '../facts.ts';
import type { Block, Cell, Chapter } from '../report-model.ts';
import { measureCells, measureColumns } from '../tables.ts';
import { UNIT_WORDS } from '../vocabulary.ts';
import { amountOr } from '../wording.ts';
import { windowWords } from './cover.ts';

/** Executive summary: the findings in order, then the scorecard. */
export function composeSummary(context: ChapterContext): Chapter {
  const blocks: Block[] = [
    {
      kind: 'statements',
      items: context.facts.findings.findings.map(({ title, text, tone, evidence }) => ({
        title,
        text,
        tone,
        evidence,
      })),
    },
  ];
  const scorecard = scorecardTable(context);
  if (scorecard) blocks.push(scorecard);
  return { id: 'summary', title: 'Executive summary', startsPage: false, blocks };
}

interface Score {
  readonly name: string;
  readonly during: Measure | undefined;
  readonly before: Measure | undefined;
  readonly note: Phrase;
}

function scorecardTable(context: ChapterContext): Block | undefined {
  const layer = context.main;
  if (!layer) return undefined;
  const { clocks, duration } = context.facts.stats;
  const origin = layer.origin ?? context.facts.stats.layers.find((other) => other.origin)?.origin;
  const phase = (name: 'before' | 'during') => origin?.phases.find((candidate) => candidate.phase === name);
  const scores: Score[] = [
    {
      name: `Mean ${UNIT_WORDS[layer.whole.meanRate.unit].toLowerCase()}`,
      during: layer.during?.meanRate,
      before: layer.before?.meanRate,
      note: ['mean over the span'],
    },
    ...layer.peaks
      .filter((peak) => peak.headline)
      .map((peak) => ({
        name: `Peak ${UNIT_WORDS[peak.metric].toLowerCase()}`,
        during: peak.measure,
        before: undefined,
        note: windowWords(peak.measure),
      })),
    {
      name: `${UNIT_WORDS[layer.unit]} mitigated`,
      during: layer.during?.mitigated,
      before: layer.before?.mitigated,
      note: ['blocked, challenged or rate limited'],
    },
    {
      name: 'Share mitigated',
      during: layer.during?.mitigatedShare,
      before: layer.before?.mitigatedShare,
      note: ['of traffic with a known outcome'],
    },
    {
      name: 'Attack traffic leaked',
      during: layer.attack?.leaked,
      before: undefined,
      note: [
        layer.attack?.basis === 'excess' ? 'passed, above the level before the attack' : 'attack traffic that passed',
      ],
    },
    { name: 'Efficacy', during: layer.attack?.efficacy, before: undefined, note: ['mitigated / (mitigated + leaked)'] },
    {
      name: 'Origin 5xx share',
      during: phase('during')?.errorShare,
      before: phase('before')?.errorShare,
      note: ['of requests the origin answered'],
    },
    {
      name: 'Origin response time p95',
      during: phase('during')?.p95,
      before: phase('before')?.p95,
      note: ['nearest-rank percentile'],
    },
    {
      name: 'Time to mitigate',
      during: clocks.timeToMitigate,
      before: undefined,
      note: clocks.mitigated ? ['± ', lasting(clocks.mitigated.resolutionMs)] : [],
    },
    {
      name: 'Time to contain',
      during: clocks.timeToContain,
      before: undefined,
      note: ['95 % of the attack stopped, held for 60 s'],
    },
    { name: 'Under attack', during: duration.active, before: undefined, note: ['union of the waves'] },
  ];
  const known = scores.filter((score) => score.during);
  return context.table({
    id: 'table-scorecard',
    title: ['The attack in figures, beside the time before it'],
    columns: [
      { label: 'Quantity', align: 'left', width: 4 },
      { label: 'During the waves', align: 'right', width: 3 },
      { label: 'Before', align: 'right', width: 2 },
      { label: 'Reading', align: 'left', width: 4 },
    ],
    rows: known.map((score): Cell[] => [
      score.name,
      timeOr(score.during),
      score.before ? amount(score.before) : '',
      score.note,
    ]),
    evidence: context.sourceOf(layer).evidence,
    data: {
      columns: ['quantity', 'unit', ...measureColumns('during', 'unit'), ...measureColumns('before', 'unit')],
      rows: known.map((score) => [
        score.name,
        score.during?.unit ?? '',
        ...measureCells(score.during),
        ...measureCells(score.before),
      ]),
    },
  });
}

function timeOr(measure: Measure | undefined): Cell {
  return measure?.unit === 'ms' ? lasting(measure.value) : amountOr(measure);
}
