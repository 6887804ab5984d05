import { mkdir, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findWorkspace, loadCase, loadWorkspace, readBrowserSettings } from '../../../src/config/config.ts';
import { makeWorkspace } from './workspace-fixture.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8"/></svg>';

describe('the workspace of a place', () => {
  test('is the nearest folder above it with debrief.yaml', async () => {
    const dir = await makeWorkspace();
    expect(await findWorkspace(join(dir, 'incidents/logs'))).toBe(await realpath(dir));
    expect(await findWorkspace(dir)).toBe(await realpath(dir));
  });

  test('is not found where there is none, and the error says where it looked', async () => {
    const dir = await makeWorkspace({ 'debrief.yaml': undefined });
    await mkdir(join(dir, 'debrief.yaml')); // a folder of that name is none
    await expect(findWorkspace(join(dir, 'incidents'))).rejects.toMatchObject({
      code: 'workspace-not-found',
      message: expect.stringMatching(new RegExp(`^no debrief.yaml in ${join(dir, 'incidents')}, ${dir}, .*, /$`)),
      hint: expect.stringContaining('debrief init'),
    });
  });
});

describe('a workspace as a whole', () => {
  test('lists customers, brands and cases by name', async () => {
    const dir = await makeWorkspace({
      'customers/globex.yaml': 'id: globex\nname: Globex\nbrand: gold\n',
      'brands/gold/brand.yaml': 'name: Gold\n',
      'incidents/INC-0.yaml': 'customer: globex\nid: INC-0\n',
      'incidents/timeline.yaml': 'entries: []\n',
      'incidents/broken.yaml': 'customer: [\n',
      'incidents/notes.txt': 'customer: x\n',
    });
    const workspace = await loadWorkspace(dir);
    expect(workspace.customers.map(({ id }) => id)).toEqual(['acme', 'globex']);
    expect(workspace.brands.map(({ id, name }) => [id, name])).toEqual([
      ['default', 'Northwind Shield'],
      ['gold', 'Gold'],
    ]);
    expect(workspace.cases).toEqual(['incidents/INC-0.yaml', 'incidents/INC-1.yaml', 'incidents/broken.yaml']);
  });

  test('tells the faults of all its files together', async () => {
    const dir = await makeWorkspace({
      'debrief.yaml': 'provider: {}\n',
      'customers/acme.yaml': 'id: acme\n',
      'customers/Acme Shop.yaml': 'id: acme\n',
      'brands/gold/brand.yaml': 'name: Gold\ncolours: { primary: red }\n',
    });
    await expect(loadWorkspace(dir)).rejects.toMatchObject({
      code: 'config-invalid',
      message: [
        'debrief.yaml:1:11: provider.name: is missing; expected text',
        'customers/Acme Shop.yaml: is not named <customer id>.yaml',
        'customers/acme.yaml:1:1: name: is missing; expected text',
        'brands/gold/brand.yaml:2:21: colours.primary: is "red"; must be a colour such as #0a3d62',
      ].join('\n'),
    });
  });

  test.each([
    ['the same zone', 'zones: [acme.example]', 'zones: acme.example belongs to acme too'],
    [
      'a zone inside a zone',
      'zones: [shop.acme.example]',
      'zones: shop.acme.example belongs to acme too by way of acme.example',
    ],
    [
      'a zone around a zone',
      'zones: [net.example]',
      'zones: net.example belongs to acme too by way of cdn.net.example',
    ],
    [
      'a host inside a zone',
      'hosts: [www.acme.example]',
      'hosts: www.acme.example belongs to acme too by way of acme.example',
    ],
    [
      'a zone around a host',
      'zones: [partner.example]',
      'zones: partner.example belongs to acme too by way of api.partner.example',
    ],
    ['the same host', 'hosts: [API.partner.example.]', 'hosts: api.partner.example belongs to acme too'],
    [
      'a range inside a range',
      'prefixes: [203.0.113.128/25]',
      'prefixes: 203.0.113.128/25 belongs to acme too by way of 203.0.113.0/24',
    ],
    [
      'a range around a range',
      'prefixes: ["2001:db8::/32"]',
      'prefixes: 2001:db8::/32 belongs to acme too by way of 2001:db8:4::/48',
    ],
    [
      'a host that is an address inside a range',
      'hosts: [203.0.113.7]',
      'hosts: 203.0.113.7 belongs to acme too by way of 203.0.113.0/24',
    ],
    [
      'a range around a host that is an address',
      'prefixes: [198.51.100.0/24]',
      'prefixes: 198.51.100.0/24 belongs to acme too by way of 198.51.100.9',
    ],
    ['the same address as a host', 'hosts: [198.51.100.9]', 'hosts: 198.51.100.9 belongs to acme too'],
    ['the same account', 'accounts: [a1b2]', 'accounts: a1b2 belongs to acme too'],
    ['the same application', 'applications: [spectrum-7]', 'applications: spectrum-7 belongs to acme too'],
  ])('lets no two customers own %s', async (_what, claim, fault) => {
    const dir = await makeWorkspace({
      'customers/acme.yaml':
        'id: acme\nname: Acme Shop\nzones: [acme.example, cdn.net.example]\nhosts: [api.partner.example, 198.51.100.9]\n' +
        'prefixes: [203.0.113.0/24, "2001:db8:4::/48"]\naccounts: [a1b2]\napplications: [spectrum-7]\n',
      'customers/globex.yaml': `id: globex\nname: Globex\n${claim}\n`,
    });
    await expect(loadWorkspace(dir)).rejects.toMatchObject({
      code: 'config-invalid',
      message: `customers/globex.yaml: ${fault}; two customers cannot own the same`,
    });
  });

  test('lets customers be neighbours, and one customer claim a thing twice', async () => {
    const dir = await makeWorkspace({
      'customers/acme.yaml':
        'id: acme\nname: Acme Shop\nzones: [acme.example, shop.acme.example]\nprefixes: [203.0.112.0/24, 203.0.112.0/25]\naccounts: [spectrum-7]\n',
      'customers/globex.yaml':
        'id: globex\nname: Globex\nzones: [notacme.example]\nprefixes: [203.0.113.0/24, "2001:db8::/32"]\napplications: [spectrum-7]\n',
    });
    expect((await loadWorkspace(dir)).customers).toHaveLength(2);
  });
});

