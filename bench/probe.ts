import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** Loaded into every measured process by `--import`: at its end it writes what it has used to the file named by this variable. */
export const USAGE_FILE = 'DEBRIEF_BENCH_USAGE';

export interface ProbedUsage {
  /** User and system time of the process and of the children it has waited for, such as a browser. */
  readonly cpuMs: number;
  /** Of the process alone. */
  readonly peakRssBytes: number;
}

/** Of `/proc`: clock ticks are 10 ms on every Linux that Node runs on. */
const TICK_MS = 10;

const usageFile = process.env[USAGE_FILE];
if (isMainThread && usageFile !== undefined)
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const usage: ProbedUsage = {
      cpuMs: (userCPUTime + systemCPUTime) / 1_000 + childrenCpuMs(),
      peakRssBytes: maxRSS * 1_024,
    };
    writeFileSync(usageFile, JSON.stringify(usage));
  });

/** 0 where there is no `/proc`. */
function childrenCpuMs(): number {
  try {
    // Fields are counted after the name of the program, which may hold spaces.
    const fields = readFileSync('/proc/self/stat', 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[13]) + Number(fields[14])) * TICK_MS;
  } catch {
    return 0;
  }
}
