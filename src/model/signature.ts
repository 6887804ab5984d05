/** One condition on one record. Field names are those of the source (`JA4`, `IPTotalLength`, `RequestHeaders.accept-language`). */
export type Predicate =
  /** `null`: the field is absent or empty. */
  | { readonly field: string; readonly op: 'eq' | 'ne'; readonly value: string | number | null }
  | { readonly field: string; readonly op: 'in'; readonly value: readonly (string | number)[] }
  /** Both ends included. */
  | { readonly field: string; readonly op: 'range'; readonly value: readonly [number, number] }
  | { readonly field: string; readonly op: 'contains' | 'startsWith'; readonly value: string };
