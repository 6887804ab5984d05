import type { TlpLabel } from '../model/traffic.ts';

/** `TLP:AMBER+STRICT`: capitals, no space, never translated (TLP 2.0). */
export function tlpText(label: TlpLabel): string {
  return `TLP:${label}`;
}

/** TLP 2.0 text colours, each on black. */
export const TLP_COLOURS = {
  RED: { name: 'red', colour: '#ff2b2b' },
  AMBER: { name: 'amber', colour: '#ffc000' },
  'AMBER+STRICT': { name: 'amber', colour: '#ffc000' },
  GREEN: { name: 'green', colour: '#33ff00' },
  CLEAR: { name: 'clear', colour: '#ffffff' },
} as const satisfies Record<TlpLabel, { readonly name: string; readonly colour: string }>;

/** What the reader may do with the report. */
export const TLP_MEANINGS = {
  RED: 'For the eyes and ears of the individual recipients only; no further disclosure.',
  AMBER: 'Limited disclosure: on a need-to-know basis within the organisation of the recipient and its clients.',
  'AMBER+STRICT': 'Limited disclosure: on a need-to-know basis within the organisation of the recipient only.',
  GREEN: 'Limited disclosure: within the community of the recipient.',
  CLEAR: 'No limit on disclosure.',
} as const satisfies Record<TlpLabel, string>;
