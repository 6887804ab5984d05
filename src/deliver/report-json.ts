import { z } from 'zod';
import { ADDRESS_MASKS, OTHER_MASKS } from '../model/redaction.ts';
import { TLP_LABELS } from '../model/traffic.ts';
import type { Analysis, ReportModel, WeeklyAnalysis } from '../report/report.ts';
import { safeJson } from './safe-json.ts';

// The published shape of report.json. `docs/schema/report.schema.json` is generated from it, and a test holds it equal to the
// types that `report/` documents. Looser than those types only where a reader of the JSON gains nothing from more detail
// (the inside of a ChartSpec).

const interval = z.object({ lower: z.number(), upper: z.number() });

const measure = z
  .object({
    value: z.number(),
    unit: z.string(),
    kind: z.enum(['counted', 'estimated', 'reported']),
    windowMs: z.number().optional().describe('Averaging window of a rate or a peak, in ms.'),
    at: z.number().optional().describe('Start of that window, epoch ms.'),
    sampleCount: z.number().optional().describe('Sampled rows behind an estimate.'),
    interval: interval.optional().describe('95 % interval; absent for counted and reported numbers.'),
    evidence: z.array(z.string()).describe('Ids of input files.'),
  })
  .describe('One number with unit, origin and uncertainty.');

const inline = z.union([
  z.string(),
  z.object({ kind: z.literal('measure'), measure, form: z.enum(['compact', 'exact', 'range', 'cell']).optional() }),
  z.object({ kind: z.literal('count'), value: z.number(), one: z.string(), many: z.string() }),
  z.object({
    kind: z.literal('time'),
    at: z.number(),
    form: z.enum(['clock', 'instant', 'day']),
    utc: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal('span'), start: z.number(), end: z.number(), utc: z.literal(true).optional() }),
  z.object({ kind: z.literal('zone'), at: z.number() }),
  z.object({ kind: z.literal('duration'), ms: z.number(), signed: z.literal(true).optional() }),
  z
    .object({ kind: z.literal('label'), value: z.string(), role: z.enum(['name', 'indicator', 'code', 'prose']) })
    .describe('Text from input.'),
  z.object({ kind: z.literal('missing'), reason: z.string() }),
  z
    .object({ kind: z.literal('report'), reportId: z.string(), linked: z.boolean() })
    .describe('Another report of the same customer.'),
]);
const phrase = z.array(inline).describe('Running text; every number in it is a measure.');
const tone = z.enum(['favourable', 'neutral', 'unfavourable']);
const evidence = z.array(z.string());
const dataTable = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  indicators: z.array(z.string()).optional().describe('Columns that stand defanged in data/*.csv; here they are raw.'),
});

const figure = z.object({
  kind: z.literal('figure'),
  id: z.string(),
  number: z.number().int(),
  title: phrase,
  chart: z.looseObject({
    kind: z.enum(['time-stack', 'time-lines', 'swim-lane', 'heat-map', 'curve', 'bars', 'dots', 'flow']),
  }),
  caption: phrase,
  alt: phrase,
  evidence,
  data: dataTable,
});

const block = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), heading: z.string().optional(), paragraphs: z.array(phrase) }),
  z.object({
    kind: z.literal('statements'),
    items: z.array(z.object({ title: phrase, text: phrase, tone, evidence })),
  }),
  figure,
  z.object({
    kind: z.literal('table'),
    id: z.string(),
    number: z.number().int(),
    title: phrase,
    half: z.literal(true).optional(),
    columns: z.array(
      z.object({
        id: z.string().optional(),
        label: z.string(),
        align: z.enum(['left', 'right']),
        width: z.number().optional(),
      }),
    ),
    rows: z.array(z.array(z.union([inline, phrase]))),
    closingRows: z.number().int().optional(),
    totalRows: z.number().int(),
    note: phrase.optional(),
    evidence,
    data: dataTable,
  }),
  z.object({
    kind: z.literal('callout'),
    tone: z.enum(['note', 'caution', 'unfavourable']),
    title: z.string(),
    text: phrase,
  }),
  z.object({
    kind: z.literal('definitions'),
    heading: z.string().optional(),
    items: z.array(z.object({ term: z.string(), definition: phrase })),
  }),
  z.object({
    kind: z.literal('code'),
    id: z.string(),
    title: phrase,
    lines: z.array(z.string()).describe('To be taken as they are.'),
    note: phrase,
    evidence,
  }),
]);

