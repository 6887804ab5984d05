import { HTTP_CASE } from '../http/story.ts';
import { PACKET_CASE } from '../packets/story.ts';
import { SUMMARY_CASE } from '../summaries/story.ts';

// What the three customers lived through from 21 September to 22 November 2026: nine weeks, the last one with the three stories
// that have logs. Everything else is drawn by quarters of an hour and kept as roll-ups only.

/** Monday of the first week, and the number of weeks. */
export const FIRST_DAY = '2026-09-21';
export const WEEKS = 9;

export interface PastAttack {
  readonly id: string;
  readonly title: string;
  /** ISO 8601 UTC of each wave. */
  readonly waves: readonly { readonly start: string; readonly minutes: number }[];
  /** Units a second of the attack, in the mean of a wave. */
  readonly rate: number;
  readonly vectors: readonly string[];
  /** Share that was mitigated. */
  readonly mitigated: number;
  readonly timeToMitigateSeconds: number;
  readonly severity: 1 | 2 | 3;
  readonly missed: number;
  /** Recommendations of its report. */
  readonly advice: readonly (keyof typeof ADVICE)[];
}

export interface PastCustomer {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly locale: string;
  readonly tlp: string;
  readonly paper: 'A4' | 'Letter';
  readonly brandId: string;
  readonly providerName: string;
  readonly layer: 'http' | 'network';
  readonly label: string;
  readonly kind: 'counted' | 'estimated';
  readonly sampling: number;
  /** Units a second at a usual hour of a working day, and how far the night falls below it. */
  readonly rate: number;
  readonly night: number;
  readonly weekend: number;
  /** Growth a week. */
  readonly trend: number;
  readonly bytesPerUnit: number;
  /** Share that is mitigated on any day: scanners, testers of stolen passwords. */
  readonly background: number;
  /** Lists of a day: values and their weights among legitimate traffic; `attacked` gets all of an attack. */
  readonly lists: readonly PastList[];
  readonly attacks: readonly PastAttack[];
  /** Stretches whose logs were lost, ISO 8601 UTC. */
  readonly lost: readonly { readonly start: string; readonly end: string }[];
  /** The story of the last week that has logs: its truth stands for its own time. */
  readonly logged: string;
}

export interface PastList {
  readonly dimension: string;
  /** `from`, `until`: weeks (0 to 8) in which the value occurs. */
  readonly values: readonly {
    readonly value: string;
    readonly name?: string;
    readonly weight: number;
    readonly from?: number;
    readonly until?: number;
  }[];
  /** Values that attack traffic has; none where the list is of what was mitigated anyhow. */
  readonly attacked: readonly string[];
  /** The list is of what was mitigated: rules and systems. */
  readonly ofMitigated?: true;
}

export const ADVICE = {
  'deploy-rule': ['both', 'Deploy the proposed rule for the signature of this attack, first in log-only mode.'],
  'raise-sensitivity': ['provider', 'Raise the sensitivity of the managed rules for the search of the shop.'],
  'origin-capacity': ['customer', 'Bring the origin to the load that a leak of the size of this one brings.'],
  'approved-playbook': ['both', 'Agree on which actions the operations centre may take without asking.'],
  'unsampled-logs': ['both', 'Keep logs of all packets of the targets that are attacked, not of a sample.'],
} as const;