describe('a brand', () => {
  const branded = { 'customers/acme.yaml': 'id: acme\nname: Acme Shop\nbrand: gold\n' };

  test('comes with its colours, its small print and its logo as data', async () => {
    const dir = await makeWorkspace({
      ...branded,
      'brands/gold/brand.yaml': 'name: Gold\nlogo: logo.svg\ncolours: { primary: "#AA8800" }\nlegal: Confidential.\n',
      'brands/gold/logo.svg': SVG,
    });
    expect((await loadCase(join(dir, 'incidents/INC-1.yaml'))).brand).toEqual({
      id: 'gold',
      name: 'Gold',
      colours: { primary: '#AA8800', accent: '#c8553d' },
      legal: 'Confidential.',
      logo: `data:image/svg+xml;base64,${Buffer.from(SVG).toString('base64')}`,
    });
  });

  test.each([
    ['is not there', 'logo.svg', {}, '"logo.svg" does not exist'],
    [
      'lies elsewhere',
      '../../incidents/logo.svg',
      { 'incidents/logo.svg': SVG },
      'incidents/logo.svg is not in the folder of this file',
    ],
    ['leaves the workspace', '../../../logo.svg', {}, 'leaves the workspace'],
    [
      'runs a script',
      'logo.svg',
      { 'brands/gold/logo.svg': SVG.replace('<path', '<script') },
      'has a <script> element',
    ],
    ['is too large', 'logo.svg', { 'brands/gold/logo.svg': `${SVG}${' '.repeat(600_000)}` }, 'at most 524288 are read'],
  ])('whose logo %s is refused, at the line that names it', async (_what, logo, files, problem) => {
    const dir = await makeWorkspace({ ...branded, 'brands/gold/brand.yaml': `name: Gold\nlogo: ${logo}\n`, ...files });
    const refused = loadCase(join(dir, 'incidents/INC-1.yaml'));
    await expect(refused).rejects.toMatchObject({ where: { file: 'brands/gold/brand.yaml', line: 2, field: 'logo' } });
    await expect(refused).rejects.toThrow(problem);
  });

  test('whose logo is a link out of its folder is refused', async () => {
    const dir = await makeWorkspace({
      ...branded,
      'brands/gold/brand.yaml': 'name: Gold\nlogo: logo.svg\n',
      'incidents/logo.svg': SVG,
    });
    await symlink('../../incidents/logo.svg', join(dir, 'brands/gold/logo.svg'));
    await expect(loadCase(join(dir, 'incidents/INC-1.yaml'))).rejects.toMatchObject({ code: 'path-outside-workspace' });
  });

  test('under a white label leaves the provider unnamed: its name, contact and author are those of the brand', async () => {
    const dir = await makeWorkspace({
      ...branded,
      'brands/gold/brand.yaml': 'name: Gold Bank\nwhiteLabel: true\ncontact: security@gold.example\n',
    });
    const incident = await loadCase(join(dir, 'incidents/INC-1.yaml'));
    expect(incident.provider).toEqual({ name: 'Gold Bank', contact: 'security@gold.example' });
    expect(incident.brand.unnamed).toEqual(['Northwind Shield']);
    expect(incident.preparedBy).toBe('Security Operations Centre');
  });

  test('stands beside the logo of the customer, which lies beside the file of the customer', async () => {
    const customer = { 'customers/acme.yaml': 'id: acme\nname: Acme Shop\nlogo: acme.svg\n' };
    const dir = await makeWorkspace({ ...customer, 'customers/acme.svg': SVG });
    const incident = await loadCase(join(dir, 'incidents/INC-1.yaml'));
    expect(incident.brand.customerLogo).toBe(`data:image/svg+xml;base64,${Buffer.from(SVG).toString('base64')}`);
    expect(incident.madeBy.map(({ path }) => path)).toContain('customers/acme.svg');
    const without = await makeWorkspace(customer);
    await expect(loadCase(join(without, 'incidents/INC-1.yaml'))).rejects.toMatchObject({
      where: { file: 'customers/acme.yaml', line: 3, field: 'logo' },
    });
  });

  test('tells whoever chose it that a colour is printed darker where words stand in it', async () => {
    const dir = await makeWorkspace({
      ...branded,
      'brands/gold/brand.yaml': 'name: Gold\ncolours: { primary: "#ffd500" }\n',
    });
    const { remarks } = await loadCase(join(dir, 'incidents/INC-1.yaml'));
    expect(remarks).toEqual([expect.stringMatching(/^brands\/gold\/brand\.yaml: words in colours\.primary #ffd500/)]);
  });

  test('whose font cannot be embedded is refused, at the line that names it', async () => {
    const dir = await makeWorkspace({
      ...branded,
      'brands/gold/brand.yaml': 'name: Gold\nfonts:\n  headings: a.ttf\n',
      'brands/gold/a.ttf': 'wOF2 and so on',
    });
    await expect(loadCase(join(dir, 'incidents/INC-1.yaml'))).rejects.toThrow(/a\.ttf is not a TrueType font/);
  });

  test('that is named must be there, only the default one is built in', async () => {
    const dir = await makeWorkspace(branded);
    await expect(loadCase(join(dir, 'incidents/INC-1.yaml'))).rejects.toMatchObject({
      code: 'file-not-found',
      message: expect.stringContaining('brands/gold/brand.yaml'),
    });
    const own = await makeWorkspace({ 'brands/default/brand.yaml': 'name: House\n' });
    expect((await loadCase(join(own, 'incidents/INC-1.yaml'))).brand.name).toBe('House');
  });
});

describe('the browser that a workspace asks for', () => {
  test.each([
    ['browser: { executable: chromium }', 'chromium'],
    ['browser: { executable: /opt/chrome }', '/opt/chrome'],
  ])('with %s is %s', async (line, executable) => {
    const dir = await makeWorkspace({ 'debrief.yaml': `provider: { name: N }\n${line}\n` });
    expect(await readBrowserSettings(join(dir, 'incidents'))).toEqual({ executable, noSandbox: false });
  });

  test('lies in the workspace when its path is relative', async () => {
    const dir = await makeWorkspace({
      'debrief.yaml': 'provider: { name: N }\nbrowser: { executable: tools/chrome, noSandbox: true }\n',
    });
    expect(await readBrowserSettings('/', dir)).toEqual({
      executable: join(await realpath(dir), 'tools/chrome'),
      noSandbox: true,
    });
  });

  test('is none where the workspace is missing or at fault', async () => {
    const dir = await makeWorkspace({ 'debrief.yaml': 'browser: 5\n' });
    expect(await readBrowserSettings(dir)).toEqual({ noSandbox: false });
    expect(await readBrowserSettings('/')).toEqual({ noSandbox: false });
  });
});
