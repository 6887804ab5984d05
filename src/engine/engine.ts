import type { Dialect } from './dialect.ts';

export type SqlValue = string | number | bigint | boolean | null;
export type Row = Readonly<Record<string, SqlValue>>;

/**
 * The SQL engine that holds the facts of one case. One engine serves one case and nothing is shared between two.
 * Only fixed statements of ours run; values are bound as `$1`, `$2`, …, identifiers come from closed lists.
 */
export interface Engine {
  readonly dialect: Dialect;
  /** Name and version, for the manifest. */
  readonly version: string;
  run(sql: string, params?: readonly SqlValue[]): Promise<void>;
  /**
   * All rows of a query. 64-bit and 128-bit integers arrive as numbers.
   * @throws ReportError `number-overflow` when an integer is above 2^53.
   */
  query<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  /** Adds rows to a table in the order of its columns; far faster than INSERT. */
  append(table: string, rows: Iterable<readonly SqlValue[]>): Promise<void>;
  /** Closes the file system and the network to every later statement. Called once, when ingest is done. */
  seal(): Promise<void>;
  /** Stops the running statement; it rejects. */
  interrupt(): void;
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Folder for spilled blocks; created and removed by the engine. */
  readonly scratchDir: string;
  /** Upper limit of the engine's own memory. */
  readonly memoryLimitBytes: number;
  readonly threads?: number;
}

export type { Dialect, JsonField, SqlType } from './dialect.ts';
export { MAX_LINE_BYTES } from './dialect.ts';
export { openDuckDb } from './duckdb.ts';
export { machineMemory, shareOfMemory } from './memory.ts';
export { makeScratchFolder, removeScratchFolder } from './scratch.ts';
