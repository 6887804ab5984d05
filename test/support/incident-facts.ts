import type { AttackStats, Breakdown, LayerStats, PhaseStats } from '../../src/aggregate/attack-stats.ts';
import type { Case } from '../../src/config/case.ts';
import type { Dataset, TimelineEntry, TrafficSource } from '../../src/ingest/dataset.ts';
import type { Findings } from '../../src/insight/findings.ts';
import type { JudgeFacts } from '../../src/insight/insight.ts';
import type { Measure, Unit } from '../../src/model/measure.ts';
import type { IncidentFacts } from '../../src/report/report.ts';

/** A small HTTP incident worked out by hand: 60 s of calm at 10 rps, 60 s of attack at 110 rps of which 90 % was mitigated. */
export const T0 = Date.UTC(2026, 10, 17, 13, 0, 0);

export function measure(value: number, unit: Unit, more: Partial<Measure> = {}): Measure {
  return { value, unit, kind: 'counted', evidence: ['in1'], ...more };
}

function phase(start: number, end: number, blocked: number, passed: number): PhaseStats {
  const total = blocked + passed;
  return {
    windows: [{ start, end }],
    total: measure(total, 'requests'),
    byDisposition: [
      { disposition: 'blocked', total: measure(blocked, 'requests') },
      { disposition: 'passed', total: measure(passed, 'requests') },
    ],
    mitigated: measure(blocked, 'requests'),
    mitigatedShare: measure(blocked / total, 'share'),
    meanRate: measure(total / ((end - start) / 1000), 'requests/s', { windowMs: end - start }),
  };
}

export const networks: Breakdown = {
  dimension: 'source_asn',
  scope: 'attack',
  total: measure(6600, 'requests'),
  items: [
    {
      key: '64500',
      label: 'AS64500 Example Hosting',
      total: measure(5000, 'requests'),
      share: measure(5000 / 6600, 'share'),
      mitigated: measure(4900, 'requests'),
      shareBefore: measure(0.1, 'share'),
    },
    {
      key: '64501',
      label: 'AS64501 Example Mobile',
      total: measure(1000, 'requests'),
      share: measure(1000 / 6600, 'share'),
      mitigated: measure(900, 'requests'),
    },
  ],
  other: measure(400, 'requests'),
  unknown: measure(200, 'requests'),
  distinct: measure(17, 'count'),
  concentration: [
    { rank: 1, share: 5000 / 6600 },
    { rank: 2, share: 6000 / 6600 },
  ],
};

export const layer: LayerStats = {
  layer: 'http',
  unit: 'requests',
  source: 'http_requests',
  coverage: { window: { start: T0, end: T0 + 120_000 }, gaps: [], completeness: 1 },
  whole: phase(T0, T0 + 120_000, 5940, 1260),
  during: phase(T0 + 60_000, T0 + 120_000, 5940, 660),
  before: phase(T0, T0 + 60_000, 0, 600),
  peaks: [
    { metric: 'requests/s', measure: measure(130, 'requests/s', { windowMs: 1000, at: T0 + 70_000 }), headline: false },
    {
      metric: 'requests/s',
      measure: measure(120, 'requests/s', { windowMs: 10_000, at: T0 + 70_000 }),
      headline: true,
    },
  ],
  distributions: [],
  series: [
    {
      metric: 'requests/s',
      by: 'disposition',
      start: T0,
      intervalMs: 60_000,
      lines: [
        { key: 'blocked', values: [0, 99] },
        { key: 'passed', values: [10, 11] },
      ],
    },
  ],
  minutes: [],
  breakdowns: [networks],
  systems: [
    { system: 'ddos-managed', mitigated: measure(5940, 'requests'), share: measure(1, 'share'), firstAt: T0 + 62_000 },
  ],
  rules: [],
};

const stats: AttackStats = {
  window: { start: T0, end: T0 + 120_000 },
  mergeGapMs: 120_000,
  waves: [
    {
      number: 1,
      start: T0 + 60_000,
      end: T0 + 120_000,
      uncertaintyMs: 1000,
      layers: ['http'],
      basis: 'mitigation',
      attackIds: [],
      vectors: ['HTTP flood'],
      vectorStats: [],
      targets: ['shop.acme.example'],
      peaks: [measure(120, 'requests/s', { windowMs: 10_000, at: T0 + 70_000 })],
      total: measure(6600, 'requests'),
      mitigated: measure(5940, 'requests'),
    },
  ],
  attackIds: [],
  duration: { calendar: measure(60_000, 'ms'), active: measure(60_000, 'ms') },
  clocks: {
    firstAttack: { at: T0 + 60_000, resolutionMs: 1000, from: 'logs', evidence: ['in1'] },
    mitigated: { at: T0 + 62_000, resolutionMs: 1000, from: 'logs', evidence: ['in1'] },
    timeToMitigate: measure(2000, 'ms'),
  },
  layers: [layer],
  disagreements: [],
  signatures: [],
  abstained: [],
  surges: [],
  senders: [],
  recurring: [],
};

