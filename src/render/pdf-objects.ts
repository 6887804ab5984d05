import { inflateSync } from 'node:zlib';

// A reader for the PDF files that Chromium writes: plain objects, one classic cross-reference table, Flate streams.
// It parses values properly instead of searching bytes, because the text of a report is hostile: a user agent that
// reads `/JavaScript` stands inside a string and must not count as one.

/** A name such as `/Page`, without the slash. */
export class PdfName {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** `12 0 R`. */
export class PdfRef {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

/** Bytes of a string, one character a byte. */
export class PdfString {
  readonly bytes: string;
  constructor(bytes: string) {
    this.bytes = bytes;
  }
}

export type PdfDict = ReadonlyMap<string, PdfValue>;
export type PdfValue = number | boolean | null | PdfName | PdfRef | PdfString | PdfDict | readonly PdfValue[];

interface PdfObject {
  readonly value: PdfValue;
  /** Inflated on demand; absent when the object is not a stream. */
  readonly stream?: () => Buffer;
}

export interface PdfFile {
  readonly objects: PdfObjects;
  readonly trailer: PdfDict;
}

/** The objects of a file by number, each read when it is first asked for: link destinations need only few of them. */
class PdfObjects {
  readonly #read: (number: number) => PdfObject | undefined;
  readonly #numbers: readonly number[];
  readonly #known = new Map<number, PdfObject>();

  constructor(numbers: Iterable<number>, read: (number: number) => PdfObject | undefined) {
    this.#numbers = [...numbers];
    this.#read = read;
  }

  /** Throws a plain Error on anything that Chromium would not have written. */
  get(number: number): PdfObject | undefined {
    const known = this.#known.get(number) ?? this.#read(number);
    if (known) this.#known.set(number, known);
    return known;
  }

  /** All of them, which reads the whole file. */
  *values(): Generator<PdfObject> {
    for (const number of this.#numbers) {
      const object = this.get(number);
      if (object) yield object;
    }
  }
}

/** Reads where everything stands. Throws a plain Error on anything that Chromium would not have written. */
export function readPdf(bytes: Uint8Array): PdfFile {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = file.toString('latin1');
  if (!text.startsWith('%PDF-')) throw new Error('it does not start like a PDF');
  const startXref = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text.slice(-64));
  if (!startXref) throw new Error('its end is missing');
  const { offsets, trailer } = readXref(text, Number(startXref[1]));
  const read = (number: number) => {
    const start = offsets.get(number);
    return start === undefined ? undefined : readObject(file, text, number, start);
  };
  return { objects: new PdfObjects(offsets.keys(), read), trailer };
}

function readXref(text: string, at: number): { offsets: Map<number, number>; trailer: PdfDict } {
  const head = /^xref\s+0 (\d+)\s+/.exec(text.slice(at, at + 40));
  if (!head) throw new Error('its cross-reference table is not a classic one');
  const offsets = new Map<number, number>();
  const first = at + head[0].length;
  const count = Number(head[1]);
  for (let number = 0; number < count; number++) {
    const entry = text.slice(first + number * 20, first + number * 20 + 18);
    if (entry.endsWith('n')) offsets.set(number, Number(entry.slice(0, 10)));
  }
  const parser = new ValueParser(text, first + count * 20);
  parser.expect('trailer');
  return { offsets, trailer: asDict(parser.value()) };
}

function readObject(file: Buffer, text: string, number: number, start: number): PdfObject {
  const parser = new ValueParser(text, start);
  parser.expect(`${number} 0 obj`);
  const value = parser.value();
  if (!parser.skips('stream')) return { value };
  const dict = asDict(value);
  const length = dict.get('Length');
  if (typeof length !== 'number') throw new Error(`object ${number} has no direct length`);
  const from = text.startsWith('\r\n', parser.at) ? parser.at + 2 : parser.at + 1;
  const raw = file.subarray(from, from + length);
  const filter = dict.get('Filter');
  const stream = () => (filter instanceof PdfName && filter.name === 'FlateDecode' ? inflateSync(raw) : raw);
  return { value, stream };
}

function asDict(value: PdfValue | undefined): PdfDict {
  if (!(value instanceof Map)) throw new Error('a dictionary is missing');
  return value;
}

/** Follows references until a value is reached; `undefined` when there is none. */
export function resolve(file: PdfFile, value: PdfValue | undefined): PdfValue | undefined {
  let found = value;
  for (let hops = 0; found instanceof PdfRef && hops < 16; hops++) found = file.objects.get(found.number)?.value;
  return found;
}

/** The dictionary behind `value`, or an empty one. */
export function dictOf(file: PdfFile, value: PdfValue | undefined): PdfDict {
  const found = resolve(file, value);
  return found instanceof Map ? found : new Map();
}

/** Pages in reading order. */
export function pagesOf(file: PdfFile): readonly { readonly number: number; readonly dict: PdfDict }[] {
  const pages: { number: number; dict: PdfDict }[] = [];
  const visit = (value: PdfValue | undefined, depth: number): void => {
    const dict = dictOf(file, value);
    const kids = resolve(file, dict.get('Kids'));
    if (Array.isArray(kids) && depth < 32) for (const kid of kids) visit(kid, depth + 1);
    else if (value instanceof PdfRef) pages.push({ number: value.number, dict });
  };
  visit(catalogOf(file).get('Pages'), 0);
  return pages;
}

export function catalogOf(file: PdfFile): PdfDict {
  return dictOf(file, file.trailer.get('Root'));
}

/** Text of a PDF string: UTF-16 with a byte order mark, or Latin-1. */
export function decodeString(string: PdfString): string {
  if (!string.bytes.startsWith('\xfe\xff')) return string.bytes;
  return Buffer.from(string.bytes.slice(2), 'latin1').swap16().toString('utf16le');
}

/** What a byte is to the grammar of PDF. Digits and signs make numbers and may stand in names and words. */
export const REGULAR = 0;
export const WHITE = 1;
const DELIMITER = 2;
export const NUMERIC = 3;
export const KINDS = new Uint8Array(256);
for (const byte of [0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]) KINDS[byte] = WHITE;
for (const char of '()<>[]{}/%') KINDS[char.charCodeAt(0)] = DELIMITER;
for (const char of '0123456789+-.') KINDS[char.charCodeAt(0)] = NUMERIC;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** Reads PDF values one after the other. */
export class ValueParser {
  readonly #text: string;
  at: number;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.at = at;
  }

