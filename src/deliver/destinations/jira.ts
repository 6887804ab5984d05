import { z } from 'zod';
import { DeliveryFault } from '../fault.ts';
import { type Call, type HttpClient, openHttp } from '../http/http.ts';
import { digestOf } from '../parcel/artifacts.ts';
import { renderAdf } from '../parcel/comment.ts';
import { keyLine, type Parcel } from '../parcel/parcel.ts';
import type { Configured } from './configured.ts';
import type { Destination } from './destination.ts';
import type { Toolbox } from './toolbox.ts';

// Jira Cloud, platform API version 3: https://developer.atlassian.com/cloud/jira/platform/rest/v3/. Attachments and the comment are
// separate calls, each seen at once; a crash between them goes on with what is missing. An attachment is seen by everybody who
// sees the issue; a comment can be limited to a role. In a service project use jira-service-management instead.

const issueSchema = z.object({
  fields: z.object({
    project: z.object({ key: z.string() }),
    attachment: z.array(z.object({ id: z.string(), filename: z.string(), size: z.number() })).default([]),
  }),
});
const metaSchema = z.object({ enabled: z.boolean(), uploadLimit: z.number() });
const commentsSchema = z.object({
  total: z.number(),
  comments: z.array(z.object({ id: z.string(), body: z.unknown() })),
});

const PER_PAGE = 100;

/** Without it Jira takes an upload for a forged form and blocks it. */
export const NO_CHECK = { 'x-atlassian-token': 'no-check' } as const;

export function openJira({ system, own }: Configured<'jira'>, toolbox: Toolbox): Destination {
  const http = openHttp({
    base: `${system.url}/rest/api/3`,
    authorise: async () => ({ authorization: (await toolbox.readSecret(system.token)).basicFor(system.user) }),
    connection: toolbox.connection,
  });
  const issuePath = (target: string) => `/issue/${encodeURIComponent(target)}`;
  const attachCall = (target: string, body?: Call['body']): Call => ({
    method: 'POST',
    path: `${issuePath(target)}/attachments`,
    effect: 'act',
    headers: NO_CHECK,
    ...(body && { body }),
  });
  const commentCall = (target: string, json: unknown): Call => ({
    method: 'POST',
    path: `${issuePath(target)}/comment`,
    effect: 'act',
    body: { json },
  });
  const commentsOf = async (parcel: Parcel, target: string) => {
    const found: string[] = [];
    for (let startAt = 0; ; startAt += PER_PAGE) {
      const path = `${issuePath(target)}/comment?startAt=${startAt}&maxResults=${PER_PAGE}`;
      const { total, comments } = (await http.send({ method: 'GET', path, effect: 'look' })).json(commentsSchema);
      found.push(
        ...comments.filter(({ body }) => JSON.stringify(body).includes(keyLine(parcel.key))).map(({ id }) => id),
      );
      if (startAt + PER_PAGE >= total) return found;
    }
  };

  return {
    capabilities: { canLookUp: true, canReadBack: true, hasVisibility: false },
    probe: async (ticket) => {
      const me = (await http.send({ method: 'GET', path: '/myself', effect: 'look' })).json(
        z.object({ displayName: z.string() }),
      );
      const meta = await readMeta(http);
      const about = `projectKey=${encodeURIComponent(own.project)}${ticket === undefined ? '' : `&issueKey=${encodeURIComponent(ticket)}`}`;
      const path = `/mypermissions?permissions=ADD_COMMENTS,CREATE_ATTACHMENTS&${about}`;
      const { permissions } = (await http.send({ method: 'GET', path, effect: 'look' })).json(
        z.object({ permissions: z.record(z.string(), z.object({ havePermission: z.boolean() })) }),
      );
      const missing = Object.entries(permissions)
        .filter(([, { havePermission }]) => !havePermission)
        .map(([name]) => name);
      return [
        {
          status: 'ok',
          finding: `Jira knows the token as ${me.displayName}; attachments up to ${meta.uploadLimit} bytes`,
        },
        missing.length === 0
          ? { status: 'ok', finding: `may comment and attach in ${own.project}` }
          : {
              status: 'fail',
              finding: `lacks ${missing.join(', ')} in ${own.project}`,
              cure: 'grant it in the permission scheme',
            },
      ];
    },
    inspect: async (target) => {
      const { fields } = await readIssue(http, target, 'project');
      return { project: [fields.project.key] };
    },
    steps: (parcel, target) => [
      ...parcel.files.map((file) => ({
        name: file.name,
        effect: 'act' as const,
        run: async () => {
          await refuseTooLarge(http, parcel);
          const part = { name: file.name, type: file.type, bytes: await file.read() };
          const answer = await http.send(attachCall(target, { form: [['file', part]] }));
          const [attachment] = answer.json(z.array(z.object({ id: z.string() })).min(1));
          return { attachment: attachment?.id ?? '' };
        },
      })),
      {
        name: 'comment',
        effect: 'act' as const,
        run: async () => {
          const visibility = own.visibleTo === undefined ? {} : { visibility: { type: 'role', value: own.visibleTo } };
          const answer = await http.send(commentCall(target, { body: renderAdf(parcel), ...visibility }));
          return { comment: answer.json(z.object({ id: z.string() })).id };
        },
      },
    ],
    find: async (parcel, target) => {
      const { fields } = await readIssue(http, target, 'project,attachment');
      const attached = parcel.files.flatMap(({ name }) => {
        const found = fields.attachment.find(({ filename }) => filename === name);
        return found ? [[name, { attachment: found.id }] as const] : [];
      });
      const [comment] = await commentsOf(parcel, target);
      return { ...Object.fromEntries(attached), ...(comment !== undefined && { comment: { comment } }) };
    },
    readBack: async (parcel, target) => ({
      files: await readAttachments(http, parcel, target),
      comments: (await commentsOf(parcel, target)).length,
    }),
    rehearse: (parcel, target) => [
      { method: 'GET', path: `${issuePath(target)}?fields=project` },
      ...parcel.files.flatMap(() => [{ method: 'GET' as const, path: '/attachment/meta' }, attachCall(target)]),
      commentCall(target, {}),
      { method: 'GET', path: `${issuePath(target)}?fields=project,attachment` },
      ...parcel.files.map(() => ({ method: 'GET' as const, path: '/attachment/content/‹attachment›?redirect=false' })),
      { method: 'GET', path: `${issuePath(target)}/comment?startAt=0&maxResults=${PER_PAGE}` },
    ],
  };
}

