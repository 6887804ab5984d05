import { mkdir, rmdir } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBMaterializedResult,
  DuckDBTypeId,
  version as libraryVersion,
} from '@duckdb/node-api';
import { ReportError } from '../errors.ts';
import { duckDbDialect } from './dialect.ts';
import type { Engine, EngineOptions, SqlValue } from './engine.ts';
import { makeScratchFolder, removeScratchFolder } from './scratch.ts';

/** Rows appended before other work of the process gets its turn. */
const ROWS_PER_TURN = 50_000;

/**
 * Opens an empty engine in memory that spills to a folder of its own below `scratchDir` when it reaches its memory limit.
 * Nothing is left behind: neither after `close` nor when opening fails, and what a killed run left goes with the next one.
 */
export async function openDuckDb(options: EngineOptions): Promise<Engine> {
  const created = await mkdir(options.scratchDir, { recursive: true });
  const spillDir = await makeScratchFolder(options.scratchDir, 'debrief-duckdb');
  const removeScratch = async () => {
    await removeScratchFolder(spillDir);
    // Only a folder that was made here goes, and only when nobody else put anything into it.
    if (created !== undefined) await rmdir(options.scratchDir).catch(() => undefined);
  };
  try {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${Math.floor(options.memoryLimitBytes)}B`,
      temp_directory: spillDir,
      // Extensions are fetched from the network: never.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      // No statement relies on the order of a table; without it scans and inserts need far less memory.
      preserve_insertion_order: 'false',
      ...(options.threads !== undefined && { threads: String(options.threads) }),
    });
    try {
      const connection = await instance.connect();
      await connection.run("SET TimeZone = 'UTC'");
      return new DuckDbEngine(instance, connection, removeScratch);
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  } catch (error) {
    await removeScratch();
    throw error;
  }
}

class DuckDbEngine implements Engine {
  readonly dialect = duckDbDialect;
  readonly version = `DuckDB ${libraryVersion()}`;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #removeScratch: () => Promise<void>;
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(instance: DuckDBInstance, connection: DuckDBConnection, removeScratch: () => Promise<void>) {
    this.#instance = instance;
    this.#connection = connection;
    this.#removeScratch = removeScratch;
  }

  async run(sql: string, params: readonly SqlValue[] = []): Promise<void> {
    await this.#execute(sql, params);
  }

  async query<T extends object>(sql: string, params: readonly SqlValue[] = []): Promise<T[]> {
    const result = await this.#execute(sql, params);
    const names = result.deduplicatedColumnNames();
    const rows = await result.getRowsJS();
    // The caller states the shape of its own statement; values are checked one by one.
    return rows.map((row) => Object.fromEntries(row.map((value, i) => [names[i], toSqlValue(value, names[i])]))) as T[];
  }

  async append(table: string, rows: Iterable<readonly SqlValue[]>): Promise<void> {
    this.#refuseWhenClosed();
    const appender = await this.#connection.createAppender(table);
    try {
      const writers = Array.from({ length: appender.columnCount }, (_, i) => columnWriter(appender, i));
      let count = 0;
      for (const row of rows) {
        if (row.length !== writers.length)
          throw new TypeError(`A row for ${table} has ${row.length} values; the table has ${writers.length} columns.`);
        for (const [i, write] of writers.entries()) write(row[i] ?? null);
        appender.endRow();
        count += 1;
        if (count % ROWS_PER_TURN === 0) {
          appender.flushSync();
          await nextTurn();
          this.#refuseWhenClosed();
        }
      }
    } finally {
      appender.closeSync();
    }
  }

  async seal(): Promise<void> {
    await this.run('SET enable_external_access = false');
    await this.run('SET lock_configuration = true');
  }

  interrupt(): void {
    if (this.#closing === undefined) this.#connection.interrupt();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      while (this.#running.size > 0) {
        this.#connection.interrupt();
        await Promise.allSettled(this.#running);
      }
      this.#connection.closeSync();
      this.#instance.closeSync();
    } finally {
      await this.#removeScratch();
    }
  }

  async #execute(sql: string, params: readonly SqlValue[]): Promise<DuckDBMaterializedResult> {
    this.#refuseWhenClosed();
    const running = this.#connection.run(sql, params.map(toParameter));
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw asKnownFault(error);
    } finally {
      this.#running.delete(running);
    }
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== undefined) throw new ReportError('cancelled', 'The engine of this case was closed.');
  }
}

/** Integers beyond 32 bits are bound as 64-bit ones: the binding would take them for floating point numbers. */
function toParameter(value: SqlValue): SqlValue {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}

function toSqlValue(value: unknown, column: string | undefined): SqlValue {
  if (typeof value === 'bigint') {
    if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)) {
      throw new ReportError(
        'number-overflow',
        `The number ${value} of ${column} is above 2^53 and cannot be held exactly.`,
        {
          hint: 'Split the case into shorter windows.',
        },
      );
    }
    return Number(value);
  }
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  throw new TypeError(`Column ${column} of a query is neither text, number nor truth value; cast it in the statement.`);
}

function columnWriter(appender: DuckDBAppender, index: number): (value: SqlValue) => void {
  const write = valueWriter(appender, index);
  return (value) => (value === null ? appender.appendNull() : write(value));
}

function valueWriter(appender: DuckDBAppender, index: number): (value: string | number | bigint | boolean) => void {
  const type = appender.columnType(index);
  switch (type.typeId) {
    case DuckDBTypeId.VARCHAR:
      return (value) => appender.appendVarchar(String(value));
    case DuckDBTypeId.BOOLEAN:
      return (value) => appender.appendBoolean(Boolean(value));
    case DuckDBTypeId.TINYINT:
      return (value) => appender.appendTinyInt(Number(value));
    case DuckDBTypeId.SMALLINT:
      return (value) => appender.appendSmallInt(Number(value));
    case DuckDBTypeId.INTEGER:
      return (value) => appender.appendInteger(Number(value));
    case DuckDBTypeId.UINTEGER:
      return (value) => appender.appendUInteger(Number(value));
    // BigInt() refuses fractions, so that none is ever rounded on the way in.
    case DuckDBTypeId.BIGINT:
      return (value) => appender.appendBigInt(BigInt(value));
    case DuckDBTypeId.UBIGINT:
      return (value) => appender.appendUBigInt(BigInt(value));
    case DuckDBTypeId.HUGEINT:
      return (value) => appender.appendHugeInt(BigInt(value));
    case DuckDBTypeId.DOUBLE:
      return (value) => appender.appendDouble(Number(value));
    default:
      throw new TypeError(`Rows cannot be appended to a column of type ${type}.`);
  }
}

/** Faults of the engine that an engineer can do something about; everything else is a defect of ours and stays as it is. */
function asKnownFault(error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('INTERRUPT Error'))
    return new ReportError('cancelled', 'The running query was stopped.', { cause: error });
  if (/^Out of Memory Error|No space left on device/.test(message)) {
    return new ReportError('engine-exhausted', 'The data do not fit into the memory and scratch space of the engine.', {
      hint: 'Raise the memory limit, or free space on the disk of the scratch folder.',
      cause: error,
    });
  }
  if (message.startsWith('Out of Range Error: Overflow'))
    return new ReportError('number-overflow', 'A sum is too large for the engine to hold.', { cause: error });
  return error;
}
