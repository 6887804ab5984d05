import { ReportError } from '../errors.ts';
import { plural } from '../model/plural.ts';
import type { RejectedRecord } from './dataset.ts';

/** Faulty records of one file that are tolerated: one in a hundred, and never more than this. */
export const MOST_REJECTED = 1_000;
const MOST_REJECTED_SHARE = 0.01;
/** Faults told in the message when there are too many. */
const FAULTS_SHOWN = 20;

/**
 * Refuses a file with more faulty records than are left out in silence of the totals.
 *
 * @throws ReportError `input-invalid` with the first faults, each with its line, when there are more than 1 in 100 or more
 * than 1,000, or any and `strict`.
 */
export function refuseTooMany(
  file: string,
  rejects: readonly RejectedRecord[],
  options: {
    readonly records: number;
    readonly strict: boolean;
    /** Rejected records that are no fault of the file, such as a last line that was cut off; they count only when strict. */
    readonly excused?: number;
  },
): void {
  const { records, strict, excused = 0 } = options;
  const faults = rejects.length - excused;
  const tolerated = strict ? rejects.length === 0 : faults <= MOST_REJECTED && faults <= records * MOST_REJECTED_SHARE;
  if (tolerated) return;
  const shown = rejects.slice(0, FAULTS_SHOWN).map(({ line, reason }) => `${file}:${line}: ${reason}`);
  const number = faults > MOST_REJECTED ? `More than ${MOST_REJECTED}` : String(rejects.length);
  const limit = strict
    ? 'none are accepted with --strict'
    : `at most 1 in 100 and ${MOST_REJECTED} of a file are left out`;
  throw new ReportError(
    'input-invalid',
    `${number} of ${plural(records, 'record', 'records')} cannot be used; ${limit}.\n${shown.join('\n')}`,
    {
      where: { file, ...(rejects[0] && { line: rejects[0].line }) },
      hint: 'Export the file again, or remove the records when you know why they are broken.',
    },
  );
}
