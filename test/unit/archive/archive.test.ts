import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readArchive, readIncidents } from '../../../src/archive/archive.ts';
import { writeReportJson, writeSourcesJson } from '../../../src/deliver/deliver.ts';
import { silentLog } from '../../../src/log.ts';
import { analyse } from '../../../src/report/report.ts';
import { composeIncident } from '../../support/compose-incident.ts';
import { incidentFacts, measure, T0 } from '../../support/incident-facts.ts';

let workspaceDir: string;

beforeEach(() => {
  workspaceDir = realpathSync(mkdtempSync(join(tmpdir(), 'debrief-archive-')));
});

afterEach(() => {
  rmSync(workspaceDir, { recursive: true, force: true });
});

/** A report as this version writes it: peak 120 rps over 10 s, mitigated after 2 s, an HTTP flood. */
function reportText(parts: { incidentId: string; revision: number; customerId?: string; startedAt?: number }): string {
  const facts = incidentFacts();
  const text = writeReportJson(composeIncident(facts), analyse(facts.stats, facts.findings.severity));
  const report = JSON.parse(text);
  report.meta.incidentId = parts.incidentId;
  report.meta.revision = parts.revision;
  report.meta.customer.id = parts.customerId ?? 'acme';
  if (parts.startedAt !== undefined) report.analysis.waves[0].start = new Date(parts.startedAt).toISOString();
  return JSON.stringify(report);
}

function store(folder: string, text: string): void {
  mkdirSync(join(workspaceDir, 'reports', folder), { recursive: true });
  writeFileSync(join(workspaceDir, 'reports', folder, 'report.json'), text);
}

const read = () => readArchive({ workspaceDir, customerId: 'acme', incidentId: 'INC-9', log: silentLog });

