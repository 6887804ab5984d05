import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { ReportError } from '../errors.ts';
import { MIGRATIONS } from './migrations.ts';

type SqlValue = string | number | null;

/** A row by column. What reads it checks its shape. */
type LedgerRow = Readonly<Record<string, unknown>>;

/** The statements of one transaction. Values are bound, never pasted. */
export interface Store {
  all(sql: string, ...values: readonly SqlValue[]): readonly LedgerRow[];
  get(sql: string, ...values: readonly SqlValue[]): LedgerRow | undefined;
  /** @returns how many rows were changed. */
  run(sql: string, ...values: readonly SqlValue[]): number;
}

/**
 * What was made and sent, when and how it ended: one SQLite file of the workspace that any number of processes of one
 * machine share. It must lie on a local disk. What `write` returned from is on the disk and survives the loss of power.
 */
export interface Ledger {
  readonly file: string;
  /**
   * One transaction that excludes every other writer from its start; an error in `work` undoes all of it. `work` is
   * synchronous and short.
   * @throws ReportError `ledger-unusable` when another writer does not finish.
   */
  write<T>(work: (store: Store) => T): T;
  /** Everything that `work` reads is of one moment. */
  read<T>(work: (store: Store) => T): T;
  /** Safe to call twice. */
  close(): void;
}

/** Longest wait for another process that writes. */
const BUSY_MS = 15_000;
/** Between two attempts to switch the journal, which SQLite does not wait for by itself. */
const SWITCH_PAUSE_MS = 50;

/**
 * Opens `<workspace>/.debrief/ledger.sqlite`, makes it when it is not there, and brings an older layout up to date.
 * @throws ReportError `ledger-unusable`: a newer layout, no ledger at all, no permission.
 */
export function openLedger(workspaceDir: string): Ledger {
  const folder = join(workspaceDir, '.debrief');
  const file = join(folder, 'ledger.sqlite');
  let database: Database.Database | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    database = new Database(file, { timeout: BUSY_MS });
    chmodSync(file, 0o600);
    prepare(database);
    migrate(database, file);
    return ledgerOf(database, file);
  } catch (error) {
    database?.close();
    throw ledgerFault(error, file);
  }
}

/** The write-ahead log lets readers and one writer work at once; FULL flushes it at every commit. */
function prepare(database: Database.Database): void {
  const deadline = Date.now() + BUSY_MS;
  for (;;)
    try {
      database.pragma('journal_mode = WAL');
      break;
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, SWITCH_PAUSE_MS);
    }
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
}

function migrate(database: Database.Database, file: string): void {
  if (layoutOf(database) === MIGRATIONS.length) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const layout = layoutOf(database); // another process may have been quicker
    if (layout > MIGRATIONS.length)
      throw new ReportError(
        'ledger-unusable',
        `${file} has layout ${layout}; this Debrief knows layouts up to ${MIGRATIONS.length}`,
        { where: { file }, hint: 'Use the newer Debrief that wrote it.' },
      );
    for (const step of MIGRATIONS.slice(layout)) database.exec(step);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    database.exec('COMMIT');
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function layoutOf(database: Database.Database): number {
  const row = database.prepare('PRAGMA user_version').get();
  return row instanceof Object && 'user_version' in row ? Number(row.user_version) : 0;
}

function ledgerOf(database: Database.Database, file: string): Ledger {
  const store: Store = {
    all: (sql, ...values) =>
      database
        .prepare(sql)
        .all(...values)
        .map(asRow),
    get: (sql, ...values) => {
      const row = database.prepare(sql).get(...values);
      return row === undefined ? undefined : asRow(row);
    },
    run: (sql, ...values) => database.prepare(sql).run(...values).changes,
  };
  let isOpen = true;
  const transact = <T>(begin: string, work: (store: Store) => T): T => {
    if (!isOpen) throw new Error('the ledger is closed'); // the driver would end the process
    try {
      database.exec(begin);
      const result = work(store);
      if (result instanceof Promise) throw new Error('a transaction of the ledger cannot wait');
      database.exec('COMMIT');
      return result;
    } catch (error) {
      rollBack(database);
      throw ledgerFault(error, file);
    }
  };
  return {
    file,
    write: (work) => transact('BEGIN IMMEDIATE', work),
    read: (work) => transact('BEGIN', work),
    close: () => {
      if (isOpen) database.close();
      isOpen = false;
    },
  };
}

function asRow(row: unknown): LedgerRow {
  if (!(row instanceof Object)) throw new Error('a row of the ledger is an object');
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== '_metadata')); // added by the driver to `get`
}

function rollBack(database: Database.Database): void {
  if (database.inTransaction) database.exec('ROLLBACK');
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

/** A fault of SQLite or of the disk as `ledger-unusable`; known faults and our own defects as they are. */
function ledgerFault(error: unknown, file: string): unknown {
  if (error instanceof ReportError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  const isDefect = /^SQLITE_(ERROR|CONSTRAINT|MISUSE|RANGE|MISMATCH)/.test(code);
  if (isDefect || (!code.startsWith('SQLITE_') && !('syscall' in error))) return error;
  return new ReportError(
    'ledger-unusable',
    isBusy(error)
      ? `${file} is held by another process for more than ${BUSY_MS / 1000} seconds`
      : `${file} cannot be used: ${error.message} (${code})`,
    {
      where: { file },
      hint: 'It must lie on a local disk that this user may write; see docs/delivery.md before you remove it.',
      cause: error,
    },
  );
}
