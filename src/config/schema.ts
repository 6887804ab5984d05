import { z } from 'zod';
import { DIMENSIONS } from '../model/dimension.ts';
import { NETWORK_KINDS } from '../model/network-kind.ts';
import { WEEK_STARTS } from '../model/period.ts';
import { CONDITION_MEASURES, EFFORTS, OWNERS } from '../model/recommendation.ts';
import { ADDRESS_MASKS, OTHER_MASKS } from '../model/redaction.ts';
import { LONGEST_PERIOD_MS } from '../model/time.ts';
import { MILESTONES, TLP_LABELS } from '../model/traffic.ts';
import {
  customerDestinations,
  deliveryRules,
  destinationSystems,
  queueSettings,
  ticketNumber,
} from './destinations.ts';
import { id, secret, text } from './field-schemas.ts';
import { isLocale, isTimeZone, readAddress, readHost, readPrefix, readZone } from './names.ts';
import { scheduleSchemaOf } from './schedule-schema.ts';

// One schema a file of the workspace; `docs/schema/*.json` is generated from these. Objects are strict: unknown keys are
// errors. Defaults are given here and nowhere else.

/** What an SLA clause may count a time from. */
const CLOCK_STARTS = ['first-attack', 'alert'] as const;

const longText = z.string().trim().min(1).max(4000);
const relativePath = z
  .string()
  .min(1)
  .max(1024)
  .describe('Path relative to the file it stands in; may not leave the workspace.');
const instant = z.iso.datetime({ offset: true }).describe('RFC 3339 with an offset, such as 2026-11-17T13:00:00Z.');
const timeZone = z
  .string()
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin')
  .describe('IANA time zone, such as Europe/Berlin.');
const locale = z
  .string()
  .refine(isLocale, 'must be a BCP 47 language tag such as en-GB')
  .describe('BCP 47 language tag for numbers and dates, such as en-GB.');
const prefix = z.string().transform((value, context) => {
  const read = readPrefix(value);
  if ('prefix' in read) return read.prefix;
  context.addIssue({ code: 'custom', message: read.problem });
  return z.NEVER;
});
const address = spelling(readAddress, 'must be an address such as 192.0.2.7');
const zone = spelling(readZone, 'must be a DNS zone such as example.com');
const host = spelling(readHost, 'must be a host name such as www.example.com');
const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #0a3d62');
const tlp = z.enum(TLP_LABELS).describe('Traffic Light Protocol 2.0 label.');
const audience = z
  .enum(['executive', 'technical', 'regulator'])
  .describe(
    'Whom the report is for: executive is two pages, technical is everything, regulator is facts for notices to authorities. The numbers are the same.',
  );
const status = z
  .enum(['draft', 'review', 'final'])
  .describe('How far the report is: draft and review are marked on every page, final needs an approval.');
const paper = z.enum(['A4', 'Letter']);

/** Text that is replaced by its one spelling, or refused when it has none. */
function spelling(read: (value: string) => string | undefined, problem: string) {
  return z.string().transform((value, context) => {
    const spelt = read(value);
    if (spelt !== undefined) return spelt;
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });
}

/** `debrief.yaml`. */
export const providerSchema = z.strictObject({
  provider: z.strictObject({
    name: text.describe('Name of the provider as printed on reports.'),
    contact: text.optional().describe('How the customer reaches the SOC: an e-mail address or telephone number.'),
  }),
  defaults: z
    .strictObject({
      brand: id.default('default').describe('Folder in brands/.'),
      tlp: tlp.default('AMBER'),
      audience: audience.default('technical'),
      status: status.optional().describe('What a case file that does not say is; nothing is printed when left out.'),
      locale: locale.default('en-GB'),
      paper: paper.default('A4'),
      preparedBy: text.default('Security Operations Centre').describe('Role printed as author; never a person.'),
      industryContext: z
        .boolean()
        .default(false)
        .describe('Shows published figures of others, each with its source, beside the incident.'),
      mergeGapSeconds: z
        .number()
        .int()
        .min(1)
        .max(3600)
        .default(120)
        .describe('Attack ids and bursts less than this apart are one wave.'),
    })
    .prefault({}),
  networks: z
    .record(z.string().regex(/^[1-9]\d{0,9}$/, 'must be an AS number such as 64500'), z.enum(NETWORK_KINDS))
    .default({})
    .describe('Kinds of networks by AS number; of others a word of their name decides.'),
  browser: z
    .strictObject({
      executable: text.optional().describe('Path of the browser that prints; found by itself when left out.'),
      noSandbox: z.boolean().default(false).describe('Runs the browser without its sandbox; only for containers.'),
    })
    .prefault({}),
  schedules: z
    .array(scheduleSchemaOf({ id, timeZone }))
    .superRefine((schedules, context) => {
      for (const [index, schedule] of schedules.entries())
        if (schedules.findIndex((other) => other.id === schedule.id) < index)
          context.addIssue({
            code: 'custom',
            path: [index, 'id'],
            message: 'is the id of two schedules',
            input: schedule.id,
          });
    })
    .default([])
    .describe('What is made again and again; run by debrief run-due.'),
  destinations: destinationSystems,
  delivery: deliveryRules,
  queue: queueSettings,
});

