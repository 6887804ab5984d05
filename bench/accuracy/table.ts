import type { CaseResult } from './cases.ts';
import { CHECKS, type Check, type CheckName } from './checks.ts';

/** Seeds and shapes that nobody may tune against: every fourth and fifth seed, and some shapes altogether. */
const HELD_OUT_SHAPES = new Set([
  'http-tail',
  'http-low-short',
  'amplification-waves',
  'udp-tells',
  'network-flash-crowd',
]);

export function isHeldOut(shape: string, seed: number): boolean {
  return HELD_OUT_SHAPES.has(shape) || seed % 5 === 4 || seed % 5 === 0;
}

interface Tally {
  readonly met: number;
  readonly of: number;
}

export interface Line {
  readonly name: CheckName;
  readonly check: Check;
  readonly tune: Tally;
  readonly heldOut: Tally;
  readonly all: Tally;
  readonly met: boolean;
}

/** One line a check, by bar. A check that was answered in no case is not met. */
export function tallyChecks(results: readonly CaseResult[]): Line[] {
  return (Object.entries(CHECKS) as [CheckName, Check][]).map(([name, check]) => {
    const count = (chosen: readonly CaseResult[]): Tally => {
      const marks = chosen.flatMap((result) => result.marks.filter((mark) => mark.check === name));
      return { met: marks.filter((mark) => mark.met).length, of: marks.length };
    };
    const all = count(results);
    const share = all.met / all.of;
    return {
      name,
      check,
      tune: count(results.filter(({ job }) => !isHeldOut(job.shape, job.seed))),
      heldOut: count(results.filter(({ job }) => isHeldOut(job.shape, job.seed))),
      all,
      met: all.of > 0 && share >= check.least && share <= (check.most ?? 1),
    };
  });
}

/** A Markdown table. */
export function tellLines(lines: readonly Line[]): string {
  const share = ({ met, of }: Tally) => (of === 0 ? '–' : `${((100 * met) / of).toFixed(1)} %`);
  const rows = lines.map(({ check, tune, heldOut, all, met }) => [
    String(check.bar),
    check.text,
    share(all),
    share(tune),
    share(heldOut),
    `${check.most === undefined ? '≥' : `${100 * check.least}–${100 * check.most}`} ${check.most === undefined ? 100 * check.least : ''}`.trim() +
      ' %',
    `${all.met} of ${all.of}`,
    check.information ? 'information' : all.of === 0 ? 'not measured' : met ? 'met' : 'NOT MET',
  ]);
  const head = ['bar', 'measured', 'all', 'tune', 'held out', 'bound', 'cases', ''];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
