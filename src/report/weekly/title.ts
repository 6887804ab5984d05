import type { Period } from '../../model/period.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

/** `Week 47, 2026`, `Week from 22 November 2026`, `November 2026`, `17 November 2026`. */
export function periodTitle({ id, kind }: Pick<Period, 'id' | 'kind'>): string {
  const [, year, week] = /^(\d{4})-W(\d{2})$/u.exec(id) ?? [];
  if (year !== undefined && week !== undefined) return `Week ${Number(week)}, ${year}`;
  if (kind === 'week') return `Week from ${dayTitle(id.slice('week-of-'.length))}`;
  if (kind === 'month') return `${monthName(id)} ${id.slice(0, 4)}`;
  if (kind === 'day') return dayTitle(id);
  const [first = '', afterLast = ''] = id.split('--');
  const last = new Date(Date.parse(`${afterLast}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return first === last ? dayTitle(first) : `${dayTitle(first)} to ${dayTitle(last)}`;
}

export function periodWords(kind: Period['kind']): string {
  return { day: 'A day', week: 'A week', month: 'A month', custom: 'Whole days' }[kind];
}

function dayTitle(day: string): string {
  return `${Number(day.slice(8, 10))} ${monthName(day)} ${day.slice(0, 4)}`;
}

function monthName(date: string): string {
  return MONTHS[Number(date.slice(5, 7)) - 1] ?? '';
}
