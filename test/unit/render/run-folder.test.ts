import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeRunFolder, removeRunFolder } from '../../../src/render/run-folder.ts';

let temporary = '';

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'run-folder-'));
  vi.stubEnv('TMPDIR', temporary);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});

function leftBehind(name: string, owner: number | undefined): string {
  const path = join(temporary, name);
  mkdirSync(path);
  if (owner !== undefined) writeFileSync(join(path, 'owner'), String(owner));
  return path;
}

describe('the temporary folder of a browser', () => {
  test('holds a profile and a font configuration with every shipped face', async () => {
    const folder = await makeRunFolder();
    expect(folder.path.startsWith(temporary)).toBe(true);
    expect(existsSync(folder.profile)).toBe(true);
    const folders = [...readFileSync(folder.fontConfig, 'utf8').matchAll(/<dir>([^<]+)<\/dir>/g)].map(
      ([, path]) => path ?? '',
    );
    expect(folders.length).toBeGreaterThanOrEqual(4);
    for (const path of folders) expect(existsSync(path)).toBe(true);
    await removeRunFolder(folder);
    expect(existsSync(folder.path)).toBe(false);
    await removeRunFolder(folder); // a second time does nothing
  });

  test('is swept by the next run when its process is dead, and by nobody else', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid;
    const orphan = leftBehind('debrief-browser-aaaaaa', dead);
    const living = leftBehind('debrief-browser-bbbbbb', process.pid);
    const beingMade = leftBehind('debrief-browser-cccccc', undefined);
    const foreign = leftBehind('another-programs-folder', dead);
    await removeRunFolder(await makeRunFolder());
    expect([orphan, living, beingMade, foreign].map((path) => existsSync(path))).toEqual([false, true, true, true]);
  });
});
