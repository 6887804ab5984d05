import type {
  DataWarning,
  RejectedRecord,
  ReportedAttack,
  ReportedTopList,
  TimelineEntry,
  TrafficSource,
} from './dataset.ts';
import type { Collector, OwnershipClaim, PointSeries } from './format.ts';

/** Everything that the readers of documents handed over, in the order of the inputs. */
export class Gathered implements Collector {
  readonly series: PointSeries[] = [];
  readonly attacks: ReportedAttack[] = [];
  readonly topLists: ReportedTopList[] = [];
  readonly entries: TimelineEntry[] = [];
  readonly rejects: RejectedRecord[] = [];
  readonly warnings: DataWarning[] = [];
  readonly claims: OwnershipClaim[] = [];
  readonly #unlabelled = new Map<string, number | undefined>();
  readonly #records = new Map<string, number>();

  points(series: PointSeries): void {
    this.series.push(series);
  }

  attack(attack: ReportedAttack): void {
    this.attacks.push(attack);
  }

  topList(list: ReportedTopList): void {
    this.topLists.push(list);
  }

  timeline(entry: TimelineEntry): void {
    this.entries.push(entry);
  }

  reject(record: RejectedRecord): void {
    this.rejects.push(record);
  }

  warn(warning: DataWarning): void {
    this.warnings.push(warning);
  }

  count(inputId: string, records: number): void {
    this.#records.set(inputId, this.recordsOf(inputId) + records);
  }

  belongs(claim: OwnershipClaim): void {
    this.claims.push(claim);
  }

  unlabelled(inputId: string, line?: number): void {
    if (!this.#unlabelled.has(inputId)) this.#unlabelled.set(inputId, line);
  }

  /** Inputs that handed over traffic without anything that says whose it is, with the line of such a record where it is known. */
  unclaimed(): ReadonlyMap<string, number | undefined> {
    const claimed = new Set(this.claims.map(({ inputId }) => inputId));
    const holding = [
      ...this.series.map(({ inputId }) => inputId),
      ...this.attacks.map(({ input }) => input),
      ...this.topLists.map(({ input }) => input),
    ];
    const silent = holding.filter((inputId) => !claimed.has(inputId) && !this.#unlabelled.has(inputId));
    return new Map([...this.#unlabelled, ...silent.map((inputId) => [inputId, undefined] as const)]);
  }

  recordsOf(inputId: string): number {
    return this.#records.get(inputId) ?? 0;
  }

  /** Place of a source that was made of series: the lowest of theirs, because a page less complete makes the whole so. */
  priorityOf(source: TrafficSource): number {
    const own = this.series.filter(
      (one) => one.label === source.label && one.unit === source.unit && source.evidence.includes(one.inputId),
    );
    return Math.min(...own.map(({ priority }) => priority));
  }
}
