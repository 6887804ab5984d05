import { z } from 'zod';
import type { Interval, MeasureKind } from '../model/measure.ts';
import type { Phrase } from '../model/phrase.ts';
import { OWNERS, type Owner } from '../model/recommendation.ts';
import type { TimeWindow } from '../model/time.ts';
import { readPhrase } from './past-phrase.ts';
import type { PastSources } from './past-sources.ts';

/** What one finished report says of an earlier incident of the same customer. Nothing in it is trusted to be complete. */
export interface PastIncident {
  readonly incidentId: string;
  readonly revision: number;
  readonly title: string;
  /** Period of that report. */
  readonly window: TimeWindow;
  readonly attackDetected: boolean;
  /** Start of the first wave; of the period where none is known. Epoch ms. */
  readonly startedAt: number;
  readonly waves: readonly { readonly start: number; readonly end?: number; readonly vectors: readonly string[] }[];
  /** Names of the vectors as that report stated them. */
  readonly vectors: readonly string[];
  /** Every peak of its table of peaks: the same quantity over several windows. */
  readonly peaks: readonly PastPeak[];
  readonly timeToMitigateSeconds?: number;
  /**
   * `analysis.attributes`: Logpush field (`ClientIP`, `IPSourceAddress`, `ClientASN`, …) → value → volume in the attack. Top
   * lists: a value that is missing may have been seen all the same.
   */
  readonly attributes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Addresses that attacked, of each layer that kept them; empty for reports without them and for forged senders. */
  readonly sources: readonly PastSources[];
}

/** Everything that a summary takes over from the report of an incident. */
export interface StoredIncident extends PastIncident {
  /** When the report was made. */
  readonly createdAt?: number;
  /** 0 (no attack) to 4 (outage). */
  readonly severity?: number;
  /** Attack traffic, and the share of it that was mitigated. */
  readonly attackTotal?: PastEstimate;
  readonly mitigatedShare?: PastEstimate;
  /** Whether the senders of packets were forged. */
  readonly spoofed?: boolean;
  /** Volumes by minute as the report states them: `requests`, `mitigated`, … or `packets`, `bits`, `dropped`. */
  readonly minutes: readonly { readonly at: number; readonly volumes: ReadonlyMap<string, PastEstimate> }[];
  readonly recommendations: readonly PastRecommendation[];
  /** Clauses of the agreement and how they were judged. */
  readonly promises: readonly {
    readonly clause: string;
    readonly result: 'met' | 'missed' | 'not-measurable' | 'not-applicable';
  }[];
  /** Number of attack ids. */
  readonly attackIds: number;
}

export interface PastEstimate {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

interface PastRecommendation {
  readonly id: string;
  readonly owner: Owner;
  readonly text: Phrase;
}

export interface PastPeak {
  /** `requests/s`, `packets/s`, `bits/s`, … */
  readonly metric: string;
  readonly layer: string;
  /** Absent where the source did not name its window. */
  readonly windowMs?: number;
  readonly value: number;
  readonly interval?: Interval;
  readonly kind: MeasureKind;
}

const time = z.iso.datetime().transform((text) => Date.parse(text));
/** Beyond it no calendar goes, and writing such a time would end the report that compares itself with this one. */
const instant = z.number().min(-8.64e15).max(8.64e15);
const wave = z
  .object({ start: time, end: time.optional(), vectors: z.array(z.string()) })
  .refine(({ start, end }) => end === undefined || end >= start);
const estimate = z
  .object({ estimate: z.number().min(0), lower: z.number().min(0), upper: z.number() })
  .refine(({ estimate: value, lower, upper }) => lower <= value && value <= upper);
const cells = z.array(z.union([z.string(), z.number(), z.null()]));

// Only what is needed, so that a report of an older or newer version can still be read. `docs/schema/report.schema.json` is
// the whole.
const pastReport = z.object({
  meta: z.object({
    kind: z.literal('incident').optional(),
    incidentId: z.string(),
    createdAt: instant.optional(),
    revision: z.number(),
    title: z.string(),
    customer: z.object({ id: z.string() }),
    window: z.object({ start: instant, end: instant }),
  }),
  model: z.object({
    chapters: z.array(
      z.object({
        blocks: z.array(
          z.object({
            id: z.string().optional(),
            rows: z.array(z.array(z.unknown())).optional(),
            data: z.object({ columns: z.array(z.string()), rows: z.array(cells) }).optional(),
          }),
        ),
      }),
    ),
  }),
  analysis: z.object({
    attackDetected: z.boolean(),
    waves: z.array(wave),
    vectors: z.array(z.string()),
    timeToMitigateSeconds: z.number().min(-8.64e12).max(8.64e12).optional(),
    attributes: z.unknown(),
    // What only summaries ask for must not cost an incident its place in the history.
    severity: z
      .object({ level: z.number().int().min(0).max(4) })
      .optional()
      .catch(undefined),
    attackTotal: estimate.optional().catch(undefined),
    mitigatedShare: estimate.optional().catch(undefined),
    spoofed: z.boolean().optional().catch(undefined),
    minutes: z
      .array(z.object({ t: time }).catchall(estimate))
      .optional()
      .catch(undefined),
  }),
});

/** A summary of a period lies beside the incidents and is none. */
const otherKind = z.object({ meta: z.object({ kind: z.literal('weekly') }) });

/** Reads the text of a report.json that should be about this incident of this customer. */
export function readPastReport(
  text: string,
  expected: { readonly customerId: string; readonly incidentId: string; readonly revision: number },
): { readonly incident: Omit<StoredIncident, 'sources'> } | { readonly problem: string } | { readonly isOther: true } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: 'is not JSON' };
  }
  if (otherKind.safeParse(json).success) return { isOther: true };
  const checked = pastReport.safeParse(json);
  if (!checked.success)
    return { problem: `is not a report of this tool (${checked.error.issues[0]?.path.join('.') ?? 'unknown shape'})` };
  const { meta, model, analysis } = checked.data;
  // Whose it is instead is not for this customer to know.
  if (meta.customer.id !== expected.customerId) return { problem: 'is not about this customer' };
  if (meta.incidentId !== expected.incidentId || meta.revision !== expected.revision)
    return { problem: 'is not the report that its folder is named after' };
  return {
    incident: {
      incidentId: meta.incidentId,
      revision: meta.revision,
      title: meta.title,
      window: meta.window,
      attackDetected: analysis.attackDetected,
      // One by one: a report may be made to name more waves than a call takes arguments.
      startedAt: analysis.waves.reduce(
        (first, { start }) => Math.min(first, start),
        analysis.waves[0]?.start ?? meta.window.start,
      ),
      waves: analysis.waves.map(({ start, end, vectors }) => ({
        start,
        ...(end !== undefined && { end }),
        vectors,
      })),
      vectors: analysis.vectors,
      peaks: peaksOf(model),
      ...(analysis.timeToMitigateSeconds !== undefined && { timeToMitigateSeconds: analysis.timeToMitigateSeconds }),
      attributes: attributesOf(analysis.attributes),
      ...(meta.createdAt !== undefined && { createdAt: meta.createdAt }),
      ...(analysis.severity && { severity: analysis.severity.level }),
      ...(analysis.attackTotal && { attackTotal: analysis.attackTotal }),
      ...(analysis.mitigatedShare && { mitigatedShare: analysis.mitigatedShare }),
      ...(analysis.spoofed !== undefined && { spoofed: analysis.spoofed }),
      minutes: (analysis.minutes ?? []).map(({ t, ...volumes }) => ({
        at: t,
        volumes: new Map(Object.entries(volumes)),
      })),
      recommendations: recommendationsOf(model),
      promises: promisesOf(model),
      attackIds: blockOf(model, 'table-attack-ids')?.data?.rows.length ?? 0,
    },
  };
}

