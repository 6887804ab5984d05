import { integer, label } from '../../model/inlines.ts';
import type { Period } from '../../model/period.ts';
import type { Message, TimeForm, Value } from '../../model/phrase.ts';
import { say } from '../../model/say.ts';

/** `Week 47, 2026`, `Week from 22 November 2026`, `November 2026`, `17 November 2026`. */
export function periodTitle({ id, kind }: Pick<Period, 'id' | 'kind'>): Message {
  const [, year, week] = /^(\d{4})-W(\d{2})$/u.exec(id) ?? [];
  if (year !== undefined && week !== undefined) return say`Week ${integer(Number(week))}, ${label(year, 'code')}`;
  if (kind === 'week') return say`Week from ${dateOf(id.slice('week-of-'.length), 'long-day')}`;
  if (kind === 'month') return say`${dateOf(`${id.slice(0, 7)}-01`, 'month')}`;
  if (kind === 'day') return say`${dateOf(id, 'long-day')}`;
  const [first = '', afterLast = ''] = id.split('--');
  const last = new Date(Date.parse(`${afterLast}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  if (first === last) return say`${dateOf(first, 'long-day')}`;
  return say`${dateOf(first, 'long-day')} to ${dateOf(last, 'long-day')}`;
}

const LENGTHS: Readonly<Record<Period['kind'], Message>> = {
  day: say`A day`,
  week: say`A week`,
  month: say`A month`,
  custom: say`Whole days`,
};

export function periodWords(kind: Period['kind']): Message {
  return LENGTHS[kind];
}

/** A date of the calendar, which is the same in every zone. */
function dateOf(day: string, form: TimeForm): Value {
  return { kind: 'time', at: Date.parse(`${day}T00:00:00Z`), form, utc: true };
}
