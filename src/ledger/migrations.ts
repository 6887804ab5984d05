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
];
