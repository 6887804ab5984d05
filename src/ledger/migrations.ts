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
  `CREATE TABLE deliveries (
    key TEXT PRIMARY KEY,
    customer TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    revision INTEGER NOT NULL,
    report_id TEXT NOT NULL,
    folder TEXT NOT NULL,
    destination TEXT NOT NULL,
    target TEXT NOT NULL,
    tlp TEXT NOT NULL,
    visibility TEXT NOT NULL,
    approved_by TEXT,
    letter_sha256 TEXT NOT NULL,
    alternatives TEXT NOT NULL,
    chosen INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'pending',
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at INTEGER,
    reason TEXT,
    receipts TEXT NOT NULL DEFAULT '{}',
    begun_step TEXT,
    begun_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX deliveries_by_state ON deliveries (state, created_at);
  CREATE TABLE delivery_events (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL REFERENCES deliveries (key),
    at INTEGER NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX delivery_events_by_key ON delivery_events (key, id);
  CREATE TABLE circuits (
    destination TEXT PRIMARY KEY,
    opened_at INTEGER NOT NULL,
    reason TEXT NOT NULL
  ) STRICT;`,
  `CREATE TABLE workspace (id TEXT NOT NULL) STRICT;
  INSERT INTO workspace VALUES (lower(hex(randomblob(16))));`,
];
