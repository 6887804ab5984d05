import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '../../src/generate.ts';
import { silentLog } from '../../src/log.ts';
import type { BrowserHandle } from '../../src/render/render.ts';
import type { Analysis, ReportModel } from '../../src/report/report.ts';
import type { GeneratedReport } from '../../src/stages.ts';
import { SAMPLE_WORKSPACE, type SampleCase } from './truth.ts';

/** The clock of every sample report that a test makes. */
const MADE_AT = Date.UTC(2026, 10, 23, 9, 0, 0);

export interface SampleReport {
  readonly generated: GeneratedReport;
  readonly html: string;
  readonly json: {
    readonly meta: ReportModel['meta'];
    readonly model: Omit<ReportModel, 'meta'>;
    readonly analysis: Analysis;
  };
}

/** For reports without a PDF: asked to print, it fails the test. */
export const noBrowser: BrowserHandle = {
  warm: () => undefined,
  print: () => Promise.reject(new Error('no report of this test is printed')),
  version: () => Promise.reject(new Error('no report of this test is printed')),
  close: () => Promise.resolve(),
};

/** Makes the report of a sample case without a browser, in a folder that is removed again. */
export function makeSampleReport(
  id: SampleCase,
  audience: ReportModel['meta']['audience'] = 'technical',
): Promise<SampleReport> {
  return makeIncidentIn(SAMPLE_WORKSPACE, id, audience);
}

/** The same in a copy of the sample workspace. */
export async function makeIncidentIn(
  workspaceDir: string,
  id: SampleCase,
  audience: ReportModel['meta']['audience'] = 'technical',
): Promise<SampleReport> {
  const outDir = mkdtempSync(join(tmpdir(), 'debrief-sample-'));
  try {
    const generated = await generate(
      {
        caseFile: join(workspaceDir, `incidents/${id}.yaml`),
        audience,
        outDir,
        formats: ['html', 'json', 'csv'],
        strict: false,
      },
      { now: () => MADE_AT, log: silentLog, signal: new AbortController().signal, browser: noBrowser },
    );
    const read = (name: string) => readFileSync(join(generated.folder, name), 'utf8');
    // Written by writeReportJson from these very types; the schema test holds it.
    return { generated, html: read('report.html'), json: JSON.parse(read('report.json')) as SampleReport['json'] };
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
