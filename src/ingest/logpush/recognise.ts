import { dnsFirewall } from './dns-firewall.ts';
import { firewallEvents } from './firewall-events.ts';
import { httpRequests } from './http-requests.ts';
import { idsDetections } from './ids-detections.ts';
import type { LogDataset } from './log-dataset.ts';
import { networkAnalytics } from './network-analytics.ts';
import { spectrumEvents } from './spectrum-events.ts';

/** Every kind of Logpush log that is read, in the order in which a record is tried. */
export const LOG_DATASETS: readonly LogDataset[] = [
  httpRequests,
  networkAnalytics,
  firewallEvents,
  spectrumEvents,
  idsDetections,
  dnsFirewall,
];

/** Format ids as in a case file: `logpush/http_requests`. */
export function formatOf(dataset: LogDataset): string {
  return `logpush/${dataset.name}`;
}

/** The kind of log that a record with these field names, in any case, belongs to; undefined when it is none of ours. */
export function datasetOfFields(names: Iterable<string>): LogDataset | undefined {
  const present = new Set(Array.from(names, (name) => name.toLowerCase()));
  return LOG_DATASETS.find((dataset) =>
    dataset.marks.every((group) => group.some((field) => present.has(field.toLowerCase()))),
  );
}

/** The same for a value that was read from a line; undefined for anything but an object. */
export function datasetOfRecord(record: unknown): LogDataset | undefined {
  return isRecord(record) ? datasetOfFields(Object.keys(record)) : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
