import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportSchema } from '../../src/deliver/report-json.ts';
import { readHttpTruth, SAMPLE_WORKSPACE } from '../support/truth.ts';
import { makeWeekly, type WeeklyReport } from '../support/weekly-report.ts';

// The logs of INC-4821 as those of a week: 75 minutes of a Tuesday, whose every sum is known from the truth.

const LOGS = join(SAMPLE_WORKSPACE, 'incidents/INC-4821/logs');
const FILES = readdirSync(LOGS)
  .filter((name) => name.startsWith('http_requests'))
  .sort();
const truth = readHttpTruth();

function openWorkspace(files: readonly string[]): string {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'debrief-weekly-workspace-')));
  mkdirSync(join(dir, 'customers'));
  mkdirSync(join(dir, 'logs/acme'), { recursive: true });
  writeFileSync(join(dir, 'debrief.yaml'), 'provider: { name: Northwall }\n');
  writeFileSync(
    join(dir, 'customers/acme.yaml'),
    [
      'id: acme',
      'name: Acme Outdoor GmbH',
      'timeZone: Europe/Berlin',
      'prefixes: [192.0.2.240/28]',
      'zones: [acme-outdoor.example]',
      'accounts: [b81f60c27ad94e35a0c2f7d4196e8b03]',
      'weekly: { traffic: [{ file: ../logs/acme/*.gz }] }',
      '',
    ].join('\n'),
  );
  for (const name of files) cpSync(join(LOGS, name), join(dir, 'logs/acme', name));
  return dir;
}

const make = (workspaceDir: string, outDir?: string) =>
  makeWeekly({
    workspaceDir,
    customerId: 'acme',
    week: '2026-W47',
    timeZone: 'Europe/Berlin',
    ...(outDir !== undefined && { outDir }),
  });

const sum = <T>(items: readonly T[], of: (item: T) => number) => items.reduce((total, item) => total + of(item), 0);

describe('a summary from raw logs', () => {
  let workspace: string;
  let fromLogs: WeeklyReport;
  beforeAll(async () => {
    workspace = openWorkspace(FILES);
    fromLogs = await make(workspace);
  });
  afterAll(() => rmSync(workspace, { recursive: true, force: true }));

  it('has every sum and count of the truth', () => {
    const [layer] = fromLogs.json.analysis.layers;
    const exact = (value: number) => ({ estimate: value, lower: value, upper: value });
    expect(layer?.total).toEqual(exact(truth.requests));
    expect(layer?.bytes).toEqual(exact(truth.bytes));
    expect(layer?.mitigated).toEqual(exact(sum(truth.minutes, ({ mitigated }) => mitigated)));
    expect(layer?.coveredSeconds).toBe(75 * 60);
    const [highest] = truth.peaks.filter(({ windowMs }) => windowMs === 60_000);
    expect(layer?.peak).toMatchObject({ estimate: highest?.perSecond, windowSeconds: 60 });
    expect(Date.parse(layer?.peak?.at ?? '')).toBe(highest?.at);
    const tuesday = layer?.days.find(({ day }) => day === '2026-11-17');
    expect(tuesday?.total).toEqual(exact(truth.requests));
    for (const day of layer?.days ?? []) if (day.day !== '2026-11-17') expect(day.total).toBeUndefined();
  });

  it('has the volumes of every hour, and gaps where the logs have nothing', () => {
    const [layer] = fromLogs.json.analysis.layers;
    const known = (layer?.hours ?? []).filter(({ passed }) => passed !== null);
    expect(known.map(({ t }) => t)).toEqual(['2026-11-17T13:00:00.000Z', '2026-11-17T14:00:00.000Z']);
    const inHour = truth.minutes.filter(({ t }) => t < Date.parse('2026-11-17T14:00:00Z'));
    expect((known[0]?.mitigated ?? 0) * 3_600).toBeCloseTo(
      sum(inHour, ({ mitigated }) => mitigated),
      6,
    );
    expect(layer?.hours).toHaveLength(168);
  });

  it('lists values with the counts of the truth, and closes every list', () => {
    const [layer] = fromLogs.json.analysis.layers;
    for (const [dimension, field] of [
      ['host', 'ClientRequestHost'],
      ['path', 'ClientRequestPath'],
      ['source_asn', 'ClientASN'],
    ] as const) {
      const list = layer?.lists.find((one) => one.dimension === dimension);
      const expected = (truth.top[field]?.top ?? []).slice(0, 10);
      expect(list?.items.map(({ value, total }) => [value, total.estimate])).toEqual(
        expected.map(([value, count]) => [value, count]),
      );
      expect(
        sum(list?.items ?? [], ({ total }) => total.estimate) +
          (list?.other.estimate ?? 0) +
          (list?.unknown.estimate ?? 0),
      ).toBe(truth.requests);
    }
  });

  it('says that the rest of the week is not on record, and compares with nothing', () => {
    expect(fromLogs.html).toContain('no previous period');
    expect(fromLogs.html).not.toMatch(/∞|Infinity|NaN/u);
    expect(fromLogs.json.analysis.state).toBe('quiet');
    expect(fromLogs.json.analysis.layers[0]?.completeness).toBeCloseTo(75 / (168 * 60), 10);
  });

  it('is what the published schema says', () => {
    expect(reportSchema.parse(fromLogs.json)).toEqual(fromLogs.json);
  });

  it('is the same, byte for byte, when it was cut off after the logs were counted and is made again', async () => {
    const makeIn = async (name: string) => {
      const { generated } = await make(workspace, join(workspace, name));
      const read = (file: string) => readFileSync(join(generated.folder, file), 'utf8');
      const { timings: _, ...manifest } = JSON.parse(read('manifest.json'));
      return { files: generated.files.map((file) => [file.name, read(file.name)]), manifest };
    };
    rmSync(join(workspace, 'archive'), { recursive: true });
    const undisturbed = await makeIn('undisturbed');
    const resumed = await makeIn('resumed');
    expect(resumed).toEqual(undisturbed);
    expect(resumed.manifest.inputs.map(({ path }: { path: string }) => path)).toEqual(
      expect.arrayContaining(FILES.map((name) => `logs/acme/${name}`)),
    );
    expect(resumed.manifest.warnings).not.toEqual([]);
  });

  it('is the same in every sum and count when it is made from roll-ups, without the logs', async () => {
    rmSync(join(workspace, 'logs'), { recursive: true });
    const fromRollUps = await make(workspace);
    expect(fromRollUps.json.analysis).toEqual(fromLogs.json.analysis);
    expect(readdirSync(join(workspace, 'archive/acme')).filter((name) => name.includes('-r2'))).toEqual([]);
  });
});

