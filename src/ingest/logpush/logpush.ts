import type { Engine } from '../../engine/engine.ts';
import { ReportError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { counted, integer, label } from '../../model/inlines.ts';
import type { Message, Value } from '../../model/phrase.ts';
import { noun, say } from '../../model/say.ts';
import type { TimeWindow } from '../../model/time.ts';
import type { DataWarning, InputFile, RejectedRecord, TrafficSource } from '../dataset.ts';
import { MOST_REJECTED } from '../tolerance.ts';
import { worded } from '../worded.ts';
import { copyWithout } from './copy.ts';
import { removeDuplicates } from './duplicates.ts';
import { checkFile, type FileCheck } from './file-check.ts';
import { type LogTable, loadTable, recount, reloadInput } from './load-tables.ts';
import type { LogDataset } from './log-dataset.ts';
import { missedLines, recordsOf, rejectLines } from './missed-lines.ts';
import { formatOf, LOG_DATASETS } from './recognise.ts';
import { fieldsOf } from './record-sql.ts';
import { makeRelation } from './relation.ts';
import type { RowLog } from './row-log.ts';
import type { MissedLine } from './second-look.ts';

export interface LogOptions {
  readonly window: TimeWindow | undefined;
  readonly strict: boolean;
  readonly log: Log;
  /** For copies of files whose broken lines make the engine lose sound ones. */
  readonly scratchDir: string;
  readonly signal: AbortSignal;
}

/** Every record of the logs, those that are there twice too: the customer guard looks at them before any of them goes. */
export interface LoadedLogs {
  readonly tables: readonly LogTable[];
  /** Faulty lines whose record still says whose it is. */
  readonly faulty: readonly FaultyRecord[];
  /** Removes what is there twice. To be called once. */
  removeDuplicates(): Promise<CleanLogs>;
}

/** A record that was left out because something in it is wrong. */
export interface FaultyRecord {
  readonly file: string;
  readonly line: number;
  readonly dataset: LogDataset;
  readonly record: Readonly<Record<string, unknown>>;
}

interface CleanLogs {
  readonly tables: readonly LogTable[];
  readonly inputs: readonly InputFile[];
  readonly rejects: readonly RejectedRecord[];
  readonly warnings: readonly DataWarning[];
}

/**
 * Loads row logs into the engine while their files are hashed and checked, removes what is faulty, then what is repeated, and
 * reports each of these. Views are made by `makeSources`.
 *
 * @throws ReportError `input-unreadable` for a damaged file, `input-invalid` when a file has too many faulty lines.
 */
export async function loadLogs(logs: readonly RowLog[], engine: Engine, options: LogOptions): Promise<LoadedLogs> {
  const tables = new Tables(engine, options);
  const checks = await loadBesideChecks(logs, tables, engine, options);
  const repeated = repeatedFiles(logs, checks);
  const kept = logs.filter((log) => !repeated.has(log));
  const repeatedRecords = new Map([...repeated.keys()].map((log) => [log, recordsOf(log, tables.of(log))]));
  if (repeated.size > 0) await tables.load(kept, new Set([...repeated.keys()].flatMap((log) => [...log.datasets])));
  await tables.completeFields(kept);
  await tables.readCountsStrictly();

  const rejects = new Map<RowLog, readonly RejectedRecord[]>();
  const records = new Map(repeatedRecords);
  const warnings: DataWarning[] = [];
  const faulty: FaultyRecord[] = [];
  for (const log of kept) {
    const missed = await tables.classifyMissed(log, kept);
    records.set(log, missed.records);
    const endsWithNewline = checks.get(log)?.endsWithNewline ?? true;
    const { rejects: lines, truncated } = rejectLines(log, missed.lines, {
      records: missed.records,
      endsWithNewline,
      strict: options.strict,
    });
    rejects.set(log, lines);
    for (const { line, dataset, record } of missed.lines)
      if (dataset && record) faulty.push({ file: log.input.path, line, dataset, record });
    if (missed.mended > 0)
      warnings.push({
        code: 'unknown-values',
        ...worded(
          say`${label(log.input.path, 'code')}: ${counted(missed.mended, noun('record holds', 'records hold'))} half characters; each is read as U+FFFD.`,
        ),
        input: log.inputId,
      });
    if (truncated)
      warnings.push({
        code: 'possibly-truncated',
        ...worded(
          say`${label(log.input.path, 'code')} ends in the middle of a record; what came after is not in this report.`,
        ),
        input: log.inputId,
      });
  }
  await tables.removeMissed();
  const clean = async (): Promise<CleanLogs> => {
    const duplicates = await tables.removeDuplicates();
    const inputs = logs.map((log): InputFile => {
      const check = checks.get(log);
      const window = extentOf(tables.of(log).flatMap((table) => contentsOf(log, table)?.window ?? []));
      return {
        id: log.inputId,
        path: log.input.path,
        sha256: check?.sha256 ?? '',
        bytes: check?.bytes ?? 0,
        formats: [...log.datasets].map(formatOf),
        records: records.get(log) ?? 0,
        rejected: rejects.get(log)?.length ?? 0,
        duplicates: repeatedRecords.get(log) ?? duplicates.get(log.number) ?? 0,
        ...(window && { window }),
      };
    });
    const found = logs.flatMap((log, index) => {
      const input = inputs[index];
      return input
        ? warningsOf(log, input, tables.of(log), { check: checks.get(log), repeats: repeated.get(log) })
        : [];
    });
    return { tables: tables.all, inputs, rejects: [...rejects.values()].flat(), warnings: [...warnings, ...found] };
  };
  return { tables: tables.all, faulty, removeDuplicates: clean };
}

/** The traffic sources of the tables, each with its place among all sources of its layer. */
export async function makeSources(
  tables: readonly LogTable[],
  engine: Engine,
  window: TimeWindow | undefined,
): Promise<{ readonly source: TrafficSource; readonly priority: number }[]> {
  const sources: { source: TrafficSource; priority: number }[] = [];
  for (const table of tables) {
    const source = await makeRelation(table, engine, window);
    if (source) sources.push({ source, priority: table.dataset.priority });
  }
  return sources;
}

/** The engine reads while this thread hashes. A damaged file stops the engine at once, and the message about it wins. */
async function loadBesideChecks(
  logs: readonly RowLog[],
  tables: Tables,
  engine: Engine,
  options: LogOptions,
): Promise<ReadonlyMap<RowLog, FileCheck>> {
  const checks = new Map<RowLog, FileCheck>();
  let damaged = false;
  const checking = (async () => {
    try {
      for (const log of logs) checks.set(log, await checkFile(log, options.signal));
    } catch (error) {
      damaged = true;
      engine.interrupt();
      throw error;
    }
  })();
  const loading = tables.load(logs, LOG_DATASETS, () => damaged);
  const [checked, loaded] = await Promise.allSettled([checking, loading]);
  if (checked.status === 'rejected') throw checked.reason;
  if (loaded.status === 'rejected') throw loaded.reason;
  return checks;
}

/** Files that are byte for byte another one of the case, with the one that stands for both. */
function repeatedFiles(logs: readonly RowLog[], checks: ReadonlyMap<RowLog, FileCheck>): ReadonlyMap<RowLog, RowLog> {
  const firsts = new Map<string, RowLog>();
  const repeated = new Map<RowLog, RowLog>();
  for (const log of logs) {
    const hash = checks.get(log)?.sha256 ?? '';
    const first = firsts.get(hash);
    if (first === undefined) firsts.set(hash, log);
    else repeated.set(log, first);
  }
  return repeated;
}

interface Classified {
  readonly lines: readonly MissedLine[];
  /** All records of the file. */
  readonly records: number;
  /** Records that were read with U+FFFD for half a character. */
  readonly mended: number;
}

/** The tables of one case, and what is done to all of them. */
class Tables {
  readonly #engine: Engine;
  readonly #options: LogOptions;
  readonly #tables = new Map<LogDataset, LogTable>();

  constructor(engine: Engine, options: LogOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  get all(): LogTable[] {
    return LOG_DATASETS.flatMap((dataset) => this.#tables.get(dataset) ?? []);
  }

  of(log: RowLog): LogTable[] {
    return this.all.filter((table) => table.logs.some((one) => one.number === log.number));
  }

  /** Loads these kinds of log, or loads them again, from all files that hold some. */
  async load(logs: readonly RowLog[], datasets: Iterable<LogDataset>, stopped = () => false): Promise<void> {
    for (const dataset of datasets) {
      const holding = logs.filter((log) => log.datasets.has(dataset));
      const before = this.#tables.get(dataset);
      if (holding.length === 0) {
        if (before) await this.#engine.run(`drop table ${dataset.table}`);
        this.#tables.delete(dataset);
        continue;
      }
      if (stopped() || this.#options.signal.aborted)
        throw new ReportError('cancelled', 'Loading the logs was stopped.');
      const { window } = this.#options;
      const strictNumbers = before?.strictNumbers ?? false;
      this.#tables.set(dataset, await loadTable(dataset, holding, this.#engine, { window, strictNumbers }));
    }
  }

  /** Loads again where a field or a kind of log showed up only after the beginning of a file. */
  async completeFields(logs: readonly RowLog[]): Promise<void> {
    const incomplete = LOG_DATASETS.filter((dataset) => {
      const holding = logs.filter((log) => log.datasets.has(dataset));
      const table = this.#tables.get(dataset);
      if (table === undefined || table.logs.length !== holding.length) return holding.length > 0;
      const wanted = new Set([...fieldsOf(dataset, this.#engine.dialect)].map((name) => name.toLowerCase()));
      return holding.some((log) => [...log.keys].some((key) => wanted.has(key.toLowerCase()) && !table.keys.has(key)));
    });
    await this.load(logs, incomplete);
  }

  /** A count that is NULL in a good row is either not there or no number; reading it as text tells which. */
  async readCountsStrictly(): Promise<void> {
    for (const table of this.all) {
      if (table.strictNumbers || table.contents.every((input) => input.withoutCount === 0)) continue;
      const { window } = this.#options;
      this.#tables.set(
        table.dataset,
        await loadTable(table.dataset, table.logs, this.#engine, { window, strictNumbers: true }),
      );
    }
  }

  /**
   * What the lines are that no table took, with the number of records of the file. Records of a kind that the file was not
   * known to hold are loaded on the way.
   */
  async classifyMissed(log: RowLog, logs: readonly RowLog[]): Promise<Classified> {
    for (;;) {
      const { lines, complete } = await missedLines(log, this.of(log), this.#engine, this.#options.signal);
      const kinds = new Set<LogDataset>();
      for (const { dataset, keys } of lines) {
        if (dataset === undefined || log.datasets.has(dataset)) continue;
        kinds.add(dataset);
        for (const key of keys ?? []) log.keys.add(key);
      }
      if (kinds.size === 0) return this.#recoverSound(log, lines, complete);
      for (const kind of kinds) log.datasets.add(kind);
      await this.load(logs, kinds);
      await this.readCountsStrictly();
    }
  }

  /**
   * A line that ends too early makes the engine lose the sound line after it, and half a character the line it stands in.
   * Then the file is read again without its broken lines and with whole characters. Broken lines are missed by every scan, so
   * none of them is overlooked.
   */
  async #recoverSound(log: RowLog, lines: readonly MissedLine[], complete: boolean): Promise<Classified> {
    const records = recordsOf(log, this.of(log));
    const broken = lines.filter((line) => !line.sound);
    if ((complete && broken.length === lines.length) || broken.length > MOST_REJECTED)
      return { lines: broken, records, mended: 0 };
    const { mended, ...copy } = await copyWithout(log, new Set(broken.map(({ line }) => line)), this.#options);
    const sound: RowLog = { ...log, ...copy, gzip: false, copied: true };
    for (const table of this.of(log))
      this.#tables.set(table.dataset, await reloadInput(table, sound, this.#engine, this.#options.window));
    const again = await missedLines(sound, this.of(log), this.#engine, this.#options.signal);
    return { lines: [...broken, ...again.lines].sort((a, b) => a.line - b.line), records, mended };
  }

  /** Rows that are no records of their table. Its contents still count them: they are the records of the file. */
  async removeMissed(): Promise<void> {
    for (const table of this.all)
      if (table.contents.some((input) => input.missed > 0))
        await this.#engine.run(`delete from ${table.dataset.table} where t is null`);
  }

  /** Records removed because they were there before, by the number of their input. From here on contents are what is left. */
  async removeDuplicates(): Promise<ReadonlyMap<number, number>> {
    const removed = new Map<number, number>();
    for (const table of this.all) {
      const counts = await removeDuplicates(table, this.#engine);
      for (const [number, count] of counts) removed.set(number, (removed.get(number) ?? 0) + count);
      if (counts.size > 0) this.#tables.set(table.dataset, await recount(table, this.#engine, this.#options.window));
    }
    return removed;
  }
}

function contentsOf(log: RowLog, table: LogTable): LogTable['contents'][number] | undefined {
  return table.contents.find((input) => input.number === log.number);
}

function extentOf(windows: readonly TimeWindow[]): TimeWindow | undefined {
  if (windows.length === 0) return undefined;
  return { start: Math.min(...windows.map(({ start }) => start)), end: Math.max(...windows.map(({ end }) => end)) };
}

function warningsOf(
  log: RowLog,
  input: InputFile,
  tables: readonly LogTable[],
  { check, repeats }: { readonly check: FileCheck | undefined; readonly repeats: RowLog | undefined },
): DataWarning[] {
  const warnings: DataWarning[] = [];
  const file = input.path;
  const add = (code: DataWarning['code'], message: Message) =>
    warnings.push({ code, ...worded(message), input: input.id });
  const name = label(file, 'code');
  if (repeats) {
    add(
      'duplicates-removed',
      say`${name} is the same file as ${label(repeats.input.path, 'code')} and was counted once.`,
    );
    return warnings;
  }
  if (input.rejected > 0)
    add(
      'rejected-lines',
      say`${integer(input.rejected)} of ${counted(input.records, noun('record', 'records'))} of ${name} could not be read; left out.`,
    );
  if (input.duplicates > 0)
    add(
      'duplicates-removed',
      say`${counted(input.duplicates, noun('record', 'records'))} of ${name} already stood in another export; counted once.`,
    );
  if (check?.zoneless) add('assumed-time-zone', say`Times in ${name} name no time zone and were taken as UTC.`);
  for (const table of tables) {
    const contents = contentsOf(log, table);
    if (contents && contents.outside > 0)
      add(
        'outside-window',
        say`${name}: ${counted(contents.outside, noun('record lies', 'records lie'))} outside the period of the report; left out.`,
      );
    if (contents && contents.leftOut > 0 && table.dataset.leftOut)
      add(table.dataset.leftOut.warning, leftOutMessage(table.dataset.leftOut.warning, contents.leftOut, name));
  }
  return warnings;
}

function leftOutMessage(code: 'subrequests-left-out' | 'egress-left-out', count: number, file: Value): Message {
  return code === 'egress-left-out'
    ? say`${file}: ${counted(count, noun('record is a packet', 'records are packets'))} that left the protected network; not counted as traffic to it.`
    : say`${file}: ${counted(count, noun('request was', 'requests were'))} made by the edge itself on behalf of others and not counted again.`;
}
