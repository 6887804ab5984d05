import type { ChartSpec, SparklineChart } from '../model/chart-spec.ts';
import type { Inline, Phrase, Words } from '../model/phrase.ts';
import type { RedactionPolicy } from '../model/redaction.ts';
import type { Predicate } from '../model/signature.ts';
import type { TimeWindow } from '../model/time.ts';
import type { TlpLabel } from '../model/traffic.ts';

/**
 * What the customer is told, in order. Numbers are raw; `text/` writes them for people. Headings and names are strings of the
 * report's language (`W`), or messages while the report is being composed.
 */
export interface ReportModel<W extends Words = string> {
  readonly meta: ReportMeta<W>;
  readonly cover: Cover<W>;
  readonly chapters: readonly Chapter<W>[];
  /** Proposed rules as files, one for each place that they go to; empty without a signature. */
  readonly ruleFiles: readonly RuleFile[];
}

/** A text file: notes, which are comments in its language, and lines that are taken as they are. */
export interface RuleFile {
  /** `rules/nftables.txt`. */
  readonly name: string;
  /** How a comment begins. */
  readonly comment: string;
  readonly parts: readonly ({ readonly note: Phrase } | { readonly lines: readonly string[] })[];
}

export type ReportMeta<W extends Words = string> = IncidentMeta<W> | WeeklyMeta<W>;

export interface IncidentMeta<W extends Words = string> extends MetaOfAll<W> {
  readonly kind: 'incident';
  readonly incidentId: string;
}

/** A summary of a week, or of another period. */
export interface WeeklyMeta<W extends Words = string> extends MetaOfAll<W> {
  readonly kind: 'weekly';
  readonly period: {
    /** `2026-W47`. */
    readonly id: string;
    readonly kind: 'day' | 'week' | 'month' | 'custom';
    /** 167 or 169 in a week in which the clocks change. */
    readonly hours: number;
  };
}

interface MetaOfAll<W extends Words> {
  /** `INC-4821-r1`, `2026-W47-r1`. */
  readonly reportId: string;
  readonly revision: number;
  readonly title: W;
  readonly customer: { readonly id: string; readonly name: string };
  readonly provider: { readonly name: string; readonly contact?: string };
  readonly brandId: string;
  readonly tlp: TlpLabel;
  readonly audience: 'executive' | 'technical' | 'regulator';
  /** How far the report is; absent where the workspace does not say. */
  readonly status?: 'draft' | 'review' | 'final';
  readonly reviewer?: string;
  /** Of a final report: who answers for it, and since when. */
  readonly approval?: { readonly by: string; readonly at: number };
  /** How values are masked; absent in a copy that shows everything. */
  readonly redaction?: RedactionPolicy;
  readonly window: TimeWindow;
  /** IANA zone of the customer, in which every time is shown, and BCP 47 locale. */
  readonly timeZone: string;
  readonly locale: string;
  /** Paper of the PDF. */
  readonly paper: 'A4' | 'Letter';
  readonly createdAt: number;
  /** Role, never a person. */
  readonly preparedBy: string;
  readonly toolVersion: string;
}

export interface Cover<W extends Words = string> {
  /** What happened and is it over; at most 30 words. */
  readonly verdict: Phrase;
  /** Of an incident: the first four. Of a period: whether it had incidents, or whether nothing is known of it. */
  readonly state: 'over' | 'running' | 'none' | 'unknown' | 'attacked' | 'quiet' | 'unwatched';
  /** Of an incident. 0 (no attack) to 4 (outage): `Severity 3 of 4`, and every reason of that level. */
  readonly severity?: { readonly level: 0 | 1 | 2 | 3 | 4; readonly label: Phrase; readonly why: Phrase };
  /** Of a period: its length, and how much of it the data covers. */
  readonly extent?: Phrase;
  /** Exactly six. */
  readonly tiles: readonly Tile<W>[];
  /** Absent when there is no series at all. */
  readonly hero?: FigureBlock<W>;
}

