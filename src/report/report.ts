export { analyse } from './analysis.ts';
export { blocksOf, figuresOf } from './blocks.ts';
export type { ReportModel as ComposedModel } from './composed.ts';
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
  IncidentMeta,
  ReportMeta,
  ReportModel,
  RuleFile,
  StatementsBlock,
  TableBlock,
  WeeklyAnalysis,
  WeeklyMeta,
} from './report-model.ts';
export { withSections } from './sections.ts';
export { analyseWeek } from './weekly/analysis.ts';
export { correctionsOf } from './weekly/corrections.ts';
export { composeWeekly } from './weekly.ts';
