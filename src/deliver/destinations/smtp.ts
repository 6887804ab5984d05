import { createHash } from 'node:crypto';
import type { SentMessageInfo, Transporter } from 'nodemailer';
import { isLoopback } from '../../config/config.ts';
import { withoutSecrets } from '../../model/secrets.ts';
import { DeliveryFault } from '../fault.ts';
import { renderComment } from '../parcel/comment.ts';
import type { Parcel } from '../parcel/parcel.ts';
import type { Configured } from './configured.ts';
import type { Destination } from './destination.ts';
import type { Toolbox } from './toolbox.ts';

// Mail to fixed recipients of the customer. Help desks file a mail by a tag in its subject, or by the message it answers; both
// are given. What a server took cannot be looked up, and two mails with one Message-ID are two mails to a help desk: silence
// after the message was handed over means that nobody here knows.

const LONGEST_COMMENT = 100_000;
const TIMEOUT_MS = 60_000;
/** Base64 with line breaks, and the headers of a part. */
const ENCODED = 78 / 57;
const PART_BYTES = 1_000;

export function openSmtp({ system, own }: Configured<'smtp'>, toolbox: Toolbox): Destination {
  const connect = async (): Promise<Transporter> => {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      host: system.host,
      port: system.port,
      secure: system.tls === 'implicit',
      requireTLS: system.tls === 'starttls',
      ignoreTLS: system.tls === 'none' && isLoopback(system.host),
      tls: { rejectUnauthorized: true },
      ...(system.user !== undefined &&
        system.password !== undefined && {
          auth: { user: system.user, pass: (await toolbox.readSecret(system.password)).reveal() },
        }),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: system.timeoutSeconds * 1000,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
  const domain = system.from.slice(system.from.indexOf('@') + 1);

  return {
    capabilities: { canLookUp: false, canReadBack: false, hasVisibility: false },
    probe: async () => {
      const transport = await connect();
      try {
        await transport.verify();
        return [{ status: 'ok', finding: `${system.host} greets, encrypts and accepts the credentials` }];
      } catch (error) {
        throw faultOfMail(error);
      } finally {
        transport.close();
      }
    },
    inspect: async () => ({}),
    steps: (parcel, target) => [
      {
        name: 'mail',
        effect: 'act',
        run: async () => {
          refuseTooLarge(parcel, system.largestBytes);
          const message = await messageOf(parcel, target, { from: system.from, domain, own });
          const transport = await connect();
          toolbox.connection.mayAct({ effect: 'act' });
          const stop = () => transport.close();
          toolbox.connection.signal.addEventListener('abort', stop, { once: true });
          try {
            return receiptOf(await transport.sendMail(message));
          } catch (error) {
            throw faultOfMail(error);
          } finally {
            toolbox.connection.signal.removeEventListener('abort', stop);
            transport.close();
          }
        },
      },
    ],
    find: async () => ({}),
    readBack: async () => ({ files: [] }),
    rehearse: (parcel, target) => [
      {
        does: `mail to ${own.to.join(', ')} by way of ${system.host}:${system.port}: ${subjectOf(parcel, target, own.ticketTag)}`,
      },
    ],
  };
}

async function messageOf(
  parcel: Parcel,
  target: string,
  { from, domain, own }: { readonly from: string; readonly domain: string; readonly own: Configured<'smtp'>['own'] },
) {
  // All revisions of one report answer one message that nobody ever sent, so that mail programs show them together.
  const thread = createHash('sha256')
    .update([parcel.customer.id, parcel.kind, parcel.subject].join('\0'))
    .digest('hex')
    .slice(0, 16);
  const parent = `<debrief.thread.${thread}@${domain}>`;
  return {
    from,
    to: [...own.to],
    subject: subjectOf(parcel, target, own.ticketTag),
    messageId: `<debrief.${parcel.key}@${domain}>`,
    inReplyTo: parent,
    references: [parent],
    text: renderComment(parcel, 'plain', LONGEST_COMMENT),
    html: `<!doctype html><meta charset="utf-8">${renderComment(parcel, 'html', LONGEST_COMMENT)}`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Report-Key': parcel.key },
    attachments: await Promise.all(
      parcel.files.map(async ({ name, type, read }) => ({
        filename: name,
        contentType: type,
        content: Buffer.from(await read()),
      })),
    ),
  };
}

function subjectOf(parcel: Parcel, target: string, tag: string | undefined): string {
  return tag === undefined ? parcel.title : `${tag.replaceAll('{ticket}', target)} ${parcel.title}`;
}

function refuseTooLarge(parcel: Parcel, largest: number): void {
  const encoded = parcel.files.reduce(
    (sum, { bytes }) => sum + PART_BYTES + Math.ceil(bytes * ENCODED),
    LONGEST_COMMENT / 10,
  );
  if (encoded > largest)
    throw new DeliveryFault(
      'rejected',
      'too-large',
      `the mail would be ${Math.round(encoded)} bytes long; largestBytes is ${largest}`,
    );
}

/** A server that took the message for some recipients only has delivered it to some only. */
function receiptOf(info: SentMessageInfo): Record<string, string> {
  const refused = (info.rejected ?? []).map(String);
  return {
    response: withoutSecrets(String(info.response)).slice(0, 200),
    ...(refused.length > 0 && { flaw: `the server refused it for ${refused.join(', ')}` }),
  };
}

/** By what nodemailer tells: the code of the server, and whether there was a conversation at all. */
function faultOfMail(error: unknown): DeliveryFault {
  const read = (name: string): unknown => (error instanceof Error ? Reflect.get(error, name) : undefined);
  const [code, response] = [String(read('code') ?? ''), Number(read('responseCode') ?? 0)];
  const said = `mail: ${withoutSecrets(error instanceof Error ? error.message : String(error)).slice(0, 300)}`;
  const because = { cause: error };
  if (code === 'EAUTH')
    return new DeliveryFault('rejected', 'not-authorised', said, { opensCircuit: true, ...because });
  if (code === 'ETLS' || /certificate|self.signed|altname/i.test(said))
    return new DeliveryFault('rejected', 'insecure', said, because);
  if (response === 552 || response === 523 || /5\.3\.4/.test(said))
    return new DeliveryFault('rejected', 'too-large', said, because);
  if (response >= 500) return new DeliveryFault('rejected', 'refused', said, because);
  if (response >= 400) return new DeliveryFault('later', 'rate-limited', said, because);
  // nodemailer names the command CONN for a time-out at any moment, also when the message was handed over already.
  const neverConnected =
    read('syscall') === 'connect' || code === 'EDNS' || /connection timeout|greeting never received/i.test(said);
  if (neverConnected) return new DeliveryFault('later', 'unreachable', said, because);
  return new DeliveryFault('uncertain', 'no-answer', said, because);
}