/** One number of the first page. `value` is one inline so that it can be set large. */
export interface Tile<W extends Words = string> {
  /** The same in every language and revision: `peak`. */
  readonly id: string;
  readonly label: W;
  readonly value: Inline;
  readonly note: Phrase;
  readonly tone: 'favourable' | 'neutral' | 'unfavourable';
  /** The same number in the periods before and in this one. */
  readonly trend?: { readonly id: string; readonly chart: SparklineChart; readonly alt: Phrase };
}

export interface Chapter<W extends Words = string> {
  /** `timeline`; the anchor in HTML and PDF. */
  readonly id: string;
  readonly title: W;
  /** Whether the chapter starts on a new page. */
  readonly startsPage: boolean;
  readonly blocks: readonly Block<W>[];
  /** Path of the template of the workspace that fills it, where it is a section of the workspace. */
  readonly template?: string;
}

/** Each kind has exactly one partial in `templates/blocks/`. */
export type Block<W extends Words = string> =
  | TextBlock<W>
  | StatementsBlock
  | FigureBlock<W>
  | TableBlock<W>
  | CalloutBlock<W>
  | DefinitionsBlock<W>
  | CodeBlock;

interface TextBlock<W extends Words = string> {
  readonly kind: 'text';
  readonly heading?: W;
  readonly paragraphs: readonly Phrase[];
}

/** Findings as short paragraphs with a title each. */
export interface StatementsBlock {
  readonly kind: 'statements';
  readonly items: readonly {
    readonly title: Phrase;
    readonly text: Phrase;
    readonly tone: Tile['tone'];
    readonly evidence: readonly string[];
  }[];
}

export interface FigureBlock<W extends Words = string> {
  readonly kind: 'figure';
  /** `fig-traffic`; also the name of its table in `data/`. */
  readonly id: string;
  /** 1-based, in reading order. */
  readonly number: number;
  /** States the finding. */
  readonly title: Phrase;
  readonly chart: ChartSpec<W>;
  /** Unit and bucket, window, zone, source and sampling. */
  readonly caption: Phrase;
  readonly alt: Phrase;
  readonly evidence: readonly string[];
  readonly data: DataTable;
}

export interface TableBlock<W extends Words = string> {
  readonly kind: 'table';
  readonly id: string;
  readonly number: number;
  readonly title: Phrase;
  /** A narrow table that stands beside its narrow neighbour. */
  readonly half?: true;
  readonly columns: readonly Column<W>[];
  readonly rows: readonly (readonly Cell[])[];
  /** How many of the last rows close the table (what was left out, the sum) and stay last however it is sorted. */
  readonly closingRows?: number;
  /** Rows of the complete table in `data/`, when more than shown. */
  readonly totalRows: number;
  readonly note?: Phrase;
  readonly evidence: readonly string[];
  readonly data: DataTable;
}

export interface Column<W extends Words = string> {
  /** Where the column is looked for. */
  readonly id?: string;
  readonly label: W;
  readonly align: 'left' | 'right';
  /** Share of the width, 1 to 12; the rest is spread evenly. */
  readonly width?: number;
}

export type Cell = Inline | Phrase;

interface CalloutBlock<W extends Words = string> {
  readonly kind: 'callout';
  readonly tone: 'note' | 'caution' | 'unfavourable';
  readonly title: W;
  readonly text: Phrase;
}

interface DefinitionsBlock<W extends Words = string> {
  readonly kind: 'definitions';
  readonly heading?: W;
  readonly items: readonly { readonly term: W; readonly definition: Phrase }[];
}

/** Something to be copied as it is, such as a proposed rule. */
export interface CodeBlock {
  readonly kind: 'code';
  /** `rule-nftables`. */
  readonly id: string;
  readonly title: Phrase;
  /** Without line breaks in them. */
  readonly lines: readonly string[];
  readonly note: Phrase;
  readonly evidence: readonly string[];
}

