import { z } from 'zod';
import { DeliveryFault, type FaultReason } from '../fault.ts';
import { type Answer, type Call, openHttp } from '../http/http.ts';
import { renderComment } from '../parcel/comment.ts';
import { keyLine, type Parcel } from '../parcel/parcel.ts';
import type { Configured } from './configured.ts';
import { type Destination, UPLOAD } from './destination.ts';
import type { Toolbox } from './toolbox.ts';

// Slack: https://docs.slack.dev/reference/methods/files.getUploadURLExternal/. A file gets an address to be sent to, without
// credentials, and is nobody's until files.completeUploadExternal shares it in the channel together with the message.
// Downloads need the token at another host than the API, so the size is compared and not the digest.

const envelope = z.object({ ok: z.boolean(), error: z.string().optional() });
const uploadSchema = z.object({ upload_url: z.string(), file_id: z.string() });
const channelSchema = z.object({
  channel: z.object({
    id: z.string(),
    is_archived: z.boolean().default(false),
    is_ext_shared: z.boolean().default(false),
  }),
});
const messagesSchema = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      text: z.string().default(''),
      files: z.array(z.object({ id: z.string() })).default([]),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().default('') }).optional(),
});
const fileSchema = z.object({ file: z.object({ id: z.string(), name: z.string(), size: z.number() }) });

const LONGEST_COMMENT = 3_500;
const PER_PAGE = 200;
/** A message of ours is among the latest; what is older is not looked through. */
const MOST_PAGES = 5;
/** Files are made ready after the call has returned. */
const READY_TRIES = 5;
const READY_PAUSE_MS = 2_000;

/** https://docs.slack.dev/reference/methods/files.completeUploadExternal/#errors and the errors that all methods share. */
const ERRORS: Readonly<Record<string, readonly ['rejected' | 'later' | 'uncertain', FaultReason]>> = {
  file_upload_size_restricted: ['rejected', 'too-large'],
  not_authed: ['rejected', 'not-authorised'],
  invalid_auth: ['rejected', 'not-authorised'],
  token_revoked: ['rejected', 'not-authorised'],
  token_expired: ['rejected', 'not-authorised'],
  account_inactive: ['rejected', 'not-authorised'],
  file_not_found: ['rejected', 'expired'],
  channel_not_found: ['rejected', 'not-found'],
  ratelimited: ['later', 'rate-limited'],
  internal_error: ['uncertain', 'no-answer'],
  fatal_error: ['uncertain', 'no-answer'],
  service_unavailable: ['uncertain', 'no-answer'],
  request_timeout: ['uncertain', 'no-answer'],
};