  skips(word: string): boolean {
    this.#skipWhite();
    if (!this.#text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  expect(word: string): void {
    if (!this.skips(word)) throw new Error(`"${word}" is missing at byte ${this.at}`);
  }

  /** `true`, `false`, `null`, or nothing that stands for a value. */
  #word(): string {
    const from = this.at;
    this.#skipRegular();
    if (this.at === from) this.at++;
    return this.#text.slice(from, this.at);
  }

  /** The next value, or `undefined` before a bare word. */
  tryValue(): PdfValue | undefined {
    this.#skipWhite();
    if (this.#kind() === NUMERIC) return this.#number();
    const text = this.#text;
    switch (text.charAt(this.at)) {
      case '/':
        return new PdfName(this.#name());
      case '(':
        return this.#literal();
      case '<':
        return text.charAt(this.at + 1) === '<' ? this.#dict() : this.#hex();
      case '[':
        return this.#array();
      case 't':
        return this.#skipsWord('true') ? true : undefined;
      case 'f':
        return this.#skipsWord('false') ? false : undefined;
      case 'n':
        return this.#skipsWord('null') ? null : undefined;
      default:
        return undefined;
    }
  }

  value(): PdfValue {
    const value = this.tryValue();
    if (value === undefined) throw new Error(`a value is missing at byte ${this.at}`);
    return value;
  }

  /** Kind of the byte at hand; the end of the text counts as a delimiter. */
  #kind(): number {
    return KINDS[this.#text.charCodeAt(this.at)] ?? DELIMITER;
  }

  #skipKind(kind: number): void {
    const text = this.#text;
    let at = this.at;
    while (KINDS[text.charCodeAt(at)] === kind) at++;
    this.at = at;
  }

  /** To the end of a name or word; digits and signs may stand in both. */
  #skipRegular(): void {
    for (let kind = this.#kind(); kind === REGULAR || kind === NUMERIC; kind = this.#kind()) this.at++;
  }

  #skipsWord(word: string): boolean {
    const from = this.at;
    if (this.#word() === word) return true;
    this.at = from;
    return false;
  }

  #skipWhite(): void {
    this.#skipKind(WHITE);
    while (this.#text.charAt(this.at) === '%') {
      while (this.at < this.#text.length && !/[\r\n]/.test(this.#text.charAt(this.at))) this.at++;
      this.#skipKind(WHITE);
    }
  }

  #name(): string {
    const from = ++this.at;
    this.#skipRegular();
    const raw = this.#text.slice(from, this.at);
    return raw.includes('#')
      ? raw.replace(/#([0-9a-fA-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
      : raw;
  }

  #number(): number | PdfRef {
    const from = this.at;
    this.#skipKind(NUMERIC);
    const number = Number(this.#text.slice(from, this.at));
    if (!this.#text.startsWith(' 0 R', this.at) || KINDS[this.#text.charCodeAt(this.at + 4)] === REGULAR) return number;
    this.at += 4;
    return new PdfRef(number);
  }

  #literal(): PdfString {
    const text = this.#text;
    let bytes = '';
    let depth = 1;
    let from = ++this.at; // what stands between two escapes is taken in one piece
    for (; this.at < text.length; this.at++) {
      const char = text.charAt(this.at);
      if (char === '(') depth++;
      if (char === ')' && --depth === 0) break;
      if (char !== '\\') continue;
      bytes += text.slice(from, this.at) + this.#escape();
      from = this.at + 1;
    }
    bytes += text.slice(from, this.at);
    this.at++;
    return new PdfString(bytes);
  }

  /** Stands on the backslash; leaves on the last character of the escape. */
  #escape(): string {
    const octal = /[0-7]{1,3}/y;
    octal.lastIndex = this.at + 1;
    const digits = octal.exec(this.#text)?.[0];
    if (digits !== undefined) {
      this.at += digits.length;
      return String.fromCharCode(Number.parseInt(digits, 8) & 0xff);
    }
    this.at++;
    const char = this.#text.charAt(this.at);
    if (char === '\n' || char === '\r') return '';
    return ESCAPES[char] ?? char;
  }

  #hex(): PdfString {
    const end = this.#text.indexOf('>', this.at);
    if (end < 0) throw new Error('a string does not end');
    const digits = this.#text.slice(this.at + 1, end).replace(/\s/g, '');
    this.at = end + 1;
    return new PdfString(Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex').toString('latin1'));
  }

  #array(): readonly PdfValue[] {
    this.at++;
    const values: PdfValue[] = [];
    while (!this.skips(']')) values.push(this.value());
    return values;
  }

  #dict(): PdfDict {
    this.at += 2;
    const entries = new Map<string, PdfValue>();
    while (!this.skips('>>')) {
      if (this.#text.charAt(this.at) !== '/') throw new Error(`a dictionary key is not a name at byte ${this.at}`);
      const key = this.#name();
      entries.set(key, this.value());
    }
    return entries;
  }
}
