import type { Measure, Unit } from '../../src/model/measure.ts';
import type { Inline, Phrase } from '../../src/model/phrase.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/model/time.ts';
import type { Cell, Chapter, DataTable, FigureBlock, ReportModel, TableBlock } from '../../src/report/report.ts';

// A complete incident report as the report stage would hand it on: every kind of block, chart, tone, label and inline.
// Three hours of a web shop, one value a minute; two waves of an HTTP flood. All numbers come from the series below.

const START = Date.UTC(2026, 10, 17, 13, 0);
const MINUTES = 180;
const WAVES = [
  { from: 63, to: 91, height: 24_600_000 },
  { from: 118, to: 132, height: 9_300_000 },
] as const;
const FIRST_ATTACK = START + 63 * MINUTE_MS + 20 * SECOND_MS;
const MITIGATED_AFTER_MS = 41 * SECOND_MS;

/** Ordinary requests in a minute: about 1,400 a second with a slow swell. */
const ordinary = Array.from({ length: MINUTES }, (_, i) =>
  Math.round(84_000 + 9_000 * Math.sin(i / 23) + ((i * 7919) % 3001)),
);
const attack = Array.from({ length: MINUTES }, (_, i) =>
  WAVES.reduce((sum, wave) => {
    if (i < wave.from || i > wave.to) return sum;
    const share = Math.min(1, (i - wave.from + 1) / 4, (wave.to - i + 1) / 3);
    return sum + Math.round(wave.height * share * (0.92 + 0.08 * Math.sin(i * 1.7)));
  }, 0),
);
/** The first minute got through; after that one request in a thousand. */
const leaked = attack.map((requests, i) =>
  i === WAVES[0].from ? Math.round(requests * 0.68) : Math.round(requests * 0.001),
);
const mitigated = attack.map((requests, i) => requests - (leaked[i] ?? 0));
const passed = ordinary.map((requests, i) => requests + (leaked[i] ?? 0));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const total = { attack: sum(attack), mitigated: sum(mitigated), leaked: sum(leaked) };
const peakMinute = attack.indexOf(Math.max(...attack));

export const SAMPLE_EVIDENCE = ['E1', 'E3'] as const;

function measure(value: number, unit: Unit, more: Partial<Measure> = {}): Inline {
  return { kind: 'measure', measure: { value, unit, kind: 'counted', evidence: SAMPLE_EVIDENCE, ...more } };
}

const compact = (value: number, unit: Unit): Inline => ({
  kind: 'measure',
  form: 'compact',
  measure: { value, unit, kind: 'counted', evidence: SAMPLE_EVIDENCE },
});
const clock = (at: number, utc = false): Inline => ({ kind: 'time', at, form: 'clock', ...(utc && { utc }) });
const instant = (at: number): Inline => ({ kind: 'time', at, form: 'instant' });
const lasting = (ms: number): Inline => ({ kind: 'duration', ms });
const named = (value: string): Inline => ({ kind: 'label', value, role: 'name' });
const indicator = (value: string): Inline => ({ kind: 'label', value, role: 'indicator' });
const code = (value: string): Inline => ({ kind: 'label', value, role: 'code' });
const share = (value: number): Inline => measure(value, 'share');
const peak = measure(attack[peakMinute] ?? 0, 'requests');

const bands = WAVES.map((wave, i) => ({
  start: START + wave.from * MINUTE_MS,
  end: START + (wave.to + 1) * MINUTE_MS,
  label: `Wave ${i + 1}`,
}));
const markers = [
  { at: FIRST_ATTACK + MITIGATED_AFTER_MS, label: 'First mitigation', actor: 'automatic' },
  { at: START + 74 * MINUTE_MS, label: 'Rule tightened', actor: 'soc' },
] as const;
const axis = { start: START, intervalMs: MINUTE_MS, bands, markers };
const perSecond = (values: readonly number[]) => values.map((value) => Math.round(value / 60));

