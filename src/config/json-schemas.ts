import { z } from 'zod';
import {
  brandSchema,
  caseSchema,
  customerSchema,
  mappingSchema,
  noticesSchema,
  providerSchema,
  recommendationsSchema,
  templatesSchema,
  timelineSchema,
} from './schema.ts';

const TITLED = {
  debrief: [providerSchema, 'Debrief workspace (debrief.yaml)'],
  customer: [customerSchema, 'Debrief customer (customers/<id>.yaml)'],
  case: [caseSchema, 'Debrief case (incidents/<case>.yaml)'],
  brand: [brandSchema, 'Debrief brand (brands/<id>/brand.yaml)'],
  mapping: [mappingSchema, 'Debrief mapping of a CSV or JSON file'],
  timeline: [timelineSchema, 'Debrief timeline'],
  templates: [templatesSchema, 'Debrief templates of a workspace (templates/templates.yaml)'],
  recommendations: [recommendationsSchema, 'Debrief recommendations of the provider (recommendations.yaml)'],
  notices: [noticesSchema, 'Debrief deadlines of notices to authorities (notices.yaml)'],
} as const;

/**
 * File name → JSON Schema of what a person writes, for editors. Draft 7, which they all know. Rules that JSON Schema
 * cannot say (that a prefix is one, that a window ends after it starts) are checked by the program alone.
 */
export function composeJsonSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(TITLED).map(([name, [schema, title]]) => [
      `${name}.schema.json`,
      `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) }, null, 2)}\n`,
    ]),
  );
}
