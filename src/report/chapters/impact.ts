import type { OriginStats } from '../../aggregate/aggregate.ts';
import { capacityWords } from '../../insight/insight.ts';
import { amount, lasting } from '../../model/inlines.ts';
import type { Message, Phrase } from '../../model/phrase.ts';
import { say } from '../../model/say.ts';
import type { Block, Chapter, Column } from '../composed.ts';
import type { ChapterContext } from '../facts.ts';
import type { Cell } from '../report-model.ts';
import { isoTime, measureCells, measureColumns } from '../tables.ts';
import { clockMarkers, waveBands } from '../traffic-chart.ts';
import { LAYER_WORDS } from '../vocabulary.ts';
import { captionOf } from '../wording.ts';

type Phase = OriginStats['phases'][number];

const PHASE_WORDS: Readonly<Record<Phase['phase'], Message>> = {
  before: say`Before the attack`,
  during: say`During the waves`,
  after: say`After the attack`,
};

/** Whether the customer's users noticed, as far as the data can tell. */
export function composeImpact(context: ChapterContext): Chapter {
  const layer = context.facts.stats.layers.find((candidate) => candidate.origin);
  const blocks: Block[] = [];
  if (layer?.origin) {
    const figure = originFigure(context, layer.origin);
    if (figure) blocks.push(figure);
    blocks.push(phaseTable(context, layer.origin));
    if (!layer.origin.phases.some((phase) => phase.phase === 'before')) {
      blocks.push({
        kind: 'callout',
        tone: 'note',
        title: say`No time before the attack in the data`,
        text: [say`Without a baseline this report cannot say whether the origin was worse than usual.`],
      });
    }
  } else {
    blocks.push({
      kind: 'callout',
      tone: 'caution',
      title: say`The impact on the origin is not known`,
      text: [
        say`The supplied data carries no answers of the origin, so this report makes no statement about errors or response times. HTTP request logs of the same period would close the gap.`,
      ],
    });
  }
  const more = [...legitimateVolume(context), ...capacities(context)];
  if (more.length > 0) blocks.push({ kind: 'text', paragraphs: more });
  return { id: 'impact', title: say`Impact on the origin`, startsPage: false, blocks };
}

/** What the customer's own users sent once the attack was over, against before: whether they came back. */
function legitimateVolume(context: ChapterContext): Phrase[] {
  return context.facts.stats.layers.flatMap(({ layer, before, after }) =>
    before && after && before.meanRate.value > 0
      ? [
          [
            say`${LAYER_WORDS[layer]}: after the attack traffic ran at ${amount(after.meanRate)}, against ${amount(before.meanRate)} before it.`,
          ],
        ]
      : [],
  );
}

function capacities(context: ChapterContext): Phrase[] {
  return context.facts.stats.layers.flatMap(({ capacity, peaks }) =>
    capacity ? [capacityWords(capacity, peaks)] : [],
  );
}

