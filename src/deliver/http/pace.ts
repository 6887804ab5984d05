/** First pause between two tries, doubled each time up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/** How long to wait after the `tries`-th try (from 1): full jitter, so that many that failed together do not come together. */
export function pauseAfter(tries: number, random: () => number): number {
  return Math.ceil(random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1)));
}

/**
 * What an answer asks for: `Retry-After` in seconds or as a date (RFC 9110), or the instant of `X-RateLimit-Reset`, which some
 * give in epoch seconds and some in seconds from now. Never negative; `undefined` when it asks for nothing that can be read.
 */
export function askedPause(headers: Headers, now: number): number | undefined {
  const after = headers.get('retry-after')?.trim();
  if (after !== undefined && /^\d{1,9}(\.\d+)?$/.test(after)) return Math.ceil(Number(after) * 1000);
  if (after !== undefined && !Number.isNaN(Date.parse(after))) return Math.max(0, Date.parse(after) - now);
  const reset = headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset');
  if (reset === null) return undefined;
  if (/^\d{1,13}(\.\d+)?$/.test(reset.trim())) {
    const seconds = Number(reset);
    return seconds < 1_000_000_000 ? Math.ceil(seconds * 1000) : Math.max(0, Math.ceil(seconds * 1000 - now));
  }
  const instant = Date.parse(reset);
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - now);
}

/** Lets `burst` calls through at once and then one each `everyMs`. */
export class Pace {
  readonly #burst: number;
  readonly #everyMs: number;
  /** When the bucket would be full again, epoch ms. */
  #fullAt = 0;
  #closedUntil = 0;

  constructor(burst: number, everyMs: number) {
    this.#burst = burst;
    this.#everyMs = everyMs;
  }

  /** Takes a turn and says how long to wait for it. */
  take(now: number): number {
    const start = Math.max(now, this.#closedUntil);
    this.#fullAt = Math.max(this.#fullAt, start) + this.#everyMs;
    return Math.max(start, this.#fullAt - this.#burst * this.#everyMs) - now;
  }

  /** Nobody gets a turn before this instant. */
  closeUntil(instant: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, instant);
  }
}
