import { readYaml, timelineSchema } from '../../config/config.ts';
import type { DocumentReader, InputDocument } from '../format.ts';
import { createEntryClock } from './entry-clock.ts';
import { collectFaults } from './faults.ts';
import { fieldOf, isRecord, listOf } from './json-values.ts';

/** Timelines that engineers write by hand, in YAML 1.2 (or JSON, which is YAML). */
export const yamlTimelineReader: DocumentReader = {
  id: 'timeline/yaml',
  recognises: ({ json, text }) => {
    if (json === undefined) return /^entries[ \t]*:/m.test(text);
    const entries = listOf(fieldOf(json, 'entries'));
    return (
      entries.length > 0 &&
      entries.every((entry) => isRecord(entry) && Object.hasOwn(entry, 'at') && Object.hasOwn(entry, 'title'))
    );
  },
  read(document, collector) {
    const { value: file, placeOf } = readYaml(document.text, document.input.path, timelineSchema);
    const faults = collectFaults(document);
    const clock = createEntryClock({ date: file.date, timeZone: file.timeZone ?? document.input.timeZone });
    const entries = file.entries.flatMap((entry, index) => {
      const fault = (problem: string, key: 'at' | 'end') =>
        faults.add(problem, { ...placeOf(['entries', index, key]), field: `entries[${index}].${key}` });
      const start = clock.read(entry.at);
      if ('problem' in start) {
        fault(start.problem, 'at');
        return [];
      }
      const end = entry.end === undefined ? undefined : clock.readEnd(entry.end, start.at);
      if (end && 'problem' in end) fault(end.problem, 'end');
      return {
        at: start.at,
        ...(end && 'at' in end && { end: end.at }),
        precisionMs: start.precisionMs,
        milestone: entry.milestone,
        title: entry.title,
        ...(entry.detail !== undefined && { detail: entry.detail }),
        ...(entry.actor !== undefined && { actor: entry.actor }),
        actorKind: entry.actorKind,
        visibility: entry.visibility,
        source: fileName(document),
        originalTime: entry.at,
        input: document.inputId,
      };
    });
    faults.throwIfAny();
    collector.count(document.inputId, entries.length);
    for (const entry of entries) collector.timeline(entry);
  },
};

function fileName(document: InputDocument): string {
  return document.input.path.split('/').at(-1) ?? document.input.path;
}
