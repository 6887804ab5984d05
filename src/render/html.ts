import { createHash } from 'node:crypto';
import { chartReading } from '../charts/charts.ts';
import type { Brand, CustomTemplates } from '../config/config.ts';
import { instant, integer, label } from '../model/inlines.ts';
import type { Inline, Message, Phrase } from '../model/phrase.ts';
import { say } from '../model/say.ts';
import { UNIT_NAMES } from '../model/unit-names.ts';
import { type Block, blocksOf, figuresOf, type ReportMeta, type ReportModel } from '../report/report.ts';
import { languageOf, type Writer } from '../text/text.ts';
import { brandProperties } from './brand-style.ts';
import { colourProperties, darkRules } from './dark-theme.ts';
import { documentKind } from './document-kind.ts';
import { familyRules, fontFaceRules, marginFamilies } from './fonts.ts';
import { pageRules, runningTexts } from './page-rules.ts';
import { shownAs } from './pieces.ts';
import { foldBlanks, readShownTexts } from './shown-texts.ts';
import { checkedSvg } from './svg-check.ts';
import { fillLayout, fillSection, OwnMarkup, readTemplate } from './templates.ts';
import { TLP_COLOURS, TLP_MEANINGS, tlpText } from './tlp.ts';
import { watermarkOf } from './watermark.ts';

export interface HtmlParts {
  readonly writer: Writer;
  readonly brand: Brand;
  /** One finished `<svg>` for each figure, by figure id. */
  readonly charts: ReadonlyMap<string, string>;
  /** Of the workspace, where it has any. */
  readonly templates?: CustomTemplates;
  /** `screen`: the file that is sent. `print`: the same document laid out for paper, for the browser only. */
  readonly purpose: 'screen' | 'print';
}

/** Nothing is loaded, nothing is run. Pictures and fonts stand in the file itself. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'";

/** The one script: controls that make reading easier. Without it the page lacks these and nothing else. */
const SCREEN_SCRIPT = readTemplate('screen.js');
const SCREEN_SCRIPT_HASH = createHash('sha256').update(SCREEN_SCRIPT).digest('base64');

const STATES: Readonly<Record<ReportModel['cover']['state'], Message>> = {
  over: say`Attack over`,
  running: say`Attack still running`,
  none: say`No attack found`,
  unknown: say`No traffic data`,
  attacked: say`Attacks in this period`,
  quiet: say`No incident`,
  unwatched: say`Nothing on record`,
};

/** How far a report is; nothing for a workspace that does not say. */
const STATUSES = { draft: say`Draft`, review: say`In review`, final: say`Final` } as const;

/** A document of fewer chapters is seen at a glance. */
const FEWEST_IN_CONTENTS = 4;

/**
 * The whole report as one HTML file that opens without a network.
 * Throws `section-failed` when a figure has no chart, `report-unsound` when a chart holds more than a drawing.
 */
