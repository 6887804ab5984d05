import type { KnownNetworks } from '../model/network-kind.ts';
import type { NoticeDeadline } from '../model/notice.ts';
import type { OwnRecommendation, RecommendationEdit } from '../model/recommendation.ts';
import type { RedactionPolicy } from '../model/redaction.ts';
import type { TimeWindow } from '../model/time.ts';
import type { TlpLabel } from '../model/traffic.ts';
import type { CustomerFile, InputSpec, MappingFile } from './schema.ts';

/** A case with every default filled in: what all later stages are given. Nobody downstream meets a missing field. */
export interface Case {
  readonly workspaceDir: string;
  /** Case file relative to the workspace, for messages. */
  readonly file: string;
  readonly id: string;
  readonly title: string;
  readonly window?: TimeWindow;
  readonly traffic: readonly CaseInput[];
  readonly timeline: readonly CaseInput[];
  readonly recommendations: {
    /** `recommendations.yaml` of the workspace. */
    readonly own: readonly OwnRecommendation[];
    readonly edits: readonly RecommendationEdit[];
  };
  readonly notices: {
    /** Those of the rules that the customer names, in the order of their rules. */
    readonly deadlines: readonly NoticeDeadline[];
    /** As the customer states them; epoch ms. */
    readonly awareAt?: number;
    readonly classifiedAt?: number;
  };
  /** Remarks of the analyst. */
  readonly notes: readonly string[];
  /** Ticket of the incident by destination of the customer. */
  readonly tickets: Readonly<Record<string, string>>;
  readonly customer: CustomerFile;
  readonly provider: { readonly name: string; readonly contact?: string };
  readonly brand: Brand;
  /** Templates of the workspace, where it has any. */
  readonly templates?: CustomTemplates;
  readonly tlp: TlpLabel;
  readonly audience: 'executive' | 'technical' | 'regulator';
  /** How far the report is; absent where neither the case nor the workspace says. */
  readonly status?: 'draft' | 'review' | 'final';
  readonly reviewer?: string;
  /** Of a final report, and only of one. */
  readonly approval?: { readonly by: string; readonly at: number };
  /** Why there is another revision, in the words of whoever made it. */
  readonly revisionNote?: string;
  /** Absent where nothing is masked. `key` is a reference, never the key. */
  readonly redaction?: { readonly policy: RedactionPolicy; readonly key?: string };
  readonly timeZone: string;
  readonly locale: string;
  readonly paper: 'A4' | 'Letter';
  readonly preparedBy: string;
  readonly mergeGapMs: number;
  /** Kinds of networks that the provider wrote down, by AS number. */
  readonly networks: KnownNetworks;
  /** Whether published figures of others are shown. */
  readonly industryContext: boolean;
  /** Full sentences for whoever makes the report, about what is printed otherwise than configured. */
  readonly remarks: readonly string[];
  /** Every file of the workspace that the report is made by, the inputs apart; in the order of their paths. */
  readonly madeBy: readonly ConfigFile[];
}

/** What there is to read about one customer. */
export type Inputs = Pick<Case, 'file' | 'window' | 'traffic' | 'timeline' | 'customer'>;

/** Everything that a summary of a period is made with, every default filled in. */
export interface Standing
  extends Pick<
    Case,
    | 'workspaceDir'
    | 'file'
    | 'customer'
    | 'provider'
    | 'brand'
    | 'templates'
    | 'tlp'
    | 'audience'
    | 'timeZone'
    | 'locale'
    | 'paper'
    | 'preparedBy'
    | 'mergeGapMs'
    | 'redaction'
    | 'remarks'
    | 'madeBy'
  > {
  /** Files of the period; more may reach into it. */
  readonly traffic: readonly CaseInput[];
  /** Patterns without a file. */
  readonly missing: readonly string[];
}

/** A case, profile, brand or mapping file, as it was read. `path` is relative to the workspace. */
export interface ConfigFile {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** One file of a case, after its pattern was expanded. `path` is relative to the workspace, `absolutePath` has no links left in it. */
export interface CaseInput extends Omit<InputSpec, 'file' | 'mapping' | 'receivedAt'> {
  readonly path: string;
  readonly absolutePath: string;
  readonly mapping?: MappingFile;
  /** Epoch ms. */
  readonly receivedAt?: number;
}

export interface Brand {
  readonly id: string;
  readonly name: string;
  readonly colours: { readonly primary: string; readonly accent: string };
  /** `data:` URL of the checked logo. */
  readonly logo?: string;
  /** `data:` URL of the checked logo of the customer. */
  readonly customerLogo?: string;
  /** `data:` URL of a checked picture for the first page. */
  readonly coverPicture?: string;
  /** Base64 of checked TTF files, one static weight each. */
  readonly fonts?: {
    readonly headings?: string;
    readonly text?: { readonly regular: string; readonly semibold: string; readonly bold: string };
  };
  readonly contacts?: readonly { readonly role: string; readonly reach: string }[];
  readonly legal?: string;
  /** White label: names that must stand nowhere in a report. */
  readonly unnamed?: readonly string[];
}

/** A template or style sheet of the workspace; `path` is relative to it. */
export interface TemplateFile {
  readonly path: string;
  readonly source: string;
}

/** What a workspace writes anew or adds, checked for what may stand where. */
export interface CustomTemplates {
  /** By the name of the partial that each replaces, such as `blocks/table`. */
  readonly replaced: readonly (TemplateFile & { readonly name: string })[];
  readonly sections: readonly {
    readonly id: string;
    readonly title: string;
    readonly template: TemplateFile;
    readonly after?: string | undefined;
    readonly audiences?: readonly Case['audience'][] | undefined;
    readonly kinds?: readonly ('incident' | 'weekly')[] | undefined;
  }[];
  readonly styleSheet?: TemplateFile;
}
