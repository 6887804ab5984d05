import type { ChartMarker, ChartSeries, ChartSpec, SeriesRole } from '../../../src/model/chart-spec.ts';

/** A chart that a person should look at, and the zone and brand it is drawn for. */
export interface GalleryChart {
  readonly name: string;
  readonly spec: ChartSpec;
  readonly timeZone?: string;
  readonly width?: number;
  readonly colours?: { readonly primary: string; readonly accent: string };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 17, 13);

/** Numbers that look like chance and are the same in every run. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Calm traffic of `base` with two bursts of `peak`, `count` buckets long. */
function burst(count: number, base: number, peak: number, seed: number): number[] {
  const next = noise(seed);
  return Array.from({ length: count }, (_, index) => {
    const at = index / count;
    const up = (from: number, to: number, size: number): number =>
      at < from || at > to ? 0 : size * Math.min(1, (at - from) * 25) * Math.min(1, (to - at) * 12);
    return Math.round(
      base * (0.85 + 0.3 * next()) + (up(0.28, 0.47, peak) + up(0.62, 0.78, peak * 0.6)) * (0.8 + 0.4 * next()),
    );
  });
}

function series(label: string, role: SeriesRole, values: readonly (number | null)[]): ChartSeries {
  return { label, role, values };
}

const waves = (count: number, intervalMs: number): { start: number; end: number; label: string }[] => [
  { start: START + 0.28 * count * intervalMs, end: START + 0.47 * count * intervalMs, label: 'Wave 1' },
  { start: START + 0.62 * count * intervalMs, end: START + 0.78 * count * intervalMs, label: 'Wave 2' },
];

const marker = (at: number, label: string, actor: ChartMarker['actor']): ChartMarker => ({ at, label, actor });

function hero(count: number, intervalMs: number, markers: readonly ChartMarker[] = []): ChartSpec {
  return {
    kind: 'time-stack',
    unit: 'requests/s',
    start: START,
    intervalMs,
    bands: waves(count, intervalMs),
    markers,
    series: [
      series('Passed', 'passed', burst(count, 900, 700, 1)),
      series('Mitigated', 'mitigated', burst(count, 40, 46_000, 2)),
    ],
    line: series(
      'Mean before the attack',
      'baseline',
      Array.from({ length: count }, () => 930),
    ),
  };
}

const actions = (count: number, intervalMs: number): ChartMarker[] => [
  marker(START + 0.281 * count * intervalMs, 'First mitigation', 'automatic'),
  marker(START + 0.29 * count * intervalMs, 'Alert', 'soc'),
  marker(START + 0.31 * count * intervalMs, 'Rate limit deployed', 'soc'),
  marker(START + 0.33 * count * intervalMs, 'Contained', 'automatic'),
  marker(START + 0.97 * count * intervalMs, 'Customer told that the attack is over', 'customer'),
];

function vectors(count: number, names: readonly string[], intervalMs = MINUTE): ChartSpec {
  return {
    kind: 'time-stack',
    unit: 'bits/s',
    start: START,
    intervalMs,
    bands: waves(count, intervalMs),
    markers: [],
    series: names.map((name, index) =>
      series(name, name === 'Other' ? 'other' : 'ranked', burst(count, 2e7, 4e10 / (index + 1), 11 + index)),
    ),
  };
}

function withGap(values: readonly number[], from: number, to: number): (number | null)[] {
  return values.map((value, index) => (index >= from && index < to ? null : value));
}

const LONG_NAME = 'UDP reflection from connectionless LDAP servers with spoofed sources, port 389 ok';