function originFigure(context: ChapterContext, origin: OriginStats): Block | undefined {
  const layer = context.facts.stats.layers.find((candidate) => candidate.origin === origin);
  if (!layer || origin.errorShare.every((value) => value === null)) return undefined;
  const source = context.sourceOf(layer);
  const end = origin.start + origin.errorShare.length * origin.intervalMs;
  const during = origin.phases.find((phase) => phase.phase === 'during');
  const before = origin.phases.find((phase) => phase.phase === 'before');
  const hasLatency = origin.p95Ms.some((value) => value !== null);
  return context.figure({
    id: 'fig-origin',
    title: during
      ? [
          before
            ? say`${amount(during.errorShare)} of the origin’s answers in the waves were errors (5xx), against ${amount(before.errorShare)} before`
            : say`${amount(during.errorShare)} of the origin’s answers in the waves were errors (5xx)`,
        ]
      : [say`Errors and response time of the origin`],
    chart: {
      kind: 'time-lines',
      start: origin.start,
      intervalMs: origin.intervalMs,
      bands: waveBands(context, end),
      markers: clockMarkers(context).filter((marker) => marker.at >= origin.start && marker.at < end),
      left: {
        unit: 'share',
        series: [
          {
            label: say`Share of the origin’s answers that were errors (5xx)`,
            role: 'health',
            values: origin.errorShare,
          },
        ],
      },
      ...(hasLatency && {
        right: {
          unit: 'ms' as const,
          series: [
            { label: say`Response time of the origin, 95th percentile`, role: 'health' as const, values: origin.p95Ms },
          ],
        },
      }),
    },
    caption: captionOf(
      layer,
      source,
      [
        hasLatency
          ? say`Share of 5xx answers, and 95th percentile of the response time, in steps of ${lasting(origin.intervalMs)}`
          : say`Share of 5xx answers, in steps of ${lasting(origin.intervalMs)}`,
      ],
      { start: origin.start, end },
    ),
    alt: [
      hasLatency
        ? say`Two lines over time: the share of origin answers that were 5xx and the 95th percentile of the origin response time.`
        : say`Two lines over time: the share of origin answers that were 5xx.`,
    ],
    evidence: source.evidence,
    data: {
      columns: ['time_utc', '5xx share', 'p95 (ms)'],
      rows: origin.errorShare.map((share, index) => [
        isoTime(origin.start + index * origin.intervalMs),
        share,
        origin.p95Ms[index] ?? null,
      ]),
    },
  });
}

function phaseTable(context: ChapterContext, origin: OriginStats): Block {
  const during = origin.phases.find((phase) => phase.phase === 'during');
  const optional: readonly { readonly column: Column; readonly cell: (phase: Phase) => Cell | undefined }[] = [
    {
      column: { label: say`No answer`, align: 'right' },
      cell: (phase) => phase.unreachable && amount(phase.unreachable, 'cell'),
    },
    { column: { label: say`Median time`, align: 'right' }, cell: (phase) => phase.p50 && lasting(phase.p50.value) },
    { column: { label: say`95th percentile`, align: 'right' }, cell: (phase) => phase.p95 && lasting(phase.p95.value) },
  ];
  const known = optional.filter(({ cell }) => origin.phases.some((phase) => cell(phase) !== undefined));
  return context.table({
    id: 'table-origin',
    title: during
      ? [say`The origin answered ${amount(during.requests)} in the waves, ${amount(during.errors)} with an error`]
      : [say`What reached the origin, and how it answered`],
    columns: [
      { label: say`Phase`, align: 'left', width: 4 },
      { label: say`Requests answered`, align: 'right' },
      { label: say`5xx answers`, align: 'right' },
      { label: say`5xx share`, align: 'right' },
      ...known.map(({ column }) => column),
    ],
    rows: origin.phases.map((phase): Cell[] => [
      PHASE_WORDS[phase.phase],
      amount(phase.requests, 'cell'),
      amount(phase.errors, 'cell'),
      phase.requests.value > 0 ? amount(phase.errorShare, 'cell') : { kind: 'missing', reason: say`no requests` },
      ...known.map(({ cell }) => cell(phase) ?? { kind: 'missing' as const, reason: say`not recorded` }),
    ]),
    note: [
      say`Shares are of the requests that the origin answered.`,
      ...(origin.phases.some(({ unreachable }) => unreachable)
        ? [say` No answer: the edge could not deliver the request (status 520 to 527).`]
        : []),
      ...(origin.phases.some(({ p95 }) => p95)
        ? [say` Response times are nearest-rank percentiles, given from 100 answers on.`]
        : []),
    ],
    evidence: origin.phases[0]?.requests.evidence ?? [],
    data: {
      columns: [
        'phase',
        ...measureColumns('requests', 'requests'),
        ...measureColumns('5xx', 'requests'),
        ...measureColumns('5xx share', 'share'),
        ...measureColumns('unreachable', 'requests'),
        'p50 (ms)',
        'p95 (ms)',
      ],
      rows: origin.phases.map((phase) => [
        phase.phase,
        ...measureCells(phase.requests),
        ...measureCells(phase.errors),
        ...measureCells(phase.errorShare),
        ...measureCells(phase.unreachable),
        phase.p50?.value ?? null,
        phase.p95?.value ?? null,
      ]),
    },
  });
}
