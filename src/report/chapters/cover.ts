import {
  type LayerStats,
  LEADING_RATE,
  type Peak,
  resolutionBetween,
  type TrafficSeries,
} from '../../aggregate/aggregate.ts';
import { complement, peakWords, type Severity } from '../../insight/insight.ts';
import { amount, clauses, clock, counted, instant, integer, label, lasting } from '../../model/inlines.ts';
import { FEWEST_SAMPLED_ROWS, type Measure } from '../../model/measure.ts';
import type { Message, Phrase } from '../../model/phrase.ts';
import { english, noun, say } from '../../model/say.ts';
import { UNIT_NAMES } from '../../model/unit-names.ts';
import type { Cover, FigureBlock, Tile } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import { seriesData } from '../tables.ts';
import { dispositionChart, spanOf } from '../traffic-chart.ts';
import { DISPOSITION_WORDS, LAYER_SHORT, UNIT_WORDS } from '../vocabulary.ts';
import { captionOf } from '../wording.ts';

/** Share of the attack above which a leak is called unfavourable. */
const NOTABLE_LEAK = 0.05;
/** Share of 5xx answers above the level before the attack that is called an impact. */
const NOTABLE_ERRORS = 0.005;

/** The first page: what happened and is it over, six numbers, one picture. */
export function composeCover(context: ChapterContext): Cover {
  const { findings } = context.facts;
  const hero = heroFigure(context);
  return {
    verdict: findings.verdict,
    state: findings.state,
    severity: severityWords(findings.severity),
    tiles: [
      { id: 'peak', ...peakTile(context) },
      { id: 'mitigated', ...mitigatedTile(context) },
      { id: 'duration', ...durationTile(context) },
      { id: 'time-to-mitigate', ...mitigateTile(context) },
      { id: 'passed', ...passedTile(context) },
      { id: 'impact', ...impactTile(context) },
    ],
    ...(hero && { hero }),
  };
}

type UnnamedTile = Omit<Tile, 'id'>;

/** The highest level there is. */
const HIGHEST_SEVERITY = 4;

/** `Severity 3 of 4`, and every reason of that level. */
export function severityWords({ level, reasons }: Severity): NonNullable<Cover['severity']> {
  const told = reasons.filter((reason) => reason.level === level);
  return {
    level,
    label: [say`Severity ${integer(level)} of ${integer(HIGHEST_SEVERITY)}`],
    why: clauses(told.map(({ text }) => text)),
  };
}

function headlinePeak(layer: LayerStats, metric?: Peak['metric']): Peak | undefined {
  const candidates = layer.peaks.filter((peak) => peak.headline && (metric === undefined || peak.metric === metric));
  return candidates.find((peak) => peak.metric === LEADING_RATE[layer.layer]) ?? candidates[0];
}

function dispositionSeries(layer: LayerStats): TrafficSeries | undefined {
  const series = layer.series.filter((candidate) => candidate.by === 'disposition');
  return series.find((candidate) => candidate.metric === LEADING_RATE[layer.layer]) ?? series[0];
}

function peakTile(context: ChapterContext): UnnamedTile {
  const name = say`Peak`;
  const peak = context.main && headlinePeak(context.main);
  if (!peak) return missingTile(name, say`no rate in the supplied data`);
  const others = context.facts.stats.layers.flatMap((layer) =>
    layer.peaks
      .filter((other) => other.headline && !(layer === context.main && other.metric === peak.metric))
      .map((other) => peakBeside(layer, other, context.main)),
  );
  return {
    label: name,
    value: amount(peak.measure, 'cell'),
    note: clauses([windowWords(peak.measure), ...others.slice(0, MOST_OTHER_PEAKS)]),
    tone: 'neutral',
  };
}

/** Further peaks told beside the headline. */
const MOST_OTHER_PEAKS = 2;

/** `380 kpps at 13:54:00`; bits of the application layer are those of answers, not of the attack. */
function peakBeside(layer: LayerStats, { metric, measure }: Peak, main: LayerStats | undefined): Phrase {
  return [
    ...(layer === main ? [] : [LAYER_SHORT[layer.layer], ' ']),
    ...(layer.layer === 'http' && metric === 'bits/s' ? [say`answers `] : []),
    measure.at === undefined ? amount(measure, 'cell') : say`${amount(measure, 'cell')} at ${clock(measure.at)}`,
  ];
}

