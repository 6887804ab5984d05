export { ERROR_CODES, type ErrorCode, ReportError } from './errors.ts';
export { type CheckRequest, check, type GenerateRequest, generate } from './generate.ts';
export { type GenerateWeeklyRequest, generateWeekly } from './generate-weekly.ts';
export { type Log, silentLog } from './log.ts';
export { type Period, parsePeriod, periodAt, previousPeriod } from './model/period.ts';
export { type BrowserHandle, openBrowser } from './render/render.ts';
export type { CheckEffects, GeneratedReport, GenerateEffects } from './stages.ts';
