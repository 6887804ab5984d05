import type { Writer } from '../text/text.ts';
import type { Painting } from './painter.ts';
import type { SvgLayer } from './svg.ts';
import type { ChartColours, Theme } from './theme.ts';

/** A rectangle in px from the top left of the picture. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface DrawOptions {
  readonly writer: Writer;
  readonly colours: ChartColours;
  /** px at 96 an inch. */
  readonly width: number;
  /** A wish: a chart with rows is as high as its rows need. */
  readonly height?: number;
  /** Begins every id, so that several charts can stand in one page: letters, digits and hyphens. */
  readonly idPrefix: string;
}

/** What every kind of chart is given. */
export interface DrawContext {
  readonly writer: Writer;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number | undefined;
}

/** A finished chart in three layers: what lies behind the data, the data as Chart.js draws them, and all words. */
export interface Drawing {
  readonly height: number;
  readonly under: SvgLayer;
  readonly painting?: Painting;
  /** Where the data stand in a chart that paints them itself. */
  readonly plot?: Area;
  readonly over: SvgLayer;
}
