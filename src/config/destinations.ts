import { z } from 'zod';
import type { Fault } from './faults.ts';
import { formatField } from './faults.ts';
import { id, secret, text } from './field-schemas.ts';
import { suggestion } from './nearest.ts';

// Where reports go. `debrief.yaml` says how a system is reached and with what secret; a customer's file says what at that
// system is the customer's. Nothing goes anywhere that no customer's file names.

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether a host name is this very machine: the only place that may be spoken to without TLS. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

const url = z
  .string()
  .transform((value, context) => {
    const problem = problemOfUrl(value);
    if (problem === undefined) return value.replace(/\/+$/, '');
    context.addIssue({ code: 'custom', message: problem, input: false });
    return z.NEVER;
  })
  .describe('Base address, https only; http for this machine alone.');

function problemOfUrl(value: string): string | undefined {
  if (!URL.canParse(value)) return 'must be an address such as https://helpdesk.example';
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  if (username !== '' || password !== '') return 'holds credentials; give them as env: or file: references';
  if (search !== '' || hash !== '') return 'must end with its path';
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))) return undefined;
  return 'must start with https://; http is for this machine alone';
}

const address = z
  .string()
  .regex(/^[^\s@<>,;:"()]+@[A-Za-z0-9.-]+$/, 'must be a mail address such as soc@provider.example');

const host = z.string().regex(/^[A-Za-z0-9.-]+$|^\[[0-9a-f:]+\]$/i, 'must be a host name');

/** One shape for each kind of system; the kind decides which adapter speaks to it. */
const system = z.discriminatedUnion('kind', [
  z.strictObject({
    id,
    kind: z.literal('request-tracker'),
    url,
    token: secret,
    largestBytes: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('MaxAttachmentSize of the server, where it drops or truncates longer attachments.'),
  }),
  z.strictObject({
    id,
    kind: z.literal('redmine'),
    url,
    key: secret,
    markup: z
      .enum(['textile', 'markdown'])
      .default('textile')
      .describe('Text formatting in the settings of the server.'),
  }),
  z.strictObject({ id, kind: z.literal('zendesk'), url, user: address, token: secret }),
  z.strictObject({ id, kind: z.literal('jira'), url, user: address, token: secret }),
  z.strictObject({ id, kind: z.literal('jira-service-management'), url, user: address, token: secret }),
  z.strictObject({
    id,
    kind: z.literal('servicenow'),
    url,
    user: text,
    password: secret,
    table: z
      .string()
      .regex(/^[a-z0-9_]+$/, 'must be the name of a table')
      .default('incident'),
  }),
  z.strictObject({ id, kind: z.literal('slack'), url: url.default('https://slack.com'), token: secret }),
  z.strictObject({
    id,
    kind: z.literal('smtp'),
    host,
    port: z.number().int().min(1).max(65535).default(587),
    tls: z.enum(['starttls', 'implicit', 'none']).default('starttls').describe('none is for this machine alone.'),
    user: text.optional(),
    password: secret.optional(),
    from: address,
    largestBytes: z.number().int().positive().default(20_000_000).describe('Longest message, encoded.'),
    timeoutSeconds: z.number().int().min(1).max(3600).default(120).describe('How long the server may be silent.'),
  }),
  z.strictObject({
    id,
    kind: z.literal('webhook'),
    url,
    secret: secret.describe('Key of the HMAC-SHA256 signature.'),
    idempotent: z
      .boolean()
      .default(false)
      .describe('The receiver promises to do nothing when it gets an Idempotency-Key again.'),
  }),
  z.strictObject({
    id,
    kind: z.literal('folder'),
    path: text.describe('Folder; relative to the workspace, or absolute.'),
  }),
  z.strictObject({
    id,
    kind: z.literal('s3'),
    url: url.describe('Endpoint, such as https://s3.eu-central-1.amazonaws.com.'),
    region: text,
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket'),
    accessKeyId: secret,
    secretAccessKey: secret,
  }),
]);

/** Digits or the key of an issue; it becomes part of an address. */
export const ticketNumber = z
  .union([z.string(), z.number().int().positive().transform(String)])
  .pipe(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, 'must be the number or key of a ticket'));

const FILE_CHOICES = ['pdf', 'html', 'zip'] as const;

/** What every destination of a customer may say. */
const common = {
  id: id.describe('Id of the destination in debrief.yaml.'),
  files: z
    .array(z.enum(FILE_CHOICES))
    .min(1)
    .default(['pdf'])
    .describe('Documents to attach; zip holds all files of the report.'),
  whenTooLarge: z
    .array(z.enum([...FILE_CHOICES, 'nothing']))
    .default([])
    .describe('What to attach instead, tried in this order; nothing is the comment alone. The comment says so.'),
};

const visibility = z
  .enum(['internal', 'public'])
  .default('internal')
  .describe('Who may read it: internal is for the agents, public for the customer too.');

const attachmentsVisible = z
  .literal(true)
  .optional()
  .describe(
    'States that you know: here everybody who sees the ticket sees its attachments, also those of an internal note.',
  );

const ticket = ticketNumber.optional().describe('Standing ticket, for reports that name none.');

const requestor = z
  .string()
  .regex(/^[^\s@]*@[A-Za-z0-9.-]+$/, 'must be a mail address, or @domain for everybody there')
  .transform((value) => value.toLowerCase());

const customerDestination = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('request-tracker'),
    visibility,
    ticket,
    queue: text.optional(),
    requestors: z.array(requestor).min(1).optional().describe('Whose tickets are the customer’s.'),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('redmine'),
    visibility,
    attachmentsVisible,
    ticket,
    project: text.describe('Identifier or number.'),
  }),
  z.strictObject({ ...common, kind: z.literal('zendesk'), visibility, ticket, organization: ticketNumber }),
  z.strictObject({
    ...common,
    kind: z.literal('jira'),
    attachmentsVisible,
    ticket,
    project: text.describe('Key of the project, as in KEY-12.'),
    visibleTo: text.optional().describe('Role that may read the comment; needed where the project has customers.'),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('jira-service-management'),
    visibility,
    ticket,
    organization: ticketNumber.optional(),
    reporters: z.array(requestor).min(1).optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('servicenow'),
    visibility,
    attachmentsVisible,
    ticket,
    company: ticketNumber.describe('sys_id of the company.'),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('slack'),
    channel: z.string().regex(/^[CG][A-Z0-9]{5,}$/, 'must be the id of a channel, such as C0123456789'),
    thread: z
      .string()
      .regex(/^\d+\.\d+$/, 'must be the ts of a message')
      .optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('smtp'),
    to: z.array(address).min(1),
    ticket,
    ticketTag: z
      .string()
      .regex(/^[^\r\n]*\{ticket\}[^\r\n]*$/, 'must hold {ticket}')
      .optional()
      .describe('How the help desk knows its tickets in a subject, such as "[helpdesk.example #{ticket}]".'),
  }),
  z.strictObject({ ...common, kind: z.literal('webhook') }),
  z.strictObject({
    ...common,
    kind: z.literal('folder'),
    folder: id.optional().describe('Folder of the customer; its id when left out.'),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('s3'),
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9!_.*'()/-]{1,500}$/, 'must be a key prefix')
      .optional()
      .describe('What every key starts with; the id of the customer when left out.'),
  }),
]);