const otherMask = z.enum(OTHER_MASKS).default('full');

const redactionProfile = z.strictObject({
  addresses: z
    .enum(ADDRESS_MASKS)
    .default('full')
    .describe('prefix shows the /24 or /48 that an address is in; pseudonym a name that only the key leads back.'),
  hosts: otherMask,
  paths: otherMask,
  rules: otherMask.describe('Ids and names of mitigation rules.'),
  staff: otherMask.describe('Whoever the timeline names as acting.'),
});

const redaction = z
  .strictObject({
    key: secret.optional().describe('Key of the pseudonyms, by reference: the same key gives the same names.'),
    people: z
      .array(text)
      .default([])
      .describe('Names that texts may mention, beside those that the timeline names as acting.'),
    profiles: z
      .record(
        id.refine((name) => name !== 'full', 'is the name of a copy without masks'),
        redactionProfile,
      )
      .default({}),
    audiences: z
      .strictObject({ executive: id.optional(), technical: id.optional(), regulator: id.optional() })
      .default({})
      .describe('Which profile the copies for an audience have; a case file may name another.'),
  })
  .refine(
    ({ key, profiles }) =>
      key !== undefined || Object.values(profiles).every((one) => !Object.values(one).includes('pseudonym')),
    { path: ['key'], error: 'is missing, and a profile makes pseudonyms' },
  );

const inputSchema = z.strictObject({
  file: relativePath.describe('Path or pattern with * relative to the file it stands in.'),
  format: z
    .string()
    .optional()
    .describe('Overrides the format that is recognised from the content; see docs/data-formats.md.'),
  mapping: relativePath.optional().describe('Mapping file; needed when format is mapped.'),
  sampleRate: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('Logpush sample_rate of the job: the share of records that was pushed.'),
  timeZone: timeZone.optional().describe('Zone of times without an offset in this file.'),
  belongsTo: id
    .optional()
    .describe(
      'Customer of the case, where nothing in the file says whose traffic it is; the report then states that the case file vouches for it.',
    ),
  receivedAt: instant.optional().describe('When the message was received, for formats that carry no time.'),
  fields: z.array(z.string()).optional().describe('Column names of a CSV file without a header.'),
  node: z.string().optional().describe('GraphQL node behind an alias.'),
  limit: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Row limit of the query; a result of exactly this many rows is reported as possibly truncated.'),
});

