import type { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';

/** One of the phases that run now. */
export interface RunningPhase {
  /** Share done, 0 to 1. */
  advance(share: number): void;
  end(): void;
}

/** One bar on a terminal for all that runs: it shows the phase that moved last and how many others there are. */
export class ProgressBar {
  readonly #bar: SingleBar;
  /** In the order of their last move. */
  readonly #phases = new Map<symbol, { readonly label: string; share: number }>();
  #isShown = false;

  constructor(stream: Writable) {
    this.#bar = new SingleBar({
      stream,
      format: '{bar} {percentage} % {label}',
      barsize: 24,
      fps: 8,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: null,
      linewrap: true, // the terminal is left as it is, also when the process is killed; the line is cut instead
      clearOnComplete: true,
      gracefulExit: false, // signals are ours
    });
  }

  begin(label: string): RunningPhase {
    const key = Symbol(label);
    this.#phases.set(key, { label, share: 0 });
    this.#show();
    return {
      advance: (share) => {
        const phase = this.#phases.get(key);
        if (!phase) return;
        phase.share = Math.min(1, Math.max(0, share));
        this.#phases.delete(key);
        this.#phases.set(key, phase);
        this.#show();
      },
      end: () => {
        this.#phases.delete(key);
        if (this.#phases.size > 0) this.#show();
        else this.#hide();
      },
    };
  }

  /** Writes something else where the bar is: it goes, and comes back below. */
  around(write: () => void): void {
    const wasShown = this.#isShown;
    this.#hide();
    write();
    if (wasShown) this.#show();
  }

  close(): void {
    this.#phases.clear();
    this.#hide();
  }

  #show(): void {
    const [latest] = [...this.#phases.values()].slice(-1);
    if (!latest) return;
    const others = this.#phases.size - 1;
    const label = others > 0 ? `${latest.label} (and ${others} more)` : latest.label;
    const value = Math.round(latest.share * 100);
    if (this.#isShown) this.#bar.update(value, { label });
    else this.#bar.start(100, value, { label });
    this.#isShown = true;
  }

  #hide(): void {
    if (this.#isShown) this.#bar.stop();
    this.#isShown = false;
  }
}
