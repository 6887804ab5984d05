import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { type CustomTemplates, REPLACEABLE_TEMPLATES } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import type { Inline, Phrase } from '../model/phrase.ts';
import type { Cell, Column, TableBlock } from '../report/report.ts';
import type { Writer } from '../text/text.ts';
import { cutEndlessRuns, isPhrase, toPieces } from './pieces.ts';

/** The templates are ours and this list is all of them; data never chooses a template. */
export const TEMPLATES = ['layout', 'inline', ...REPLACEABLE_TEMPLATES] as const;

/** Markup made by our own code: a checked chart, a style sheet. The only thing that is put into a page unescaped. */
export class OwnMarkup {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What helpers need beside the value they are given; one per rendered document. */
export interface RenderState {
  /** The file that is sent, not the document for paper. */
  readonly isScreen: boolean;
  readonly writer: Writer;
  readonly charts: ReadonlyMap<string, OwnMarkup>;
  /** The values of a figure for the script of the page, by figure id; none on paper. */
  readonly readings: ReadonlyMap<string, OwnMarkup>;
}

type Engine = typeof Handlebars;
type TemplateFile = CustomTemplates['replaced'][number] | CustomTemplates['sections'][number]['template'];

/** The layout with all its parts, and the sections that a workspace adds, by the path of their template. */
interface Compiled {
  readonly layout: Handlebars.TemplateDelegate;
  readonly sections: ReadonlyMap<string, Handlebars.TemplateDelegate>;
}

let own: Compiled | undefined;
/** A workspace's templates are compiled once for as long as they are held. */
const ofWorkspaces = new WeakMap<CustomTemplates, Compiled>();

/**
 * Fills the layout. Throws when a template names something that the context does not have; for a template of the workspace that is
 * `config-invalid` with its file and line.
 */
export function fillLayout(context: object, state: RenderState, custom?: CustomTemplates): string {
  return compiledFor(custom).layout(context, { data: { state } });
}

/** Fills a section of the workspace with what the layout is given. */
export function fillSection(path: string, context: object, state: RenderState, custom: CustomTemplates): OwnMarkup {
  const section = compiledFor(custom).sections.get(path);
  if (!section) throw new ReportError('section-failed', `no template ${path} for a section of the workspace`);
  return new OwnMarkup(section(context, { data: { state } }));
}

function compiledFor(custom: CustomTemplates | undefined): Compiled {
  if (!custom) {
    own ??= compileTemplates();
    return own;
  }
  const known = ofWorkspaces.get(custom) ?? compileTemplates(custom);
  ofWorkspaces.set(custom, known);
  return known;
}

export function readTemplate(name: (typeof TEMPLATES)[number] | `${string}.css` | `${string}.js`): string {
  const file = /\.(?:css|js)$/.test(name) ? name : `${name}.hbs`;
  return readFileSync(new URL(`../../templates/${file}`, import.meta.url), 'utf8');
}

function compileTemplates(custom?: CustomTemplates): Compiled {
  const engine = Handlebars.create();
  for (const [name, helper] of Object.entries(HELPERS)) engine.registerHelper(name, helper);
  const options: CompileOptions = {
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: Object.fromEntries(Object.keys(HELPERS).map((name) => [name, true])),
    preventIndent: true,
  };
  const replaced = new Map(custom?.replaced.map((file) => [file.name, file]));
  for (const name of TEMPLATES) {
    const file = replaced.get(name);
    if (file) engine.registerPartial(name, blaming(file, engine.compile(file.source, options)));
    else if (name !== 'layout') engine.registerPartial(name, engine.compile(readTemplate(name), options));
  }
  return {
    layout: engine.compile(readTemplate('layout'), options),
    sections: new Map(
      custom?.sections.map(({ template }) => [
        template.path,
        blaming(template, engine.compile(template.source, options)),
      ]),
    ),
  };
}

/** The template, whose faults are told with its file and line. */
function blaming({ path }: TemplateFile, template: Handlebars.TemplateDelegate): Handlebars.TemplateDelegate {
  return (context, options) => {
    try {
      return template(context, options);
    } catch (error) {
      if (error instanceof ReportError || !(error instanceof Error)) throw error;
      const line = lineOf(error);
      throw new ReportError(
        'config-invalid',
        error.message.replace(/ - \d+:\d+$/u, '').replace(/ in \[object \w+\]/u, ''),
        {
          where: { file: path, ...(line !== undefined && { line }) },
          hint: 'docs/template-contract.md lists every name and helper that a template has.',
          cause: error,
        },
      );
    }
  };
}

/** Handlebars tells the line of an unknown name in a field and that of a slip in its message. */
function lineOf(error: Error): number | undefined {
  if ('lineNumber' in error && typeof error.lineNumber === 'number') return error.lineNumber;
  const [, line] = /(?:on line | - )(\d+)/u.exec(error.message) ?? [];
  return line === undefined ? undefined : Number(line);
}

type CompileOptions = NonNullable<Parameters<Engine['compile']>[1]>;

/** What Handlebars hands to a helper last. */
interface HelperOptions {
  readonly data: { readonly state: RenderState };
}

/** The name that a report folder of ours can have: nothing in it means anything in a path or an address. */
const REPORT_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}-r[1-9]\d{0,8}$/;

