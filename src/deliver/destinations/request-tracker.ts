import { z } from 'zod';
import { DeliveryFault } from '../fault.ts';
import { type Call, type HttpClient, openHttp } from '../http/http.ts';
import { digestOf } from '../parcel/artifacts.ts';
import { renderComment } from '../parcel/comment.ts';
import { keyLine, type Parcel } from '../parcel/parcel.ts';
import type { Configured } from './configured.ts';
import type { Destination, TicketFacts } from './destination.ts';
import type { Toolbox } from './toolbox.ts';

// Request Tracker 5, REST2: https://docs.bestpractical.com/rt/5.0.3/RT/REST2.html. A comment is for the agents, a
// correspondence goes to the requestor. One call makes the one transaction that holds text and files.

const id = z.union([z.string(), z.number()]).transform(String);
const ticketSchema = z.object({
  id,
  Queue: z.object({ id }),
  Requestor: z.array(z.object({ id })),
  _hyperlinks: z.array(z.object({ ref: z.string() })),
});
const transactionList = z.object({ items: z.array(z.object({ id, Type: z.string() })) });
const attachmentList = z.object({
  items: z.array(z.object({ id, Filename: z.string().nullish(), TransactionId: id.optional() })),
});
const attachmentSchema = z.object({
  Content: z.string().nullish(),
  Filename: z.string().nullish(),
});

const LONGEST_COMMENT = 30_000;
const PER_PAGE = 100;
/** `Type` of a transaction by who may read it. */
const TYPES = { Comment: 'internal', Correspond: 'public' } as const;

export function openRequestTracker({ system, own }: Configured<'request-tracker'>, toolbox: Toolbox): Destination {
  const http = openHttp({
    base: `${system.url}/REST/2.0`,
    authorise: async () => ({ authorization: `token ${(await toolbox.readSecret(system.token)).reveal()}` }),
    // An unknown ticket and a missing right are both 400 "Permission Denied" in 5.0.3.
    judge: (status, text) =>
      status === 400 && /permission denied/i.test(text)
        ? new DeliveryFault(
            'rejected',
            'not-authorised',
            'Request Tracker says Permission Denied: no such ticket, or no right to write to it',
          )
        : undefined,
    connection: toolbox.connection,
  });
  const link = own.visibility === 'public' ? 'correspond' : 'comment';
  const ticketCall = (target: string): Call => ({
    method: 'GET',
    path: `/ticket/${encodeURIComponent(target)}`,
    effect: 'look',
  });
  const sendCall = (target: string, parts: Call['body']): Call => ({
    method: 'POST',
    path: `/ticket/${encodeURIComponent(target)}/${link}`,
    effect: 'act',
    ...(parts && { body: parts }),
  });

  return {
    capabilities: {
      canLookUp: true,
      canReadBack: true,
      hasVisibility: true,
      ...(system.largestBytes !== undefined && { largestBytes: system.largestBytes }),
    },
    probe: async (ticket) => {
      const answer = await http.send({ method: 'GET', path: '/rt', effect: 'look' });
      const { Version } = answer.json(z.object({ Version: z.string() }));
      const server = { status: 'ok' as const, finding: `Request Tracker ${Version} accepts the token` };
      if (ticket === undefined)
        return [server, { status: 'warn', finding: 'rights show only on a ticket', cure: 'name one with --ticket' }];
      const { _hyperlinks } = (await http.send(ticketCall(ticket))).json(ticketSchema);
      return [
        server,
        _hyperlinks.some(({ ref }) => ref === link)
          ? { status: 'ok', finding: `may ${link} on ticket ${ticket}` }
          : missingRight(link, ticket),
      ];
    },
    inspect: async (target) => {
      const ticket = (await http.send(ticketCall(target))).json(ticketSchema);
      if (!ticket._hyperlinks.some(({ ref }) => ref === link))
        throw new DeliveryFault('rejected', 'not-authorised', missingRight(link, target).finding);
      return factsOf(http, ticket);
    },
    steps: (parcel, target) => [
      {
        name: link,
        effect: 'act',
        run: async () => {
          const fields = {
            Subject: parcel.title,
            Content: renderComment(parcel, 'plain', LONGEST_COMMENT),
            ContentType: 'text/plain',
          };
          const files = await Promise.all(
            parcel.files.map(
              async ({ name, type, read }) => ['Attachments', { name, type, bytes: await read() }] as const,
            ),
          );
          const answer = await http.send(sendCall(target, { form: [['JSON', JSON.stringify(fields)], ...files] }));
          const transaction = /\/transaction\/(\d+)$/.exec(answer.headers.get('location') ?? '')?.[1];
          if (transaction === undefined)
            throw new DeliveryFault(
              'uncertain',
              'unexpected-answer',
              'Request Tracker names no transaction in its answer',
            );
          return { transaction };
        },
      },
    ],
    find: async (parcel, target) => {
      const transaction = (await transactionsOf(http, parcel, target))[0];
      return transaction === undefined ? {} : { [link]: { transaction } };
    },
    readBack: async (parcel, target) => {
      const transactions = await transactionsOf(http, parcel, target);
      const kinds = await Promise.all(
        transactions.map(async (transaction) => {
          const answer = await http.send({ method: 'GET', path: `/transaction/${transaction}`, effect: 'look' });
          return answer.json(z.object({ Type: z.string() })).Type;
        }),
      );
      const [kind] = kinds;
      const visibility = kind === 'Comment' || kind === 'Correspond' ? TYPES[kind] : undefined;
      return {
        files: await filesOf(http, parcel, target),
        comments: transactions.length,
        ...(visibility && { visibility }),
      };
    },
    rehearse: (_parcel, target) => [
      ticketCall(target),
      { method: 'GET', path: '/queue/‹queue›' },
      sendCall(target, undefined),
      { does: 'read back the transaction and its attachments' },
    ],
  };
}

