import { ReportError } from '../errors.ts';
import type { Manifest, ReportFiles } from './manifest.ts';

/** Places that are told; one entry of a timeline often stands in several files. */
const MOST_PLACES = 5;
const AROUND = 40;
/** Pictures and fonts are no text, and a short name can stand in their letters by chance. */
const INLINED = /data:[a-z0-9/+-]+;base64,[A-Za-z0-9+/=]+/gu;

/**
 * Refuses a white-label report that names somebody who must not be named: in its text, its tables, its manifest. What is
 * printed is the same text as in the other files.
 * @throws ReportError `provider-named` with the first places.
 */
export function refuseNames(files: ReportFiles, manifest: Manifest, unnamed: readonly string[]): void {
  const places: string[] = [];
  const texts: [string, string][] = [...files].flatMap(([name, content]) =>
    typeof content === 'string' ? [[name, content.replace(INLINED, '')] satisfies [string, string]] : [],
  );
  texts.push(['manifest.json', JSON.stringify(manifest)]);
  for (const [file, text] of texts)
    for (const name of unnamed)
      for (const { index } of text.matchAll(wholeWord(name)))
        places.push(`${file} ("…${text.slice(Math.max(0, index - AROUND), index + name.length + AROUND).trim()}…")`);
  if (places.length === 0) return;
  const more = places.length - MOST_PLACES;
  throw new ReportError(
    'provider-named',
    `the brand is a white label, and the report names ${unnamed.join(', ')}: ${places.slice(0, MOST_PLACES).join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    { hint: 'Word the timeline, case, customer or brand file otherwise, or make the entry internal.' },
  );
}

function wholeWord(name: string): RegExp {
  const literal = name.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'giu');
}
