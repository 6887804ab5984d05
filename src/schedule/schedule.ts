export { backfill, planBackfill } from './backfill.ts';
export { type Assignment, type DuePlan, explainDue } from './due.ts';
export { type FleetOutcome, type FleetProgress, type FleetTask, runFleet, type TaskEffects } from './fleet.ts';
export type { HandedOver } from './hand-over.ts';
export { openPgBossQueue } from './pg-boss-queue.ts';
export {
  type DueEffects,
  examineSchedules,
  type MakeReport,
  planRun,
  runDue,
  type ScheduleHealth,
} from './run-due.ts';
export { composeRunManifest, writeRunManifest } from './run-manifest.ts';
export type { WorkQueue } from './work-queue.ts';
export { workQueue } from './worker.ts';
