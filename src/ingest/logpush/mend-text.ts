/** A whole pair, a lone half, or any other escape, which must be passed over so that `\\ud800` stays the text `\ud800`. */
const ESCAPE = /\\u(d[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}|\\ud[89a-f][0-9a-f]{2}|\\./gi;

const MARK = Buffer.from('\\ud');
const CAPITAL_MARK = Buffer.from('\\uD');

/**
 * A line of JSON with U+FFFD for every half of a surrogate pair that stands alone. JSON allows such escapes and attackers send
 * the bytes they are made from, but no text of the engine can hold them. Undefined when there is none.
 */
export function mendText(line: Buffer): Buffer | undefined {
  if (!line.includes(MARK) && !line.includes(CAPITAL_MARK)) return undefined;
  let mended = false;
  const text = line.toString().replace(ESCAPE, (found, pair: string | undefined) => {
    if (pair !== undefined || !/^\\ud[89a-f]/i.test(found)) return found;
    mended = true;
    return '\\ufffd';
  });
  return mended ? Buffer.from(text) : undefined;
}
