import type { Writable } from 'node:stream';
import { ERROR_CODES, formatPlace, ReportError } from '../errors.ts';
import type { Log } from '../log.ts';
import { ProgressBar } from './progress-bar.ts';
import { formatMs, terminalJson, terminalText } from './terminal-text.ts';

/** Where the command writes. Tests give their own. */
export interface Streams {
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

export interface ConsoleOptions {
  /** Results as one JSON object a line. */
  readonly json?: boolean;
  /** Nothing on stderr but errors. */
  readonly quiet?: boolean;
  /** Debug lines and the causes of errors too. */
  readonly verbose?: boolean;
  readonly now: () => number;
}

/** The one place that writes. Results go to stdout, everything else to stderr; whatever came from input is made harmless. */
export class Console {
  readonly #streams: Streams;
  readonly #options: ConsoleOptions;
  readonly #bar: ProgressBar | undefined;

  constructor(streams: Streams, options: ConsoleOptions) {
    this.#streams = streams;
    this.#options = options;
    this.#bar = streams.stderr.isTTY && !options.quiet ? new ProgressBar(streams.stderr) : undefined;
  }

  /** A result: the lines for people, or the object with `--json`. A line break in what came from input starts no line of ours. */
  result(lines: readonly string[], object: object): void {
    const text = this.#options.json
      ? terminalJson(object)
      : lines.map((line) => terminalText(line).replaceAll('\n', '\n  ')).join('\n');
    this.#aroundBar(() => this.#streams.stdout.write(`${text}\n`));
  }

  /** A failure of `subject` (a case file, or nothing). Known ones get place and hint, unknown ones their stack. */
  failure(error: unknown, subject?: string): void {
    if (this.#options.json)
      this.result([], { type: 'error', ...(subject !== undefined && { subject }), ...describe(error) });
    const about = subject === undefined ? '' : `${subject}: `;
    this.#line('error: ', [...headOf(error, about), ...(this.#options.verbose ? causesOf(error) : [])].join('\n'));
  }

  /** The log of one subject; `undefined` is the command itself. Of one of many only the verbose are told every phase. */
  logFor(subject?: string, { isOneOfMany = false }: { readonly isOneOfMany?: boolean } = {}): Log {
    const about = subject === undefined ? '' : `${subject}: `;
    const { quiet, verbose, now } = this.#options;
    return {
      debug: (message) => verbose && !quiet && this.#line('', about + message),
      info: (message) => !quiet && this.#line('', about + message),
      warn: (message) => !quiet && this.#line('warning: ', about + message),
      error: (message) => this.#line('error: ', about + message),
      phase: async (name, work) => {
        const startedAt = now();
        const phase = this.#bar?.begin(terminalText(about + name));
        try {
          return await work((share) => phase?.advance(share));
        } finally {
          phase?.end();
          const done = `${about}${name}, ${formatMs(now() - startedAt)}`;
          if (!quiet && (verbose || (!this.#bar && !isOneOfMany))) this.#line('', done);
        }
      },
    };
  }

  /** Takes the progress bar away. */
  close(): void {
    this.#bar?.close();
  }

  /** Further lines are indented, so that no line of a message can pass for one of ours. */
  #line(label: string, message: string): void {
    const text = terminalText(message).replaceAll('\n', '\n  ');
    this.#aroundBar(() => this.#streams.stderr.write(`${label}${text}\n`));
  }

  #aroundBar(write: () => void): void {
    if (this.#bar) this.#bar.around(write);
    else write();
  }
}

function headOf(error: unknown, about: string): string[] {
  if (!(error instanceof ReportError))
    return [`${about}a defect of Debrief; please report it with these lines`, stackOf(error)];
  const place = formatPlace(error.where);
  const named = place === '' || (error.where.file !== undefined && error.message.includes(error.where.file));
  return [
    `${about}${ERROR_CODES[error.code].meaning} [${error.code}]`,
    named ? error.message : `${place}: ${error.message}`,
    ...(error.hint === undefined ? [] : [`hint: ${error.hint}`]),
  ];
}

function causesOf(error: unknown): string[] {
  const lines: string[] = [];
  for (let cause = error instanceof Error ? error.cause : undefined; cause !== undefined && lines.length < 5; ) {
    lines.push(`cause: ${cause instanceof Error ? cause.message : String(cause)}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return lines;
}

function describe(error: unknown): object {
  if (!(error instanceof ReportError)) return { code: 'internal', message: stackOf(error) };
  const { code, message, where, hint } = error;
  return { code, message, where, ...(hint !== undefined && { hint }) };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
