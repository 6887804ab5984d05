import type { Clock, ClockName } from '../../aggregate/aggregate.ts';
import type { SwimLaneChart } from '../../model/chart-spec.ts';
import { clock, counted, instant, integer, label, lasting } from '../../model/inlines.ts';
import type { Inline, Message, Phrase, Words } from '../../model/phrase.ts';
import { english, noun, say } from '../../model/say.ts';
import { SECOND_MS } from '../../model/time.ts';
import type { ActorKind } from '../../model/traffic.ts';
import type { Block, Chapter } from '../composed.ts';
import { type ChapterContext, hasTimeToMitigate, mitigateWords } from '../facts.ts';
import type { Cell } from '../report-model.ts';
import { isoTime } from '../tables.ts';
import { spanOf, totalLine, waveBands } from '../traffic-chart.ts';
import { UNIT_WORDS } from '../vocabulary.ts';
import { captionOf } from '../wording.ts';

/** One line of the story, from the logs or from people. */
interface StoryEvent {
  readonly at: number;
  readonly end?: number;
  readonly actor: ActorKind;
  readonly what: Phrase;
  readonly who: Inline;
  readonly precisionMs: number;
  readonly source: Phrase;
  readonly plain: string;
  /** Whether the traffic data says so, and not people alone. */
  readonly isMeasured: boolean;
}

const LANES: readonly { actor: ActorKind; label: Message }[] = [
  { actor: 'attacker', label: say`Attacker` },
  { actor: 'automatic', label: say`Systems` },
  { actor: 'soc', label: say`SOC` },
  { actor: 'customer', label: say`Customer` },
];

/** What happened when: the lanes over the traffic, the table of events, the clocks. Internal entries never get here. */
export function composeTimeline(context: ChapterContext): Chapter {
  const events = storyOf(context);
  const blocks: Block[] = [];
  const lanes = laneFigure(context, events);
  if (lanes) blocks.push(lanes);
  if (events.length > 0) blocks.push(eventTable(context, events));
  else
    blocks.push({
      kind: 'callout',
      tone: 'note',
      title: say`No timeline was supplied`,
      text: [say`The times in this report come from the traffic data alone.`],
    });
  blocks.push(...conflicts(context));
  const clocks = clockTable(context);
  if (clocks) blocks.push(clocks);
  return { id: 'timeline', title: say`Timeline`, startsPage: false, blocks };
}

function storyOf(context: ChapterContext): StoryEvent[] {
  const { dataset, stats } = context.facts;
  const told: StoryEvent[] = dataset.timeline
    .filter((entry) => entry.visibility === 'customer')
    .map((entry) => ({
      at: entry.at,
      ...(entry.end !== undefined && { end: entry.end }),
      actor: entry.actorKind,
      what: entry.detail ? [label(entry.title), '. ', label(entry.detail)] : [label(entry.title)],
      who: entry.actor ? label(entry.actor) : laneName(entry.actorKind),
      precisionMs: entry.precisionMs,
      source: [label(entry.source)],
      plain: entry.title,
      isMeasured: false,
    }));
  const measured: StoryEvent[] = stats.waves.flatMap((wave) => [
    fromLogs(wave.start, 'attacker', say`Wave ${integer(wave.number)} begins`, wave.uncertaintyMs, wave.end),
    ...(wave.end === undefined
      ? []
      : [fromLogs(wave.end, 'attacker', say`Wave ${integer(wave.number)} ends`, wave.uncertaintyMs)]),
  ]);
  const automatic: [Clock | undefined, Message][] = [
    [stats.clocks.mitigated, say`First attack traffic mitigated`],
    [stats.clocks.contained, say`Contained: at least 95 % of the attack stopped`],
  ];
  for (const [moment, text] of automatic) {
    if (moment && moment.from !== 'timeline')
      measured.push(fromLogs(moment.at, 'automatic', text, moment.resolutionMs));
  }
  return joinAccounts(told, measured).sort((a, b) => a.at - b.at);
}

/** A wave that people tell of too is one event: what was measured, in their words. */
const SAME_MOMENT_MS = 2 * SECOND_MS;

