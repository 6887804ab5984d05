import { createHash } from 'node:crypto';
import { mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCase } from '../../../src/config/config.ts';
import { ReportError } from '../../../src/errors.ts';
import { makeWorkspace } from './workspace-fixture.ts';

const CASE = 'incidents/INC-1.yaml';

async function refusal(work: Promise<unknown>): Promise<ReportError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ReportError)) throw new Error(`expected a ReportError, got ${String(error)}`);
  return error;
}

function caseWith(traffic: string): string {
  return `customer: acme\nid: INC-1\ntitle: Flood on the shop\ntraffic:\n${traffic}`;
}

describe('a sound case', () => {
  test('has every default filled in', async () => {
    const dir = await makeWorkspace();
    const loaded = await loadCase(join(dir, CASE));
    const root = await realpath(dir);
    const { madeBy: _digests, ...rest } = loaded;
    expect(rest).toStrictEqual({
      workspaceDir: root,
      file: CASE,
      id: 'INC-1',
      title: 'Flood on the shop',
      traffic: [{ path: 'incidents/logs/http-1.ndjson', absolutePath: join(root, 'incidents/logs/http-1.ndjson') }],
      timeline: [],
      recommendations: { own: [], edits: [] },
      notes: [],
      remarks: [],
      tickets: {},
      customer: {
        id: 'acme',
        name: 'Acme Shop',
        timeZone: 'Europe/Berlin',
        zones: ['acme.example'],
        prefixes: [],
        hosts: [],
        accounts: [],
        applications: [],
        capacity: {},
        sla: [],
        destinations: [],
        notices: [],
        origins: [],
        redaction: { people: [], profiles: {}, audiences: {} },
        weekly: { weekStart: 'monday', traffic: [], closed: [] },
      },
      notices: { deadlines: [] },
      provider: { name: 'Northwind Shield', contact: 'soc@northwind.example' },
      brand: { id: 'default', name: 'Northwind Shield', colours: { primary: '#12355b', accent: '#c8553d' } },
      tlp: 'AMBER',
      audience: 'technical',
      timeZone: 'Europe/Berlin',
      locale: 'en-GB',
      paper: 'A4',
      preparedBy: 'Security Operations Centre',
      mergeGapMs: 120_000,
      networks: {},
      industryContext: false,
    });
  });

  test('takes its window to the millisecond in UTC', async () => {
    const dir = await makeWorkspace({
      [CASE]: `${caseWith('  - file: logs/*.ndjson\n')}window: { start: 2026-11-17T14:00:00+01:00, end: 2026-11-17T16:00:00.250Z }\n`,
    });
    expect((await loadCase(join(dir, CASE))).window).toStrictEqual({
      start: Date.UTC(2026, 10, 17, 13),
      end: Date.UTC(2026, 10, 17, 16, 0, 0, 250),
    });
  });

  test('lets the command win over the case, the case over the customer, the customer over the defaults', async () => {
    const customer = 'id: acme\nname: Acme Shop\nlocale: de-DE\npaper: Letter\ntlp: RED\n';
    const dir = await makeWorkspace({ 'customers/acme.yaml': customer });
    const plain = await loadCase(join(dir, CASE));
    expect([plain.tlp, plain.locale, plain.paper, plain.timeZone]).toEqual(['RED', 'de-DE', 'Letter', 'UTC']);

    const own = await makeWorkspace({
      'customers/acme.yaml': customer,
      [CASE]: `${caseWith('  - file: logs/http-1.ndjson\n')}tlp: GREEN\naudience: executive\n`,
    });
    const stated = await loadCase(join(own, CASE));
    expect([stated.tlp, stated.audience]).toEqual(['GREEN', 'executive']);
    const asked = await loadCase(join(own, CASE), { audience: 'regulator', tlp: 'AMBER+STRICT' });
    expect([asked.tlp, asked.audience]).toEqual(['AMBER+STRICT', 'regulator']);
  });

  test('knows the deadlines of the notices that its customer names, those of the workspace in place of the shipped ones', async () => {
    const row = (id: string, more: string) =>
      `  - { id: ${id}, rule: nis2, ruleName: NIS2, notice: Early warning, within: { hours: 12 }, provision: Article 7, source: Law Gazette, address: "https://law.example/7", readAt: "https://law.example/7", read: 2026-11-20, ${more} }\n`;
    const dir = await makeWorkspace({
      'customers/acme.yaml': 'id: acme\nname: Acme Shop\nnotices: [nis2]\n',
      'notices.yaml': `rows:\n${row('nis2-early-warning', 'from: awareness, verified: true, verifiedBy: Counsel')}${row('own', 'from: { notice: nis2-notification }, verified: false')}`,
      [CASE]: `${caseWith('  - file: logs/http-1.ndjson\n')}notices: { awareAt: 2026-11-17T14:00:00Z }\n`,
    });
    const { notices, madeBy } = await loadCase(join(dir, CASE));
    expect(notices.awareAt).toBe(Date.UTC(2026, 10, 17, 14));
    expect(notices.deadlines.map(({ id, verified }) => `${id} ${verified}`)).toEqual([
      'nis2-early-warning true',
      'nis2-notification false',
      'nis2-final-report false',
      'own false',
    ]);
    expect(notices.deadlines[0]?.within).toEqual({ hours: 12 });
    expect(madeBy.map(({ path }) => path)).toContain('notices.yaml');
  });

  test('is refused when its customer names a rule that nobody has deadlines for', async () => {
    const dir = await makeWorkspace({ 'customers/acme.yaml': 'id: acme\nname: Acme Shop\nnotices: [nis3]\n' });
    await expect(loadCase(join(dir, CASE))).rejects.toThrow(/customers\/acme.yaml:3.*nis3.*did you mean "nis2"/s);
  });

  test('is final only with the name of who approved it and the time', async () => {
    const withCase = (more: string) =>
      makeWorkspace({ [CASE]: `${caseWith('  - file: logs/http-1.ndjson\n')}${more}` });
    const approved = await withCase(
      'status: final\nreviewer: Jane Roe\napproval: { by: John Doe, at: 2026-11-18T09:00:00+01:00 }\n',
    );
    expect(await loadCase(join(approved, CASE))).toMatchObject({
      status: 'final',
      reviewer: 'Jane Roe',
      approval: { by: 'John Doe', at: Date.UTC(2026, 10, 18, 8) },
    });
    await expect(loadCase(join(await withCase('status: final\n'), CASE))).rejects.toThrow(
      /approval: is missing; a final report names who approved it and when/u,
    );
    await expect(
      loadCase(join(await withCase('status: draft\napproval: { by: John Doe, at: 2026-11-18T09:00:00Z }\n'), CASE)),
    ).rejects.toThrow(/approval: is for final reports, and this one has the status draft/u);
  });

  test('is a draft where the workspace says so and the case does not say otherwise', async () => {
    const dir = await makeWorkspace({
      'debrief.yaml': 'provider: { name: Northwind Shield }\ndefaults: { status: draft }\n',
    });
    expect((await loadCase(join(dir, CASE))).status).toBe('draft');
  });

  test('expands a pattern in the order of the names, and leaves hidden files out', async () => {
    const dir = await makeWorkspace({
      [CASE]: caseWith('  - file: day-*/http-*.ndjson\n    sampleRate: 0.1\n'),
      'incidents/day-2/http-1.ndjson': '{}',
      'incidents/day-1/http-10.ndjson': '{}',
      'incidents/day-1/http-9.ndjson': '{}',
      'incidents/day-1/http-9.ndjson.bak': '{}',
      'incidents/day-1/.http-0.ndjson': '{}',
    });
    const { traffic } = await loadCase(join(dir, CASE));
    expect(traffic.map(({ path, sampleRate }) => [path, sampleRate])).toEqual([
      ['incidents/day-1/http-10.ndjson', 0.1],
      ['incidents/day-1/http-9.ndjson', 0.1],
      ['incidents/day-2/http-1.ndjson', 0.1],
    ]);
  });

  test('brings its mapping along, completed', async () => {
    const dir = await makeWorkspace({
      [CASE]: caseWith('  - file: logs/http-1.ndjson\n    format: mapped\n    mapping: maps/edge.yaml\n'),
      'incidents/maps/edge.yaml':
        'kind: timeseries\nlayer: network\nvalues: rate\nrecord: { time: t, bits: { from: bps, unit: kbps } }\n',
    });
    const { traffic } = await loadCase(join(dir, CASE));
    expect(traffic[0]).toMatchObject({
      format: 'mapped',
      mapping: { kind: 'timeseries', decimal: '.', record: { time: 't', bits: { from: 'bps', unit: 'kbps' } } },
    });
  });
});

