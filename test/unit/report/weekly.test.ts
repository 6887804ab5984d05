import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SAMPLE_WORKSPACE } from '../../support/truth.ts';
import { makeWeekly, type WeeklyReport } from '../../support/weekly-report.ts';

const HOUR = 3_600_000;

describe('a month of which nothing is on record', () => {
  it('is no quiet one: nothing is counted as none', async () => {
    const { json, html } = await makeWeekly({
      workspaceDir: SAMPLE_WORKSPACE,
      customerId: 'acme',
      week: '2026-12',
      timeZone: 'Europe/Berlin',
    });
    expect(json.analysis.state).toBe('unwatched');
    expect(json.model.cover.tiles.every(({ tone, value }) => tone === 'neutral' && typeof value === 'object')).toBe(
      true,
    );
    expect(html).toContain('Nothing can be said of this month');
  });
});

describe('a week with forty incidents', () => {
  const workspace = mkdtempSync(join(tmpdir(), 'debrief-forty-'));
  let report: WeeklyReport;

  beforeAll(async () => {
    for (const part of ['debrief.yaml', 'customers', 'brands', 'archive'])
      cpSync(join(SAMPLE_WORKSPACE, part), join(workspace, part), { recursive: true });
    const known = readFileSync(join(SAMPLE_WORKSPACE, 'reports/acme/INC-4588-r1/report.json'), 'utf8');
    for (let number = 0; number < 40; number++) {
      const incident = JSON.parse(known);
      const id = `INC-${6_000 + number}`;
      const start = Date.parse('2026-11-09T01:00:00Z') + number * 4 * HOUR;
      incident.meta = { ...incident.meta, incidentId: id, reportId: `${id}-r1` };
      incident.analysis.waves = [
        {
          ...incident.analysis.waves[0],
          start: new Date(start).toISOString(),
          // Every second one runs into the next.
          end: new Date(start + (number % 2 === 0 ? 5 : 1) * HOUR).toISOString(),
        },
      ];
      const folder = join(workspace, `reports/acme/${id}-r1`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'report.json'), JSON.stringify(incident));
      if (number === 3) writeFileSync(join(folder, 'report.html'), '<!doctype html>');
    }
    report = await makeWeekly({
      workspaceDir: workspace,
      customerId: 'acme',
      week: '2026-W46',
      timeZone: 'Europe/Berlin',
    });
  });
  afterAll(() => rmSync(workspace, { recursive: true, force: true }));

  it('prints the most severe and longest in their order, says of how many, and links those that have a page', () => {
    const table = report.json.model.chapters
      .flatMap(({ blocks }) => blocks)
      .find((block) => block.kind === 'table' && block.id === 'table-incidents');
    if (table?.kind !== 'table') throw new Error('there is a table of incidents');
    // Of those alike in severity the twenty of five hours, and the first four of one hour.
    expect(table.rows.map(([report]) => report)).toMatchObject(
      Array.from({ length: 40 }, (_, number) => number)
        .filter((number) => number % 2 === 0 || number < 8)
        .map((number) => ({ kind: 'report', reportId: `INC-${6_000 + number}-r1` })),
    );
    expect(report.html).toContain('24 of 40');
    expect(report.csv('table-incidents')).toHaveLength(40);
    const links = [...report.html.matchAll(/<a href="(\.\.[^"]*)"/gu)].map(([, link]) => link);
    expect(links).toEqual(['../INC-6003-r1/report.html']);
  });

  it('counts overlapping time once, so that the union is less than the sum', () => {
    const { exposureSeconds, incidents } = report.json.analysis;
    expect(incidents.reduce((sum, incident) => sum + incident.exposureSeconds, 0)).toBe((20 * 5 + 20) * 3_600);
    expect(exposureSeconds).toBe(20 * 5 * 3_600);
    expect(report.html).toContain('what overlaps counts once');
  });

  it('tells a ticket the first of them and how many more there are', () => {
    expect(report.summary).toContain('Weekly summary 2026-W46-r1: Week 46, 2026');
    expect(report.summary).toMatch(/40\s+incidents/u);
    expect(report.summary).toMatch(/and 32 more in the report/u);
    expect(report.summary).toContain('### Open recommendations');
    expect(report.summary.length).toBeLessThanOrEqual(6_000);
  });
});
