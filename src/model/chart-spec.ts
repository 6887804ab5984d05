import type { Interval, Measure, Unit } from './measure.ts';
import type { Words } from './phrase.ts';
import type { TimeWindow } from './time.ts';
import type { ActorKind } from './traffic.ts';

/**
 * What a chart shows, without how it looks. `report/` writes it, `charts/` draws it.
 * Series values are in the stated unit; `null` is a gap in the data and is drawn as a gap.
 */
export type ChartSpec<W extends Words = string> =
  | TimeStackChart<W>
  | TimeLinesChart<W>
  | SwimLaneChart<W>
  | HeatMapChart<W>
  | CurveChart<W>
  | BarChart<W>
  | DotChart<W>
  | FlowChart<W>
  | SparklineChart;

/** The colour role of a series: a meaning, not a colour. `ranked` series take the categorical colours in order. */
export type SeriesRole = 'mitigated' | 'passed' | 'unknown' | 'baseline' | 'attack' | 'health' | 'ranked' | 'other';

export interface ChartSeries<W extends Words = string> {
  readonly label: W;
  readonly role: SeriesRole;
  readonly values: readonly (number | null)[];
}

/** A vertical marker on a time axis (an action of the SOC, the first mitigation). */
export interface ChartMarker<W extends Words = string> {
  readonly at: number;
  readonly label: W;
  readonly actor: ActorKind;
}

interface TimeAxis<W extends Words = string> {
  /** Epoch ms of the first bucket. */
  readonly start: number;
  readonly intervalMs: number;
  /** Shaded spans (waves). */
  readonly bands: readonly (TimeWindow & { readonly label: W })[];
  readonly markers: readonly ChartMarker<W>[];
}

/** Stacked areas over time: the parts of a whole. An optional line (expected level) is drawn over them. */
export interface TimeStackChart<W extends Words = string> extends TimeAxis<W> {
  readonly kind: 'time-stack';
  readonly unit: Unit;
  readonly series: readonly ChartSeries<W>[];
  readonly line?: ChartSeries<W>;
}

/** Lines over time; what is on the right axis has another unit and is drawn in a panel of its own on the same time axis. */
export interface TimeLinesChart<W extends Words = string> extends TimeAxis<W> {
  readonly kind: 'time-lines';
  readonly left: { readonly unit: Unit; readonly series: readonly ChartSeries<W>[] };
  readonly right?: { readonly unit: Unit; readonly series: readonly ChartSeries<W>[] };
}

/** Lanes of who did what, above the traffic on the same time axis. */
export interface SwimLaneChart<W extends Words = string> extends TimeAxis<W> {
  readonly kind: 'swim-lane';
  readonly unit: Unit;
  readonly traffic: ChartSeries<W>;
  readonly lanes: readonly {
    readonly actor: ActorKind;
    readonly label: W;
    /** `number` is the row number in the table of events, so that the chart needs no long text. */
    readonly events: readonly { readonly at: number; readonly end?: number; readonly number: number }[];
  }[];
}

/** Rows × time; `values[row][bucket]`. */
export interface HeatMapChart<W extends Words = string> {
  readonly kind: 'heat-map';
  readonly unit: Unit;
  readonly start: number;
  readonly intervalMs: number;
  readonly rows: readonly { readonly label: W; readonly values: readonly (number | null)[] }[];
  /** Named spans under the rows (waves). */
  readonly bands?: readonly (TimeWindow & { readonly label: W })[];
}

/** Concentration: share of the total (0–1) covered by the top k, at k = 1, 2, … `points[i]` is the share of the top `ranks[i]`. */
export interface CurveChart<W extends Words = string> {
  readonly kind: 'curve';
  readonly xLabel: W;
  readonly lines: readonly {
    readonly label: W;
    readonly ranks: readonly number[];
    readonly shares: readonly number[];
  }[];
}

/** Horizontal bars, longest first, optionally split into parts that add up to the bar. */
export interface BarChart<W extends Words = string> {
  readonly kind: 'bars';
  readonly unit: Unit;
  readonly parts: readonly { readonly label: W; readonly role: SeriesRole }[];
  /** `total` is written behind the bar as what it is, an estimate or not; without it the sum of the values. */
  readonly bars: readonly {
    readonly label: W;
    readonly values: readonly number[];
    readonly total?: Measure;
    /** What the bar is held against, drawn as a line across it. */
    readonly reference?: number;
    /** Nothing is known of it, which is not zero. */
    readonly missing?: true;
  }[];
  /** What the references are; named in the legend. */
  readonly referenceLabel?: W;
}

/** How one volume divides into parts that add up to it. */
export interface FlowChart<W extends Words = string> {
  readonly kind: 'flow';
  readonly unit: Unit;
  readonly whole: { readonly label: W; readonly total: Measure };
  readonly parts: readonly {
    readonly label: W;
    readonly role: SeriesRole;
    readonly total: Measure;
    /** What is to be told of the part, below its name. */
    readonly note?: { readonly label: W; readonly total: Measure };
  }[];
}

/** Single events by when they were and how large: one against those before it. */
export interface DotChart<W extends Words = string> {
  readonly kind: 'dots';
  readonly unit: Unit;
  /** What the legend calls the one that the chart is about, and all others. */
  readonly subject: W;
  readonly others: W;
  readonly dots: readonly {
    readonly at: number;
    readonly value: number;
    readonly label: W;
    /** 95 % interval of an estimate. */
    readonly interval?: Interval;
    readonly isSubject?: true;
  }[];
}

/** A line without axes, as wide as a word: how one number went. The last value is the one at hand. */
export interface SparklineChart {
  readonly kind: 'sparkline';
  readonly unit: Unit;
  readonly values: readonly (number | null)[];
}
