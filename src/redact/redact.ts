import type { AttackStats, WeekStats } from '../aggregate/aggregate.ts';
import type { Case, Standing } from '../config/config.ts';
import type { Dataset } from '../ingest/ingest.ts';
import type { Findings } from '../insight/insight.ts';
import type { Analysis, Estimate, ReportModel, WeeklyAnalysis } from '../report/report.ts';
import { knownOfPeriod, knownValues } from './known-values.ts';
import { createMasker, type Masker } from './masker.ts';

// The one place in which a report is masked: after it was composed and before anything is drawn, printed or written, so that
// every file follows.

/** What a copy of a report shows. */
export interface Redaction {
  /** Without the proposed rules that would show what is masked; before the report is composed of them. */
  findings(findings: Findings): Findings;
  model(model: ReportModel): ReportModel;
  analysis(analysis: Analysis): Analysis;
  /** Any plain record about inputs, as the manifest holds them. */
  record<T>(record: T): T;
  /** Whether addresses stand in it as they are, and can be kept for comparison with later incidents. */
  readonly keepsAddresses: boolean;
}

const NOTHING_MASKED: Redaction = {
  findings: (findings) => findings,
  model: (model) => model,
  analysis: (analysis) => analysis,
  record: (record) => record,
  keepsAddresses: true,
};

/** `key` of the pseudonyms; needed only where the policy of the case makes some. */
export function createRedaction(
  incident: Pick<Case, 'redaction' | 'customer' | 'provider' | 'preparedBy' | 'reviewer' | 'approval'>,
  facts: { readonly dataset: Omit<Dataset, 'engine'>; readonly stats: AttackStats },
  key: string | undefined,
): Redaction {
  if (!incident.redaction) return NOTHING_MASKED;
  const { policy } = incident.redaction;
  const { customer } = incident;
  const masker = createMasker({
    policy,
    ...(key !== undefined && { key }),
    customerId: customer.id,
    known: knownValues(incident, facts.dataset, facts.stats),
    domains: [...customer.zones, ...customer.hosts],
  });
  return {
    findings: (findings) => withholdRules(findings, facts.stats, masker),
    model: (model) => mapTexts(model, masker, false),
    analysis: (analysis) => redactAnalysis(analysis, masker),
    record: (record) => mapTexts(record, masker, true),
    keepsAddresses: policy.addresses === 'full',
  };
}

/** What a copy of a summary shows: the same masks, over what the archive of the customer holds. */
export function createPeriodRedaction(
  standing: Pick<Standing, 'redaction' | 'customer' | 'provider' | 'preparedBy'>,
  stats: WeekStats,
  key: string | undefined,
): Pick<Redaction, 'model' | 'record'> & { analysis(analysis: WeeklyAnalysis): WeeklyAnalysis } {
  if (!standing.redaction) return NOTHING_MASKED_OF_PERIOD;
  const { customer, redaction } = standing;
  const masker = createMasker({
    policy: redaction.policy,
    ...(key !== undefined && { key }),
    customerId: customer.id,
    known: knownOfPeriod(standing, stats),
    domains: [...customer.zones, ...customer.hosts],
  });
  type Listed = WeeklyAnalysis['layers'][number]['lists'][number]['items'][number];
  const listed = (item: Listed): Listed => ({
    ...item,
    value: masker.input(item.value),
    ...(item.name !== undefined && { name: masker.input(item.name) }),
  });
  return {
    model: (model) => mapTexts(model, masker, false),
    record: (record) => mapTexts(record, masker, true),
    analysis: (analysis) => ({
      ...analysis,
      layers: analysis.layers.map((layer) => ({
        ...layer,
        lists: layer.lists.map((list) => ({
          ...list,
          items: list.items.map(listed),
          gone: list.gone.map(listed),
        })),
      })),
    }),
  };
}

const NOTHING_MASKED_OF_PERIOD: ReturnType<typeof createPeriodRedaction> = {
  model: (model) => model,
  record: (record) => record,
  analysis: (analysis) => analysis,
};

