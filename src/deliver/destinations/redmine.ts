import { z } from 'zod';
import { DeliveryFault } from '../fault.ts';
import { type Call, type HttpClient, openHttp } from '../http/http.ts';
import { digestOf } from '../parcel/artifacts.ts';
import { renderComment } from '../parcel/comment.ts';
import { keyLine } from '../parcel/parcel.ts';
import type { Configured } from './configured.ts';
import { type Destination, UPLOAD } from './destination.ts';
import type { Toolbox } from './toolbox.ts';

// Redmine 5: https://www.redmine.org/projects/redmine/wiki/Rest_api. Files are uploaded for a token each; one update of the
// issue then makes note and attachments. A token serves once. Only the note can be private: everybody who sees the issue
// sees its attachments. A private note of somebody who may not write one is stored in public, without an error.

const id = z.number();
const issueSchema = z.object({
  issue: z.object({
    id,
    project: z.object({ id }),
    attachments: z
      .array(
        z.object({
          id,
          filename: z.string(),
          filesize: z.number(),
          content_url: z.string(),
          description: z.string().nullish(),
        }),
      )
      .default([]),
    journals: z
      .array(z.object({ id, notes: z.string().nullish(), private_notes: z.boolean().default(false) }))
      .default([]),
  }),
});
const projectSchema = z.object({ project: z.object({ id, identifier: z.string() }) });
const userSchema = z.object({
  user: z.object({
    login: z.string(),
    admin: z.boolean().default(false),
    memberships: z.array(z.object({ project: z.object({ id }), roles: z.array(z.object({ id })) })).default([]),
  }),
});
const roleSchema = z.object({ role: z.object({ permissions: z.array(z.string()) }) });
const uploadSchema = z.object({ upload: z.object({ token: z.string() }) });

const LONGEST_COMMENT = 60_000;

