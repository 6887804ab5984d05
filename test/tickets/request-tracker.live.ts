import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type CrashMatrix, runCrashMatrix } from '../support/crash-matrix.ts';
import { startDeadlyProxy } from '../support/deadly-proxy.ts';
import {
  type DeliveryWorkspace,
  type DeliveryWorkspaceOptions,
  makeDeliveryWorkspace,
} from '../support/delivery-workspace.ts';
import { startMailServer } from '../support/mail-server.ts';
import { readEnv } from '../support/read-env.ts';
import { runDelivery } from '../support/run-delivery.ts';

const env = readEnv(process.env.REQUEST_TRACKER_ENV);

interface Attachment {
  readonly name: string;
  readonly transaction: string;
  readonly bytes: Buffer;
}

describe.skipIf(env === undefined)('Request Tracker, for real', () => {
  const { RT_URL = '', RT_TOKEN = '', RT_READ_TOKEN = '', RT_TICKET = '', RT_FOREIGN_TICKET = '' } = env ?? {};
  const outbox = join(dirname(process.env.REQUEST_TRACKER_ENV ?? ''), 'outbox.mbox');
  const open: DeliveryWorkspace[] = [];
  afterEach(() => {
    for (const workspace of open.splice(0)) workspace.remove();
  });

  const workspaceFor = (
    own: object,
    options: Partial<DeliveryWorkspaceOptions> & { readonly url?: string; readonly token?: string } = {},
  ) => {
    process.env.RT_TOKEN = RT_TOKEN;
    process.env.RT_READ_TOKEN = RT_READ_TOKEN;
    const { url = RT_URL, token = 'env:RT_TOKEN', ...rest } = options;
    const workspace = makeDeliveryWorkspace({
      systems: [{ id: 'rt', kind: 'request-tracker', url, token }],
      destinations: [
        { id: 'rt', kind: 'request-tracker', ticket: RT_TICKET, requestors: ['@acme-outdoor.example'], ...own },
      ],
      ...rest,
    });
    open.push(workspace);
    return workspace;
  };
  const ask = async (path: string): Promise<Record<string, unknown>> => {
    const answer: unknown = await (
      await fetch(`${RT_URL}/REST/2.0${path}`, { headers: { authorization: `token ${RT_TOKEN}` } })
    ).json();
    return answer instanceof Object ? Object.fromEntries(Object.entries(answer)) : {};
  };
  /** Files of a ticket whose names have the key, read by this test's own means. */
  const attachmentsOf = async (key: string): Promise<Attachment[]> => {
    const { items } = await ask(`/ticket/${RT_TICKET}/attachments?fields=Filename,TransactionId&per_page=100`);
    const found: Attachment[] = [];
    for (const { id, Filename, TransactionId } of items as { id: string; Filename: string; TransactionId: string }[])
      if (Filename.includes(key)) {
        const { Content } = await ask(`/attachment/${id}`);
        found.push({ name: Filename, transaction: TransactionId, bytes: Buffer.from(String(Content), 'base64') });
      }
    return found;
  };
  const typeOf = async (transaction: string) => (await ask(`/transaction/${transaction}`)).Type;
  const mails = () => (existsSync(outbox) ? readFileSync(outbox, 'utf8') : '');

  it.each([1_000_000, 8_000_000])(
    'gets a comment with a PDF of %d bytes, of which the requestor hears nothing',
    async (pdfBytes) => {
      const before = mails();
      const workspace = workspaceFor({}, { pdfBytes });
      const [result] = await runDelivery(workspace, { folder: workspace.addRevision(pdfBytes / 100_000) });
      expect(result).toMatchObject({ outcome: 'delivered', target: RT_TICKET });
      const [file, ...more] = await attachmentsOf(result?.key ?? '');
      expect(more).toEqual([]);
      expect(
        createHash('sha256')
          .update(file?.bytes ?? '')
          .digest('hex'),
      ).toBe(createHash('sha256').update(workspace.pdf).digest('hex'));
      expect(await typeOf(file?.transaction ?? '')).toBe('Comment');
      expect(mails().slice(before.length)).not.toContain('To: noc@acme-outdoor.example');
    },
  );

  it('gets a reply, by mail to the requestor, only where the configuration says public', async () => {
    const before = mails();
    // A report of its own: the internal one is on the ticket already.
    const workspace = workspaceFor({ visibility: 'public' }, { pdfBytes: 1_000_000 });
    const [result] = await runDelivery(workspace, { folder: workspace.addRevision(50) });
    expect(result?.outcome).toBe('delivered');
    expect(await typeOf((await attachmentsOf(result?.key ?? ''))[0]?.transaction ?? '')).toBe('Correspond');
    expect(mails().slice(before.length)).toContain('To: noc@acme-outdoor.example');
  });

  it('gets nothing on the ticket of another customer, and nothing from a user without the right', async () => {
    expect(await runDelivery(workspaceFor({ ticket: RT_FOREIGN_TICKET }))).toMatchObject([
      { outcome: 'rejected', reason: expect.stringContaining('wrong-customer') },
    ]);
    const [result] = await runDelivery(workspaceFor({}, { token: 'env:RT_READ_TOKEN', rules: {} }));
    expect(result).toMatchObject({ outcome: 'rejected', reason: expect.stringContaining('may not comment') });
    expect(await runDelivery(workspaceFor({ ticket: '99999' }))).toMatchObject([{ outcome: 'rejected' }]);
  });

  it('files a mail with the tag of the ticket on that ticket, byte for byte', async () => {
    const server = await startMailServer();
    try {
      const workspace = makeDeliveryWorkspace({
        systems: [
          {
            id: 'mail',
            kind: 'smtp',
            host: '127.0.0.1',
            port: server.port,
            tls: 'none',
            from: 'noc@acme-outdoor.example',
          },
        ],
        destinations: [
          {
            id: 'mail',
            kind: 'smtp',
            to: ['helpdesk@helpdesk.example'],
            ticket: RT_TICKET,
            ticketTag: '[helpdesk.example #{ticket}]',
          },
        ],
        pdfBytes: 500_000,
      });
      open.push(workspace);
      const [result] = await runDelivery(workspace);
      expect(result?.outcome).toBe('delivered');
      await pipeToGateway(RT_URL, server.raw[0] ?? Buffer.alloc(0));
      const [file] = await attachmentsOf(result?.key ?? '');
      expect(file?.bytes.equals(workspace.pdf)).toBe(true);
    } finally {
      await server.close();
    }
  });

  it('has one report and one comment wherever the process was killed or an answer was cut off', async () => {
    const proxy = await startDeadlyProxy(RT_URL);
    let revision = 100;
    // Each death is of a report of its own, so that what the others left does not count.
    const makeWorkspace = () => {
      const workspace = workspaceFor({}, { url: proxy.url, rules: { settleSeconds: 1 } });
      revision += 1;
      return { ...workspace, folder: workspace.addRevision(revision) };
    };
    const look: CrashMatrix['look'] = async (key, { pdf }) => {
      const files = await attachmentsOf(key);
      return {
        attachments: files.length,
        comments: new Set(files.map(({ transaction }) => transaction)).size,
        isIntact: files.every(({ bytes }) => bytes.equals(pdf)),
      };
    };
    try {
      expect(await runCrashMatrix({ proxy, makeWorkspace, look })).toBeGreaterThan(5);
    } finally {
      await proxy.close();
    }
  });
});

/** Hands a mail to Request Tracker as a mail server of the help desk does. */
function pipeToGateway(url: string, mail: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const gateway = execFile(
      'rt-mailgate',
      ['--queue', 'vip-reports', '--action', 'correspond', '--url', url],
      (error) => (error ? reject(error) : resolve()),
    );
    gateway.stdin?.end(mail);
  });
}
