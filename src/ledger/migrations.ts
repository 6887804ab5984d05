/**
 * The layout of the ledger, one step after the other. A step that was released is never changed: a new one is added at the end.
 * `PRAGMA user_version` of a ledger says how many it has been through. Times are epoch milliseconds UTC.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    fence INTEGER NOT NULL
  ) STRICT;`,
  `CREATE TABLE tasks (
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    at INTEGER NOT NULL,
    report_id TEXT,
    folder TEXT,
    manifest_sha256 TEXT,
    reason TEXT,
    PRIMARY KEY (scope, name)
  ) STRICT;
  CREATE TABLE schedule_customers (
    schedule TEXT NOT NULL,
    customer TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    PRIMARY KEY (schedule, customer)
  ) STRICT;
  CREATE TABLE heartbeats (
    name TEXT PRIMARY KEY,
    at INTEGER NOT NULL
  ) STRICT;`,
];
