import { isBasic, type SimulatedAnswer, type Simulator, startSimulator } from './simulator.ts';
import { counter, emptyTicket, type SimulatedTickets } from './ticket-state.ts';

// Rules of the platform API, from https://developer.atlassian.com/cloud/jira/platform/rest/v3/:
// - api-group-issue-attachments: multipart, the part must be `file`, `X-Atlassian-Token: no-check` or 403; 413 above the limit that
//   /attachment/meta states; 200 with a list; /attachment/content/{id}?redirect=false gives the bytes.
// - api-group-issue-comments: body is a document (ADF); 201; pages by startAt and maxResults.
// Rules of the service project API, from https://developer.atlassian.com/cloud/jira/service-desk/rest/:
// - api-group-servicedesk attachTemporaryFile: multipart `file`, `X-Atlassian-Token`; ids serve once.
// - api-group-request attachment: temporaryAttachmentIds, public, additionalComment in one call; 201.
// - api-group-organization user: X-ExperimentalApi: opt-in; pages by start and limit.

export interface SimulatedJira extends Simulator, SimulatedTickets {}

export interface SimulatedJiraOptions {
  readonly user: string;
  readonly token: string;
  /** Key of each issue → account of its reporter. */
  readonly issues: Readonly<Record<string, string>>;
  /** Organisation → accounts in it. */
  readonly organizations?: Readonly<Record<string, readonly string[]>>;
  readonly uploadLimit?: number;
  readonly port?: number;
}

