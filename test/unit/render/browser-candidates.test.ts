import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { browserCandidates } from '../../../src/render/browser-candidates.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'candidates-'));
  vi.stubEnv('PUPPETEER_EXECUTABLE_PATH', '');
  vi.stubEnv('CHROME_PATH', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A file on a PATH of its own. */
function install(place: string, name: string, mode = 0o755): string {
  mkdirSync(join(folder, place), { recursive: true });
  writeFileSync(join(folder, place, name), '', { mode });
  return join(folder, place, name);
}

/** The first `count`, so that the bundled browser is never unpacked here. */
async function firstCandidates(count: number, named?: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { executable } of browserCandidates(named, () => undefined)) {
    found.push(executable);
    if (found.length === count) break;
  }
  return found;
}

describe('the browsers that are tried', () => {
  test('are only the configured one when there is one', async () => {
    vi.stubEnv('PUPPETEER_EXECUTABLE_PATH', '/opt/env/chrome');
    expect(await firstCandidates(9, '/opt/mine/chrome')).toEqual(['/opt/mine/chrome']);
  });

  test('are those of the environment before those on PATH, the headless shell before the whole browser', async () => {
    vi.stubEnv('PUPPETEER_EXECUTABLE_PATH', '/opt/a/chrome');
    vi.stubEnv('CHROME_PATH', '/opt/b/chrome');
    const chromium = install('first', 'chromium');
    const shell = install('second', 'chromium-headless-shell');
    vi.stubEnv('PATH', [join(folder, 'first'), '', join(folder, 'second')].join(delimiter));
    expect(await firstCandidates(4)).toEqual(['/opt/a/chrome', '/opt/b/chrome', shell, chromium]);
  });

  test('are the first of a name on PATH, and never a file that cannot be run', async () => {
    install('first', 'chromium', 0o644);
    const second = install('second', 'chromium');
    install('third', 'chromium');
    vi.stubEnv('PATH', ['first', 'second', 'third'].map((place) => join(folder, place)).join(delimiter));
    // Root may not run a file without a run bit either.
    expect(await firstCandidates(1)).toEqual([second]);
  });
});
