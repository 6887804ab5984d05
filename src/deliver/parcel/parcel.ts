import { createHash } from 'node:crypto';
import type { TlpLabel } from '../../model/traffic.ts';

/** Everything that goes out in one delivery. The same for every attempt. */
export interface Parcel {
  readonly key: string;
  readonly reportId: string;
  readonly customer: { readonly id: string; readonly name: string };
  /** Incident or period. */
  readonly subject: string;
  readonly kind: string;
  readonly revision: number;
  readonly tlp: TlpLabel;
  readonly visibility: 'internal' | 'public';
  /** One line, for a subject of mail and the like. */
  readonly title: string;
  /** Markdown of `summary.md`. */
  readonly summary: string;
  /** Lines that follow the summary and are never shortened: what is attached, with digests; what was too large; the key. */
  readonly footer: readonly string[];
  readonly files: readonly ParcelFile[];
}

interface ParcelFile {
  /** As it is called at the other side; ASCII. */
  readonly name: string;
  readonly type: string;
  readonly sha256: string;
  readonly bytes: number;
  /** The frozen bytes, checked against the digest. */
  read(): Promise<Uint8Array>;
}

/**
 * Names one delivery for ever: of this revision of this report, to this place. Not of the bytes: a report that is rendered
 * anew would arrive twice.
 */
export function deliveryKey(of: {
  readonly customerId: string;
  readonly kind: string;
  readonly subject: string;
  readonly revision: number;
  readonly destination: string;
  readonly target: string;
}): string {
  const parts = [of.customerId, of.kind, of.subject, String(of.revision), of.destination, of.target];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}

/** How the key stands in a comment. Searched for when it is looked whether an attempt arrived. */
export function keyLine(key: string): string {
  return `Debrief-Key: ${key}`;
}

/** `acme-INC-4821-r1.tlp-amber.3f9c0a1b2c3d4e5f.pdf` */
export function parcelFileName(
  parcel: Pick<Parcel, 'customer' | 'subject' | 'revision' | 'tlp' | 'key'>,
  ending: string,
): string {
  const tlp = parcel.tlp.toLowerCase().replace('+', '-');
  return `${parcel.customer.id}-${parcel.subject}-r${parcel.revision}.tlp-${tlp}.${parcel.key}.${ending}`;
}
