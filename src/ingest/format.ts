import type { CaseInput } from '../config/config.ts';
import type { Dimension } from '../model/dimension.ts';
import type { MeasureKind } from '../model/measure.ts';
import type { Disposition, Layer } from '../model/traffic.ts';
import type {
  DataWarning,
  RejectedRecord,
  ReportedAttack,
  ReportedTopList,
  TimelineEntry,
  TrafficSource,
} from './dataset.ts';

/**
 * A reader of one kind of small document: a JSON answer of an API, a mapped CSV or JSON file, a timeline. Row logs that
 * may be gigabytes (Logpush) do not go this way; the engine reads them itself.
 */
export interface DocumentReader {
  /** Format id of `docs/data-formats.md`: `cloudflare/graphql`, `aws/shield`, `timeline/yaml`, … Also the value of `format:` in a case file. */
  readonly id: string;
  /** Looks at content only, never at the file name. Not asked when the case file names the format. */
  recognises(document: InputDocument): boolean;
  /** @throws ReportError `input-invalid` naming file, line and field when the document as a whole cannot be used. */
  read(document: InputDocument, collector: Collector): Promise<void> | void;
}

/** One opened input: text decoded as UTF-8 without BOM, decompressed, size-checked. */
export interface InputDocument {
  readonly input: CaseInput;
  /** `in1`, …: the evidence id. */
  readonly inputId: string;
  readonly text: string;
  /** Parsed JSON, when the text is one JSON value, an envelope or concatenated values (then an array); else undefined. */
  readonly json: unknown;
  /** 1-based line of a JSON path such as `['data','viewer','zones',0]`; undefined when it cannot be told. */
  lineOf(path: readonly (string | number)[]): number | undefined;
}

/** Where readers put what they found. */
export interface Collector {
  points(series: PointSeries): void;
  /** Messages about one attack may lie in several files; `mergeAttacks` of documents/documents.ts makes one of them. */
  attack(attack: ReportedAttack): void;
  topList(list: ReportedTopList): void;
  timeline(entry: TimelineEntry): void;
  reject(record: RejectedRecord): void;
  warn(warning: DataWarning): void;
  /** Counts records read from an input, for its `InputFile`. */
  count(inputId: string, records: number): void;
  /** States whose traffic the document holds; each different value once. The customer guard refuses what is not the customer's. */
  belongs(claim: OwnershipClaim): void;
  /** Tells that a record does not say whose traffic it is; `line` is that of the first one. */
  unlabelled(inputId: string, line?: number): void;
}

/** Something that identifies the owner of records: each one must be the customer's. `line` is where it was first seen. */
export interface OwnershipClaim {
  readonly kind: 'host' | 'address' | 'zone' | 'account' | 'application';
  /** Host name, address or prefix, or id, as written. */
  readonly value: string;
  readonly inputId: string;
  readonly line?: number;
}

/**
 * One self-consistent table of already aggregated traffic: each unit of traffic is in exactly one row. Two series are never
 * added together. Series with the same `key` from several files are pages of one series; equal rows are duplicates.
 */
export interface PointSeries {
  /** Dataset, node or alias, dimensions and filter: what makes two files pages of the same table. */
  readonly key: string;
  readonly layer: Layer;
  readonly label: string;
  readonly unit: TrafficSource['unit'];
  readonly kind: MeasureKind;
  /** 0 when the rows are single instants or have no time. Rows without time that may have been cut are top lists, not a series. */
  readonly intervalMs: number;
  readonly dimensions: readonly Dimension[];
  readonly knowsDisposition: boolean;
  /** Higher feeds totals first: 100 complete accounts of all traffic, 50 mitigated traffic only, 10 cut lists. Logs are 1000. */
  readonly priority: number;
  readonly inputId: string;
  /** May be read more than once and from a file that is larger than memory allows as objects: iterate, do not collect. */
  readonly rows: Iterable<PointRow>;
}

export interface PointRow {
  /** Start of the bucket, epoch ms; undefined when the series has no time. */
  readonly t?: number;
  /** Zone or account that the row belongs to, when one result holds several: equal rows of different parts are different traffic. */
  readonly part?: string;
  /** Already scaled by the source; undefined is unknown, not zero. */
  readonly units?: number;
  readonly bytes?: number;
  /** Mean sampling interval as disclosed by the source; never multiplied in. */
  readonly sampleInterval?: number;
  /** The sampling interval that yields the source's own confidence interval, where it gives one: the variance is `units × (weight − 1)`. */
  readonly weight?: number;
  readonly disposition?: Disposition;
  readonly sourceAsName?: string;
  readonly ruleName?: string;
  /** Values of the series' dimensions, normalised: countries ISO 3166-1 alpha-2 upper case, addresses RFC 5952, numbers as text. */
  readonly at: Readonly<Partial<Record<Dimension, string>>>;
}
