export { analyse } from './analysis.ts';
export type { IncidentFacts } from './facts.ts';
export { composeIncident } from './incident.ts';
export type {
  Analysis,
  Block,
  Cell,
  Chapter,
  Column,
  DataTable,
  Estimate,
  FigureBlock,
  ReportMeta,
  ReportModel,
  RuleFile,
  StatementsBlock,
  TableBlock,
} from './report-model.ts';