const predicate = z
  .union([
    z.object({ field: z.string(), op: z.enum(['eq', 'ne']), value: z.union([z.string(), z.number(), z.null()]) }),
    z.object({ field: z.string(), op: z.literal('in'), value: z.array(z.union([z.string(), z.number()])) }),
    z.object({ field: z.string(), op: z.literal('range'), value: z.tuple([z.number(), z.number()]) }),
    z.object({ field: z.string(), op: z.enum(['contains', 'startsWith']), value: z.string() }),
  ])
  .describe('A condition on one field of a record; null means absent or empty, both ends of a range are included.');

const estimate = z.object({ estimate: z.number(), lower: z.number(), upper: z.number() });

const effect = {
  stopped: estimate,
  attack: estimate.optional().describe('What of it the signature matches; absent without a signature.'),
  other: estimate.optional(),
  shareOfAttack: estimate.optional(),
  beforeContainment: estimate.optional(),
  afterContainment: estimate.optional(),
  waves: z.array(
    z.object({
      wave: z.number().int(),
      stopped: estimate,
      attack: estimate.optional(),
      shareOfAttack: estimate.optional(),
    }),
  ),
};

const metaOfAll = {
  reportId: z.string(),
  revision: z.number().int(),
  title: z.string(),
  customer: z.object({ id: z.string(), name: z.string() }),
  provider: z.object({ name: z.string(), contact: z.string().optional() }),
  brandId: z.string(),
  tlp: z.enum(TLP_LABELS),
  audience: z.enum(['executive', 'technical', 'regulator']),
  status: z.enum(['draft', 'review', 'final']).optional(),
  reviewer: z.string().optional(),
  approval: z.object({ by: z.string(), at: z.number().describe('Epoch ms.') }).optional(),
  redaction: z
    .object({
      profile: z.string(),
      addresses: z.enum(ADDRESS_MASKS),
      hosts: z.enum(OTHER_MASKS),
      paths: z.enum(OTHER_MASKS),
      rules: z.enum(OTHER_MASKS),
      staff: z.enum(OTHER_MASKS),
    })
    .optional()
    .describe('How values are masked; absent in a copy that shows everything.'),
  window: z.object({ start: z.number(), end: z.number() }).describe('Epoch ms, half-open.'),
  timeZone: z.string(),
  locale: z.string(),
  paper: z.enum(['A4', 'Letter']),
  createdAt: z.number(),
  preparedBy: z.string(),
  toolVersion: z.string(),
};

const tile = {
  /** Absent in reports made before it was. */
  id: z.string().optional(),
  label: z.string(),
  value: inline,
  note: phrase,
  tone,
};
const trend = z
  .object({
    id: z.string(),
    chart: z.object({
      kind: z.literal('sparkline'),
      unit: z.string(),
      values: z.array(z.number().nullable()),
    }),
    alt: phrase,
  })
  .describe('The same number in the periods before and in this one, which is the last.');

const chaptersOfModel = {
  chapters: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      startsPage: z.boolean(),
      blocks: z.array(block),
      template: z.string().optional(),
    }),
  ),
  ruleFiles: z
    .array(
      z.object({
        name: z.string(),
        comment: z.string(),
        parts: z.array(z.union([z.object({ note: phrase }), z.object({ lines: z.array(z.string()) })])),
      }),
    )
    .describe('Proposed mitigation rules, as written to rules/.'),
};