export function openSlack({ system, own }: Configured<'slack'>, toolbox: Toolbox): Destination {
  const http = openHttp({
    base: `${system.url}/api`,
    authorise: async () => ({ authorization: `Bearer ${(await toolbox.readSecret(system.token)).reveal()}` }),
    connection: toolbox.connection,
  });
  /** Slack says no with status 200. */
  const ask = async <Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>> => {
    const answer = await http.send(call);
    refuseError(call, answer);
    return answer.json(schema);
  };
  const infoCall: Call = { method: 'GET', path: `/conversations.info?channel=${own.channel}`, effect: 'look' };
  const urlCall = (name: string, length: number): Call => ({
    method: 'GET',
    path: `/files.getUploadURLExternal?filename=${encodeURIComponent(name)}&length=${length}`,
    effect: 'prepare',
  });
  const completeCall = (json: unknown): Call => ({
    method: 'POST',
    path: '/files.completeUploadExternal',
    effect: 'act',
    body: { json },
  });
  const messagesOf = async (parcel: Parcel) => {
    const method = own.thread === undefined ? 'conversations.history' : 'conversations.replies';
    const base = `/${method}?channel=${own.channel}&limit=${PER_PAGE}${own.thread === undefined ? '' : `&ts=${own.thread}`}`;
    const found: z.output<typeof messagesSchema>['messages'] = [];
    for (let page = 0, cursor = ''; page < MOST_PAGES; page++) {
      const path = `${base}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
      const read = await ask({ method: 'GET', path, effect: 'look' }, messagesSchema);
      found.push(...read.messages.filter(({ text }) => text.includes(keyLine(parcel.key))));
      cursor = read.response_metadata?.next_cursor ?? '';
      if (cursor === '') break;
    }
    return found;
  };

  return {
    capabilities: { canLookUp: true, canReadBack: true, hasVisibility: false },
    probe: async () => {
      const me = await ask(
        { method: 'POST', path: '/auth.test', effect: 'look' },
        z.object({ user: z.string(), team: z.string() }),
      );
      const { channel } = await ask(infoCall, channelSchema);
      return [
        { status: 'ok', finding: `Slack knows the token as ${me.user} of ${me.team}` },
        channel.is_ext_shared
          ? {
              status: 'warn',
              finding: `channel ${channel.id} is shared with other organisations`,
              cure: 'be sure that they may read the report',
            }
          : { status: 'ok', finding: `channel ${channel.id} can be seen` },
      ];
    },
    inspect: async () => {
      const { channel } = await ask(infoCall, channelSchema);
      if (channel.is_archived) throw new DeliveryFault('rejected', 'refused', `channel ${channel.id} is archived`);
      return { channel: [channel.id] };
    },
    steps: (parcel) => [
      ...parcel.files.map((file, index) => ({
        name: `${UPLOAD} ${index + 1}`,
        effect: 'prepare' as const,
        run: async () => {
          const { upload_url, file_id } = await ask(urlCall(file.name, file.bytes), uploadSchema);
          await http.send({
            method: 'POST',
            path: upload_url,
            effect: 'prepare',
            body: { bytes: await file.read(), type: 'application/octet-stream' },
          });
          return { file: file_id };
        },
      })),
      {
        name: 'message',
        effect: 'act' as const,
        run: async (receipts) => {
          const text = renderComment(parcel, 'slack', LONGEST_COMMENT);
          const place = { ...(own.thread !== undefined && { thread_ts: own.thread }) };
          const files = parcel.files.map(({ name }, index) => ({
            id: receipts[`${UPLOAD} ${index + 1}`]?.file,
            title: name,
          }));
          await (files.length > 0
            ? ask(completeCall({ files, channel_id: own.channel, initial_comment: text, ...place }), envelope)
            : ask(
                {
                  method: 'POST',
                  path: '/chat.postMessage',
                  effect: 'act',
                  body: { json: { channel: own.channel, text, ...place } },
                },
                envelope,
              ));
          return {};
        },
      },
    ],
    find: async (parcel) => ((await messagesOf(parcel)).length > 0 ? { message: {} } : {}),
    readBack: async (parcel) => {
      let messages = await messagesOf(parcel);
      const isReady = () => messages.flatMap(({ files }) => files).length >= parcel.files.length;
      for (let tries = 1; tries < READY_TRIES && !isReady(); tries++) {
        await toolbox.connection.sleep(READY_PAUSE_MS);
        messages = await messagesOf(parcel);
      }
      const files = await Promise.all(
        messages
          .flatMap((message) => message.files)
          .map(async ({ id }) => {
            const { file } = await ask({ method: 'GET', path: `/files.info?file=${id}`, effect: 'look' }, fileSchema);
            return { name: file.name, bytes: file.size };
          }),
      );
      return { files, comments: messages.length };
    },
    rehearse: (parcel) => [
      infoCall,
      ...parcel.files.flatMap(({ name, bytes }) => [
        urlCall(name, bytes),
        { does: `send ${name} to the address that Slack gives` },
      ]),
      completeCall({}),
      { does: 'read back the message and its files' },
    ],
  };
}

function refuseError(call: Call, answer: Answer): void {
  const { ok, error = 'no error named' } = answer.json(envelope);
  if (ok) return;
  const [outcome, reason] = ERRORS[error] ?? ['rejected', 'refused'];
  throw new DeliveryFault(outcome, reason, `Slack refuses ${call.path.replace(/\?.*/, '').slice(1)}: ${error}`, {
    opensCircuit: reason === 'not-authorised',
  });
}
