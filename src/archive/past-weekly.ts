import { join } from 'node:path';
import { z } from 'zod';
import { readOwnFile } from './own-files.ts';

/** Sums of an earlier revision of a summary. */
export interface PastSums {
  readonly revision: number;
  readonly incidents: number;
  readonly exposureSeconds: number;
  readonly layers: readonly {
    readonly layer: 'network' | 'http';
    readonly unit: string;
    readonly completeness: number;
    readonly total: number;
    readonly mitigated?: number;
    readonly bytes?: number;
  }[];
}

const LARGEST_REPORT_BYTES = 64 * 1024 * 1024;

const sum = z.object({ estimate: z.number() }).transform(({ estimate }) => estimate);
const pastWeekly = z.object({
  meta: z.object({
    kind: z.literal('weekly'),
    revision: z.number(),
    customer: z.object({ id: z.string() }),
    period: z.object({ id: z.string() }),
  }),
  analysis: z.object({
    incidents: z.array(z.unknown()),
    exposureSeconds: z.number().min(0).max(8.64e12),
    layers: z.array(
      z.object({
        layer: z.enum(['network', 'http']),
        unit: z.string(),
        completeness: z.number().min(0).max(1),
        total: sum,
        mitigated: sum.optional(),
        bytes: sum.optional(),
      }),
    ),
  }),
});

/**
 * The sums of the summary in `<outDir>/<period>-r<n>`; undefined when there is none that can be used, or it is about another
 * customer.
 */
export async function readPastSums(place: {
  readonly outDir: string;
  readonly customerId: string;
  readonly periodId: string;
  readonly revision: number;
}): Promise<PastSums | undefined> {
  const { outDir, customerId, periodId, revision } = place;
  const read = await readOwnFile(join(outDir, `${periodId}-r${revision}`, 'report.json'), LARGEST_REPORT_BYTES);
  if ('problem' in read) return undefined;
  const checked = pastWeekly.safeParse(parsed(read.content.toString('utf8')));
  if (!checked.success) return undefined;
  const { meta, analysis } = checked.data;
  if (meta.customer.id !== customerId || meta.period.id !== periodId || meta.revision !== revision) return undefined;
  return {
    revision,
    incidents: analysis.incidents.length,
    exposureSeconds: analysis.exposureSeconds,
    layers: analysis.layers.map(({ mitigated, bytes, ...layer }) => ({
      ...layer,
      ...(mitigated !== undefined && { mitigated }),
      ...(bytes !== undefined && { bytes }),
    })),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
