import type { MappingFile } from '../../config/config.ts';
import type { Unit } from '../../model/measure.ts';

/** What a mapped measure counts. `bits` and `bytes` are one quantity. */
export type Quantity = 'packets' | 'requests' | 'events' | 'bytes';

export type MappedUnit = Extract<MappingFile['record'][string], { from: string }>['unit'] & string;

interface UnitMeaning {
  readonly quantity: Quantity;
  readonly rate: boolean;
  /** Into packets, requests, events or bytes, or those a second. SI prefixes are powers of ten, never of two. */
  readonly factor: number;
  /** Unit and factor when a value is shown as it is (top lists). */
  readonly shown: { readonly unit: Unit; readonly factor: number };
}

const BITS = 1 / 8;
const bits = (factor: number): UnitMeaning => ({
  quantity: 'bytes',
  rate: true,
  factor: factor * BITS,
  shown: { unit: 'bits/s', factor },
});
const bytes = (factor: number): UnitMeaning => ({
  quantity: 'bytes',
  rate: false,
  factor,
  shown: { unit: 'bytes', factor },
});
const perSecond = (quantity: 'packets' | 'requests', factor: number): UnitMeaning => ({
  quantity,
  rate: true,
  factor,
  shown: { unit: `${quantity}/s`, factor },
});
const counted = (quantity: 'packets' | 'requests' | 'events'): UnitMeaning => ({
  quantity,
  rate: false,
  factor: 1,
  shown: { unit: quantity, factor: 1 },
});

export const UNITS: Readonly<Record<MappedUnit, UnitMeaning>> = {
  bps: bits(1),
  kbps: bits(1e3),
  Mbps: bits(1e6),
  Gbps: bits(1e9),
  Tbps: bits(1e12),
  bytes_per_s: { quantity: 'bytes', rate: true, factor: 1, shown: { unit: 'bits/s', factor: 8 } },
  pps: perSecond('packets', 1),
  kpps: perSecond('packets', 1e3),
  Mpps: perSecond('packets', 1e6),
  rps: perSecond('requests', 1),
  krps: perSecond('requests', 1e3),
  bits: { quantity: 'bytes', rate: false, factor: BITS, shown: { unit: 'bits', factor: 1 } },
  bytes: bytes(1),
  kB: bytes(1e3),
  MB: bytes(1e6),
  GB: bytes(1e9),
  TB: bytes(1e12),
  packets: counted('packets'),
  requests: counted('requests'),
  events: counted('events'),
};

const NUMBERS = {
  '.': /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$|^\.\d+$/,
  ',': /^\d{1,3}(?:\.\d{3})+(?:,\d+)?$|^\d+(?:,\d+)?(?:[eE][+-]?\d{1,3})?$|^,\d+$/,
} as const;

/**
 * A number of at least 0 as a cell writes it: `1234.5`, `1,234.5`, with a decimal comma `1.234,5`; spaces and apostrophes may
 * part thousands. Undefined for anything else, so that `1,5` is refused where the decimal sign is a point.
 */
export function readNumber(cell: unknown, decimal: '.' | ','): number | undefined {
  if (typeof cell === 'number') return Number.isFinite(cell) && cell >= 0 ? cell : undefined;
  if (typeof cell !== 'string') return undefined;
  const text = cell.trim().replace(/(?<=\d)[\u00a0\u202f '’](?=\d{3}(?!\d))/gu, '');
  if (!NUMBERS[decimal].test(text)) return undefined;
  const plain = decimal === ',' ? text.replaceAll('.', '').replace(',', '.') : text.replaceAll(',', '');
  const number = Number(plain);
  return Number.isFinite(number) ? number : undefined;
}
