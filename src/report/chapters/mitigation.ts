import type { LayerStats, RuleStats } from '../../aggregate/aggregate.ts';
import { amount, clock, counted, instant, label, lasting, like, list } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Message, Phrase } from '../../model/phrase.ts';
import { english, noun, say } from '../../model/say.ts';
import { UNIT_NAMES } from '../../model/unit-names.ts';
import { breakdownTables } from '../breakdown-table.ts';
import type { Block, Chapter } from '../composed.ts';
import { type ChapterContext, hasTimeToMitigate, mitigateWords } from '../facts.ts';
import type { Cell } from '../report-model.ts';
import { isoTime, measureCells, measureColumns, seriesData } from '../tables.ts';
import { dispositionChart, spanOf } from '../traffic-chart.ts';
import { DISPOSITION_WORDS, SYSTEM_WORDS, UNIT_WORDS } from '../vocabulary.ts';
import { captionOf } from '../wording.ts';

const PRINTED_RULES = 8;
const PRINTED_OVERLAPS = 4;
/** Part of what was stopped that another rule had matched too, from which the pairs are printed; all are in report.json. */
const NOTABLE_OVERLAP = 0.01;

/** What was done about it, by which system and rule, and how quickly. */
export function composeMitigation(context: ChapterContext): Chapter | undefined {
  const blocks: Block[] = context.facts.stats.layers.flatMap((layer) => {
    return [
      ...onsetFigure(context, layer),
      ...systemFigure(context, layer),
      ...ruleTable(context, layer),
      ...overlapTable(context, layer),
      ...efficacyTable(context, layer),
      ...breakdownTables(context, layer, ['action', 'status']),
    ];
  });
  return blocks.length > 0 ? { id: 'mitigation', title: say`Mitigation`, startsPage: false, blocks } : undefined;
}

/** The first minutes at fine resolution: from the first attack traffic to containment. */
function onsetFigure(context: ChapterContext, layer: LayerStats): Block[] {
  const series = layer.onset;
  const { clocks } = context.facts.stats;
  if (!series || !clocks.firstAttack) return [];
  const source = context.sourceOf(layer);
  const rate = UNIT_WORDS[series.metric];
  return [
    context.figure({
      id: `fig-${layer.layer}-onset`,
      title: clocks.timeToContain
        ? [say`95 % of the attack was stopped ${lasting(clocks.timeToContain.value)} after it began`]
        : hasTimeToMitigate(context)
          ? [say`Mitigation began ${mitigateWords(context)} after the first attack traffic`]
          : [say`The first minutes of the attack`],
      chart: dispositionChart(context, layer, series),
      caption: captionOf(layer, source, [say`${rate}, mean over ${lasting(series.intervalMs)}`], spanOf(series)),
      alt: [
        say`Stacked area chart of ${UNIT_NAMES[series.metric]}, mitigated and passed, around the start of the attack at ${instant(clocks.firstAttack.at)}.`,
      ],
      evidence: source.evidence,
      data: seriesData(series),
    }),
  ];
}

/** Systems that are drawn one by one. */
const DRAWN_SYSTEMS = 8;

