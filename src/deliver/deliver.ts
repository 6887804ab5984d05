export { writeCsv } from './csv.ts';
export {
  continueDeliveries,
  type DeliverRequest,
  type DeliveryResult,
  deliverReport,
} from './deliver-report.ts';
export { composeManifest, type Manifest, type ManifestRequest, type ReportFiles, type Versions } from './manifest.ts';
export { openFinishedReport } from './parcel/finished-report.ts';
export { probeDestinations } from './probe-destinations.ts';
export { type AnnouncedReport, writeReportFolder } from './report-folder.ts';
export { reportJsonSchema, writeReportJson } from './report-json.ts';
export { discardReservation, nextRevision, type Revision } from './revision.ts';
export { readSecret } from './secret.ts';
export { writeSourcesJson } from './sources-json.ts';
export { verifyWorkspace } from './verify-workspace.ts';
export { refuseNames } from './white-label.ts';
