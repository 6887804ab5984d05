import { catalogOf, dictOf, PdfRef, pagesOf, readPdf, resolve } from './pdf-objects.ts';

/** Named link destinations of a PDF and the page, from 1, on which each stands. */
export function readDestinations(pdf: Uint8Array): ReadonlyMap<string, number> {
  const file = readPdf(pdf);
  const pageNumbers = new Map(pagesOf(file).map((page, index) => [page.number, index + 1]));
  const destinations = new Map<string, number>();
  for (const [name, value] of dictOf(file, catalogOf(file).get('Dests'))) {
    const target = resolve(file, value);
    const page = Array.isArray(target) ? target[0] : undefined;
    const number = page instanceof PdfRef ? pageNumbers.get(page.number) : undefined;
    if (number !== undefined) destinations.set(name, number);
  }
  return destinations;
}
