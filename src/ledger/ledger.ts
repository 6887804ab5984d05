export {
  approveDelivery,
  changeDelivery,
  circuitOf,
  closeCircuit,
  DELIVERY_STATES,
  type Delivery,
  type DeliveryChange,
  type DeliveryState,
  eventsOf,
  type FrozenFile,
  findDelivery,
  LeaseLost,
  leaseOf,
  listDeliveries,
  openCircuit,
  planDelivery,
  type Receipts,
  settleDelivery,
} from './deliveries.ts';
export { holdsLease, type Lease, releaseAbandoned, releaseLease, renewLease, takeLease, thisOwner } from './lease.ts';
export { beat, lastBeat, listFirstSeen, noteSeen } from './schedules.ts';
export { type Ledger, openLedger, type Store } from './store.ts';
export {
  abandonTask,
  announceTask,
  beginTask,
  forgetTasks,
  listTasks,
  openTask,
  reopenTask,
  settleFailed,
  settleMade,
  settleSkipped,
  type TaskRecord,
  type TaskRef,
  type TaskReport,
} from './tasks.ts';
export { workspaceIdOf } from './workspace-id.ts';
