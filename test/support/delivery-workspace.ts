import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';

export interface DeliveryWorkspace {
  readonly dir: string;
  /** Folder of revision 1 of Acme's report. */
  readonly folder: string;
  readonly pdf: Uint8Array;
  /** Writes one more revision. */
  addRevision(revision: number): string;
  /** Writes the report of one more incident, such as `INC-5001`. */
  addIncident(id: string): string;
  remove(): void;
}

export interface DeliveryWorkspaceOptions {
  /** `destinations` of debrief.yaml. */
  readonly systems: readonly object[];
  /** `destinations` of customers/acme.yaml. */
  readonly destinations: readonly object[];
  /** `destinations` of customers/larkspur.yaml. */
  readonly others?: readonly object[];
  readonly rules?: object;
  /** `queue` of debrief.yaml. */
  readonly queue?: object;
  readonly pdfBytes?: number;
  readonly tlp?: string;
  readonly tickets?: Readonly<Record<string, string>>;
  /** Instead of what a report says. */
  readonly summary?: string;
}

const SUMMARY = `**TLP:AMBER**

## Post-incident report INC-4821-r1: HTTP flood against the web shop

Acme Outdoor GmbH, 17 Nov 2026, 14:00:00 to 17 Nov 2026, 15:15:00, Europe/Berlin (UTC+01:00)

**An HTTP flood hit Acme Outdoor GmbH in 3 waves; it is over.**

- Peak: **92.8 rps** (highest 10 s mean)
- Leaked: **\\~ 5.6 %** of the attack on \`www.acme-outdoor.example\`

### Findings

- **The origin was degraded** In the waves 17.3 % of the origin’s answers were errors (5xx) & 96 requests got no answer.

The complete report is attached. Northwall, Northwall Security Operations Centre; INC-4821-r1, revision 1.
`;

/** A workspace of two customers with a finished report of the first: small, valid, and the same at every call. */
export function makeDeliveryWorkspace(options: DeliveryWorkspaceOptions): DeliveryWorkspace {
  const dir = mkdtempSync(join(tmpdir(), 'debrief-deliver-'));
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  };
  write(
    'debrief.yaml',
    stringify({
      provider: { name: 'Northwall' },
      destinations: options.systems,
      delivery: { settleSeconds: 0, patienceSeconds: 60, ...options.rules },
      ...(options.queue && { queue: options.queue }),
    }),
  );
  write('brands/default/brand.yaml', 'name: Northwall\n');
  write(
    'customers/acme.yaml',
    stringify({
      id: 'acme',
      name: 'Acme Outdoor GmbH',
      zones: ['acme-outdoor.example'],
      prefixes: ['192.0.2.240/28'],
      destinations: options.destinations,
    }),
  );
  write(
    'customers/larkspur.yaml',
    stringify({
      id: 'larkspur',
      name: 'Larkspur Learning Pvt Ltd',
      zones: ['larkspur-learning.example'],
      prefixes: ['198.51.100.192/26', '2001:db8:51::/48'],
      accounts: ['d94b1e07a6c3428f95e20b7fd8a3c615'],
      destinations: options.others ?? [],
    }),
  );
  const pdf = makePdf(options.pdfBytes ?? 4_000);
  const addReport = (incidentId: string, revision: number): string => {
    const reportId = `${incidentId}-r${revision}`;
    const files = new Map<string, string | Uint8Array>([
      ['report.pdf', pdf],
      [
        'report.html',
        '<!doctype html><title>Report</title><p>Acme Outdoor GmbH was attacked by 203[.]0[.]113[.]7.</p>\n',
      ],
      ['report.json', '{"customer":"Acme Outdoor GmbH"}\n'],
      ['summary.md', (options.summary ?? SUMMARY).replaceAll('INC-4821-r1', reportId)],
      ['data/fig-traffic.csv', '"time","requests"\r\n"2026-11-17T14:00:00Z",12\r\n'],
    ]);
    const manifest = {
      manifest: 1,
      reportId,
      kind: 'incident',
      audience: 'technical',
      incidentId,
      revision,
      customer: { id: 'acme', name: 'Acme Outdoor GmbH' },
      tlp: options.tlp ?? 'AMBER',
      period: { start: '2026-11-17T13:00:00.000Z', end: '2026-11-17T14:15:00.000Z' },
      createdAt: '2026-11-17T16:00:00.000Z',
      ...(options.tickets && { tickets: options.tickets }),
      outputs: [...files].map(([name, content]) => ({
        name,
        sha256: createHash('sha256').update(content).digest('hex'),
        bytes: Buffer.byteLength(content),
      })),
    };
    for (const [name, content] of files) write(`reports/acme/${reportId}/${name}`, content);
    write(`reports/acme/${reportId}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
    return join(dir, 'reports/acme', reportId);
  };
  return {
    dir,
    folder: addReport('INC-4821', 1),
    pdf,
    addRevision: (revision) => addReport('INC-4821', revision),
    addIncident: (id) => addReport(id, 1),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** A PDF of one empty page and about `bytes` of noise that no compression makes smaller. */
function makePdf(bytes: number): Uint8Array {
  const noise = Buffer.alloc(bytes);
  for (let at = 0, state = 1; at < bytes; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    noise[at] = state >>> 16;
  }
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>',
    '<< /Length 0 >>\nstream\n\nendstream',
    `<< /Length ${bytes} >>\nstream\n${noise.toString('latin1')}\nendstream`,
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const xref = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const offset of offsets) file += `${String(offset).padStart(10, '0')} 00000 n \n`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}
