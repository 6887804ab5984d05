import type { Random } from '../random.ts';
import type { GeneratedFile } from '../workspace.ts';
import { type DayTruth, drawDays, type LoggedMinute, type PastDay } from './days.ts';
import { composeResult } from './results.ts';
import { PAST_CUSTOMERS } from './story.ts';

export interface History {
  /** To be kept in the archive, which a script does: they become Parquet. */
  readonly days: readonly PastDay[];
  /** Results of the incidents of earlier weeks, and what was drawn for every day. */
  readonly files: readonly GeneratedFile[];
}

/** `logged`: minutes of the stories of the last week, by case. */
export function composeHistory(random: Random, logged: ReadonlyMap<string, readonly LoggedMinute[]>): History {
  const days: PastDay[] = [];
  const truth: DayTruth[] = [];
  const results: GeneratedFile[] = [];
  for (const customer of PAST_CUSTOMERS) {
    const drawn = drawDays(customer, logged.get(customer.logged) ?? [], random.fork(customer.id));
    days.push(...drawn.days);
    truth.push(...drawn.truth);
    for (const attack of customer.attacks)
      results.push({
        path: `reports/${customer.id}/${attack.id}-r1/report.json`,
        members: [composeResult(customer, attack)],
      });
  }
  const rows = truth.map((day) => JSON.stringify(day)).join(',\n');
  return { days, files: [...results, { path: 'truth/history.json', members: [`[\n${rows}\n]\n`] }] };
}
