import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { median, type Run } from './measure.ts';

/** One line of the table. */
export interface Result {
  readonly bench: string;
  /** What was measured on how much. */
  readonly size: string;
  readonly ours: string;
  readonly reference: string;
  /** Ours to the reference, by the clock and by CPU time where both are known. */
  readonly ratio: string;
  readonly cpuRatio?: string;
  /** Absent for what is shown as information. */
  readonly bar?: { readonly text: string; readonly met: boolean };
  /** Load averages of one minute at the start and the end of the bench. */
  readonly load: string;
}

/** `7.2 s, 13.1 s CPU, 410 MB`: medians; memory is the highest of all. */
export function tellRuns(runs: readonly Run[]): string {
  const wall = median(runs.map(({ wallMs }) => wallMs));
  const cpu = median(runs.map(({ cpuMs }) => cpuMs));
  return `${seconds(wall)}, ${seconds(cpu)} CPU, ${megabytes(peakOf(runs))}`;
}

export function peakOf(runs: readonly Run[]): number {
  return Math.max(...runs.map(({ peakRssBytes }) => peakRssBytes));
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

export function times(ratio: number): string {
  return `${ratio.toFixed(2)} ×`;
}

/** Remembers the load now; `since` of it is the text for the table. */
export function watchLoad(): { since(): string } {
  const load = () => (loadavg()[0] ?? 0).toFixed(1);
  const before = load();
  return { since: () => `${before} → ${load()}` };
}

export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${availableParallelism()} cores of ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform} ${process.arch}`;
}

/** Said under a table that was measured while others used the machine. */
export function tellBusy(results: readonly Result[]): string {
  const busy = results.some(({ load }) =>
    load.split(' → ').some((value) => Number(value) > availableParallelism() + 1),
  );
  return busy
    ? '\nThe load was above the number of cores: ratios of the clock are those of a busy machine, ratios of CPU time are steadier.'
    : '';
}

/** A Markdown table, so that it can go into the README as it is. */
export function tellTable(results: readonly Result[]): string {
  const rows = results.map(({ bench, size, ours, reference, ratio, cpuRatio, bar, load }) => [
    bench,
    size,
    ours,
    reference,
    ratio,
    cpuRatio ?? '',
    bar?.text ?? 'information',
    bar === undefined ? '' : bar.met ? 'met' : 'NOT MET',
    load,
  ]);
  const head = ['bench', 'size', 'Debrief', 'reference', 'ratio', 'ratio of CPU', 'bar', '', 'load'];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
