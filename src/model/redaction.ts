// What a copy of a report does not show of whom it is about, shared by what people write in YAML and by what masks.

/** Kinds of values that can be masked. */
const MASKED_KINDS = ['addresses', 'hosts', 'paths', 'rules', 'staff'] as const;
export type MaskedKind = (typeof MASKED_KINDS)[number];

/**
 * `full`: as it is; `prefix`: the network that it is in (addresses only); `pseudonym`: a name that stands for it in every report
 * to the customer and that nobody without the key leads back; `removed`: that there was one.
 */
export const ADDRESS_MASKS = ['full', 'prefix', 'pseudonym', 'removed'] as const;
export const OTHER_MASKS = ['full', 'pseudonym', 'removed'] as const;

type AddressMask = (typeof ADDRESS_MASKS)[number];
type OtherMask = (typeof OTHER_MASKS)[number];

/** How each kind is masked in one copy. */
export interface RedactionPolicy extends Readonly<Record<Exclude<MaskedKind, 'addresses'>, OtherMask>> {
  /** Name of the profile in the customer file. */
  readonly profile: string;
  readonly addresses: AddressMask;
}

/** Kinds that a policy masks at all. */
export function maskedKinds(policy: RedactionPolicy): readonly MaskedKind[] {
  return MASKED_KINDS.filter((kind) => policy[kind] !== 'full');
}
