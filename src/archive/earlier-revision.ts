import { join } from 'node:path';
import { z } from 'zod';
import type { Inline } from '../model/phrase.ts';
import { readOwnFile } from './own-files.ts';
import { readPhrase } from './past-phrase.ts';

/** What an earlier revision of the same report told, as far as a later one tells what changed. */
export interface EarlierRevision {
  readonly revision: number;
  readonly createdAt: number;
  readonly audience?: string;
  /** 0 (no attack) to 4 (outage). */
  readonly severity?: number;
  readonly waves: number;
  /** By their id; reports made before tiles had one tell them by their English label. */
  readonly tiles: readonly { readonly id?: string; readonly label: string; readonly value: Inline }[];
  /** Clause of the agreement → how it was judged. */
  readonly promises: ReadonlyMap<string, string>;
  /** Number of input files; absent where that report does not list them. */
  readonly inputs?: number;
}

/** A report.json of a long incident has some megabytes. */
const LARGEST_REPORT = 256e6;

const stored = z.object({
  meta: z.object({
    kind: z.literal('incident'),
    incidentId: z.string(),
    revision: z.number(),
    customer: z.object({ id: z.string() }),
    createdAt: z.number().min(-8.64e15).max(8.64e15),
    audience: z.string().optional(),
  }),
  model: z.object({
    cover: z.object({ tiles: z.array(z.object({ id: z.string().optional(), label: z.string(), value: z.unknown() })) }),
    chapters: z.array(
      z.object({
        blocks: z.array(
          z.object({
            id: z.string().optional(),
            data: z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.unknown())) }).optional(),
          }),
        ),
      }),
    ),
  }),
  analysis: z.object({
    severity: z.object({ level: z.number().int().min(0).max(4) }).optional(),
    waves: z.array(z.unknown()),
  }),
});

/**
 * The newest revision before `before` in the folder of all revisions that can be read; undefined where there is none. One of
 * another customer or incident is none, whatever its folder is called.
 */
export async function readEarlierRevision(
  outDir: string,
  expected: { readonly customerId: string; readonly incidentId: string; readonly before: number },
): Promise<EarlierRevision | undefined> {
  for (let revision = expected.before - 1; revision >= 1; revision -= 1) {
    const folder = `${expected.incidentId}-r${revision}`;
    const read = await readOwnFile(join(outDir, folder, 'report.json'), LARGEST_REPORT);
    const report = 'content' in read ? parse(read.content) : undefined;
    if (
      report?.meta.customer.id === expected.customerId &&
      report.meta.incidentId === expected.incidentId &&
      report.meta.revision === revision
    )
      return toEarlier(report);
  }
  return undefined;
}

function parse(content: Buffer): z.infer<typeof stored> | undefined {
  try {
    return stored.safeParse(JSON.parse(content.toString('utf8'))).data;
  } catch {
    return undefined; // not JSON: as good as no report
  }
}

function toEarlier({ meta, model, analysis }: z.infer<typeof stored>): EarlierRevision {
  const tableOf = (id: string) => model.chapters.flatMap(({ blocks }) => blocks).find((block) => block.id === id)?.data;
  const promises = tableOf('table-service-levels');
  const inputs = tableOf('table-inputs');
  const column = (name: string) => promises?.columns.indexOf(name) ?? -1;
  return {
    revision: meta.revision,
    createdAt: meta.createdAt,
    ...(meta.audience !== undefined && { audience: meta.audience }),
    ...(analysis.severity && { severity: analysis.severity.level }),
    waves: analysis.waves.length,
    tiles: model.cover.tiles.flatMap(({ id, label, value }) => {
      const [inline, more] = readPhrase(value) ?? [];
      return inline === undefined || more !== undefined
        ? []
        : [{ ...(id !== undefined && { id }), label, value: inline }];
    }),
    promises: new Map(
      promises?.rows.map((row) => [String(row[column('clause')]), String(row[column('result')])]) ?? [],
    ),
    ...(inputs && { inputs: inputs.rows.length }),
  };
}
