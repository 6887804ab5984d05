import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  composeManifest,
  type Manifest,
  nextRevision,
  type ReportFiles,
  type Revision,
  writeReportFolder,
} from '../../../src/deliver/deliver.ts';
import { manifestRequest } from './manifest-fixture.ts';

const run = promisify(execFile);

let outDir: string;
/** `revision.ts` and what it imports, as a plain Node can run it. */
let compiled: string;

beforeAll(async () => {
  compiled = await mkdtemp(join(tmpdir(), 'debrief-compiled-'));
  await writeFile(join(compiled, 'package.json'), '{ "type": "module" }');
  const options = '--target es2023 --module nodenext --types node --rewriteRelativeImportExtensions --ignoreConfig';
  const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [
    tsc,
    ...options.split(' '),
    '--rootDir',
    'src',
    '--outDir',
    compiled,
    'src/deliver/revision.ts',
  ]);
});

afterAll(() => rm(compiled, { recursive: true, force: true }));

beforeEach(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'debrief-out-'));
});

afterEach(async () => {
  await chmod(outDir, 0o755);
  await rm(outDir, { recursive: true, force: true });
});

const FILES: ReportFiles = new Map<string, string | Uint8Array>([
  ['report.html', '<!doctype html>'],
  ['report.pdf', new Uint8Array([0x25, 0x50, 0x44, 0x46])],
  ['data/fig-traffic.csv', '"time","requests"\r\n'],
  ['data/tbl-vectors.csv', '"vector"\r\n'],
]);

function manifestOf(revision: Revision, files: ReportFiles = FILES): Manifest {
  return composeManifest(manifestRequest({ reportId: revision.reportId, revision: revision.revision, files }));
}

/** Aborts at the n-th time that somebody looks. */
function abortAtLook(look: number): AbortSignal {
  const signal = new AbortController().signal;
  let looks = 0;
  Object.defineProperty(signal, 'aborted', { get: () => ++looks >= look });
  return signal;
}

