export { readBrowserSettings } from './browser-settings.ts';
export type { Brand, Case, CaseInput, ConfigFile, CustomTemplates, Inputs, Standing } from './case.ts';
export { REPLACEABLE_TEMPLATES } from './custom-templates.ts';
export { type CustomerDestination, type DestinationSystem, isLoopback, secretsOf } from './destinations.ts';
export { type IndustryFigure, loadIndustryContext } from './industry-context.ts';
export { composeJsonSchemas } from './json-schemas.ts';
export { loadCase } from './load-case.ts';
export { loadStanding } from './load-standing.ts';
export { isTimeZone } from './names.ts';
export { nearestOf } from './nearest.ts';
export { readQueueSettings } from './queue-settings.ts';
export { loadSchedules, type Schedule, type ScheduledCustomer, type Schedules } from './schedules.ts';
export {
  type CustomerFile,
  type MappingFile,
  mappingSchema,
  timelineSchema,
} from './schema.ts';
export { loadWorkspace, type Workspace } from './workspace.ts';
export { findWorkspace } from './workspace-files.ts';
export { readYaml } from './yaml-text.ts';