const incidentReport = z.object({
  meta: z.object({ kind: z.literal('incident'), incidentId: z.string(), ...metaOfAll }),
  model: z.object({
    cover: z.object({
      verdict: phrase,
      state: z.enum(['over', 'running', 'none', 'unknown']),
      severity: z.object({ level: z.number().int().min(0).max(4), label: phrase, why: phrase }),
      tiles: z.array(z.object(tile)).length(6),
      hero: figure.optional(),
    }),
    ...chaptersOfModel,
  }),
  analysis: z.object({
    attackDetected: z.boolean(),
    severity: z.object({
      level: z.number().int().min(0).max(4),
      reasons: z.array(z.object({ id: z.string(), level: z.number().int() })),
    }),
    waves: z.array(
      z.object({
        start: z.iso.datetime(),
        end: z.iso.datetime().optional(),
        uncertaintySeconds: z.number(),
        vectors: z.array(z.string()),
      }),
    ),
    signatures: z
      .array(z.object({ all: z.array(predicate), coverage: estimate, collateral: estimate }))
      .describe('Conjunctions that tell the attack from other traffic; empty when the data does not.'),
    minutes: z.array(z.object({ t: z.iso.datetime() }).catchall(estimate)),
    attributes: z.record(z.string(), z.record(z.string(), estimate)),
    ruleEffects: z
      .object({
        systems: z.array(z.object({ layer: z.string(), system: z.string(), ...effect })),
        rules: z.array(
          z.object({
            layer: z.string(),
            rule: z.string(),
            name: z.string(),
            system: z.string(),
            mode: z.enum(['acted', 'logged-only']),
            ...effect,
            alone: estimate.optional().describe('Stopped by no other rule on record.'),
            before: estimate.describe('Matches before the first wave.'),
          }),
        ),
        overlaps: z
          .array(
            z.object({
              layer: z.string(),
              stoppedBy: z.string(),
              alsoMatched: z.string(),
              outcome: z.string(),
              total: estimate,
              attack: estimate.optional(),
            }),
          )
          .optional()
          .describe(
            'Stopped by one rule and matched by another as well; absent where the log names one rule a request.',
          ),
      })
      .optional()
      .describe(
        'What rules and systems stopped in the waves; of rules that only logged, what they would have stopped.',
      ),
    attackTotal: estimate.optional(),
    mitigatedShare: estimate.optional(),
    reachedOrigin: estimate.optional(),
    legitimateMitigated: estimate.optional(),
    peak: estimate
      .extend({ windowSeconds: z.number().positive() })
      .optional()
      .describe('Highest mean of all traffic per second over the window of the headline, as the first page tells it.'),
    peak10s: estimate.optional(),
    peak60s: estimate.optional(),
    timeToMitigateSeconds: z.number().optional(),
    spoofed: z.boolean().optional(),
    vectors: z.array(z.string()),
    recurringSourceIncidents: z
      .array(z.string())
      .optional()
      .describe(
        'Earlier incidents of the customer whose addresses attacked again; absent when none could be compared.',
      ),
  }),
});

const listed = z.object({
  value: z.string(),
  name: z.string().optional(),
  total: estimate,
  mitigated: estimate,
  previous: estimate.optional(),
  change: z
    .union([z.number(), z.enum(['new', 'gone', 'same'])])
    .optional()
    .describe('This mean rate over the previous one, less 1.'),
});
const peak = estimate.extend({ unit: z.string(), windowSeconds: z.number(), at: z.iso.datetime() });
const layerName = z.enum(['network', 'http']);