/** `customers/<id>.yaml`. */
export const customerSchema = z.strictObject({
  id,
  name: text,
  timeZone: timeZone.default('UTC'),
  locale: locale.optional(),
  brand: id.optional(),
  logo: relativePath
    .optional()
    .describe('SVG, PNG or JPEG beside this file, shown on the first page beside that of the brand.'),
  tlp: tlp.optional(),
  paper: paper.optional(),
  prefixes: z.array(prefix).default([]).describe('Address ranges in CIDR notation that belong to the customer.'),
  origins: z
    .array(address)
    .default([])
    .describe('Addresses of servers behind the proxy that only the edge should reach.'),
  zones: z.array(zone).default([]).describe('DNS zones of the customer; hosts below them belong to it too.'),
  hosts: z.array(host).default([]).describe('Host names outside the zones.'),
  accounts: z.array(text).default([]).describe('Account ids of the provider or of other systems.'),
  applications: z.array(text).default([]).describe('Spectrum application ids and DNS firewall cluster ids.'),
  capacity: z
    .strictObject({
      linkBitsPerSecond: z.number().positive().optional(),
      originRequestsPerSecond: z.number().positive().optional(),
    })
    .prefault({}),
  sla: z
    .array(
      z
        .strictObject({
          clause: text,
          metric: z.enum([
            'time-to-mitigate',
            'time-to-detect',
            'time-to-notify',
            'availability',
            'consistency-of-mitigation',
          ]),
          target: z.number().positive(),
          unit: z.enum(['seconds', 'minutes', 'percent']),
          from: z
            .enum(CLOCK_STARTS)
            .optional()
            .describe('What starts the clock of a time; the first attack packet or request when left out.'),
          layer: z
            .enum(['network', 'http'])
            .optional()
            .describe('Layer that the clause is about: network is L3/4, http is L7.'),
          vectors: z
            .array(text)
            .nonempty()
            .optional()
            .describe(
              'Attack vectors that the clause is about, such as syn-flood; others it does not promise anything for.',
            ),
          period: z
            .enum(['month', 'report'])
            .optional()
            .describe(
              'Over what availability is promised: the calendar month (when left out), or the period of the report.',
            ),
        })
        .refine((clause) => clause.metric.startsWith('time-') === (clause.unit !== 'percent'), {
          path: ['unit'],
          error: 'must be seconds or minutes for a time and percent for everything else',
        })
        .refine((clause) => clause.unit !== 'percent' || clause.target <= 100, {
          path: ['target'],
          error: 'must be at most 100 percent',
        })
        .refine((clause) => clause.from === undefined || clause.metric.startsWith('time-'), {
          path: ['from'],
          error: 'is for times only',
        })
        .refine((clause) => clause.from !== 'alert' || clause.metric !== 'time-to-detect', {
          path: ['from'],
          error: 'cannot be the alert: it comes after the detection that is timed',
        })
        .refine((clause) => clause.period === undefined || clause.metric === 'availability', {
          path: ['period'],
          error: 'is for availability only',
        }),
    )
    .default([])
    .describe('Clauses of the service level agreement.'),
  redaction: redaction
    .prefault({})
    .describe('What copies for some readers do not show: addresses, hosts, paths, names of rules, names of people.'),
  notices: z
    .array(id)
    .default([])
    .describe(
      'Rules under which the customer may have to tell authorities of an incident, such as nis2 or dora; reports then say when each notice is due. See data/notice-deadlines.yaml.',
    ),
  destinations: customerDestinations,
  weekly: z
    .strictObject({
      weekStart: z.enum(WEEK_STARTS).default('monday').describe('First day of a week in the zone of the customer.'),
      traffic: z
        .array(inputSchema)
        .default([])
        .describe(
          'Logs and summaries of all traffic, of every period. {date} in a path stands for each UTC date of the period, such as 2026-11-17; what lies outside the period is left out.',
        ),
      closed: z
        .array(
          z.strictObject({
            recommendation: text.describe('Id of a recommendation, such as deploy-rule.'),
            on: z.iso.date().describe('Day on which it was done.'),
          }),
        )
        .default([])
        .describe('Recommendations that are done; a later incident may make them again.'),
    })
    .prefault({})
    .describe('Weekly, monthly and daily summaries.'),
});

const owner = z.enum(OWNERS).describe('Who has to act.');
const effort = z.enum(EFFORTS);
const someText = z.string().trim().min(1).max(1000);

/** `recommendations.yaml`: what the provider recommends whenever an incident meets the conditions. */
export const recommendationsSchema = z.strictObject({
  recommendations: z.array(
    z.strictObject({
      id: id.describe('Names it in case files; not one of the built-in ids.'),
      when: z
        .array(
          z
            .strictObject({
              measure: z.enum(CONDITION_MEASURES).describe('A measure that the data does not have meets no condition.'),
              above: z.number().optional(),
              below: z.number().optional(),
            })
            .refine(({ above, below }) => above !== undefined || below !== undefined, {
              path: ['above'],
              error: 'is missing, and so is below; a condition needs at least one',
            }),
        )
        .min(1)
        .describe('All of them must hold.'),
      text: someText.describe('What to change; a full sentence.'),
      why: someText.optional().describe('Put before the measures of the conditions, which are printed in any case.'),
      owner,
      effort,
    }),
  ),
});

const recommendationEdit = z
  .strictObject({
    id: id.optional().describe('Which recommendation to change or drop; without it this is a new one.'),
    drop: z.literal(true).optional().describe('Leaves it out of the report.'),
    text: someText.optional(),
    why: someText.optional(),
    owner: owner.optional(),
    effort: effort.optional(),
  })
  .refine((edit) => edit.drop === undefined || edit.id !== undefined, {
    path: ['drop'],
    error: 'needs the id of what to drop',
  })
  .refine((edit) => edit.id !== undefined || edit.drop !== undefined || edit.text !== undefined, {
    path: ['text'],
    error: 'is missing; a recommendation without an id is new and needs its text',
  });