/** Parts of a model that are names of ours; nothing of an input is in them. */
const OURS: ReadonlySet<string> = new Set([
  ...['kind', 'role', 'tone', 'align', 'state', 'unit', 'form', 'actor', 'language', 'indicators'],
  ...['reportId', 'incidentId', 'brandId', 'tlp', 'audience', 'timeZone', 'locale', 'paper', 'toolVersion', 'evidence'],
  ...['customer', 'provider', 'preparedBy', 'redaction', 'id', 'name', 'comment'],
]);
/** Parts that are wholly made of input. */
const INPUT: ReadonlySet<string> = new Set(['chart', 'lines']);

/** Parts of the analysis that are words of ours; whatever else stands in it may be of an input. */
const OURS_IN_ANALYSIS: ReadonlySet<string> = new Set([
  'field',
  'op',
  'layer',
  'vectors',
  't',
  'start',
  'end',
  'reasons',
]);

/** The machine-readable result as a copy may hold it; what falls under one mask is added up. */
function redactAnalysis({ attributes, ...rest }: Analysis, masker: Masker): Analysis {
  return {
    ...mapTexts(rest, masker, true, OURS_IN_ANALYSIS),
    attributes: Object.fromEntries(
      Object.entries(attributes).map(([field, values]) => {
        const sums = new Map<string, Estimate>();
        for (const [value, estimate] of Object.entries(values)) {
          const name = masker.input(value);
          sums.set(name, addEstimates(sums.get(name), estimate));
        }
        return [field, Object.fromEntries(sums)];
      }),
    ),
  };
}

function addEstimates(sum: Estimate | undefined, { estimate, lower, upper }: Estimate): Estimate {
  if (!sum) return { estimate, lower, upper };
  return { estimate: sum.estimate + estimate, lower: sum.lower + lower, upper: sum.upper + upper };
}

/**
 * Findings without the proposed rules that would show what is masked. A rule with a mask in it is none: shortened addresses
 * would even stop the neighbours of an attacker.
 */
function withholdRules(findings: Findings, { signatures }: Pick<AttackStats, 'signatures'>, masker: Masker): Findings {
  const shows = (text: string) => masker.input(text) !== text;
  const rules = findings.rules.rules.filter((rule) => {
    const signature = signatures[rule.signature];
    const values = [...(signature?.all ?? []), ...(signature?.scope ?? [])].flatMap(({ value }) => [value].flat());
    return ![...values, ...rule.text.watch, ...rule.text.enforce].some(
      (value) => typeof value === 'string' && shows(value),
    );
  });
  return { ...findings, rules: { ...findings.rules, rules } };
}

/** Only texts change, so what comes out has the shape of what went in. */
function mapTexts<T>(value: T, masker: Masker, isInput: boolean, ours: ReadonlySet<string> = OURS): T {
  const map = (inner: unknown, name: string, within: boolean): unknown => {
    if (typeof inner === 'string') return within ? maskCell(inner, masker) : masker.words(inner);
    if (Array.isArray(inner)) return inner.map((one) => map(one, '', within));
    if (typeof inner !== 'object' || inner === null) return inner;
    const isLabel = 'kind' in inner && inner.kind === 'label';
    return Object.fromEntries(
      Object.entries(inner).map(([part, one]) => [
        part,
        ours.has(part) ? one : map(one, part, within || isLabel || isMadeOfInput(part, name)),
      ]),
    );
  };
  return map(value, '', isInput) as T;
}

/** Rows of a block are cells of inlines, each of which says what it is; rows of a data table are bare values. */
function isMadeOfInput(part: string, parent: string): boolean {
  if (part === 'rows') return parent === 'data' || parent === 'chart';
  if (part === 'title' || part === 'reviewer' || part === 'approval') return parent === 'meta';
  return INPUT.has(part);
}

/** A cell may hold conditions as JSON, in which a value is written in another way than it is. */
function maskCell(text: string, masker: Masker): string {
  if (!/^[[{]/u.test(text)) return masker.input(text);
  try {
    return JSON.stringify(mapTexts(JSON.parse(text), masker, true));
  } catch {
    return masker.input(text);
  }
}
