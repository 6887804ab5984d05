import { MINUTE_MS, SECOND_MS } from '../../src/model/time.ts';
import type { Cell, Chapter } from '../../src/report/report.ts';
import {
  attack,
  axis,
  caption,
  clock,
  code,
  FIRST_ATTACK,
  indicator,
  instant,
  lasting,
  leaked,
  MINUTES,
  MITIGATED_AFTER_MS,
  measure,
  named,
  ordinary,
  peak,
  peakMinute,
  perSecond,
  START,
  share,
  sum,
  table,
  total,
  trafficData,
  WAVES,
} from './sample-traffic.ts';

// The chapters that tell what happened.

const EVENTS = [
  {
    at: FIRST_ATTACK,
    actor: 'attacker',
    who: 'Attacker',
    what: [
      'First wave begins: ',
      code('POST /checkout'),
      ' from ',
      { kind: 'count', value: 41, one: 'country', many: 'countries' },
    ],
  },
  {
    at: FIRST_ATTACK + 33 * SECOND_MS,
    actor: 'automatic',
    who: 'Detection',
    what: ['HTTP flood detected on ', named('shop.kestrel.example')],
  },
  {
    at: FIRST_ATTACK + MITIGATED_AFTER_MS,
    actor: 'automatic',
    who: 'DDoS managed rules',
    what: ['First attack request blocked'],
  },
  { at: START + 66 * MINUTE_MS, actor: 'soc', who: 'SOC', what: ['Alert acknowledged, incident opened'] },
  { at: START + 70 * MINUTE_MS, actor: 'soc', who: 'SOC', what: ['Customer informed by telephone'] },
  {
    at: START + 74 * MINUTE_MS,
    actor: 'soc',
    who: 'SOC',
    what: [
      'Rate limit on ',
      code('/checkout'),
      ' lowered from ',
      { kind: 'count', value: 60, one: '', many: '' },
      ' to ',
      { kind: 'count', value: 12, one: '', many: '' },
      ' a minute',
    ],
  },
  { at: START + 92 * MINUTE_MS, actor: 'attacker', who: 'Attacker', what: ['First wave ends'] },
  { at: START + 104 * MINUTE_MS, actor: 'customer', who: 'Customer', what: ['Origin pool restarted, sessions kept'] },
  {
    at: START + 118 * MINUTE_MS,
    actor: 'attacker',
    who: 'Attacker',
    what: ['Second wave begins, same tool, new addresses'],
  },
  { at: START + 133 * MINUTE_MS, actor: 'attacker', who: 'Attacker', what: ['Second wave ends'] },
  {
    at: START + 165 * MINUTE_MS,
    actor: 'soc',
    who: 'SOC',
    what: ['Incident resolved after ', lasting(30 * MINUTE_MS), ' without attack traffic'],
  },
] as const;