export function renderHtml(model: ReportModel, parts: HtmlParts): string {
  const { meta } = model;
  const charts = new Map([...parts.charts].map(([id, svg]) => [id, new OwnMarkup(checkedSvg(id, svg))] as const));
  const isScreen = parts.purpose === 'screen';
  const watermark = watermarkOf(meta);
  const written = (phrase: Phrase | Inline): string => parts.writer.phrase(phrase);
  const context = {
    ...model,
    policy: isScreen
      ? `${CONTENT_SECURITY_POLICY}; script-src 'sha256-${SCREEN_SCRIPT_HASH}'`
      : CONTENT_SECURITY_POLICY,
    script: isScreen ? new OwnMarkup(SCREEN_SCRIPT) : null,
    words: isScreen ? wordsOfScript(parts.writer) : null,
    documentTitle: `${written(documentKind(meta))} ${meta.reportId}: ${meta.title} (${meta.customer.name})`,
    reference: written(referenceOf(meta)),
    subject: written(subjectOf(meta)),
    language: languageTag(meta.locale),
    purpose: parts.purpose,
    isPrint: !isScreen,
    logo: pictureOf(parts.brand, 'logo'),
    customerLogo: pictureOf(parts.brand, 'customerLogo'),
    coverPicture: pictureOf(parts.brand, 'coverPicture'),
    contacts: parts.brand.contacts ?? [],
    legal: parts.brand.legal ?? null,
    brandName: parts.brand.name,
    contact: meta.provider.contact ?? null,
    state: written(STATES[model.cover.state]),
    documentKind: written(documentKind(meta)),
    look: meta.kind === 'weekly' ? 'weekly' : meta.audience,
    status:
      meta.status === undefined
        ? null
        : { id: meta.status, word: written(STATUSES[meta.status]), told: statusPhrase(meta) },
    watermark: watermark ? new OwnMarkup(watermark.paper) : null,
    hasContents: hasContents(model),
    tlp: { text: tlpText(meta.tlp), name: TLP_COLOURS[meta.tlp].name, meaning: written(TLP_MEANINGS[meta.tlp]) },
    period: periodPhrases(meta, parts.writer),
    created: createdPhrase(meta),
    chapters: model.chapters.map((chapter, i) => ({ ...chapter, number: i + 1, rows: rowsOf(chapter.blocks) })),
    hero: model.cover.hero ?? null,
    style: new OwnMarkup(''),
  };
  const readings = isScreen ? readingsOf(model, parts.brand) : new Map<string, OwnMarkup>();
  const state = { isScreen, writer: parts.writer, charts, readings };
  const chapters = context.chapters.map((chapter) => ({
    ...chapter,
    section:
      parts.templates && chapter.template !== undefined
        ? fillSection(chapter.template, context, state, parts.templates)
        : null,
  }));
  const html = fillLayout({ ...context, chapters }, state, parts.templates);
  // Which fonts are needed is known from the finished text. Text is escaped, so this empty element is ours alone.
  return html.replace('<style></style>', () => `<style>${styleSheet(model, parts, html)}</style>`);
}

/** The values of each figure as JSON that cannot end the element it stands in. */
function readingsOf(model: ReportModel, brand: Brand): Map<string, OwnMarkup> {
  const readings = new Map<string, OwnMarkup>();
  for (const figure of figuresOf(model)) {
    const reading = chartReading(figure.chart, brand.colours);
    if (reading) readings.set(figure.id, new OwnMarkup(inlineJson(reading)));
  }
  return readings;
}

/** JSON for a place in HTML: no `<`, no `>`, no `&`, and none of the line ends that JSON has beyond those of JavaScript. */
function inlineJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Executives have one page behind the cover, which needs none. */
function hasContents({ meta, chapters }: ReportModel): boolean {
  const isOnePage = meta.kind === 'incident' && meta.audience === 'executive';
  return !isOnePage && chapters.length >= FEWEST_IN_CONTENTS;
}

/**
 * What a document says beside the phrases of its model, as the templates put it together, each text as often as it stands
 * there: name, period, author, label, state, legal notice, and the numbers of chapters, figures and tables.
 */