function joinAccounts(told: readonly StoryEvent[], measured: readonly StoryEvent[]): StoryEvent[] {
  const joined = new Set<StoryEvent>();
  const events = measured.map((event) => {
    const same = told.find(
      (other) =>
        event.actor === 'attacker' &&
        other.actor === 'attacker' &&
        !joined.has(other) &&
        Math.abs(other.at - event.at) <= SAME_MOMENT_MS,
    );
    if (!same) return event;
    joined.add(same);
    return {
      ...event,
      what: [say`${event.what}: ${same.what}`],
      source: joinedSource(event.source, same.source),
      plain: `${event.plain}: ${same.plain}`,
    };
  });
  return [...told.filter((event) => !joined.has(event)), ...events];
}

function joinedSource(first: Phrase, second: Phrase): Phrase {
  return [...first, say`, `, ...second];
}

function fromLogs(at: number, actor: ActorKind, text: Message, precisionMs: number, end?: number): StoryEvent {
  return {
    at,
    ...(end !== undefined && { end }),
    actor,
    what: [text],
    who: laneName(actor),
    precisionMs,
    source: [say`traffic data`],
    plain: english(text),
    isMeasured: true,
  };
}

function laneName(actor: ActorKind): Words {
  return LANES.find((lane) => lane.actor === actor)?.label ?? actor;
}

function laneFigure(context: ChapterContext, events: readonly StoryEvent[]): Block | undefined {
  const layer = context.main;
  const series = layer?.series.find((candidate) => candidate.by === 'disposition');
  if (!layer || !series) return undefined;
  const source = context.sourceOf(layer);
  const span = spanOf(series);
  const shown = events
    .map((event, index) => ({ ...event, number: index + 1 }))
    .filter((event) => event.at >= span.start && event.at < span.end);
  const chart: SwimLaneChart<Words> = {
    kind: 'swim-lane',
    unit: series.metric,
    start: series.start,
    intervalMs: series.intervalMs,
    bands: waveBands(context, span.end),
    // The moments themselves are events in the lanes.
    markers: [],
    traffic: { label: UNIT_WORDS[series.metric], role: 'attack', values: totalLine(series) },
    lanes: LANES.filter((lane) => shown.some((event) => event.actor === lane.actor)).map((lane) => ({
      ...lane,
      events: shown
        .filter((event) => event.actor === lane.actor)
        .map(({ at, end, number }) => ({ at, ...(end !== undefined && { end }), number })),
    })),
  };
  const mitigate = context.facts.stats.clocks.timeToMitigate;
  return context.figure({
    id: 'fig-timeline',
    title:
      mitigate && mitigate.value >= 0
        ? [say`Mitigation began ${mitigateWords(context)} after the first attack traffic`]
        : [say`Who did what, on the time axis of the attack`],
    chart,
    caption: [
      ...captionOf(layer, source, [say`${UNIT_WORDS[series.metric]}, mean over ${lasting(series.intervalMs)}`], span),
      say` Numbers are those of the events in the table.`,
    ],
    alt: [
      say`Lanes of who did what above the traffic, with ${counted(shown.length, noun('event', 'events'))}; the events are listed in the table that follows.`,
    ],
    evidence: source.evidence,
    data: eventData(events),
  });
}

