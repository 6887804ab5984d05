import { afterEach, describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../../src/config/config.ts';
import { type DeliveryWorkspace, makeDeliveryWorkspace } from '../../support/delivery-workspace.ts';

const HELPDESK = { id: 'helpdesk', kind: 'request-tracker', url: 'https://helpdesk.example', token: 'env:RT_TOKEN' };
const ACME = { id: 'helpdesk', kind: 'request-tracker', requestors: ['@acme-outdoor.example'] };

let workspace: DeliveryWorkspace | undefined;
afterEach(() => workspace?.remove());

/** What is said of these destinations; nothing when they are good. */
async function faultsOf(
  systems: readonly object[],
  destinations: readonly object[],
  others?: readonly object[],
): Promise<string> {
  workspace = makeDeliveryWorkspace({ systems, destinations, ...(others && { others }) });
  try {
    await loadWorkspace(workspace.dir);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe('destinations of a workspace', () => {
  it('fill in what is safest: an internal note with the PDF, and nothing instead of it', async () => {
    workspace = makeDeliveryWorkspace({ systems: [HELPDESK], destinations: [ACME] });
    const { customers } = await loadWorkspace(workspace.dir);
    expect(customers[0]?.destinations).toMatchObject([{ visibility: 'internal', files: ['pdf'], whenTooLarge: [] }]);
  });

  it('refuse a secret that stands in the file, without showing it', async () => {
    const faults = await faultsOf([{ ...HELPDESK, token: '1-99-deadbeefcafe' }], [ACME]);
    expect(faults).toContain(
      'token: must be env:NAME or file:/absolute/path; a secret never stands in a configuration file',
    );
    expect(faults).not.toContain('deadbeef');
  });

  it('refuse addresses without TLS, save on this machine, and addresses that hold credentials', async () => {
    expect(await faultsOf([{ ...HELPDESK, url: 'http://helpdesk.example' }], [ACME])).toContain(
      'must start with https://',
    );
    expect(await faultsOf([{ ...HELPDESK, url: 'http://127.0.0.1:8080/rt/' }], [ACME])).toBe('');
    expect(await faultsOf([{ ...HELPDESK, url: 'http://127.0.0.1.example' }], [ACME])).toContain(
      'must start with https://',
    );
    const faults = await faultsOf([{ ...HELPDESK, url: 'https://bot:hunter2hunter2@helpdesk.example' }], [ACME]);
    expect(faults).toContain('holds credentials');
    expect(faults).not.toContain('hunter2');
  });

  it('name the nearest key, system and kind when something is misspelt', async () => {
    expect(await faultsOf([HELPDESK], [{ ...ACME, visiblity: 'public' }])).toContain('did you mean "visibility"?');
    expect(await faultsOf([HELPDESK], [{ ...ACME, id: 'helpdesc' }])).toContain('did you mean "helpdesk"?');
    expect(await faultsOf([{ ...HELPDESK, kind: 'request-traker' }], [])).toContain('did you mean "request-tracker"?');
    expect(
      await faultsOf([HELPDESK], [{ id: 'helpdesk', kind: 'redmine', project: 'acme', attachmentsVisible: true }]),
    ).toContain('in debrief.yaml "helpdesk" is request-tracker');
  });

  it('refuse a ticket system without anything that says whose a ticket is', async () => {
    expect(await faultsOf([HELPDESK], [{ id: 'helpdesk', kind: 'request-tracker' }])).toContain(
      'nothing else says whose a ticket is',
    );
  });

  it('refuse that two customers claim the same requestors', async () => {
    expect(await faultsOf([HELPDESK], [ACME], [{ ...ACME }])).toContain(
      'customers/larkspur.yaml: destinations[0].requestors: is @acme-outdoor.example, which is acme’s at helpdesk',
    );
    expect(await faultsOf([HELPDESK], [ACME], [{ ...ACME, requestors: ['@larkspur-learning.example'] }])).toBe('');
  });

  it('make known that some systems show attachments to whoever sees the ticket', async () => {
    const redmine = { id: 'redmine', kind: 'redmine', url: 'https://redmine.example', key: 'env:KEY' };
    const own = { id: 'redmine', kind: 'redmine', project: 'acme' };
    expect(await faultsOf([redmine], [own])).toContain('shows attachments to everybody who sees the ticket');
    expect(await faultsOf([redmine], [{ ...own, attachmentsVisible: true }])).toBe('');
    expect(await faultsOf([redmine], [{ ...own, visibility: 'public' }])).toBe('');
  });

  it('refuse mail without encryption to another machine, and half a log-in', async () => {
    const mail = { id: 'mail', kind: 'smtp', host: 'mail.example', from: 'soc@northwall.example' };
    expect(await faultsOf([{ ...mail, tls: 'none' }], [])).toContain('for this machine alone');
    expect(await faultsOf([{ ...mail, user: 'soc' }], [])).toContain('and password go together');
  });
});
