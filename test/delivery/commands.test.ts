import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type DeliveryWorkspace,
  type DeliveryWorkspaceOptions,
  makeDeliveryWorkspace,
} from '../support/delivery-workspace.ts';
import { startMailServer } from '../support/mail-server.ts';
import { runCommand } from '../unit/cli/streams-fixture.ts';

const FOLDER = { id: 'share', kind: 'folder', path: 'outgoing' };
const OWN = { id: 'share', kind: 'folder' };

const open: DeliveryWorkspace[] = [];
afterEach(() => {
  for (const workspace of open.splice(0)) workspace.remove();
});

function workspaceOf(
  options: Partial<DeliveryWorkspaceOptions> = {},
): DeliveryWorkspace & { run: (...argv: string[]) => ReturnType<typeof runCommand> } {
  const workspace = makeDeliveryWorkspace({ systems: [FOLDER], destinations: [OWN], ...options });
  open.push(workspace);
  return {
    ...workspace,
    run: (...argv) => runCommand([...argv, '--workspace', workspace.dir], {}, { workingDir: workspace.dir }),
  };
}

const keyIn = (out: string) => /[0-9a-f]{16}/.exec(out)?.[0] ?? '';

describe('the commands of delivery', () => {
  it('deliver to a folder, once, and tell what happened', async () => {
    const { run, dir, folder } = workspaceOf();
    const first = await run('deliver', folder);
    expect(first).toMatchObject({ exitCode: 0, out: expect.stringContaining('INC-4821-r1 → share acme: delivered') });
    const key = keyIn(first.out);
    const names = [`acme-INC-4821-r1.tlp-amber.${key}.md`, `acme-INC-4821-r1.tlp-amber.${key}.pdf`];
    expect(readdirSync(join(dir, 'outgoing/acme'))).toEqual(names);
    expect((await run('deliver', folder)).exitCode).toBe(0);
    expect(readdirSync(join(dir, 'outgoing/acme'))).toEqual(names);
    expect((await run('history', '--state', 'delivered')).out).toContain(`${key}  `);
    expect((await run('history', key)).out).toMatch(/pending {2}planned\n(?:.*\n)*.*delivered/);
    expect((await run('history', '0000000000000000')).exitCode).toBe(2);
  });

  it('say what would be done, and do nothing, in a dry run', async () => {
    const { run, dir, folder } = workspaceOf();
    const dry = await run('deliver', folder, '--dry-run');
    expect(dry).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/rehearsed\n {2}write \/.*\.pdf\n {2}write \/.*\.md/),
    });
    expect(readdirSync(dir)).not.toContain('.debrief');
    expect(readdirSync(dir)).not.toContain('outgoing');
  });

  it('say in a dry run which secret is not set, and fail for nothing', async () => {
    const { run, folder } = workspaceOf({
      systems: [{ id: 'rt', kind: 'request-tracker', url: 'https://rt.example', token: 'env:DEBRIEF_TEST_UNSET' }],
      destinations: [{ id: 'rt', kind: 'request-tracker', requestors: ['@acme-outdoor.example'] }],
    });
    expect(await run('deliver', folder, '--ticket', '7', '--dry-run')).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/rehearsed\n(?: {2}.*\n)* {2}not ready: env:DEBRIEF_TEST_UNSET is not set\n$/),
    });
  });

  it.each([[[]], [['--destination', 'share']]])(
    'name the file and the field where a customer has no destination, with %j',
    async (argv) => {
      const { run, folder } = workspaceOf({ destinations: [] });
      const { exitCode, err } = await run('deliver', folder, ...argv);
      expect(exitCode).toBe(2);
      expect(err).toContain('[config-invalid]\n  customers/acme.yaml: destinations: is missing; this customer has no');
      expect(err).toContain('which has share (folder), such as\n  destinations:\n    - { id: helpdesk');
    },
  );

  it('hold what only a named person may let go', async () => {
    const { run, folder } = workspaceOf({ tlp: 'RED', rules: { approvers: ['J. Doe'] } });
    expect(await run('deliver', folder)).toMatchObject({
      exitCode: 1,
      out: expect.stringContaining('held (TLP:RED needs --approved-by)'),
    });
    expect(await run('deliver', folder, '--approved-by', 'Mallory')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('Mallory may not approve'),
    });
    expect((await run('deliver', folder, '--approved-by', 'J. Doe')).exitCode).toBe(0);
    expect((await run('history', '--state', 'delivered')).out).toContain('approved by J. Doe');
  });

  it('refuse a report that was altered, and one that names another customer', async () => {
    const altered = workspaceOf();
    appendFileSync(join(altered.folder, 'report.html'), ' ');
    expect(await altered.run('deliver', altered.folder)).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('report.html was changed'),
    });
    const foreign = workspaceOf({ summary: '## Report\n\nAcme Outdoor GmbH, and Larkspur Learning Pvt Ltd too.\n' });
    const refused = await foreign.run('deliver', foreign.folder);
    expect(refused).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('summary.md: larkspur learning pvt ltd is of larkspur'),
    });
    expect((await foreign.run('history', '--state', 'pending')).out).toBe('');
  });

  it('let a person settle what nobody else can know, and say with exit code 4 that one has to', async () => {
    const server = await startMailServer();
    const mail = {
      id: 'mail',
      kind: 'smtp',
      host: '127.0.0.1',
      port: server.port,
      tls: 'none',
      from: 'soc@northwall.example',
      timeoutSeconds: 1,
    };
    const { run, folder } = workspaceOf({
      systems: [mail],
      destinations: [{ id: 'mail', kind: 'smtp', to: ['noc@acme-outdoor.example'] }],
    });
    try {
      server.answers.push('swallow');
      const unknown = await run('deliver', folder);
      expect(unknown).toMatchObject({ exitCode: 4, out: expect.stringContaining(': unknown') });
      const key = keyIn(unknown.out);
      expect((await run('deliver', '--pending')).out).toBe('');
      expect(await run('resolve', key, '--delivered', '--cancel')).toMatchObject({ exitCode: 2 });
      expect((await run('resolve', key, '--not-delivered', '--by', 'J. Doe')).out).toContain(': pending');
      expect((await run('deliver', '--pending')).exitCode).toBe(0);
      expect(server.messages).toHaveLength(2);
      expect((await run('history', key)).out).toContain('by J. Doe; a person did not find it');
      expect(await run('resolve', key, '--delivered')).toMatchObject({
        exitCode: 2,
        err: expect.stringContaining(`delivery ${key} is delivered`),
      });
    } finally {
      await server.close();
    }
  });

  it('find what is no longer as it was made or sent', async () => {
    const { run, dir, folder } = workspaceOf();
    const key = keyIn((await run('deliver', folder)).out);
    expect(await run('verify', '--remote')).toMatchObject({
      exitCode: 0,
      out: '2 checked, 0 changed\n',
    });
    appendFileSync(join(dir, 'outgoing/acme', `acme-INC-4821-r1.tlp-amber.${key}.pdf`), 'more');
    expect((await run('verify')).exitCode).toBe(0);
    expect((await run('verify', '--remote')).out).toContain(
      `${key}: share acme: acme-INC-4821-r1.tlp-amber.${key}.pdf is there with other content`,
    );
    appendFileSync(join(folder, 'report.pdf'), 'more');
    expect((await run('verify')).out).toContain('reports/acme/INC-4821-r1: ');
  });

  it('find a report that lost its manifest, and count what came without documents', async () => {
    const { run, dir, folder } = workspaceOf();
    const alone = join(dir, 'reports/acme/INC-4702-r1');
    mkdirSync(alone, { recursive: true });
    writeFileSync(join(alone, 'report.json'), '{}\n');
    expect(await run('verify')).toMatchObject({
      exitCode: 0,
      out: '1 checked, 0 changed, 1 without a manifest, not checked\n',
    });
    expect((await run('verify', '--json')).out).toContain(
      '{"type":"verified","subject":"reports/acme/INC-4702-r1","unchecked":true}',
    );
    rmSync(join(folder, 'manifest.json'));
    expect(await run('verify')).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/^reports\/acme\/INC-4821-r1: no manifest\.json; .*\n1 checked, 1 changed, 1 without/),
    });
  });

  it('send a later revision instead of one that never left, and name the one that it replaces', async () => {
    const { run, dir, folder, addRevision } = workspaceOf({ tlp: 'AMBER+STRICT' });
    await run('deliver', folder);
    await run('deliver', addRevision(2), '--approved-by', 'J. Doe');
    expect((await run('history', '--state', 'cancelled')).out).toContain(
      'INC-4821-r1 → share acme: cancelled (replaced by revision 2)',
    );
    await run('deliver', addRevision(3), '--approved-by', 'J. Doe');
    const [comment] = readdirSync(join(dir, 'outgoing/acme')).filter((name) => /-r3\..*\.md$/.test(name));
    expect(comment).toMatch(/^acme-INC-4821-r3\.tlp-amber-strict\./);
    expect(readFileSync(join(dir, 'outgoing/acme', comment ?? ''), 'utf8')).toContain('Replaces revision 2.');
  });

  it('ask every destination how it is', async () => {
    const { run, dir } = workspaceOf();
    expect((await run('doctor', '--destinations')).out).toMatch(
      /fail {2}destination {6}acme → share: .*outgoing does not exist/,
    );
    mkdirSync(join(dir, 'outgoing'));
    expect((await run('doctor', '--destinations')).out).toMatch(
      /ok {4}destination {6}acme → share: .*outgoing can be written/,
    );
  });
});