/** `highest 10 s mean, at 14:03:20`: a peak is never named without its window. */
export function windowWords(peak: Measure): Phrase {
  return [
    peak.windowMs === undefined ? say`window not stated by the source` : say`highest ${lasting(peak.windowMs)} mean`,
    ...(peak.at === undefined ? [] : [say`, at ${clock(peak.at)}`]),
  ];
}

function mitigatedTile(context: ChapterContext): UnnamedTile {
  const phase = context.main?.during ?? context.main?.whole;
  const name = say`${UNIT_WORDS[phase?.total.unit ?? 'requests']} mitigated`;
  if (!phase?.mitigated) return missingTile(name, say`the data does not say what was done`);
  return {
    label: name,
    value: amount(phase.mitigated, 'cell'),
    note: [
      phase.mitigatedShare
        ? say`${amount(phase.mitigatedShare, 'cell')} of all ${amount(phase.total, 'cell')}`
        : say`of ${amount(phase.total, 'cell')}`,
      context.main?.during ? say` in the waves` : say` in the whole period`,
    ],
    tone: phase.mitigated.value > 0 ? 'favourable' : 'unfavourable',
  };
}

function durationTile(context: ChapterContext): UnnamedTile {
  const { duration, waves, attackIds } = context.facts.stats;
  const counts: Phrase = [
    counted(waves.length, noun('wave', 'waves')),
    ...(attackIds.length > 0 ? [say`, `, counted(attackIds.length, noun('attack id', 'attack ids'))] : []),
  ];
  if (!duration.active) {
    const first = waves[0];
    return first
      ? {
          label: say`Under attack`,
          value: say`Still running`,
          note: [say`since ${instant(first.start)}; ${counts}`],
          tone: 'unfavourable',
        }
      : missingTile(say`Under attack`, say`no wave in the data`);
  }
  return {
    label: say`Under attack`,
    value: lasting(duration.active.value),
    note: [...counts, ...(duration.calendar ? [say`; from first to last ${lasting(duration.calendar.value)}`] : [])],
    tone: 'neutral',
  };
}

function mitigateTile(context: ChapterContext): UnnamedTile {
  const name = say`Time to mitigate`;
  const { clocks } = context.facts.stats;
  if (!clocks.timeToMitigate || !clocks.mitigated) return missingTile(name, say`first mitigation not in the data`);
  const { timeToMitigate, mitigated } = clocks;
  if (timeToMitigate.value < 0)
    return {
      label: name,
      value: { kind: 'missing', reason: say`Not measurable` },
      note: [say`mitigation is on record at ${instant(mitigated.at)}, before the first attack traffic of the data`],
      tone: 'unfavourable',
    };
  const resolutionMs = resolutionBetween(clocks.firstAttack, mitigated);
  const isBelowResolution = timeToMitigate.value >= 0 && timeToMitigate.value < resolutionMs;
  return {
    label: name,
    value: isBelowResolution ? { kind: 'duration', ms: resolutionMs, below: true } : lasting(timeToMitigate.value),
    note: [
      isBelowResolution
        ? say`as exact as the data is, from the first attack traffic`
        : say`± ${lasting(resolutionMs)}, from the first attack traffic`,
      ...(clocks.timeToContain ? [say`; 95 % stopped after ${lasting(clocks.timeToContain.value)}`] : []),
    ],
    tone: 'neutral',
  };
}