function missingRight(
  link: string,
  ticket: string,
): { readonly status: 'fail'; readonly finding: string; readonly cure: string } {
  const right = link === 'comment' ? 'CommentOnTicket' : 'ReplyToTicket';
  return {
    status: 'fail',
    finding: `may not ${link} on ticket ${ticket}`,
    cure: `grant the user of the token ${right} on the queue`,
  };
}

/** The queue by name and number, and the mail addresses of the requestors. */
async function factsOf(http: HttpClient, ticket: z.output<typeof ticketSchema>): Promise<TicketFacts> {
  const queue = (
    await http.send({ method: 'GET', path: `/queue/${encodeURIComponent(ticket.Queue.id)}`, effect: 'look' })
  ).json(z.object({ Name: z.string() }));
  const requestors = await Promise.all(
    ticket.Requestor.map(async ({ id: name }) => {
      if (name.includes('@')) return name;
      const user = await http.send({ method: 'GET', path: `/user/${encodeURIComponent(name)}`, effect: 'look' });
      return user.json(z.object({ EmailAddress: z.string() })).EmailAddress;
    }),
  );
  return { queue: [queue.Name], requestors };
}

/** Transactions of the ticket that have the key: in the name of a file, or, where there is none, in their text. */
async function transactionsOf(http: HttpClient, parcel: Parcel, target: string): Promise<string[]> {
  if (parcel.files.length > 0) {
    const attachments = await attachmentsOf(http, target);
    const ours = attachments.filter(({ Filename }) => Filename?.includes(parcel.key));
    return [...new Set(ours.flatMap(({ TransactionId }) => (TransactionId === undefined ? [] : [TransactionId])))];
  }
  const found: string[] = [];
  for (let page = 1; ; page++) {
    const path = `/ticket/${encodeURIComponent(target)}/history?fields=Type&per_page=${PER_PAGE}&page=${page}`;
    const { items } = (await http.send({ method: 'GET', path, effect: 'look' })).json(transactionList);
    for (const { id: transaction, Type } of items)
      if (Type in TYPES && (await textOf(http, transaction)).includes(keyLine(parcel.key))) found.push(transaction);
    if (items.length < PER_PAGE) return found;
  }
}

/** Every attachment of the ticket, texts too. */
async function attachmentsOf(http: HttpClient, target: string): Promise<z.output<typeof attachmentList>['items']> {
  const found: z.output<typeof attachmentList>['items'] = [];
  for (let page = 1; ; page++) {
    const path = `/ticket/${encodeURIComponent(target)}/attachments?fields=Filename,TransactionId&per_page=${PER_PAGE}&page=${page}`;
    const { items } = (await http.send({ method: 'GET', path, effect: 'look' })).json(attachmentList);
    found.push(...items);
    if (items.length < PER_PAGE) return found;
  }
}

async function textOf(http: HttpClient, transaction: string): Promise<string> {
  const { items } = (
    await http.send({
      method: 'GET',
      path: `/transaction/${transaction}/attachments?fields=Filename&per_page=${PER_PAGE}`,
      effect: 'look',
    })
  ).json(attachmentList);
  const texts = items.filter(({ Filename }) => !Filename);
  const contents = await Promise.all(texts.map(({ id: attachment }) => contentOf(http, attachment)));
  return contents.map((content) => new TextDecoder().decode(content)).join('\n');
}

async function filesOf(
  http: HttpClient,
  parcel: Parcel,
  target: string,
): Promise<{ name: string; sha256: string; bytes: number }[]> {
  const wanted = new Set(parcel.files.map(({ name }) => name));
  const files: { name: string; sha256: string; bytes: number }[] = [];
  for (const { id: attachment, Filename: name } of await attachmentsOf(http, target)) {
    if (!name || !wanted.has(name)) continue;
    const content = await contentOf(http, attachment);
    files.push({ name, sha256: digestOf(content), bytes: content.byteLength });
  }
  return files;
}

async function contentOf(http: HttpClient, attachment: string): Promise<Uint8Array> {
  const answer = await http.send({ method: 'GET', path: `/attachment/${attachment}`, effect: 'look' });
  return Buffer.from(answer.json(attachmentSchema).Content ?? '', 'base64');
}
