import { type SimulatedAnswer, type Simulator, startSimulator } from './simulator.ts';
import { counter, emptyTicket, type SimulatedTickets } from './ticket-state.ts';

// Rules, from https://docs.slack.dev/reference/methods/:
// - files.getUploadURLExternal (filename, length) gives upload_url and file_id; the bytes go there without credentials.
// - files.completeUploadExternal shares files with initial_comment in channel_id, in the thread of thread_ts; an unknown or
//   used file is file_not_found. Without channel_id the file stays private.
// - conversations.history and conversations.replies list messages with their files; files.info tells name and size.
// - Refusals come with status 200 and ok: false; invalid_auth for a bad token.

export interface SimulatedSlack extends Simulator, SimulatedTickets {}

export async function startSlack(options: {
  readonly token: string;
  readonly channels: readonly string[];
  readonly port?: number;
}): Promise<SimulatedSlack> {
  const tickets = new Map(options.channels.map((id) => [id, emptyTicket()]));
  const waiting = new Map<string, { readonly name: string; readonly length: number; bytes?: Buffer }>();
  const nextId = counter(1);
  const simulator = await startSimulator((request): SimulatedAnswer => {
    const { path, query, headers } = request;
    const say = (body: object): SimulatedAnswer => ({ status: 200, body: { ok: true, ...body } });
    const refuse = (error: string): SimulatedAnswer => ({ status: 200, body: { ok: false, error } });
    const upload = waiting.get(/^\/upload\/(\w+)$/.exec(path)?.[1] ?? '');
    if (upload) {
      if (request.body.length !== upload.length) return { status: 400, body: 'length' };
      upload.bytes = request.body;
      return { status: 200, body: 'OK' };
    }
    if (headers.get('authorization') !== `Bearer ${options.token}`) return refuse('invalid_auth');
    const method = path.replace('/api/', '');
    if (method === 'auth.test') return say({ user: 'debrief', team: 'Northwall' });
    const channelId =
      query.get('channel') ??
      (request.body.length > 0 && method !== 'auth.test'
        ? String(request.json().channel_id ?? request.json().channel ?? '')
        : '');
    if (method === 'files.getUploadURLExternal') {
      const id = `F${nextId()}`;
      waiting.set(id, { name: query.get('filename') ?? '', length: Number(query.get('length')) });
      return say({ upload_url: `http://${headers.get('host')}/upload/${id}`, file_id: id });
    }
    if (method === 'files.info') {
      const file = [...tickets.values()].flatMap(({ files }) => files).find(({ id }) => id === query.get('file'));
      return file ? say({ file: { id: file.id, name: file.name, size: file.bytes.length } }) : refuse('file_not_found');
    }
    const channel = tickets.get(channelId);
    if (!channel) return refuse('channel_not_found');
    if (method === 'conversations.info') return say({ channel: { id: channelId, is_archived: false } });
    if (method === 'conversations.history' || method === 'conversations.replies')
      return say({
        messages: channel.comments.map(({ id, text, files }) => ({
          ts: `${id}.0`,
          text,
          files: files.map((file) => ({ id: file })),
        })),
      });
    const body = request.json() as { files?: { id: string; title: string }[]; initial_comment?: string; text?: string };
    const files: string[] = [];
    for (const { id } of body.files ?? []) {
      const file = waiting.get(id);
      if (!file?.bytes) return refuse('file_not_found');
      waiting.delete(id);
      channel.files.push({ id, name: file.name, bytes: file.bytes });
      files.push(id);
    }
    channel.comments.push({ id: nextId(), text: body.initial_comment ?? body.text ?? '', isPublic: true, files });
    return say({});
  }, options.port);
  return { ...simulator, tickets };
}
