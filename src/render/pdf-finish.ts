/**
 * Makes the bytes of a PDF depend on its document alone: Chromium writes the wall clock into it, and a page that is
 * reused numbers its structure elements on from the document before. Nothing changes its length, so every offset stays.
 */
export function finishPdf(pdf: Uint8Array, createdAt: number): Uint8Array {
  const file = Buffer.from(pdf);
  const text = file.toString('latin1');
  const date = pdfDate(createdAt);
  for (const match of text.matchAll(/\/(?:CreationDate|ModDate) \((D:\d{14}\+00'00')\)/g))
    file.write(date, match.index + match[0].length - date.length - 1, 'latin1');
  // Monotonic, so that the name tree of the ids stays sorted.
  const ids = [...new Set(Array.from(text.matchAll(/\/ID \(node(\d{8})\)/g), (match) => match[1] ?? ''))].sort();
  const renumbered = new Map(ids.map((id, index) => [id, String(index + 1).padStart(8, '0')]));
  for (const match of text.matchAll(/\(node(\d{8})\)/g)) {
    const number = renumbered.get(match[1] ?? '');
    if (number !== undefined) file.write(number, match.index + '(node'.length, 'latin1');
  }
  return file;
}

/** `D:20261117150000+00'00'`. */
function pdfDate(at: number): string {
  return `D:${new Date(at).toISOString().slice(0, 19).replace(/\D/g, '')}+00'00'`;
}
