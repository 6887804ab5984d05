import type { CustomTemplates } from '../config/config.ts';
import type { ReportModel } from './report-model.ts';

/** The model with the sections that the workspace adds to such a report, each behind the chapter it follows or last. */
export function withSections(model: ReportModel, templates: CustomTemplates | undefined): ReportModel {
  const { kind, audience } = model.meta;
  const chapters = [...model.chapters];
  for (const { id, title, template, after, audiences, kinds } of templates?.sections ?? []) {
    if (audiences?.includes(audience) === false || kinds?.includes(kind) === false) continue;
    const found = chapters.findIndex((chapter) => chapter.id === after);
    const at = found < 0 ? chapters.length : found + 1;
    chapters.splice(at, 0, { id, title, startsPage: false, blocks: [], template: template.path });
  }
  return { ...model, chapters };
}
