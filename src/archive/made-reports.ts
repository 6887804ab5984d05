import { z } from 'zod';
import { isTimeZone } from '../config/config.ts';
import { type FoundReport, findReports, readReportFile } from './report-folders.ts';

/** A report that was made, as its manifest tells; of one without, as its report.json does. */
export interface MadeReport {
  readonly customerId: string;
  readonly kind: 'incident' | 'weekly';
  /** `INC-4821`, `2026-W47`. */
  readonly id: string;
  readonly revision: number;
  readonly reportId: string;
  /** Relative to the workspace. */
  readonly folder: string;
  readonly period: { readonly start: string; readonly end: string };
  /** The zone of the customer when it was made, in which its days are days. */
  readonly timeZone: string;
  readonly createdAt: string;
  /** Absent without a manifest. */
  readonly files?: number;
  /** Whether a later revision is there. */
  readonly state: 'current' | 'replaced';
}

const LARGEST_MANIFEST_BYTES = 16 * 1024 * 1024;

const timeZone = z.string().refine(isTimeZone).catch('UTC');

// What of a manifest is needed here; older ones have no kind but incident.
const manifest = z.object({
  reportId: z.string(),
  kind: z.enum(['incident', 'weekly']),
  revision: z.number().int().positive(),
  customer: z.object({ id: z.string() }),
  period: z.object({ start: z.iso.datetime(), end: z.iso.datetime() }),
  timeZone,
  createdAt: z.iso.datetime(),
  outputs: z.array(z.unknown()),
});

const LARGEST_REPORT_BYTES = 64 * 1024 * 1024;

const instant = z
  .number()
  .min(-8.64e15)
  .max(8.64e15)
  .transform((at) => new Date(at).toISOString());
const reportJson = z
  .object({
    meta: z.object({
      reportId: z.string(),
      kind: z.enum(['incident', 'weekly']),
      revision: z.number().int().positive(),
      customer: z.object({ id: z.string() }),
      window: z.object({ start: instant, end: instant }),
      timeZone,
      createdAt: instant,
    }),
  })
  .transform(({ meta: { window, ...meta } }) => ({ ...meta, period: window }));

/**
 * Every report in `reports/<customer>/` that says of itself that it is of this customer, the latest made last, and a sentence for
 * each folder that cannot be used.
 */
export async function listReports(
  workspaceDir: string,
  customerId: string,
): Promise<{ readonly reports: readonly MadeReport[]; readonly warnings: readonly string[] }> {
  const found = await findReports(workspaceDir, customerId);
  const latest = new Map<string, number>();
  for (const { id, revision } of found) latest.set(id, Math.max(revision, latest.get(id) ?? 0));
  const reports: MadeReport[] = [];
  const warnings: string[] = [];
  for (const report of found) {
    const told = await readFacts(report);
    if (told?.customer.id !== customerId || told.reportId !== `${report.id}-r${report.revision}`) {
      warnings.push(`${report.path} ${told ? 'is not what its name says' : 'has no manifest that can be read'}.`);
      continue;
    }
    const { kind, reportId, revision, period, timeZone, createdAt, outputs } = told;
    reports.push({
      customerId,
      kind,
      id: report.id,
      revision,
      reportId,
      folder: report.path,
      period,
      timeZone,
      createdAt,
      ...(outputs && { files: outputs.length }),
      state: revision === latest.get(report.id) ? 'current' : 'replaced',
    });
  }
  reports.sort((a, b) =>
    a.createdAt === b.createdAt ? (a.folder < b.folder ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1,
  );
  return { reports, warnings };
}

type Facts = z.infer<typeof reportJson> & { readonly outputs?: readonly unknown[] };

async function readFacts(report: FoundReport): Promise<Facts | undefined> {
  const [first, second] = [
    await readReportFile(report, 'manifest.json', LARGEST_MANIFEST_BYTES),
    await readReportFile(report, 'report.json', LARGEST_REPORT_BYTES),
  ];
  const told = 'text' in first ? manifest.safeParse(parsed(first.text)) : undefined;
  if (told) return told.data;
  return 'text' in second ? reportJson.safeParse(parsed(second.text)).data : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
