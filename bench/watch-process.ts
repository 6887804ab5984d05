import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a process and its descendants were seen to use, a look a second. */
export interface WatchedRun {
  readonly code: number | null;
  readonly ms: number;
  /** Resident size of the process itself, in the order of the looks. */
  readonly rssBytes: readonly number[];
  /** Of all its descendants together, shared pages counted once. */
  readonly childBytes: readonly number[];
  /** Most dead processes that nobody had waited for at one look. */
  readonly zombies: number;
  /** Descendants that outlived it. */
  readonly left: number;
}

const LOOK_MS = 1_000;
const PATIENCE_MS = 5_000;

/** Runs a script of the built program; `killAfterMs` ends it by SIGKILL. Linux only. */
export async function watchRun(
  script: URL,
  argv: readonly string[],
  { tmp, killAfterMs }: { readonly tmp: string; readonly killAfterMs?: number },
): Promise<WatchedRun> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [fileURLToPath(script), ...argv], {
    env: { ...process.env, TMPDIR: tmp },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const seen = { rssBytes: [] as number[], childBytes: [] as number[], zombies: 0, known: new Set<number>() };
  const timer = setInterval(() => look(child, seen), LOOK_MS);
  const killer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const [code]: (number | null)[] = await once(child, 'exit');
  clearInterval(timer);
  clearTimeout(killer);
  const ms = performance.now() - startedAt;
  const left = await countLeft(seen.known);
  return { code: code ?? null, ms, rssBytes: seen.rssBytes, childBytes: seen.childBytes, zombies: seen.zombies, left };
}

/** A killed parent takes its browser along within a moment, and whoever inherits the dead waits for them in another. */
async function countLeft(known: ReadonlySet<number>): Promise<number> {
  let left = known.size;
  for (const end = performance.now() + PATIENCE_MS; left > 0 && performance.now() < end; ) {
    left = [...known].filter((pid) => statOf(pid) !== undefined).length;
    await new Promise((settle) => setTimeout(settle, 100));
  }
  return left;
}

function look(
  { pid = 0 }: ChildProcess,
  seen: { rssBytes: number[]; childBytes: number[]; zombies: number; readonly known: Set<number> },
): void {
  const descendants = descendantsOf(pid);
  for (const one of descendants) seen.known.add(one.pid);
  seen.zombies = Math.max(seen.zombies, descendants.filter(({ state }) => state === 'Z').length);
  const rss = kilobytesOf(pid, 'status', 'VmRSS');
  if (rss > 0) seen.rssBytes.push(rss * 1024);
  seen.childBytes.push(descendants.reduce((sum, one) => sum + kilobytesOf(one.pid, 'smaps_rollup', 'Pss') * 1024, 0));
}

function descendantsOf(root: number): { readonly pid: number; readonly state: string }[] {
  const all = readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    return stat === undefined ? [] : [stat];
  });
  const found = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of all)
      if (found.has(parent) && !found.has(pid)) {
        found.add(pid);
        grown = true;
      }
  }
  return all.filter(({ pid }) => pid !== root && found.has(pid));
}

function statOf(pid: number): { readonly pid: number; readonly state: string; readonly parent: number } | undefined {
  try {
    const [state = '', parent] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return { pid, state, parent: Number(parent) };
  } catch {
    return undefined; // gone
  }
}

function kilobytesOf(pid: number, file: string, key: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/${file}`, 'latin1');
    return Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0);
  } catch {
    return 0; // gone
  }
}
