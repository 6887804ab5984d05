import type { ManifestRequest, ReportFiles } from '../../../src/deliver/deliver.ts';

/** Everything that a manifest of the report `reportId` is composed from, with `files` as its output. */
export function manifestRequest(options: {
  readonly reportId: string;
  readonly revision: number;
  readonly files: ReportFiles;
}): ManifestRequest {
  return {
    meta: {
      kind: 'incident',
      reportId: options.reportId,
      revision: options.revision,
      incidentId: options.reportId.replace(/-r\d+$/, ''),
      title: 'HTTP flood against the web shop',
      customer: { id: 'acme', name: 'Acme Shop' },
      provider: { name: 'Northwind Shield' },
      brandId: 'default',
      tlp: 'AMBER',
      audience: 'technical',
      window: { start: Date.UTC(2026, 10, 17, 13), end: Date.UTC(2026, 10, 17, 16) },
      timeZone: 'Europe/Berlin',
      locale: 'en-GB',
      paper: 'A4',
      createdAt: Date.UTC(2026, 10, 17, 17, 5, 9, 250),
      preparedBy: 'Security Operations Centre',
      toolVersion: '0.1.0',
    },
    versions: { tool: '0.1.0', template: '1', engine: 'DuckDB v1.5.5', node: '20.20.2' },
    configuration: [
      {
        path: 'customers/acme.yaml',
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
        bytes: 3,
      },
    ],
    inputs: [
      {
        id: 'in1',
        path: 'incidents/logs/http.ndjson',
        sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
        bytes: 1_024,
        formats: ['logpush/http_requests'],
        records: 12,
        rejected: 1,
        duplicates: 2,
        window: { start: Date.UTC(2026, 10, 17, 13, 58), end: Date.UTC(2026, 10, 17, 14, 20) },
      },
    ],
    files: options.files,
    rows: new Map([['data/fig-traffic.csv', 3]]),
    warnings: [{ code: 'rejected-lines', message: '1 of 13 lines could not be read.', input: 'in1' }],
    failedInsights: [],
    timings: [{ phase: 'read inputs', ms: 120 }],
  };
}
