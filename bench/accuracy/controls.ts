import type { LogRow } from '../../sample-data/generator/scenarios/http-rows.ts';
import type { Scenario } from '../../sample-data/generator/scenarios/scenario.ts';
import type { FileOptions } from '../../sample-data/generator/scenarios/scenario-files.ts';

type Row = Scenario['rows'][number];

/** The same records with their times dealt out at random: the volume still shows a burst, but nothing in it is different. */
export function shuffleTimes(scenario: Scenario): Scenario {
  const random = scenario.plan.random.fork('shuffle');
  const times = scenario.rows.map(({ at }) => at);
  for (let index = times.length - 1; index > 0; index--) {
    const other = random.int(index + 1);
    [times[index], times[other]] = [times[other] ?? 0, times[index] ?? 0];
  }
  const rows = scenario.rows.map((row, index) => moved(row, times[index] ?? row.at));
  return { ...scenario, rows: inOrder(rows) };
}

/**
 * The attack dealt out over the time outside its waves, where nobody speaks of one, while the timeline names the waves, in which
 * there are only clients now.
 */
export function swapAttack(scenario: Scenario): { scenario: Scenario; timeline: NonNullable<FileOptions['timeline']> } {
  const { plan, truth } = scenario;
  const random = plan.random.fork('swap');
  const isInside = (at: number) => truth.waves.some((wave) => at >= wave.start - 60_000 && at < wave.end + 60_000);
  const outside = () => {
    for (;;) {
      const at = Math.floor(random.between(plan.period.start, plan.period.end));
      if (!isInside(at)) return at;
    }
  };
  const rows = scenario.rows.map((row) => (row.sender === 'attack' ? moved(row, outside()) : row));
  const timeline = truth.waves.flatMap((wave) => [
    { at: wave.start, milestone: 'attack_start', title: 'Attack begins' },
    { at: wave.end, milestone: 'attack_end', title: 'Attack ends' },
  ]);
  return { scenario: { ...scenario, rows: inOrder(rows) }, timeline };
}

function moved(row: Row, at: number): Row {
  const fields: Record<string, unknown> = { ...row.fields };
  if ('EdgeStartTimestamp' in fields) {
    fields.EdgeEndTimestamp = Number(fields.EdgeEndTimestamp) + (at - row.at) * 1_000_000;
    fields.EdgeStartTimestamp = at * 1_000_000;
  } else fields.Datetime = new Date(at).toISOString();
  return { ...row, at, fields: fields as LogRow };
}

function inOrder(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => a.at - b.at);
}