const source: TrafficSource = {
  id: 'http_requests',
  layer: 'http',
  relation: 'source_http_requests',
  label: 'Cloudflare Logpush http_requests',
  unit: 'requests',
  kind: 'counted',
  sampling: { min: 1, max: 1 },
  intervalMs: 0,
  window: { start: T0, end: T0 + 120_000 },
  rows: 7200,
  dimensions: ['source_asn'],
  knowsDisposition: true,
  hasBytes: false,
  evidence: ['in1'],
  role: 'primary',
  holds: 'all',
};

export const customerEntry: TimelineEntry = {
  at: T0 + 90_000,
  precisionMs: 1000,
  milestone: 'customer_notified',
  title: 'Customer informed by telephone',
  actorKind: 'soc',
  visibility: 'customer',
  source: 'timeline.yaml',
  originalTime: '13:01:30',
  input: 'in2',
};

const dataset: Omit<Dataset, 'engine'> = {
  inputs: [
    {
      id: 'in1',
      path: 'logs/http.ndjson',
      sha256: 'ab'.repeat(32),
      bytes: 1000,
      formats: ['logpush/http_requests'],
      records: 7200,
      rejected: 0,
      duplicates: 0,
    },
  ],
  sources: [source],
  attacks: [],
  topLists: [],
  timeline: [customerEntry],
  rejects: [],
  warnings: [],
};

const findings: Findings = {
  state: 'over',
  verdict: ['An HTTP flood hit the shop and is over.'],
  findings: [],
  severity: {
    level: 1,
    reasons: [{ id: 'no-visible-impact', level: 1, text: ['mitigated'], evidence: ['in1'] }],
  },
  recommendations: [],
  rules: { rules: [], withheld: [] },
  sla: [],
  industry: [],
  unknowns: [],
  differences: [],
  failures: [],
};

const incident: Case = {
  workspaceDir: '/workspace',
  file: 'incidents/INC-1.yaml',
  id: 'INC-1',
  title: 'HTTP flood against the shop',
  traffic: [],
  timeline: [],
  recommendations: { own: [], edits: [] },
  notes: [],
  remarks: [],
  notices: { deadlines: [] },
  customer: {
    id: 'acme',
    name: 'Acme Retail',
    timeZone: 'Europe/Berlin',
    prefixes: [],
    origins: [],
    zones: ['acme.example'],
    hosts: [],
    accounts: [],
    applications: [],
    capacity: {},
    sla: [],
    notices: [],
    redaction: { people: [], profiles: {}, audiences: {} },
    destinations: [],
    weekly: { weekStart: 'monday', traffic: [], closed: [] },
  },
  tickets: {},
  provider: { name: 'Northwall' },
  brand: { id: 'default', name: 'Northwall', colours: { primary: '#12355b', accent: '#c8553d' } },
  tlp: 'AMBER',
  audience: 'technical',
  timeZone: 'Europe/Berlin',
  locale: 'en-GB',
  paper: 'A4',
  preparedBy: 'Security Operations Centre',
  mergeGapMs: 120_000,
  networks: {},
  industryContext: false,
  madeBy: [],
};

/** What a judgement is given besides the statistics, with nothing stated. */
export const judgeFacts: JudgeFacts = {
  customerName: 'Acme Retail',
  incidentId: 'INC-1',
  prefixes: [],
  origins: [],
  recommendations: { own: [], edits: [] },
  warnings: [],
  past: [],
  sla: [],
  capacity: {},
  timeline: [],
  industry: [],
  timeZone: 'UTC',
};

/** The incident with parts replaced. */
export function incidentFacts(
  parts: {
    stats?: Partial<AttackStats>;
    dataset?: Partial<Omit<Dataset, 'engine'>>;
    findings?: Partial<Findings>;
    layer?: Partial<LayerStats>;
  } = {},
): IncidentFacts {
  return {
    case: incident,
    stats: { ...stats, ...(parts.layer && { layers: [{ ...layer, ...parts.layer }] }), ...parts.stats },
    dataset: { ...dataset, ...parts.dataset },
    findings: { ...findings, ...parts.findings },
    reportId: 'INC-1-r1',
    revision: 1,
    createdAt: T0 + 3_600_000,
    toolVersion: '0.1.0',
  };
}
