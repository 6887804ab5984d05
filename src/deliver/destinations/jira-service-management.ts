import { z } from 'zod';
import { type Call, openHttp } from '../http/http.ts';
import { renderComment } from '../parcel/comment.ts';
import { keyLine } from '../parcel/parcel.ts';
import type { Configured } from './configured.ts';
import { type Destination, UPLOAD } from './destination.ts';
import { NO_CHECK, readAttachments } from './jira.ts';
import type { Toolbox } from './toolbox.ts';

// Jira Service Management Cloud: https://developer.atlassian.com/cloud/jira/service-desk/rest/. Files are uploaded as temporary
// ones; one call then attaches them with a comment and says who may read both. (A comment of the platform API would be public.)

const requestSchema = z.object({
  serviceDeskId: z.string(),
  reporter: z.object({ accountId: z.string().nullish(), emailAddress: z.string().nullish() }).nullish(),
});
const temporarySchema = z.object({
  temporaryAttachments: z.array(z.object({ temporaryAttachmentId: z.string() })).min(1),
});
const usersSchema = z.object({ isLastPage: z.boolean(), values: z.array(z.object({ accountId: z.string() })) });
const commentsSchema = z.object({
  isLastPage: z.boolean(),
  values: z.array(z.object({ id: z.string(), body: z.string(), public: z.boolean() })),
});

const LONGEST_COMMENT = 30_000;
const PER_PAGE = 50;
const EXPERIMENTAL = { 'x-experimentalapi': 'opt-in' } as const;

export function openJiraServiceManagement(
  { system, own }: Configured<'jira-service-management'>,
  toolbox: Toolbox,
): Destination {
  const open = (base: string) =>
    openHttp({
      base: system.url + base,
      authorise: async () => ({ authorization: (await toolbox.readSecret(system.token)).basicFor(system.user) }),
      connection: toolbox.connection,
    });
  const http = open('/rest/servicedeskapi');
  const platform = open('/rest/api/3');
  const requestPath = (target: string) => `/request/${encodeURIComponent(target)}`;
  const requestCall = (target: string): Call => ({ method: 'GET', path: requestPath(target), effect: 'look' });
  const readRequest = async (target: string) => (await http.send(requestCall(target))).json(requestSchema);
  const uploadCall = (desk: string, body?: Call['body']): Call => ({
    method: 'POST',
    path: `/servicedesk/${desk}/attachTemporaryFile`,
    effect: 'prepare',
    headers: { ...NO_CHECK, ...EXPERIMENTAL },
    ...(body && { body }),
  });
  const attachCall = (target: string, json: unknown): Call => ({
    method: 'POST',
    path: `${requestPath(target)}/attachment`,
    effect: 'act',
    headers: EXPERIMENTAL,
    body: { json },
  });
  const commentsOf = async (target: string, key: string) => {
    const found: z.output<typeof commentsSchema>['values'] = [];
    for (let start = 0; ; start += PER_PAGE) {
      const path = `${requestPath(target)}/comment?public=true&internal=true&start=${start}&limit=${PER_PAGE}`;
      const { isLastPage, values } = (await http.send({ method: 'GET', path, effect: 'look' })).json(commentsSchema);
      found.push(...values.filter(({ body }) => body.includes(keyLine(key))));
      if (isLastPage) return found;
    }
  };
  const isMember = async (organization: string, accountId: string) => {
    for (let start = 0; ; start += PER_PAGE) {
      const path = `/organization/${organization}/user?start=${start}&limit=${PER_PAGE}`;
      const { isLastPage, values } = (
        await http.send({ method: 'GET', path, effect: 'look', headers: EXPERIMENTAL })
      ).json(usersSchema);
      if (values.some((user) => user.accountId === accountId)) return true;
      if (isLastPage) return false;
    }
  };

  return {
    capabilities: { canLookUp: true, canReadBack: true, hasVisibility: true },
    probe: async (ticket) => {
      const me = (await platform.send({ method: 'GET', path: '/myself', effect: 'look' })).json(
        z.object({ displayName: z.string() }),
      );
      const known = { status: 'ok' as const, finding: `Jira knows the token as ${me.displayName}` };
      if (ticket === undefined)
        return [known, { status: 'warn', finding: 'rights show only on a request', cure: 'name one with --ticket' }];
      // Customers see no internal comments: being allowed to ask for them is being an agent.
      await http.send({ method: 'GET', path: `${requestPath(ticket)}/comment?internal=true&limit=1`, effect: 'look' });
      return [known, { status: 'ok', finding: `may read the internal comments of ${ticket}` }];
    },
    inspect: async (target) => {
      const { reporter } = await readRequest(target);
      const isOwn =
        own.organization !== undefined && reporter?.accountId
          ? await isMember(own.organization, reporter.accountId)
          : false;
      return {
        organization: isOwn && own.organization !== undefined ? [own.organization] : ['another one'],
        reporters: reporter?.emailAddress ? [reporter.emailAddress] : [],
      };
    },
    steps: (parcel, target) => [
      ...parcel.files.map((file, index) => ({
        name: `${UPLOAD} ${index + 1}`,
        effect: 'prepare' as const,
        run: async () => {
          const { serviceDeskId } = await readRequest(target);
          const part = { name: file.name, type: file.type, bytes: await file.read() };
          const answer = await http.send(uploadCall(serviceDeskId, { form: [['file', part]] }));
          return { temporary: answer.json(temporarySchema).temporaryAttachments[0]?.temporaryAttachmentId ?? '' };
        },
      })),
      {
        name: 'comment',
        effect: 'act' as const,
        run: async (receipts) => {
          const body = renderComment(parcel, 'plain', LONGEST_COMMENT);
          const isPublic = parcel.visibility === 'public';
          const ids = parcel.files.map((_, index) => receipts[`${UPLOAD} ${index + 1}`]?.temporary);
          await (parcel.files.length > 0
            ? http.send(
                attachCall(target, { temporaryAttachmentIds: ids, public: isPublic, additionalComment: { body } }),
              )
            : http.send({
                method: 'POST',
                path: `${requestPath(target)}/comment`,
                effect: 'act',
                body: { json: { body, public: isPublic } },
              }));
          return {};
        },
      },
    ],
    find: async (parcel, target) => ((await commentsOf(target, parcel.key)).length > 0 ? { comment: {} } : {}),
    readBack: async (parcel, target) => {
      const comments = await commentsOf(target, parcel.key);
      const [first] = comments;
      return {
        files: await readAttachments(platform, parcel, target),
        comments: comments.length,
        ...(first && { visibility: first.public ? 'public' : 'internal' }),
      };
    },
    rehearse: (parcel, target) => [
      requestCall(target),
      ...(own.organization === undefined
        ? []
        : [{ method: 'GET' as const, path: `/organization/${own.organization}/user?start=0&limit=${PER_PAGE}` }]),
      ...parcel.files.flatMap(() => [requestCall(target), uploadCall('‹service desk›')]),
      attachCall(target, {}),
      { method: 'GET', path: `${requestPath(target)}/comment?public=true&internal=true&start=0&limit=${PER_PAGE}` },
      { method: 'GET', path: `/issue/${encodeURIComponent(target)}?fields=project,attachment` },
      ...parcel.files.map(() => ({ method: 'GET' as const, path: '/attachment/content/‹attachment›?redirect=false' })),
    ],
  };
}
