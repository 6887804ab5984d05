/** What the time of a notice counts from: a moment that the customer states, or another notice. */
export type NoticeStart = 'awareness' | 'classification' | { readonly notice: string };

/** When a notice about an incident is due under a rule that a customer may be subject to, with where that was read. */
export interface NoticeDeadline {
  readonly id: string;
  /** What a customer file names: `nis2`. */
  readonly rule: string;
  readonly ruleName: string;
  /** `Early warning`. */
  readonly notice: string;
  readonly within: { readonly hours: number } | { readonly months: number };
  readonly from: NoticeStart;
  readonly provision: string;
  readonly source: string;
  readonly address: string;
  /** Page that was read, and the day, YYYY-MM-DD. */
  readonly readAt: string;
  readonly read: string;
  /** Whether somebody read it in the source itself. */
  readonly verified: boolean;
  readonly verifiedBy?: string | undefined;
}