export const destinationSystems = z
  .array(system)
  .default([])
  .describe('Systems that reports can be sent to; a customer’s file says which are its own.');

export const customerDestinations = z
  .array(customerDestination)
  .default([])
  .describe('Where the reports of this customer go, and what there belongs to it.');

export const deliveryRules = z
  .strictObject({
    approvers: z
      .array(text)
      .min(1)
      .optional()
      .describe('Who may approve TLP:RED and TLP:AMBER+STRICT; anybody who is named when left out.'),
    settleSeconds: z
      .number()
      .min(0)
      .max(3600)
      .default(20)
      .describe(
        'How long a request without an answer may still take effect at the other side before it is sent again.',
      ),
    patienceSeconds: z
      .number()
      .min(0)
      .max(86_400)
      .default(300)
      .describe('How long one run keeps trying; what is left is continued with debrief deliver --pending.'),
  })
  .prefault({});

export const queueSettings = z
  .strictObject({
    database: secret.describe(
      'PostgreSQL, as postgres://user:password@host:5432/database; by reference: env:NAME or file:/absolute/path.',
    ),
    retries: z.number().int().min(0).max(20).default(5).describe('How often a delivery that failed is tried again.'),
    retryPauseSeconds: z
      .number()
      .int()
      .min(0)
      .max(3600)
      .default(60)
      .describe('Pause before that; it doubles each time.'),
    expireSeconds: z
      .number()
      .int()
      .min(10)
      .max(43_200)
      .default(120)
      .describe('A worker that is not heard of for so long has died: its delivery is given to another.'),
  })
  .optional()
  .describe('Deliveries wait in a database for debrief queue work; without it who makes a report delivers it.');

export type DestinationSystem = z.infer<typeof system>;
export type CustomerDestination = z.infer<typeof customerDestination>;

/** References to the secrets that a system is reached with. */
export function secretsOf(one: DestinationSystem): string[] {
  return ['token', 'key', 'password', 'secret', 'accessKeyId', 'secretAccessKey']
    .map((field): unknown => Reflect.get(one, field))
    .filter((reference) => typeof reference === 'string');
}

