import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepRollUp, type RollUp, type RollUpPlace, readRollUps } from '../../../src/archive/archive.ts';
import { type Engine, openDuckDb } from '../../../src/engine/engine.ts';
import { daysOf, type Period } from '../../../src/model/period.ts';
import { httpLayer, listOf, quarters, rollUpOf, WEEK } from '../../support/week-facts.ts';

let workspaceDir: string;
let engine: Engine;
let place: RollUpPlace;

beforeEach(async () => {
  workspaceDir = realpathSync(mkdtempSync(join(tmpdir(), 'debrief-roll-ups-')));
  engine = await openDuckDb({ scratchDir: tmpdir(), memoryLimitBytes: 256e6 });
  place = { workspaceDir, customerId: 'acme', engine, scratchDir: tmpdir() };
});

afterEach(async () => {
  await engine.close();
  rmSync(workspaceDir, { recursive: true, force: true });
});

const [monday] = daysOf(WEEK) as [Period];
const home = () => join(workspaceDir, 'archive/acme');
const names = () => readdirSync(home()).sort();

/** A day with everything that a roll-up can hold, hostile names among it. */
function fullDay(): RollUp {
  const rest = {
    units: 7,
    bytes: 70,
    sampled: 7,
    variance: 1.5,
    bytesVariance: 2.5,
    mitigated: 3,
    values: 4,
    atMost: 6,
  };
  const hosts = listOf('host', { "www.acme.example'; drop table x": 900, __proto__x: 2, 'ünïcode "quoted"': 1 });
  return {
    ...rollUpOf(
      monday,
      httpLayer({
        kind: 'estimated',
        sampling: { min: 1, max: 100 },
        quarters: quarters(monday).slice(0, 8),
        lists: [
          { ...hosts, rest, unknown: { units: 1, sampled: 1, variance: 0, bytesVariance: 0, mitigated: 0 } },
          { ...listOf('rule', { '100201': 5 }), label: 'Cloudflare Logpush firewall_events' },
        ],
      }),
    ),
    attackIds: [{ id: 'a1', layer: 'network', system: 'dosd', start: monday.start, end: monday.start + 1 }],
  };
}

describe('a roll-up', () => {
  it('is read back as it was kept, with every sum', async () => {
    const kept = await keepRollUp(place, fullDay(), undefined);
    const { rollUps, warnings } = await readRollUps(place, daysOf(WEEK));
    expect(warnings).toEqual([]);
    expect(rollUps).toEqual([kept]);
    expect(rollUps[0]).toMatchObject({ ...fullDay(), revision: 1, path: 'archive/acme/2026-11-16-r1.parquet' });
  });

  it('is the same bytes whenever the same day is kept', async () => {
    const first = await keepRollUp(place, fullDay(), undefined);
    rmSync(home(), { recursive: true });
    const second = await keepRollUp(place, fullDay(), undefined);
    expect(second.sha256).toBe(first.sha256);
  });

  it('appears under its name all at once and leaves nothing else behind', async () => {
    await keepRollUp(place, fullDay(), undefined);
    expect(names()).toEqual(['2026-11-16-r1.parquet']);
  });

  it('that is counted again with the same sums stays as it is', async () => {
    const kept = await keepRollUp(place, fullDay(), undefined);
    const [known] = (await readRollUps(place, [monday])).rollUps;
    expect(await keepRollUp(place, { ...fullDay(), inputs: [] }, known)).toBe(known);
    expect(known).toEqual(kept);
    expect(names()).toEqual(['2026-11-16-r1.parquet']);
  });

  it('of late data is a new revision that says what changed, and leaves the one before as it was', async () => {
    await keepRollUp(place, rollUpOf(monday), undefined);
    const before = readFileSync(join(home(), '2026-11-16-r1.parquet'));
    const [known] = (await readRollUps(place, [monday])).rollUps;
    const late = rollUpOf(monday, httpLayer({ quarters: quarters(monday, 1_000) }));
    const kept = await keepRollUp(place, late, known);
    expect(kept).toMatchObject({
      revision: 2,
      changes: [
        { layer: 'http', quantity: 'total', before: 86_400, after: 96_000 },
        { layer: 'http', quantity: 'mitigated', before: 8_640, after: 9_600 },
        { layer: 'http', quantity: 'bytes', before: 96 * 819_000, after: 96 * 910_000 },
      ],
    });
    expect((await readRollUps(place, [monday])).rollUps[0]).toEqual(kept);
    expect(readFileSync(join(home(), '2026-11-16-r1.parquet'))).toEqual(before);
  });
});

describe('the archive of roll-ups', () => {
  const problemsOf = async () => {
    const { rollUps, warnings } = await readRollUps(place, [monday]);
    expect(rollUps).toEqual([]);
    return warnings.join(' ');
  };

  it('refuses a roll-up of another customer that lies in the wrong folder, and does not say whose it is', async () => {
    await keepRollUp({ ...place, customerId: 'meridian' }, { ...fullDay(), customerId: 'meridian' }, undefined);
    mkdirSync(home(), { recursive: true });
    renameSync(join(workspaceDir, 'archive/meridian/2026-11-16-r1.parquet'), join(home(), '2026-11-16-r1.parquet'));
    const problems = await problemsOf();
    expect(problems).toContain('is not about this customer');
    expect(problems).not.toContain('meridian');
  });

  it('never goes through a link, neither of the folder nor of a file', async () => {
    await keepRollUp({ ...place, customerId: 'meridian' }, { ...fullDay(), customerId: 'meridian' }, undefined);
    symlinkSync(join(workspaceDir, 'archive/meridian'), home());
    expect(await problemsOf()).toBe('');
    rmSync(home());
    mkdirSync(home());
    symlinkSync(join(workspaceDir, 'archive/meridian/2026-11-16-r1.parquet'), join(home(), '2026-11-16-r1.parquet'));
    expect(await problemsOf()).toContain('is a link');
  });

  it('warns of a file that is damaged or is not what its name says, and takes no earlier revision instead', async () => {
    await keepRollUp(place, fullDay(), undefined);
    const bytes = readFileSync(join(home(), '2026-11-16-r1.parquet'));
    writeFileSync(join(home(), '2026-11-16-r2.parquet'), bytes);
    expect(await problemsOf()).toContain('2026-11-16-r2.parquet is not what its name says');
    writeFileSync(join(home(), '2026-11-16-r3.parquet'), bytes.subarray(0, 700));
    expect(await problemsOf()).toContain('2026-11-16-r3.parquet is not a roll-up of this version');
  });

  it('reads the other days when one is damaged', async () => {
    const days = daysOf(WEEK).slice(0, 3);
    for (const day of days) await keepRollUp(place, rollUpOf(day), undefined);
    const path = join(home(), '2026-11-17-r1.parquet');
    const bytes = readFileSync(path);
    bytes.fill(0xff, 8, bytes.length - 3_000 > 200 ? 200 : 40);
    writeFileSync(path, bytes);
    const { rollUps, warnings } = await readRollUps(place, days);
    expect(rollUps.map(({ day }) => day)).toEqual(['2026-11-16', '2026-11-18']);
    expect(warnings.join()).toContain('2026-11-17-r1.parquet');
  });
});
