/** The log port. It is passed in; only `cli/` writes to a console. Secrets and end-user addresses never go through it. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  /** Runs `work` as a named, timed phase. `progress` may be called with a share done from 0 to 1. */
  phase<T>(name: string, work: (progress: (share: number) => void) => Promise<T>): Promise<T>;
}

/** Says nothing; for tests and for callers that do not care. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  phase: (_name, work) => work(() => undefined),
};
