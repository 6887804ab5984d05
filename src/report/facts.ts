import { type AttackStats, type LayerStats, leadingLayer, resolutionBetween } from '../aggregate/aggregate.ts';
import type { EarlierRevision } from '../archive/archive.ts';
import type { Case } from '../config/config.ts';
import type { Dataset, TrafficSource } from '../ingest/ingest.ts';
import { distanceWords, type Findings } from '../insight/insight.ts';
import type { Phrase } from '../model/phrase.ts';
import type { FigureBlock, TableBlock } from './composed.ts';

/** Everything a report is composed from. */
export interface IncidentFacts {
  readonly case: Case;
  readonly dataset: Omit<Dataset, 'engine'>;
  readonly stats: AttackStats;
  readonly findings: Findings;
  readonly reportId: string;
  readonly revision: number;
  /** The revision before this one; absent in a first one. */
  readonly earlier?: EarlierRevision;
  /** Epoch ms, from the caller's clock. */
  readonly createdAt: number;
  readonly toolVersion: string;
}

/** Numbers figures and tables in the order in which they are made. */
export interface Numbering {
  /** Gives a figure its number in reading order. */
  figure(parts: Omit<FigureBlock, 'kind' | 'number'>): FigureBlock;
  /** Gives a table its number in reading order; `totalRows` follows from its data unless it is stated. */
  table(parts: Omit<TableBlock, 'kind' | 'number' | 'totalRows'> & { readonly totalRows?: number }): TableBlock;
}

/** What every chapter is given. */
export interface ChapterContext extends Numbering {
  readonly facts: IncidentFacts;
  /** The layer that the cover speaks of; absent when no traffic was measured at all. */
  readonly main?: LayerStats;
  sourceOf(layer: LayerStats): TrafficSource;
}

export function createNumbering(): Numbering {
  let figures = 0;
  let tables = 0;
  return {
    figure: (parts) => ({ kind: 'figure', number: ++figures, ...parts }),
    table: (parts) => ({ kind: 'table', number: ++tables, totalRows: parts.data.rows.length, ...parts }),
  };
}

export function createContext(facts: IncidentFacts): ChapterContext {
  const main = leadingLayer(facts.stats);
  const sources = new Map(facts.dataset.sources.map((source) => [source.id, source]));
  return {
    facts,
    ...(main && { main }),
    ...createNumbering(),
    sourceOf: (layer) => {
      const source = sources.get(layer.source);
      if (!source) throw new Error(`statistics name the source ${layer.source}, which the dataset does not have`);
      return source;
    },
  };
}

/** Whether the data has a time to mitigate that can be one: a negative one is a contradiction of the sources. */
export function hasTimeToMitigate({ facts }: ChapterContext): boolean {
  const { timeToMitigate } = facts.stats.clocks;
  return timeToMitigate !== undefined && timeToMitigate.value >= 0;
}

/** `15.9 s`, or `less than 1 min` where the clocks are no finer; the time from the first attack traffic to the first mitigation. */
export function mitigateWords({ facts }: ChapterContext): Phrase {
  const { timeToMitigate, firstAttack, mitigated } = facts.stats.clocks;
  return timeToMitigate && mitigated ? distanceWords(timeToMitigate, resolutionBetween(firstAttack, mitigated)) : [];
}