/** Everything that a template can call beside `if`, `unless`, `each` and `with`. */
const HELPERS = {
  /** The runs of a phrase, each marked when it comes from input, so that the template can isolate it. */
  pieces: (value: Phrase | Inline | undefined, options: HelperOptions) =>
    toPieces(required(value, 'pieces'), options.data.state.writer).map(({ link, ...piece }) => ({
      ...piece,
      // A sheet of paper has no folder beside it.
      ...(link !== undefined && options.data.state.isScreen && { link }),
    })),
  /** A phrase as plain text, for attributes. */
  plain: (value: Phrase | Inline | undefined, options: HelperOptions) =>
    cutEndlessRuns(options.data.state.writer.phrase(required(value, 'plain'))),
  /** Page of another report of the customer, in the folder beside that of this one. */
  reportPage: (id: string | undefined) => {
    if (!REPORT_ID.test(required(id, 'reportPage'))) throw new Error(`${id} is not the id of a report`);
    return `../${id}/report.html`;
  },
  anchor: (id: string | undefined) => anchorOf(required(id, 'anchor')),
  /** A bare string of the model or the configuration, with everything that cannot be seen spelled out. */
  text: (value: string | undefined, options: HelperOptions) =>
    cutEndlessRuns(options.data.state.writer.phrase(required(value, 'text'))),
  /** Words of the template in the language of the report, by their English text: `{{say "Figure {0}" (integer number)}}`. */
  say: (...given: readonly unknown[]) => {
    const [text, ...values] = given.slice(0, -1).map(String);
    const { writer } = (given.at(-1) as HelperOptions).data.state;
    return writer.phrase({ kind: 'message', text: text ?? '', values: values.map((value) => [value]) });
  },
  integer: (value: number | undefined, options: HelperOptions) =>
    options.data.state.writer.integer(required(value, 'integer')),
  is: (a: unknown, b: unknown) => required(a, 'is') === b,
  more: (a: number | undefined, b: number | undefined) => required(a, 'more') > required(b, 'more'),
  /** Whether one of the values is there; the last argument is Handlebars' own. */
  any: (...values: readonly unknown[]) => values.slice(0, -1).some(Boolean),
  /** Evidence ids, runs of numbers shortened: `in1–in5, in7`. */
  join: (values: readonly string[] | undefined) => shortenRuns([...required(values, 'join')].sort(byNumber)).join(', '),
  /** Alignment of the column that a cell stands in. */
  alignmentOf: (columns: readonly Column[], index: number) => required(columns[index], 'alignmentOf').align,
  /** Width of each column in whole percent: its share of all shares, where a column without one counts as 2. */
  columnPercents: (columns: readonly Column[] | undefined) => {
    const shares = required(columns, 'columnPercents').map((column) => column.width ?? 2);
    const total = shares.reduce((sum, share) => sum + share, 0);
    return shares.map((share) => Math.floor((share / total) * 100));
  },
  /** A line of code: as it is, but for what could not be seen. */
  code: (line: string | undefined, options: HelperOptions) => options.data.state.writer.phrase(required(line, 'code')),
  unknownBlock: (kind: string) => {
    throw new ReportError('section-failed', `no template for a block of kind "${kind}"`);
  },
  chart: (id: string | undefined, options: HelperOptions) => {
    const chart = options.data.state.charts.get(required(id, 'chart'));
    if (!chart) throw new ReportError('section-failed', `figure ${id} has no chart`);
    return chart;
  },
  reading: (id: string | undefined, options: HelperOptions) =>
    options.data.state.readings.get(required(id, 'reading')) ?? null,
  /** Whether a row is one of the last that close a table: what was left out, and the sum. */
  isClosing: ({ rows, closingRows = 0 }: TableBlock, index: number) => index >= rows.length - closingRows,
  /** Attributes of a cell for the script of the page: what it is sorted by, and its exact number. Paper has no script. */
  cellNumbers: (cell: Cell, options: HelperOptions) =>
    new Handlebars.SafeString(
      options.data.state.isScreen
        ? ` data-sort="${sortKeyOf(cell) ?? ''}" data-exact="${exactNumberOf(cell) ?? ''}"`
        : '',
    ),
  /** What a cell is sorted by: the number behind it; empty for words. */
  sortKey: (cell: Cell) => sortKeyOf(cell) ?? '',
  /** A number that was written without an interval, in base units; empty for anything else. */
  exactNumber: (cell: Cell) => exactNumberOf(cell) ?? '',
  /** The one way to put markup into a page unescaped. */
  markup: (value: unknown) => {
    if (!(value instanceof OwnMarkup)) throw new Error('only our own markup may be put into a page unescaped');
    return new Handlebars.SafeString(value.markup);
  },
};

