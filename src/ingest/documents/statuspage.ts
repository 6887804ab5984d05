import type { Milestone } from '../../model/traffic.ts';
import type { TimelineEntry } from '../dataset.ts';
import type { DocumentReader, InputDocument } from '../format.ts';
import { toEpochMs } from '../normalize.ts';
import { collectFaults, type Faults } from './faults.ts';
import { documentsOf, fieldOf, isRecord, type JsonRecord, listOf, pathOfDocument } from './json-values.ts';
import { textOfHtml, toDetail, toTitle } from './plain-text.ts';

type Path = readonly (string | number)[];

/** Incidents of an Atlassian Statuspage: what was published, so every update is for the customer. */
export const statuspageReader: DocumentReader = {
  id: 'statuspage',
  recognises: (document) => {
    const incidents = allIncidents(document.json);
    return incidents.length > 0 && incidents.every(({ incident }) => Array.isArray(incident.incident_updates));
  },
  read(document, collector) {
    const faults = collectFaults(document);
    const entries = allIncidents(document.json).flatMap(({ incident, path }) =>
      readIncident(document, incident, path, faults),
    );
    faults.throwIfAny();
    collector.count(document.inputId, entries.length);
    for (const entry of entries) collector.timeline(entry);
  },
};

function allIncidents(json: unknown): { incident: JsonRecord; path: Path }[] {
  return documentsOf(json).flatMap((answer, index) => {
    const path = pathOfDocument(json, index);
    const single = fieldOf(answer, 'incident');
    if (isRecord(single)) return { incident: single, path: [...path, 'incident'] };
    const list = fieldOf(answer, 'incidents');
    if (Array.isArray(list))
      return list.flatMap((incident, position) =>
        isRecord(incident) ? { incident, path: [...path, 'incidents', position] } : [],
      );
    return isRecord(answer) && Array.isArray(answer.incident_updates) ? { incident: answer, path } : [];
  });
}

/** What a status says about the incident as the customer saw it. "Monitoring" claims no more than that something was done. */
const MILESTONES: ReadonlyMap<string, Milestone> = new Map([
  ['investigating', 'update'],
  ['identified', 'update'],
  ['monitoring', 'update'],
  ['resolved', 'resolved'],
]);

function readIncident(document: InputDocument, incident: JsonRecord, path: Path, faults: Faults): TimelineEntry[] {
  const name = toTitle(incident.name) ?? 'Incident';
  const entries = listOf(incident.incident_updates)
    .flatMap((update, index) => (isRecord(update) ? { update, path: [...path, 'incident_updates', index] } : []))
    .flatMap((found) => readUpdate(document, name, found, faults))
    .sort((a, b) => a.at - b.at);
  // The first word to the public is when customers were told, whatever the status was.
  return entries.map((entry, index) =>
    index === 0 && entry.milestone === 'update' ? { ...entry, milestone: 'customer_notified' } : entry,
  );
}

function readUpdate(
  document: InputDocument,
  name: string,
  { update, path }: { update: JsonRecord; path: Path },
  faults: Faults,
): TimelineEntry[] {
  // `display_at` is what the page shows; it may be set back to when things really happened.
  const key = update.display_at === undefined || update.display_at === null ? 'created_at' : 'display_at';
  const time = toEpochMs(fieldOf(update, key), { timeZone: document.input.timeZone });
  if (!time || time.assumedZone) {
    faults.addAt(`${JSON.stringify(fieldOf(update, key)) ?? 'nothing'} is not a time with a zone`, [...path, key]);
    return [];
  }
  const status = typeof update.status === 'string' ? update.status : '';
  const detail = typeof update.body === 'string' ? toDetail(textOfHtml(update.body)) : undefined;
  return [
    {
      at: time.at,
      precisionMs: time.precisionMs,
      milestone: MILESTONES.get(status) ?? 'note',
      title: toTitle(`${name}${status === '' ? '' : `: ${status.replaceAll('_', ' ')}`}`) ?? name,
      ...(detail !== undefined && { detail }),
      actorKind: 'soc',
      visibility: 'customer',
      source: 'Statuspage',
      originalTime: String(fieldOf(update, key)),
      input: document.inputId,
    },
  ];
}
