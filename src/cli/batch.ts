import { type ExitCode, ReportError } from '../errors.ts';
import type { Console } from './console.ts';

/**
 * Does `work` for each case, at most `jobs` at a time. A case that fails is told and does not stop the others; after an
 * abort no further one is begun.
 */
export async function runCases(
  caseFiles: readonly string[],
  options: { readonly jobs: number; readonly console: Console; readonly signal: AbortSignal },
  work: (caseFile: string) => Promise<void>,
): Promise<ExitCode> {
  const failures: unknown[] = [];
  const waiting = [...caseFiles];
  const worker = async () => {
    for (let caseFile = waiting.shift(); caseFile !== undefined; caseFile = waiting.shift()) {
      if (options.signal.aborted) return;
      try {
        await work(caseFile);
      } catch (error) {
        failures.push(error);
        const isOurs = options.signal.aborted && error instanceof ReportError && error.code === 'cancelled';
        if (!isOurs) options.console.failure(error, caseFile);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, caseFiles.length) }, worker));
  return exitCodeOf(failures, caseFiles.length);
}

/** 0 when all went well, the one code that all failures share when none went well, else 1. */
export function exitCodeOf(failures: readonly unknown[], total: number): ExitCode {
  const codes = failures.map((error) => (error instanceof ReportError ? error.exitCode : 1));
  const [first] = codes;
  if (first === undefined) return 0;
  return codes.length === total && codes.every((code) => code === first) ? first : 1;
}
