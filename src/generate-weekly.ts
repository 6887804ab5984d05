import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aggregateWeek, type EvidentDay, rollUp, type WeekFacts } from './aggregate/aggregate.ts';
import {
  changesBetween,
  keepRollUp,
  type RollUp,
  type RollUpPlace,
  readIncidents,
  readPastSums,
  readRollUps,
  type StoredRollUp,
  trafficOfIncidents,
} from './archive/archive.ts';
import { warmDrawing } from './charts/charts.ts';
import { type Case, loadStanding, type Standing } from './config/config.ts';
import { nextRevision, readSecret } from './deliver/deliver.ts';
import { ReportError } from './errors.ts';
import { type DataWarning, type InputFile, ingest, worded } from './ingest/ingest.ts';
import { judgeWeek } from './insight/insight.ts';
import { label, list } from './model/inlines.ts';
import { daysOf, nextPeriod, type Period, periodAt, previousPeriod } from './model/period.ts';
import type { Message } from './model/phrase.ts';
import { say } from './model/say.ts';
import { refuseStrayNumbers } from './proofread/proofread.ts';
import { createPeriodRedaction } from './redact/redact.ts';
import { analyseWeek, composeWeekly, correctionsOf, withSections } from './report/report.ts';
import {
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

export interface GenerateWeeklyRequest {
  readonly workspaceDir: string;
  readonly customerId: string;
  readonly period: Period;
  readonly formats: readonly Format[];
  /** Folder of all revisions of the customer; default `reports/<customer>` in the workspace. */
  readonly outDir?: string;
  readonly audience?: Case['audience'];
  /** Counts the logs again although their days are on record. */
  readonly fromLogs?: boolean;
}

/** Periods before that a summary is compared with. */
const PERIODS_BEFORE = 8;

/**
 * Makes the summary of a period. It is composed from roll-ups of its days alone; days that are not on record, or whose files have
 * changed, are counted from the logs first and kept. So a summary says the same whether it was made from logs or from roll-ups.
 */
export async function generateWeekly(
  request: GenerateWeeklyRequest,
  effects: GenerateEffects,
): Promise<GeneratedReport> {
  if (request.formats.includes('pdf')) effects.browser.warm(); // its start hides behind the analysis
  const { period } = request;
  const timings: { phase: string; ms: number }[] = [];
  const timed = timedPhases(effects, timings);
  const standing = await loadStanding({
    workspaceDir: request.workspaceDir,
    customerId: request.customerId,
    window: period,
    ...(request.audience !== undefined && { audience: request.audience }),
  });
  if (period.timeZone !== standing.timeZone)
    throw new ReportError(
      'usage',
      `the period is one of ${period.timeZone}, but the zone of the customer is ${standing.timeZone}`,
    );
  for (const remark of standing.remarks) effects.log.warn(remark);
  if (isDrawn(request.formats)) warmDrawing(); // loads while the engine counts
  const gathered = await gatherWeek(standing, request, effects, timed);
  const stats = aggregateWeek(gathered.facts);
  const findings = judgeWeek(stats, {
    customerName: standing.customer.name,
    incidents: gathered.facts.incidents,
    closed: standing.customer.weekly.closed.map(({ recommendation, on }) => ({
      recommendation,
      at: periodAt('day', Date.parse(`${on}T12:00:00Z`), standing.timeZone).end,
    })),
  });
  const outDir = request.outDir ?? join(standing.workspaceDir, 'reports', standing.customer.id);
  const revision = await nextRevision(outDir, period.id);
  try {
    const before =
      revision.revision > 1
        ? await readPastSums({
            outDir: revision.outDir,
            customerId: standing.customer.id,
            periodId: period.id,
            revision: revision.revision - 1,
          })
        : undefined;
    const key = standing.redaction?.key;
    const copy = createPeriodRedaction(standing, stats, key === undefined ? key : (await readSecret(key)).reveal());
    const composed = composeWeekly({
      standing,
      stats,
      findings,
      inputs: gathered.inputs,
      warnings: gathered.warnings,
      ...(before && { changes: correctionsOf(before, stats) }),
      reportId: revision.reportId,
      revision: revision.revision,
      createdAt: effects.now(),
      toolVersion: TOOL_VERSION,
    });
    refuseStrayNumbers(composed);
    return await publish(
      {
        model: withSections(copy.model(localise(composed, createWriter(standing))), standing.templates),
        revision,
        analysis: copy.analysis(analyseWeek(stats, findings)),
        brand: standing.brand,
        ...(standing.templates && { templates: standing.templates }),
        formats: request.formats,
        engineVersion: gathered.engineVersion,
        inputs: copy.record(gathered.inputs),
        configuration: copy.record(standing.madeBy),
        warnings: copy.record(gathered.warnings),
        failedInsights: [],
        timed,
        timings,
      },
      effects,
    );
  } finally {
    await revision.release(); // does nothing once the report is published
  }
}

interface GatheredWeek {
  readonly facts: WeekFacts;
  /** Roll-ups and reports that the summary rests on, and the logs that were counted for it. */
  readonly inputs: readonly InputFile[];
  readonly warnings: readonly DataWarning[];
  readonly engineVersion: string;
}

async function gatherWeek(
  standing: Standing,
  request: GenerateWeeklyRequest,
  effects: GenerateEffects,
  timed: Timed,
): Promise<GatheredWeek> {
  const { period } = request;
  const { workspaceDir, customer } = standing;
  const past = periodsBefore(period, PERIODS_BEFORE);
  return withEngine(effects, async (engine) => {
    const place: RollUpPlace = { workspaceDir, customerId: customer.id, engine, scratchDir: tmpdir() };
    const days = [...past, period].flatMap(daysOf);
    const stored = await timed('Read the archive', () => readRollUps(place, [...days, dayAfter(period)]));
    const onRecord = await readIncidents({ workspaceDir, customerId: customer.id, log: effects.log });
    // A summary that is made late must not know what came after its period.
    const incidents = onRecord.incidents.filter(({ startedAt }) => startedAt < period.end);
    const warnings: DataWarning[] = [...stored.warnings, ...onRecord.warnings].map(archiveWarning);
    for (const warning of stored.warnings) effects.log.warn(warning);
    const byDay = new Map(stored.rollUps.map((one) => [one.day, one]));

    const evidence = new EvidenceList();
    const running: EvidentDay[] = [];
    const isDue = request.fromLogs === true || (await haveLogsChanged(standing, daysOf(period), byDay));
    const counted =
      isDue && standing.traffic.length > 0 ? await countLogs(standing, period, effects, timed) : undefined;
    warnings.push(...missingFiles(standing, daysOf(period), byDay));
    for (const day of counted?.days ?? []) {
      const known = byDay.get(day.day);
      // A day without a record does not replace one that has some: logs are deleted, roll-ups stay.
      const isEmpty = day.layers.length === 0 && day.attackIds.length === 0;
      if (isEmpty && known) continue;
      // A day that is not over is counted again when it is.
      if (day.window.end > effects.now()) {
        running.push({ ...day, evidence: (counted?.inputs ?? []).map((input) => evidence.add(input)) });
        continue;
      }
      const lost = request.fromLogs === true || !known ? undefined : lossOf(known, day);
      if (lost !== undefined) warnings.push({ code: 'left-out', ...worded(lost) });
      else byDay.set(day.day, await keepRollUp(place, day, known));
    }
    // What was read is told by what was kept of it, so that a summary that was cut off after counting says the same the next time.
    const rested = daysOf(period).flatMap(({ id }) => byDay.get(id) ?? []);
    for (const { inputs } of rested)
      for (const { found, ...file } of inputs) if (found) evidence.add({ ...file, ...found });
    warnings.push(...(running.length > 0 || rested.length === 0 ? (counted?.warnings ?? []) : []));
    for (const warning of rested.flatMap((day) => day.warnings))
      if (!warnings.some(({ message }) => message === warning.message))
        warnings.push({ ...warning, code: warning.code as DataWarning['code'] });
    const daysFor = (some: readonly Period[]): EvidentDay[] =>
      some.flatMap((day): EvidentDay[] => {
        const counting = running.find((one) => one.day === day.id);
        if (counting) return [counting];
        const kept = byDay.get(day.id);
        if (kept) return [withIncidents(kept, incidents, day, evidence)];
        const told = trafficOfIncidents(incidents, day);
        return told.layers.length > 0 ? [{ ...told, evidence: reportsOf(incidents, day, evidence) }] : [];
      });
    const facts: WeekFacts = {
      period,
      days: daysFor([
        ...daysOf(period),
        ...(reachesInto(byDay.get(dayAfter(period).id), period) ? [dayAfter(period)] : []),
      ]),
      past: past.map((one) => ({ period: one, days: daysFor(daysOf(one)) })),
      incidents: incidents.map((incident) => ({ ...incident, evidence: [evidence.ofReport(incident)] })),
    };
    return { facts, inputs: evidence.inputs, warnings, engineVersion: engine.version };
  });
}

function periodsBefore(period: Period, count: number): Period[] {
  const periods: Period[] = [];
  for (let one = previousPeriod(period); periods.length < count; one = previousPeriod(one)) periods.unshift(one);
  return periods;
}

/** Its roll-up may reach into the period where the customer's zone was changed. */
function dayAfter(period: Period): Period {
  return nextPeriod(daysOf(period).at(-1) ?? period);
}

/** Whether a roll-up, made in another zone, has a part of the period. */
function reachesInto(rollUp: StoredRollUp | undefined, period: Period): boolean {
  return rollUp !== undefined && rollUp.window.start < period.end;
}

function archiveWarning(message: string): DataWarning {
  return { code: 'archive-unreadable', message };
}

type EvidentIncident = Awaited<ReturnType<typeof readIncidents>>['incidents'][number];

/** The traffic of a day; where a layer is not on record, what reports of incidents say of it. */
function withIncidents(
  kept: StoredRollUp,
  incidents: readonly EvidentIncident[],
  day: Period,
  evidence: EvidenceList,
): EvidentDay {
  const told = trafficOfIncidents(incidents, day).layers.filter(
    ({ layer }) => !kept.layers.some((one) => one.layer === layer),
  );
  return {
    ...kept,
    layers: [...kept.layers, ...told],
    evidence: [evidence.ofRollUp(kept), ...(told.length > 0 ? reportsOf(incidents, day, evidence) : [])],
  };
}

function reportsOf(incidents: readonly EvidentIncident[], day: Period, evidence: EvidenceList): string[] {
  return incidents
    .filter(({ minutes }) => minutes.some(({ at }) => at >= day.start && at < day.end))
    .map((incident) => evidence.ofReport(incident));
}

/**
 * Whether the logs have to be counted: a day of the period is not on record, or there are files that it was not counted from.
 * Files are told apart by path and size, since reading them is what roll-ups are there to save.
 */
async function haveLogsChanged(
  { traffic }: Standing,
  days: readonly Period[],
  stored: ReadonlyMap<string, StoredRollUp>,
): Promise<boolean> {
  if (traffic.length === 0) return false;
  const known = days.map(({ id }) => stored.get(id));
  if (known.includes(undefined)) return true;
  for (const { path, absolutePath } of traffic) {
    const size = await stat(absolutePath).then(
      (found) => found.size,
      () => undefined,
    );
    if (known.some((day) => !day?.inputs.some((input) => input.path === path && input.bytes === size))) return true;
  }
  return false;
}

/** Patterns without a file are told only where a day is not on record: logs are deleted, roll-ups stay. */
function missingFiles(
  { missing }: Standing,
  days: readonly Period[],
  stored: ReadonlyMap<string, StoredRollUp>,
): DataWarning[] {
  if (missing.length === 0 || days.every(({ id }) => stored.has(id))) return [];
  return [
    { code: 'data-gap', ...worded(say`No file was found for ${list(missing.map((one) => label(one, 'code')))}.`) },
  ];
}

/** Why counting again would lose what is on record, as a sentence; undefined where nothing is lost. */
function lossOf(known: StoredRollUp, day: RollUp): Message | undefined {
  const present = new Set(day.inputs.map(({ path }) => path));
  const gone = known.inputs.map(({ path }) => path).filter((path) => !present.has(path));
  if (gone.length > 0)
    return say`New logs of ${label(day.day)} are not counted: ${list(gone.map((one) => label(one, 'code')))} was counted before and is not there any more.`;
  const isShorter = changesBetween(known, day).some(
    ({ quantity, before, after }) => quantity === 'covered_ms' && after < before,
  );
  return isShorter
    ? say`The logs of ${label(day.day)} cover less time than what is on record, which therefore stays; count them anyhow with ${label('--from-logs', 'code')}.`
    : undefined;
}

/** Sums of the days of a period from its logs; no days where the logs hold nothing of it. */
async function countLogs(
  standing: Standing,
  period: Period,
  effects: GenerateEffects,
  timed: Timed,
): Promise<{
  readonly days: readonly RollUp[];
  readonly inputs: readonly InputFile[];
  readonly warnings: readonly DataWarning[];
}> {
  return withEngine(effects, async (engine) => {
    const subject = {
      file: standing.file,
      window: period,
      traffic: standing.traffic,
      timeline: [],
      customer: standing.customer,
    };
    const options = { strict: false, log: effects.log, signal: effects.signal };
    const dataset = await timed('Read', () => ingest(subject, engine, options)).catch((error: unknown) => {
      if (error instanceof ReportError && error.code === 'input-empty') return error;
      throw error;
    });
    if (dataset instanceof ReportError)
      return { days: [], inputs: [], warnings: [{ code: 'data-gap', message: dataset.message }] };
    const rolled = await timed('Count', () => rollUp(dataset, daysOf(period), effects.signal));
    const inputs = dataset.inputs.map(({ id: _, path, bytes, sha256, ...found }) => ({ path, bytes, sha256, found }));
    const warnings = [
      ...dataset.warnings.map(({ input: _, ...warning }) => warning),
      ...rolled.warnings.map((message): DataWarning => ({ code: 'left-out', ...worded(message) })),
    ];
    return {
      days: rolled.days.map((day) => ({
        ...day,
        customerId: standing.customer.id,
        timeZone: standing.timeZone,
        inputs,
        warnings,
      })),
      inputs: dataset.inputs,
      warnings,
    };
  });
}

/** The files that a summary rests on, each once, with the id by which it is named. */
class EvidenceList {
  readonly #inputs = new Map<string, InputFile>();

  get inputs(): readonly InputFile[] {
    return [...this.#inputs.values()];
  }

  add(input: Omit<InputFile, 'id'>): string {
    const known = this.#inputs.get(input.path);
    if (known) return known.id;
    const id = `in${this.#inputs.size + 1}`;
    this.#inputs.set(input.path, { ...input, id });
    return id;
  }

  ofRollUp({ path, sha256, bytes, window, layers }: StoredRollUp): string {
    const records = layers.reduce((sum, { quarters }) => sum + quarters.length, 0);
    return this.add({ path, sha256, bytes, formats: ['debrief/roll-up'], records, rejected: 0, duplicates: 0, window });
  }

  ofReport({ file, window }: EvidentIncident): string {
    return this.add({ ...file, formats: ['debrief/report'], records: 1, rejected: 0, duplicates: 0, window });
  }
}
