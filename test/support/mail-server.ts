import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** What the server does with a recipient or with a message. */
type MailAnswer = 'take' | 'swallow' | { readonly code: number; readonly text: string };

export interface MailServer {
  readonly port: number;
  /** Messages that were handed over whole, whatever was answered. */
  readonly messages: readonly ParsedMail[];
  /** The same as they came over the wire. */
  readonly raw: readonly Buffer[];
  /** Answers to messages in turn; `take` when there is none left. `swallow` takes the message and never says so. */
  readonly answers: MailAnswer[];
  /** Recipients that are refused with 550. */
  readonly refused: Set<string>;
  close(): Promise<void>;
}

/** A mail server on loopback; with `tls` it offers STARTTLS under a certificate that nobody vouches for. */
export async function startMailServer(options: { readonly tls?: boolean } = {}): Promise<MailServer> {
  const messages: ParsedMail[] = [];
  const raw: Buffer[] = [];
  const answers: MailAnswer[] = [];
  const refused = new Set<string>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    onRcptTo: ({ address }, _session, done) =>
      done(refused.has(address) ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : undefined),
    onData: (stream, _session, done) => {
      buffer(stream).then(async (bytes) => {
        raw.push(bytes);
        messages.push(await simpleParser(bytes));
        const answer = answers.shift() ?? 'take';
        if (answer === 'take') done();
        else if (answer !== 'swallow') done(Object.assign(new Error(answer.text), { responseCode: answer.code }));
      }, done);
    },
  });
  server.on('error', () => undefined); // of clients that hang up
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    messages,
    raw,
    answers,
    refused,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