describe('a report folder', () => {
  test('appears with every file as it was given, and a manifest that describes them', async () => {
    const revision = await nextRevision(outDir, 'INC-4821');
    const manifest = manifestOf(revision);
    const folder = await writeReportFolder({ revision, files: FILES, manifest });

    expect(folder).toBe(join(revision.outDir, 'INC-4821-r1'));
    expect((await readdir(folder, { recursive: true })).sort()).toEqual([
      'data',
      'data/fig-traffic.csv',
      'data/tbl-vectors.csv',
      'manifest.json',
      'report.html',
      'report.pdf',
    ]);
    expect(await readFile(join(folder, 'report.pdf'), 'latin1')).toBe('%PDF');
    expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).toEqual(manifest);
    expect(await readdir(outDir)).toEqual(['INC-4821-r1']);
  });

  test('is not touched by a later release of its reservation', async () => {
    const revision = await nextRevision(outDir, 'INC-4821');
    await writeReportFolder({ revision, files: FILES, manifest: manifestOf(revision) });
    await revision.release();
    expect(await readdir(outDir)).toEqual(['INC-4821-r1']);
  });

  test('leaves nothing when the run is aborted, at whichever step', async () => {
    let look = 1;
    for (; ; look++) {
      const revision = await nextRevision(outDir, 'INC-4821');
      const signal = abortAtLook(look);
      const outcome = await writeReportFolder({ revision, files: FILES, manifest: manifestOf(revision), signal }).catch(
        (error: unknown) => error,
      );
      if (typeof outcome === 'string') break;
      expect(outcome).toMatchObject({ name: 'ReportError', code: 'cancelled' });
      expect(await readdir(outDir)).toEqual([]);
    }
    expect(look).toBe(FILES.size + 3); // one look before each file and the manifest, one before it is published
    expect(await readdir(outDir)).toEqual(['INC-4821-r1']);
  });

  test('leaves nothing when a file cannot be written, and names it with the cause', async () => {
    const revision = await nextRevision(outDir, 'INC-4821');
    const files: ReportFiles = new Map([
      ['report.html', '<!doctype html>'],
      [`data/${'x'.repeat(300)}.csv`, ''],
    ]);
    await expect(writeReportFolder({ revision, files, manifest: manifestOf(revision, files) })).rejects.toMatchObject({
      code: 'output-failed',
      message: expect.stringContaining('.csv cannot be written: the path is too long (ENAMETOOLONG)'),
    });
    expect(await readdir(outDir)).toEqual([]);
  });

  test('leaves nothing when its hidden folder is taken away underneath', async () => {
    const revision = await nextRevision(outDir, 'INC-4821');
    await rm(revision.partialDir, { recursive: true });
    await expect(writeReportFolder({ revision, files: FILES, manifest: manifestOf(revision) })).rejects.toMatchObject({
      code: 'output-failed',
    });
    expect(await readdir(outDir)).toEqual([]);
  });

  test('does not write through a link that waits in its hidden folder', async () => {
    const revision = await nextRevision(outDir, 'INC-4821');
    await symlink('/dev/null', join(revision.partialDir, 'report.html'));
    await expect(writeReportFolder({ revision, files: FILES, manifest: manifestOf(revision) })).rejects.toMatchObject({
      code: 'output-failed',
      message: expect.stringContaining('EEXIST'),
    });
  });

  test('never replaces a folder of the same name', async () => {
    const revision = await nextRevision(outDir, 'INC-4821');
    await mkdir(join(outDir, 'INC-4821-r1'));
    await writeFile(join(outDir, 'INC-4821-r1/report.pdf'), 'signed');
    await expect(writeReportFolder({ revision, files: FILES, manifest: manifestOf(revision) })).rejects.toMatchObject({
      code: 'report-exists',
    });
    expect(await readdir(outDir)).toEqual(['INC-4821-r1']);
    expect(await readFile(join(outDir, 'INC-4821-r1/report.pdf'), 'utf8')).toBe('signed');
  });

  test.each([
    ['../report.pdf'],
    ['/report.pdf'],
    ['a/b/report.pdf'],
    ['.owner'],
    ['report\n.pdf'],
    ['data/=cmd.csv'],
    ['manifest.json'],
    ['Manifest.json'],
  ])('refuses the file name %j before it writes', async (name) => {
    const revision = await nextRevision(outDir, 'INC-4821');
    const files: ReportFiles = new Map([[name, 'x']]);
    await expect(writeReportFolder({ revision, files, manifest: manifestOf(revision, files) })).rejects.toThrow(
      /is not a file name of a report|is there twice/,
    );
    expect(await readdir(outDir)).toEqual([]);
  });

  test('refuses a manifest of other content, of fewer files, or of another report', async () => {
    const other: ReportFiles = new Map(FILES).set('report.html', '<!doctype html><p>');
    const more: ReportFiles = new Map(FILES).set('summary.md', '');
    for (const files of [other, more]) {
      const revision = await nextRevision(outDir, 'INC-4821');
      await expect(
        writeReportFolder({ revision, files: FILES, manifest: manifestOf(revision, files) }),
      ).rejects.toThrow(/the manifest (does not describe report.html|describes a file that is not there)/);
    }
    const revision = await nextRevision(outDir, 'INC-4821');
    const foreign = { ...manifestOf(revision), reportId: 'INC-9-r1' };
    await expect(writeReportFolder({ revision, files: FILES, manifest: foreign })).rejects.toThrow(
      'the manifest of INC-9-r1 in the folder of INC-4821-r1',
    );
  });

  test('names a folder that may not be written to', async () => {
    const readOnly = join(outDir, 'reports');
    await mkdir(readOnly, { mode: 0o555 });
    await chmod(outDir, 0o755);
    const asNobody = process.getuid?.() === 0;
    if (asNobody) process.seteuid?.(65534); // root may write anywhere
    try {
      await expect(nextRevision(readOnly, 'INC-4821')).rejects.toMatchObject({
        code: 'output-failed',
        message: expect.stringMatching(
          /reports\/\.INC-4821-r1\.partial cannot be written: permission denied \(EACCES\)$/,
        ),
      });
    } finally {
      if (asNobody) process.seteuid?.(0);
    }
    expect(await readdir(readOnly)).toEqual([]);
  });
});

