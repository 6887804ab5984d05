/**
 * Exit codes of the command: 0 all made; 1 some report failed or was incomplete; 2 usage, configuration or input; 3 no usable
 * browser; 4 a delivery waits for a person to say whether it arrived.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** The closed table of known faults. `docs/errors.md` is checked against it. */
export const ERROR_CODES = {
  usage: { exit: 2, meaning: 'The command line is wrong.' },
  'workspace-not-found': { exit: 2, meaning: 'No folder with debrief.yaml was found.' },
  'config-invalid': { exit: 2, meaning: 'A configuration or case file has faults.' },
  'file-not-found': { exit: 2, meaning: 'A named file does not exist or a pattern matches nothing.' },
  'path-outside-workspace': { exit: 2, meaning: 'A path leaves the workspace.' },
  'input-unreadable': {
    exit: 2,
    meaning: 'An input file cannot be read: no permission, broken gzip, not text, too large.',
  },
  'input-format-unknown': { exit: 2, meaning: 'The format of an input file was not recognised.' },
  'input-invalid': { exit: 2, meaning: 'An input file has more faulty records than are tolerated.' },
  'input-foreign': { exit: 2, meaning: 'An input file holds data of another customer, or does not say whose it is.' },
  'input-empty': { exit: 2, meaning: 'The inputs hold no usable traffic, attack or timeline.' },
  'number-overflow': { exit: 2, meaning: 'A sum is larger than can be held exactly.' },
  'engine-exhausted': { exit: 1, meaning: 'The data do not fit into the memory and scratch space of the engine.' },
  'report-exists': { exit: 2, meaning: 'The report folder exists and revisions are never overwritten.' },
  'output-failed': { exit: 1, meaning: 'The report could not be written.' },
  'section-failed': { exit: 1, meaning: 'A required section of the report failed.' },
  'render-failed': { exit: 1, meaning: 'The browser could not print the report.' },
  'report-unsound': { exit: 1, meaning: 'The finished document failed its checks and was not published.' },
  'provider-named': { exit: 2, meaning: 'A white-label report would name the provider.' },
  'browser-not-found': { exit: 3, meaning: 'No usable browser was found.' },
  'secret-unreadable': { exit: 2, meaning: 'A secret that the configuration refers to cannot be read.' },
  'report-altered': { exit: 1, meaning: 'A finished report, or what was frozen of it, is not what was made.' },
  'delivery-refused': { exit: 1, meaning: 'A report may not go where it was to go.' },
  'ledger-unusable': { exit: 1, meaning: 'The ledger of the workspace cannot be used.' },
  'queue-unusable': { exit: 1, meaning: 'The database in which deliveries wait cannot be used.' },
  cancelled: { exit: 1, meaning: 'The run was cancelled.' },
} as const satisfies Record<string, { exit: ExitCode; meaning: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Where a fault lies. `line` and `column` are 1-based; `field` is a path such as `traffic[2].file`. */
export interface ErrorPlace {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly field?: string;
}

export interface ReportErrorOptions {
  readonly where?: ErrorPlace;
  /** What the engineer can do about it, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A known fault, told to the engineer on shift without a stack. Anything else that is thrown is a defect of ours. */
export class ReportError extends Error {
  readonly code: ErrorCode;
  readonly where: ErrorPlace;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: ReportErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ReportError';
    this.code = code;
    this.where = options.where ?? {};
    this.hint = options.hint;
  }

  get exitCode(): ExitCode {
    return ERROR_CODES[this.code].exit;
  }
}

/** `logs/a.ndjson:17: traffic[2].bits` from the parts that are known; empty when none is. */
export function formatPlace(where: ErrorPlace): string {
  const position = [where.file, where.line, where.column].filter((part) => part !== undefined).join(':');
  return [position, where.field].filter((part) => part !== undefined && part !== '').join(': ');
}
