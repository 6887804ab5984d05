export { holdsLease, type Lease, releaseLease, renewLease, takeLease } from './lease.ts';
export { beat, lastBeat, listFirstSeen, noteSeen } from './schedules.ts';
export { type Ledger, openLedger, type Store } from './store.ts';
export {
  abandonTask,
  announceTask,
  beginTask,
  forgetTasks,
  listTasks,
  reopenTask,
  settleFailed,
  settleMade,
  settleSkipped,
  type TaskRecord,
  type TaskRef,
  type TaskReport,
} from './tasks.ts';