function eventTable(context: ChapterContext, events: readonly StoryEvent[]): Block {
  const dayOf = dayReader(context.facts.case.timeZone);
  const origin = context.facts.stats.clocks.firstAttack?.at;
  const printed = printedOf(events);
  return context.table({
    id: 'table-timeline',
    title: [
      events.length > 1
        ? say`${counted(events.length, noun('event', 'events'))} in ${lasting((events.at(-1)?.at ?? 0) - (events[0]?.at ?? 0))}`
        : counted(events.length, noun('event', 'events')),
    ],
    columns: [
      { label: say`No.`, align: 'right', width: 1 },
      { label: say`Local`, align: 'left', width: 2 },
      { label: say`UTC`, align: 'left', width: 2 },
      ...(origin === undefined ? [] : [{ label: say`From T0`, align: 'right' as const, width: 3 }]),
      { label: say`Who`, align: 'left', width: 4 },
      { label: say`What`, align: 'left', width: 14 },
      { label: say`Source`, align: 'left', width: 3 },
    ],
    rows: printed.map(({ event, number }, index): Cell[] => [
      String(number),
      // The day is written where it changes; the first stands in the note.
      index > 0 && dayOf(event.at) !== dayOf(printed[index - 1]?.event.at ?? 0) ? instant(event.at) : clock(event.at),
      { kind: 'time', at: event.at, form: 'clock', utc: true },
      ...(origin === undefined ? [] : [{ kind: 'duration' as const, ms: event.at - origin, signed: true as const }]),
      event.who,
      event.what,
      event.source,
    ]),
    note: [
      ...(printed.length < events.length
        ? [
            say`${integer(printed.length)} of ${counted(events.length, noun('event', 'events'))}, those of the traffic data first. `,
          ]
        : []),
      say`Local time: ${{ kind: 'zone', at: events[0]?.at ?? 0 }}, from ${{ kind: 'time', at: events[0]?.at ?? 0, form: 'day' }}.`,
      ...(origin === undefined ? [] : [say` T0 is the first attack traffic, ${clock(origin)}.`]),
    ],
    evidence: [...new Set(context.facts.dataset.timeline.map((entry) => entry.input))],
    data: eventData(events),
  });
}

/** Rows of a table that a reader goes through; three pages. Every event is in `data/` and in the lanes. */
const PRINTED_EVENTS = 120;

/** What is printed of a long story, in order and with its numbers: what was measured, then what was told first. */
function printedOf(events: readonly StoryEvent[]): readonly { readonly event: StoryEvent; readonly number: number }[] {
  const numbered = events.map((event, index) => ({ event, number: index + 1 }));
  if (numbered.length <= PRINTED_EVENTS) return numbered;
  return numbered
    .toSorted((a, b) => Number(b.event.isMeasured) - Number(a.event.isMeasured) || a.number - b.number)
    .slice(0, PRINTED_EVENTS)
    .sort((a, b) => a.number - b.number);
}

/** The calendar day of an instant in a zone, to compare with another; not for people. */
function dayReader(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  return (at) => format.format(at);
}

function eventData(events: readonly StoryEvent[]) {
  return {
    columns: ['number', 'time_utc', 'end_utc', 'precision_ms', 'lane', 'event'],
    rows: events.map((event, index) => [
      index + 1,
      isoTime(event.at),
      event.end === undefined ? null : isoTime(event.end),
      event.precisionMs,
      event.actor,
      event.plain,
    ]),
  };
}

const CLOCK_WORDS: Readonly<Record<ClockName, Message>> = {
  firstAttack: say`First attack traffic (T0)`,
  detected: say`Detected`,
  alerted: say`Alert`,
  mitigated: say`First mitigation`,
  contained: say`Contained`,
  ended: say`Ended`,
  resolved: say`Resolved by the SOC`,
  notified: say`Customer notified`,
};

const KNOWN_FROM: Readonly<Record<Clock['from'], Message>> = {
  logs: say`traffic data`,
  'attack-ids': say`attack records`,
  timeline: say`timeline`,
};

/** People and data that contradict each other are both shown. */
function conflicts(context: ChapterContext): Block[] {
  const found = context.facts.stats.clocks.conflicts ?? [];
  if (found.length === 0) return [];
  return [
    {
      kind: 'callout',
      tone: 'caution',
      title: say`The timeline and the data contradict each other`,
      text: found.flatMap(
        (conflict, index): Phrase => [
          index > 0
            ? say` ${CLOCK_WORDS[conflict.clock]}: the data shows ${instant(conflict.used.at)}, the timeline says ${instant(conflict.stated.at)}. The data is used.`
            : say`${CLOCK_WORDS[conflict.clock]}: the data shows ${instant(conflict.used.at)}, the timeline says ${instant(conflict.stated.at)}. The data is used.`,
        ],
      ),
    },
  ];
}