describe('a revision', () => {
  test('is one more than the highest that is published, whatever else lies there', async () => {
    for (const name of ['INC-4821-r2', 'INC-4821-r10', 'INC-4821-r011', 'INC-4821-rx', 'INC-48-r77', 'INC-4821-r3.zip'])
      await mkdir(join(outDir, name));
    expect((await nextRevision(outDir, 'INC-4821')).reportId).toBe('INC-4821-r11');
    expect((await nextRevision(outDir, 'INC-482')).reportId).toBe('INC-482-r1');
  });

  test('is given back by a release, and only once', async () => {
    const first = await nextRevision(outDir, 'INC-1');
    await first.release();
    const second = await nextRevision(outDir, 'INC-1');
    expect(second.reportId).toBe('INC-1-r1');
    await first.release();
    expect(existsSync(second.partialDir)).toBe(true);
  });

  test('is never the same for many at once', async () => {
    const revisions = await Promise.all(Array.from({ length: 20 }, () => nextRevision(outDir, 'INC-1')));
    expect(revisions.map(({ revision }) => revision).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    await Promise.all(
      revisions.map((revision) => writeReportFolder({ revision, files: FILES, manifest: manifestOf(revision) })),
    );
    expect((await readdir(outDir)).sort()).toEqual(revisions.map(({ reportId }) => reportId).sort());
  });

  test('is never the same for two processes that publish one after the other as fast as they can', async () => {
    const work = `
      import { nextRevision } from './deliver/revision.js';
      import { writeFile } from 'node:fs/promises';
      const taken = [];
      for (let round = 0; round < 25; round++) {
        const revision = await nextRevision(${JSON.stringify(outDir)}, 'INC-1');
        await writeFile(revision.partialDir + '/report.txt', String(process.pid));
        await revision.publish();
        taken.push(revision.revision);
      }
      console.log(JSON.stringify(taken));`;
    const taken = (await Promise.all([runNode(work), runNode(work)])).flatMap((text): number[] => JSON.parse(text));
    expect(taken).toHaveLength(50);
    expect(new Set(taken).size).toBe(50);
    expect(await readdir(outDir)).toHaveLength(50);
  });

  test('that a killed process held is taken over, with nothing of it left', async () => {
    const gone = await runNode('console.log(process.pid)');
    await abandon(join(outDir, '.INC-1-r1.partial'), { host: hostname(), pid: Number(gone), run: 'x' });
    const revision = await nextRevision(outDir, 'INC-1');
    expect(revision.reportId).toBe('INC-1-r1');
    expect(await readdir(revision.partialDir)).toEqual(['.owner']);
    expect(await readdir(outDir)).toEqual(['.INC-1-r1.partial']);
  });

  test('of an earlier process with the same number is taken over, that of a living one is not', async () => {
    await abandon(join(outDir, '.INC-1-r1.partial'), { host: hostname(), pid: process.pid, run: 'earlier' });
    expect((await nextRevision(outDir, 'INC-1')).reportId).toBe('INC-1-r1');
    await abandon(join(outDir, '.INC-2-r1.partial'), { host: hostname(), pid: process.ppid, run: 'other' });
    expect((await nextRevision(outDir, 'INC-2')).reportId).toBe('INC-2-r2');
  });

  test('of another machine, or without a readable owner, is taken over only when it is old', async () => {
    const foreign = join(outDir, '.INC-1-r1.partial');
    await abandon(foreign, { host: 'another-machine', pid: 1, run: 'x' });
    expect((await nextRevision(outDir, 'INC-1')).reportId).toBe('INC-1-r2');
    await age(foreign, 25);
    expect((await nextRevision(outDir, 'INC-1')).reportId).toBe('INC-1-r1');

    const torn = join(outDir, '.INC-2-r1.partial');
    await mkdir(torn);
    await writeFile(join(torn, '.owner'), '{"host":');
    expect((await nextRevision(outDir, 'INC-2')).reportId).toBe('INC-2-r2');
    await age(torn, 1);
    expect((await nextRevision(outDir, 'INC-2')).reportId).toBe('INC-2-r1');
  });

  test.each([['../INC-1'], ['.INC'], [''], ['a/b']])('is not made for the incident id %j', async (id) => {
    await expect(nextRevision(outDir, id)).rejects.toThrow('cannot be a folder name');
  });
});

async function abandon(folder: string, owner: { host: string; pid: number; run: string }): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, '.owner'), JSON.stringify(owner));
  await writeFile(join(folder, 'report.pdf'), 'half a rep');
}

async function age(folder: string, hours: number): Promise<void> {
  const then = new Date(Date.now() - hours * 3_600_000);
  await utimes(folder, then, then);
}

/** Runs a program in a Node of its own, beside the compiled modules, and returns what it printed. */
async function runNode(program: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: compiled });
  return stdout;
}