/** From what arrived to what each system stopped and what none did. */
function systemFigure(context: ChapterContext, layer: LayerStats): Block[] {
  const leader = layer.systems[0];
  const leaked = layer.attack?.leaked;
  const phase = layer.during;
  if (!leader || !phase?.mitigated) return [];
  const source = context.sourceOf(layer);
  const window = phase.windows[0] ?? context.facts.stats.window;
  const drawn = layer.systems.slice(0, DRAWN_SYSTEMS);
  const stopped = drawn.reduce((sum, { mitigated }) => sum + mitigated.value, 0);
  const others = Math.max(0, phase.mitigated.value - stopped);
  const unrecorded = phase.byDisposition.find(({ disposition }) => disposition === 'unknown')?.total;
  const passed = like(phase.total, phase.total.value - phase.mitigated.value - (unrecorded?.value ?? 0));
  const parts = list(layer.systems.map(({ system, share }) => say`${SYSTEM_WORDS[system]} ${amount(share)}`));
  return [
    context.figure({
      id: `fig-${layer.layer}-systems`,
      title: [
        leaked
          ? say`${SYSTEM_WORDS[leader.system]} stopped ${amount(leader.share)} of what was mitigated; ${amount(leaked)} leaked`
          : say`${SYSTEM_WORDS[leader.system]} stopped ${amount(leader.share)} of what was mitigated`,
      ],
      chart: {
        kind: 'flow',
        unit: layer.unit,
        whole: { label: say`Arrived in the waves`, total: phase.total },
        parts: [
          ...drawn.map(({ system, mitigated }) => ({
            label: SYSTEM_WORDS[system],
            role: 'mitigated' as const,
            total: mitigated,
          })),
          ...(others > 0
            ? [{ label: say`Other systems`, role: 'mitigated' as const, total: like(phase.mitigated, others) }]
            : []),
          {
            label: say`Not mitigated`,
            role: 'passed',
            total: passed,
            ...(leaked && { note: { label: say`Attack traffic leaked`, total: leaked } }),
          },
          ...(unrecorded && unrecorded.value > 0
            ? [{ label: say`Outcome not recorded`, role: 'unknown' as const, total: unrecorded }]
            : []),
        ],
      },
      caption: captionOf(
        layer,
        source,
        [
          say`${UNIT_WORDS[layer.unit]} in the waves, legitimate traffic included: stopped by the system that acted, or not`,
          ...(leaked && layer.attack?.basis === 'excess' ? [say`; leaked is what exceeds the level before`] : []),
        ],
        { start: window.start, end: phase.windows.at(-1)?.end ?? window.end },
      ),
      alt: [
        say`Flow of ${UNIT_NAMES[layer.unit]}, ${amount(phase.total)} in all, into what each system mitigated (of that: ${parts}) and what was not mitigated, ${amount(passed)}.`,
      ],
      evidence: source.evidence,
      data: {
        columns: [
          'system',
          ...measureColumns('mitigated', layer.unit),
          ...measureColumns('share', 'share'),
          ...measureColumns('attack', layer.unit),
          ...measureColumns('other', layer.unit),
          ...measureColumns('of_attack', 'share'),
          'first_utc',
        ],
        rows: layer.systems.map((system) => [
          system.system,
          ...measureCells(system.mitigated),
          ...measureCells(system.share),
          ...measureCells(system.effect?.attack),
          ...measureCells(system.effect?.other),
          ...measureCells(system.effect?.ofAttack),
          isoTime(system.firstAt),
        ]),
      },
    }),
  ];
}

/** Rounded outward, so that neither contradicts the range in words beside it. */
function boundsOf(measure: Measure): Cell[] {
  const { interval } = measure;
  if (!interval) return ['', ''];
  const bound = (value: number): Cell => amount({ ...like(measure, value), kind: 'counted' }, 'cell');
  return [bound(outward(interval.lower, Math.floor)), bound(outward(interval.upper, Math.ceil))];
}

/** To the three digits that are printed. */
function outward(value: number, round: (scaled: number) => number): number {
  if (value <= 0) return value;
  const step = 10 ** (Math.floor(Math.log10(value)) - 2);
  // Twelve digits: what is round already may not be moved by how a binary fraction is stored.
  return Number((round(Number((value / step).toPrecision(12))) * step).toPrecision(12));
}

