import type { Clocks } from '../aggregate/aggregate.ts';
import type { NoticeDeadline, NoticeStart } from '../model/notice.ts';
import { HOUR_MS } from '../model/time.ts';

/** Moments of the customer that start the clocks of notices, as it stated them. */
export interface StatedMoments {
  readonly awareAt?: number;
  readonly classifiedAt?: number;
}

/** A notice and when it is due. */
export interface NoticeDue {
  readonly deadline: NoticeDeadline;
  /**
   * What was counted from. `detection` stands for an awareness that was not stated: nobody is aware of an attack before it is
   * seen, so that a due time counted from it is never too late. `notice` is the latest time of the notice before.
   */
  readonly from?: { readonly at: number; readonly basis: 'stated' | 'detection' | 'notice' };
  /** Absent where the moment that starts the clock is not on record. */
  readonly dueAt?: number;
}

/**
 * When each notice is due. Hours are added as they are, months on the calendar in UTC, where a day that a month lacks becomes
 * its last one; holidays and the rules of counting of a jurisdiction are not known here.
 */
export function dueNotices(
  deadlines: readonly NoticeDeadline[],
  clocks: Clocks,
  stated: StatedMoments,
): readonly NoticeDue[] {
  const due = new Map<string, number>();
  return deadlines.map((deadline) => {
    const from = startOf(deadline.from, clocks, stated, due);
    if (!from) return { deadline };
    const { within } = deadline;
    const dueAt = 'hours' in within ? from.at + within.hours * HOUR_MS : addMonths(from.at, within.months);
    due.set(deadline.id, dueAt);
    return { deadline, from, dueAt };
  });
}

function startOf(
  from: NoticeStart,
  clocks: Clocks,
  stated: StatedMoments,
  due: ReadonlyMap<string, number>,
): NoticeDue['from'] {
  if (typeof from === 'object') {
    const at = due.get(from.notice);
    return at === undefined ? undefined : { at, basis: 'notice' };
  }
  const at = from === 'awareness' ? stated.awareAt : stated.classifiedAt;
  if (at !== undefined) return { at, basis: 'stated' };
  return from === 'awareness' && clocks.detected ? { at: clocks.detected.at, basis: 'detection' } : undefined;
}

function addMonths(at: number, months: number): number {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime();
}
