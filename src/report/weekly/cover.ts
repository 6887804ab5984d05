import { changeOf, LEAST_COMPARABLE, type PastPeriod, type WeekLayer } from '../../aggregate/aggregate.ts';
import { completenessOf, hoursWords } from '../../insight/insight.ts';
import type { SparklineChart } from '../../model/chart-spec.ts';
import { amount, clauses, clock, counted, integer, lasting } from '../../model/inlines.ts';
import type { Measure, Unit } from '../../model/measure.ts';
import type { Message, Phrase, Value } from '../../model/phrase.ts';
import { asValue, noun, say } from '../../model/say.ts';
import { DAY_MS, durationOf, HOUR_MS } from '../../model/time.ts';
import { UNIT_NAMES } from '../../model/unit-names.ts';
import type { Cover, FigureBlock, Tile } from '../composed.ts';
import { isoTime } from '../tables.ts';
import { LAYER_SHORT, LAYER_WORDS, UNIT_WORDS } from '../vocabulary.ts';
import { changeWords, hourUnit, type WeeklyContext, weeklyCaption } from './facts.ts';

/** Periods of a trend, this one included. */
const TREND_PERIODS = 9;
/** Share of the attack above which a leak is called unfavourable. */
const NOTABLE_LEAK = 0.05;

/** The first page of a summary: the period in a sentence, six numbers with their trend, and its traffic. */
export function composeWeeklyCover(context: WeeklyContext): Cover {
  const { findings, stats } = context.facts;
  const hero = context.main && trafficFigure(context, context.main);
  return {
    verdict: findings.headline,
    state: findings.state,
    extent: extentWords(context),
    tiles: [
      { id: 'incidents', ...incidentTile(context) },
      { id: 'exposure', ...exposureTile(context) },
      { id: 'peak', ...peakTile(context) },
      { id: 'mitigated', ...mitigatedTile(context) },
      { id: 'leaked', ...leakedTile(context) },
      { id: 'promises', ...promisesTile(context) },
    ].map((tile, index) => withTrend(tile, index, stats.past)),
    ...(hero && { hero }),
  };
}

type UnnamedTile = Omit<TrendTile, 'id'>;
type TrendTile = Tile & { readonly unit: Unit; readonly values: readonly (number | undefined)[] };

/** `169 hours, as the clocks were put back; data for 99.8 % of it`. */
function extentWords({ facts, main }: WeeklyContext): Phrase {
  const { period } = facts.stats;
  const usual = { day: DAY_MS, week: 7 * DAY_MS, month: undefined, custom: undefined }[period.kind];
  const length = durationOf(period);
  const odd = length % HOUR_MS !== 0 || length % DAY_MS !== 0;
  const isLonger = usual === undefined ? length % DAY_MS < DAY_MS / 2 : length > usual;
  return [
    ...hoursWords(length),
    ...(odd ? [isLonger ? say`, as the clocks were put back` : say`, as the clocks were put forward`] : []),
    main
      ? say`; data for ${amount(completenessOf(main))} of it (${LAYER_SHORT[main.layer]})`
      : say`; no traffic on record`,
  ];
}

function withTrend({ unit, values, ...tile }: TrendTile, index: number, past: readonly PastPeriod[]): Tile {
  const known = values.filter((value) => value !== undefined);
  if (past.length === 0 || known.length < 2) return tile;
  const shown = values.slice(-TREND_PERIODS);
  const padded: (number | null)[] = [
    ...Array.from({ length: TREND_PERIODS - shown.length }, () => null),
    ...shown.map((value) => value ?? null),
  ];
  const chart: SparklineChart = { kind: 'sparkline', unit, values: padded };
  return {
    ...tile,
    trend: {
      id: `trend-${index + 1}`,
      chart,
      alt: [
        say`${asValue(tile.label)} in ${counted(known.length, noun('period', 'periods'))}, the last is the one at hand.`,
      ],
    },
  };
}

function incidentTile({ facts, name }: WeeklyContext): UnnamedTile {
  const { incidents, attackIds, past } = facts.stats;
  const previous = past.at(-1);
  // Nobody looked: that there was none is not known.
  if (facts.findings.state === 'unwatched')
    return unknownTile(say`Incidents`, say`none on record, and no traffic either`);
  return {
    label: say`Incidents`,
    value: integer(incidents.length),
    note: clauses([
      attackIds ? [counted(attackIds.total, noun('attack id', 'attack ids'))] : [],
      [previous ? say`${integer(previous.incidents)} the ${name} before` : say`no previous period`],
    ]),
    tone: incidents.length === 0 ? 'favourable' : 'neutral',
    unit: 'count',
    values: [...past.map((one) => one.incidents), incidents.length],
  };
}

