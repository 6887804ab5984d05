import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateWeekly } from '../../src/generate-weekly.ts';
import { silentLog } from '../../src/log.ts';
import { parsePeriod } from '../../src/model/period.ts';
import type { ReportModel, WeeklyAnalysis } from '../../src/report/report.ts';
import type { GeneratedReport } from '../../src/stages.ts';
import { noBrowser } from './sample-report.ts';

export interface WeeklyReport {
  readonly generated: GeneratedReport;
  readonly html: string;
  readonly summary: string;
  /** Rows of a file of `data/`, without its head. */
  readonly csv: (id: string) => readonly string[];
  readonly json: {
    readonly meta: ReportModel['meta'];
    readonly model: Omit<ReportModel, 'meta'>;
    readonly analysis: WeeklyAnalysis;
  };
}

/** Makes a summary without a browser. Without `outDir` its folder is removed again. */
export async function makeWeekly(request: {
  readonly workspaceDir: string;
  readonly customerId: string;
  readonly week: string;
  readonly timeZone: string;
  readonly outDir?: string;
  readonly now?: number;
}): Promise<WeeklyReport> {
  const outDir = request.outDir ?? mkdtempSync(join(tmpdir(), 'debrief-weekly-'));
  try {
    const generated = await generateWeekly(
      {
        workspaceDir: request.workspaceDir,
        customerId: request.customerId,
        period: parsePeriod(request.week, request.timeZone),
        formats: ['html', 'json', 'csv'],
        outDir,
      },
      {
        now: () => request.now ?? Date.UTC(2026, 10, 23, 9, 0, 0),
        log: silentLog,
        signal: new AbortController().signal,
        browser: noBrowser,
      },
    );
    const read = (name: string) => readFileSync(join(generated.folder, name), 'utf8');
    const files = new Map(
      readdirSync(join(generated.folder, 'data')).map((name) => [
        name.replace(/\.csv$/u, ''),
        read(`data/${name}`).trimEnd().split('\r\n').slice(1),
      ]),
    );
    return {
      generated,
      html: read('report.html'),
      summary: read('summary.md'),
      csv: (id) => files.get(id) ?? [],
      // Written by writeReportJson from these very types; the schema test holds it.
      json: JSON.parse(read('report.json')) as WeeklyReport['json'],
    };
  } finally {
    if (request.outDir === undefined) rmSync(outDir, { recursive: true, force: true });
  }
}