export const summary: Chapter = {
  id: 'summary',
  title: 'Executive summary',
  startsPage: true,
  blocks: [
    {
      kind: 'text',
      paragraphs: [
        [
          'On ',
          { kind: 'time', at: START, form: 'day' },
          ' the web shop of ',
          named('Kestrel Outdoor AG'),
          ' was hit by an HTTP flood in ',
          { kind: 'count', value: 2, one: 'wave', many: 'waves' },
          '. At its height, ',
          peak,
          ' arrived within one minute, against ',
          measure(84_000, 'requests'),
          ' on an ordinary afternoon.',
        ],
      ],
    },
    {
      kind: 'statements',
      items: [
        {
          title: ['Mitigation began ', lasting(MITIGATED_AFTER_MS), ' after the first attack request'],
          text: [
            'The first ',
            lasting(MITIGATED_AFTER_MS),
            ' were not filtered: ',
            measure(leaked[WAVES[0].from] ?? 0, 'requests'),
            ' of the attack reached the origin in that minute, which is most of what leaked in the whole incident.',
          ],
          tone: 'unfavourable',
          evidence: ['E1', 'E3'],
        },
        {
          title: [share(total.mitigated / total.attack), ' of the attack was stopped'],
          text: [
            measure(total.mitigated, 'requests'),
            ' of ',
            measure(total.attack, 'requests'),
            ' were blocked, challenged or rate limited before they could reach the origin.',
          ],
          tone: 'favourable',
          evidence: ['E1'],
        },
        {
          title: ['Both waves carry the same fingerprint'],
          text: [
            'The tool announces itself as ',
            code('Mozilla/5.0 (X11; Linux x86_64) checkout-bot/2.1'),
            ' and always sends the same JA4 fingerprint ',
            code('t13d1516h2_8daaf6152771_b0da82dd1658'),
            '. Its command server was last seen at ',
            indicator('http://203.0.113.77/c2/gate.php'),
            '.',
          ],
          tone: 'neutral',
          evidence: ['E3', 'E4'],
        },
      ],
    },
    {
      kind: 'callout',
      tone: 'unfavourable',
      title: 'What we do not know',
      text: [
        'No log of the payment provider was supplied, so orders that failed there are ',
        { kind: 'missing', reason: 'not measured' },
        '.',
      ],
    },
    table({
      id: 'table-scorecard',
      number: 1,
      title: ['The attack in figures, beside the time before it'],
      columns: [
        { label: 'Quantity', align: 'left', width: 4 },
        { label: 'During the waves', align: 'right', width: 3 },
        { label: 'Before', align: 'right', width: 3 },
        { label: 'Reading', align: 'left', width: 4 },
      ],
      rows: [
        [
          'Requests',
          measure(sum(attack), 'requests'),
          measure(sum(ordinary.slice(0, 60)), 'requests'),
          'attack; one hour before',
        ],
        [
          'Busiest minute',
          peak,
          measure(Math.max(...ordinary.slice(0, 60)), 'requests'),
          ['at ', clock(START + peakMinute * MINUTE_MS)],
        ],
        ['Origin 5xx share', share(0.0841), share(0.0004), 'of requests the origin answered'],
        ['Origin response time p95', lasting(2_940), lasting(212), 'nearest-rank percentile'],
        ['Time to mitigate', lasting(MITIGATED_AFTER_MS), { kind: 'missing', reason: 'not applicable' }, '± 10 s'],
      ],
    }),
    table({
      id: 'table-sla',
      number: 2,
      title: ['One of two clauses of the agreement was missed'],
      columns: [
        { label: 'Clause', align: 'left', width: 5 },
        { label: 'Target', align: 'right', width: 2 },
        { label: 'Measured', align: 'right', width: 2 },
        { label: 'Result', align: 'left', width: 2 },
      ],
      rows: [
        [named('4.1 Time to mitigate'), lasting(30_000), lasting(MITIGATED_AFTER_MS), 'missed'],
        [named('4.3 Time to notify'), lasting(15 * MINUTE_MS), lasting(70 * MINUTE_MS - (FIRST_ATTACK - START)), 'met'],
      ],
      note: ['A clause without evidence is never counted as met.'],
    }),
  ],
};

export const timeline: Chapter = {
  id: 'timeline',
  title: 'Timeline',
  startsPage: true,
  blocks: [
    {
      kind: 'figure',
      id: 'fig-timeline',
      number: 2,
      title: ['Mitigation began ', lasting(MITIGATED_AFTER_MS), ' after the first attack traffic'],
      chart: {
        kind: 'swim-lane',
        unit: 'requests/s',
        ...axis,
        traffic: {
          label: 'Requests',
          role: 'attack',
          values: perSecond(attack.map((value, i) => value + (ordinary[i] ?? 0))),
        },
        lanes: (['attacker', 'automatic', 'soc', 'customer'] as const).map((actor) => ({
          actor,
          label: { attacker: 'Attacker', automatic: 'Automatic', soc: 'SOC', customer: 'Customer' }[actor],
          events: EVENTS.flatMap((event, i) => (event.actor === actor ? [{ at: event.at, number: i + 1 }] : [])),
        })),
      },
      caption: [...caption('Requests a second'), ' Numbers refer to the table of events.'],
      alt: [
        'Lanes for attacker, automatic systems, SOC and customer above the traffic; the events are in the table that follows.',
      ],
      evidence: ['E1', 'E2'],
      data: trafficData,
    },
    table({
      id: 'table-timeline',
      number: 3,
      title: [{ kind: 'count', value: EVENTS.length, one: 'event', many: 'events' }, ', ', { kind: 'zone', at: START }],
      columns: [
        { label: 'No.', align: 'right', width: 1 },
        { label: 'Local time', align: 'left', width: 2 },
        { label: 'UTC', align: 'left', width: 2 },
        { label: 'From T0', align: 'right', width: 2 },
        { label: 'Who', align: 'left', width: 3 },
        { label: 'What', align: 'left', width: 7 },
      ],
      rows: EVENTS.map((event, i): Cell[] => [
        String(i + 1),
        clock(event.at),
        clock(event.at, true),
        { kind: 'duration', ms: event.at - FIRST_ATTACK, signed: true },
        event.who,
        event.what,
      ]),
      note: ['T0 is the first attack request, ', instant(FIRST_ATTACK), '.'],
    }),
  ],
};

