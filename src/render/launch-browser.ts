import type { Browser } from 'puppeteer-core';
import { ReportError } from '../errors.ts';
import type { Log } from '../log.ts';
import { browserCandidates, type Candidate, INSTALL_HINT } from './browser-candidates.ts';
import { groupMemoryBytes } from './group-memory.ts';
import { makeRunFolder, type RunFolder, removeRunFolder } from './run-folder.ts';

export interface BrowserOptions {
  /** Path of the browser; the only one that is tried when given. */
  readonly executable?: string;
  /** Turns the browser's sandbox off. Root has none in any case. */
  readonly noSandbox?: boolean;
  /** A browser that has grown beyond this is replaced by a fresh one; default 1 GiB. */
  readonly mostMemoryBytes?: number;
  readonly log: Log;
}

/** A running browser with the folder it writes to. */
export interface RunningBrowser {
  readonly browser: Browser;
  readonly candidate: Candidate;
  readonly version: string;
  readonly sandboxed: boolean;
  /** Of all its processes; `undefined` where the system does not tell. */
  memoryBytes(): Promise<number | undefined>;
  /** Closes it, kills what does not close, removes its folder. Safe to call twice. */
  dispose(): Promise<void>;
}

/** A print may take this long; no single answer of the browser is waited for longer. */
export const PRINT_TIMEOUT_MS = 30_000;
const LAUNCH_TIMEOUT_MS = 20_000;
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * Half of the set that lets nothing out; the other half is set on each page. No one of them is enough: proxies are
 * bypassed for loopback, WebRTC passes both proxy and resolver, speculative connections pass interception.
 */
const OFFLINE_ARGUMENTS = [
  '--proxy-server=http://127.0.0.1:1',
  '--proxy-bypass-list=<-loopback>',
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--no-pings',
  '--disable-domain-reliability',
];

/** Same pixels everywhere, no graphics card, no small /dev/shm of a container. */
const RENDERING_ARGUMENTS = [
  '--disable-gpu',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
  '--disable-dev-shm-usage',
  '--user-agent=Debrief',
  '--lang=en-GB',
];

/** Starts the first candidate that really starts. Throws `browser-not-found` with all that was tried. */
export async function launchBrowser(options: BrowserOptions): Promise<RunningBrowser> {
  const { log } = options;
  const sandboxed = hasSandbox(options);
  const failures: string[] = [];
  const announce = (folder: string) => log.info(`unpacking the bundled Chromium into ${folder}, once`);
  for await (const candidate of browserCandidates(options.executable, announce)) {
    try {
      const running = await start(candidate, sandboxed);
      if (!sandboxed)
        log.info(
          `the browser runs without its sandbox because ${options.noSandbox ? 'the configuration says so' : 'this is root'}`,
        );
      log.debug(`browser: ${candidate.executable} (${candidate.source}), ${running.version}`);
      return running;
    } catch (error) {
      failures.push(`${candidate.executable} (${candidate.source}): ${firstReason(error)}`);
    }
  }
  const tried = failures.length > 0 ? `tried ${failures.join('; ')}` : 'none was found';
  const namespaces = failures.some((failure) => /sandbox/i.test(failure))
    ? '; where user namespaces are forbidden set browser.noSandbox'
    : '';
  throw new ReportError('browser-not-found', `no browser could be started: ${tried}`, {
    hint: `${INSTALL_HINT}${namespaces}`,
  });
}

/** The one place that decides about the sandbox: on, unless root (Chromium refuses) or configured. */
function hasSandbox(options: BrowserOptions): boolean {
  return options.noSandbox !== true && process.getuid?.() !== 0;
}

async function start(candidate: Candidate, sandboxed: boolean): Promise<RunningBrowser> {
  const folder = await makeRunFolder();
  try {
    // A sixth of a second to load, which runs without a PDF are spared.
    const { launch } = await import('puppeteer-core');
    const browser = await launch({
      executablePath: candidate.executable,
      headless: 'shell',
      pipe: true, // a killed parent then takes the browser with it
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      timeout: LAUNCH_TIMEOUT_MS,
      protocolTimeout: PRINT_TIMEOUT_MS,
      userDataDir: folder.profile,
      env: browserEnvironment(candidate, folder),
      args: [...(sandboxed ? [] : ['--no-sandbox']), ...OFFLINE_ARGUMENTS, ...RENDERING_ARGUMENTS],
    });
    const version = await browser.version();
    const memoryBytes = async () => {
      const pid = browser.process()?.pid;
      return pid === undefined ? undefined : groupMemoryBytes(pid);
    };
    return { browser, candidate, version, sandboxed, memoryBytes, dispose: disposer(browser, folder) };
  } catch (error) {
    await removeRunFolder(folder).catch(() => undefined);
    throw error;
  }
}

/** What a browser needs and nothing else: our own environment may hold secrets of destinations. */
function browserEnvironment(candidate: Candidate, folder: RunFolder): Record<string, string> {
  const libraries = [candidate.libraryFolder, process.env.LD_LIBRARY_PATH].filter((path) => path !== undefined);
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: folder.path,
    TMPDIR: folder.path,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    FONTCONFIG_FILE: folder.fontConfig,
    ...(libraries.length > 0 && { LD_LIBRARY_PATH: libraries.join(':') }),
  };
}

function disposer(browser: Browser, folder: RunFolder): () => Promise<void> {
  let disposal: Promise<void> | undefined;
  const dispose = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((settle) => {
      timer = setTimeout(settle, CLOSE_TIMEOUT_MS, 'late');
    });
    // A stopped browser never answers to close.
    await Promise.race([browser.close().catch(() => undefined), late]);
    clearTimeout(timer);
    killTree(browser);
    await removeRunFolder(folder).catch(() => undefined);
  };
  return () => {
    disposal ??= dispose();
    return disposal;
  };
}

/** Puppeteer starts the browser as the leader of a process group of its own. */
function killTree(browser: Browser): void {
  const pid = browser.process()?.pid;
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // already gone
  }
}

/** The line of a browser's last words that says why. */
function firstReason(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n').map((line) => line.trim());
  const telling = lines.find((line) => /loading shared libraries|sandbox|ENOENT|EACCES|not found/i.test(line));
  return (telling ?? lines.find((line) => line !== '') ?? 'no reason given').slice(0, 200);
}
