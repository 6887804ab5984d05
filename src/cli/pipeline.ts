import type { Case } from '../config/config.ts';
import type { DataWarning, InputFile, TrafficSource } from '../ingest/ingest.ts';
import type { Log } from '../log.ts';
import type { BrowserHandle } from '../render/render.ts';

export const FORMATS = ['pdf', 'html', 'json', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

export interface CaseRequest {
  readonly caseFile: string;
  readonly workspaceDir?: string;
  readonly audience?: Case['audience'];
  /** Refuses what is otherwise a warning about the data. */
  readonly strict: boolean;
}

export interface CaseEffects {
  readonly now: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface MadeReport {
  readonly reportId: string;
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  readonly warnings: readonly string[];
}

export interface CheckedCase {
  readonly inputs: readonly InputFile[];
  readonly warnings: readonly DataWarning[];
  readonly sources: readonly TrafficSource[];
}

/** What the commands drive. The engine and the browser behind it are loaded when a command needs them, not for `--help`. */
export interface Pipeline {
  generate(
    request: CaseRequest & { readonly outDir?: string; readonly formats: readonly Format[] },
    effects: CaseEffects & { readonly browser: BrowserHandle },
  ): Promise<MadeReport>;
  check(request: CaseRequest, effects: CaseEffects): Promise<CheckedCase>;
  openBrowser(options: { readonly executable?: string; readonly noSandbox: boolean; readonly log: Log }): BrowserHandle;
}
