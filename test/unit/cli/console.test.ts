import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Console } from '../../../src/cli/console.ts';
import { recordingStreams } from './streams-fixture.ts';

const OPTIONS = { json: false, quiet: false, verbose: false, now: () => 0 };

/** What the bar draws over itself with is taken out; what is left is what a person sees come by. */
function seen(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: cursor movements are what this takes out
  return text.replaceAll(/\u001B\[[0-9?]*[A-Za-z]/g, '|');
}

describe('a console on a terminal', () => {
  test('shows one bar for all that runs, and takes it away before it prints a line', async () => {
    const streams = recordingStreams(true);
    const console = new Console(streams, OPTIONS);
    await console.logFor('INC-1').phase('read inputs', async (progress) => {
      progress(0.25);
      console.logFor().warn('one line was left out');
      await console.logFor('INC-2').phase('print', () => setTimeout(300)); // the bar is drawn at most 8 times a second
    });
    console.close();
    const shown = seen(streams.err());
    expect(shown).toContain('INC-1: read inputs');
    expect(shown).toContain('warning: one line was left out\n');
    expect(shown).toContain('INC-2: print (and 1 more)');
    expect(shown).not.toContain('read inputs, ');
    expect(shown.trimEnd().endsWith('|')).toBe(true);
    expect(streams.out()).toBe('');
  });

  test('keeps the bar away from a result', async () => {
    const streams = recordingStreams(true);
    const console = new Console(streams, OPTIONS);
    await console.logFor().phase('print', async () => console.result(['reports/acme/INC-1-r1/report.pdf'], {}));
    expect(streams.out()).toBe('reports/acme/INC-1-r1/report.pdf\n');
  });

  test('lets no file name pass for a result of its own', () => {
    const streams = recordingStreams(false);
    new Console(streams, OPTIONS).result(['a.yaml: ok', '  in1  logs/x\nb.yaml: ok  1 record'], {});
    expect(streams.out()).toBe('a.yaml: ok\n  in1  logs/x\n  b.yaml: ok  1 record\n');
  });

  test('shows no bar with --quiet', async () => {
    const streams = recordingStreams(true);
    await new Console(streams, { ...OPTIONS, quiet: true }).logFor().phase('print', () => Promise.resolve());
    expect(streams.err()).toBe('');
  });

  test('lets no label move the cursor', async () => {
    const streams = recordingStreams(true);
    const console = new Console(streams, OPTIONS);
    await console.logFor('a\u001B[2Jb').phase('read', () => Promise.resolve());
    console.close();
    expect(streams.err()).toContain('a‹U+001B›[2Jb');
    expect(streams.err()).not.toContain('\u001B[2J');
  });
});

describe('a phase', () => {
  test('hands on what the work gives, and tells its time also when it fails', async () => {
    const streams = recordingStreams();
    let time = 0;
    const log = new Console(streams, { ...OPTIONS, now: () => (time += 1_500) }).logFor();
    expect(await log.phase('add', () => Promise.resolve(42))).toBe(42);
    await expect(log.phase('fail', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(streams.err()).toBe('add, 1.5 s\nfail, 1.5 s\n');
  });
});
