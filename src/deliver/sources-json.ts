import type { SenderStats } from '../aggregate/aggregate.ts';
import type { IncidentMeta } from '../report/report.ts';
import { safeJson } from './safe-json.ts';

/**
 * sources.json as text: the addresses that attacked, as the archive reads them when this customer is attacked again. Nobody
 * else's addresses, and none where senders are forged: the caller hands over only what can be told.
 */
export function writeSourcesJson(
  { incidentId, revision, customer }: Pick<IncidentMeta, 'incidentId' | 'revision' | 'customer'>,
  senders: readonly SenderStats[],
): string {
  const layers = senders.map(({ layer, total, kept }) => ({ layer, total: total.value, addresses: kept }));
  return safeJson({ sources: 1, incidentId, revision, customer: { id: customer.id }, layers }, 1);
}