const noticeDeadline = z
  .strictObject({
    id: id.describe('An id of data/notice-deadlines.yaml replaces that row.'),
    rule: id.describe('What a customer file names under notices.'),
    ruleName: text,
    notice: text.describe('Name of the notice, such as Early warning.'),
    within: z.union([
      z.strictObject({ hours: z.number().int().min(1).max(10_000) }),
      z.strictObject({ months: z.number().int().min(1).max(120) }),
    ]),
    from: z
      .union([z.enum(['awareness', 'classification']), z.strictObject({ notice: id })])
      .describe('What starts the clock: a moment that the customer states, or a notice that stands before this one.'),
    provision: text.describe('Article and paragraph.'),
    source: text,
    address: z.url({ protocol: /^https$/ }),
    readAt: z.url({ protocol: /^https$/ }).describe('Page on which the row was read.'),
    read: z.iso.date(),
    verified: z.boolean().describe('Whether somebody read it in the source itself.'),
    verifiedBy: text.optional(),
  })
  .refine((row) => !row.verified || row.verifiedBy !== undefined, {
    path: ['verifiedBy'],
    error: 'must say who verified the row',
  });

/** `notices.yaml`, and `data/notice-deadlines.yaml` that comes with the program. */
export const noticesSchema = z.strictObject({ rows: z.array(noticeDeadline) });

/** `incidents/<case>.yaml`. */
export const caseSchema = z
  .strictObject({
    customer: id,
    id: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be 1 to 63 letters, digits, dots, underscores and hyphens'),
    title: text,
    window: z
      .strictObject({ start: instant, end: instant })
      .refine((window) => Date.parse(window.start) < Date.parse(window.end), 'must end after it starts')
      .refine(
        (window) => Date.parse(window.end) - Date.parse(window.start) <= LONGEST_PERIOD_MS,
        'must be at most 31 days long',
      )
      .optional()
      .describe('Period of the report; without it the extent of the data.'),
    traffic: z.array(inputSchema).default([]),
    timeline: z.array(inputSchema).default([]),
    recommendations: z
      .array(recommendationEdit)
      .default([])
      .describe('Changes of the analyst to the recommendations; marked as such in the report.'),
    notices: z
      .strictObject({
        awareAt: instant.optional().describe('When the customer became aware; the detection on record when left out.'),
        classifiedAt: instant
          .optional()
          .describe('When the customer classified the incident as one that it has to report.'),
      })
      .default({})
      .describe('Moments that start the clocks of notices to authorities, as the customer states them.'),
    notes: z.array(longText).default([]).describe('Remarks of the analyst, printed in the summary.'),
    tickets: z
      .record(id, ticketNumber)
      .default({})
      .describe('Ticket of the incident at each destination of the customer: destination id → number or key.'),
    tlp: tlp.optional(),
    audience: audience.optional(),
    status: status.optional(),
    reviewer: text.optional().describe('Who reviews the report, or did.'),
    approval: z
      .strictObject({ by: text.describe('Who answers for the report.'), at: instant })
      .optional()
      .describe('Only for a final report, which needs it.'),
    revisionNote: longText
      .optional()
      .describe('Why the report is made again; printed where a revision tells what changed since the one before.'),
    redaction: id.optional().describe('A profile of the customer file, or full for a copy without masks.'),
  })
  .refine((spec) => spec.traffic.length + spec.timeline.length > 0, {
    path: ['traffic'],
    error: 'names no file, and neither does timeline; a report needs at least one',
  });

const fontFile = relativePath.describe('TTF of one static weight in the brand folder.');

/** `brands/<id>/brand.yaml`. */
export const brandSchema = z.strictObject({
  name: text,
  whiteLabel: z
    .boolean()
    .default(false)
    .describe('Reports go out under this name alone; one that names the provider anywhere is refused.'),
  contact: text.optional().describe('White label: how the customer reaches whoever the report is from.'),
  preparedBy: text.optional().describe('Role printed as author instead of the default; never a person.'),
  contacts: z
    .array(z.strictObject({ role: text, reach: text.describe('E-mail address, telephone number or both.') }))
    .max(6)
    .default([])
    .describe('Whom to call about what, printed on the last page.'),
  logo: relativePath.optional().describe('SVG, PNG or JPEG in the brand folder.'),
  cover: z
    .strictObject({ picture: relativePath.optional().describe('SVG, PNG or JPEG beside the title of the first page.') })
    .prefault({}),
  fonts: z
    .strictObject({
      headings: fontFile.optional(),
      text: z.strictObject({ regular: fontFile, semibold: fontFile, bold: fontFile }).optional(),
    })
    .prefault({})
    .describe('Charts keep the font that their words are measured in.'),
  colours: z
    .strictObject({
      primary: colour.default('#12355b'),
      accent: colour.default('#c8553d'),
    })
    .prefault({}),
  legal: longText.optional().describe('Small print on the last page.'),
});

