export { ERROR_CODES, type ErrorCode, ReportError } from './errors.ts';
export {
  type CheckEffects,
  type CheckRequest,
  check,
  type GeneratedReport,
  type GenerateEffects,
  type GenerateRequest,
  generate,
} from './generate.ts';
export { type Log, silentLog } from './log.ts';
export { type BrowserHandle, openBrowser } from './render/render.ts';
