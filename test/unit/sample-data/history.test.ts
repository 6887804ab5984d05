import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DayTruth } from '../../../sample-data/generator/history/days.ts';
import { FIRST_DAY, PAST_CUSTOMERS, WEEKS } from '../../../sample-data/generator/history/story.ts';
import { composeArchive, WORKSPACE_SEED } from '../../../sample-data/generator/workspace.ts';
import { keepRollUp, type RollUp, readRollUps, type StoredRollUp } from '../../../src/archive/archive.ts';
import { reportSchema } from '../../../src/deliver/report-json.ts';
import { type Engine, openDuckDb } from '../../../src/engine/engine.ts';
import { daysOf, parsePeriod } from '../../../src/model/period.ts';
import { SAMPLE_WORKSPACE } from '../../support/truth.ts';
import { makeWeekly } from '../../support/weekly-report.ts';

const truth: readonly DayTruth[] = JSON.parse(readFileSync(join(SAMPLE_WORKSPACE, 'truth/history.json'), 'utf8'));

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb({ scratchDir: tmpdir(), memoryLimitBytes: 256e6 });
});
afterAll(() => engine.close());

async function keptDays(customerId: string, timeZone: string): Promise<readonly StoredRollUp[]> {
  const days = daysOf(parsePeriod(`${FIRST_DAY}--2026-11-23`, timeZone));
  const place = { workspaceDir: SAMPLE_WORKSPACE, customerId, engine, scratchDir: tmpdir() };
  const { rollUps, warnings } = await readRollUps(place, days);
  expect(warnings).toEqual([]);
  expect(rollUps).toHaveLength(WEEKS * 7);
  return rollUps;
}

describe('the history of the sample workspace', () => {
  const drawn = composeArchive(WORKSPACE_SEED);

  it.each(PAST_CUSTOMERS.map(({ id, timeZone }) => [id, timeZone]))(
    'of %s is in the archive as it was drawn, by days of its own zone',
    async (id, timeZone) => {
      const kept = await keptDays(id, timeZone);
      for (const day of drawn.filter(({ customerId }) => customerId === id)) {
        const own = kept.find((one) => one.day === day.day);
        expect(own, `${day.day} is stale; run npm run generate`).toMatchObject({
          window: day.window,
          layers: day.layers,
        });
      }
    },
  );

  it('is kept by the tool as it stands there, byte for byte', async () => {
    const workspaceDir = mkdtempSync(join(tmpdir(), 'debrief-archive-'));
    try {
      for (const { id } of PAST_CUSTOMERS) {
        const day = drawn.find(({ customerId }) => customerId === id) as unknown as RollUp;
        const place = { workspaceDir, customerId: id, engine, scratchDir: tmpdir() };
        const { path } = await keepRollUp(place, day, undefined);
        expect(readFileSync(join(workspaceDir, path)), `${path} is stale; run npm run generate`).toEqual(
          readFileSync(join(SAMPLE_WORKSPACE, path)),
        );
      }
    } finally {
      rmSync(workspaceDir, { recursive: true });
    }
  });

  it('comes out of a summary with the sums of its truth, in a quiet week and in weeks with a change of clocks', async () => {
    for (const { id, timeZone } of PAST_CUSTOMERS)
      for (const week of ['2026-W43', '2026-W44']) {
        const { json } = await makeWeekly({ workspaceDir: SAMPLE_WORKSPACE, customerId: id, week, timeZone });
        const days = daysOf(parsePeriod(week, timeZone)).map((day) => day.id);
        const own = truth.filter(({ customer, day }) => customer === id && days.includes(day));
        const sum = (of: (day: DayTruth) => number) => own.reduce((total, day) => total + of(day), 0);
        const [layer] = json.analysis.layers;
        expect(json.analysis.period.hours).toBe(sum(({ hours }) => hours));
        expect(layer?.total.estimate).toBe(sum(({ total }) => total));
        expect(layer?.mitigated?.estimate).toBe(sum(({ mitigated }) => mitigated));
        expect(layer?.bytes?.estimate).toBe(sum(({ bytes }) => bytes));
        expect((layer?.coveredSeconds ?? 0) / 60).toBe(sum(({ coveredMinutes }) => coveredMinutes));
        expect(reportSchema.parse(json)).toEqual(json);
      }
  });

  it('has results of earlier incidents in the published shape', () => {
    for (const { id, attacks } of PAST_CUSTOMERS)
      for (const attack of attacks) {
        const json = JSON.parse(
          readFileSync(join(SAMPLE_WORKSPACE, `reports/${id}/${attack.id}-r1/report.json`), 'utf8'),
        );
        expect(reportSchema.parse(json)).toEqual(json);
      }
  });
});
