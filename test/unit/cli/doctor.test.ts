import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { examineNode, judgeSpace } from '../../../src/cli/doctor.ts';
import { runCommand } from './streams-fixture.ts';

describe('doctor', () => {
  test.each([
    ['18.20.0', 'fail'],
    ['20.18.3', 'fail'],
    ['20.19.0', 'ok'],
    ['22.0.0', 'ok'],
  ])('finds Node %s %s', (version, status) => {
    expect(examineNode(version).status).toBe(status);
  });

  test.each([
    [99_999_999, 'fail', '100.0 MB free in /tmp'],
    [100_000_000, 'warn', '100.0 MB free in /tmp'],
    [999_999_999, 'warn', '1.0 GB free in /tmp'],
    [1_000_000_000, 'ok', '1.0 GB free in /tmp'],
  ])('finds %d bytes of free space %s', (bytes, status, finding) => {
    expect(judgeSpace('temporary space', '/tmp', bytes)).toMatchObject({ status, finding });
    if (status !== 'ok') expect(judgeSpace('temporary space', '/tmp', bytes).cure).toContain('TMPDIR');
  });

  test('exits with 3 when the browser that was named cannot be used, and looks at the rest all the same', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'debrief-doctor-test-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    await writeFile(
      join(dir, 'debrief.yaml'),
      'provider: { name: Northwind Shield }\nbrowser: { executable: /nowhere/chromium }\n',
    );
    const { exitCode, out } = await runCommand(['doctor', '--workspace', dir]);
    expect(exitCode).toBe(3);
    const lines = out.split('\n');
    expect(lines.find((line) => line.startsWith('fail  browser'))).toContain('/nowhere/chromium');
    expect(lines.some((line) => /^ok {4}engine {11}DuckDB v?\d/.test(line))).toBe(true);
    expect(out).toMatch(/ok {4}workspace {8}.*0 customers, 1 brand, 0 cases/);
    expect(out).toMatch(/temporary space {2}[\d.]+ [kMGT]?B free in/);
  });

  test('tells the faults of a workspace line by line, and gives objects with --json', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'debrief-doctor-test-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    await writeFile(join(dir, 'debrief.yaml'), 'provider: { nme: x }\nbrowser: { executable: /nowhere/chromium }\n');
    const { out } = await runCommand(['doctor', '--workspace', dir, '--json']);
    const checks = out
      .trimEnd()
      .split('\n')
      .map((line): { name: string; status: string; finding: string } => JSON.parse(line));
    const workspace = checks.find(({ name }) => name === 'workspace');
    expect(workspace?.status).toBe('fail');
    expect(workspace?.finding.split('\n')).toEqual([
      'debrief.yaml:1:11: provider.name: is missing; expected text',
      'debrief.yaml:1:13: provider.nme: is not a known key; did you mean "name"?',
    ]);
  });

  test('fails while a schedule is overdue by more than its lateness and an hour, and names what is', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'debrief-doctor-test-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    await mkdir(join(dir, 'customers'));
    await writeFile(join(dir, 'customers/acme.yaml'), 'id: acme\nname: Acme Shop\ntimeZone: Europe/Berlin\n');
    await writeFile(
      join(dir, 'debrief.yaml'),
      'provider: { name: Northwind Shield }\nbrowser: { executable: /nowhere/chromium }\n' +
        'schedules: [{ id: weekly, cadence: weekly, jitter: PT0S }]\n',
    );
    const doctorAt = async (instant: string) => {
      const { out } = await runCommand(['doctor', '--workspace', dir], {}, { now: () => Date.parse(instant) });
      return out.split('\n').filter((line) => /schedules|W47|→ see/.test(line));
    };
    expect(await doctorAt('2026-11-23T08:00:00Z')).toEqual([
      'ok    schedules        1 schedule, run-due has never run here',
    ]);
    expect(await doctorAt('2026-11-23T08:00:00.001Z')).toEqual([
      'fail  schedules        1 schedule, run-due has never run here; 1 overdue',
      `${' '.repeat(23)}weekly: acme 2026-W47, due 2026-11-23 06:00 Europe/Berlin`,
      expect.stringContaining('see that something starts debrief run-due'),
    ]);
  });
});
