import type { Collector, InputDocument, OwnershipClaim } from '../format.ts';

/** Claims each different owner of a document once, at the place where it was first seen. */
export function claimOwners(
  document: InputDocument,
  collector: Collector,
): (kind: OwnershipClaim['kind'], value: string, path: readonly (string | number)[]) => void {
  const seen = new Set<string>();
  return (kind, value, path) => {
    const key = `${kind} ${value}`;
    if (seen.has(key)) return;
    seen.add(key);
    const line = document.lineOf(path);
    collector.belongs({ kind, value, inputId: document.inputId, ...(line !== undefined && { line }) });
  };
}
