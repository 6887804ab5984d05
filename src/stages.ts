import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { drawChart } from './charts/charts.ts';
import type { Brand, ConfigFile, CustomTemplates } from './config/config.ts';
import {
  type AnnouncedReport,
  composeManifest,
  type Manifest,
  type Revision,
  refuseNames,
  type Versions,
  writeCsv,
  writeReportFolder,
  writeReportJson,
} from './deliver/deliver.ts';
import { type Engine, machineMemory, openDuckDb, shareOfMemory } from './engine/engine.ts';
import { ReportError } from './errors.ts';
import type { DataWarning, InputFile } from './ingest/ingest.ts';
import type { Log } from './log.ts';
import { proofread } from './proofread/proofread.ts';
import { type BrowserHandle, loadHtml, renderRuleFile, renderSummary } from './render/render.ts';
import { blocksOf, type FigureBlock, figuresOf, type ReportModel, type TableBlock } from './report/report.ts';
import { createWriter, type Writer } from './text/text.ts';

// The stages that reports of every kind share: an engine for one report, files from a model, a folder from files.

export type Format = 'pdf' | 'html' | 'json' | 'csv';

/** Everything a run does to the world besides writing the report folder comes in here. */
export interface CheckEffects {
  readonly now: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Upper limit of the engine's memory; default: this report's part of half the machine's, at most a quarter and 512 MiB. */
  readonly memoryLimitBytes?: number;
  /** Reports that the caller works on at the same time; default 1. */
  readonly atOnce?: number;
}

export interface GenerateEffects extends CheckEffects {
  /** Shared by all reports of a run; closed by who opened it. */
  readonly browser: BrowserHandle;
  /** Told right before the report appears under its name; what it throws stops that. */
  readonly announce?: (publication: AnnouncedReport) => void;
}

export interface GeneratedReport {
  readonly reportId: string;
  /** Absolute path of the published folder. */
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly warnings: readonly string[];
}

export type Timed = <T>(name: string, work: (progress: (share: number) => void) => Promise<T>) => Promise<T>;

/** Phases of a run that are told, stopped between two of them, and whose length ends up in the manifest. */
export function timedPhases(effects: CheckEffects, timings: { phase: string; ms: number }[]): Timed {
  return async (name, work) => {
    if (effects.signal.aborted) throw new ReportError('cancelled', 'stopped before it was finished');
    const startedAt = effects.now();
    try {
      return await effects.log.phase(name, work);
    } finally {
      timings.push({ phase: name, ms: effects.now() - startedAt });
    }
  };
}

/** One engine for one report; it is gone when `work` is done. */
export async function withEngine<T>(effects: CheckEffects, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openDuckDb({
    scratchDir: tmpdir(),
    memoryLimitBytes: effects.memoryLimitBytes ?? shareOfMemory(machineMemory(), effects.atOnce ?? 1),
  });
  const stop = () => engine.interrupt();
  effects.signal.addEventListener('abort', stop, { once: true });
  try {
    return await work(engine);
  } finally {
    effects.signal.removeEventListener('abort', stop);
    await engine.close();
  }
}

export interface Publication {
  readonly model: ReportModel;
  /** From `nextRevision`; released by who took it. */
  readonly revision: Revision;
  /** The machine-readable result, for report.json. */
  readonly analysis: Parameters<typeof writeReportJson>[1];
  /** Files beside those that every report has. */
  readonly extraFiles?: ReadonlyMap<string, string>;
  /** Tickets of the incident by destination. */
  readonly tickets?: Readonly<Record<string, string>>;
  readonly brand: Brand;
  /** Of the workspace, where it has any. */
  readonly templates?: CustomTemplates;
  readonly formats: readonly Format[];
  readonly engineVersion: string;
  readonly inputs: readonly InputFile[];
  readonly configuration: readonly ConfigFile[];
  readonly warnings: readonly DataWarning[];
  readonly failedInsights: Manifest['failedInsights'];
  readonly timed: Timed;
  readonly timings: Manifest['timings'];
}

/** Renders a model in every format that is asked for, and publishes the folder with its manifest. */
export async function publish(publication: Publication, effects: GenerateEffects): Promise<GeneratedReport> {
  const { model, revision, formats, warnings } = publication;
  const files = await renderFiles(publication, effects);
  const manifest = composeManifest({
    meta: model.meta,
    ...(publication.tickets && { tickets: publication.tickets }),
    versions: await versionsOf(publication.engineVersion, formats, effects.browser),
    inputs: publication.inputs,
    configuration: publication.configuration,
    files,
    rows: new Map(tablesOf(model).map(({ id, data }) => [csvName(id), data.rows.length])),
    warnings,
    failedInsights: publication.failedInsights,
    timings: publication.timings,
  });
  refuseNames(files, manifest, publication.brand.unnamed ?? []);
  const folder = await writeReportFolder({
    revision,
    files,
    manifest,
    signal: effects.signal,
    ...(effects.announce && { announce: effects.announce }),
  });
  return {
    reportId: revision.reportId,
    folder,
    files: manifest.outputs.map(({ name, bytes }) => ({ name, bytes })),
    warnings: warnings.map(({ message }) => message),
  };
}