async function readIssue(http: HttpClient, target: string, fields: string): Promise<z.output<typeof issueSchema>> {
  return (
    await http.send({ method: 'GET', path: `/issue/${encodeURIComponent(target)}?fields=${fields}`, effect: 'look' })
  ).json(issueSchema);
}

async function readMeta(http: HttpClient): Promise<z.output<typeof metaSchema>> {
  return (await http.send({ method: 'GET', path: '/attachment/meta', effect: 'look' })).json(metaSchema);
}

/** Of all files at once, before the first of them is seen. */
async function refuseTooLarge(http: HttpClient, parcel: Parcel): Promise<void> {
  const { enabled, uploadLimit } = await readMeta(http);
  if (!enabled) throw new DeliveryFault('rejected', 'refused', 'attachments are switched off in this Jira');
  const large = parcel.files.find(({ bytes }) => bytes > uploadLimit);
  if (large)
    throw new DeliveryFault(
      'rejected',
      'too-large',
      `${large.name} has ${large.bytes} bytes; this Jira takes up to ${uploadLimit}`,
    );
}

/** The files of a parcel as they lie at an issue, by their names. `http` is of the platform API. */
export async function readAttachments(http: HttpClient, parcel: Parcel, target: string) {
  const wanted = new Set(parcel.files.map(({ name }) => name));
  const { fields } = await readIssue(http, target, 'project,attachment');
  return Promise.all(
    fields.attachment
      .filter(({ filename }) => wanted.has(filename))
      .map(async ({ id, filename }) => {
        const { bytes } = await http.send({
          method: 'GET',
          path: `/attachment/content/${id}?redirect=false`,
          effect: 'look',
        });
        return { name: filename, sha256: digestOf(bytes), bytes: bytes.byteLength };
      }),
  );
}