function clockTable(context: ChapterContext): Block | undefined {
  const { clocks } = context.facts.stats;
  const order: readonly ClockName[] = [
    'firstAttack',
    'detected',
    'alerted',
    'mitigated',
    'contained',
    'ended',
    'resolved',
    'notified',
  ];
  const known = order
    .flatMap((name) => {
      const moment = clocks[name];
      return moment ? [{ name: CLOCK_WORDS[name], moment }] : [];
    })
    .sort((a, b) => a.moment.at - b.moment.at);
  const start = clocks.firstAttack;
  const { alerted } = clocks;
  if (known.length === 0) return undefined;
  const after = (moment: Clock, from: Clock | undefined): Cell =>
    from ? { kind: 'duration', ms: moment.at - from.at, signed: true } : '';
  return context.table({
    id: 'table-clocks',
    title: clockTitle(context),
    columns: [
      { label: say`Moment`, align: 'left', width: 4 },
      { label: say`Local time`, align: 'left', width: 3 },
      { label: '±', align: 'right', width: 1 },
      { label: say`From T0`, align: 'right', width: 2 },
      ...(alerted ? [{ label: say`From the alert`, align: 'right' as const, width: 2 }] : []),
      { label: say`Known from`, align: 'left', width: 2 },
    ],
    rows: known.map(({ name, moment }): Cell[] => [
      name,
      instant(moment.at),
      lasting(moment.resolutionMs),
      after(moment, start),
      ...(alerted ? [after(moment, alerted)] : []),
      KNOWN_FROM[moment.from],
    ]),
    ...(start && noteOnEarly(context, known, start)),
    evidence: [...new Set(known.flatMap(({ moment }) => moment.evidence))],
    data: {
      columns: ['moment', 'time_utc', 'resolution_ms', 'from_t0_ms', 'from_alert_ms', 'known_from'],
      rows: known.map(({ name, moment }) => [
        english(name),
        isoTime(moment.at),
        moment.resolutionMs,
        start ? moment.at - start.at : null,
        clocks.alerted ? moment.at - clocks.alerted.at : null,
        moment.from,
      ]),
    },
  });
}

/** What it means that a moment lies before the first attack traffic: the period begins too late, or the sources disagree. */
function noteOnEarly(
  context: ChapterContext,
  known: readonly { readonly name: Message; readonly moment: Clock }[],
  start: Clock,
): { note?: Phrase } {
  const { window } = context.facts.stats;
  const outside = known.filter(({ moment }) => moment.at < window.start);
  if (outside.length > 0)
    return {
      note: [
        outside.length === 1
          ? say`${outside.flatMap(({ name }, index): Phrase => (index > 0 ? [say`, `, name] : [name]))} lies before the period of this report, which begins at ${instant(window.start)}: the attack may have begun before it too.`
          : say`${outside.flatMap(({ name }, index): Phrase => (index > 0 ? [say`, `, name] : [name]))} lie before the period of this report, which begins at ${instant(window.start)}: the attack may have begun before it too.`,
      ],
    };
  if (!known.some(({ moment }) => moment.at < start.at - moment.resolutionMs)) return {};
  return { note: [say`A moment before T0 means that the sources contradict each other; it is shown as found.`] };
}

/** `First mitigation 15.9 s, containment 39 s after the attack began`, as far as known. */
function clockTitle(context: ChapterContext): Phrase {
  const { timeToContain, timeToResolve } = context.facts.stats.clocks;
  const parts: Phrase = [
    ...(hasTimeToMitigate(context) ? [say`mitigated after ${mitigateWords(context)}`] : []),
    ...(timeToContain && timeToContain.value >= 0 ? [say`contained after ${lasting(timeToContain.value)}`] : []),
    ...(timeToResolve && timeToResolve.value >= 0 ? [say`resolved after ${lasting(timeToResolve.value)}`] : []),
  ];
  if (parts.length === 0) return [say`The clocks of the incident`];
  return [
    say`From the first attack traffic: ${parts.flatMap((part, index) => (index > 0 ? [say`, `, part] : [part]))}`,
  ];
}
