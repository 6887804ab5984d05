import { rmSync } from 'node:fs';
import type { GenerateRequest } from '../src/index.ts';
import { loadDebrief } from './built.ts';

/*
 * Makes reports in one process with one browser, at most `jobs` at a time. Says the milliseconds that all took as JSON.
 *
 * node generate-many.js '{"caseFiles": […], "outDir": …, "formats": […], "jobs": 2}'
 */

export interface ManyReports {
  readonly caseFiles: readonly string[];
  /** Emptied first. */
  readonly outDir: string;
  readonly formats: GenerateRequest['formats'];
  readonly jobs: number;
  readonly memoryLimitBytes?: number;
}

// Written by `batch.ts` and `memory.ts`.
const { caseFiles, outDir, formats, jobs, memoryLimitBytes } = JSON.parse(process.argv[2] ?? '{}') as ManyReports;
rmSync(outDir, { recursive: true, force: true });
const { generate, openBrowser, silentLog } = await loadDebrief();
const browser = openBrowser({ log: silentLog });
const startedAt = performance.now();
const waiting = [...caseFiles];
const work = async () => {
  for (let caseFile = waiting.shift(); caseFile !== undefined; caseFile = waiting.shift())
    await generate(
      { caseFile, outDir, formats, strict: false },
      {
        now: Date.now,
        log: silentLog,
        signal: new AbortController().signal,
        browser,
        ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
      },
    );
};
await Promise.all(Array.from({ length: jobs }, work));
const ms = performance.now() - startedAt;
await browser.close();
console.log(JSON.stringify({ ms }));
