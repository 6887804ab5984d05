import type { Case } from './case.ts';
import { type Fault, formatField } from './faults.ts';
import { suggestion } from './nearest.ts';
import type { CustomerFile } from './schema.ts';

/** What a case file says for a copy without masks. */
const UNMASKED = 'full';

/** A file as it was read, for messages. */
interface Written<T> {
  readonly value: T;
  readonly path: string;
  readonly placeOf: (path: readonly PropertyKey[]) => { readonly line?: number; readonly column?: number };
}

/** The profile that the case names, else the one of the audience; nothing where the copy shows everything. */
export function chooseRedaction(
  spec: Written<{ readonly redaction?: string | undefined }>,
  customer: Written<CustomerFile>,
  audience: Case['audience'],
): { readonly chosen: Pick<Case, 'redaction'>; readonly faults: readonly Fault[] } {
  const { key, profiles, audiences } = customer.value.redaction;
  const isNamed = spec.value.redaction !== undefined;
  const profile = spec.value.redaction ?? audiences[audience];
  if (profile === undefined || profile === UNMASKED) return { chosen: {}, faults: [] };
  const masks = new Map(Object.entries(profiles)).get(profile);
  if (masks)
    return { chosen: { redaction: { policy: { profile, ...masks }, ...(key !== undefined && { key }) } }, faults: [] };
  const [file, path] = isNamed ? [spec, ['redaction']] : [customer, ['redaction', 'audiences', audience]];
  const fault = {
    file: file.path,
    ...file.placeOf(path),
    field: formatField(path),
    problem: `is "${profile}", which is no profile of the customer${suggestion(profile, [...Object.keys(profiles), UNMASKED])}`,
  };
  return { chosen: {}, faults: [fault] };
}
