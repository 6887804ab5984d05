import type { Inline } from '../model/phrase.ts';

/**
 * Everything with a digit that our own sentences may say by themselves: names of the trade, and the fixed terms of a
 * definition, which are the same in every report. A figure about an incident is none of these: it has to be an inline with a value.
 */
const FIXED_TERMS: readonly RegExp[] = [
  /\bL3\/4\b|\bL7\b|\b[1-5]xx\b|\bJA[34]\b|\bSHA-256\b|\bT0\b|\bIPv[46]\b|\bip6tables\b|\bHTTP\/\d(?:\.\d)?\b|\bT1\d{3}(?:\.\d{3})?\b|\bRFC \d{4}\b/gu,
  /\/24\b|\/32\b|\/48\b|\/128\b/gu,
  /\bp(?:50|95|99)\b|\b(?:50|95|99)th percentile\b/gu,
  // Confidence, containment, closing lists, the slow end of answers.
  /\b(?:95|100|5|10|0\.1) %/gu,
  /\bover (?:1|10) (?:s|min)\b|\b(?:10|60)(?: s\b|-second\b| seconds\b)|\b1, 10 (?:and|or) 60 (?:s|seconds)\b/gu,
  // How a vector is recognised: the same sentence wherever it is.
  /\b[Aa]t least \d+ % of the excess\b|\bUDP (?:from|packets to) port \d+\b|\bIP protocol \d+\b|\bCVE-\d{4}-\d+\b|\b20 % of it\b|\b\d+ bytes or longer\b|\bHTTP\/2\b|\b32 (?:destination )?addresses\b|\bstatus 499\b/gu,
  /\bstatus 520 to 527\b|\bfrom 100 answers on\b|\bfirst 16 characters\b|\b1 in \{\d+\}/gu,
  /\bat least 1,000 sampled rows\b|\b[Bb]elow 10 sampled rows\b|\b1 Gbps is 1,000,000,000 bits per second\b/gu,
  // Ids of evidence and names of files.
  /\bin\d+\b|\bdata\/[\w.-]+\.csv\b/gu,
];
/** Where a value stands in a message. */
const PLACE = /\{\d+\}/gu;

/** The number of a row, which orders it and says nothing. */
const ROW_NUMBER = /^\d+$/u;

/** What a sentence of ours says in digits that is neither a value of the model nor a fixed term; undefined when there is nothing. */
export function strayNumber(inline: Inline, path: string, evidence: ReadonlySet<string>): string | undefined {
  if (typeof inline === 'object' && inline.kind === 'message') {
    const own = strayNumber(inline.text, path, evidence);
    return own ?? firstOf(inline.values.flat(), (value) => strayNumber(value, path, evidence));
  }
  if (typeof inline === 'object' && inline.kind === 'missing') return strayNumber(inline.reason, path, evidence);
  if (typeof inline !== 'string' || !/\d/u.test(inline) || evidence.has(inline)) return undefined;
  // Lines of code are no sentences, and definitions are the same in every report.
  if (/\.lines\[\d+\]$|\.definition$/u.test(path)) return undefined;
  if (/\.rows\[\d+\]\[0\]$/u.test(path) && ROW_NUMBER.test(inline)) return undefined;
  const rest = FIXED_TERMS.reduce((text, term) => text.replace(term, ''), inline).replace(PLACE, '');
  return /\d/u.test(rest) ? `"${inline.trim()}" has a number of its own that is no value of the model` : undefined;
}

function firstOf<T>(values: readonly T[], find: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
