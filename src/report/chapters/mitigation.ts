import type { LayerStats, RuleStats } from '../../aggregate/aggregate.ts';
import { amount, clock, counted, instant, label, lasting } from '../../model/inlines.ts';
import { breakdownTables } from '../breakdown-table.ts';
import type { ChapterContext } from '../facts.ts';
import type { Block, Cell, Chapter } from '../report-model.ts';
import { isoTime, measureCells, measureColumns, seriesData } from '../tables.ts';
import { dispositionChart, spanOf } from '../traffic-chart.ts';
import { DISPOSITION_WORDS, SYSTEM_WORDS, UNIT_WORDS } from '../vocabulary.ts';
import { captionOf } from '../wording.ts';

const PRINTED_RULES = 12;

/** What was done about it, by which system and rule, and how quickly. */
export function composeMitigation(context: ChapterContext): Chapter | undefined {
  const blocks: Block[] = context.facts.stats.layers.flatMap((layer) => {
    return [
      ...onsetFigure(context, layer),
      ...systemFigure(context, layer),
      ...ruleTable(context, layer),
      ...breakdownTables(context, layer, ['action', 'status']),
    ];
  });
  return blocks.length > 0 ? { id: 'mitigation', title: 'Mitigation', startsPage: false, blocks } : undefined;
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
        ? ['95 % of the attack was stopped ', lasting(clocks.timeToContain.value), ' after it began']
        : clocks.timeToMitigate
          ? ['Mitigation began ', lasting(clocks.timeToMitigate.value), ' after the first attack traffic']
          : ['The first minutes of the attack'],
      chart: dispositionChart(context, layer, series),
      caption: captionOf(layer, source, [`${rate}, mean over `, lasting(series.intervalMs)], spanOf(series)),
      alt: [
        `Stacked area chart of ${rate.toLowerCase()}, mitigated and passed, around the start of the attack at `,
        instant(clocks.firstAttack.at),
        '.',
      ],
      evidence: source.evidence,
      data: seriesData(series),
    }),
  ];
}

function systemFigure(context: ChapterContext, layer: LayerStats): Block[] {
  const leader = layer.systems[0];
  if (!leader) return [];
  const source = context.sourceOf(layer);
  const phase = layer.during ?? layer.whole;
  const window = phase.windows[0] ?? context.facts.stats.window;
  return [
    context.figure({
      id: `fig-${layer.layer}-systems`,
      title: [SYSTEM_WORDS[leader.system], ' stopped ', amount(leader.share), ' of what was mitigated'],
      chart: {
        kind: 'bars',
        unit: layer.unit,
        parts: [{ label: 'Mitigated', role: 'mitigated' }],
        bars: layer.systems.map((system) => ({ label: SYSTEM_WORDS[system.system], values: [system.mitigated.value] })),
      },
      caption: captionOf(layer, source, [UNIT_WORDS[layer.unit], ' mitigated, by the system that acted'], {
        start: window.start,
        end: phase.windows.at(-1)?.end ?? window.end,
      }),
      alt: [
        'Bar chart of mitigated ',
        layer.unit,
        ' by system: ',
        ...layer.systems.flatMap((system, index) => [
          index > 0 ? ', ' : '',
          `${SYSTEM_WORDS[system.system]} `,
          amount(system.share),
        ]),
        '.',
      ],
      evidence: source.evidence,
      data: {
        columns: [
          'system',
          ...measureColumns('mitigated', layer.unit),
          ...measureColumns('share', 'share'),
          'first_utc',
        ],
        rows: layer.systems.map((system) => [
          system.system,
          ...measureCells(system.mitigated),
          ...measureCells(system.share),
          isoTime(system.firstAt),
        ]),
      },
    }),
  ];
}

function ruleTable(context: ChapterContext, layer: LayerStats): Block[] {
  const rules = layer.rules;
  const leader = rules[0];
  if (!leader) return [];
  return [
    context.table({
      id: `table-${layer.layer}-rules`,
      title: [counted(rules.length, 'rule', 'rules'), ' matched; ', ruleName(leader), ' matched most'],
      columns: [
        { label: 'Rule', align: 'left', width: 5 },
        { label: 'System', align: 'left', width: 3 },
        { label: 'Outcome', align: 'left', width: 2 },
        { label: UNIT_WORDS[layer.unit], align: 'right', width: 2 },
        { label: 'First hit', align: 'left', width: 2 },
        { label: 'Before the attack', align: 'right', width: 2 },
      ],
      rows: rules
        .slice(0, PRINTED_RULES)
        .map((rule): Cell[] => [
          ruleName(rule),
          SYSTEM_WORDS[rule.system],
          DISPOSITION_WORDS[rule.disposition],
          amount(rule.total, 'cell'),
          clock(rule.firstAt),
          amount(rule.before, 'cell'),
        ]),
      note: [
        'A rule that already matched before the attack was not made for it. First hit within the period of this report.',
      ],
      evidence: context.sourceOf(layer).evidence,
      data: {
        columns: [
          'rule_id',
          'rule_name',
          'system',
          'action',
          'disposition',
          ...measureColumns('total', layer.unit),
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
          ...measureCells(rule.before),
          isoTime(rule.firstAt),
          isoTime(rule.lastAt),
        ]),
      },
    }),
  ];
}

function ruleName(rule: RuleStats) {
  return label(rule.name || rule.id);
}