export const GALLERY: readonly GalleryChart[] = [
  { name: 'Hero: mitigated and passed, waves, actions', spec: hero(180, MINUTE, actions(180, MINUTE)) },
  { name: 'Hero at one second, 10,800 buckets', spec: hero(10_800, 1_000, actions(10_800, 1_000)) },
  {
    name: 'Hero, narrow, light brand',
    spec: hero(90, MINUTE),
    width: 420,
    colours: { primary: '#ffd500', accent: '#ffb000' },
  },
  {
    name: 'Vectors: five ranked areas',
    spec: vectors(180, ['UDP flood', 'DNS amplification', 'SYN flood', 'NTP amplification', 'Other']),
  },
  {
    name: 'Vectors: twelve long names',
    spec: vectors(
      1_440,
      Array.from({ length: 12 }, (_, index) => `${index + 1} ${LONG_NAME}`.slice(0, 80)),
    ),
  },
  {
    name: 'A gap in all series and one in a single series',
    spec: {
      kind: 'time-stack',
      unit: 'packets/s',
      start: START,
      intervalMs: 10_000,
      bands: [],
      markers: [],
      series: [
        series('Passed', 'passed', withGap(burst(360, 9e4, 7e4, 3), 200, 230)),
        series('Mitigated', 'mitigated', withGap(burst(360, 0, 9e6, 4), 120, 230)),
        series('Outcome not recorded', 'unknown', withGap(burst(360, 4e4, 1e6, 5), 200, 230)),
      ],
    },
  },
  { name: 'One bucket', spec: hero(1, MINUTE) },
  {
    name: 'No value at all',
    spec: {
      kind: 'time-stack',
      unit: 'bits/s',
      start: START,
      intervalMs: MINUTE,
      bands: waves(60, MINUTE),
      markers: [],
      series: [
        series(
          'Passed',
          'passed',
          Array.from({ length: 60 }, () => null),
        ),
      ],
    },
  },
  {
    name: 'No buckets',
    spec: { kind: 'time-stack', unit: 'bits/s', start: START, intervalMs: MINUTE, bands: [], markers: [], series: [] },
  },
  {
    name: 'The day with 25 hours',
    timeZone: 'Europe/Berlin',
    spec: {
      kind: 'time-stack',
      unit: 'requests',
      start: Date.UTC(2026, 9, 24, 20),
      intervalMs: 15 * MINUTE,
      bands: [],
      markers: [marker(Date.UTC(2026, 9, 25, 1), 'Clocks go back', 'automatic')],
      series: [series('All requests', 'mitigated', burst(112, 40_000, 900_000, 6))],
    },
  },
  {
    name: 'A week by the hour, nine waves',
    timeZone: 'America/New_York',
    spec: {
      kind: 'time-stack',
      unit: 'bits/s',
      start: START,
      intervalMs: HOUR,
      bands: Array.from({ length: 9 }, (_, index) => ({
        start: START + (index * 18 + 5) * HOUR,
        end: START + (index * 18 + 6 + (index % 3) * 4) * HOUR,
        label: `Wave ${index + 1}`,
      })),
      markers: [],
      series: [
        series('Passed', 'passed', burst(168, 3e8, 1e8, 7)),
        series('Mitigated', 'mitigated', burst(168, 1e8, 2.4e11, 8)),
      ],
    },
  },
  {
    name: 'Thirty actions',
    spec: hero(
      180,
      MINUTE,
      Array.from({ length: 30 }, (_, index) =>
        marker(
          START + (30 + index * index * 0.15) * MINUTE,
          `Rule ${100 + index} changed to block`,
          index % 2 ? 'soc' : 'automatic',
        ),
      ),
    ),
  },
  {
    name: 'Origin health on two axes',
    spec: {
      kind: 'time-lines',
      start: START,
      intervalMs: MINUTE,
      bands: waves(180, MINUTE),
      markers: actions(180, MINUTE).slice(0, 2),
      left: {
        unit: 'share',
        series: [
          series(
            'Origin 5xx',
            'passed',
            burst(180, 40, 3_000, 9).map((value) => value / 1e4),
          ),
        ],
      },
      right: {
        unit: 'ms',
        series: [
          series('Latency p50', 'health', withGap(burst(180, 42, 160, 10), 60, 64)),
          series('Latency p95', 'health', withGap(burst(180, 180, 2_200, 12), 60, 64)),
        ],
      },
    },
  },
  {
    name: 'Twelve lines with lone values',
    spec: {
      kind: 'time-lines',
      start: START,
      intervalMs: MINUTE,
      bands: [],
      markers: [],
      left: {
        unit: 'requests/s',
        series: Array.from({ length: 12 }, (_, index) =>
          series(
            `Data centre ${index + 1}`,
            'ranked',
            burst(60, 300 * (index + 1), 9_000 / (index + 1), 20 + index).map((value, at) =>
              (at + index) % 9 === 4 || (at + index) % 9 === 6 ? null : value,
            ),
          ),
        ),
      },
    },
  },
  {
    name: 'Lines below zero and up to 1e15',
    spec: {
      kind: 'time-lines',
      start: START,
      intervalMs: HOUR,
      bands: [],
      markers: [],
      left: { unit: 'bits', series: [series('Difference', 'attack', [-4e14, 2e14, 1e15, 3e14, null, 6e14, -1e14])] },
    },
  },
  {
    name: 'Who did what',
    spec: {
      kind: 'swim-lane',
      unit: 'requests/s',
      start: START,
      intervalMs: MINUTE,
      bands: waves(180, MINUTE),
      markers: actions(180, MINUTE).slice(0, 1),
      traffic: series('All requests', 'attack', burst(180, 900, 46_000, 13)),
      lanes: [
        {
          actor: 'attacker',
          label: 'Attacker',
          events: [
            { at: START + 51 * MINUTE, end: START + 84 * MINUTE, number: 1 },
            { at: START + 112 * MINUTE, end: START + 140 * MINUTE, number: 9 },
          ],
        },
        {
          actor: 'automatic',
          label: 'Automatic systems',
          events: [2, 3, 10].map((number, index) => ({ at: START + (51 + index * 2) * MINUTE, number })),
        },
        {
          actor: 'soc',
          label: 'SOC',
          events: [4, 5, 6, 7, 8, 11, 12, 13, 14].map((number, index) => ({
            at: START + (55 + index * 1.5) * MINUTE,
            number,
          })),
        },
        { actor: 'customer', label: 'Customer', events: [{ at: START + 179 * MINUTE, number: 115 }] },
      ],
    },
  },
  {
    name: 'Targets over time',
    spec: {
      kind: 'heat-map',
      unit: 'bits/s',
      start: START,
      intervalMs: MINUTE,
      rows: [
        '203.0.113.7',
        '203.0.113.12',
        'api.shop.example',
        '2001:db8:10:20:30:40:50:60',
        '198.51.100.44',
        'Other',
      ].map((label, index) => ({
        label,
        values: withGap(
          burst(180, index === 5 ? 0 : 4e6 * (index + 1), 5e10 / (index + 1) ** 3, 40 + index),
          130,
          index === 2 ? 150 : 130,
        ),
      })),
    },
  },
  {
    name: 'Fifty rows, evenly spread, hostile names',
    spec: {
      kind: 'heat-map',
      unit: 'requests/s',
      start: START,
      intervalMs: HOUR,
      rows: Array.from({ length: 50 }, (_, index) => ({
        label:
          index === 0
            ? '<script>alert(1)</script>]]>&\u202Egnp.exe'
            : `host-${index}.a-rather-long-name-of-a-zone.shop.example`,
        values: burst(24, 80, 20, 60 + index),
      })),
    },
  },
  {
    name: 'Concentration of sources',
    spec: {
      kind: 'curve',
      xLabel: 'Networks, largest first',
      lines: [
        {
          label: 'Attack traffic',
          ranks: Array.from({ length: 600 }, (_, index) => index + 1),
          shares: Array.from(
            { length: 600 },
            (_, index) => 1 - 0.86 * Math.exp(-index / 14) - 0.14 * (1 - index / 599),
          ),
        },
        {
          label: 'Traffic of the day before',
          ranks: [1, 2, 5, 10, 20, 50, 100, 200, 500, 4_200],
          shares: [0.03, 0.05, 0.11, 0.19, 0.3, 0.48, 0.62, 0.75, 0.87, 1],
        },
      ],
    },
  },
  {
    name: 'Concentration of one source',
    spec: { kind: 'curve', xLabel: 'Addresses', lines: [{ label: 'Attack', ranks: [1], shares: [1] }] },
  },
  {
    name: 'Earlier incidents of a year',
    spec: {
      kind: 'dots',
      unit: 'requests/s',
      subject: 'This incident',
      others: 'Earlier incidents',
      dots: [
        ...Array.from({ length: 24 }, (_, index) => ({
          at: START - (24 - index) * 15 * 24 * HOUR,
          value: 200 + ((index * 7_919) % 1_300),
          label: `INC-${4_000 + index}`,
          ...(index % 3 === 0 && { interval: { lower: 150, upper: 1_700 } }),
        })),
        { at: START, value: 1_450, label: 'INC-4821', isSubject: true as const },
      ],
    },
  },
  {
    name: 'Earlier incidents all at once, of the same size, with names as long as a line',
    spec: {
      kind: 'dots',
      unit: 'bits/s',
      subject: '<script>alert(1)</script> \u202Egnp.exe',
      others: 'Earlier incidents',
      dots: Array.from({ length: 12 }, (_, index) => ({
        at: START,
        value: 1e9,
        label: `a-case-with-a-name-that-goes-on-for-longer-than-anybody-would-read-${index}`,
        ...(index === 11 && { isSubject: true as const }),
      })),
    },
  },
  {
    name: 'What each system stopped',
    spec: {
      kind: 'bars',
      unit: 'requests',
      parts: [
        { label: 'Blocked', role: 'mitigated' },
        { label: 'Challenged', role: 'mitigated' },
        { label: 'Passed', role: 'passed' },
      ],
      bars: [
        { label: 'Managed DDoS rules', values: [41_200_301, 0, 812_000] },
        { label: 'Rate limiting', values: [9_120_000, 1_200_000, 40_000] },
        {
          label: 'Custom WAF rule "block old clients of the mobile application before 4.2"',
          values: [1_020_000, 300_000, 0],
        },
        { label: 'Bot management', values: [0, 88_000, 4] },
        { label: 'Other', values: [0, 0, 0] },
      ],
    },
  },
  {
    name: 'Bars of shares, one part',
    spec: {
      kind: 'bars',
      unit: 'share',
      parts: [{ label: 'Share of attack', role: 'attack' }],
      bars: [
        { label: 'AS64500 Example Hosting', values: [0.412] },
        { label: 'AS64501', values: [0.2] },
        { label: 'AS64502 Rechenzentrum Nord', values: [0.0004] },
      ],
    },
  },
];