describe('the archive of a customer', () => {
  it('is empty in a workspace without reports', async () => {
    expect(await read()).toEqual({ incidents: [], warnings: [] });
  });

  it('tells what an earlier report says of its peaks, waves, vectors and sources', async () => {
    store('acme/INC-1-r1', reportText({ incidentId: 'INC-1', revision: 1 }));
    const { incidents, warnings } = await read();
    expect(warnings).toEqual([]);
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({
      incidentId: 'INC-1',
      revision: 1,
      attackDetected: true,
      startedAt: T0 + 60_000,
      waves: [{ start: T0 + 60_000, end: T0 + 120_000, vectors: ['http-flood'] }],
      vectors: ['http-flood'],
      timeToMitigateSeconds: 2,
    });
    expect(incidents[0]?.peaks).toEqual([
      { metric: 'requests/s', layer: 'http', windowMs: 1_000, value: 130, kind: 'counted' },
      { metric: 'requests/s', layer: 'http', windowMs: 10_000, value: 120, kind: 'counted' },
    ]);
    expect(incidents[0]?.attributes.get('ClientASN')?.get('64500')).toBe(5_000);
  });

  it('takes the latest revision of each other incident, by time, and none of the incident itself', async () => {
    store('acme/INC-2-r1', reportText({ incidentId: 'INC-2', revision: 1, startedAt: T0 + 9_000 }));
    store('acme/INC-1-r9', reportText({ incidentId: 'INC-1', revision: 9 }));
    store('acme/INC-1-r10', reportText({ incidentId: 'INC-1', revision: 10 }));
    store('acme/INC-9-r1', reportText({ incidentId: 'INC-9', revision: 1 }));
    const { incidents } = await read();
    expect(incidents.map(({ incidentId, revision }) => [incidentId, revision])).toEqual([
      ['INC-2', 1],
      ['INC-1', 10],
    ]);
  });

  it('tells a summary the tables of the last complete copy where the latest one is for executives', async () => {
    const executive = JSON.parse(reportText({ incidentId: 'INC-1', revision: 2 }));
    executive.model.chapters = [];
    executive.analysis.timeToMitigateSeconds = 5;
    store('acme/INC-1-r1', reportText({ incidentId: 'INC-1', revision: 1 }));
    store('acme/INC-1-r2', JSON.stringify(executive));
    const { incidents } = await readIncidents({ workspaceDir, customerId: 'acme', log: silentLog });
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({ revision: 2, timeToMitigateSeconds: 5 });
    expect(incidents[0]?.peaks.map(({ value }) => value)).toEqual([130, 120]);
  });

  it('leaves summaries of weeks out of the incidents, without a word', async () => {
    const report = JSON.parse(reportText({ incidentId: 'INC-1', revision: 1 }));
    report.meta = { ...report.meta, kind: 'weekly' };
    store('acme/2026-W47-r1', JSON.stringify(report));
    mkdirSync(join(workspaceDir, 'reports/acme/2026-W46-r1'));
    expect(await read()).toEqual({ incidents: [], warnings: [] });
  });

  it('never opens the folder of another customer, even through a link', async () => {
    store('meridian/INC-5-r1', reportText({ incidentId: 'INC-5', revision: 1, customerId: 'meridian' }));
    symlinkSync(join(workspaceDir, 'reports/meridian'), join(workspaceDir, 'reports/acme'));
    expect(await read()).toEqual({ incidents: [], warnings: [] });
    rmSync(join(workspaceDir, 'reports/acme'));
    mkdirSync(join(workspaceDir, 'reports/acme'));
    symlinkSync(join(workspaceDir, 'reports/meridian/INC-5-r1'), join(workspaceDir, 'reports/acme/INC-5-r1'));
    expect(await read()).toEqual({ incidents: [], warnings: [] });
    mkdirSync(join(workspaceDir, 'reports/acme/INC-6-r1'));
    symlinkSync(
      join(workspaceDir, 'reports/meridian/INC-5-r1/report.json'),
      join(workspaceDir, 'reports/acme/INC-6-r1/report.json'),
    );
    expect((await read()).warnings).toEqual([
      'reports/acme/INC-6-r1/report.json is a link; that incident is left out of the comparison.',
    ]);
  });

  it('refuses a report of another customer that lies in the wrong folder, and does not say whose it is', async () => {
    store('acme/INC-5-r1', reportText({ incidentId: 'INC-5', revision: 1, customerId: 'meridian' }));
    const { incidents, warnings } = await read();
    expect(incidents).toEqual([]);
    expect(warnings).toEqual([
      'reports/acme/INC-5-r1/report.json is not about this customer; that incident is left out of the comparison.',
    ]);
  });

  it('warns of what it cannot read and does not fall back on a revision that was corrected', async () => {
    store('acme/INC-1-r1', reportText({ incidentId: 'INC-1', revision: 1 }));
    store('acme/INC-1-r2', '{ "meta": ');
    store('acme/INC-2-r1', '{ "meta": {} }');
    store('acme/INC-3-r1', reportText({ incidentId: 'INC-4', revision: 1 }));
    mkdirSync(join(workspaceDir, 'reports/acme/INC-7-r1'));
    const { incidents, warnings } = await read();
    expect(incidents).toEqual([]);
    expect(warnings.map((warning) => warning.replace('; that incident is left out of the comparison.', ''))).toEqual([
      'reports/acme/INC-1-r2/report.json is not JSON',
      'reports/acme/INC-2-r1/report.json is not a report of this tool (meta.incidentId)',
      'reports/acme/INC-3-r1/report.json is not the report that its folder is named after',
      'reports/acme/INC-7-r1/report.json does not exist: the report was made without JSON',
    ]);
  });

  it('warns of a report whose times no calendar has or whose waves end before they begin', async () => {
    const altered = (change: (report: ReturnType<typeof JSON.parse>) => void): string => {
      const report = JSON.parse(reportText({ incidentId: 'INC-1', revision: 1 }));
      change(report);
      return JSON.stringify(report);
    };
    const problemOf = async (text: string) => {
      store('acme/INC-1-r1', text);
      const { incidents, warnings } = await read();
      return incidents.length === 0 ? warnings.join(' ') : undefined;
    };
    expect(
      await problemOf(
        altered((report) => {
          report.meta.window.start = 1e20;
        }),
      ),
    ).toContain('meta.window.start');
    expect(
      await problemOf(
        altered((report) => {
          report.analysis.waves[0].end = new Date(T0 - 60_000).toISOString();
        }),
      ),
    ).toContain('analysis.waves.0');
    expect(
      await problemOf(
        altered((report) => {
          report.analysis.timeToMitigateSeconds = 1e300;
        }),
      ),
    ).toContain('analysis.timeToMitigateSeconds');
  });

  it('reads a report of more waves than a call takes arguments', async () => {
    const report = JSON.parse(reportText({ incidentId: 'INC-1', revision: 1 }));
    const [first] = report.analysis.waves;
    report.analysis.waves = Array.from({ length: 200_000 }, () => first);
    store('acme/INC-1-r1', JSON.stringify(report));
    expect((await read()).incidents[0]?.startedAt).toBe(T0 + 60_000);
  });

  it('compares with no peak below nothing or outside its own interval', async () => {
    const report = JSON.parse(reportText({ incidentId: 'INC-1', revision: 1 }));
    const table = report.model.chapters
      .flatMap((chapter: { blocks: { id?: string }[] }) => chapter.blocks)
      .find((block: { id?: string }) => block.id === 'table-peaks').data;
    const at = (name: string) => table.columns.indexOf(name);
    table.rows[0][at('peak (per second)')] = -130;
    table.rows[1][at('peak lower')] = 200;
    table.rows[1][at('peak upper')] = 300;
    store('acme/INC-1-r1', JSON.stringify(report));
    expect((await read()).incidents[0]?.peaks).toEqual([]);
  });

  it('counts a source only with a volume that can be', async () => {
    const report = reportText({ incidentId: 'INC-1', revision: 1 }).replace(
      '"attributes":{',
      '"attributes":{"ClientIP":{"192.0.2.1":{"estimate":1e999},"192.0.2.2":{"estimate":-5},"192.0.2.3":{"estimate":5}},',
    );
    store('acme/INC-1-r1', report);
    const [incident] = (await read()).incidents;
    expect([...(incident?.attributes.get('ClientIP') ?? [])]).toEqual([['192.0.2.3', 5]]);
  });

  it('counts a source named __proto__ like any other', async () => {
    const report = reportText({ incidentId: 'INC-1', revision: 1 }).replace(
      '"attributes":{',
      '"attributes":{"ClientIP":{"__proto__":{"estimate":7,"lower":7,"upper":7}},',
    );
    store('acme/INC-1-r1', report);
    const [incident] = (await read()).incidents;
    expect(incident?.attributes.get('ClientIP')?.get('__proto__')).toBe(7);
  });

  describe('reads the addresses that attacked', () => {
    const sources = (parts: Record<string, unknown> = {}) =>
      JSON.stringify({
        sources: 1,
        incidentId: 'INC-1',
        revision: 1,
        customer: { id: 'acme' },
        layers: [
          { layer: 'http', total: 2, addresses: ['203.0.113.1', '2001:db8::1', '2001:db8::1', '<script>'] },
          { layer: 'carrier-pigeon', addresses: ['203.0.113.9'] },
        ],
        ...parts,
      });
    const keep = (text: string) => {
      store('acme/INC-1-r1', reportText({ incidentId: 'INC-1', revision: 1 }));
      writeFileSync(join(workspaceDir, 'reports/acme/INC-1-r1/sources.json'), text);
    };

    it('beside the report, and of it only what is an address', async () => {
      keep(sources());
      const { incidents, warnings } = await read();
      expect(warnings).toEqual([]);
      expect(incidents[0]?.sources).toEqual([{ layer: 'http', addresses: ['203.0.113.1', '2001:db8::1'] }]);
    });

    it('as the writer of reports keeps them', async () => {
      keep(
        writeSourcesJson({ incidentId: 'INC-1', revision: 1, customer: { id: 'acme', name: 'Acme Retail' } }, [
          { layer: 'network', total: measure(9_000, 'count'), kept: ['203.0.113.7'] },
        ]),
      );
      expect((await read()).incidents[0]?.sources).toEqual([{ layer: 'network', addresses: ['203.0.113.7'] }]);
    });

    it.each([
      ['of another customer', sources({ customer: { id: 'meridian' } }), 'is not about this customer'],
      ['of another report', sources({ revision: 2 }), 'is not of the report that its folder is named after'],
      ['that are no JSON', '{', 'is not JSON'],
      ['of an unknown layout', sources({ sources: 2 }), 'is not a list of sources of this tool (sources)'],
      ['that are too long', `${sources()}${' '.repeat(4 * 1024 * 1024)}`, 'bytes long; at most 4194304 are read'],
    ])('never from a file %s; the incident stays in the history', async (_, text, problem) => {
      keep(text);
      const { incidents, warnings } = await read();
      expect(incidents).toMatchObject([{ incidentId: 'INC-1', sources: [] }]);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(problem);
      expect(warnings[0]).not.toContain('meridian');
    });

    it('never through a link', async () => {
      keep(sources());
      const path = join(workspaceDir, 'reports/acme/INC-1-r1/sources.json');
      const elsewhere = join(workspaceDir, 'elsewhere.json');
      renameSync(path, elsewhere);
      symlinkSync(elsewhere, path);
      const { incidents, warnings } = await read();
      expect(incidents[0]?.sources).toEqual([]);
      expect(warnings).toEqual([
        'reports/acme/INC-1-r1/sources.json is a link; addresses of that incident are not compared.',
      ]);
    });
  });
});