/** What became of the attack itself, with the interval behind each number. */
function efficacyTable(context: ChapterContext, layer: LayerStats): Block[] {
  const { attack } = layer;
  if (!attack?.mitigated || !attack.leaked || !attack.efficacy) return [];
  const unit = attack.total.unit;
  const rows: readonly (readonly [Message, Measure])[] = [
    [say`Attack traffic`, attack.total],
    [say`Mitigated`, attack.mitigated],
    [say`Leaked`, attack.leaked],
    [say`Efficacy`, attack.efficacy],
  ];
  const hasInterval = rows.some(([, measure]) => measure.interval);
  return [
    context.table({
      id: `table-${layer.layer}-efficacy`,
      title: [say`Of the attack itself, ${amount(attack.efficacy)} was mitigated`],
      half: true,
      columns: [
        { label: say`Part`, align: 'left', width: 4 },
        { label: UNIT_WORDS[layer.unit], align: 'right', width: 3 },
        ...(hasInterval
          ? [
              { label: say`At least`, align: 'right' as const, width: 3 },
              { label: say`At most`, align: 'right' as const, width: 3 },
            ]
          : []),
      ],
      rows: rows.map(([name, measure]): Cell[] => [
        name,
        amount(measure, 'cell'),
        ...(hasInterval ? boundsOf(measure) : []),
      ]),
      note: [
        ...(attack.basis === 'excess' ? [say`Attack traffic: what exceeds the level before the attack. `] : []),
        say`Efficacy: mitigated / (mitigated + leaked).`,
        ...(hasInterval ? [say` Bounds of the 95 % interval.`] : []),
      ],
      evidence: attack.total.evidence,
      data: {
        columns: ['part', ...measureColumns('value', `${unit} or share`)],
        rows: rows.map(([name, measure]) => [english(name), ...measureCells(measure)]),
      },
    }),
  ];
}

/** What every rule matched, and what it did to the attack where a signature tells it from other traffic. */
function ruleTable(context: ChapterContext, layer: LayerStats): Block[] {
  const rules = layer.rules;
  const leader = rules[0];
  if (!leader) return [];
  const hits = rules.reduce((sum, rule) => sum + rule.total.value, 0);
  const isSplit = rules.some(({ effect }) => effect?.attack);
  const seesOthers = rules.some(({ alone }) => alone);
  // A column that repeats its neighbours says nothing.
  const isShared = rules.some(({ alone, effect }) => alone && effect && alone.value < effect.total.value);
  const column = (name: Message, width: number, align: 'left' | 'right' = 'left') => ({ label: name, align, width });
  return [
    context.table({
      id: `table-${layer.layer}-rules`,
      title: [
        rules.length > 1 && hits > 0
          ? say`${counted(rules.length, noun('rule', 'rules'))} matched; the first with ${amount({ ...like(leader.total, leader.total.value / hits), unit: 'share' })} of all matches`
          : say`${counted(rules.length, noun('rule', 'rules'))} matched`,
      ],
      columns: [
        column(say`Rule`, isSplit ? 7 : 8),
        ...(isSplit ? [] : [column(say`System`, 4)]),
        column(say`Outcome`, 3),
        column(UNIT_WORDS[layer.unit], 2, 'right'),
        ...(isSplit ? [column(say`Attack`, 2, 'right'), column(say`Other`, 2, 'right')] : []),
        ...(isShared ? [column(say`Alone`, 2, 'right')] : []),
        column(say`First hit`, 2),
        column(say`Before`, 2, 'right'),
      ],
      rows: rules
        .slice(0, PRINTED_RULES)
        .map((rule): Cell[] => [
          ruleName(rule),
          ...(isSplit ? [] : [SYSTEM_WORDS[rule.system]]),
          DISPOSITION_WORDS[rule.disposition],
          amount(rule.total, 'cell'),
          ...(isSplit ? [cellOr(rule.effect?.attack), cellOr(rule.effect?.other)] : []),
          ...(isShared ? [cellOr(rule.alone)] : []),
          clock(rule.firstAt),
          amount(rule.before, 'cell'),
        ]),
      note: ruleNote({ isSplit, seesOthers, isShared }),
      evidence: context.sourceOf(layer).evidence,
      data: {
        columns: [
          'rule_id',
          'rule_name',
          'system',
          'action',
          'disposition',
          ...measureColumns('total', layer.unit),
          ...measureColumns('effect', layer.unit),
          ...measureColumns('effect_on_attack', layer.unit),
          ...measureColumns('effect_on_other', layer.unit),
          ...measureColumns('of_attack', 'share'),
          ...measureColumns('of_attack_before_containment', 'share'),
          ...measureColumns('of_attack_since_containment', 'share'),
          ...measureColumns('alone', layer.unit),
          ...measureColumns('before', layer.unit),
          'first_utc',
          'last_utc',
        ],
        rows: rules.map((rule) => [
          rule.id,
          rule.name,
          rule.system,
          rule.action,
          rule.disposition,
          ...measureCells(rule.total),
          ...measureCells(rule.effect?.total),
          ...measureCells(rule.effect?.attack),
          ...measureCells(rule.effect?.other),
          ...measureCells(rule.effect?.ofAttack),
          ...measureCells(rule.effect?.beforeContainment),
          ...measureCells(rule.effect?.afterContainment),
          ...measureCells(rule.alone),
          ...measureCells(rule.before),
          isoTime(rule.firstAt),
          isoTime(rule.lastAt),
        ]),
      },
    }),
  ];
}

