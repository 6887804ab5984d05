import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { checkPdf, type PdfExpectation } from '../../../src/render/pdf-check.ts';
import { readDestinations } from '../../../src/render/pdf-destinations.ts';
import { finishPdf } from '../../../src/render/pdf-finish.ts';
import { decodeString, PdfString, readPdf, ValueParser } from '../../../src/render/pdf-objects.ts';
import { readPageTexts } from '../../../src/render/pdf-text.ts';
import type { ShownText } from '../../../src/render/shown-texts.ts';

// Small PDFs written by hand, the way Chromium writes them, each with one thing wrong.

interface Parts {
  catalog: string;
  page: string;
  content: string;
  font: string;
  descriptor: string;
  info: string;
  more: string[];
}

const SOUND: Parts = {
  catalog:
    '/MarkInfo <</Type /MarkInfo /Marked true>> /Outlines 9 0 R /Lang (en-GB) /Dests <</timeline [4 0 R /XYZ 0 700 0]>>',
  page: '/MediaBox [0 0 594.95996 841.91998]',
  content: '/F1 12 Tf <00240025> Tj [<0024> -20 <0026>] TJ',
  font: '/Subtype /Type0',
  descriptor: '/FontFile2 7 0 R',
  info: "/Title (Report) /CreationDate (D:20260101000000+00'00') /ModDate (D:20260101000000+00'00')",
  more: [],
};