export async function startJira(options: SimulatedJiraOptions): Promise<SimulatedJira> {
  const tickets = new Map(Object.keys(options.issues).map((key) => [key, emptyTicket()]));
  const temporary = new Map<string, { readonly name: string; readonly bytes: Buffer }>();
  const nextId = counter(10_000);
  const uploadLimit = options.uploadLimit ?? 20_000_000;

  const simulator = await startSimulator(async (request): Promise<SimulatedAnswer> => {
    const { method, path, query, headers } = request;
    if (!isBasic(headers, options.user, options.token))
      return { status: 401, body: 'Client must be authenticated to access this resource.' };
    const ok = (body: object, status = 200): SimulatedAnswer => ({ status, body });
    if (path === '/rest/api/3/myself') return ok({ displayName: 'Debrief' });
    if (path === '/rest/api/3/attachment/meta') return ok({ enabled: true, uploadLimit });
    if (path === '/rest/api/3/mypermissions')
      return ok({
        permissions: { ADD_COMMENTS: { havePermission: true }, CREATE_ATTACHMENTS: { havePermission: true } },
      });
    const content = /^\/rest\/api\/3\/attachment\/content\/(\d+)$/.exec(path)?.[1];
    if (content !== undefined) {
      const file = [...tickets.values()].flatMap(({ files }) => files).find(({ id }) => id === content);
      if (query.get('redirect') !== 'false')
        return { status: 303, headers: { location: 'https://api.media.atlassian.example/file' } };
      return file ? { status: 200, body: file.bytes } : { status: 404, body: {} };
    }
    const organization = /^\/rest\/servicedeskapi\/organization\/(\w+)\/user$/.exec(path)?.[1];
    if (organization !== undefined) {
      if (headers.get('x-experimentalapi') !== 'opt-in') return { status: 412, body: {} };
      const members = options.organizations?.[organization] ?? [];
      const start = Number(query.get('start'));
      const limit = Number(query.get('limit'));
      return ok({
        isLastPage: start + limit >= members.length,
        values: members.slice(start, start + limit).map((accountId) => ({ accountId })),
      });
    }
    if (/\/servicedesk\/7\/attachTemporaryFile$/.test(path) && method === 'POST') {
      if (headers.get('x-atlassian-token') !== 'no-check') return { status: 403, body: 'XSRF check failed' };
      const file = (await request.form()).get('file');
      if (!(file instanceof File)) return { status: 400, body: { errorMessage: 'no file' } };
      if (file.size > uploadLimit) return { status: 413, body: {} };
      const id = `temp${nextId()}`;
      temporary.set(id, { name: file.name, bytes: Buffer.from(await file.arrayBuffer()) });
      return ok({ temporaryAttachments: [{ temporaryAttachmentId: id, fileName: file.name }] }, 201);
    }
    const [, api = '', key = '', rest = ''] =
      /^\/rest\/(api\/3\/issue|servicedeskapi\/request)\/([^/]+)(\/\w+)?$/.exec(path) ?? [];
    const ticket = tickets.get(key);
    if (!ticket)
      return {
        status: 404,
        body: { errorMessages: ['Issue does not exist or you do not have permission to see it.'] },
      };
    const comments = ticket.comments.map(({ id, text, isPublic }) => ({ id, text, public: isPublic }));
    if (api === 'servicedeskapi/request') {
      if (method === 'GET' && rest === '')
        return ok({ serviceDeskId: '7', reporter: { accountId: options.issues[key] } });
      if (method === 'GET' && rest === '/comment') {
        const start = Number(query.get('start') ?? 0);
        const limit = Number(query.get('limit') ?? 50);
        const values = comments.slice(start, start + limit).map(({ text, ...comment }) => ({ ...comment, body: text }));
        return ok({ isLastPage: start + limit >= comments.length, values });
      }
      const body = request.json() as {
        temporaryAttachmentIds?: string[];
        public: boolean;
        additionalComment?: { body: string };
        body?: string;
      };
      const found = (body.temporaryAttachmentIds ?? []).map((id) => ({ id, file: temporary.get(id) }));
      if (found.some(({ file }) => file === undefined))
        return { status: 400, body: { errorMessage: 'temporary attachment not found' } };
      const files = found.flatMap(({ id, file }) => {
        temporary.delete(id);
        if (!file) return [];
        const attached = { id: nextId(), ...file };
        ticket.files.push(attached);
        return [attached.id];
      });
      ticket.comments.push({
        id: nextId(),
        text: body.additionalComment?.body ?? body.body ?? '',
        isPublic: body.public,
        files,
      });
      return ok({}, 201);
    }
    if (method === 'GET' && rest === '')
      return ok({
        fields: {
          project: { key: key.replace(/-\d+$/, '') },
          ...(query.get('fields')?.includes('attachment') && {
            attachment: ticket.files.map(({ id, name, bytes }) => ({ id, filename: name, size: bytes.length })),
          }),
        },
      });
    if (method === 'GET' && rest === '/comment') {
      const startAt = Number(query.get('startAt') ?? 0);
      const page = comments.slice(startAt, startAt + Number(query.get('maxResults') ?? 50));
      return ok({ total: comments.length, comments: page.map(({ id, text }) => ({ id, body: JSON.parse(text) })) });
    }
    if (method === 'POST' && rest === '/attachments') {
      if (headers.get('x-atlassian-token') !== 'no-check') return { status: 403, body: 'XSRF check failed' };
      const file = (await request.form()).get('file');
      if (!(file instanceof File)) return { status: 400, body: {} };
      if (file.size > uploadLimit) return { status: 413, body: {} };
      const attached = { id: nextId(), name: file.name, bytes: Buffer.from(await file.arrayBuffer()) };
      ticket.files.push(attached);
      return ok([{ id: attached.id, filename: file.name, size: file.size }]);
    }
    if (method === 'POST' && rest === '/comment') {
      const { body } = request.json();
      if (!(body instanceof Object && 'type' in body && body.type === 'doc'))
        return { status: 400, body: { errorMessages: ['body is not ADF'] } };
      // On the platform API a comment is public in a service project unless it says otherwise.
      const comment = { id: nextId(), text: JSON.stringify(body), isPublic: true, files: [] };
      ticket.comments.push(comment);
      return ok({ id: comment.id }, 201);
    }
    return { status: 405 };
  }, options.port);
  return { ...simulator, tickets };
}
