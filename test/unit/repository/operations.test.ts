import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadSchedules } from '../../../src/config/config.ts';
import { runCommand } from '../cli/streams-fixture.ts';
import { makeWorkspace } from '../config/workspace-fixture.ts';

const FOLDER = join(import.meta.dirname, '../../../docs/operations');
const SYSTEMD = join(FOLDER, 'systemd');

/** Whether a command line is understood: an unknown flag is a slip, a workspace that is not there comes later. */
async function isUnderstood(argv: readonly string[]): Promise<boolean> {
  const { err } = await runCommand([...argv, '--help']);
  const known = await runCommand(argv, {}, { signal: AbortSignal.abort() });
  return err === '' && !/unknown (option|command)|Usage:|Expected/.test(known.err);
}

describe('the systemd units', () => {
  test('start command lines that Debrief understands', async () => {
    for (const name of (await readdir(SYSTEMD)).filter((file) => file.endsWith('.service'))) {
      const unit = await readFile(join(SYSTEMD, name), 'utf8');
      const [, line = ''] = /^ExecStart=\/usr\/local\/bin\/debrief (.*)$/m.exec(unit) ?? [];
      expect([name, await isUnderstood(line.split(' '))]).toEqual([name, true]);
      expect(unit).toContain('TimeoutSt'); // a run may take long, its end may not
      expect(unit).not.toMatch(/^(RestrictNamespaces|MemoryDenyWriteExecute)=/m); // neither browser nor engine would start
    }
  });

  test('are sound to systemd itself', async ({ skip }) => {
    const run = promisify(execFile);
    const analyze = await run('systemd-analyze', ['--version']).catch(() => undefined);
    if (analyze === undefined) skip('systemd-analyze is not installed here');
    const dir = await mkdtemp(join(tmpdir(), 'debrief-units-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    const names = await readdir(SYSTEMD);
    for (const name of names) {
      await copyFile(join(SYSTEMD, name), join(dir, name));
      const unit = await readFile(join(dir, name), 'utf8');
      await writeFile(join(dir, name), unit.replaceAll('/usr/local/bin/debrief', '/bin/true'));
    }
    const { stderr } = await run('systemd-analyze', ['verify', '--man=no', ...names.map((name) => join(dir, name))]);
    expect(stderr.split('\n').filter((line) => line.includes('debrief'))).toEqual([]); // units of others are none of ours
  });
});

describe('the Kubernetes files', () => {
  test('look often, never twice at once, never anew by themselves, with a command line that Debrief understands', async () => {
    const text = await readFile(join(FOLDER, 'kubernetes/cronjob.yaml'), 'utf8');
    const [job, claim] = parseAllDocuments(text).map((document) => document.toJS());
    expect(job).toMatchObject({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      spec: {
        timeZone: 'Etc/UTC',
        concurrencyPolicy: 'Forbid',
        jobTemplate: {
          spec: {
            backoffLimit: 0,
            template: {
              spec: {
                restartPolicy: 'Never',
                volumes: [{ persistentVolumeClaim: { claimName: claim.metadata.name } }, { emptyDir: {} }],
              },
            },
          },
        },
      },
    });
    expect(claim).toMatchObject({ kind: 'PersistentVolumeClaim', spec: { accessModes: ['ReadWriteOncePod'] } });
    const [container] = job.spec.jobTemplate.spec.template.spec.containers;
    expect(await isUnderstood(container.args)).toBe(true);
    expect(job.spec.jobTemplate.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(10);
  });
});

describe('the page', () => {
  test('shows schedules that are sound and command lines that Debrief understands', async () => {
    const page = await readFile(join(FOLDER, 'README.md'), 'utf8');
    const [, schedules = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const dir = await makeWorkspace({
      'debrief.yaml': `provider: { name: Northwind Shield }\n${schedules}`,
      'customers/meridian.yaml': 'id: meridian\nname: Meridian Federal Bank\n',
    });
    expect((await loadSchedules(dir)).schedules.map(({ id }) => id)).toEqual(['weekly', 'us-weekly']);
    const lines = [...page.matchAll(/^ {4}debrief (.*)$/gm)].map(([, line = '']) => line);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect([line, await isUnderstood(line.split(' '))]).toEqual([line, true]);
  });
});