export function frameTexts(model: ReportModel, parts: Pick<HtmlParts, 'writer' | 'brand'>): string[] {
  const { meta } = model;
  const { writer, brand } = parts;
  const written = (phrase: Phrase | Inline): string => writer.phrase(phrase);
  const created = shownAs(createdPhrase(meta), writer);
  const contact = meta.provider.contact === undefined ? '' : ` (${meta.provider.contact})`;
  const numbers = model.chapters.map((_, index) => writer.integer(index + 1));
  const texts = [
    ...[meta.title, meta.customer.name, written(STATES[model.cover.state]), written(TLP_MEANINGS[meta.tlp])],
    ...(brand.logo === undefined ? [meta.provider.name] : []),
    `${meta.provider.name} · ${meta.reportId} · ${written(revisionOf(meta))} · ${created}`,
    written(referenceOf(meta)),
    `${meta.preparedBy}, ${meta.provider.name}${contact}`,
    `${created}, Debrief ${meta.toolVersion}`,
    ...(meta.status === undefined ? [] : [shownAs(statusPhrase(meta), writer)]),
    ...(brand.legal === undefined ? [] : [brand.legal]),
    ...(brand.contacts ?? []).flatMap(({ role, reach }) => [role, reach]),
    // On the cover and in the box about the document; in the contents and above the chapter.
    ...twice(periodPhrases(meta, writer).map(({ phrase }) => shownAs(phrase, writer))),
    ...(hasContents(model)
      ? [...twice(numbers), ...model.chapters.map(({ title }) => shownAs(title, writer))]
      : numbers),
    ...blocksOf(model).flatMap((block) => {
      if (block.kind !== 'figure' && block.kind !== 'table') return [];
      const number = integer(block.number);
      const name = written(block.kind === 'figure' ? say`Figure ${number}` : say`Table ${number}`);
      return block.kind === 'table' && block.totalRows > block.rows.length
        ? [name, written(say`Complete in data/${[block.id]}.csv.`)]
        : [name];
    }),
  ];
  return texts.map((text) => foldBlanks(shownAs(text, writer)));
}

/**
 * Texts that the templates of a workspace say in words of their own. A number or a claim in one of them is the workspace's; it
 * counts only where it is the whole text of an element.
 */
export function templateTexts(templates: CustomTemplates | undefined): readonly string[] {
  const sources = [...(templates?.replaced ?? []), ...(templates?.sections.map(({ template }) => template) ?? [])];
  return sources.flatMap(({ source }) =>
    readShownTexts(source.replace(/\{\{[\s\S]*?\}\}/gu, '<i></i>')).map(({ text }) => text),
  );
}

function twice(texts: readonly string[]): string[] {
  return [...texts, ...texts];
}

function createdPhrase({ createdAt }: ReportMeta): Phrase {
  return [{ kind: 'time', at: createdAt, form: 'instant' }, ' ', { kind: 'zone', at: createdAt }];
}

function revisionOf({ revision }: ReportMeta): Message {
  return say`Revision ${integer(revision)}`;
}

function subjectOf(meta: ReportMeta): Message {
  return meta.kind === 'incident' ? say`on incident ${[meta.incidentId]}` : say`on ${[meta.period.id]}`;
}

/** `INC-4821-r1, revision 1, on incident INC-4821 for ACME`. */
function referenceOf(meta: ReportMeta): Message {
  return say`${[meta.reportId]}, revision ${integer(meta.revision)}, ${subjectOf(meta)} for ${[meta.customer.name]}`;
}

/** Of the texts: a report in a locale whose language has none is in English. */
function languageTag(locale: string): string {
  const language = languageOf(locale);
  return new Intl.Locale(locale).language === language ? locale : language;
}