function caption(what: string): Phrase {
  return [
    what,
    ', mean over ',
    lasting(MINUTE_MS),
    '; ',
    instant(START),
    ' to ',
    clock(START + MINUTES * MINUTE_MS),
    ', ',
    { kind: 'zone', at: START },
    '. Source: HTTP requests, every record counted.',
  ];
}

const trafficData: DataTable = {
  columns: ['time_utc', 'mitigated_requests', 'passed_requests'],
  rows: mitigated.map((value, i) => [new Date(START + i * MINUTE_MS).toISOString(), value, passed[i] ?? null]),
};

const hero: FigureBlock = {
  kind: 'figure',
  id: 'fig-traffic',
  number: 1,
  title: ['Two waves; ', share(total.mitigated / total.attack), ' of the attack was stopped at the edge'],
  chart: {
    kind: 'time-stack',
    unit: 'requests/s',
    ...axis,
    series: [
      { label: 'Mitigated', role: 'mitigated', values: perSecond(mitigated) },
      { label: 'Passed', role: 'passed', values: perSecond(passed) },
    ],
    line: { label: 'Expected', role: 'baseline', values: perSecond(ordinary) },
  },
  caption: caption('Requests a second by outcome'),
  alt: ['Stacked area of mitigated and passed requests; two waves stand out, almost all of them mitigated.'],
  evidence: SAMPLE_EVIDENCE,
  data: trafficData,
};

const EVENTS = [
  {
    at: FIRST_ATTACK,
    actor: 'attacker',
    who: 'Attacker',
    what: ['First wave begins: ', code('POST /checkout'), ' from 41 countries'],
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
    what: ['Rate limit on ', code('/checkout'), ' lowered from 60 to 12 a minute'],
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
    what: ['Incident resolved after 30 minutes without attack traffic'],
  },
] as const;

function table(block: Omit<TableBlock, 'kind' | 'data' | 'totalRows' | 'evidence'> & Partial<TableBlock>): TableBlock {
  const data = { columns: block.columns.map((column) => column.label), rows: [] };
  return { kind: 'table', totalRows: block.rows.length, evidence: SAMPLE_EVIDENCE, data, ...block };
}

const summary: Chapter = {
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
          ' arrived within one minute, against about 84,000 on an ordinary afternoon.',
        ],
      ],
    },
    {
      kind: 'statements',
      items: [
        {
          title: ['Mitigation began ', lasting(MITIGATED_AFTER_MS), ' after the first attack request'],
          text: [
            'The first 41 seconds were not filtered: ',
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
        ['4.1 Time to mitigate', lasting(30_000), lasting(MITIGATED_AFTER_MS), 'missed'],
        ['4.3 Time to notify', lasting(15 * MINUTE_MS), lasting(70 * MINUTE_MS - (FIRST_ATTACK - START)), 'met'],
      ],
      note: ['A clause without evidence is never counted as met.'],
    }),
  ],
};