describe('a case at fault', () => {
  test('tells every fault of all files at once, each with its line, column and field', async () => {
    const dir = await makeWorkspace({
      'debrief.yaml': 'provider:\n  name: ""\ndefaults:\n  local: de\n',
      [CASE]: 'customer: acme\nid: INC 1\ntittle: Flood\ntraffic:\n  - flie: a.ndjson\n    sampleRate: 7\n',
    });
    const error = await refusal(loadCase(join(dir, CASE)));
    expect(error.code).toBe('config-invalid');
    expect(error.message.split('\n')).toEqual([
      'debrief.yaml:2:9: provider.name: is empty',
      'debrief.yaml:4:3: defaults.local: is not a known key; did you mean "locale"?',
      `${CASE}:2:5: id: is "INC 1"; must be 1 to 63 letters, digits, dots, underscores and hyphens`,
      `${CASE}:1:1: title: is missing; expected text`,
      `${CASE}:5:5: traffic[0].file: is missing; expected text`,
      `${CASE}:6:17: traffic[0].sampleRate: is 7; expected a number of at most 1`,
      `${CASE}:5:5: traffic[0].flie: is not a known key; did you mean "file"?`,
      `${CASE}:3:1: tittle: is not a known key; did you mean "title"?`,
    ]);
    expect(error.where).toEqual({ file: 'debrief.yaml', line: 2, column: 9, field: 'provider.name' });
  });

  test('names a file that is not there and one that was probably meant', async () => {
    const dir = await makeWorkspace({ [CASE]: caseWith('  - file: logs/http-2.ndjson\n  - file: logs/*.csv\n') });
    const error = await refusal(loadCase(join(dir, CASE)));
    expect(error.code).toBe('file-not-found');
    expect(error.message.split('\n')).toEqual([
      `${CASE}:5:11: traffic[0].file: "logs/http-2.ndjson" does not exist; did you mean "http-1.ndjson"?`,
      `${CASE}:6:11: traffic[1].file: "logs/*.csv" matches no file`,
    ]);
  });

  test('names the line of a recommendation that nobody knows, and the one that was probably meant', async () => {
    const dir = await makeWorkspace({
      'recommendations.yaml': `recommendations:
  - id: call-tree
    when: [{ measure: timeToMitigateSeconds, above: 60 }]
    text: Rehearse the call tree.
    owner: customer
    effort: low
`,
      [CASE]: `${caseWith('  - file: logs/http-1.ndjson\n')}recommendations:
  - id: deploy-rul
    drop: true
  - id: call-tee
    text: Rehearse it monthly.
`,
    });
    const error = await refusal(loadCase(join(dir, CASE)));
    expect(error.message.split('\n')).toEqual([
      `${CASE}:7:9: recommendations[0].id: is "deploy-rul", which is no recommendation; did you mean "deploy-rule"?; leave the id out for a new one`,
      `${CASE}:9:9: recommendations[1].id: is "call-tee", which is no recommendation; did you mean "call-tree"?; leave the id out for a new one`,
    ]);
  });

  test('tells what is wrong with the recommendations of the provider and of the analyst', async () => {
    const dir = await makeWorkspace({
      'recommendations.yaml': `recommendations:
  - id: deploy-rule
    when: [{ measure: waves, above: 1 }]
    text: Ours is taken.
    owner: customer
    effort: low
`,
      [CASE]: `${caseWith('  - file: logs/http-1.ndjson\n')}recommendations:
  - drop: true
  - owner: customer
  - id: deploy-rule
    efort: low
`,
    });
    expect((await refusal(loadCase(join(dir, CASE)))).message.split('\n')).toEqual([
      `${CASE}:7:11: recommendations[0].drop: needs the id of what to drop`,
      `${CASE}:8:5: recommendations[1].text: is missing; a recommendation without an id is new and needs its text`,
      `${CASE}:10:5: recommendations[2].efort: is not a known key; did you mean "effort"?`,
    ]);
    const { message } = await refusal(
      makeWorkspace({
        'recommendations.yaml':
          'recommendations:\n  - { id: deploy-rule, when: [{ measure: wave, above: 1 }, { measure: waves }], text: x, owner: us, effort: low }\n',
      }).then((other) => loadCase(join(other, CASE))),
    );
    expect(message).toContain('did you mean "waves"?');
    expect(message).toContain('recommendations[0].when[1].above: is missing, and so is below');
    expect(message).toContain('recommendations[0].owner: is "us"; expected one of customer, provider, both');
  });

  test('may not give a recommendation of the provider the id of one of ours', async () => {
    const dir = await makeWorkspace({
      'recommendations.yaml':
        'recommendations:\n  - { id: deploy-rule, when: [{ measure: waves, above: 1 }], text: x, owner: both, effort: low }\n',
    });
    expect((await refusal(loadCase(join(dir, CASE)))).message).toBe(
      'recommendations.yaml:2:11: recommendations[0].id: is "deploy-rule", which is taken already',
    );
  });

  test('may not read one file twice, because it would count twice', async () => {
    const dir = await makeWorkspace({ [CASE]: caseWith('  - file: logs/http-1.ndjson\n  - file: logs/*.ndjson\n') });
    const error = await refusal(loadCase(join(dir, CASE)));
    expect(error.message).toBe(
      `${CASE}:6:11: traffic[1].file: incidents/logs/http-1.ndjson is read already by traffic[0].file; a file counts once`,
    );
  });

  test.each([['../../etc/passwd'], ['/etc/passwd'], ['logs/../../../*']])(
    'may not reach outside the workspace with %s',
    async (path) => {
      const dir = await makeWorkspace({ [CASE]: caseWith(`  - file: "${path}"\n`) });
      expect((await refusal(loadCase(join(dir, CASE)))).code).toBe('path-outside-workspace');
    },
  );

  test('may not reach outside by a link, by a linked folder, or by a pattern that finds a link', async () => {
    const outside = await makeWorkspace();
    const dir = await makeWorkspace({
      [CASE]: caseWith('  - file: link.ndjson\n  - file: folder/http-1.ndjson\n  - file: li*.ndjson\n'),
    });
    await symlink(join(outside, 'incidents/logs/http-1.ndjson'), join(dir, 'incidents/link.ndjson'));
    await symlink(join(outside, 'incidents/logs'), join(dir, 'incidents/folder'));
    const error = await refusal(loadCase(join(dir, CASE)));
    expect(error.code).toBe('path-outside-workspace');
    expect(error.message.split('\n').map((line) => line.split(': ').slice(1).join(': '))).toEqual([
      'traffic[0].file: incidents/link.ndjson is a link that leaves the workspace',
      'traffic[1].file: incidents/folder/http-1.ndjson is a link that leaves the workspace',
      'traffic[2].file: incidents/link.ndjson is a link that leaves the workspace',
    ]);
  });

  test('may not name a folder, or a link to nothing', async () => {
    const dir = await makeWorkspace({ [CASE]: caseWith('  - file: logs\n  - file: gone.ndjson\n') });
    await symlink('nowhere', join(dir, 'incidents/gone.ndjson'));
    const error = await refusal(loadCase(join(dir, CASE)));
    expect(error.message).toContain('incidents/logs is not a regular file');
    expect(error.message).toContain('incidents/gone.ndjson is a link to nothing');
  });

  test('must itself lie in the workspace', async () => {
    const [dir, other] = [await makeWorkspace(), await makeWorkspace()];
    const error = await refusal(loadCase(join(other, CASE), { workspaceDir: dir }));
    expect(error.code).toBe('path-outside-workspace');
  });

  test('names a customer that has no file, with the one that was meant', async () => {
    const dir = await makeWorkspace({ [CASE]: caseWith('  - file: logs/http-1.ndjson\n').replace('acme', 'acmee') });
    const error = await refusal(loadCase(join(dir, CASE)));
    expect(error.message).toBe(`${CASE}:1:11: customer: customers/acmee.yaml does not exist; did you mean "acme"?`);
  });

  test('is refused when its customer claims what another one owns, as the guard would trust the claim', async () => {
    const dir = await makeWorkspace();
    expect((await loadCase(join(dir, CASE))).customer.id).toBe('acme'); // what was found is forgotten with the next change
    await writeFile(join(dir, 'customers/zenith.yaml'), 'id: zenith\nname: Zenith\nzones: [shop.acme.example]\n');
    const error = await refusal(loadCase(join(dir, CASE)));
    expect(error.code).toBe('config-invalid');
    expect(error.message).toContain('acme.example belongs to zenith too');
  });

  test('is refused while the profile of another customer cannot be read, as nobody knows what that one owns', async () => {
    const dir = await makeWorkspace({
      'customers/broken.yaml': 'id: broken\nname: Broken\nzones: 7\n',
      'customers/README.md': 'Profiles.\n',
    });
    const error = await refusal(loadCase(join(dir, CASE)));
    expect(error.code).toBe('config-invalid');
    expect(error.message).toMatch(/^customers\/broken\.yaml:3:8: zones: /);

    const misnamed = await makeWorkspace({ 'customers/Globex.yml': 'id: globex\nname: Globex\n' });
    expect((await refusal(loadCase(join(misnamed, CASE)))).message).toContain('customers/Globex.yml: is not named');
  });

  test('names every file that it was made by, with the digest of what was read', async () => {
    const dir = await makeWorkspace({
      [CASE]: caseWith('  - file: logs/http-1.ndjson\n    format: mapped\n    mapping: maps/edge.yaml\n'),
      'incidents/maps/edge.yaml': 'kind: timeseries\nlayer: network\nvalues: rate\nrecord: { time: t, bits: bps }\n',
      'customers/acme.yaml': 'id: acme\nname: Acme Shop\nbrand: gold\n',
      'brands/gold/brand.yaml': 'name: Gold\nlogo: logo.svg\n',
      'brands/gold/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
    });
    const { madeBy } = await loadCase(join(dir, CASE));
    expect(madeBy.map(({ path }) => path)).toEqual([
      'brands/gold/brand.yaml',
      'brands/gold/logo.svg',
      'customers/acme.yaml',
      'debrief.yaml',
      'incidents/INC-1.yaml',
      'incidents/maps/edge.yaml',
    ]);
    for (const { path, sha256, bytes } of madeBy) {
      const content = await readFile(join(dir, path));
      expect([sha256, bytes]).toEqual([createHash('sha256').update(content).digest('hex'), content.length]);
    }
  });

  test('vouches only for what belongs to its own customer', async () => {
    const own = await makeWorkspace({ [CASE]: caseWith('  - file: logs/http-1.ndjson\n    belongsTo: acme\n') });
    expect((await loadCase(join(own, CASE))).traffic[0]?.belongsTo).toBe('acme');
    const copied = await makeWorkspace({ [CASE]: caseWith('  - file: logs/http-1.ndjson\n    belongsTo: globex\n') });
    expect((await refusal(loadCase(join(copied, CASE)))).message).toBe(
      `${CASE}:6:16: traffic[0].belongsTo: is "globex", but this case is of "acme"`,
    );
  });

  test('is refused when the customer file states another id than its name', async () => {
    const dir = await makeWorkspace({ 'customers/acme.yaml': 'name: Globex\nid: globex\n' });
    const error = await refusal(loadCase(join(dir, CASE)));
    expect(error.message).toBe('customers/acme.yaml:2:5: id: is "globex"; expected "acme", the name of the file');
  });

  test('needs a mapping where its format says so, and a sound one', async () => {
    const dir = await makeWorkspace({
      [CASE]: caseWith('  - file: logs/http-1.ndjson\n    format: mapped\n  - file: b.csv\n    mapping: m.yaml\n'),
      'incidents/b.csv': '',
      'incidents/m.yaml': 'kind: series\nlayer: network\nrecord: { bits: { form: bps } }\n',
    });
    const error = await refusal(loadCase(join(dir, CASE)));
    expect(error.message.split('\n')).toEqual([
      `${CASE}:5:5: traffic[0].mapping: is missing; format mapped needs a mapping file`,
      'incidents/m.yaml:1:7: kind: is "series"; expected one of timeseries, events, toplist',
      'incidents/m.yaml:3:17: record.bits.from: is missing; expected text',
      'incidents/m.yaml:3:19: record.bits.form: is not a known key; did you mean "from"?',
    ]);
  });

  test('is not checked against itself where one of its values is at fault already', async () => {
    const dir = await makeWorkspace({
      [CASE]:
        'customer: acme\nid: INC-1\ntitle: Flood\ntraffic: [{ file: logs/http-1.ndjson }]\nwindow: { start: yesterday, end: 2026-11-18T16:00:00Z }\n',
    });
    expect((await refusal(loadCase(join(dir, CASE)))).message).toBe(
      `${CASE}:5:18: window.start: is "yesterday"; expected a time with its offset such as 2026-11-17T13:00:00Z`,
    );
  });

  test.each([
    ['traffic: []\n', 'names no file, and neither does timeline; a report needs at least one'],
    [
      'traffic: [{ file: logs/http-1.ndjson }]\nwindow: { start: 2026-11-17T16:00:00Z, end: 2026-11-17T16:00:00Z }\n',
      'must end after it starts',
    ],
    [
      'traffic: [{ file: logs/http-1.ndjson }]\nwindow: { start: 2026-11-17T16:00:00Z, end: 2027-11-17T16:00:00Z }\n',
      'must be at most 31 days long',
    ],
    [
      'traffic: [{ file: logs/http-1.ndjson }]\nwindow: { start: 2026-11-17T16:00:00, end: 2026-11-18T16:00:00Z }\n',
      'expected a time with its offset such as 2026-11-17T13:00:00Z',
    ],
  ])('is refused for %j', async (rest, problem) => {
    const dir = await makeWorkspace({ [CASE]: `customer: acme\nid: INC-1\ntitle: Flood\n${rest}` });
    expect((await refusal(loadCase(join(dir, CASE)))).message).toContain(problem);
  });

  test('is told apart from a folder, a missing file and a workspace that is none', async () => {
    const dir = await makeWorkspace();
    expect((await refusal(loadCase(join(dir, 'incidents')))).code).toBe('file-not-found');
    expect((await refusal(loadCase(join(dir, 'incidents/none.yaml')))).code).toBe('file-not-found');
    expect((await refusal(loadCase(join(dir, CASE), { workspaceDir: join(dir, 'incidents') }))).code).toBe(
      'workspace-not-found',
    );
  });

  test('is found through a link inside the workspace, by its real place', async () => {
    const dir = await makeWorkspace();
    await mkdir(join(dir, 'open'));
    await symlink('../incidents/INC-1.yaml', join(dir, 'open/today.yaml'));
    await writeFile(join(dir, 'open/note.txt'), '');
    expect((await loadCase(join(dir, 'open/today.yaml'))).file).toBe(CASE);
  });
});
