import { MINUTE_MS } from '../../src/model/time.ts';
import type { Cell, Chapter } from '../../src/report/report.ts';
import { caption, code, compact, lasting, measure, named, START, share, table, total } from './sample-traffic.ts';

// The chapters that show where it came from, what was done, and how it was counted.

const NETWORKS = [
  'Example Hosting',
  'Sample Cloud',
  'Doc Telecom',
  'Placeholder Mobile',
  'Testnet Cable',
  'Reserved Fibre',
].map((name, i) => ({ name, asn: 64_500 + i, part: [0.31, 0.22, 0.14, 0.09, 0.06, 0.04][i] ?? 0 }));

export const sources: Chapter = {
  id: 'sources',
  title: 'Sources',
  startsPage: false,
  blocks: [
    {
      kind: 'figure',
      id: 'fig-concentration',
      number: 5,
      title: [
        'Six of ',
        { kind: 'count', value: 412, one: 'network', many: 'networks' },
        ' sent ',
        share(0.86),
        ' of the attack',
      ],
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
      alt: ['Rising curve: the six largest networks cover ', share(0.86), ' of the attack.'],
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
          named(String(asn)),
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

export const mitigation: Chapter = {
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
      text: [
        'The rate limit on ',
        code('/checkout'),
        ' stays at ',
        { kind: 'count', value: 12, one: '', many: '' },
        ' a minute until the customer confirms its removal.',
      ],
    },
    {
      kind: 'code',
      id: 'rule-cloudflare-1',
      title: ['Cloudflare custom rule for signature ', { kind: 'count', value: 1, one: '', many: '' }],
      lines: [
        '(http.host eq "www.kestrel-outdoor.example"',
        ' and cf.bot_management.ja4 eq "t13d1516h2_8daaf6152771_02713d6af862"',
        ' and http.user_agent eq "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36 <script>alert(1)</script>")',
      ],
      note: ['It covers ', share(0.981), ' of the attack.'],
      evidence: ['E1'],
    },
  ],
};

export const appendix: Chapter = {
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