function exposureTile({ facts, name }: WeeklyContext): UnnamedTile {
  const { exposure, past } = facts.stats;
  const previous = past.at(-1);
  if (facts.findings.state === 'unwatched') return unknownTile(say`Under attack`, say`nothing on record`);
  return {
    label: say`Under attack`,
    value: exposure.value > 0 ? lasting(exposure.value) : say`Not at all`,
    note: changeWords(previous && changeOf(exposure.value, previous.exposureMs), name, previous !== undefined),
    tone: exposure.value === 0 ? 'favourable' : 'neutral',
    unit: 'ms',
    values: [...past.map((one) => one.exposureMs), exposure.value],
  };
}

function layerOf(past: PastPeriod, main: WeekLayer): PastPeriod['layers'][number] | undefined {
  return past.layers.find(({ layer, unit }) => layer === main.layer && unit === main.unit);
}

function peakTile({ facts, main, name }: WeeklyContext): UnnamedTile {
  const { past } = facts.stats;
  const isBits = main?.layer === 'network' && main.bitsPeak !== undefined;
  const of = (layer: Pick<WeekLayer, 'peak' | 'bitsPeak'> | undefined) => (isBits ? layer?.bitsPeak : layer?.peak);
  const peak = of(main);
  if (!main || !peak) return unknownTile(say`Highest load`, say`no rate on record`);
  const comparable = past.map((one) => {
    const found = of(layerOf(one, main));
    return found?.windowMs === peak.windowMs ? found?.value : undefined;
  });
  const previous = comparable.at(-1);
  return {
    label: say`Highest load`,
    value: amount(peak, 'cell'),
    note: [
      peak.at === undefined
        ? say`highest ${lasting(peak.windowMs ?? 0)} mean; ${changeWords(previous === undefined ? undefined : changeOf(peak.value, previous), name, past.length > 0)}`
        : say`highest ${lasting(peak.windowMs ?? 0)} mean, ${{ kind: 'time', at: peak.at, form: 'day' } as const}, ${clock(peak.at)}; ${changeWords(previous === undefined ? undefined : changeOf(peak.value, previous), name, past.length > 0)}`,
    ],
    tone: 'neutral',
    unit: peak.unit,
    values: [...comparable, peak.value],
  };
}

function mitigatedTile({ facts, main, name }: WeeklyContext): UnnamedTile {
  const label = say`${UNIT_WORDS[main?.unit ?? 'requests']} mitigated`;
  if (!main?.mitigated) return unknownTile(label, say`the data does not say what was done`);
  const { past } = facts.stats;
  const isEnough = (completeness: number) => completeness >= LEAST_COMPARABLE;
  const rates = past.map((one) => {
    const found = layerOf(one, main);
    return found?.mitigated && isEnough(found.completeness) ? found.mitigated.value / found.coveredMs : undefined;
  });
  const own = isEnough(main.coverage.completeness) ? main.mitigated.value / main.coverage.coveredMs : undefined;
  const previous = rates.at(-1);
  const share = main.total.value > 0 ? main.mitigated.value / main.total.value : undefined;
  return {
    label,
    value: amount(main.mitigated, 'cell'),
    note: [
      ...(share === undefined ? [] : [say`${shareWords(share, main.total)} of all; `]),
      ...changeWords(
        own === undefined || previous === undefined ? undefined : changeOf(own, previous),
        name,
        past.length > 0,
      ),
    ],
    tone: 'neutral',
    unit: main.mitigated.unit,
    values: [...rates, own],
  };
}

/** A share of two sums; no more exact than the whole. */
function shareWords(value: number, of: Measure): Value {
  return amount({ value, unit: 'share', kind: of.kind, evidence: of.evidence }, 'cell');
}

