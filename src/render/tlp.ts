import type { Message } from '../model/phrase.ts';
import { say } from '../model/say.ts';
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

/** What the reader may do with the report, in the words of the standard (FIRST, TLP 2.0). */
export const TLP_MEANINGS: Readonly<Record<TlpLabel, Message>> = {
  RED: say`For the eyes and ears of individual recipients only, no further disclosure.`,
  AMBER: say`Limited disclosure, recipients can only spread this on a need-to-know basis within their organization and its clients.`,
  'AMBER+STRICT': say`Limited disclosure, recipients can only spread this on a need-to-know basis within their organization only.`,
  GREEN: say`Limited disclosure, recipients can spread this within their community.`,
  CLEAR: say`Recipients can spread this to the world, there is no limit on disclosure.`,
};
