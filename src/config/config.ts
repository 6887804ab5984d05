export type { Brand, Case, CaseInput } from './case.ts';
export type { CustomerFile, MappingFile, TimelineFile } from './schema.ts';
