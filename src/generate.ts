import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttackStats, aggregate } from './aggregate/aggregate.ts';
import { readArchive } from './archive/archive.ts';
import { drawChart, warmDrawing } from './charts/charts.ts';
import { type Case, loadCase, loadIndustryContext } from './config/config.ts';
import {
  composeManifest,
  nextRevision,
  type Versions,
  writeCsv,
  writeReportFolder,
  writeReportJson,
  writeSourcesJson,
} from './deliver/deliver.ts';
import { type Engine, machineMemory, openDuckDb, shareOfMemory } from './engine/engine.ts';
import { ReportError } from './errors.ts';
import { type Dataset, type DataWarning, type InputFile, ingest, type TrafficSource } from './ingest/ingest.ts';
import { judge, realSenders } from './insight/insight.ts';
import type { Log } from './log.ts';
import { proofread } from './proofread/proofread.ts';
import { type BrowserHandle, loadHtml, renderRuleFile, renderSummary } from './render/render.ts';
import {
  type Analysis,
  analyse,
  type Block,
  composeIncident,
  type FigureBlock,
  type ReportModel,
  type TableBlock,
} from './report/report.ts';
import { createWriter, type Writer } from './text/text.ts';

export interface CheckRequest {
  /** Path of the case file. */
  readonly caseFile: string;
  /** Default: the nearest folder above the case file that holds debrief.yaml. */
  readonly workspaceDir?: string;
  readonly audience?: Case['audience'];
  /** Refuse every faulty record instead of tolerating a few. */
  readonly strict: boolean;
}

export interface GenerateRequest extends CheckRequest {
  /** Folder of all revisions of the customer; default `reports/<customer>` in the workspace. */
  readonly outDir?: string;
  readonly formats: readonly ('pdf' | 'html' | 'json' | 'csv')[];
}

/** Everything a run does to the world besides writing the report folder comes in here. */
export interface CheckEffects {
  readonly now: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Upper limit of the engine's memory; default: this case's part of half the machine's, at most a quarter and 1 GiB. */
  readonly memoryLimitBytes?: number;
  /** Cases that the caller works on at the same time; default 1. */
  readonly atOnce?: number;
}

export interface GenerateEffects extends CheckEffects {
  /** Shared by all reports of a run; closed by who opened it. */
  readonly browser: BrowserHandle;
}

export interface GeneratedReport {
  readonly reportId: string;
  /** Absolute path of the published folder. */
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly warnings: readonly string[];
}

/** Size in CSS pixels of a chart in the text column; charts of rows grow to fit them. */
const CHART_SIZE = { width: 680, height: 152 } as const;
/** The picture of the first page has that page's room. */
const HERO_HEIGHT = 325;

/** Makes one post-incident report: the whole pipeline, stage by stage. */
export async function generate(request: GenerateRequest, effects: GenerateEffects): Promise<GeneratedReport> {
  if (request.formats.includes('pdf')) effects.browser.warm(); // its start hides behind the analysis
  const timings: { phase: string; ms: number }[] = [];
  const timed = timedPhases(effects, timings);

  const incident = await loadCase(request.caseFile, loadOptions(request));
  return withDataset(incident, request, effects, timed, async (read, engine) => {
    const archive = await readArchive({
      workspaceDir: incident.workspaceDir,
      customerId: incident.customer.id,
      incidentId: incident.id,
      log: effects.log,
    });
    const dataset = { ...read, warnings: [...read.warnings, ...archive.warnings.map(archiveWarning)] };
    if (isDrawn(request.formats)) warmDrawing(); // loads while the engine counts
    const stats = await timed('Aggregate', () =>
      aggregate(dataset, {
        ...(incident.window && { window: incident.window }),
        mergeGapMs: incident.mergeGapMs,
        capacity: incident.customer.capacity,
        earlier: archive.incidents,
        signal: effects.signal,
      }),
    );
    refuseNothing(dataset, stats, incident);
    const findings = judge(
      stats,
      {
        customerName: incident.customer.name,
        incidentId: incident.id,
        recommendations: incident.recommendations,
        prefixes: incident.customer.prefixes,
        warnings: dataset.warnings,
        past: archive.incidents,
        sla: incident.customer.sla,
        capacity: incident.customer.capacity,
        timeline: dataset.timeline.filter(({ visibility }) => visibility === 'customer'),
        industry: incident.industryContext ? await loadIndustryContext() : [],
        timeZone: incident.timeZone,
      },
      effects.log,
    );
    const revision = await nextRevision(
      request.outDir ?? join(incident.workspaceDir, 'reports', incident.customer.id),
      incident.id,
    );
    try {
      const model = composeIncident({
        case: incident,
        dataset,
        stats,
        findings,
        reportId: revision.reportId,
        revision: revision.revision,
        createdAt: effects.now(),
        toolVersion: TOOL_VERSION,
      });
      const files = await renderFiles(
        model,
        { analysis: analyse(stats, findings.severity), senders: realSenders(stats) },
        incident,
        request.formats,
        effects,
        timed,
      );
      const manifest = composeManifest({
        meta: model.meta,
        versions: await versionsOf(engine, request.formats, effects.browser),
        inputs: dataset.inputs,
        configuration: incident.madeBy,
        files,
        rows: new Map(tablesOf(model).map(({ id, data }) => [csvName(id), data.rows.length])),
        warnings: dataset.warnings,
        failedInsights: findings.failures,
        timings,
      });
      const folder = await writeReportFolder({ revision, files, manifest, signal: effects.signal });
      return {
        reportId: revision.reportId,
        folder,
        files: manifest.outputs.map(({ name, bytes }) => ({ name, bytes })),
        warnings: dataset.warnings.map(({ message }) => message),
      };
    } finally {
      await revision.release(); // does nothing once the report is published
    }
  });
}

