import type { Inputs } from '../config/config.ts';
import { ReportError } from '../errors.ts';
import { DAY_MS, durationOf, LONGEST_PERIOD_MS, type TimeWindow } from '../model/time.ts';
import type { Dataset } from './dataset.ts';

/**
 * Refuses data that reach over more than one report can show, where the case does not say which period it is about. One record
 * with a wrong date is enough for that, and every figure would be drawn over years of nothing.
 *
 * @throws ReportError `config-invalid` with both ends of the data and the files that reach there.
 */
export function refuseLongPeriod(dataset: Dataset, caseFile: Inputs): void {
  if (caseFile.window !== undefined) return;
  const period = extentOf(dataset);
  if (period === undefined || durationOf(period) <= LONGEST_PERIOD_MS) return;
  const days = Math.floor(durationOf(period) / DAY_MS);
  const first = fileWhere(dataset, (window) => window.start === period.start);
  const last = fileWhere(dataset, (window) => window.end === period.end);
  throw new ReportError(
    'config-invalid',
    `The data reach over ${days} days, from ${at(period.start)}${first} to ${at(period.end)}${last}; a report covers at most ${LONGEST_PERIOD_MS / DAY_MS}.`,
    {
      where: { file: caseFile.file, field: 'window' },
      hint: 'Name the period with `window:` in the case file; what lies outside it is left out and counted.',
    },
  );
}

/** What a report without `window:` would be about: the traffic; without any the attacks; without those the timeline. */
function extentOf(dataset: Dataset): TimeWindow | undefined {
  const ofTraffic = dataset.sources.map((source) => source.window).filter((window) => durationOf(window) > 0);
  const ofAttacks = dataset.attacks.flatMap(({ window: { start, end } }) => join([start, end]) ?? []);
  const ofTimeline = dataset.timeline.flatMap((entry) => join([entry.at, entry.end]) ?? []);
  const spans = [ofTraffic, ofAttacks, ofTimeline].find((candidate) => candidate.length > 0) ?? [];
  return join(spans.flatMap(({ start, end }) => [start, end]));
}

function join(instants: readonly (number | undefined)[]): TimeWindow | undefined {
  const known = instants.filter((instant) => instant !== undefined);
  if (known.length === 0) return undefined;
  return known.reduce((span, at) => ({ start: Math.min(span.start, at), end: Math.max(span.end, at) }), {
    start: Number.POSITIVE_INFINITY,
    end: Number.NEGATIVE_INFINITY,
  });
}

/** ` (logs/a.ndjson)` for the first input that reaches to this end; nothing where inputs have no times of their own. */
function fileWhere(dataset: Dataset, isThere: (window: TimeWindow) => boolean): string {
  const input = dataset.inputs.find(({ window }) => window !== undefined && isThere(window));
  return input === undefined ? '' : ` (${input.path})`;
}

function at(instant: number): string {
  return new Date(instant).toISOString();
}