/** What the attack got through; where it cannot be told from legitimate traffic, everything that passed, and it says so. */
function passedTile(context: ChapterContext): UnnamedTile {
  const attack = context.main?.attack;
  if (attack?.efficacy && attack.leaked) {
    const share = complement(attack.efficacy);
    if (attack.total.value < FEWEST_SAMPLED_ROWS)
      return {
        ...missingTile(say`Leaked`, say`Not recorded`),
        value: { kind: 'missing', reason: say`Too few to say` },
        note: [say`${amount(attack.total, 'cell')} ${UNIT_NAMES[attack.total.unit]} of attack traffic in the data`],
      };
    return {
      label: say`Leaked`,
      value: amount(share, 'cell'),
      note: [
        attack.basis === 'excess'
          ? say`of the attack: ${amount(attack.leaked, 'cell')} of ${amount(attack.total, 'cell')} ${UNIT_NAMES[attack.total.unit]} above the level before`
          : say`of the attack: ${amount(attack.leaked, 'cell')} of ${amount(attack.total, 'cell')} ${UNIT_NAMES[attack.total.unit]}`,
      ],
      tone: share.value > NOTABLE_LEAK ? 'unfavourable' : 'favourable',
    };
  }
  const name = say`Not mitigated`;
  const phase = context.main?.during;
  if (!phase?.mitigatedShare) return missingTile(name, say`the data does not say what was done`);
  const share = complement(phase.mitigatedShare);
  const passed = phase.byDisposition.filter(({ disposition }) => disposition === 'passed' || disposition === 'logged');
  const total = passed.reduce((sum, part) => sum + part.total.value, 0);
  return {
    label: name,
    value: amount(share, 'cell'),
    note: [
      say`${amount({ value: total, unit: phase.total.unit, kind: phase.total.kind, evidence: phase.total.evidence })} during the waves, legitimate traffic included`,
    ],
    tone: 'neutral',
  };
}

function impactTile(context: ChapterContext): UnnamedTile {
  const name = say`Customer impact`;
  const origin = context.facts.stats.layers.find((layer) => layer.origin)?.origin;
  const during = origin?.phases.find((phase) => phase.phase === 'during');
  if (!during) return missingTile(name, say`origin health is not in the supplied data`);
  const before = origin?.phases.find((phase) => phase.phase === 'before');
  const unanswered =
    (during.unreachable?.value ?? 0) > (before?.unreachable?.value ?? 0) ? during.unreachable : undefined;
  const level = before?.errorShare.value ?? 0;
  const isWorse = during.errorShare.value - level > NOTABLE_ERRORS || unanswered !== undefined;
  return {
    label: name,
    value: amount(during.errorShare, 'cell'),
    note: [
      say`of the origin’s answers in the waves were errors (5xx)`,
      ...(before ? [say`; ${amount(before.errorShare, 'cell')} before`] : []),
      ...(unanswered ? [say`; ${amount(unanswered, 'cell')} got no answer`] : []),
    ],
    // Without a time before the attack nothing can be called unharmed.
    tone: isWorse ? 'unfavourable' : before ? 'favourable' : 'neutral',
  };
}

function missingTile(name: Message, reason: Message): UnnamedTile {
  return { label: name, value: { kind: 'missing', reason: say`Not recorded` }, note: [reason], tone: 'neutral' };
}

function heroFigure(context: ChapterContext): FigureBlock | undefined {
  const layer = context.main;
  const series = layer && dispositionSeries(layer);
  if (!layer || !series) return undefined;
  const source = context.sourceOf(layer);
  const peak = headlinePeak(layer, series.metric);
  const share = layer.during?.mitigatedShare;
  const rate = UNIT_WORDS[series.metric];
  return context.figure({
    id: `fig-${layer.layer}-overview`,
    title: peak
      ? [
          share
            ? say`Traffic peaked at ${peakWords(peak.measure)}; ${amount(share)} of the traffic in the waves was mitigated`
            : say`Traffic peaked at ${peakWords(peak.measure)}`,
        ]
      : [say`${rate} over the period`],
    chart: dispositionChart(context, layer, series),
    caption: captionOf(layer, source, [say`${rate}, mean over ${lasting(series.intervalMs)}`], spanOf(series)),
    alt: [
      say`Stacked area chart of ${UNIT_NAMES[series.metric]}, mitigated and passed, for ${label(source.label)}.`,
      say` `,
      ...(peak
        ? [
            peak.measure.at === undefined
              ? say`Highest value ${amount(peak.measure)}.`
              : say`Highest value ${amount(peak.measure)} at ${instant(peak.measure.at)}.`,
            say` `,
          ]
        : []),
      say`${counted(context.facts.stats.waves.length, noun('wave is', 'waves are'))} shaded.`,
    ],
    evidence: source.evidence,
    data: seriesData(series, (key) =>
      Object.hasOwn(DISPOSITION_WORDS, key) ? english(DISPOSITION_WORDS[key as keyof typeof DISPOSITION_WORDS]) : key,
    ),
  });
}