type Model = z.infer<typeof pastReport>['model'];

function blockOf(model: Model, id: string): Model['chapters'][number]['blocks'][number] | undefined {
  return model.chapters.flatMap((chapter) => chapter.blocks).find((block) => block.id === id);
}

/** Rows of the table of recommendations whose text can be told again. */
function recommendationsOf(model: Model): PastRecommendation[] {
  const block = blockOf(model, 'table-recommendations');
  const { columns = [], rows = [] } = block?.data ?? {};
  return rows.flatMap((row, index): PastRecommendation[] => {
    const cell = (name: string) => row[columns.indexOf(name)] ?? null;
    const [id, owner] = [cell('id'), OWNERS.find((name) => name === cell('owner'))];
    const text = readPhrase(block?.rows?.[index]?.[0]);
    return typeof id === 'string' && owner !== undefined && text ? [{ id, owner, text }] : [];
  });
}

function promisesOf(model: Model): StoredIncident['promises'] {
  const { columns = [], rows = [] } = blockOf(model, 'table-service-levels')?.data ?? {};
  return rows.flatMap((row): StoredIncident['promises'][number][] => {
    const [clause, result] = [row[columns.indexOf('clause')], row[columns.indexOf('result')]];
    const known = RESULTS.find((name) => name === result);
    return typeof clause === 'string' && known !== undefined ? [{ clause, result: known }] : [];
  });
}

const RESULTS = ['met', 'missed', 'not-measurable', 'not-applicable'] as const;

/** Rows of the table of peaks that say what they are. */
function peaksOf(model: z.infer<typeof pastReport>['model']): PastPeak[] {
  const block = model.chapters.flatMap((chapter) => chapter.blocks).find(({ id }) => id === 'table-peaks');
  if (!block?.data) return [];
  const { columns, rows } = block.data;
  return rows.flatMap((row): PastPeak[] => {
    const cell = (name: string) => row[columns.indexOf(name)] ?? null;
    const [metric, layer, value] = [cell('quantity'), cell('layer'), cell('peak (per second)')];
    const [windowMs, lower, upper] = [cell('window_ms'), cell('peak lower'), cell('peak upper')];
    const kind = MEASURE_KINDS.find((name) => name === cell('peak kind'));
    if (typeof metric !== 'string' || typeof layer !== 'string' || typeof value !== 'number' || !kind) return [];
    const hasInterval = typeof lower === 'number' && typeof upper === 'number';
    // A rank by what cannot be would be wrong for the incident at hand.
    if (value < 0 || (hasInterval && (lower > value || upper < value))) return [];
    return [
      {
        metric,
        layer,
        ...(typeof windowMs === 'number' && { windowMs }),
        value,
        ...(hasInterval && { interval: { lower, upper } }),
        kind,
      },
    ];
  });
}

const MEASURE_KINDS = ['counted', 'estimated', 'reported'] as const satisfies readonly MeasureKind[];

/** Values are what an attacker sent: kept in a Map, where `__proto__` is a name like any other. */
function attributesOf(stated: unknown): PastIncident['attributes'] {
  return new Map(
    entriesOf(stated).map(([field, values]) => [
      field,
      new Map(
        entriesOf(values).flatMap(([value, volume]): [string, number][] =>
          volume instanceof Object &&
          'estimate' in volume &&
          typeof volume.estimate === 'number' &&
          Number.isFinite(volume.estimate) &&
          volume.estimate >= 0
            ? [[value, volume.estimate]]
            : [],
        ),
      ),
    ]),
  );
}

function entriesOf(value: unknown): [string, unknown][] {
  return value instanceof Object && !Array.isArray(value) ? Object.entries(value) : [];
}
