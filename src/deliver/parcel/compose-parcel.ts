import { z } from 'zod';
import type { CustomerDestination } from '../../config/config.ts';
import type { Delivery, FrozenFile } from '../../ledger/ledger.ts';
import { TLP_LABELS } from '../../model/traffic.ts';
import { digestOf } from './artifacts.ts';
import { firstHeading } from './comment.ts';
import type { FinishedReport } from './finished-report.ts';
import { packReport } from './pack.ts';
import { keyLine, type Parcel, parcelFileName } from './parcel.ts';

/** What is told of a report besides its documents; frozen with them, since the folder may be gone at the next attempt. */
const letterSchema = z.object({
  title: z.string(),
  summary: z.string(),
  customer: z.object({ id: z.string(), name: z.string() }),
  tlp: z.enum(TLP_LABELS),
});

type Choice = CustomerDestination['whenTooLarge'][number];

const TYPES = { pdf: 'application/pdf', html: 'text/html', zip: 'application/zip' } as const;

/** Everything of one delivery that has to stay the same for ever. */
export interface Frozen {
  readonly letter: Uint8Array;
  readonly alternatives: Delivery['alternatives'];
  /** By sha256. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
}

/** The documents that a destination wants, and those to fall back on, in order. */
export async function composeFrozen(report: FinishedReport, own: CustomerDestination, key: string): Promise<Frozen> {
  const { manifest, subject } = report;
  const summary = new TextDecoder().decode(report.files.get('summary.md'));
  const letter = {
    title: `[TLP:${manifest.tlp}] ${firstHeading(summary) ?? manifest.reportId}`,
    summary,
    customer: manifest.customer,
    tlp: manifest.tlp,
  };
  const contents = new Map<string, Uint8Array>();
  const freeze = async (choice: keyof typeof TYPES): Promise<FrozenFile | undefined> => {
    const content = choice === 'zip' ? await packReport(report) : report.files.get(`report.${choice}`);
    if (content === undefined) return undefined;
    const sha256 = digestOf(content);
    contents.set(sha256, content);
    const name = parcelFileName({ ...manifest, subject, key }, choice);
    return { name, type: TYPES[choice], sha256, bytes: content.byteLength };
  };
  const choices: readonly (readonly Choice[])[] = [own.files, ...own.whenTooLarge.map((choice) => [choice])];
  const alternatives: Delivery['alternatives'] = [];
  for (const choice of choices) {
    const files = await Promise.all(choice.filter((one) => one !== 'nothing').map(freeze));
    const there = files.filter((file) => file !== undefined);
    // A document that was not made (--format) cannot be a choice.
    if (there.length === files.length) alternatives.push({ choice: choice.join(' + '), files: there });
  }
  return { letter: new TextEncoder().encode(JSON.stringify(letter)), alternatives, contents };
}

/** What goes out of the alternative that is chosen now. `replaces` is the latest revision that arrived before. */
export function composeParcel(
  delivery: Delivery,
  letterBytes: Uint8Array,
  replaces: number | undefined,
  read: (sha256: string) => Promise<Uint8Array>,
): Parcel {
  const letter = letterSchema.parse(JSON.parse(new TextDecoder().decode(letterBytes)));
  const { key, chosen, alternatives } = delivery;
  const files = alternatives[chosen]?.files ?? [];
  const tooLarge = alternatives.slice(0, chosen).map(({ choice }) => choice);
  return {
    key,
    reportId: delivery.reportId,
    customer: letter.customer,
    subject: delivery.subject,
    kind: delivery.kind,
    revision: delivery.revision,
    tlp: letter.tlp,
    visibility: delivery.visibility,
    title: letter.title,
    summary: letter.summary,
    footer: [
      ...files.map(({ name, bytes, sha256 }) => `Attached: ${name}, ${bytes} bytes, SHA-256 ${sha256}`),
      ...(tooLarge.length > 0
        ? [`Not attached, because too large for this system: ${tooLarge.join('; ')}. Ask us for it.`]
        : []),
      ...(replaces === undefined ? [] : [`Replaces revision ${replaces}.`]),
      keyLine(key),
    ],
    files: files.map((file) => ({ ...file, read: () => read(file.sha256) })),
  };
}