/** The numbers behind a figure or table, complete, as written to `data/<id>.csv`: raw base units, times as ISO 8601 UTC. */
export interface DataTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** Columns whose text is defanged as a whole where it leaves the JSON: addresses, user agents, names that attackers chose. */
  readonly indicators?: readonly string[];
}

/** The machine-readable result of `report.json`, beside the model. Keys without evidence are absent. */
export interface Analysis {
  readonly attackDetected: boolean;
  /** 0 (no attack) to 4 (outage), with everything that applies. */
  readonly severity: {
    readonly level: number;
    readonly reasons: readonly { readonly id: string; readonly level: number }[];
  };
  readonly waves: readonly {
    readonly start: string;
    readonly end?: string;
    readonly uncertaintySeconds: number;
    readonly vectors: readonly string[];
  }[];
  /** Each is a conjunction; what matches one of them is the attack. Empty when the data does not tell it from other traffic. */
  readonly signatures: readonly {
    readonly all: readonly Predicate[];
    /** Share of the attack that matches. */
    readonly coverage: Estimate;
    /** Share of legitimate traffic before the attack that matches. */
    readonly collateral: Estimate;
  }[];
  readonly minutes: readonly Readonly<Record<string, string | Estimate>>[];
  readonly attributes: Readonly<Record<string, Readonly<Record<string, Estimate>>>>;
  /** What rules and systems stopped in the waves, and what rules that only logged would have; absent where no rule is on record. */
  readonly ruleEffects?: RuleEffects;
  /** Attack traffic, legitimate traffic taken off. */
  readonly attackTotal?: Estimate;
  /** Share of the attack that was mitigated. */
  readonly mitigatedShare?: Estimate;
  /** Attack traffic that was not mitigated and that the origin answered. */
  readonly reachedOrigin?: Estimate;
  /** Legitimate traffic that the defence against the attack mitigated. */
  readonly legitimateMitigated?: Estimate;
  /** Highest mean of all traffic per second over the window of the headline. */
  readonly peak?: Estimate & { readonly windowSeconds: number };
  readonly peak10s?: Estimate;
  readonly peak60s?: Estimate;
  readonly timeToMitigateSeconds?: number;
  /** Whether the senders of packets were forged; absent where that cannot be said. */
  readonly spoofed?: boolean;
  readonly vectors: readonly string[];
  /** Earlier incidents of the customer whose addresses attacked again, most first; absent where none could be compared. */
  readonly recurringSourceIncidents?: readonly string[];
}

/** Of rules that only logged: what they would have stopped, since nothing else did. */
interface EffectEstimates {
  readonly stopped: Estimate;
  /** What of it the signature matches, and does not; absent without a signature. */
  readonly attack?: Estimate;
  readonly other?: Estimate;
  /** Share of the attack in the waves; before and since it was contained. */
  readonly shareOfAttack?: Estimate;
  readonly beforeContainment?: Estimate;
  readonly afterContainment?: Estimate;
  /** By number of the wave, from 1. */
  readonly waves: readonly {
    readonly wave: number;
    readonly stopped: Estimate;
    readonly attack?: Estimate;
    readonly shareOfAttack?: Estimate;
  }[];
}

interface RuleEffects {
  readonly systems: readonly ({ readonly layer: string; readonly system: string } & EffectEstimates)[];
  readonly rules: readonly ({
    readonly layer: string;
    readonly rule: string;
    readonly name: string;
    readonly system: string;
    /** `stopped`, or what would have been had it not only logged. */
    readonly mode: 'acted' | 'logged-only';
    /** Stopped by no other rule on record; absent where the log names one rule a request. */
    readonly alone?: Estimate;
    /** Matches before the first wave. */
    readonly before: Estimate;
  } & EffectEstimates)[];
  /** Stopped by one rule and matched by another as well; absent where the log names one rule a request. */
  readonly overlaps?: readonly {
    readonly layer: string;
    readonly stoppedBy: string;
    readonly alsoMatched: string;
    /** What the other one did, such as `logged`. */
    readonly outcome: string;
    readonly total: Estimate;
    readonly attack?: Estimate;
  }[];
}

