import type { Scenario } from '../../sample-data/generator/scenarios/scenario.ts';
import type { MinuteCounts, ScenarioTruth } from '../../sample-data/generator/scenarios/scenario-truth.ts';
import type { Mark } from './checks.ts';
import { meetsAll, type Predicate } from './predicates.ts';

interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** What is read of `analysis` in report.json. Everything may be missing, and then it counts as not met. */
export interface Analysis {
  readonly attackDetected?: boolean;
  readonly waves?: readonly { readonly start: string; readonly end?: string; readonly uncertaintySeconds?: number }[];
  readonly signatures?: readonly { readonly all: readonly Predicate[]; readonly scope?: readonly Predicate[] }[];
  readonly minutes?: readonly (Readonly<Record<string, Interval>> & { readonly t: string })[];
  readonly attackTotal?: Interval;
  readonly mitigatedShare?: Interval;
  readonly legitimateMitigated?: Interval;
  readonly peak?: Interval & { readonly windowSeconds: number };
  readonly peak10s?: Interval;
  readonly peak60s?: Interval;
  readonly timeToMitigateSeconds?: number;
  readonly vectors?: readonly string[];
  readonly spoofed?: boolean;
  readonly recurringSourceIncidents?: readonly string[];
}

/** Marks of one analysed scenario. */
export function scoreScenario(analysis: Analysis, scenario: Scenario): Mark[] {
  const { truth } = scenario;
  return [
    ...scoreWaves(analysis, truth),
    ...scoreSignatures(analysis, scenario),
    ...scoreIntervals(analysis, truth),
    ...(truth.event === 'attack' ? scoreAttack(analysis, truth) : []),
    ...scorePeak(analysis, truth),
  ];
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

function scoreWaves(analysis: Analysis, truth: ScenarioTruth): Mark[] {
  if (truth.event !== 'attack')
    return [
      { check: 'noAttack', met: analysis.attackDetected === false, note: `${analysis.waves?.length ?? 0} waves` },
    ];
  const found = (analysis.waves ?? []).map((wave) => ({
    start: Date.parse(wave.start),
    end: wave.end === undefined ? truth.window.end : Date.parse(wave.end),
    uncertaintyMs: 1_000 * (wave.uncertaintySeconds ?? 0),
  }));
  const left = [...found];
  const marks: Mark[] = [];
  for (const [index, wave] of truth.waves.entries()) {
    const at = left.findIndex((other) => other.start < wave.end && other.end > wave.start);
    const [match] = at < 0 ? [] : left.splice(at, 1);
    marks.push({ check: 'waves', met: match !== undefined, note: `wave ${index + 1} missed` });
    if (!match) continue;
    for (const [edge, distance] of [
      ['start', match.start - wave.start],
      ['end', match.end - wave.end],
    ] as const) {
      const away = Math.abs(distance);
      const note = `wave ${index + 1}, ${edge} ${distance > 0 ? '+' : ''}${seconds(distance)}`;
      marks.push({ check: 'edge10s', met: away <= 10_000, note }, { check: 'edge60s', met: away <= 60_000, note });
      if (truth.sampling === 'none') marks.push({ check: 'edge1s', met: away <= 1_000, note });
      marks.push({ check: 'edgeStated', met: away <= Math.max(1_000, match.uncertaintyMs), note });
    }
  }
  for (const extra of left)
    marks.push({
      check: 'waves',
      met: false,
      note: `invented ${new Date(extra.start).toISOString()}, ${seconds(extra.end - extra.start)}`,
    });
  return marks;
}

/** What stands for the victim: where a rule applies, never why. */
const TARGETS =
  /^(ClientRequestHost|EdgeRequestHost|ClientRequestPath|ClientRequestURI|ZoneName|IPDestination.*|Destination.*)$/;
/** What the edge or the origin did. No rule can ask for it. */
const RESPONSES =
  /^(Security.*|Mitigation.*|Outcome|Verdict|Rule.*|Attack.*|Edge(Response|Colo|End|Start).*|Origin.*|Cache.*|SampleInterval|Datetime|RayID)$/;
const MOST_COLLATERAL = 0.001;

function scoreSignatures(analysis: Analysis, scenario: Scenario): Mark[] {
  const { truth, rows } = scenario;
  const emitted = analysis.signatures;
  const marks: Mark[] = [];
  if (truth.signature.length === 0)
    marks.push({
      check: 'abstain',
      met: emitted?.length === 0,
      note: emitted ? describe(emitted) : 'no key signatures',
    });
  const clients = rows.filter((row) => row.sender !== 'attack');
  const during = rows.filter((row) => truth.waves.some((wave) => row.at >= wave.start && row.at < wave.end));
  let matched = new Set<(typeof rows)[number]>();
  for (const { all, scope = [] } of emitted ?? []) {
    const rule = [...all, ...scope];
    marks.push({
      check: 'evidence',
      met:
        all.some(({ field }) => !TARGETS.test(field) && !RESPONSES.test(field)) &&
        !all.some(({ field }) => RESPONSES.test(field)),
      note: describe([{ all }]),
    });
    try {
      const hit = clients.filter(({ fields }) => meetsAll(fields, rule)).length;
      marks.push({
        check: 'collateral',
        met: hit <= MOST_COLLATERAL * clients.length,
        note: `${hit} of ${clients.length}: ${describe([{ all }])}`,
      });
      matched = new Set([...matched, ...during.filter(({ fields }) => meetsAll(fields, rule))]);
    } catch (error) {
      marks.push({ check: 'collateral', met: false, note: String(error) });
    }
  }
  if (truth.signature.length === 0) return marks;
  const attacks = during.filter((row) => row.sender === 'attack').length;
  const right = [...matched].filter((row) => row.sender === 'attack').length;
  const f1 = matched.size + attacks === 0 ? 0 : (2 * right) / (matched.size + attacks);
  const harm = clients.filter((row) =>
    (emitted ?? []).some((rule) => safely(row.fields, [...rule.all, ...(rule.scope ?? [])])),
  ).length;
  marks.push({
    check: 'signature',
    met: f1 >= 0.95 && harm <= MOST_COLLATERAL * clients.length,
    note: emitted
      ? `F1 ${f1.toFixed(3)}, collateral ${harm} of ${clients.length}, planted ${describe([{ all: truth.signature }])}, found ${describe(emitted)}`
      : 'no key signatures',
  });
  return marks;
}

function safely(fields: Readonly<Record<string, unknown>>, rule: readonly Predicate[]): boolean {
  try {
    return meetsAll(fields, rule);
  } catch {
    return false;
  }
}

function describe(signatures: readonly { readonly all: readonly Predicate[] }[]): string {
  if (signatures.length === 0) return 'none';
  return signatures
    .map(({ all }) =>
      all.map(({ field, op, value }) => `${field} ${op} ${JSON.stringify(value).slice(0, 60)}`).join(' & '),
    )
    .join(' | ');
}

/** Key of the report by what is counted in the truth. */
const MINUTE_KEYS: Readonly<Record<ScenarioTruth['layer'], Readonly<Partial<Record<keyof MinuteCounts, string>>>>> = {
  http: { all: 'requests', mitigated: 'mitigated', origin: 'origin', origin5xx: 'origin5xx' },
  network: { all: 'packets', mitigated: 'dropped' },
};

function scoreIntervals(analysis: Analysis, truth: ScenarioTruth): Mark[] {
  const marks: Mark[] = [];
  const published = new Map((analysis.minutes ?? []).map((minute) => [Date.parse(minute.t), minute]));
  for (const minute of truth.minutes)
    for (const [name, key] of Object.entries(MINUTE_KEYS[truth.layer]) as [keyof MinuteCounts, string][]) {
      const interval = published.get(minute.t)?.[key];
      if (!interval || truth.sampling === 'none') continue;
      const count = minute.counts[name];
      marks.push({
        check: minute.expected[name] >= 10 ? 'coverage' : 'coverageSmall',
        met: interval.lower <= count && count <= interval.upper,
      });
    }
  return marks;
}

function scoreAttack(analysis: Analysis, truth: ScenarioTruth): Mark[] {
  const marks: Mark[] = [];
  const unsampled = truth.sampling === 'none';
  const inside = (interval: Interval | undefined, value: number) =>
    interval !== undefined && interval.lower <= value && value <= interval.upper;
  const tell = (interval: Interval | undefined, value: number) =>
    interval
      ? `${round(value)}, published ${round(interval.estimate)} [${round(interval.lower)}; ${round(interval.upper)}]`
      : 'missing';

  marks.push({
    check: 'attackTotal',
    met: inside(analysis.attackTotal, truth.attack),
    note: tell(analysis.attackTotal, truth.attack),
  });
  const share = truth.attackMitigated / truth.attack;
  const published = analysis.mitigatedShare;
  const note = tell(published, share);
  marks.push({ check: 'shareInside', met: inside(published, share), note });
  const away = published ? Math.abs(published.estimate - share) : 1;
  const hasSignature = truth.signature.length > 0;
  const check = !hasSignature ? 'shareExcess' : unsampled ? 'shareExact' : 'shareSampled';
  marks.push({ check, met: away <= (unsampled && hasSignature ? 0.005 : 0.03), note });

  if (hasSignature) {
    const legitimate = analysis.legitimateMitigated;
    marks.push(
      unsampled
        ? {
            check: 'legitimateExact',
            met: legitimate?.estimate === truth.legitimateMitigated,
            note: tell(legitimate, truth.legitimateMitigated),
          }
        : {
            check: 'legitimateInside',
            met: inside(legitimate, truth.legitimateMitigated),
            note: tell(legitimate, truth.legitimateMitigated),
          },
    );
    marks.push(scoreVectors(analysis, truth));
    if (truth.layer === 'network')
      marks.push({
        check: 'spoofed',
        met: analysis.spoofed === truth.spoofed,
        note: `${truth.spoofed}, published ${analysis.spoofed ?? 'missing'}`,
      });
  }
  if (truth.firstMitigatedAt !== undefined && truth.firstAttackAt !== undefined) {
    const taken = (truth.firstMitigatedAt - truth.firstAttackAt) / 1_000;
    const said = analysis.timeToMitigateSeconds;
    marks.push({
      check: unsampled ? 'mitigate' : 'mitigateSampled',
      met: said !== undefined && Math.abs(said - taken) <= (unsampled ? 1 : 10),
      note: `${round(taken)} s, published ${said ?? 'missing'}`,
    });
  }
  return marks;
}

/** Every vector that is named must be one of the planted ones, and at least one is named; a carpet must be called one. */
function scoreVectors(analysis: Analysis, truth: ScenarioTruth): Mark {
  const named = (analysis.vectors ?? []).map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'));
  const kinds = named.filter((name) => name !== 'carpet-bombing');
  const met =
    kinds.length > 0 &&
    kinds.every((name) => truth.vectors.includes(name)) &&
    (truth.layer === 'http' || named.includes('carpet-bombing') === (truth.carpet ?? false));
  return {
    check: truth.labels ? 'vectorsLabelled' : 'vectors',
    met,
    note: `${truth.carpet ? 'carpet of ' : ''}${truth.vectors.join('/')}, published ${named.join(', ') || 'none'}`,
  };
}

/** The peak that the report puts first. Without `analysis.peak` it is the one over 60 s. */
function scorePeak(analysis: Analysis, truth: ScenarioTruth): Mark[] {
  const peak = analysis.peak ?? (analysis.peak60s && { ...analysis.peak60s, windowSeconds: 60 });
  if (!peak) return [{ check: 'peak', met: false, note: 'missing' }];
  if (peak.windowSeconds < 10)
    return truth.sampling === 'none' ? [] : [{ check: 'peak', met: false, note: 'over 1 s of a sample' }];
  const real = peak.windowSeconds === 10 ? truth.peak10s / 10 : truth.peak60s / 60;
  return [
    {
      check: 'peak',
      met: peak.estimate <= 1.08 * real,
      note: `${round(real)}/s, published ${round(peak.estimate)} over ${peak.windowSeconds} s`,
    },
  ];
}

function round(value: number): string {
  return Number(value.toPrecision(5)).toString();
}
