import { createHash } from 'node:crypto';
import type { ConfigFile } from '../config/config.ts';
import type { DataWarning, InputFile } from '../ingest/ingest.ts';
import type { ReportMeta } from '../report/report.ts';

/** Content of the files of a report by name. Text is UTF-8. */
export type ReportFiles = ReadonlyMap<string, Uint8Array | string>;

/**
 * What a report was made from and with, as `manifest.json` beside it: enough to check that no file was changed since and
 * to make the report again. Times are ISO 8601 UTC, lengths of time milliseconds.
 */
export interface Manifest {
  /** Version of this layout. */
  readonly manifest: 1;
  readonly reportId: string;
  readonly kind: ReportMeta['kind'];
  /** Of a report of an incident. */
  readonly incidentId?: string;
  /** Of a summary: `2026-W47`. */
  readonly periodId?: string;
  readonly revision: number;
  readonly customer: { readonly id: string; readonly name: string };
  readonly tlp: ReportMeta['tlp'];
  readonly audience: ReportMeta['audience'];
  /** How far the report is, and who answers for a final one; absent where the workspace does not say. */
  readonly status?: ReportMeta['status'];
  readonly approval?: { readonly by: string; readonly at: string };
  /** How values are masked; absent in a copy that shows everything. */
  readonly redaction?: ReportMeta['redaction'];
  /** Half-open. */
  readonly period: { readonly start: string; readonly end: string };
  readonly timeZone: string;
  readonly createdAt: string;
  /** Tickets of the incident by destination; absent when the case names none. */
  readonly tickets?: Readonly<Record<string, string>>;
  readonly versions: Versions;
  readonly inputs: readonly ManifestInput[];
  /** Files of the workspace that say how the report is made: debrief.yaml, case, customer, brand, logo, mappings. */
  readonly configuration: readonly ConfigFile[];
  /** Every file of the report but the manifest, by name. */
  readonly outputs: readonly ManifestOutput[];
  readonly warnings: readonly Omit<DataWarning, 'told'>[];
  /** Insights that threw and were left out. */
  readonly failedInsights: readonly { readonly insight: string; readonly message: string }[];
  readonly timings: readonly { readonly phase: string; readonly ms: number }[];
}

export interface Versions {
  readonly tool: string;
  readonly template: string;
  readonly engine: string;
  readonly node: string;
  /** Absent when nothing was printed. */
  readonly browser?: string;
}

interface ManifestInput {
  readonly id: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly formats: readonly string[];
  readonly records: number;
  readonly rejected: number;
  readonly duplicates: number;
  readonly period?: { readonly start: string; readonly end: string };
}

export interface ManifestOutput {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Rows of a table, without its head. */
  readonly rows?: number;
}

export interface ManifestRequest {
  readonly meta: ReportMeta;
  readonly tickets?: Readonly<Record<string, string>>;
  readonly versions: Versions;
  readonly inputs: readonly InputFile[];
  readonly configuration: readonly ConfigFile[];
  readonly files: ReportFiles;
  /** Rows of the files that are tables, by name. */
  readonly rows: ReadonlyMap<string, number>;
  readonly warnings: readonly DataWarning[];
  readonly failedInsights: Manifest['failedInsights'];
  readonly timings: Manifest['timings'];
}

/** Pure: the same request gives the same manifest, outputs in the order of their names. */
export function composeManifest(request: ManifestRequest): Manifest {
  const { meta } = request;
  return {
    manifest: 1,
    reportId: meta.reportId,
    kind: meta.kind,
    ...(meta.kind === 'incident' ? { incidentId: meta.incidentId } : { periodId: meta.period.id }),
    revision: meta.revision,
    customer: { id: meta.customer.id, name: meta.customer.name },
    tlp: meta.tlp,
    audience: meta.audience,
    ...(meta.status !== undefined && { status: meta.status }),
    ...(meta.approval && { approval: { by: meta.approval.by, at: iso(meta.approval.at) } }),
    ...(meta.redaction && { redaction: meta.redaction }),
    period: { start: iso(meta.window.start), end: iso(meta.window.end) },
    timeZone: meta.timeZone,
    createdAt: iso(meta.createdAt),
    ...(request.tickets && Object.keys(request.tickets).length > 0 && { tickets: request.tickets }),
    versions: request.versions,
    inputs: request.inputs.map(({ window, id, path, sha256, bytes, formats, records, rejected, duplicates }) => ({
      id,
      path,
      sha256,
      bytes,
      formats,
      records,
      rejected,
      duplicates,
      ...(window && { period: { start: iso(window.start), end: iso(window.end) } }),
    })),
    configuration: request.configuration,
    outputs: [...request.files]
      .map(([name, content]) => describeOutput(name, content, request.rows.get(name)))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    warnings: request.warnings.map(({ told: _told, ...warning }) => warning),
    failedInsights: request.failedInsights,
    timings: request.timings,
  };
}

export function describeOutput(name: string, content: Uint8Array | string, rows?: number): ManifestOutput {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength;
  return { name, sha256, bytes, ...(rows !== undefined && { rows }) };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
