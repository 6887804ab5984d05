import { totalmem } from 'node:os';

/**
 * More than this makes no case much faster, and memory would grow with the input. With it a case of a million lines stays
 * below 1 GiB, everything but the browser included.
 */
const LARGEST_BYTES = 2 ** 29;
/** Share of the machine that all engines of a process may take together; the rest is for the browser, Node and everybody else. */
const SHARE_OF_MACHINE = 0.5;
/** A single engine leaves room for a second one, of another process. */
const FEWEST_AT_ONCE = 2;

/** Memory that this process may have: the machine's, or less where a container sets a limit. */
export function machineMemory(): number {
  // 0 where the system cannot tell; beyond the machine's memory where there is no limit.
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

/** Upper limit of one engine's memory in bytes when `atOnce` of them run side by side on a machine of that size. */
export function shareOfMemory(machineBytes: number, atOnce: number): number {
  const share = (machineBytes * SHARE_OF_MACHINE) / Math.max(FEWEST_AT_ONCE, atOnce);
  return Math.floor(Math.min(share, LARGEST_BYTES));
}