function sortKeyOf(cell: Cell): number | undefined {
  const inline = onlyInline(cell);
  if (typeof inline !== 'object') return undefined;
  switch (inline.kind) {
    case 'measure':
      return inline.measure.value;
    case 'count':
      return inline.value;
    case 'time':
      return inline.at;
    case 'span':
      return inline.start;
    case 'duration':
      return inline.ms;
    default:
      return undefined;
  }
}

function exactNumberOf(cell: Cell): number | undefined {
  const inline = onlyInline(cell);
  if (typeof inline !== 'object') return undefined;
  if (inline.kind === 'count') return inline.value;
  return inline.kind === 'measure' && inline.measure.interval === undefined ? inline.measure.value : undefined;
}

/** The one inline of a cell; a cell of several is read as words. */
function onlyInline(cell: Cell): Inline | undefined {
  if (!isPhrase(cell)) return cell;
  return cell.length === 1 ? cell[0] : undefined;
}

/** `in2` before `in10`. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** `in1, in2, in3` becomes `in1–in3`; two in a row stay two. */
function shortenRuns(ids: readonly string[]): string[] {
  const runs: string[][] = [];
  for (const id of ids) {
    const run = runs.at(-1);
    if (run && isNext(run.at(-1) ?? '', id)) run.push(id);
    else runs.push([id]);
  }
  return runs.flatMap((run) => (run.length > 2 ? [`${run[0]}–${run.at(-1)}`] : run));
}

function isNext(id: string, next: string): boolean {
  const number = /^(\D+)(\d+)$/;
  const [, name, count] = number.exec(id) ?? [];
  const [, nextName, nextCount] = number.exec(next) ?? [];
  return name !== undefined && name === nextName && Number(nextCount) === Number(count) + 1;
}

/** In strict mode Handlebars checks `{{x}}` but not `{{helper x}}`; this closes the gap. */
function required<T>(value: T | undefined, helper: string): T {
  if (value === undefined) throw new Error(`a template gives ${helper} a value that does not exist`);
  return value;
}

/** A model id as an anchor that is safe as attribute, fragment and PDF destination; other characters become their code. */
function anchorOf(id: string): string {
  return id.replace(/[^a-z0-9-]/g, (char) => `_${char.charCodeAt(0).toString(16)}`);
}
