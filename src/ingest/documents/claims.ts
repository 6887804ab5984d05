import type { Collector, InputDocument, OwnershipClaim } from '../format.ts';

/** Lines are told for the first of many owners only; the customer guard looks the others up when one is foreign. */
const MOST_LINES = 50;

/** Claims each different owner of a document once, at the place where it was first seen: a JSON path, or a way to its line. */
export function claimOwners(
  document: InputDocument,
  collector: Collector,
): (
  kind: OwnershipClaim['kind'],
  value: string,
  place: readonly (string | number)[] | (() => number | undefined),
) => void {
  const seen = new Set<string>();
  return (kind, value, place) => {
    const key = `${kind} ${value}`;
    if (seen.has(key)) return;
    seen.add(key);
    const line = seen.size > MOST_LINES ? undefined : typeof place === 'function' ? place() : document.lineOf(place);
    collector.belongs({ kind, value, inputId: document.inputId, ...(line !== undefined && { line }) });
  };
}
