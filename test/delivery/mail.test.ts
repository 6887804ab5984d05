import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DeliveryWorkspace, makeDeliveryWorkspace } from '../support/delivery-workspace.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { runDelivery } from '../support/run-delivery.ts';

let server: MailServer;
let workspace: DeliveryWorkspace | undefined;
beforeEach(async () => {
  server = await startMailServer();
});
afterEach(async () => {
  workspace?.remove();
  await server.close();
});

function mailWorkspace(
  options: {
    readonly tls?: string;
    readonly port?: number;
    readonly own?: object;
    readonly largestBytes?: number;
  } = {},
) {
  workspace = makeDeliveryWorkspace({
    systems: [
      {
        id: 'mail',
        kind: 'smtp',
        host: '127.0.0.1',
        port: options.port ?? server.port,
        tls: options.tls ?? 'none',
        from: 'soc@northwall.example',
        timeoutSeconds: 1,
        ...(options.largestBytes && { largestBytes: options.largestBytes }),
      },
    ],
    destinations: [
      {
        id: 'mail',
        kind: 'smtp',
        to: ['noc@acme-outdoor.example', 'ciso@acme-outdoor.example'],
        ticketTag: '[helpdesk.example #{ticket}]',
        ticket: 4711,
        ...options.own,
      },
    ],
  });
  return workspace;
}

describe('mail', () => {
  it('carries report, summary and everything a help desk files it by', async () => {
    const { pdf } = mailWorkspace();
    const [result] = await runDelivery(mailWorkspace());
    expect(result).toMatchObject({ outcome: 'delivered', target: '4711' });
    const [mail] = server.messages;
    expect(mail?.subject).toBe(
      '[helpdesk.example #4711] [TLP:AMBER] Post-incident report INC-4821-r1: HTTP flood against the web shop',
    );
    expect(mail?.messageId).toBe(`<debrief.${result?.key}@northwall.example>`);
    expect(mail?.headers.get('x-report-key')).toBe(result?.key);
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail?.inReplyTo).toMatch(/^<debrief\.thread\.[0-9a-f]{16}@northwall\.example>$/);
    expect(mail?.text).toContain(`Debrief-Key: ${result?.key}`);
    expect(mail?.html).toContain('<h3>Post-incident report INC-4821-r1: HTTP flood against the web shop</h3>');
    expect(mail?.attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([
      [result?.files[0], 'application/pdf'],
    ]);
    expect(mail?.attachments[0]?.content.equals(pdf)).toBe(true);
  });

  it('is sent again under the same Message-ID after a refusal for now', async () => {
    server.answers.push({ code: 451, text: 'greylisted, come back' });
    const mails = mailWorkspace();
    expect(await runDelivery(mails)).toMatchObject([
      { outcome: 'pending', reason: expect.stringContaining('greylisted') },
    ]);
    expect(await runDelivery(mails)).toMatchObject([{ outcome: 'delivered' }]);
    expect(new Set(server.messages.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('is rejected where the server will never take it, and says when it is too large', async () => {
    server.answers.push({ code: 550, text: 'we want no reports' });
    expect(await runDelivery(mailWorkspace())).toMatchObject([
      { outcome: 'rejected', reason: expect.stringContaining('refused: ') },
    ]);
    workspace?.remove();
    server.answers.push({ code: 552, text: 'message too big' });
    expect(await runDelivery(mailWorkspace())).toMatchObject([
      { outcome: 'rejected', reason: expect.stringContaining('too-large: ') },
    ]);
  });

  it('falls back on what the configuration says when it is too large, and tells the reader', async () => {
    const [result] = await runDelivery(
      mailWorkspace({ largestBytes: 12_000, own: { files: ['pdf', 'zip'], whenTooLarge: ['html'] } }),
    );
    expect(result).toMatchObject({ outcome: 'delivered', files: [expect.stringMatching(/\.html$/)] });
    expect(server.messages[0]?.text).toContain(
      'Not attached, because too large for this system: pdf + zip. Ask us for it.',
    );
  });

  it('that only some recipients got is no success', async () => {
    server.refused.add('ciso@acme-outdoor.example');
    const mails = mailWorkspace();
    expect(await runDelivery(mails)).toMatchObject([
      { outcome: 'misdelivered', reason: 'the server refused it for ciso@acme-outdoor.example' },
    ]);
    await runDelivery(mails);
    expect(server.messages).toHaveLength(1);
  });

  it('whose taking was never confirmed is unknown, and not sent again', async () => {
    server.answers.push('swallow');
    const mails = mailWorkspace();
    expect(await runDelivery(mails)).toMatchObject([{ outcome: 'unknown' }]);
    expect(await runDelivery(mails)).toMatchObject([{ outcome: 'unknown' }]);
    expect(server.messages).toHaveLength(1);
  });

  it('goes to no server under a certificate that nobody vouches for', async () => {
    const suspicious = await startMailServer({ tls: true });
    try {
      expect(await runDelivery(mailWorkspace({ tls: 'starttls', port: suspicious.port }))).toMatchObject([
        { outcome: 'rejected', reason: expect.stringContaining('insecure: ') },
      ]);
      expect(suspicious.messages).toEqual([]);
    } finally {
      await suspicious.close();
    }
  });
});
