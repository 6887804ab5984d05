import { distanceWords, type SlaJudgement } from '../../insight/insight.ts';
import { amount, counted, integer, label, lasting } from '../../model/inlines.ts';
import type { Measure } from '../../model/measure.ts';
import type { Message, Phrase } from '../../model/phrase.ts';
import { noun, say } from '../../model/say.ts';
import type { Chapter } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import type { Cell } from '../report-model.ts';
import { measureCells, measureColumns } from '../tables.ts';
import { evidenceRun } from '../wording.ts';

const RESULT_WORDS: Readonly<Record<SlaJudgement['result'], Message>> = {
  met: say`Met`,
  missed: say`Missed`,
  'not-measurable': say`Not measurable`,
  'not-applicable': say`Does not apply`,
};

/** The ledger of the service level agreement: what was promised, what was measured, and whether the evidence decides it. */
export function composeServiceLevels(context: ChapterContext): Chapter | undefined {
  const { sla } = context.facts.findings;
  if (sla.length === 0) return undefined;
  const count = (result: SlaJudgement['result']) => sla.filter((clause) => clause.result === result).length;
  const [met, missed] = [count('met'), count('missed')];
  const table = context.table({
    id: 'table-service-levels',
    title: [
      missed > 0
        ? say`${integer(missed)} missed, ${integer(met)} met, of ${counted(sla.length, noun('promise', 'promises'))}`
        : say`${integer(met)} met and none missed, of ${counted(sla.length, noun('promise', 'promises'))}`,
    ],
    columns: [
      { label: say`Clause`, align: 'left', width: 6 },
      { label: say`Promised`, align: 'left', width: 3 },
      { label: say`Measured`, align: 'right', width: 4 },
      { label: say`Result`, align: 'left', width: 3 },
      { label: say`Evidence`, align: 'left', width: 8 },
    ],
    rows: sla.map((judged): Cell[] => [
      label(judged.clause),
      promiseWords(judged),
      measuredWords(judged),
      RESULT_WORDS[judged.result],
      judged.evidence.length > 0 ? say`${judged.reason} (${label(evidenceRun(judged.evidence))})` : judged.reason,
    ]),
    note: [
      say`Met and missed are said only where the whole measurement with its uncertainty lies on that side of the target. Times run from the first attack traffic unless the alert is named, and are those of the first wave; the ± of a time is that of both its ends together.`,
      ...(sla.some(({ metric }) => metric === 'availability')
        ? [say` A minute is down when at least half of the requests sent to the origin got a 5xx answer or none.`]
        : []),
      ...(sla.some(({ metric }) => metric === 'consistency-of-mitigation')
        ? [say` Consistency of mitigation: the share of what was let through that was not attack traffic.`]
        : []),
    ],
    evidence: [...new Set(sla.flatMap(({ evidence }) => evidence))],
    data: {
      columns: [
        'clause',
        'metric',
        'from',
        ...['target', 'target unit'],
        ...measureColumns('measured', 'ms or share'),
        'resolution_ms',
        'result',
        'evidence',
      ],
      rows: sla.map(({ clause, metric, from, target, measured, resolutionMs, result, evidence }) => [
        clause,
        metric,
        from ?? null,
        target.value,
        target.unit,
        ...measureCells(measured),
        resolutionMs ?? null,
        result,
        evidence.join(' '),
      ]),
    },
  });
  return { id: 'service-levels', title: say`Service levels`, startsPage: false, blocks: [table] };
}

function promiseWords({ target, from }: SlaJudgement): Phrase {
  if (target.unit === 'share') return [say`at least ${amount(target, 'exact')}`];
  return [from === 'alert' ? say`within ${lasting(target.value)} of the alert` : say`within ${lasting(target.value)}`];
}

function measuredWords({ measured, resolutionMs, metric }: SlaJudgement): Cell {
  if (!measured) return { kind: 'missing', reason: say`not measured` };
  if (measured.unit === 'share') return shareWords(measured);
  if (metric === 'availability') return measured.value === 0 ? say`none down` : [say`${lasting(measured.value)} down`];
  if (resolutionMs === undefined) return lasting(measured.value);
  if (measured.value >= 0 && measured.value < resolutionMs) return distanceWords(measured, resolutionMs);
  return [lasting(measured.value), ' ± ', lasting(resolutionMs)];
}

/** The interval decides the clause, so it is shown. */
function shareWords(measured: Measure): Phrase {
  return measured.interval ? [amount(measured, 'range')] : [amount(measured)];
}
