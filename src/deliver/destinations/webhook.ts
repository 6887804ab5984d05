import { createHmac } from 'node:crypto';
import { openHttp } from '../http/http.ts';
import { renderComment } from '../parcel/comment.ts';
import type { Parcel } from '../parcel/parcel.ts';
import type { Configured } from './configured.ts';
import type { Destination } from './destination.ts';
import type { Toolbox } from './toolbox.ts';

// One signed POST to a program of the reader: JSON with the comment as Markdown and the files in base64. docs/delivery.md says
// how to check the signature. Nothing can be looked up there; whether it may be sent again is for the receiver to say.

const LONGEST_COMMENT = 100_000;

export function openWebhook({ system }: Configured<'webhook'>, toolbox: Toolbox): Destination {
  const { now } = toolbox.connection;
  const { origin, pathname } = new URL(system.url);
  const http = openHttp({
    base: origin,
    authorise: async (_call, body) => {
      const at = Math.floor(now() / 1000);
      const mac = createHmac('sha256', (await toolbox.readSecret(system.secret)).reveal());
      return {
        'debrief-signature': `t=${at},v1=${mac
          .update(`${at}.`)
          .update(body ?? '')
          .digest('hex')}`,
      };
    },
    connection: toolbox.connection,
  });
  return {
    // Sending again to a receiver that knows the key does nothing twice: as good as looking.
    capabilities: { canLookUp: system.idempotent, canReadBack: false, hasVisibility: false },
    probe: async () => {
      await toolbox.readSecret(system.secret);
      return [
        {
          status: 'ok',
          finding: `the secret can be read; ${origin} is called only when there is something to deliver`,
        },
      ];
    },
    inspect: async () => ({}),
    steps: (parcel) => [
      {
        name: 'post',
        effect: 'act',
        run: async () => {
          await http.send({
            method: 'POST',
            path: pathname,
            effect: system.idempotent ? 'prepare' : 'act',
            headers: { 'idempotency-key': parcel.key },
            body: { json: await messageOf(parcel) },
          });
          return {};
        },
      },
    ],
    find: async () => ({}),
    readBack: async () => ({ files: [] }),
    rehearse: () => [{ method: 'POST', path: pathname }],
  };
}

async function messageOf(parcel: Parcel): Promise<object> {
  const { key, reportId, customer, kind, subject, revision, tlp, title } = parcel;
  const files = await Promise.all(
    parcel.files.map(async ({ name, type, sha256, bytes, read }) => ({
      name,
      type,
      sha256,
      bytes,
      content: Buffer.from(await read()).toString('base64'),
    })),
  );
  const comment = renderComment(parcel, 'markdown', LONGEST_COMMENT);
  return { version: 1, key, reportId, customer, kind, subject, revision, tlp, title, comment, files };
}
