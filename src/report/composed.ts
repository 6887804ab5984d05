import type { Words } from '../model/phrase.ts';
import type * as Model from './report-model.ts';

// The model while it is being composed: every text of ours is a message, which no language has been chosen for.

export type ReportModel = Model.ReportModel<Words>;
export type Cover = Model.Cover<Words>;
export type Tile = Model.Tile<Words>;
export type Chapter = Model.Chapter<Words>;
export type Block = Model.Block<Words>;
export type FigureBlock = Model.FigureBlock<Words>;
export type TableBlock = Model.TableBlock<Words>;
export type StatementsBlock = Model.StatementsBlock;
export type Column = Model.Column<Words>;