function leakedTile({ facts, name }: WeeklyContext): UnnamedTile {
  const { leaked, past, incidents } = facts.stats;
  if (!leaked)
    return unknownTile(
      say`Leaked`,
      incidents.length === 0 ? say`no attack that could leak` : say`not measured in the incidents`,
    );
  const before = past.map((one) => one.leakedShare);
  const previous = before.at(-1);
  return {
    label: say`Leaked`,
    value: amount(leaked.share, 'cell'),
    note: [
      previous === undefined
        ? say`of the attack traffic of ${counted(leaked.incidents, noun('incident', 'incidents'))} (${LAYER_SHORT[leaked.layer]})`
        : say`of the attack traffic of ${counted(leaked.incidents, noun('incident', 'incidents'))} (${LAYER_SHORT[leaked.layer]}); ${shareWords(previous, leaked.share)} the ${name} before`,
    ],
    tone: leaked.share.value > NOTABLE_LEAK ? 'unfavourable' : 'favourable',
    unit: 'share',
    values: [...before, leaked.share.value],
  };
}

function promisesTile({ facts }: WeeklyContext): UnnamedTile {
  const { promises, past, incidents } = facts.stats;
  const judged = promises.met + promises.missed;
  if (judged === 0)
    return unknownTile(
      say`Service levels`,
      incidents.length === 0 ? say`no incident to judge them by` : say`no promise could be measured`,
    );
  return {
    label: say`Service levels missed`,
    value: integer(promises.missed),
    note: [
      promises.notMeasurable > 0
        ? say`of ${counted(judged, noun('judged promise', 'judged promises'))}; ${integer(promises.notMeasurable)} not measurable`
        : say`of ${counted(judged, noun('judged promise', 'judged promises'))}`,
    ],
    tone: promises.missed > 0 ? 'unfavourable' : 'favourable',
    unit: 'count',
    values: [...past.map((one) => one.missed), promises.missed],
  };
}

function unknownTile(label: Message, reason: Message): UnnamedTile {
  return {
    label,
    value: { kind: 'missing', reason: say`Not recorded` },
    note: [reason],
    tone: 'neutral',
    unit: 'count',
    values: [],
  };
}

/** Every hour of the period: what was mitigated and what passed, with the incidents as bands. A gap in the data is a gap. */
export function trafficFigure(context: WeeklyContext, layer: WeekLayer): FigureBlock {
  const { stats } = context.facts;
  const unit = hourUnit(layer);
  const { hours, mitigated, total } = layer;
  const gaps = layer.coverage.gaps.length;
  const share = mitigated && total.value > 0 ? mitigated.value / total.value : undefined;
  const bands = stats.incidents
    .filter((incident) => incident.layer === layer.layer)
    .map(({ id, waves }) => ({
      start: Math.min(...waves.map(({ start }) => start)),
      end: Math.max(...waves.map(({ end }) => end)),
      label: id,
    }));
  const parts = [
    { label: say`Passed`, role: 'passed', values: hours.passed },
    { label: say`Mitigated`, role: 'mitigated', values: hours.mitigated },
    { label: say`Outcome not recorded`, role: 'unknown', values: hours.unknown },
  ] as const;
  const shown = parts.filter(({ values }) => values.some((value) => (value ?? 0) > 0));
  return context.figure({
    id: `fig-${layer.layer}-hours`,
    title: [
      share === undefined
        ? say`${amount(total)} in the ${context.name}`
        : say`${shareWords(share, total)} of ${amount(total)} mitigated`,
      ...(gaps > 0 ? [say`; data is missing in ${counted(gaps, noun('stretch', 'stretches'))}`] : []),
    ],
    chart: {
      kind: 'time-stack',
      unit,
      start: hours.start,
      intervalMs: hours.intervalMs,
      bands,
      markers: [],
      series: shown.length > 0 ? shown : parts.slice(0, 1),
    },
    caption: weeklyCaption(context, layer, [say`${UNIT_WORDS[unit]}, mean over each hour with data`]),
    alt: [
      say`Stacked area chart of ${UNIT_NAMES[unit]} by hour, ${LAYER_WORDS[layer.layer]}; ${counted(bands.length, noun('incident is', 'incidents are'))} shaded.`,
    ],
    evidence: total.evidence,
    data: {
      columns: ['time_utc', `passed (${unit})`, `mitigated (${unit})`, `not_recorded (${unit})`],
      rows: hours.passed.map((passed, index) => [
        isoTime(hours.start + index * hours.intervalMs),
        passed,
        hours.mitigated[index] ?? null,
        hours.unknown[index] ?? null,
      ]),
    },
  });
}
