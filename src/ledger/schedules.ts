import type { Store } from './store.ts';

/** When a schedule was first run for each customer, by customer id. */
export function listFirstSeen(store: Store, scheduleId: string): Map<string, number> {
  const rows = store.all('SELECT customer, first_seen FROM schedule_customers WHERE schedule = ?', scheduleId);
  return new Map(rows.map((row) => [String(row.customer), Number(row.first_seen)]));
}

/** Keeps the earliest instant, so that a clock that was put back loses nothing. */
export function noteSeen(store: Store, scheduleId: string, customerId: string, now: number): void {
  store.run(
    `INSERT INTO schedule_customers (schedule, customer, first_seen) VALUES (?, ?, ?)
     ON CONFLICT (schedule, customer) DO UPDATE SET first_seen = min(first_seen, excluded.first_seen)`,
    scheduleId,
    customerId,
    now,
  );
}

/** Writes down that something that runs by itself came to its end. */
export function beat(store: Store, name: string, now: number): void {
  store.run('INSERT OR REPLACE INTO heartbeats (name, at) VALUES (?, ?)', name, now);
}

/** When it last did; `undefined` when never. */
export function lastBeat(store: Store, name: string): number | undefined {
  const row = store.get('SELECT at FROM heartbeats WHERE name = ?', name);
  return row === undefined ? undefined : Number(row.at);
}