/** What the script of the page says, as JSON, in the language of the report; English is what it says by itself. */
function wordsOfScript(writer: Writer): OwnMarkup | null {
  if (languageOf(writer.locale) === 'en') return null;
  const texts = [...SCREEN_SCRIPT.matchAll(/\bword\('([^']+)'/gu)].map(([, text]) => text ?? '');
  const units = Object.entries(UNIT_NAMES).map(([unit, name]) => [unit, writer.phrase(name)]);
  const words = texts.map((text) => [text, writer.phrase({ kind: 'message', text, values: PLACES })]);
  return new OwnMarkup(inlineJson(Object.fromEntries([...units, ...words])));
}

/** Values that stand for their own places, which the script fills. */
const PLACES: readonly Phrase[] = [['{0}'], ['{1}']];

/** `Final, reviewed by Jane Roe, approved by John Doe, 23 Nov 2026, 10:00:00`. */
function statusPhrase({ status, reviewer, approval }: ReportMeta): Phrase {
  if (status === undefined) return [];
  const who = reviewer === undefined ? undefined : label(reviewer);
  return [
    STATUSES[status],
    ...(who === undefined ? [] : [status === 'final' ? say`, reviewed by ${who}` : say`, reviewer ${who}`]),
    ...(approval ? [say`, approved by ${label(approval.by)}, ${instant(approval.at)}`] : []),
  ];
}

function styleSheet(model: ReportModel, parts: HtmlParts, body: string): string {
  const base = readTemplate('base.css');
  const brand = brandProperties(parts.brand);
  const margins = Object.values(runningTexts(model.meta, parts.writer)).join('');
  const faces = fontFaceRules(body + margins, { complete: parts.purpose === 'print', language: model.meta.locale });
  const shared = faces + rootRule(brand) + base + familyRules(parts.brand, faces);
  const print =
    readTemplate('print.css') +
    marginFamilies(faces) +
    pageRules(model.meta, parts.writer) +
    (parts.templates?.styleSheet?.source ?? '');
  if (parts.purpose === 'print') return shared + print;
  const dark = darkRules(new Map([...colourProperties(base), ...brand]), parts.charts.values());
  const behind = watermarkOf(model.meta)?.screen;
  const mark = behind === undefined ? '' : `.cover,.chapters{background-image:url("${dataUrl(behind)}")}`;
  return `${shared}@media screen{${readTemplate('screen.css')}${mark}${parts.templates?.styleSheet?.source ?? ''}}${dark}@media print{${print}}`;
}

function dataUrl(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function rootRule(properties: ReadonlyMap<string, string>): string {
  return `:root{${[...properties].map(([name, colour]) => `${name}:${colour}`).join(';')}}`;
}

/** The period in the customer's zone, and in UTC when that differs. */
function periodPhrases(
  { window: { start, end }, timeZone }: ReportMeta,
  writer: Writer,
): readonly { readonly phrase: Phrase }[] {
  const last = Math.max(start, end - 1);
  const isChanged = writer.offset(start) !== writer.offset(last);
  const local: Phrase = [
    { kind: 'span', start, end },
    ' ',
    { kind: 'zone', at: start },
    ...(isChanged ? [say`, later ${{ kind: 'zone', at: last }}`] : []),
  ];
  if (timeZone === 'UTC') return [{ phrase: local }];
  return [{ phrase: local }, { phrase: [{ kind: 'span', start, end, utc: true }, ' UTC'] }];
}

/**
 * Narrow tables two and two beside each other, everything else by itself, in reading order. A narrow table without a
 * neighbour takes the width of the page.
 */
function rowsOf(blocks: readonly Block[]): { blocks: Block[]; isPair: boolean }[] {
  const rows: { blocks: Block[]; isPair: boolean }[] = [];
  let open: Block[] | undefined;
  for (const block of blocks) {
    const isHalf = block.kind === 'table' && block.half === true;
    if (isHalf && open) {
      open.push(block);
      open = undefined;
      rows[rows.length - 1] = { blocks: rows.at(-1)?.blocks ?? [], isPair: true };
      continue;
    }
    const row = { blocks: [block], isPair: false };
    rows.push(row);
    open = isHalf ? row.blocks : undefined;
  }
  return rows;
}

/** A picture of a brand stands in a data URL and nothing else; anything else is left out of the page by refusing it. */
function pictureOf(brand: Brand, name: 'logo' | 'customerLogo' | 'coverPicture'): string | null {
  const picture = brand[name];
  if (picture === undefined) return null;
  if (!/^data:image\/(png|jpeg|svg\+xml)(;base64)?,[^"'<>\s]*$/.test(picture))
    throw new Error(`the ${name} of brand ${brand.id} is not a data URL of an SVG, PNG or JPEG`);
  return picture;
}
