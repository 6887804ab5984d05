import type { WeekLayer } from '../../aggregate/aggregate.ts';
import { completenessOf, hoursWords } from '../../insight/insight.ts';
import { amount, clauses, counted, instant, integer, label, lasting, list } from '../../model/inlines.ts';
import type { Noun, Phrase } from '../../model/phrase.ts';
import { noun, say } from '../../model/say.ts';
import { DAY_MS, durationOf } from '../../model/time.ts';
import type { Block, Chapter, StatementsBlock } from '../composed.ts';
import type { Cell } from '../report-model.ts';
import { isoTime, measureCells, measureColumns } from '../tables.ts';
import { LAYER_SHORT, LAYER_WORDS, UNIT_WORDS } from '../vocabulary.ts';
import { ownerWords } from '../wording.ts';
import type { WeeklyContext } from './facts.ts';

/** Owned things that are named; the others are counted. */
const MOST_NAMED = 12;
/** Stretches without data that are named. */
const MOST_GAPS = 5;

/** What is still to be done, by whom, and for how long it has been waiting. */
export function composeOpenPoints(context: WeeklyContext): Chapter | undefined {
  const { findings, standing, stats } = context.facts;
  if (findings.open.length === 0) return undefined;
  const ageOf = (since: number) => Math.max(0, Math.floor((stats.period.end - since) / DAY_MS));
  const [oldest] = findings.open;
  return {
    id: 'open-points',
    title: say`Open points`,
    startsPage: false,
    blocks: [
      context.table({
        id: 'table-open',
        title: [
          say`${counted(findings.open.length, noun('recommendation is', 'recommendations are'))} open, the oldest for ${counted(ageOf(oldest?.since ?? stats.period.end), noun('day', 'days'))}`,
        ],
        columns: [
          { label: say`What to change`, align: 'left', width: 8 },
          { id: 'owner', label: say`Owner`, align: 'left', width: 3 },
          { label: say`Age`, align: 'right', width: 2 },
          { label: say`From`, align: 'left', width: 3 },
        ],
        rows: findings.open.map((one): Cell[] => [
          one.text,
          ownerWords(one.owner, standing),
          counted(ageOf(one.since), noun('day', 'days')),
          list(
            one.incidents.map((incident) => label(incident, 'code')),
            2,
          ),
        ]),
        note: [
          say`From the latest reports of incidents; age from the first of them to the end of the period. What is done is marked as closed by the provider.`,
        ],
        evidence: [],
        data: {
          columns: ['id', 'owner', 'since_utc', 'age_days', 'incidents'],
          rows: findings.open.map((one) => [
            one.id,
            one.owner,
            isoTime(one.since),
            ageOf(one.since),
            one.incidents.join(' '),
          ]),
        },
      }),
    ],
  };
}

/** What was watched and how completely; what came near an incident and was none. */
export function composeWatch(context: WeeklyContext): Chapter {
  const { stats } = context.facts;
  const statements = [...stats.layers.flatMap((layer) => belowThreshold(context, layer)), ...uncovered(context)];
  const blocks: Block[] = [
    ...(statements.length > 0 ? [{ kind: 'statements' as const, items: statements }] : []),
    ...coverageTable(context),
    watchedDefinitions(context),
  ];
  return { id: 'watch', title: say`What was watched`, startsPage: false, blocks };
}

type Statement = StatementsBlock['items'][number];

function belowThreshold({ name }: WeeklyContext, layer: WeekLayer): Statement[] {
  const found = layer.largestOutside;
  if (!found) return [];
  const { mitigated, total, usual, at, windowMs } = found;
  const usualWords: Phrase = usual ? [say`; the usual rate of the ${name} is ${amount(usual)}`] : [];
  return [
    {
      title: [
        mitigated
          ? say`Largest event below an incident (${LAYER_SHORT[layer.layer]}): ${amount(mitigated ?? total)} mitigated`
          : say`Largest event below an incident (${LAYER_SHORT[layer.layer]}): ${amount(mitigated ?? total)}`,
      ],
      text: [
        mitigated
          ? say`On ${instant(at)}, mean over ${lasting(windowMs)}, outside of all incidents; all traffic in that time ${amount(total)}${usualWords}.`
          : say`On ${instant(at)}, mean over ${lasting(windowMs)}, outside of all incidents; what was done is not recorded${usualWords}.`,
      ],
      tone: 'neutral',
      evidence: total.evidence,
    },
  ];
}