function pdf(changes: Partial<Parts> = {}): Uint8Array {
  const parts = { ...SOUND, ...changes };
  const stream = (text: string) => {
    const data = deflateSync(Buffer.from(text, 'latin1'));
    return `<</Filter /FlateDecode\n/Length ${data.length}>> stream\n${data.toString('latin1')}\nendstream`;
  };
  const objects = [
    `<<${parts.info}>>`,
    `<</Type /Catalog /Pages 3 0 R ${parts.catalog}>>`,
    '<</Type /Pages /Count 1 /Kids [4 0 R]>>',
    `<</Type /Page /Parent 3 0 R /Contents 5 0 R /Resources <</Font <</F1 6 0 R>>>> ${parts.page}>>`,
    stream(parts.content),
    `<</Type /Font ${parts.font} /ToUnicode 8 0 R>>`,
    stream('font file'),
    stream('1 beginbfchar <0024> <0054> endbfchar 1 beginbfrange <0025> <0026> <004C> endbfrange'),
    '<</Type /Outlines /First 10 0 R>>',
    '<</Title (One)>>',
    `<</Type /FontDescriptor ${parts.descriptor}>>`,
    ...parts.more,
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const xref = file.length;
  const entries = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<</Size ${objects.length + 1} /Root 2 0 R /Info 1 0 R>>\nstartxref\n${xref}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

const saying = (text: string): ShownText => ({ text, place: 'page', pieces: [{ text, isInput: false }] });

const EXPECTED: PdfExpectation = {
  paper: 'A4',
  onEveryPage: 'TLTM',
  shown: [saying('T L')],
  running: { title: 'Head', label: 'TLTM', origin: 'Foot', page: 'Page § of ¶' },
  hasRaster: false,
};

describe('a finished PDF', () => {
  test('passes when it is what was promised', () => {
    expect(checkPdf(pdf(), EXPECTED)).toEqual({ missingGlyphs: 0 });
  });

  test('is refused when it is longer than its readers were promised, and says what to do', () => {
    expect(() => checkPdf(pdf(), { ...EXPECTED, length: { least: 0, most: 0, reader: 'executives' } })).toThrow(
      /it has 1 pages where executives are promised at most 0; shorten the title or the longest texts, or make it/u,
    );
  });

  test('is refused when it is shorter than a document of its kind can be', () => {
    expect(() => checkPdf(pdf(), { ...EXPECTED, length: { least: 2, most: 60, reader: 'engineers' } })).toThrow(
      /it has 1 pages where engineers are promised at least 2/u,
    );
  });

  test.each<[string, Partial<Parts>]>([
    ['it is not tagged', { catalog: '/Outlines 9 0 R /Lang (en)' }],
    ['it has no outline', { catalog: '/MarkInfo <</Marked true>> /Lang (en)' }],
    ['it states no language', { catalog: '/MarkInfo <</Marked true>> /Outlines 9 0 R' }],
    ['it has no title', { info: '/Creator (x)' }],
    ['page 1 is not A4', { page: '/MediaBox [0 0 612 792]' }],
    ['page 1 is blank', { content: '0 0 10 10 re f' }],
    ['page 1 does not show TLTM', { content: '/F1 12 Tf <0025> Tj' }],
    ['it has Type 3 fonts', { more: ['<</Type /Font /Subtype /Type3>>'] }],
    ['it has no fonts', { font: '/Subtype /Type1' }],
    ['it has fonts that are not embedded', { descriptor: '' }],
    ['it has 1 raster pictures', { more: ['<</Type /XObject /Subtype /Image>>'] }],
    ['it has /JavaScript', { more: ['<</S /JavaScript /JS (app.alert)>>'] }],
    ['it has /OpenAction', { catalog: `${SOUND.catalog} /OpenAction [4 0 R /Fit]` }],
    ['it has /Launch', { more: ['<</A <</S /Launch /F (x)>>>>'] }],
    ['it has /EmbeddedFiles', { catalog: `${SOUND.catalog} /Names <</EmbeddedFiles <<>>>>` }],
    ['it links to a foreign scheme', { more: ['<</S /URI /URI (javascript:alert)>>'] }],
  ])('is refused because %s', (fault, changes) => {
    expect(() => checkPdf(pdf(changes), EXPECTED)).toThrow(
      expect.objectContaining({ code: 'report-unsound', message: expect.stringContaining(fault) }),
    );
  });

  test('is refused when words are missing, and names them', () => {
    expect(() => checkPdf(pdf(), { ...EXPECTED, shown: [saying('Timeline')] })).toThrow(/it does not show "Timeline"/);
  });

  test('may link to the web and by mail, and hold a raster logo that was announced', () => {
    const more = [
      '<</S /URI /URI (https://example.org/)>>',
      '<</S /URI /URI (mailto:soc@example.org)>>',
      '<</Subtype /Image>>',
    ];
    expect(checkPdf(pdf({ more }), { ...EXPECTED, hasRaster: true })).toEqual({ missingGlyphs: 0 });
  });

  test('is not fooled by hostile text that reads like an action', () => {
    const more = ['<</Alt (/JavaScript /Launch \\(x\\) endobj >> /S /Launch) /E <2F4A53>>>'];
    expect(checkPdf(pdf({ more }), EXPECTED)).toEqual({ missingGlyphs: 0 });
  });

  test('passes with a count of the letters that have no glyph', () => {
    const content = '/F1 12 Tf <002400250000> Tj [<0024> <0026>] TJ';
    expect(checkPdf(pdf({ content }), EXPECTED)).toEqual({ missingGlyphs: 1 });
  });

  test('is read wherever its text stands: in literal strings, after numbers, in arrays, in forms within forms', () => {
    const content = [
      'q 1 0 0 -1.5 .25 0 cm /F1 12 Tf (\\000$\\000%) Tj % <0026> Tj\n',
      '/P <</MCID 0 /ActualText (\\(x)>> BDC [<00 24> -20 (\\000&)] TJ EMC 0 0 m 1 1 l S',
      '<0024> pending <0025>',
      '/X1 Do Q',
    ].join(' ');
    const page = `${SOUND.page} /Resources <</Font <</F1 6 0 R>> /XObject <</X1 12 0 R>>>>`;
    const form = '<0024> Tj'.padEnd(20);
    const more = [
      `<</Subtype /Form /Resources <</Font <</F1 6 0 R>>>> /Length 30>> stream\n/F1 1 Tf ${form}\nendstream`,
    ];
    const [read] = readPageTexts(readPdf(pdf({ content, page, more })));
    expect(read).toEqual({ text: 'TLTMT', missingGlyphs: 0 });
  });

  test.each([
    ['an empty file', Buffer.alloc(0)],
    ['a web page', Buffer.from('<!doctype html>')],
    ['half a file', pdf().subarray(0, 300)],
  ])('cannot be %s', (_name, bytes) => {
    expect(() => checkPdf(bytes, EXPECTED)).toThrow(expect.objectContaining({ code: 'report-unsound' }));
  });
});

describe('reading a PDF', () => {
  test('finds the text of each page through the tables of its fonts', () => {
    expect(readPageTexts(readPdf(pdf()))).toEqual([{ text: 'TLTM', missingGlyphs: 0 }]);
  });

  test('finds the page of each link destination', () => {
    expect([...readDestinations(pdf())]).toEqual([['timeline', 1]]);
  });

  test('reads strings with escapes, nested brackets, octal codes and UTF-16', () => {
    const read = (source: string) => {
      const value = new ValueParser(source).value();
      return value instanceof PdfString ? decodeString(value) : undefined;
    };
    expect(read('(a\\(b\\) (c) \\\\ \\101\\n)')).toBe('a(b) (c) \\ A\n');
    expect(read('<FEFF00FC202E>')).toBe('ü\u202E');
    expect(read('<41 4>')).toBe('A@'); // an odd digit counts as followed by 0
  });
});

describe('a PDF whose bytes depend on its document alone', () => {
  const more = (first: number, second: number) => [
    `<</Type /StructElem /ID (node${String(first).padStart(8, '0')})>>`,
    `<</Type /StructElem /ID (node${String(second).padStart(8, '0')}) /Headers [(node${String(first).padStart(8, '0')})]>>`,
    '<</Alt (node00000999 \\(node00000041\\))>>',
  ];

  test('has the time of the report instead of the clock of the browser', () => {
    const text = Buffer.from(finishPdf(pdf(), Date.UTC(2026, 10, 17, 17, 5, 9))).toString('latin1');
    expect(text.match(/D:\d+/g)).toEqual(['D:20261117170509', 'D:20261117170509']);
  });

  test('has structure ids from 1, wherever the browser began to count', () => {
    const at = Date.UTC(2026, 10, 17);
    const early = finishPdf(pdf({ more: more(41, 57) }), at);
    const late = finishPdf(pdf({ more: more(1041, 1057) }), at);
    expect(Buffer.from(early).toString('latin1')).toContain('/Headers [(node00000001)]');
    expect(Buffer.from(late).equals(Buffer.from(early))).toBe(true);
    expect(checkPdf(early, EXPECTED)).toEqual({ missingGlyphs: 0 });
  });
});
