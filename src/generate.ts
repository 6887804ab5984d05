import { join } from 'node:path';
import { type AttackStats, aggregate } from './aggregate/aggregate.ts';
import { type EarlierRevision, readArchive, readEarlierRevision } from './archive/archive.ts';
import { warmDrawing } from './charts/charts.ts';
import { type Case, loadCase, loadIndustryContext } from './config/config.ts';
import { nextRevision, readSecret, writeSourcesJson } from './deliver/deliver.ts';
import type { Engine } from './engine/engine.ts';
import { ReportError } from './errors.ts';
import { type Dataset, type DataWarning, type InputFile, ingest, type TrafficSource } from './ingest/ingest.ts';
import { type Findings, judge, realSenders } from './insight/insight.ts';
import { refuseStrayNumbers } from './proofread/proofread.ts';
import { createRedaction } from './redact/redact.ts';
import { analyse, composeIncident, withSections } from './report/report.ts';
import {
  type CheckEffects,
  type Format,
  type GeneratedReport,
  type GenerateEffects,
  isDrawn,
  publish,
  type Timed,
  TOOL_VERSION,
  timedPhases,
  withEngine,
} from './stages.ts';
import { createWriter, localise } from './text/text.ts';

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
  readonly formats: readonly Format[];
}

/** Makes one post-incident report: the whole pipeline, stage by stage. */
export async function generate(request: GenerateRequest, effects: GenerateEffects): Promise<GeneratedReport> {
  if (request.formats.includes('pdf')) effects.browser.warm(); // its start hides behind the analysis
  const timings: { phase: string; ms: number }[] = [];
  const timed = timedPhases(effects, timings);

  const incident = await loadCase(request.caseFile, loadOptions(request));
  for (const remark of incident.remarks) effects.log.warn(remark);
  if (isDrawn(request.formats)) warmDrawing(); // loads while the engine reads
  const analysed = await analyseCase(incident, request, effects, timed);
  const { dataset, stats, findings } = analysed;
  const revision = await nextRevision(
    request.outDir ?? join(incident.workspaceDir, 'reports', incident.customer.id),
    incident.id,
  );
  try {
    const earlier = await readEarlierRevision(revision.outDir, {
      customerId: incident.customer.id,
      incidentId: incident.id,
      before: revision.revision,
    });
    const { model, analysis, copy } = await composeReport(incident, analysed, {
      ...(earlier && { earlier }),
      reportId: revision.reportId,
      revision: revision.revision,
      createdAt: effects.now(),
    });
    const senders = request.formats.includes('json') && copy.keepsAddresses ? realSenders(stats) : [];
    return await publish(
      {
        model,
        revision,
        analysis,
        ...(senders.length > 0 && {
          extraFiles: new Map([
            ['sources.json', writeSourcesJson({ ...model.meta, incidentId: incident.id }, senders)],
          ]),
        }),
        tickets: incident.tickets,
        brand: incident.brand,
        ...(incident.templates && { templates: incident.templates }),
        formats: request.formats,
        engineVersion: analysed.engineVersion,
        inputs: copy.record(dataset.inputs),
        configuration: copy.record(incident.madeBy),
        warnings: copy.record(dataset.warnings),
        failedInsights: copy.record(findings.failures),
        timed,
        timings,
      },
      effects,
    );
  } finally {
    await revision.release(); // does nothing once the report is published
  }
}

/** What the data of a case say, whatever the document about it looks like. Needs no engine any more. */
export interface Analysed {
  readonly dataset: Dataset;
  readonly stats: AttackStats;
  readonly findings: Findings;
  readonly engineVersion: string;
}

/** Reads, counts and judges; the engine is gone when it is done. */
export async function analyseCase(
  incident: Case,
  request: Pick<CheckRequest, 'strict'>,
  effects: CheckEffects,
  timed: Timed,
): Promise<Analysed> {
  return withDataset(incident, request, effects, timed, async (read, engine) => {
    const archive = await readArchive({
      workspaceDir: incident.workspaceDir,
      customerId: incident.customer.id,
      incidentId: incident.id,
      log: effects.log,
    });
    const dataset = { ...read, warnings: [...read.warnings, ...archive.warnings.map(archiveWarning)] };
    const stats = await timed('Aggregate', () =>
      aggregate(dataset, {
        ...(incident.window && { window: incident.window }),
        mergeGapMs: incident.mergeGapMs,
        networks: incident.networks,
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
        origins: incident.customer.origins,
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
    return { dataset, stats, findings, engineVersion: engine.version };
  });
}

/** The copy for the case's audience: what its profile masks is masked here, once, before anything is rendered. */
export async function composeReport(
  incident: Case,
  { dataset, stats, findings }: Analysed,
  identity: {
    readonly reportId: string;
    readonly revision: number;
    readonly createdAt: number;
    readonly earlier?: EarlierRevision;
  },
) {
  const key = incident.redaction?.key;
  const secret = key === undefined ? undefined : await readSecret(key);
  const copy = createRedaction(incident, { dataset, stats }, secret?.reveal());
  const composed = composeIncident({
    case: incident,
    dataset,
    stats,
    findings: copy.findings(findings),
    ...identity,
    toolVersion: TOOL_VERSION,
  });
  refuseStrayNumbers(composed);
  const model = copy.model(localise(composed, createWriter(incident)));
  return {
    model: withSections(model, incident.templates),
    analysis: copy.analysis(analyse(stats, findings.severity)),
    copy,
  };
}

/** Reads and checks everything that `generate` would, and writes nothing. */
export async function check(
  request: CheckRequest,
  effects: CheckEffects,
): Promise<{ inputs: readonly InputFile[]; warnings: readonly DataWarning[]; sources: readonly TrafficSource[] }> {
  const incident = await loadCase(request.caseFile, loadOptions(request));
  for (const remark of incident.remarks) effects.log.warn(remark);
  return withDataset(incident, request, effects, timedPhases(effects, []), async (dataset) => dataset);
}

function archiveWarning(message: string): DataWarning {
  return { code: 'archive-unreadable', message };
}

function loadOptions(request: CheckRequest): Parameters<typeof loadCase>[1] {
  return {
    ...(request.workspaceDir !== undefined && { workspaceDir: request.workspaceDir }),
    ...(request.audience !== undefined && { audience: request.audience }),
  };
}

/** The inputs of a case in an engine of their own. */
async function withDataset<T>(
  incident: Case,
  request: Pick<CheckRequest, 'strict'>,
  effects: CheckEffects,
  timed: Timed,
  work: (dataset: Dataset, engine: Engine) => Promise<T>,
): Promise<T> {
  return withEngine(effects, async (engine) => {
    const dataset = await timed('Read', () =>
      ingest(incident, engine, { strict: request.strict, log: effects.log, signal: effects.signal }),
    );
    return work(dataset, engine);
  });
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
