import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { checkYaml } from './yaml-text.ts';

const rowSchema = z
  .strictObject({
    id: z.string(),
    source: z.string().describe('Publisher.'),
    title: z.string(),
    address: z.url({ protocol: /^https$/ }),
    published: z.string().regex(/^\d{4}(-\d\d-\d\d)?$/, 'must be a year or a date'),
    read: z.iso.date(),
    verified: z.boolean().describe("Whether the figure was read on the publisher's own page."),
    verifiedBy: z.string().optional(),
    period: z.string(),
    layer: z.enum(['network', 'http']),
    stated: z.string().describe('The figure as its publisher writes it, such as 7.3 Tbps.'),
    population: z.string().describe('What was counted, such as attacks on customers of the publisher.'),
    figure: z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('share-below'),
        metric: z.enum(['bits/s', 'packets/s', 'requests/s', 'ms']),
        share: z.number().gt(0).lt(1),
        value: z.number().positive(),
      }),
      z.strictObject({
        kind: z.literal('largest'),
        metric: z.enum(['bits/s', 'packets/s', 'requests/s']),
        value: z.number().positive(),
      }),
    ]),
  })
  .refine((row) => !row.verified || row.verifiedBy !== undefined, {
    path: ['verifiedBy'],
    error: 'must say who verified the row',
  });

const tableSchema = z.strictObject({ rows: z.array(rowSchema) });

/** A published figure with where it was read. */
export type IndustryFigure = z.infer<typeof rowSchema>;

const SHIPPED = new URL('../../data/industry-context.yaml', import.meta.url);

/** The shipped figures that somebody verified on the publisher's own page. Others never leave this function. */
export async function loadIndustryContext(): Promise<IndustryFigure[]> {
  return readIndustryContext(await readFile(SHIPPED, 'utf8'));
}

export function readIndustryContext(text: string): IndustryFigure[] {
  const read = checkYaml(text, 'data/industry-context.yaml', tableSchema);
  if ('faults' in read)
    throw new Error(read.faults.map(({ file, field, problem }) => `${file}: ${field ?? ''}: ${problem}`).join('\n'));
  return read.value.rows.filter((row) => row.verified);
}
