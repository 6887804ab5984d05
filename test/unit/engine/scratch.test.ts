import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeScratchFolder, removeScratchFolder } from '../../../src/engine/scratch.ts';

let parent: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'debrief-scratch-test-'));
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** Number of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

const machine = hostname()
  .toLowerCase()
  .replaceAll(/[^0-9a-z]/g, '');

function leave(name: string): string {
  mkdirSync(join(parent, name));
  writeFileSync(join(parent, name, 'in1.ndjson'), '{}\n');
  return name;
}

describe('a scratch folder', () => {
  it('is made, and gone when it is removed', async () => {
    const path = await makeScratchFolder(parent, 'debrief-ingest');
    writeFileSync(join(path, 'in1.ndjson'), '{}\n');
    await removeScratchFolder(path);
    await removeScratchFolder(path);
    expect(readdirSync(parent)).toEqual([]);
  });

  it('takes along what a killed run left, and one of the same number', async () => {
    leave(`debrief-ingest-${machine}-${endedProcess()}-0123abcd-abcdef`);
    leave(`debrief-ingest-${machine}-${process.pid}-0123abcd-abcdef`);
    const path = await makeScratchFolder(parent, 'debrief-ingest');
    expect(readdirSync(parent).map((name) => join(parent, name))).toEqual([path]);
  });

  it('is never taken for a left one by others that are made at the same moment', async () => {
    const making: Promise<string>[] = [];
    for (let folder = 0; folder < 300; folder++) {
      making.push(makeScratchFolder(parent, 'debrief-ingest'));
      await new Promise((settle) => setImmediate(settle)); // some look around while others are being made
    }
    const paths = await Promise.all(making);
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('leaves alone what is in use, of another machine, of another kind or of somebody else', async () => {
    const first = await makeScratchFolder(parent, 'debrief-ingest');
    const ended = endedProcess();
    const others = [
      leave(`debrief-ingest-${machine}-${process.ppid}-0123abcd-abcdef`),
      leave(`debrief-ingest-elsewhere${machine}-${ended}-0123abcd-abcdef`),
      leave(`debrief-duckdb-${machine}-${ended}-0123abcd-abcdef`),
      leave('debrief-ingest-notes'),
    ];
    await makeScratchFolder(parent, 'debrief-ingest');
    expect(existsSync(first)).toBe(true);
    for (const name of others) expect([name, existsSync(join(parent, name, 'in1.ndjson'))]).toEqual([name, true]);
    await removeScratchFolder(first);
  });
});
