import { ReportError } from '../errors.ts';
import type { RunningTexts } from './page-rules.ts';
import {
  catalogOf,
  decodeString,
  dictOf,
  type PdfDict,
  type PdfFile,
  PdfName,
  PdfString,
  type PdfValue,
  pagesOf,
  readPdf,
} from './pdf-objects.ts';
import { orderFaults, orphanHeadings, withoutRunningTexts } from './pdf-order.ts';
import { type PageText, readPageTexts } from './pdf-text.ts';
import type { ShownText } from './shown-texts.ts';

/** What a sound PDF of the report must show. */
export interface PdfExpectation {
  readonly paper: 'A4' | 'Letter';
  /** Words that every page shows: the TLP label. */
  readonly onEveryPage: string;
  /** Every text of the document, in order. */
  readonly shown: readonly ShownText[];
  readonly running: RunningTexts;
  /** Whether the document holds a raster picture (a PNG logo); charts must be vectors. */
  readonly hasRaster: boolean;
  /** How many pages a document of this kind has, and who reads it. */
  readonly length?: { readonly least: number; readonly most: number; readonly reader: string };
}

/** Points, as Chromium rounds them. */
const PAPER_POINTS = { A4: [595, 842], Letter: [612, 792] } as const;
const FORBIDDEN_KEYS = ['JavaScript', 'JS', 'Launch', 'EmbeddedFile', 'EmbeddedFiles', 'AA', 'OpenAction', 'RichMedia'];
const FORBIDDEN_ACTIONS = ['JavaScript', 'Launch', 'SubmitForm', 'ImportData', 'GoToR', 'GoToE', 'Rendition'];
/** One text that is lost often brings others with it; the first ones tell where. */
const MOST_TEXT_FAULTS = 5;
const ALLOWED_LINK = /^(https:|mailto:)/i;

/**
 * Reads a finished PDF back and refuses it unless it is what a reader was promised: pages of the right size that all show
 * text, real embedded fonts, tags, an outline, vector charts, nothing that acts. Throws `report-unsound` with every fault.
 * Returns how many characters no font had a glyph for: they print as empty boxes, which is ugly but not wrong.
 */
export function checkPdf(pdf: Uint8Array, expected: PdfExpectation): { readonly missingGlyphs: number } {
  const { file, pages, dicts } = readBack(pdf);
  const faults = [
    ...pageFaults(file, expected),
    ...textFaults(pages, expected),
    ...structureFaults(file),
    ...fontFaults(file, dicts),
    ...pictureFaults(dicts, expected),
    ...actionFaults(dicts),
  ];
  if (faults.length > 0)
    throw new ReportError('report-unsound', `the finished PDF failed its checks: ${faults.join('; ')}`, {
      hint: 'run debrief doctor; if it finds nothing wrong, keep the case and report a defect',
    });
  return { missingGlyphs: pages.reduce((sum, page) => sum + page.missingGlyphs, 0) };
}