async function renderFiles(
  publication: Publication,
  effects: GenerateEffects,
): Promise<Map<string, Uint8Array | string>> {
  const { model, analysis, extraFiles, formats, timed } = publication;
  const writer = createWriter({ locale: model.meta.locale, timeZone: model.meta.timeZone });
  const files = new Map<string, Uint8Array | string>([['summary.md', renderSummary(model, writer)]]);
  for (const file of model.ruleFiles) files.set(file.name, renderRuleFile(file, writer));
  if (formats.includes('json')) files.set('report.json', writeReportJson(model, analysis));
  for (const [name, content] of extraFiles ?? []) files.set(name, content);
  if (formats.includes('csv')) for (const { id, data } of tablesOf(model)) files.set(csvName(id), writeCsv(data));
  if (!isDrawn(formats)) return files;

  const { renderDocument } = await documentsOf(publication);
  if (formats.includes('html')) {
    const { html, proof } = renderDocument('screen');
    proof();
    files.set('report.html', html);
  }
  if (formats.includes('pdf')) {
    const { html, proof } = renderDocument('print');
    const printing = timed('Print', () => effects.browser.print(html, { meta: model.meta, signal: effects.signal }));
    printing.catch(() => undefined); // told below, unless proofreading finds something first
    proof(); // the browser prints meanwhile
    files.set('report.pdf', await printing);
  }
  return files;
}

interface Document {
  readonly html: string;
  /** Reads it against the model. @throws ReportError `report-unsound` */
  readonly proof: () => void;
}

/** Documents of one model, with its charts drawn once. */
export async function documentsOf({
  model,
  brand,
  templates,
  timed,
}: Pick<Publication, 'model' | 'brand' | 'templates' | 'timed'>): Promise<{
  readonly renderDocument: (purpose: 'screen' | 'print') => Document;
}> {
  const writer = createWriter({ locale: model.meta.locale, timeZone: model.meta.timeZone });
  const { frameTexts, renderHtml, templateTexts } = await loadHtml();
  const charts = await timed('Draw', () => drawCharts(model, brand, writer));
  const parts = { writer, brand, charts, ...(templates && { templates }) };
  const known = { writer, frame: frameTexts(model, parts), ofWorkspace: templateTexts(templates) };
  return {
    renderDocument: (purpose) => {
      const html = renderHtml(model, { ...parts, purpose });
      return { html, proof: () => proofread(model, html, known) };
    },
  };
}

export function isDrawn(formats: readonly Format[]): boolean {
  return formats.includes('html') || formats.includes('pdf');
}

/** Size in CSS pixels of a chart in the text column; charts of rows grow to fit them. */
const CHART_SIZE = { width: 680, height: 152 } as const;
/** The picture of the first page has that page's room. */
const HERO_HEIGHT = 325;
/** As wide as a tile. */
const TREND_SIZE = { width: 200, height: 30 } as const;

async function drawCharts(model: ReportModel, brand: Brand, writer: Writer): Promise<Map<string, string>> {
  const charts = new Map<string, string>();
  for (const figure of figuresOf(model)) {
    const isHero = figure.id === model.cover.hero?.id;
    const options = {
      writer,
      colours: brand.colours,
      ...CHART_SIZE,
      ...(isHero && { height: HERO_HEIGHT }),
      idPrefix: `${figure.id}-`,
    };
    charts.set(figure.id, await drawChart(figure.chart, options));
  }
  for (const { trend } of model.cover.tiles)
    if (trend)
      charts.set(
        trend.id,
        await drawChart(trend.chart, { writer, colours: brand.colours, ...TREND_SIZE, idPrefix: `${trend.id}-` }),
      );
  return charts;
}

/** Figures and tables: whatever has numbers behind it. */
function tablesOf(model: ReportModel): (FigureBlock | TableBlock)[] {
  return blocksOf(model).filter(
    (block): block is FigureBlock | TableBlock => block.kind === 'figure' || block.kind === 'table',
  );
}

function csvName(id: string): string {
  return `data/${id}.csv`;
}

async function versionsOf(engine: string, formats: readonly Format[], browser: BrowserHandle): Promise<Versions> {
  return {
    tool: TOOL_VERSION,
    template: TOOL_VERSION,
    engine,
    node: process.version,
    ...(formats.includes('pdf') && { browser: await browser.version() }),
  };
}

export const TOOL_VERSION = readToolVersion();

function readToolVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (manifest instanceof Object && 'version' in manifest && typeof manifest.version === 'string')
    return manifest.version;
  throw new Error('package.json has no version');
}