/** The machine-readable result of a summary of a period. Keys without evidence are absent. */
export interface WeeklyAnalysis {
  readonly period: {
    readonly id: string;
    readonly kind: 'day' | 'week' | 'month' | 'custom';
    readonly start: string;
    readonly end: string;
    readonly hours: number;
    readonly timeZone: string;
  };
  /** Absent when nothing before is on record. */
  readonly previousPeriod?: string;
  /** `unwatched`: neither traffic nor an incident is on record. */
  readonly state: 'attacked' | 'quiet' | 'unwatched';
  readonly layers: readonly {
    readonly layer: 'network' | 'http';
    readonly unit: string;
    /** Share of the period for which there is data. */
    readonly completeness: number;
    readonly coveredSeconds: number;
    readonly total: Estimate;
    readonly mitigated?: Estimate;
    readonly passed?: Estimate;
    readonly unknown?: Estimate;
    readonly bytes?: Estimate;
    readonly peak?: LoadPeak;
    readonly bitsPeak?: LoadPeak;
    /** Mean rates over the part of each hour that has data; null where there is none. */
    readonly hours: readonly {
      readonly t: string;
      readonly passed: number | null;
      readonly mitigated: number | null;
      readonly unknown: number | null;
    }[];
    readonly days: readonly {
      readonly day: string;
      readonly coveredSeconds: number;
      readonly total?: Estimate;
      readonly mitigated?: Estimate;
      readonly systems: readonly { readonly system: string; readonly mitigated: Estimate }[];
    }[];
    readonly lists: readonly {
      readonly dimension: string;
      /** False where items may be larger than told. */
      readonly isExact: boolean;
      readonly items: readonly ListedValue[];
      readonly other: Estimate;
      readonly unknown: Estimate;
      readonly gone: readonly ListedValue[];
    }[];
  }[];
  readonly incidents: readonly {
    readonly id: string;
    readonly reportId: string;
    readonly start: string;
    readonly end?: string;
    /** Inside the period. */
    readonly exposureSeconds: number;
    readonly vectors: readonly string[];
    readonly peak?: Estimate & { readonly unit: string };
    readonly leakedShare?: Estimate;
    readonly promisesMissed: number;
    readonly attackIds: number;
  }[];
  /** Union of the waves of all incidents inside the period. */
  readonly exposureSeconds: number;
  readonly vectors: readonly {
    readonly name: string;
    readonly exposureSeconds: number;
    readonly medianBeforeSeconds?: number;
  }[];
  readonly leakedShare?: Estimate;
  readonly promises: { readonly met: number; readonly missed: number; readonly notMeasurable: number };
  readonly attackIds?: { readonly total: number; readonly outside: number };
  /** Periods before, oldest first. */
  readonly past: readonly {
    readonly period: string;
    readonly incidents: number;
    readonly exposureSeconds: number;
    readonly layers: readonly {
      readonly layer: 'network' | 'http';
      readonly unit: string;
      readonly completeness: number;
      readonly total: Estimate;
      readonly mitigated?: Estimate;
    }[];
  }[];
  readonly openRecommendations: readonly {
    readonly id: string;
    readonly owner: 'customer' | 'provider' | 'both';
    readonly since: string;
    readonly incidents: readonly string[];
  }[];
}

type LoadPeak = Estimate & { readonly unit: string; readonly windowSeconds: number; readonly at: string };

interface ListedValue {
  readonly value: string;
  readonly name?: string;
  readonly total: Estimate;
  readonly mitigated: Estimate;
  readonly previous?: Estimate;
  /** This mean rate over the previous one, less 1; a zero base is `new`. */
  readonly change?: number | 'new' | 'gone' | 'same';
}

export interface Estimate {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}
