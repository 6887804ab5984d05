import { isBasic, type SimulatedAnswer, type Simulator, startSimulator } from './simulator.ts';
import { counter, emptyTicket, type SimulatedTickets } from './ticket-state.ts';

// Rules, from https://www.servicenow.com/docs/ (REST API reference, Zurich):
// - Attachment API: POST /attachment/file?table_name&table_sys_id&file_name with the raw body and a Content-Type, 201; GET
//   /attachment with sysparm_query; GET /attachment/{sys_id}/file gives the bytes.
// - Table API: GET /table/{table}?sysparm_query, PATCH /table/{table}/{sys_id}; work_notes and comments are journal fields whose
//   entries lie in sys_journal_field (element, value, element_id).
// - Encoded queries: conditions joined by ^; = and LIKE.

export interface SimulatedServiceNow extends Simulator, SimulatedTickets {}

export async function startServiceNow(options: {
  readonly user: string;
  readonly password: string;
  readonly companies: Readonly<Record<string, string>>;
  readonly port?: number;
}): Promise<SimulatedServiceNow> {
  const tickets = new Map(Object.keys(options.companies).map((number) => [number, emptyTicket()]));
  const sysIdOf = (number: string) => `sys${number}`;
  const nextId = counter(1);
  const simulator = await startSimulator((request): SimulatedAnswer => {
    const { method, path, query } = request;
    if (!isBasic(request.headers, options.user, options.password))
      return { status: 401, body: { error: { message: 'User is not authenticated' } } };
    const conditions = new Map(
      (query.get('sysparm_query') ?? '').split('^').map((condition) => {
        const [, field = '', value = ''] = /^(\w+?)(?:=|LIKE)(.*)$/.exec(condition) ?? [];
        return [field, value] as const;
      }),
    );
    const list = (result: readonly object[], status = 200): SimulatedAnswer => ({ status, body: { result } });
    const bySysId = (sysId: string | undefined) => [...tickets].find(([number]) => sysIdOf(number) === sysId)?.[1];
    if (path === '/api/now/table/sys_user') return list([{ sys_id: 'user1' }]);
    if (path === '/api/now/table/incident' && method === 'GET') {
      const number = conditions.get('number') ?? '';
      return list(
        tickets.has(number)
          ? [{ sys_id: sysIdOf(number), company: { link: 'x', value: options.companies[number] ?? '' } }]
          : [],
      );
    }
    if (path === '/api/now/table/sys_journal_field') {
      const ticket = bySysId(conditions.get('element_id'));
      const found = ticket?.comments.filter(({ text }) => text.includes(conditions.get('value') ?? '')) ?? [];
      return list(found.map(({ text, isPublic }) => ({ element: isPublic ? 'comments' : 'work_notes', value: text })));
    }
    if (path === '/api/now/attachment' && method === 'GET') {
      const ticket = bySysId(conditions.get('table_sys_id'));
      const found = ticket?.files.filter(({ name }) => name.includes(conditions.get('file_name') ?? '')) ?? [];
      return list(
        found.map(({ id, name, bytes }) => ({ sys_id: id, file_name: name, size_bytes: String(bytes.length) })),
      );
    }
    if (path === '/api/now/attachment/file' && method === 'POST') {
      const ticket = bySysId(query.get('table_sys_id') ?? undefined);
      if (!ticket || !request.headers.get('content-type'))
        return { status: 400, body: { error: { message: 'Invalid table_sys_id' } } };
      const file = { id: `att${nextId()}`, name: query.get('file_name') ?? '', bytes: request.body };
      ticket.files.push(file);
      return { status: 201, body: { result: { sys_id: file.id, file_name: file.name } } };
    }
    const download = /^\/api\/now\/attachment\/(\w+)\/file$/.exec(path)?.[1];
    if (download !== undefined) {
      const file = [...tickets.values()].flatMap(({ files }) => files).find(({ id }) => id === download);
      return file ? { status: 200, body: file.bytes } : { status: 404, body: {} };
    }
    const patched = bySysId(/^\/api\/now\/table\/incident\/(\w+)$/.exec(path)?.[1]);
    if (patched && method === 'PATCH') {
      for (const [field, text] of Object.entries(request.json()))
        if (field === 'work_notes' || field === 'comments')
          patched.comments.push({ id: nextId(), text: String(text), isPublic: field === 'comments', files: [] });
      return { status: 200, body: { result: { sys_id: 'same' } } };
    }
    return { status: 404, body: { error: { message: 'No Record found' } } };
  }, options.port);
  return { ...simulator, tickets };
}