/** Attack ids that no report speaks of, and gaps: where the data has nothing, nothing can be said. */
function uncovered({ facts }: WeeklyContext): Statement[] {
  const { attackIds, layers } = facts.stats;
  const statements: Statement[] = [];
  if (attackIds && attackIds.total > 0)
    statements.push({
      title:
        attackIds.outside > 0
          ? [say`${counted(attackIds.outside, noun('attack id lies', 'attack ids lie'))} outside of all incidents`]
          : [say`Every attack id of the data lies in an incident`],
      text: [
        attackIds.outside > 0
          ? say`The data names ${counted(attackIds.total, noun('attack id', 'attack ids'))}. What lies outside was handled by automatic systems alone and was not reported on.`
          : say`The data names ${counted(attackIds.total, noun('attack id', 'attack ids'))}.`,
      ],
      tone: 'neutral',
      evidence: [],
    });
  for (const layer of layers) {
    const { gaps } = layer.coverage;
    const longest = [...gaps].sort((a, b) => durationOf(b) - durationOf(a) || a.start - b.start).slice(0, MOST_GAPS);
    if (longest.length > 0 && layer.holds !== 'attack')
      statements.push({
        title: [
          say`No data in ${counted(gaps.length, noun('stretch', 'stretches'))} (${LAYER_SHORT[layer.layer]}): ${lasting(gaps.reduce((sum, gap) => sum + durationOf(gap), 0))} in all`,
        ],
        text: [
          gaps.length > longest.length
            ? say`The longest: ${list(longest.map(({ start, end }) => ({ kind: 'span', start, end }) as const))}. Nothing is known of this time; it is not counted as quiet.`
            : say`${list(longest.map(({ start, end }) => ({ kind: 'span', start, end }) as const))}. Nothing is known of this time; it is not counted as quiet.`,
        ],
        tone: 'unfavourable',
        evidence: layer.total.evidence,
      });
    if (layer.holds === 'attack')
      statements.push({
        title: [say`Only the time of incidents is on record (${LAYER_SHORT[layer.layer]})`],
        text: [
          say`The sums are those of the minutes that reports of incidents hold; of the rest of the period nothing is known.`,
        ],
        tone: 'unfavourable',
        evidence: layer.total.evidence,
      });
  }
  return statements;
}

function coverageTable(context: WeeklyContext): Block[] {
  const { layers, period } = context.facts.stats;
  const [first] = layers;
  if (!first) return [];
  const days = first.days;
  return [
    context.table({
      id: 'table-coverage',
      title: clauses(
        layers.map((layer) => [
          say`${LAYER_SHORT[layer.layer]}: data for ${amount(completenessOf(layer))} of ${hoursWords(durationOf(period))}`,
        ]),
      ),
      columns: [
        { label: say`Day`, align: 'left', width: 3 },
        { label: say`Length`, align: 'right', width: 2 },
        ...layers.flatMap((layer) => [
          { label: say`Data ${LAYER_SHORT[layer.layer]}`, align: 'right' as const, width: 2 },
          { label: UNIT_WORDS[layer.unit], align: 'right' as const, width: 3 },
          { label: say`Mitigated`, align: 'right' as const, width: 3 },
        ]),
      ],
      rows: days.map((day, index): Cell[] => [
        { kind: 'time', at: day.window.start, form: 'day' },
        hoursWords(durationOf(day.window)),
        ...layers.flatMap((layer): Cell[] => {
          const own = layer.days[index];
          if (!own?.total) return [say`none`, '–', '–'];
          return [
            amount({
              value: Math.min(1, own.coveredMs / durationOf(own.window)),
              unit: 'share',
              kind: 'counted',
              evidence: own.total.evidence,
            }),
            amount(own.total, 'cell'),
            own.mitigated ? amount(own.mitigated, 'cell') : '–',
          ];
        }),
      ]),
      evidence: [...new Set(layers.flatMap(({ total }) => total.evidence))],
      data: {
        columns: [
          'day',
          'start_utc',
          'end_utc',
          ...layers.flatMap((layer) => [
            `${layer.layer} covered_ms`,
            ...measureColumns(`${layer.layer} total`, layer.unit),
            ...measureColumns(`${layer.layer} mitigated`, layer.unit),
          ]),
        ],
        rows: days.map((day, index) => [
          day.day,
          isoTime(day.window.start),
          isoTime(day.window.end),
          ...layers.flatMap((layer) => [
            layer.days[index]?.coveredMs ?? 0,
            ...measureCells(layer.days[index]?.total),
            ...measureCells(layer.days[index]?.mitigated),
          ]),
        ]),
      },
    }),
  ];
}

/** Everything that belongs to the customer and is looked for in the data. */
function watchedDefinitions({ facts }: WeeklyContext): Block {
  const { customer } = facts.standing;
  const named = (values: readonly string[], what: Noun): Phrase => {
    const number = counted(values.length, what);
    if (values.length === 0) return [number];
    const shown = list(values.slice(0, MOST_NAMED).map((value) => label(value, 'code')));
    return values.length > MOST_NAMED
      ? [say`${number}: ${shown} and ${integer(values.length - MOST_NAMED)} more`]
      : [say`${number}: ${shown}`];
  };
  const items = [
    {
      term: say`Address ranges`,
      definition: named(customer.prefixes, noun('range', 'ranges')),
      count: customer.prefixes.length,
    },
    { term: say`DNS zones`, definition: named(customer.zones, noun('zone', 'zones')), count: customer.zones.length },
    { term: say`Hosts`, definition: named(customer.hosts, noun('host', 'hosts')), count: customer.hosts.length },
    {
      term: say`Applications`,
      definition: [counted(customer.applications.length, noun('application', 'applications'))],
      count: customer.applications.length,
    },
    {
      term: say`Sources of the data`,
      definition:
        facts.stats.layers.length === 0
          ? ([say`none`] satisfies Phrase)
          : clauses(
              facts.stats.layers.map(({ labels, layer }) => [
                say`${LAYER_WORDS[layer]}: ${list(labels.map((one) => label(one)))}`,
              ]),
            ),
      count: 1,
    },
  ];
  return {
    kind: 'definitions',
    heading: say`Watched for this customer`,
    items: items.filter(({ count }) => count > 0).map(({ term, definition }) => ({ term, definition })),
  };
}
