import { describe, expect, it } from 'vitest';
import { reportSchema, writeReportJson } from '../../../src/deliver/report-json.ts';
import { analyse } from '../../../src/report/report.ts';
import { composeIncident } from '../../support/compose-incident.ts';
import { incidentFacts } from '../../support/incident-facts.ts';

describe('report.json', () => {
  it('follows its published schema', () => {
    const facts = incidentFacts();
    const json: unknown = JSON.parse(
      writeReportJson(composeIncident(facts), analyse(facts.stats, facts.findings.severity)),
    );
    expect(reportSchema.parse(json)).toEqual(json);
  });

  it('leaves out what has no evidence', () => {
    const { stats, findings } = incidentFacts({ stats: { waves: [], layers: [], clocks: {}, duration: {} } });
    expect(analyse(stats, findings.severity)).toEqual({
      attackDetected: false,
      severity: { level: 1, reasons: [{ id: 'no-visible-impact', level: 1 }] },
      waves: [],
      signatures: [],
      minutes: [],
      attributes: {},
      vectors: [],
    });
  });

  it('names attributes as Logpush does and gives exact numbers an interval of no width', () => {
    const analysis = analyse(incidentFacts().stats, incidentFacts().findings.severity);
    expect(analysis.attributes).toEqual({
      ClientASN: {
        64500: { estimate: 5000, lower: 5000, upper: 5000 },
        64501: { estimate: 1000, lower: 1000, upper: 1000 },
      },
    });
    expect(analysis.attackTotal).toBeUndefined();
    expect(analysis.peak10s?.estimate).toBe(120);
    expect(analysis.timeToMitigateSeconds).toBe(2);
  });
});