/** The promise between templates and model; raised when a name that templates use goes or changes its meaning. */
const TEMPLATE_CONTRACT = 1;

/** `templates/templates.yaml`. */
export const templatesSchema = z.strictObject({
  contract: z
    .literal(TEMPLATE_CONTRACT, { error: `must be ${TEMPLATE_CONTRACT}, the contract that this version renders` })
    .describe('Version of docs/template-contract.md that the templates are written for.'),
  sections: z
    .array(
      z.strictObject({
        id: id.describe('Anchor and name of the section.'),
        title: text,
        template: relativePath.describe('Template below templates/, such as sections/board.hbs.'),
        after: text.optional().describe('Id of the chapter that it follows, such as summary; the last when left out.'),
        audiences: z.array(audience).optional().describe('Only in reports for these; in all when left out.'),
        kinds: z
          .array(z.enum(['incident', 'weekly']))
          .optional()
          .describe('Only in reports of these kinds; in all when left out.'),
      }),
    )
    .default([]),
  styleSheet: relativePath.optional().describe('CSS below templates/ that follows our own; it may load nothing.'),
});

const unit = z.enum([
  'bps',
  'kbps',
  'Mbps',
  'Gbps',
  'Tbps',
  'bytes_per_s',
  'pps',
  'kpps',
  'Mpps',
  'rps',
  'krps',
  'bits',
  'bytes',
  'kB',
  'MB',
  'GB',
  'TB',
  'packets',
  'requests',
  'events',
]);
const mappedField = z.union([
  z.string(),
  z.strictObject({ from: z.string(), unit: unit.optional(), constant: z.never().optional() }),
  z.strictObject({ constant: z.union([z.string(), z.number()]), unit: unit.optional() }),
]);

/** `mappings/<name>.yaml`: how a CSV or JSON file of any make is read. */
export const mappingSchema = z.strictObject({
  kind: z.enum(['timeseries', 'events', 'toplist']),
  layer: z.enum(['network', 'http']),
  record: z.record(z.string(), mappedField).describe('Our field name → column, or column with unit, or constant.'),
  values: z
    .enum(['rate', 'sum'])
    .optional()
    .describe('Time series: whether each value is a mean rate over its bucket or a sum.'),
  intervalSeconds: z.number().positive().optional().describe('Time series: length of a bucket.'),
  dimension: z.enum(DIMENSIONS).optional().describe('Top list: what is listed.'),
  timeZone: timeZone.optional(),
  timeFormat: z.string().optional().describe('date-fns pattern of times that are not ISO 8601 or unix times.'),
  sampling: z.strictObject({ column: z.string().optional(), constant: z.number().positive().optional() }).optional(),
  null: z.array(z.string()).default(['', '-', 'N/A', 'null']),
  delimiter: z.string().length(1).optional(),
  decimal: z.enum(['.', ',']).default('.'),
  path: z.string().optional().describe('JSON: dotted path to the array of records.'),
});

const entryTime = z.string().describe('RFC 3339 time, or 14:05 or 14:05:30 where the file gives its date and zone.');

/** `timeline.yaml`, written by hand. */
export const timelineSchema = z.strictObject({
  date: z.iso.date().optional().describe('Date of entries that give only a time of day.'),
  timeZone: timeZone.optional().describe('Zone of entries without an offset.'),
  entries: z.array(
    z.strictObject({
      at: entryTime,
      end: entryTime.optional(),
      milestone: z.enum(MILESTONES).default('note'),
      title: text,
      detail: longText.optional(),
      actor: text.optional(),
      actorKind: z.enum(['attacker', 'automatic', 'soc', 'customer']).default('soc'),
      visibility: z.enum(['internal', 'customer']).default('internal'),
    }),
  ),
});

export type ProviderFile = z.infer<typeof providerSchema>;
export type ScheduleFile = ProviderFile['schedules'][number];
export type CustomerFile = z.infer<typeof customerSchema>;
export type MappingFile = z.infer<typeof mappingSchema>;
export type InputSpec = z.infer<typeof inputSchema>;
