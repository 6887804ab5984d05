import { z } from 'zod';
import { DeliveryFault } from '../fault.ts';
import { type Call, openHttp } from '../http/http.ts';
import { digestOf } from '../parcel/artifacts.ts';
import { renderComment } from '../parcel/comment.ts';
import { keyLine } from '../parcel/parcel.ts';
import type { Configured } from './configured.ts';
import { type Destination, UPLOAD } from './destination.ts';
import type { Toolbox } from './toolbox.ts';

// Zendesk Support: https://developer.zendesk.com/api-reference/ticketing/tickets/ticket-attachments/. Files are uploaded for a
// token each that lives 60 minutes; one update of the ticket then makes the comment with its attachments. Until a token is used
// its file can be opened by every signed-in user, so it is used at once.

const ticketSchema = z.object({ ticket: z.object({ id: z.number(), organization_id: z.number().nullable() }) });
const uploadSchema = z.object({ upload: z.object({ token: z.string() }) });
const commentsSchema = z.object({
  comments: z.array(
    z.object({
      id: z.number(),
      public: z.boolean(),
      plain_body: z.string().nullish(),
      body: z.string().nullish(),
      attachments: z.array(z.object({ file_name: z.string(), size: z.number(), content_url: z.string() })).default([]),
    }),
  ),
  meta: z.object({ has_more: z.boolean(), after_cursor: z.string().nullish() }),
});

const LONGEST_COMMENT = 60_000;
const PER_PAGE = 100;

export function openZendesk({ system }: Configured<'zendesk'>, toolbox: Toolbox): Destination {
  const http = openHttp({
    base: `${system.url}/api/v2`,
    authorise: async () => ({
      authorization: (await toolbox.readSecret(system.token)).basicFor(`${system.user}/token`),
    }),
    judge: (status, text) =>
      (status === 404 || status === 422) && /token|upload/i.test(text)
        ? new DeliveryFault('rejected', 'expired', 'Zendesk does not know the token of the upload any more')
        : undefined,
    connection: toolbox.connection,
  });
  const ticketCall = (target: string): Call => ({
    method: 'GET',
    path: `/tickets/${encodeURIComponent(target)}.json`,
    effect: 'look',
  });
  const uploadCall = (name: string, bytes: Uint8Array, type: string): Call => ({
    method: 'POST',
    path: `/uploads.json?filename=${encodeURIComponent(name)}`,
    effect: 'prepare',
    body: { bytes, type },
  });
  const commentCall = (target: string, comment: unknown): Call => ({
    method: 'PUT',
    path: `/tickets/${encodeURIComponent(target)}.json`,
    effect: 'act',
    body: { json: { ticket: { comment } } },
  });
  const commentsOf = async (target: string, key: string) => {
    const found: z.output<typeof commentsSchema>['comments'] = [];
    for (let cursor = ''; ; ) {
      const path = `/tickets/${encodeURIComponent(target)}/comments.json?page[size]=${PER_PAGE}${cursor === '' ? '' : `&page[after]=${encodeURIComponent(cursor)}`}`;
      const { comments, meta } = (await http.send({ method: 'GET', path, effect: 'look' })).json(commentsSchema);
      found.push(...comments.filter(({ plain_body, body }) => (plain_body ?? body ?? '').includes(keyLine(key))));
      if (!meta.has_more || !meta.after_cursor) return found;
      cursor = meta.after_cursor;
    }
  };

  return {
    capabilities: { canLookUp: true, canReadBack: true, hasVisibility: true },
    probe: async (ticket) => {
      const { user } = (await http.send({ method: 'GET', path: '/users/me.json', effect: 'look' })).json(
        z.object({ user: z.object({ role: z.string().nullish(), email: z.string().nullish() }) }),
      );
      if (ticket !== undefined) await http.send(ticketCall(ticket));
      const isAgent = user.role === 'agent' || user.role === 'admin';
      return [
        isAgent
          ? { status: 'ok', finding: `Zendesk knows the token as ${user.role} ${user.email}` }
          : {
              status: 'fail',
              finding: `the user is ${user.role ?? 'nobody'}; only agents write internal notes`,
              cure: 'use the token of an agent',
            },
      ];
    },
    inspect: async (target) => {
      const { ticket } = (await http.send(ticketCall(target))).json(ticketSchema);
      return { organization: ticket.organization_id === null ? [] : [String(ticket.organization_id)] };
    },
    steps: (parcel, target) => [
      ...parcel.files.map((file, index) => ({
        name: `${UPLOAD} ${index + 1}`,
        effect: 'prepare' as const,
        run: async () => ({
          token: (await http.send(uploadCall(file.name, await file.read(), file.type))).json(uploadSchema).upload.token,
        }),
      })),
      {
        name: 'comment',
        effect: 'act' as const,
        run: async (receipts) => {
          const uploads = parcel.files.map((_, index) => receipts[`${UPLOAD} ${index + 1}`]?.token);
          const body = renderComment(parcel, 'markdown', LONGEST_COMMENT);
          const answer = await http.send(
            commentCall(target, { body, public: parcel.visibility === 'public', uploads }),
          );
          answer.json(ticketSchema);
          return {};
        },
      },
    ],
    find: async (parcel, target) => ((await commentsOf(target, parcel.key)).length > 0 ? { comment: {} } : {}),
    readBack: async (parcel, target) => {
      const comments = await commentsOf(target, parcel.key);
      const files = await Promise.all(
        comments
          .flatMap(({ attachments }) => attachments)
          .map(async ({ file_name, content_url }) => {
            // At the configured address: a help desk with a host name of its own states another one here.
            const { pathname, search } = new URL(content_url);
            const path = new URL(system.url).origin + pathname + search;
            const { bytes } = await http.send({ method: 'GET', path, effect: 'look', isDownload: true });
            return { name: file_name, sha256: digestOf(bytes), bytes: bytes.byteLength };
          }),
      );
      const [first] = comments;
      return { files, comments: comments.length, ...(first && { visibility: first.public ? 'public' : 'internal' }) };
    },
    rehearse: (parcel, target) => [
      ticketCall(target),
      ...parcel.files.map(({ name, type }) => uploadCall(name, new Uint8Array(), type)),
      commentCall(target, {}),
      { method: 'GET', path: `/tickets/${encodeURIComponent(target)}/comments.json?page[size]=${PER_PAGE}` },
      ...parcel.files.map(({ name }) => ({ does: `download ${name}` })),
    ],
  };
}
