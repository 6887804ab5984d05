const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

/** A run that does not stop by itself within this time after the first signal is ended. */
const GRACE_MS = 10_000;

export interface Interruption {
  readonly signal: AbortSignal;
  /** 130 or 143 once a signal came. */
  exitCode(): number | undefined;
}

/**
 * The first SIGINT or SIGTERM aborts, so that browsers are closed and nothing half-written stays; the second ends the
 * process at once. `onFirst` tells the person at the keyboard.
 */
export function listenForSignals(onFirst: () => void): Interruption {
  const controller = new AbortController();
  let exitCode: number | undefined;
  for (const [name, code] of Object.entries(EXIT_BY_SIGNAL))
    process.on(name, () => {
      if (exitCode !== undefined) process.exit(code);
      exitCode = code;
      onFirst();
      setTimeout(() => process.exit(code), GRACE_MS).unref();
      controller.abort();
    });
  return { signal: controller.signal, exitCode: () => exitCode };
}

/** A reader that went away (`| head`) is no fault: what it no longer wants is not written, and the work goes on. */
export function ignoreClosedPipes(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
}