function readBack(pdf: Uint8Array): { file: PdfFile; pages: readonly PageText[]; dicts: readonly PdfDict[] } {
  try {
    const file = readPdf(pdf);
    return { file, pages: readPageTexts(file), dicts: allDicts(file) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ReportError('report-unsound', `the finished PDF cannot be read back: ${reason}`, { cause });
  }
}

function pageFaults(file: PdfFile, expected: PdfExpectation): string[] {
  const pages = pagesOf(file);
  if (pages.length === 0) return ['it has no pages'];
  const [width, height] = PAPER_POINTS[expected.paper];
  const isRight = (box: PdfValue | undefined) =>
    Array.isArray(box) && Math.round(Number(box[2])) === width && Math.round(Number(box[3])) === height;
  const wrong = pages.findIndex((page) => !isRight(page.dict.get('MediaBox')));
  const { length } = expected;
  return [
    ...(wrong < 0 ? [] : [`page ${wrong + 1} is not ${expected.paper}`]),
    ...(length && pages.length > length.most
      ? [
          `it has ${pages.length} pages where ${length.reader} are promised at most ${length.most}; shorten the title or the longest texts${length.reader === 'executives' ? ', or make it for the audience technical' : ''}`,
        ]
      : []),
    ...(length && pages.length < length.least
      ? [`it has ${pages.length} pages where ${length.reader} are promised at least ${length.least}: a part is missing`]
      : []),
  ];
}

function textFaults(pages: readonly PageText[], expected: PdfExpectation): string[] {
  const faults: string[] = [];
  const label = squeeze(expected.onEveryPage);
  pages.forEach((page, index) => {
    if (page.text === '') faults.push(`page ${index + 1} is blank`);
    else if (!page.text.includes(label)) faults.push(`page ${index + 1} does not show ${expected.onEveryPage}`);
  });
  const texts = withoutRunningTexts(
    pages.map((page) => page.text),
    expected.running,
  );
  const found = orderFaults(texts, expected.shown);
  const more = found.length - MOST_TEXT_FAULTS;
  return [
    ...faults,
    ...orphanHeadings(texts, expected.shown),
    ...found.slice(0, MOST_TEXT_FAULTS),
    ...(more > 0 ? [`and ${more} more texts differ`] : []),
  ];
}

/** As `readPageTexts` writes: composed characters, no white space. */
function squeeze(text: string): string {
  return text.replace(/\s/g, '');
}

function structureFaults(file: PdfFile): string[] {
  const catalog = catalogOf(file);
  return [
    ...(dictOf(file, catalog.get('MarkInfo')).get('Marked') === true ? [] : ['it is not tagged']),
    ...(dictOf(file, catalog.get('Outlines')).has('First') ? [] : ['it has no outline']),
    ...(catalog.get('Lang') instanceof PdfString ? [] : ['it states no language']),
    ...(dictOf(file, file.trailer.get('Info')).has('Title') ? [] : ['it has no title']),
  ];
}

/** Every font must be in the file, as outlines: a Type 3 font is a drawing of letters that does not print well. */
function fontFaults(file: PdfFile, dicts: readonly PdfDict[]): string[] {
  const fonts = dicts.filter((dict) => isNamed(dict, 'Type', 'Font'));
  const descriptors = dicts.filter((dict) => isNamed(dict, 'Type', 'FontDescriptor'));
  const embedded = descriptors.filter((dict) => ['FontFile', 'FontFile2', 'FontFile3'].some((key) => dict.has(key)));
  return [
    ...(fonts.some((font) => isNamed(font, 'Subtype', 'Type0')) ? [] : ['it has no fonts']),
    ...(fonts.some((font) => isNamed(font, 'Subtype', 'Type3')) ? ['it has Type 3 fonts'] : []),
    ...(embedded.length === descriptors.length ? [] : ['it has fonts that are not embedded']),
    ...(fonts.some((font) => isNamed(font, 'Subtype', 'Type0') && !dictOf(file, font).has('ToUnicode'))
      ? ['it has text that cannot be copied']
      : []),
  ];
}

function pictureFaults(dicts: readonly PdfDict[], expected: PdfExpectation): string[] {
  const pictures = dicts.filter((dict) => isNamed(dict, 'Subtype', 'Image')).length;
  return pictures > 0 && !expected.hasRaster ? [`it has ${pictures} raster pictures where all should be vectors`] : [];
}

/** Hostile text stands in strings, never in keys and names, so only real actions are found here. */
function actionFaults(dicts: readonly PdfDict[]): string[] {
  const faults = new Set<string>();
  for (const dict of dicts) {
    for (const key of FORBIDDEN_KEYS) if (dict.has(key)) faults.add(`it has /${key}`);
    const action = dict.get('S');
    if (action instanceof PdfName && FORBIDDEN_ACTIONS.includes(action.name)) faults.add(`it has /${action.name}`);
    const link = dict.get('URI');
    if (link instanceof PdfString && !ALLOWED_LINK.test(decodeString(link))) faults.add('it links to a foreign scheme');
  }
  return [...faults];
}

function isNamed(dict: PdfDict, key: string, name: string): boolean {
  const value = dict.get(key);
  return value instanceof PdfName && value.name === name;
}

/** Every dictionary of the file, also those inside others. */
function allDicts(file: PdfFile): PdfDict[] {
  const dicts: PdfDict[] = [];
  const collect = (value: PdfValue): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (value instanceof Map) {
      dicts.push(value);
      value.forEach(collect);
    }
  };
  for (const object of file.objects.values()) collect(object.value);
  return dicts;
}
