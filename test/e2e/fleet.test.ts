import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { FLEET_NOW, FLEET_PERIOD, writeFleetWorkspace } from '../../bench/fleet-workspace.ts';
import { type BuiltCommand, buildCommand, outcomeOf } from '../support/built-command.ts';

const CASES = ['INC-1', 'INC-2', 'INC-3', 'INC-4'];
const FILES = CASES.map((id) => `incidents/${id}.yaml`);

let command: BuiltCommand;
let template: string;
let dir: string;
beforeAll(async () => {
  command = await buildCommand();
  template = await mkdtemp(join(tmpdir(), 'debrief-fleet-template-'));
  await command.run(['init', 'soc'], { cwd: template });
  const text = await readFile(join(template, 'soc/incidents/INC-1.yaml'), 'utf8');
  for (const id of CASES)
    await writeFile(join(template, `soc/incidents/${id}.yaml`), text.replace(/^id: .*$/m, `id: ${id}`));
});
afterAll(() => Promise.all([command.remove(), rm(template, { recursive: true, force: true })]));
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'debrief-fleet-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await cp(join(template, 'soc'), dir, { recursive: true });
});

const reports = async () => (await readdir(join(dir, 'reports/example'))).sort();

/** The only manifest of a run, or the last. */
async function lastManifest(): Promise<{ counts: Record<string, number>; tasks: object[]; interrupted: boolean }> {
  const folder = join(dir, '.debrief/runs');
  const name = (await readdir(folder)).sort().at(-1) ?? '';
  return JSON.parse(await readFile(join(folder, name), 'utf8'));
}

describe('a batch of incidents', () => {
  test('that was killed is taken up where it was: every report once, nothing half-made, and a manifest that tells', async () => {
    const killed = command.start(['incident', ...FILES, '--format', 'json', '--jobs', '2'], { cwd: dir });
    killed.stdout.once('data', () => killed.kill('SIGKILL')); // the first is told, others are on their way
    await outcomeOf(killed);
    const { exit, out, err } = await command.run(
      ['incident', ...FILES, '--format', 'json', '--jobs', '2', '--resume'],
      { cwd: dir },
    );
    expect(exit).toBe(0);
    expect(await reports()).toEqual(CASES.map((id) => `${id}-r1`));
    expect(err).toMatch(/incidents\/INC-\d\.yaml: made before: reports\/example\/INC-\d-r1/);
    const { counts, tasks } = await lastManifest();
    expect(counts.made).toBe(out.trimEnd().split('\n').length);
    expect((counts.made ?? 0) + (counts.found ?? 0)).toBe(4);
    expect(tasks).toContainEqual(
      expect.objectContaining({ name: 'incidents/INC-4.yaml', state: 'made', folder: 'reports/example/INC-4-r1' }),
    );
  });

  test('delivers what an earlier run made and did not live to deliver, once', async () => {
    await writeFile(
      join(dir, 'debrief.yaml'),
      `${await readFile(join(dir, 'debrief.yaml'), 'utf8')}\ndestinations: [{ id: share, kind: folder, path: ${join(dir, 'out')} }]\n`,
    );
    const customer = join(dir, 'customers/example.yaml');
    await writeFile(
      customer,
      `${await readFile(customer, 'utf8')}\ndestinations: [{ id: share, kind: folder, files: [zip] }]\n`,
    );
    const argv = ['incident', ...FILES.slice(0, 2), '--format', 'json'];
    expect((await command.run(argv, { cwd: dir })).exit).toBe(0);
    const { exit, out } = await command.run([...argv, '--resume', '--deliver'], { cwd: dir });
    expect(out).toMatch(/INC-1-r1 → share .*: delivered/);
    expect(out).toMatch(/INC-2-r1 → share .*: delivered/);
    expect(exit).toBe(0);
    expect(await readdir(join(dir, 'out/example'))).toHaveLength(4);
  });

  test('that gets SIGTERM ends soon, keeps what is whole and leaves nothing else', async () => {
    const child = command.start(['incident', ...FILES, '--jobs', '1', '--format', 'pdf'], { cwd: dir });
    child.stdout.once('data', () => child.kill('SIGTERM'));
    const { exit, err } = await outcomeOf(child);
    expect(exit).toBe(143);
    expect(err).not.toContain('defect');
    expect(await reports()).toEqual(['INC-1-r1']);
    expect(await lastManifest()).toMatchObject({ interrupted: true, counts: { made: 1, failed: 0 } });
  });
});

describe('the summaries of a schedule', () => {
  test('that was killed twice and run again are the files of an undisturbed run, byte for byte', async () => {
    const [calm, disturbed] = [join(dir, 'calm'), join(dir, 'disturbed')];
    writeFleetWorkspace(calm, { customers: 4, formats: ['html', 'json', 'csv'], lines: 60 });
    // From here on both rest on the same roll-ups.
    const counted = ['weekly', '--week', FLEET_PERIOD, '--format', 'json', '--out', join(dir, 'counted')];
    expect((await command.run(counted, { cwd: calm })).exit).toBe(0);
    await rm(join(calm, '.debrief'), { recursive: true });
    await cp(calm, disturbed, { recursive: true });

    const due = ['run-due', '--now', FLEET_NOW, '--jobs', '2'];
    expect((await command.run(due, { cwd: calm })).exit).toBe(0);
    for (let kill = 0; kill < 2; kill++) {
      const killed = command.start(due, { cwd: disturbed });
      killed.stdout.once('data', () => killed.kill('SIGKILL'));
      await outcomeOf(killed);
    }
    expect((await command.run(due, { cwd: disturbed })).exit).toBe(0);
    const files = await digestsIn(join(calm, 'reports'));
    expect(files.size).toBeGreaterThan(4 * 5);
    expect(await digestsIn(join(disturbed, 'reports'))).toEqual(files);
  });
});

async function digestsIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const digests = new Map<string, string>();
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    digests.set(
      relative(folder, path),
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  }
  return digests;
}