/** Reads and checks everything that `generate` would, and writes nothing. */
export async function check(
  request: CheckRequest,
  effects: CheckEffects,
): Promise<{ inputs: readonly InputFile[]; warnings: readonly DataWarning[]; sources: readonly TrafficSource[] }> {
  const incident = await loadCase(request.caseFile, loadOptions(request));
  return withDataset(incident, request, effects, timedPhases(effects, []), async (dataset) => dataset);
}

function archiveWarning(message: string): DataWarning {
  return { code: 'archive-unreadable', message };
}

type Timed = <T>(name: string, work: (progress: (share: number) => void) => Promise<T>) => Promise<T>;

function timedPhases(effects: CheckEffects, timings: { phase: string; ms: number }[]): Timed {
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

function loadOptions(request: CheckRequest): Parameters<typeof loadCase>[1] {
  return {
    ...(request.workspaceDir !== undefined && { workspaceDir: request.workspaceDir }),
    ...(request.audience !== undefined && { audience: request.audience }),
  };
}

/** One engine for one case; it is gone when `work` is done. */
async function withDataset<T>(
  incident: Case,
  request: CheckRequest,
  effects: CheckEffects,
  timed: Timed,
  work: (dataset: Dataset, engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await openDuckDb({
    scratchDir: tmpdir(),
    memoryLimitBytes: effects.memoryLimitBytes ?? shareOfMemory(machineMemory(), effects.atOnce ?? 1),
  });
  const stop = () => engine.interrupt();
  effects.signal.addEventListener('abort', stop, { once: true });
  try {
    const dataset = await timed('Read', () =>
      ingest(incident, engine, { strict: request.strict, log: effects.log, signal: effects.signal }),
    );
    return await work(dataset, engine);
  } finally {
    effects.signal.removeEventListener('abort', stop);
    await engine.close();
  }
}

/** A report about nothing helps nobody: no traffic, no attack and no event is an error of the case. */
function refuseNothing(dataset: Dataset, stats: AttackStats, incident: Case): void {
  if (stats.layers.length + dataset.attacks.length + dataset.timeline.length > 0) return;
  throw new ReportError(
    'input-empty',
    'the inputs hold no traffic, no attack and no timeline entry in the window of the case',
    {
      where: { file: incident.file },
      hint: 'Check the window and the files under traffic and timeline; debrief validate shows what was read.',
    },
  );
}

async function renderFiles(
  model: ReportModel,
  result: { readonly analysis: Analysis; readonly senders: AttackStats['senders'] },
  incident: Case,
  formats: GenerateRequest['formats'],
  effects: GenerateEffects,
  timed: Timed,
): Promise<Map<string, Uint8Array | string>> {
  const writer = createWriter({ locale: model.meta.locale, timeZone: model.meta.timeZone });
  const files = new Map<string, Uint8Array | string>([['summary.md', renderSummary(model, writer)]]);
  for (const file of model.ruleFiles) files.set(file.name, renderRuleFile(file, writer));
  if (formats.includes('json')) {
    files.set('report.json', writeReportJson(model, result.analysis));
    if (result.senders.length > 0) files.set('sources.json', writeSourcesJson(model.meta, result.senders));
  }
  if (formats.includes('csv')) for (const { id, data } of tablesOf(model)) files.set(csvName(id), writeCsv(data));
  if (!isDrawn(formats)) return files;

  const { frameTexts, renderHtml } = await loadHtml();
  const charts = await timed('Draw', () => drawCharts(model, incident, writer));
  const parts = { writer, brand: incident.brand, charts };
  const frame = frameTexts(model, parts);
  if (formats.includes('html')) {
    const html = renderHtml(model, { ...parts, purpose: 'screen' });
    proofread(model, html, { writer, frame });
    files.set('report.html', html);
  }
  if (formats.includes('pdf')) {
    const html = renderHtml(model, { ...parts, purpose: 'print' });
    const printing = timed('Print', () => effects.browser.print(html, { meta: model.meta, signal: effects.signal }));
    printing.catch(() => undefined); // told below, unless proofreading finds something first
    proofread(model, html, { writer, frame }); // the browser prints meanwhile
    files.set('report.pdf', await printing);
  }
  return files;
}

function isDrawn(formats: GenerateRequest['formats']): boolean {
  return formats.includes('html') || formats.includes('pdf');
}

async function drawCharts(model: ReportModel, incident: Case, writer: Writer): Promise<Map<string, string>> {
  const charts = new Map<string, string>();
  for (const figure of blocksOf(model).filter((block): block is FigureBlock => block.kind === 'figure')) {
    const isHero = figure.id === model.cover.hero?.id;
    const options = {
      writer,
      colours: incident.brand.colours,
      ...CHART_SIZE,
      ...(isHero && { height: HERO_HEIGHT }),
      idPrefix: `${figure.id}-`,
    };
    charts.set(figure.id, await drawChart(figure.chart, options));
  }
  return charts;
}

function blocksOf(model: ReportModel): Block[] {
  return [...(model.cover.hero ? [model.cover.hero] : []), ...model.chapters.flatMap((chapter) => chapter.blocks)];
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

async function versionsOf(
  engine: Engine,
  formats: GenerateRequest['formats'],
  browser: BrowserHandle,
): Promise<Versions> {
  return {
    tool: TOOL_VERSION,
    template: TOOL_VERSION,
    engine: engine.version,
    node: process.version,
    ...(formats.includes('pdf') && { browser: await browser.version() }),
  };
}

const TOOL_VERSION = readToolVersion();

function readToolVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  if (manifest instanceof Object && 'version' in manifest && typeof manifest.version === 'string')
    return manifest.version;
  throw new Error('package.json has no version');
}