interface Customer {
  readonly id: string;
  readonly destinations: readonly CustomerDestination[];
}

/** What a customer has at a system alone: two customers with the same would get each other's reports. */
const OWN: Readonly<Record<CustomerDestination['kind'], readonly string[]>> = {
  'request-tracker': ['requestors'],
  redmine: ['project'],
  zendesk: ['organization'],
  jira: ['project'],
  'jira-service-management': ['organization', 'reporters'],
  servicenow: ['company'],
  slack: ['channel'],
  smtp: ['to'],
  webhook: [],
  folder: ['folder'],
  s3: ['prefix'],
};

/** Faults that show only when all files are seen: unknown systems, other kinds, repeated ids, what two customers both claim. */
export function findDestinationFaults(systems: readonly DestinationSystem[], customers: readonly Customer[]): Fault[] {
  const faults: Fault[] = [];
  const blame = (file: string, path: readonly PropertyKey[], problem: string) =>
    faults.push({ file, field: formatField(path), problem });
  const byId = new Map<string, DestinationSystem>();
  for (const [index, one] of systems.entries()) {
    if (byId.has(one.id)) blame('debrief.yaml', ['destinations', index, 'id'], `is "${one.id}", as another one is`);
    byId.set(one.id, one);
    if (one.kind === 'smtp') {
      if (one.tls === 'none' && !isLoopback(one.host))
        blame('debrief.yaml', ['destinations', index, 'tls'], 'is none; that is for this machine alone');
      if ((one.user === undefined) !== (one.password === undefined))
        blame('debrief.yaml', ['destinations', index, 'user'], 'and password go together');
    }
  }
  const takenBy = new Map<string, string>();
  for (const customer of customers) {
    const file = `customers/${customer.id}.yaml`;
    const seen = new Set<string>();
    for (const [index, one] of customer.destinations.entries()) {
      const at = (key: string) => ['destinations', index, key];
      const known = byId.get(one.id);
      if (known === undefined)
        blame(
          file,
          at('id'),
          `is "${one.id}", which debrief.yaml does not have${suggestion(one.id, [...byId.keys()])}`,
        );
      else if (known.kind !== one.kind)
        blame(file, at('kind'), `is "${one.kind}"; in debrief.yaml "${one.id}" is ${known.kind}`);
      if (seen.has(one.id)) blame(file, at('id'), `is "${one.id}", as another one is`);
      seen.add(one.id);
      const missing = missingBinding(one);
      if (missing !== undefined) blame(file, at(missing), 'is missing; nothing else says whose a ticket is');
      if (showsAttachments(one))
        blame(
          file,
          at('attachmentsVisible'),
          'is missing; this system shows attachments to everybody who sees the ticket, whoever may read the note. State attachmentsVisible: true, or visibility: public',
        );
      for (const claim of claimsOf(one, customer.id)) {
        const owner = takenBy.get(claim.of);
        if (owner !== undefined && owner !== customer.id)
          blame(file, at(claim.key), `is ${claim.value}, which is ${owner}’s at ${one.id}`);
        else takenBy.set(claim.of, customer.id);
      }
    }
  }
  return faults;
}

function missingBinding(one: CustomerDestination): string | undefined {
  if (one.kind === 'request-tracker' && !one.queue && !one.requestors) return 'requestors';
  if (one.kind === 'jira-service-management' && !one.organization && !one.reporters) return 'organization';
  return undefined;
}

/** Whether files would be seen by more people than the text is meant for, and nobody said that this is known. */
function showsAttachments(one: CustomerDestination): boolean {
  if (one.kind === 'redmine' || one.kind === 'servicenow')
    return one.visibility === 'internal' && one.attachmentsVisible !== true;
  return one.kind === 'jira' && one.visibleTo !== undefined && one.attachmentsVisible !== true;
}

function claimsOf(one: CustomerDestination, customerId: string): { key: string; value: string; of: string }[] {
  if (one.kind === 'webhook') return [{ key: 'id', value: one.id, of: one.id }];
  // A queue alone must be the customer's own; with requestors it may be shared.
  const keys = one.kind === 'request-tracker' && !one.requestors ? ['queue'] : OWN[one.kind];
  const values: ReadonlyMap<string, unknown> = new Map(
    Object.entries({ folder: customerId, prefix: customerId, ...one }),
  );
  return keys.flatMap((key) =>
    [values.get(key)]
      .flat()
      .filter((value) => typeof value === 'string')
      .map((value) => ({ key, value, of: `${one.id} ${key} ${value}` })),
  );
}