const weeklyReport = z.object({
  meta: z.object({
    kind: z.literal('weekly'),
    period: z.object({
      id: z.string(),
      kind: z.enum(['day', 'week', 'month', 'custom']),
      hours: z.number().describe('167 or 169 in a week in which the clocks change.'),
    }),
    ...metaOfAll,
  }),
  model: z.object({
    cover: z.object({
      verdict: phrase,
      state: z.enum(['attacked', 'quiet', 'unwatched']),
      extent: phrase,
      tiles: z.array(z.object({ ...tile, trend: trend.optional() })).length(6),
      hero: figure.optional(),
    }),
    ...chaptersOfModel,
  }),
  analysis: z.object({
    period: z.object({
      id: z.string(),
      kind: z.enum(['day', 'week', 'month', 'custom']),
      start: z.iso.datetime(),
      end: z.iso.datetime(),
      hours: z.number(),
      timeZone: z.string(),
    }),
    previousPeriod: z.string().optional().describe('Absent when nothing before is on record.'),
    state: z.enum(['attacked', 'quiet', 'unwatched']),
    layers: z.array(
      z.object({
        layer: layerName,
        unit: z.string(),
        completeness: z.number().min(0).max(1).describe('Share of the period for which there is data.'),
        coveredSeconds: z.number(),
        total: estimate,
        mitigated: estimate.optional(),
        passed: estimate.optional(),
        unknown: estimate.optional(),
        bytes: estimate.optional(),
        peak: peak.optional(),
        bitsPeak: peak.optional(),
        hours: z
          .array(
            z.object({
              t: z.iso.datetime(),
              passed: z.number().nullable(),
              mitigated: z.number().nullable(),
              unknown: z.number().nullable(),
            }),
          )
          .describe('Mean rates over the part of each hour that has data; null where there is none.'),
        days: z.array(
          z.object({
            day: z.iso.date(),
            coveredSeconds: z.number(),
            total: estimate.optional(),
            mitigated: estimate.optional(),
            systems: z.array(z.object({ system: z.string(), mitigated: estimate })),
          }),
        ),
        lists: z.array(
          z.object({
            dimension: z.string(),
            isExact: z.boolean().describe('False where items may be larger than told.'),
            items: z.array(listed),
            other: estimate,
            unknown: estimate,
            gone: z.array(listed),
          }),
        ),
      }),
    ),
    incidents: z.array(
      z.object({
        id: z.string(),
        reportId: z.string(),
        start: z.iso.datetime(),
        end: z.iso.datetime().optional(),
        exposureSeconds: z.number().describe('Inside the period.'),
        vectors: z.array(z.string()),
        peak: estimate.extend({ unit: z.string() }).optional(),
        leakedShare: estimate.optional(),
        promisesMissed: z.number().int(),
        attackIds: z.number().int(),
      }),
    ),
    exposureSeconds: z.number().describe('Union of the waves of all incidents inside the period.'),
    vectors: z.array(
      z.object({ name: z.string(), exposureSeconds: z.number(), medianBeforeSeconds: z.number().optional() }),
    ),
    leakedShare: estimate.optional(),
    promises: z.object({ met: z.number().int(), missed: z.number().int(), notMeasurable: z.number().int() }),
    attackIds: z.object({ total: z.number().int(), outside: z.number().int() }).optional(),
    past: z.array(
      z.object({
        period: z.string(),
        incidents: z.number().int(),
        exposureSeconds: z.number(),
        layers: z.array(
          z.object({
            layer: layerName,
            unit: z.string(),
            completeness: z.number(),
            total: estimate,
            mitigated: estimate.optional(),
          }),
        ),
      }),
    ),
    openRecommendations: z.array(
      z.object({
        id: z.string(),
        owner: z.enum(['customer', 'provider', 'both']),
        since: z.iso.datetime(),
        incidents: z.array(z.string()),
      }),
    ),
  }),
});

/** A report of an incident, or a summary of a period; `meta.kind` says which. */
export const reportSchema = z.union([incidentReport, weeklyReport]);

export function reportJsonSchema(): unknown {
  return z.toJSONSchema(reportSchema, { io: 'output', reused: 'ref' });
}

/** report.json as text: who and when, what the customer is told, and the machine-readable result. */
export function writeReportJson({ meta, ...model }: ReportModel, analysis: Analysis | WeeklyAnalysis): string {
  return safeJson({ meta, model, analysis }, 1);
}
