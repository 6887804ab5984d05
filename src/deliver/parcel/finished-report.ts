import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ReportError } from '../../errors.ts';
import { TLP_LABELS } from '../../model/traffic.ts';
import { digestOf } from './artifacts.ts';

/** What delivery needs of `manifest.json`; the rest is for auditors. */
const manifestSchema = z.object({
  manifest: z.literal(1),
  reportId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$/),
  kind: z.string(),
  audience: z.string(),
  redaction: z.object({ profile: z.string() }).optional(),
  status: z.enum(['draft', 'review', 'final']).optional(),
  incidentId: z.string().optional(),
  periodId: z.string().optional(),
  revision: z.number().int().positive(),
  customer: z.object({ id: z.string(), name: z.string() }),
  tlp: z.enum(TLP_LABELS),
  period: z.object({ start: z.string(), end: z.string() }),
  createdAt: z.iso.datetime(),
  tickets: z.record(z.string(), z.string()).optional(),
  outputs: z.array(
    z.object({
      name: z.string().regex(/^(?:[a-z0-9][a-z0-9_-]*\/)?[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[a-z0-9]+){1,3}$/),
      sha256: z.string(),
      bytes: z.number(),
    }),
  ),
});

/** A report folder as it was published, every file checked against the manifest. */
export interface FinishedReport {
  /** Without links in it. */
  readonly folder: string;
  readonly manifest: z.output<typeof manifestSchema>;
  /** What kind of copy it is: `incident technical`, `incident regulator masked`. Revisions of one kind replace each other. */
  readonly kind: string;
  /** Incident or period; what the delivery key and file names are made of. */
  readonly subject: string;
  /** Every file by name, `manifest.json` too. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads a report folder whole.
 * @throws ReportError `file-not-found`; `report-altered` when a file is missing, was changed or is not in the manifest's hand.
 */
export async function openFinishedReport(dir: string): Promise<FinishedReport> {
  const folder = await realpath(dir).catch(() => undefined);
  const text = folder === undefined ? undefined : await readFile(join(folder, 'manifest.json')).catch(() => undefined);
  if (folder === undefined || text === undefined)
    throw new ReportError('file-not-found', `${dir} holds no manifest.json; it is no report folder`, {
      where: { file: dir },
      hint: 'Name the folder that debrief incident printed, such as reports/acme/INC-4821-r1.',
    });
  const manifest = readManifest(text, folder);
  const files = new Map<string, Uint8Array>([['manifest.json', text]]);
  const wrong: string[] = [];
  for (const { name, sha256 } of manifest.outputs) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    if (bytes === undefined) wrong.push(`${name} is gone`);
    else if (digestOf(bytes) !== sha256) wrong.push(`${name} was changed`);
    else files.set(name, bytes);
  }
  if (wrong.length > 0) throw altered(folder, wrong.join(', '));
  const kind = [manifest.kind, manifest.audience, manifest.redaction?.profile]
    .filter((part) => part !== undefined)
    .join(' ');
  return { folder, manifest, kind, subject: manifest.periodId ?? manifest.incidentId ?? manifest.reportId, files };
}

function readManifest(text: Uint8Array, folder: string): z.output<typeof manifestSchema> {
  try {
    return manifestSchema.parse(JSON.parse(new TextDecoder().decode(text)));
  } catch {
    throw altered(folder, 'manifest.json is not one that this Debrief wrote');
  }
}

function altered(folder: string, what: string): ReportError {
  return new ReportError('report-altered', `${folder}: ${what}`, {
    where: { file: folder },
    hint: 'A published report is never changed; make a new revision.',
  });
}
