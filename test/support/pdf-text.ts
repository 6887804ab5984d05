import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What another reader than ours finds in a PDF. */
export interface ReadPdf {
  readonly pages: readonly string[];
  readonly info: Readonly<Record<string, unknown>>;
  readonly outline: readonly string[];
  readonly links: readonly string[];
  readonly hasJavaScript: boolean;
  readonly attachments: readonly string[];
}

export function readWithPdfJs(pdf: Uint8Array): ReadPdf {
  const script = fileURLToPath(new URL('pdf-reader.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { input: pdf, maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`pdf.js could not read the PDF: ${stderr}`);
  return JSON.parse(stdout.toString('utf8')) as ReadPdf; // written by the script beside this file
}