describe('late data', () => {
  let workspace: string;
  beforeAll(() => {
    workspace = openWorkspace(FILES.slice(0, 4));
  });
  afterAll(() => rmSync(workspace, { recursive: true, force: true }));

  it('makes a new revision of the day and of the summary, which says what changed', async () => {
    const outDir = join(workspace, 'out');
    const first = await make(workspace, outDir);
    const late = FILES.at(-1) ?? '';
    cpSync(join(LOGS, late), join(workspace, 'logs/acme', late));
    const second = await make(workspace, outDir);
    expect(second.json.meta.reportId).toBe('2026-W47-r2');
    const names = readdirSync(join(workspace, 'archive/acme'));
    expect(names.filter((name) => name.endsWith('-r2.parquet'))).toEqual(['2026-11-17-r2.parquet']);
    const table = second.json.model.chapters
      .flatMap(({ blocks }) => blocks)
      .find((block) => block.kind === 'table' && block.id === 'table-changes');
    const row = table?.kind === 'table' ? table.data.rows.find(([what]) => what === 'Requests (L7)') : undefined;
    expect(row?.[1]).toBe(first.json.analysis.layers[0]?.total.estimate);
    expect(row?.[5]).toBe(truth.requests);
    expect(second.html).toContain('What this revision corrects');
  });

  it('never replaces what is on record by less: logs that were counted and are gone stay counted', async () => {
    for (const name of readdirSync(join(workspace, 'logs/acme'))) rmSync(join(workspace, 'logs/acme', name));
    cpSync(join(LOGS, FILES[0] ?? ''), join(workspace, 'logs/acme/other.ndjson.gz'));
    const third = await make(workspace);
    expect(third.json.analysis.layers[0]?.total.estimate).toBe(truth.requests);
    expect(third.generated.warnings.join(' ')).toContain('are not counted');
  });
});

describe('a summary for a customer whose copies are masked', () => {
  it('shows no host, path or rule in any of its files', async () => {
    const workspace = openWorkspace(FILES.slice(0, 2));
    try {
      const file = join(workspace, 'customers/acme.yaml');
      writeFileSync(
        file,
        `${readFileSync(file, 'utf8')}redaction:
  profiles: { masked: { hosts: removed, paths: removed, rules: removed } }
  audiences: { technical: masked }
`,
      );
      const { generated, html } = await make(workspace, join(workspace, 'out'));
      expect(html).not.toContain('/checkout');
      for (const { name } of generated.files) {
        const text = readFileSync(join(generated.folder, name), 'utf8');
        for (const secret of ['www.acme-outdoor.example', '/v2/stock', 'SQL injection - boolean'])
          expect(text, `${name} shows ${secret}`).not.toContain(secret);
      }
    } finally {
      rmSync(workspace, { recursive: true, force: true });
    }
  });
});

describe('a week whose logs hold somebody else’s traffic', () => {
  it('is refused, and nothing of it is kept', async () => {
    const workspace = openWorkspace(FILES.slice(0, 1));
    try {
      const file = join(workspace, 'customers/acme.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace('acme-outdoor.example', 'another.example'));
      await expect(make(workspace)).rejects.toMatchObject({ code: 'input-foreign' });
      expect(readdirSync(workspace)).not.toContain('archive');
    } finally {
      rmSync(workspace, { recursive: true, force: true });
    }
  });
});
