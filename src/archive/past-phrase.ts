import { z } from 'zod';
import type { Inline, Phrase } from '../model/phrase.ts';

// Texts of an earlier report, as its model holds them: pieces that are written anew. Anything else is no text.

const number = z.number();
const measure = z.object({
  value: number,
  unit: z.enum([
    'requests',
    'packets',
    'connections',
    'queries',
    'events',
    'bytes',
    'bits',
    'requests/s',
    'packets/s',
    'connections/s',
    'queries/s',
    'events/s',
    'bits/s',
    'ms',
    'share',
    'count',
  ]),
  kind: z.enum(['counted', 'estimated', 'reported']),
  windowMs: number.optional(),
  at: number.optional(),
  sampleCount: number.optional(),
  interval: z.object({ lower: number, upper: number }).optional(),
  evidence: z.array(z.string()),
});
const instant = z.number().min(-8.64e15).max(8.64e15);
const inline = z.union([
  z.string(),
  z.object({
    kind: z.literal('measure'),
    measure,
    form: z.enum(['compact', 'exact', 'range', 'cell']).optional(),
  }),
  z.object({ kind: z.literal('count'), value: number, one: z.string(), many: z.string() }),
  z.object({
    kind: z.literal('time'),
    at: instant,
    form: z.enum(['clock', 'instant', 'day']),
    utc: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal('span'), start: instant, end: instant, utc: z.literal(true).optional() }),
  z.object({ kind: z.literal('zone'), at: instant }),
  z.object({
    kind: z.literal('duration'),
    ms: number,
    signed: z.literal(true).optional(),
    below: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal('label'), value: z.string(), role: z.enum(['name', 'indicator', 'code', 'prose']) }),
  z.object({ kind: z.literal('missing'), reason: z.string() }),
  z.object({ kind: z.literal('report'), reportId: z.string(), linked: z.boolean() }),
]);
/** One of our own texts, as it was kept. */
export const message = z.object({
  kind: z.literal('message'),
  text: z.string(),
  values: z.array(z.array(z.union([inline, z.lazy((): z.ZodType => message)]))),
  opens: z.literal(true).optional(),
});
const phrase = z.union([inline.transform((one) => [one]), z.array(inline)]);

/** Evidence ids are those of another report and would be read as ours. */
function withoutEvidence(piece: z.infer<typeof inline>): z.infer<typeof inline> {
  return typeof piece === 'object' && piece.kind === 'measure'
    ? { ...piece, measure: { ...piece.measure, evidence: [] } }
    : piece;
}

/** A cell or text of a stored model; undefined when it is none. */
export function readPhrase(value: unknown): Phrase | undefined {
  const checked = phrase.safeParse(value);
  // Optional members that are `undefined` do not come out of JSON, so the shapes are the same.
  return checked.success ? (checked.data.map(withoutEvidence) as Inline[]) : undefined;
}
