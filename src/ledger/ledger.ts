export { holdsLease, type Lease, releaseLease, renewLease, takeLease } from './lease.ts';
export { type Ledger, openLedger, type Store } from './store.ts';