const VECTORS = [
  { path: '/checkout', part: 0.62 },
  { path: '/search?q=*', part: 0.23 },
  { path: '/api/v2/basket', part: 0.11 },
  { path: 'other', part: 0.04 },
] as const;

export const anatomy: Chapter = {
  id: 'anatomy',
  title: 'Anatomy of the attack',
  startsPage: true,
  blocks: [
    {
      kind: 'figure',
      id: 'fig-paths',
      number: 3,
      title: ['Three paths took ', share(0.96), ' of the attack'],
      chart: {
        kind: 'time-lines',
        ...axis,
        left: {
          unit: 'requests/s',
          series: VECTORS.map(({ path, part }) => ({
            label: path,
            role: path === 'other' ? 'other' : 'ranked',
            values: perSecond(attack).map((value, i) => (i >= 150 && i < 156 ? null : Math.round(value * part))),
          })),
        },
        right: {
          unit: 'share',
          series: [{ label: 'Origin 5xx', role: 'health', values: attack.map((value) => (value > 0 ? 0.08 : 0.0004)) }],
        },
      },
      caption: [...caption('Requests a second by path'), ' Six minutes without records are drawn as a gap.'],
      alt: ['Lines of requests a second for the three most attacked paths and the rest.'],
      evidence: ['E1'],
      data: trafficData,
    },
    table({
      id: 'table-waves',
      number: 4,
      title: ['The second wave was ', share(1 - WAVES[1].height / WAVES[0].height), ' lower than the first'],
      columns: [
        { label: 'Wave', align: 'left', width: 1 },
        { label: 'Start', align: 'left', width: 2 },
        { label: 'End', align: 'left', width: 2 },
        { label: 'Length', align: 'right', width: 2 },
        { label: 'Requests', align: 'right', width: 3 },
        { label: 'Vectors and targets', align: 'left', width: 5 },
      ],
      rows: WAVES.map((wave, i): Cell[] => [
        String(i + 1),
        clock(START + wave.from * MINUTE_MS),
        clock(START + (wave.to + 1) * MINUTE_MS),
        lasting((wave.to + 1 - wave.from) * MINUTE_MS),
        measure(sum(attack.slice(wave.from, wave.to + 1)), 'requests'),
        ['HTTP flood on ', named('shop.kestrel.example')],
      ]),
    }),
    {
      kind: 'figure',
      id: 'fig-targets',
      number: 4,
      title: ['Only the shop was attacked; the blog and the API rode along'],
      chart: {
        kind: 'heat-map',
        unit: 'requests/s',
        start: START,
        intervalMs: 5 * MINUTE_MS,
        rows: [
          { label: 'shop.kestrel.example', part: 0.93 },
          { label: 'api.kestrel.example', part: 0.06 },
          { label: 'blog.kestrel.example', part: 0.01 },
        ].map(({ label, part }) => ({
          label,
          values: Array.from({ length: MINUTES / 5 }, (_, i) =>
            Math.round((sum(attack.slice(i * 5, i * 5 + 5)) * part) / 300),
          ),
        })),
      },
      caption: caption('Requests a second by host'),
      alt: ['Heat map of three hosts over time; the shop is hot during both waves.'],
      evidence: ['E1'],
      data: trafficData,
    },
  ],
};
