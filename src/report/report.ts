export { analyse } from './analysis.ts';
export type { IncidentFacts } from './facts.ts';
export { composeIncident } from './incident.ts';
export type {
  Analysis,
  Block,
  CalloutBlock,
  Cell,
  Chapter,
  Column,
  Cover,
  DataTable,
  DefinitionsBlock,
  Estimate,
  FigureBlock,
  ReportMeta,
  ReportModel,
  StatementsBlock,
  TableBlock,
  TextBlock,
  Tile,
} from './report-model.ts';
