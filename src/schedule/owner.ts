import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Process ids are given again: in a container every run has the same. */
const RUN = randomBytes(6).toString('hex');

/** This process, as others see it in the ledger: `host pid run`. */
export function thisOwner(): string {
  return [hostname(), process.pid, RUN].join(' ');
}

/** Whether an owner is a process of this machine that no longer runs. Of another machine nobody can say. */
export function isGone(owner: string): boolean {
  const [host, pidText, run] = owner.split(' ');
  const pid = Number(pidText);
  if (host !== hostname() || !Number.isInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return run !== RUN;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM'); // it lives, under another user
  }
}