function ruleNote(seen: {
  readonly isSplit: boolean;
  readonly seesOthers: boolean;
  readonly isShared: boolean;
}): Phrase {
  return [
    ...(seen.isSplit
      ? [
          say`Attack, Other: what was stopped in the waves, matched by the signature or not; of a rule that logged only, what it would have stopped, since nothing else did. `,
        ]
      : []),
    ...(seen.isShared ? [say`Alone: stopped by that rule and by no other on record. `] : []),
    seen.seesOthers
      ? seen.isShared
        ? say`Rules after the one that stops a request are not tried. `
        : say`What a rule stopped, no other on record stopped as well; rules after the one that stops a request are not tried. `
      : say`The log names one rule each: whether others would have matched the same traffic is not known. `,
    say`First hit: within the period of this report. Before: matches before the first wave; a rule that has them was not made for this attack.`,
  ];
}

function cellOr(measure: Measure | undefined): Cell {
  return measure ? amount(measure, 'cell') : '';
}

/** Pairs of rules that met the same traffic, so that one could stand in for the other if it acted. */
function overlapTable(context: ChapterContext, layer: LayerStats): Block[] {
  const overlaps = layer.ruleOverlaps ?? [];
  if (overlaps.length === 0) return [];
  const all = overlaps.reduce((sum, { total }) => sum + total.value, 0);
  const stopped = layer.systems.reduce((sum, { mitigated }) => sum + mitigated.value, 0);
  const [first] = overlaps;
  if (!first || all < NOTABLE_OVERLAP * stopped) return [];
  return [
    context.table({
      id: `table-${layer.layer}-rule-overlaps`,
      title: [say`Another rule had matched too: ${amount(like(first.total, all))} that were stopped`],
      columns: [
        { label: say`Stopped by`, align: 'left', width: 5 },
        { label: say`Also matched`, align: 'left', width: 5 },
        { label: say`That rule`, align: 'left', width: 2 },
        { label: UNIT_WORDS[layer.unit], align: 'right', width: 2 },
      ],
      rows: overlaps
        .slice(0, PRINTED_OVERLAPS)
        .map(({ stoppedBy, alsoMatched, total }): Cell[] => [
          ruleName(stoppedBy),
          ruleName(alsoMatched),
          DISPOSITION_WORDS[alsoMatched.disposition],
          amount(total, 'cell'),
        ]),
      evidence: first.total.evidence,
      data: {
        columns: [
          'stopped_by_id',
          'stopped_by_name',
          'also_matched_id',
          'also_matched_name',
          'also_matched_disposition',
          ...measureColumns('total', layer.unit),
          ...measureColumns('attack', layer.unit),
        ],
        rows: overlaps.map(({ stoppedBy, alsoMatched, total, attack }) => [
          stoppedBy.id,
          stoppedBy.name,
          alsoMatched.id,
          alsoMatched.name,
          alsoMatched.disposition,
          ...measureCells(total),
          ...measureCells(attack),
        ]),
      },
    }),
  ];
}

function ruleName(rule: Pick<RuleStats, 'id' | 'name'>) {
  return rule.name ? label(rule.name) : label(rule.id, 'code');
}
