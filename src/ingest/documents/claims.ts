import type { Collector, InputDocument, OwnershipClaim } from '../format.ts';

/** Claims each different owner of a document once, at the place where it was first seen: a JSON path or a line. */
export function claimOwners(
  document: InputDocument,
  collector: Collector,
): (kind: OwnershipClaim['kind'], value: string, place: readonly (string | number)[] | number | undefined) => void {
  const seen = new Set<string>();
  return (kind, value, place) => {
    const key = `${kind} ${value}`;
    if (seen.has(key)) return;
    seen.add(key);
    const line = typeof place === 'object' ? document.lineOf(place) : place;
    collector.belongs({ kind, value, inputId: document.inputId, ...(line !== undefined && { line }) });
  };
}
