import { isBasic, type SimulatedAnswer, type Simulator, startSimulator } from './simulator.ts';
import { counter, emptyTicket, type SimulatedTickets } from './ticket-state.ts';

// Rules, each from https://developer.zendesk.com/api-reference/:
// - ticketing/tickets/ticket-attachments/: raw body; the extension of filename must be the file's; 201 with a token; a token lives
//   60 minutes, serves once, and unknown ones are 404; files are attached only with a comment (`uploads`), visible as its `public`.
// - introduction/security-and-auth/: basic `email/token:secret`; 401 otherwise.
// - ticketing/tickets/ticket_comments/: cursor pages (`page[size]`, `meta.has_more`), `attachments[].content_url`.
// - content_url hands the download to a host of the storage.

const TOKEN_MS = 60 * 60_000;

export interface SimulatedZendesk extends Simulator, SimulatedTickets {
  /** Makes every upload token older. */
  age(ms: number): void;
}

export async function startZendesk(options: {
  readonly user: string;
  readonly token: string;
  readonly organizations: Readonly<Record<string, number>>;
  readonly port?: number;
}): Promise<SimulatedZendesk> {
  const tickets = new Map(Object.keys(options.organizations).map((id) => [id, emptyTicket()]));
  const uploads = new Map<string, { readonly name: string; readonly bytes: Buffer; at: number }>();
  const stored = new Map<string, Buffer>();
  const nextId = counter(1000);
  const storage = await startSimulator(({ path, headers }) => {
    if (headers.has('authorization')) return { status: 400, body: 'credentials where none belong' };
    const bytes = stored.get(path.slice(1));
    return bytes ? { status: 200, body: bytes } : { status: 404, body: {} };
  });

  const simulator = await startSimulator((request): SimulatedAnswer => {
    const { method, path, query } = request;
    if (!isBasic(request.headers, `${options.user}/token`, options.token))
      return { status: 401, body: { error: 'Couldn’t authenticate you' } };
    if (method === 'GET' && path === '/api/v2/users/me.json')
      return { status: 200, body: { user: { role: 'agent', email: options.user } } };
    if (method === 'POST' && path === '/api/v2/uploads.json') {
      const name = query.get('filename') ?? '';
      if (!/\.\w+$/.test(name) || !request.headers.get('content-type'))
        return { status: 422, body: { error: 'AttachmentUnprocessable' } };
      const token = `tok${nextId()}`;
      uploads.set(token, { name, bytes: request.body, at: Date.now() });
      return { status: 201, body: { upload: { token, attachment: { file_name: name, size: request.body.length } } } };
    }
    const [, id = '', rest = ''] = /^\/api\/v2\/tickets\/([^/.]+)(\/comments)?\.json$/.exec(path) ?? [];
    const ticket = tickets.get(id);
    const download = /^\/attachments\/(\w+)$/.exec(path)?.[1];
    if (download !== undefined) return { status: 302, headers: { location: `${storage.url}/${download}` } };
    if (!ticket) return { status: 404, body: { error: 'RecordNotFound' } };
    const told = { ticket: { id: Number(id), organization_id: options.organizations[id] ?? null } };
    if (method === 'GET' && rest === '') return { status: 200, body: told };
    if (method === 'GET') {
      const comments = ticket.comments.map((comment) => ({
        id: Number(comment.id),
        public: comment.isPublic,
        body: comment.text,
        plain_body: comment.text,
        attachments: ticket.files
          .filter((file) => comment.files.includes(file.id))
          .map((file) => ({
            file_name: file.name,
            size: file.bytes.length,
            content_url: `http://${request.headers.get('host')}/attachments/${file.id}`,
          })),
      }));
      const from = Number(query.get('page[after]') ?? 0);
      const size = Number(query.get('page[size]') ?? 100);
      return {
        status: 200,
        body: {
          comments: comments.slice(from, from + size),
          meta: { has_more: from + size < comments.length, after_cursor: String(from + size) },
        },
      };
    }
    if (method !== 'PUT') return { status: 405 };
    const { comment } = Object(request.json().ticket) as {
      comment: { body: string; public: boolean; uploads: string[] };
    };
    const found = comment.uploads.map((token) => uploads.get(token));
    if (found.some((upload) => upload === undefined || Date.now() - upload.at > TOKEN_MS))
      return { status: 404, body: { error: 'InvalidToken', description: 'upload token not found' } };
    const files = found.flatMap((upload) => {
      if (!upload) return [];
      const file = { id: `file${nextId()}`, name: upload.name, bytes: upload.bytes };
      ticket.files.push(file);
      stored.set(file.id, file.bytes);
      return [file.id];
    });
    for (const token of comment.uploads) uploads.delete(token);
    ticket.comments.push({ id: nextId(), text: comment.body, isPublic: comment.public, files });
    return { status: 200, body: told };
  }, options.port);
  return {
    ...simulator,
    tickets,
    age: (ms) => {
      for (const upload of uploads.values()) upload.at -= ms;
    },
    close: async () => {
      await simulator.close();
      await storage.close();
    },
  };
}