export function openRedmine({ system, own }: Configured<'redmine'>, toolbox: Toolbox): Destination {
  const http = openHttp({
    base: system.url,
    authorise: async () => ({ 'x-redmine-api-key': (await toolbox.readSecret(system.key)).reveal() }),
    judge: (status, text) => {
      if (status !== 422) return undefined;
      if (/exceeds the maximum/i.test(text))
        return new DeliveryFault('rejected', 'too-large', `Redmine takes no file of this size: ${text.slice(0, 200)}`);
      // A token that served, or whose file is gone: what it was for either happened or needs a fresh one.
      if (/could not be saved/i.test(text))
        return new DeliveryFault('uncertain', 'expired', 'Redmine does not know the token of the upload any more');
      return undefined;
    },
    connection: toolbox.connection,
  });
  const issueCall = (target: string): Call => ({
    method: 'GET',
    path: `/issues/${encodeURIComponent(target)}.json?include=attachments,journals`,
    effect: 'look',
  });
  const readIssue = async (target: string) => (await http.send(issueCall(target))).json(issueSchema).issue;
  const uploadCall = (name: string, bytes: Uint8Array): Call => ({
    method: 'POST',
    path: `/uploads.json?filename=${encodeURIComponent(name)}`,
    effect: 'prepare',
    body: { bytes, type: 'application/octet-stream' },
  });
  const noteCall = (target: string, issue: unknown): Call => ({
    method: 'PUT',
    path: `/issues/${encodeURIComponent(target)}.json`,
    effect: 'act',
    body: { json: { issue } },
  });
  const isPrivate = own.visibility === 'internal';

  return {
    capabilities: { canLookUp: true, canReadBack: true, hasVisibility: true },
    probe: async (ticket) => {
      const { user } = (
        await http.send({ method: 'GET', path: '/users/current.json?include=memberships', effect: 'look' })
      ).json(userSchema);
      const { project } = (
        await http.send({ method: 'GET', path: `/projects/${encodeURIComponent(own.project)}.json`, effect: 'look' })
      ).json(projectSchema);
      if (ticket !== undefined) await readIssue(ticket);
      const missing = await missingRight(http, project.id, isPrivate);
      const reached = { status: 'ok' as const, finding: `Redmine knows the key as ${user.login}` };
      return missing === undefined
        ? [reached, { status: 'ok', finding: `may write ${isPrivate ? 'private ' : ''}notes in ${project.identifier}` }]
        : [
            reached,
            {
              status: 'fail',
              finding: `lacks ${missing} in ${project.identifier}`,
              cure: `give a role of the user ${missing}`,
            },
          ];
    },
    inspect: async (target) => {
      const issue = await readIssue(target);
      const { project } = (
        await http.send({ method: 'GET', path: `/projects/${issue.project.id}.json`, effect: 'look' })
      ).json(projectSchema);
      const missing = await missingRight(http, project.id, isPrivate);
      if (missing !== undefined)
        throw new DeliveryFault(
          'rejected',
          isPrivate ? 'wrong-visibility' : 'not-authorised',
          `the user of the key lacks ${missing} in ${project.identifier}${isPrivate ? '; Redmine would show the note to everybody' : ''}`,
        );
      return { project: [/^\d+$/.test(own.project) ? String(project.id) : project.identifier] };
    },
    steps: (parcel, target) => [
      ...parcel.files.map((file, index) => ({
        name: `${UPLOAD} ${index + 1}`,
        effect: 'prepare' as const,
        run: async () => ({
          token: (await http.send(uploadCall(file.name, await file.read()))).json(uploadSchema).upload.token,
        }),
      })),
      {
        name: 'note',
        effect: 'act' as const,
        run: async (receipts) => {
          await http.send(
            noteCall(target, {
              notes: renderComment(parcel, system.markup, LONGEST_COMMENT),
              private_notes: isPrivate,
              uploads: parcel.files.map(({ name, type }, index) => ({
                token: receipts[`${UPLOAD} ${index + 1}`]?.token,
                filename: name,
                content_type: type,
                description: keyLine(parcel.key),
              })),
            }),
          );
          return {};
        },
      },
    ],
    find: async (parcel, target) => {
      const { journals, attachments } = await readIssue(target);
      const isThere =
        journals.some(({ notes }) => notes?.includes(keyLine(parcel.key))) ||
        attachments.some(({ description }) => description?.includes(keyLine(parcel.key)));
      return isThere ? { note: {} } : {};
    },
    readBack: async (parcel, target) => {
      const { journals, attachments } = await readIssue(target);
      const notes = journals.filter((journal) => journal.notes?.includes(keyLine(parcel.key)));
      const wanted = new Set(parcel.files.map(({ name }) => name));
      const files = await Promise.all(
        attachments
          .filter(({ filename }) => wanted.has(filename))
          .map(async ({ filename, id: attachment }) => {
            const { bytes } = await http.send({
              method: 'GET',
              path: `/attachments/download/${attachment}/${encodeURIComponent(filename)}`,
              effect: 'look',
            });
            return { name: filename, sha256: digestOf(bytes), bytes: bytes.byteLength };
          }),
      );
      return {
        files,
        comments: notes.length,
        ...(notes[0] && { visibility: notes[0].private_notes ? 'internal' : 'public' }),
      };
    },
    rehearse: (parcel, target) => [
      issueCall(target),
      { method: 'GET', path: '/projects/‹project›.json' },
      { does: 'look up the rights of the user' },
      ...parcel.files.map(({ name }) => uploadCall(name, new Uint8Array())),
      noteCall(target, {}),
      { does: 'read back the note and its attachments' },
    ],
  };
}

/** The permission that the user of the key lacks in a project, if any. Administrators have all. */
async function missingRight(http: HttpClient, project: number, isPrivate: boolean): Promise<string | undefined> {
  const { user } = (
    await http.send({ method: 'GET', path: '/users/current.json?include=memberships', effect: 'look' })
  ).json(userSchema);
  if (user.admin) return undefined;
  const roles = user.memberships
    .filter((membership) => membership.project.id === project)
    .flatMap((membership) => membership.roles);
  const permissions = new Set<string>();
  for (const { id: role } of roles) {
    const read = (await http.send({ method: 'GET', path: `/roles/${role}.json`, effect: 'look' })).json(roleSchema);
    for (const permission of read.role.permissions) permissions.add(permission);
  }
  const needed = isPrivate ? ['add_issue_notes', 'set_notes_private', 'view_private_notes'] : ['add_issue_notes'];
  return needed.find((permission) => !permissions.has(permission));
}