const timeline: Chapter = {
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

const anatomy: Chapter = {
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

const NETWORKS = [
  'Example Hosting',
  'Sample Cloud',
  'Doc Telecom',
  'Placeholder Mobile',
  'Testnet Cable',
  'Reserved Fibre',
].map((name, i) => ({ name, asn: 64_500 + i, part: [0.31, 0.22, 0.14, 0.09, 0.06, 0.04][i] ?? 0 }));

const sources: Chapter = {
  id: 'sources',
  title: 'Sources',
  startsPage: false,
  blocks: [
    {
      kind: 'figure',
      id: 'fig-concentration',
      number: 5,
      title: ['Six of 412 networks sent ', share(0.86), ' of the attack'],
      chart: {
        kind: 'curve',
        xLabel: 'Networks, largest first',
        lines: [
          {
            label: 'Attack requests',
            ranks: [1, 2, 3, 4, 5, 6, 20, 100, 412],
            shares: [0.31, 0.53, 0.67, 0.76, 0.82, 0.86, 0.93, 0.98, 1],
          },
        ],
      },
      caption: caption('Share of attack requests sent by the largest networks'),
      alt: ['Rising curve: the six largest networks cover 86 percent of the attack.'],
      evidence: ['E1'],
      data: { columns: ['rank', 'share'], rows: [[1, 0.31]] },
    },
    table({
      id: 'table-networks',
      number: 5,
      title: ['Networks, closed to ', share(1)],
      columns: [
        { label: 'Network', align: 'left', width: 5 },
        { label: 'AS number', align: 'right', width: 2 },
        { label: 'Requests', align: 'right', width: 3 },
        { label: 'Share', align: 'right', width: 2 },
      ],
      rows: [
        ...NETWORKS.map(({ name, asn, part }): Cell[] => [
          [named(name)],
          String(asn),
          measure(Math.round(total.attack * part), 'requests'),
          share(part),
        ]),
        ['Other', '', measure(Math.round(total.attack * 0.14), 'requests'), share(0.14)],
      ],
      totalRows: 412,
    }),
    {
      kind: 'callout',
      tone: 'caution',
      title: 'Addresses of an HTTP flood are not spoofed, but often not the attacker’s',
      text: ['Most belong to proxies and infected devices. Blocking a whole network also blocks its customers.'],
    },
  ],
};

const RULES = [
  { name: 'DDoS: HTTP flood, adaptive', action: 'block', part: 0.71 },
  { name: 'Rate limit /checkout', action: 'rate limit', part: 0.21 },
  { name: 'Bot score below 10', action: 'challenge', part: 0.08 },
] as const;

const mitigation: Chapter = {
  id: 'mitigation',
  title: 'Mitigation',
  startsPage: true,
  blocks: [
    {
      kind: 'figure',
      id: 'fig-systems',
      number: 6,
      title: ['The managed rules did ', share(0.71), ' of the work'],
      chart: {
        kind: 'bars',
        unit: 'requests',
        parts: [{ label: 'Mitigated', role: 'mitigated' }],
        bars: RULES.map(({ name, part }) => ({ label: name, values: [Math.round(total.mitigated * part)] })),
      },
      caption: caption('Requests mitigated by rule'),
      alt: ['Bars of requests mitigated by three rules.'],
      evidence: ['E1'],
      data: { columns: ['rule', 'requests'], rows: [] },
    },
    table({
      id: 'table-rules',
      number: 6,
      title: ['What each rule stopped'],
      columns: [
        { label: 'Rule', align: 'left', width: 5 },
        { label: 'Action', align: 'left', width: 2 },
        { label: 'Requests', align: 'right', width: 3 },
        { label: 'Share', align: 'right', width: 2 },
      ],
      rows: RULES.map(({ name, action, part }): Cell[] => [
        [named(name)],
        action,
        compact(total.mitigated * part, 'requests'),
        share(part),
      ]),
    }),
    {
      kind: 'callout',
      tone: 'note',
      title: 'Changed during the attack and still in force',
      text: ['The rate limit on ', code('/checkout'), ' stays at 12 a minute until the customer confirms its removal.'],
    },
  ],
};

const appendix: Chapter = {
  id: 'appendix',
  title: 'Method and appendix',
  startsPage: true,
  blocks: [
    {
      kind: 'definitions',
      heading: 'Words used in this report',
      items: [
        { term: 'Peak', definition: ['Highest mean over a named window; never without its window.'] },
        {
          term: 'Wave',
          definition: ['Attack traffic on one target whose pauses are shorter than ', lasting(2 * MINUTE_MS), '.'],
        },
        {
          term: 'Mitigated',
          definition: [
            'Blocked, challenged without being solved, or rate limited. What was done, not what was thought.',
          ],
        },
      ],
    },
    {
      kind: 'text',
      heading: 'How the numbers came about',
      paragraphs: [
        [
          'Times are read as UTC and shown in ',
          { kind: 'zone', at: START },
          '. Estimates carry an interval of 95 %: ',
          {
            kind: 'measure',
            measure: {
              value: 412_000,
              unit: 'requests',
              kind: 'estimated',
              sampleCount: 420,
              interval: { lower: 373_000, upper: 451_000 },
              evidence: ['E4'],
            },
          },
          '.',
        ],
      ],
    },
    table({
      id: 'table-inputs',
      number: 7,
      title: ['Inputs, by evidence id'],
      columns: [
        { label: 'Id', align: 'left', width: 1 },
        { label: 'File', align: 'left', width: 6 },
        { label: 'Records', align: 'right', width: 2 },
        { label: 'SHA-256', align: 'left', width: 5 },
      ],
      rows: [
        'logs/http_requests-13.ndjson.gz',
        'timeline.yaml',
        'graphql/firewall-events.json',
        'graphql/samples.json',
      ].map((file, i): Cell[] => [
        `E${i + 1}`,
        [code(file)],
        measure([15_184_220, 11, 2_904, 420][i] ?? 0, 'count'),
        [code('9f2c1b7e'.repeat(8))],
      ]),
    }),
  ],
};

/** Each call makes a fresh object, so that a test may change its copy. */
export function sampleModel(): ReportModel {
  return structuredClone<ReportModel>({
    meta: {
      kind: 'incident',
      reportId: 'INC-4821-r1',
      revision: 1,
      incidentId: 'INC-4821',
      title: 'HTTP flood against the web shop',
      customer: { id: 'kestrel', name: 'Kestrel Outdoor AG' },
      provider: { name: 'Bastion Edge', contact: 'soc@bastion-edge.example' },
      brandId: 'bastion',
      tlp: 'AMBER',
      audience: 'technical',
      window: { start: START, end: START + MINUTES * MINUTE_MS },
      timeZone: 'Europe/Berlin',
      locale: 'en-GB',
      paper: 'A4',
      createdAt: Date.UTC(2026, 10, 17, 17, 5),
      preparedBy: 'Security Operations Centre',
      toolVersion: '0.1.0',
    },
    cover: {
      verdict: [
        'An HTTP flood in two waves hit the web shop for ',
        lasting((29 + 15) * MINUTE_MS),
        '. It is over; ',
        share(total.mitigated / total.attack),
        ' was stopped, but the first 41 seconds reached the origin.',
      ],
      state: 'over',
      tiles: [
        {
          label: 'Peak',
          value: compact((attack[peakMinute] ?? 0) / 60, 'requests/s'),
          note: ['highest ', lasting(MINUTE_MS), ' mean, at ', clock(START + peakMinute * MINUTE_MS)],
          tone: 'neutral',
        },
        {
          label: 'Mitigated',
          value: compact(total.mitigated, 'requests'),
          note: [share(total.mitigated / total.attack), ' of ', compact(total.attack, 'requests'), ' during the waves'],
          tone: 'favourable',
        },
        {
          label: 'Under attack',
          value: lasting((29 + 15) * MINUTE_MS),
          note: [
            'from first to last: ',
            lasting(70 * MINUTE_MS),
            '; ',
            { kind: 'count', value: 2, one: 'wave', many: 'waves' },
            ', ',
            { kind: 'count', value: 7, one: 'attack id', many: 'attack ids' },
          ],
          tone: 'neutral',
        },
        {
          label: 'Time to mitigate',
          value: lasting(MITIGATED_AFTER_MS),
          note: ['± ', lasting(10_000), ' from the first attack traffic; the agreement allows ', lasting(30_000)],
          tone: 'unfavourable',
        },
        {
          label: 'Reached the origin',
          value: compact(total.leaked, 'requests'),
          note: [share(total.leaked / total.attack), ' of the attack; most of it in the first minute'],
          tone: 'unfavourable',
        },
        {
          label: 'Customer impact',
          value: share(0.0841),
          note: ['of answers of the origin were errors, against ', share(0.0004), ' before'],
          tone: 'unfavourable',
        },
      ],
      hero,
    },
    chapters: [summary, timeline, anatomy, sources, mitigation, appendix],
  });
}
