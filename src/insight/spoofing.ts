import type { AttackStats, LayerStats, SpoofingStats } from '../aggregate/aggregate.ts';
import { amount, integer, like, share } from '../model/inlines.ts';
import type { Measure } from '../model/measure.ts';
import type { Phrase } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import type { Finding } from './findings.ts';
import { evidenceOf } from './inlines.ts';
import type { Insight } from './needs.ts';
import { packetsName } from './vectors.ts';

/** Fewer records than this say nothing about their senders. */
const LEAST_ROWS = 100;
/** Addresses that nobody can announce are a sign from this share on, and at least so many times as many as before. */
const BOGON_SHARE = 0.01;
const BOGON_FACTOR = 10;
/** Real senders share a few TTLs; a sign from so many equally frequent values on, and so many times as many as before. */
const TTL_VALUES = 90;
const TTL_FACTOR = 2;
/** So many records with an address that was not seen before have one of their own, and such records are at least half. */
const OWN_ADDRESS = 0.9;
const MOSTLY_NEW = 0.5;
/** Signs that must agree. */
const ENOUGH = 2;
/** Real senders are stated only for what makes up at least so much of the excess. */
const MOST_OF_EXCESS = 0.5;

export interface SpoofingSign {
  readonly name: 'bogons' | 'ttl' | 'addresses';
  readonly points: boolean;
}

/** The signs that one kind of packet gives; those that cannot be told are left out. */
export function signsOf({ rows, bogons, ttlValues, newAddresses }: SpoofingStats): SpoofingSign[] {
  if (rows < LEAST_ROWS) return [];
  const usual = bogons.before?.value ?? 0;
  return [
    { name: 'bogons', points: bogons.attack.value >= BOGON_SHARE && bogons.attack.value >= BOGON_FACTOR * usual },
    ...(ttlValues
      ? [
          {
            name: 'ttl' as const,
            points: ttlValues.attack >= TTL_VALUES && ttlValues.attack >= TTL_FACTOR * (ttlValues.before ?? 0),
          },
        ]
      : []),
    ...(newAddresses
      ? [
          {
            name: 'addresses' as const,
            points: newAddresses.rows >= MOSTLY_NEW * rows && newAddresses.addresses >= OWN_ADDRESS * newAddresses.rows,
          },
        ]
      : []),
  ];
}

/** Whether the senders of one kind of packet are forged; undefined when fewer than two signs agree. */
export function isSpoofed(stats: SpoofingStats): boolean | undefined {
  const signs = signsOf(stats);
  const pointing = signs.filter((sign) => sign.points).length;
  if (pointing >= ENOUGH) return true;
  return signs.length - pointing >= ENOUGH ? false : undefined;
}

/** Whether senders of the layer are forged: yes if those of any large part are, no if those of most of the excess are not. */
export function spoofingOf(layer: LayerStats | undefined): boolean | undefined {
  const judged = (layer?.spoofing ?? []).map((stats) => ({ share: stats.shareOfExcess, spoofed: isSpoofed(stats) }));
  if (judged.some(({ spoofed }) => spoofed === true)) return true;
  const real = judged.filter(({ spoofed }) => spoofed === false).reduce((sum, part) => sum + part.share, 0);
  return real >= MOST_OF_EXCESS && judged.every(({ spoofed }) => spoofed !== undefined) ? false : undefined;
}

/** Whether the attack's senders were forged; only packets can be. */
export function spoofedSources(stats: AttackStats): boolean | undefined {
  return spoofingOf(stats.layers.find((layer) => layer.layer === 'network'));
}

/** Whether sources can be named at all. */
export const spoofing: Insight = {
  id: 'spoofing',
  needs: ['waves', 'attacked'],
  find(stats): Finding | undefined {
    const layer = stats.layers.find((one) => one.layer === 'network');
    const spoofed = spoofingOf(layer);
    const part = layer?.spoofing?.find((one) => isSpoofed(one) === spoofed);
    if (!part || spoofed === undefined) return undefined;
    return {
      id: 'spoofing',
      title: spoofed
        ? [say`The source addresses are consistent with spoofing`]
        : [say`The source addresses are not spoofed, as far as the packets show`],
      text: [
        ...figuresOf(part),
        ...(spoofed
          ? [
              say` Source addresses, networks and countries are therefore left out; the data centre that received the packets is told instead.`,
            ]
          : []),
      ],
      tone: 'neutral',
      evidence: evidenceOf(part.bogons.attack),
    };
  },
};

function figuresOf({ kind, bogons, ttlValues, newAddresses }: SpoofingStats): Phrase {
  const exact = (value: number): Measure => ({ ...like(bogons.attack, value), unit: 'share' });
  return [
    bogons.before
      ? say`${amount(bogons.attack)} of the ${packetsName(kind)} packets came from addresses that nobody can announce (before the attack ${amount(bogons.before, 'cell')})`
      : say`${amount(bogons.attack)} of the ${packetsName(kind)} packets came from addresses that nobody can announce`,
    ...(newAddresses && newAddresses.rows > 0
      ? [
          say`; of the records with an address not seen before, ${share(newAddresses.addresses / newAddresses.rows, exact(1))} had one of their own`,
        ]
      : []),
    ...(ttlValues
      ? [
          ttlValues.before === undefined
            ? say`; the TTL was spread as over ${integer(Math.round(ttlValues.attack))} equally frequent values`
            : say`; the TTL was spread as over ${integer(Math.round(ttlValues.attack))} equally frequent values, before over ${integer(Math.round(ttlValues.before))}`,
        ]
      : []),
    say`.`,
  ];
}
