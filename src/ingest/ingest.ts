import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { CaseInput, Inputs } from '../config/config.ts';
import { type Engine, makeScratchFolder, removeScratchFolder } from '../engine/engine.ts';
import { ReportError } from '../errors.ts';
import type { Log } from '../log.ts';
import { counted, integer, label } from '../model/inlines.ts';
import { noun, say } from '../model/say.ts';
import { guardClaims, guardFaulty, guardTables, Ownership } from './customer-guard.ts';
import type { Dataset, DataWarning, InputFile, TrafficSource } from './dataset.ts';
import { documentReaders, materialise, mergeAttacks, mergeTimeline } from './documents/documents.ts';
import { Gathered } from './gathered.ts';
import { loadLogs, makeSources } from './logpush/logpush.ts';
import type { RowLog } from './logpush/row-log.ts';
import { type OpenedDocument, openInput } from './open-input.ts';
import { refuseLongPeriod } from './period.ts';
import { refuseTooMany } from './tolerance.ts';
import { unknownFormat } from './unknown-format.ts';
import { worded } from './worded.ts';

export type {
  Dataset,
  DataWarning,
  InputFile,
  ReportedAttack,
  ReportedTopList,
  TimelineEntry,
  TrafficSource,
} from './dataset.ts';
export { worded } from './worded.ts';

