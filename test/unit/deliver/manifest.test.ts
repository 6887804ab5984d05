import { describe, expect, test } from 'vitest';
import { composeManifest } from '../../../src/deliver/deliver.ts';
import { manifestRequest } from './manifest-fixture.ts';

const files = new Map<string, string | Uint8Array>([
  ['report.html', 'abc'],
  ['data/fig-traffic.csv', '"ü"\r\n'],
]);

describe('a manifest', () => {
  test('describes every file by name, with its digest and its length in bytes', () => {
    const { outputs } = composeManifest(manifestRequest({ reportId: 'INC-1-r2', revision: 2, files }));
    expect(outputs).toEqual([
      {
        name: 'data/fig-traffic.csv',
        sha256: '4fffedbaacce0b21e3a1a120fdbe773f8bbd45863319f96f378b577b1690d996',
        bytes: 6,
        rows: 3,
      },
      // The first test vector of FIPS 180-4.
      { name: 'report.html', sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', bytes: 3 },
    ]);
  });

  test('states whose report it is, of which period, from which inputs and with which tools', () => {
    const manifest = composeManifest(manifestRequest({ reportId: 'INC-1-r2', revision: 2, files }));
    expect(manifest).toMatchObject({
      manifest: 1,
      reportId: 'INC-1-r2',
      kind: 'incident',
      incidentId: 'INC-1',
      revision: 2,
      customer: { id: 'acme', name: 'Acme Shop' },
      tlp: 'AMBER',
      audience: 'technical',
      period: { start: '2026-11-17T13:00:00.000Z', end: '2026-11-17T16:00:00.000Z' },
      timeZone: 'Europe/Berlin',
      createdAt: '2026-11-17T17:05:09.250Z',
      versions: { tool: '0.1.0', template: '1', engine: 'DuckDB v1.5.5', node: '20.20.2' },
      inputs: [
        {
          id: 'in1',
          path: 'incidents/logs/http.ndjson',
          records: 12,
          rejected: 1,
          duplicates: 2,
          period: { start: '2026-11-17T13:58:00.000Z', end: '2026-11-17T14:20:00.000Z' },
        },
      ],
      configuration: [{ path: 'customers/acme.yaml', bytes: 3 }],
      warnings: [{ code: 'rejected-lines', input: 'in1' }],
      timings: [{ phase: 'read inputs', ms: 120 }],
    });
    expect(Object.keys(manifest.versions)).not.toContain('browser');
  });

  test('is the same for the same request, in whatever order its files came', () => {
    const turned = new Map([...files].reverse());
    expect(composeManifest(manifestRequest({ reportId: 'INC-1-r1', revision: 1, files: turned }))).toStrictEqual(
      composeManifest(manifestRequest({ reportId: 'INC-1-r1', revision: 1, files })),
    );
  });
});