const list = (
  dimension: string,
  values: readonly (readonly [
    value: string,
    weight: number,
    name?: string | undefined,
    from?: number,
    until?: number,
  ])[],
  attacked: readonly string[],
  ofMitigated?: true,
): PastList => ({
  dimension,
  values: values.map(([value, weight, name, from, until]) => ({
    value,
    weight,
    ...(name !== undefined && { name }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
  })),
  attacked,
  ...(ofMitigated && { ofMitigated }),
});

const attack = (
  id: string,
  title: string,
  waves: readonly (readonly [start: string, minutes: number])[],
  rest: Omit<PastAttack, 'id' | 'title' | 'waves'>,
): PastAttack => ({ id, title, waves: waves.map(([start, minutes]) => ({ start, minutes })), ...rest });

const FLOOD = { vectors: ['http-flood'], timeToMitigateSeconds: 21, severity: 2, missed: 0 } as const;

export const PAST_CUSTOMERS: readonly PastCustomer[] = [
  {
    id: 'acme',
    name: 'Acme Outdoor GmbH',
    timeZone: 'Europe/Berlin',
    locale: 'en-GB',
    tlp: 'AMBER',
    paper: 'A4',
    brandId: 'northwall',
    providerName: 'Northwall',
    layer: 'http',
    label: 'Cloudflare Logpush http_requests',
    kind: 'counted',
    sampling: 1,
    rate: 5.2,
    night: 0.18,
    weekend: 1.15,
    trend: 0.02,
    bytesPerUnit: 14_200,
    background: 0.012,
    lists: [
      list(
        'host',
        [
          ['www.acme-outdoor.example', 85],
          ['api.acme-outdoor.example', 15],
          ['blog.acme-outdoor.example', 4, undefined, 0, 6],
        ],
        ['www.acme-outdoor.example'],
      ),
      list(
        'path',
        [
          ['/', 30],
          ['/search', 18],
          ['/cart', 12],
          ['/v2/stock', 11],
          ['/v2/recommendations', 7],
          ['/checkout', 5],
          ['/account/login', 4],
          ['/sale/autumn', 6, undefined, 0, 5],
          ['/sale/winter', 7, undefined, 6],
        ],
        ['/search'],
      ),
      list(
        'source_asn',
        [
          ['64496', 34, 'Rheinkabel Breitband'],
          ['64497', 14, 'Alpenfunk Mobil'],
          ['64499', 9, 'Polder Glasvezel'],
          ['64500', 7, 'Northfen Broadband'],
          ['65542', 5, 'Harbour Light Mobile'],
          ['65538', 0, 'Lowtide VPS'],
          ['65536', 0, 'Cinderblock Hosting'],
        ],
        ['65538', '65536'],
      ),
      list(
        'rule',
        [
          ['0b95e3f7621c4da8be7f4096c8d21a53', 50, 'Login: definitely automated'],
          ['5ae10c4d7f9b4826938c2b6d01e7fa48', 30, 'SQL injection - boolean and union patterns'],
          ['d26c8e914f7b43a5a0e95b13c7f48d02', 12, 'Search: 20 requests in 10 seconds per address'],
          [
            '8f1c2d7ab04e4d0c9d53c1a6e27b90f4',
            0,
            'HTTP flood: uniform header set and high-entropy query towards one path',
          ],
        ],
        ['8f1c2d7ab04e4d0c9d53c1a6e27b90f4'],
        true,
      ),
      list(
        'mitigation_system',
        [
          ['bot-management', 50],
          ['waf-managed', 30],
          ['rate-limiting', 12],
          ['ddos-managed', 0],
        ],
        ['ddos-managed'],
        true,
      ),
    ],
    attacks: [
      attack('INC-4507', 'HTTP flood against the sign-in', [['2026-09-23T18:04:00Z', 9]], {
        ...FLOOD,
        rate: 90,
        mitigated: 0.982,
        advice: ['deploy-rule', 'origin-capacity'],
      }),
      attack(
        'INC-4588',
        'HTTP flood against the search',
        [
          ['2026-10-06T11:20:00Z', 7],
          ['2026-10-06T11:44:00Z', 12],
        ],
        { ...FLOOD, rate: 140, mitigated: 0.991, timeToMitigateSeconds: 14, advice: ['raise-sensitivity'] },
      ),
      attack('INC-4592', 'Cache busting on product pictures', [['2026-10-08T20:31:00Z', 26]], {
        ...FLOOD,
        vectors: ['http-flood', 'cache-busting'],
        rate: 60,
        mitigated: 0.93,
        timeToMitigateSeconds: 75,
        severity: 3,
        missed: 1,
        advice: ['origin-capacity'],
      }),
      attack('INC-4640', 'HTTP flood against the shop', [['2026-10-15T09:12:00Z', 18]], {
        ...FLOOD,
        rate: 210,
        mitigated: 0.996,
        advice: ['deploy-rule'],
      }),
      attack('INC-4702', 'Flood in the night of the clock change', [['2026-10-25T00:41:00Z', 33]], {
        ...FLOOD,
        rate: 75,
        mitigated: 0.988,
        advice: ['approved-playbook'],
      }),
      attack('INC-4761', 'HTTP flood against the search', [['2026-11-11T16:02:00Z', 6]], {
        ...FLOOD,
        rate: 120,
        mitigated: 0.969,
        timeToMitigateSeconds: 34,
        missed: 1,
        advice: ['raise-sensitivity', 'approved-playbook'],
      }),
    ],
    lost: [{ start: '2026-11-05T02:00:00Z', end: '2026-11-05T07:30:00Z' }],
    logged: HTTP_CASE,
  },
  {
    id: 'meridian',
    name: 'Meridian Federal Bank',
    timeZone: 'America/New_York',
    locale: 'en-US',
    tlp: 'AMBER+STRICT',
    paper: 'Letter',
    brandId: 'meridian',
    providerName: 'Meridian Federal Bank',
    layer: 'network',
    label: 'Cloudflare Logpush network_analytics_logs',
    kind: 'estimated',
    sampling: 1_000,
    rate: 5_200,
    night: 0.12,
    weekend: 0.35,
    trend: 0.004,
    bytesPerUnit: 560,
    background: 0.006,
    lists: [
      list(
        'destination_ip',
        [
          ['203.0.113.10', 55],
          ['203.0.113.20', 25],
          ['203.0.113.25', 12],
          ['203.0.113.40', 8],
        ],
        ['203.0.113.10'],
      ),
      list(
        'destination_port',
        [
          ['443', 70],
          ['8443', 22],
          ['53', 5],
          ['25', 3],
        ],
        ['443'],
      ),
      list(
        'rule',
        [
          ['c7a4e18d53f94b06', 60, 'Mobile API: TCP 8443 only'],
          ['1f60b9d2ae7c4835', 0, 'Managed DDoS rules'],
        ],
        ['1f60b9d2ae7c4835'],
        true,
      ),
    ],
    attacks: [
      attack('INC-4521', 'DNS amplification against online banking', [['2026-09-25T14:10:00Z', 8]], {
        vectors: ['dns-amplification'],
        rate: 310_000,
        mitigated: 0.994,
        timeToMitigateSeconds: 3,
        severity: 1,
        missed: 0,
        advice: ['unsampled-logs'],
      }),
      attack(
        'INC-4611',
        'SYN flood against online banking',
        [
          ['2026-10-09T19:02:00Z', 11],
          ['2026-10-09T19:30:00Z', 4],
        ],
        {
          vectors: ['syn-flood'],
          rate: 420_000,
          mitigated: 0.991,
          timeToMitigateSeconds: 4,
          severity: 1,
          missed: 1,
          advice: ['approved-playbook'],
        },
      ),
      attack('INC-4718', 'SYN flood on the night of the clock change', [['2026-11-01T05:35:00Z', 41]], {
        vectors: ['syn-flood', 'ack-flood'],
        rate: 190_000,
        mitigated: 0.988,
        timeToMitigateSeconds: 2,
        severity: 1,
        missed: 0,
        advice: ['unsampled-logs'],
      }),
    ],
    lost: [],
    logged: PACKET_CASE,
  },
  {
    id: 'larkspur',
    name: 'Larkspur Learning Pvt Ltd',
    timeZone: 'Asia/Kolkata',
    locale: 'en-IN',
    tlp: 'GREEN',
    paper: 'A4',
    brandId: 'northwall',
    providerName: 'Northwall',
    layer: 'http',
    label: 'Cloudflare GraphQL httpRequestsAdaptiveGroups',
    kind: 'estimated',
    sampling: 1,
    rate: 160,
    night: 0.06,
    weekend: 0.4,
    trend: 0.05,
    bytesPerUnit: 9_100,
    background: 0.0008,
    lists: [
      list(
        'host',
        [
          ['exam.larkspur-learning.example', 40],
          ['www.larkspur-learning.example', 35],
          ['media.larkspur-learning.example', 25],
        ],
        ['exam.larkspur-learning.example'],
      ),
      list(
        'mitigation_system',
        [
          ['waf-managed', 100],
          ['ddos-managed', 0],
        ],
        ['ddos-managed'],
        true,
      ),
    ],
    attacks: [
      attack('INC-4655', 'HTTP flood on a rehearsal day', [['2026-10-16T05:30:00Z', 13]], {
        ...FLOOD,
        rate: 6_000,
        mitigated: 0.958,
        timeToMitigateSeconds: 62,
        severity: 2,
        missed: 0,
        advice: ['origin-capacity'],
      }),
    ],
    lost: [],
    logged: SUMMARY_CASE,
  },
];