export interface IngestOptions {
  /** One faulty record refuses its file. */
  readonly strict: boolean;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Reads every input of a case into the engine and makes one clean Dataset: UTC, base units, scaled, without faulty lines and
 * duplicates, of one customer only. Afterwards the engine is sealed.
 *
 * @throws ReportError `input-unreadable`, `input-format-unknown`, `input-invalid`, `input-foreign` for the first file at fault,
 * with its line where there is one; `input-empty` when nothing usable is left; `cancelled` on the signal.
 */
export async function ingest(caseFile: Inputs, engine: Engine, options: IngestOptions): Promise<Dataset> {
  const scratchDir = await makeScratchFolder(tmpdir(), 'debrief-ingest');
  const interrupt = () => engine.interrupt();
  options.signal.addEventListener('abort', interrupt);
  try {
    return await read(caseFile, engine, { ...options, scratchDir });
  } catch (error) {
    if (options.signal.aborted && !(error instanceof ReportError))
      throw new ReportError('cancelled', 'Reading the inputs was stopped.', { cause: error });
    throw error;
  } finally {
    options.signal.removeEventListener('abort', interrupt);
    await removeScratchFolder(scratchDir);
  }
}

interface ReadOptions extends IngestOptions {
  readonly scratchDir: string;
}

async function read(caseFile: Inputs, engine: Engine, options: ReadOptions): Promise<Dataset> {
  const { log, signal } = options;
  const inputs = [...caseFile.traffic, ...caseFile.timeline];
  const before = await Promise.all(inputs.map(stampOf));
  const opened = await log.phase('open inputs', () => openAll(inputs, options));
  const rows = opened.filter((one): one is RowLog => one.kind === 'rows');
  const documents = opened.filter((one): one is OpenedDocument => one.kind === 'document');
  const window = caseFile.window;

  const gathered = new Gathered();
  const documentInputs = await log.phase('read documents', () => readDocuments(documents, gathered, options));
  const loaded = await log.phase('load logs', () => loadLogs(rows, engine, { ...options, window }));
  await log.phase('check the customer', async () => {
    const ownership = new Ownership(caseFile.customer);
    const named = new Map(opened.map((one) => [idOf(one), inputOf(one)]));
    guardClaims(gathered.claims, ownership, (inputId) => named.get(inputId)?.path ?? inputId);
    for (const [inputId, line] of gathered.unclaimed())
      gathered.warn(vouchedFor(inputId, named.get(inputId), line, caseFile.customer.id));
    guardFaulty(loaded.faulty, ownership);
    await guardTables(loaded.tables, ownership, engine, signal);
  });
  const logs = await log.phase('remove duplicates', () => loaded.removeDuplicates());

  const warnings: DataWarning[] = [...logs.warnings, ...gathered.warnings];
  const duplicates = new Map<string, number>();
  const sources = await log.phase('arrange sources', async () => {
    const fromLogs = await makeSources(logs.tables, engine, window);
    const series = await materialise(gathered.series, engine, {
      ...(window && { window }),
      warn: (warning) => warnings.push(warning),
      duplicates: (inputId, count) => duplicates.set(inputId, (duplicates.get(inputId) ?? 0) + count),
    });
    const fromDocuments = series.map((source) => ({ source, priority: gathered.priorityOf(source) }));
    return arrange([...fromLogs, ...fromDocuments]);
  });
  await engine.seal();
  await refuseChanged(inputs, before);

  const dataset: Dataset = {
    engine,
    inputs: [...logs.inputs, ...documentInputs]
      .map((input) => ({ ...input, duplicates: input.duplicates + (duplicates.get(input.id) ?? 0) }))
      .sort((a, b) => numberOf(a.id) - numberOf(b.id)),
    sources,
    attacks: mergeAttacks(gathered.attacks),
    topLists: gathered.topLists,
    timeline: mergeTimeline(gathered.entries),
    rejects: [...logs.rejects, ...gathered.rejects],
    warnings,
  };
  refuseEmpty(dataset, caseFile);
  refuseLongPeriod(dataset, caseFile);
  return dataset;
}

/** Size and time of the last change; a file that is not there is complained about by who opens it. */
async function stampOf(input: CaseInput): Promise<string | undefined> {
  const found = await stat(input.absolutePath).catch(() => undefined);
  return found && `${found.size} ${found.mtimeMs} ${found.ino}`;
}

/** A file is read more than once (digest, look at its lines, load): one that changes meanwhile belies its digest. */
async function refuseChanged(inputs: readonly CaseInput[], before: readonly (string | undefined)[]): Promise<void> {
  for (const [index, input] of inputs.entries())
    if ((await stampOf(input)) !== before[index])
      throw new ReportError('input-unreadable', 'The file was changed while it was read.', {
        where: { file: input.path },
        hint: 'Wait until it is written to its end, or copy it first.',
      });
}

async function openAll(inputs: readonly CaseInput[], options: ReadOptions): Promise<(RowLog | OpenedDocument)[]> {
  const opened: (RowLog | OpenedDocument)[] = [];
  for (const [index, input] of inputs.entries()) {
    options.signal.throwIfAborted();
    opened.push(await openInput(input, index + 1, options));
  }
  return opened;
}

async function readDocuments(
  documents: readonly OpenedDocument[],
  gathered: Gathered,
  options: ReadOptions,
): Promise<InputFile[]> {
  const firsts = new Map<string, OpenedDocument>();
  const inputs: InputFile[] = [];
  for (const opened of documents) {
    options.signal.throwIfAborted();
    const { document, sha256, bytes } = opened;
    const { inputId, input } = document;
    const reader = readerOf(opened);
    const first = firsts.get(sha256);
    firsts.set(sha256, first ?? opened);
    const base = { id: inputId, path: input.path, sha256, bytes, formats: [reader.id] };
    if (first && readerOf(first) === reader) {
      gathered.warn({
        code: 'duplicates-removed',
        ...worded(
          say`${label(input.path, 'code')} is the same file as ${label(first.document.input.path, 'code')} and was counted once.`,
        ),
        input: inputId,
      });
      const records = gathered.recordsOf(first.document.inputId);
      inputs.push({ ...base, records, rejected: 0, duplicates: records });
      continue;
    }
    const before = gathered.rejects.length;
    await reader.read(document, gathered);
    const rejects = gathered.rejects.slice(before);
    const records = gathered.recordsOf(inputId);
    refuseTooMany(input.path, rejects, { records, strict: options.strict });
    if (rejects.length > 0)
      gathered.warn({
        code: 'rejected-lines',
        ...worded(
          say`${integer(rejects.length)} of ${counted(records, noun('record', 'records'))} of ${label(input.path, 'code')} could not be read; left out.`,
        ),
        input: inputId,
      });
    inputs.push({ ...base, records, rejected: rejects.length, duplicates: 0 });
  }
  return inputs;
}

function readerOf({ document }: OpenedDocument): (typeof documentReaders)[number] {
  const { format } = document.input;
  const reader = documentReaders.find((one) => (format === undefined ? one.recognises(document) : one.id === format));
  if (reader) return reader;
  throw unknownFormat(document);
}

/** The best account of each layer first; the first of a layer is its primary source. Equal places keep their order. */
function arrange(
  candidates: readonly { readonly source: TrafficSource; readonly priority: number }[],
): TrafficSource[] {
  const layers = new Set<string>();
  return [...candidates]
    .sort((a, b) => b.priority - a.priority)
    .map(({ source }) => {
      const role = layers.has(source.layer) ? 'detail' : 'primary';
      layers.add(source.layer);
      return { ...source, role };
    });
}

function refuseEmpty(dataset: Dataset, caseFile: Inputs): void {
  const { sources, attacks, topLists, timeline, warnings } = dataset;
  const isOutside = warnings.some(({ code }) => code === 'outside-window');
  // A window that misses all traffic would turn a timeline into a false all-clear.
  if (sources.length + attacks.length + topLists.length + (isOutside ? 0 : timeline.length) > 0) return;
  // What was read and left out is the reason more often than not.
  const reasons = [...new Set(warnings.map(({ message }) => message))].slice(0, REASONS_SHOWN);
  throw new ReportError(
    'input-empty',
    ['The inputs hold no traffic, attack or timeline entry that can be used.', ...reasons].join('\n'),
    {
      where: { file: caseFile.file },
      hint:
        caseFile.window === undefined
          ? 'Check that the right files are named.'
          : 'Check that the right files are named and that `window:` is the period of the attack: Z means UTC, not local time.',
    },
  );
}

/** Warnings told with a refusal for want of data. */
const REASONS_SHOWN = 10;

function idOf(opened: RowLog | OpenedDocument): string {
  return opened.kind === 'rows' ? opened.inputId : opened.document.inputId;
}

function inputOf(opened: RowLog | OpenedDocument): CaseInput {
  return opened.kind === 'rows' ? opened.input : opened.document.input;
}

/** Traffic that nothing in its file ties to the customer is taken on the word of the case file only, and the report says so. */
function vouchedFor(
  inputId: string,
  input: CaseInput | undefined,
  line: number | undefined,
  customerId: string,
): DataWarning {
  const file = input?.path ?? inputId;
  if (input?.belongsTo !== customerId)
    throw new ReportError(
      'input-foreign',
      'Nothing says whose traffic this is: it names no host, address, zone or account.',
      {
        where: { file, ...(line !== undefined && { line }) },
        hint: `Export one of them with it (of GraphQL answers: ask for zoneTag or accountTag). If you vouch for it, write \`belongsTo: ${customerId}\` beside the file in the case file; the report then says so.`,
      },
    );
  return {
    code: 'ownership-vouched',
    ...worded(
      say`${label(file, 'code')} does not say whose traffic all of it is; the author of this report vouches that it is this customer’s.`,
    ),
    input: inputId,
  };
}

function numberOf(inputId: string): number {
  return Number(inputId.slice(2));
}
