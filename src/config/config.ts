export { type BrowserSettings, readBrowserSettings } from './browser-settings.ts';
export type { Brand, Case, CaseInput } from './case.ts';
export { formatFault } from './faults.ts';
export { composeJsonSchemas } from './json-schemas.ts';
export { type LoadCaseOptions, loadCase } from './load-case.ts';
export { nearestOf } from './nearest.ts';
export {
  type CustomerFile,
  type MappingFile,
  mappingSchema,
  type ProviderFile,
  type TimelineFile,
  timelineSchema,
} from './schema.ts';
export { loadWorkspace, type Workspace } from './workspace.ts';
export { findWorkspace } from './workspace-files.ts';
export { readYaml, type YamlValue } from './yaml-text.ts';
