import type { Clock } from '#devices/time/clock.ts';

/** Wrong tokens from one address before it must wait, and for how long. */
export const MAX_FAILURES = 10;
const WINDOW_MS = 60_000;
const MAX_ADDRESSES = 10_000;

/** Slows down whoever guesses: at most so many wrong tokens or passwords a minute from one address. */
export class AttemptLimit {
  readonly #clock: Clock;
  readonly #maxFailures: number;
  readonly #failures = new Map<string, { since: number; count: number }>();

  constructor(clock: Clock, maxFailures = MAX_FAILURES) {
    this.#clock = clock;
    this.#maxFailures = maxFailures;
  }

  /** How long `address` must wait, ms; 0: it may try. */
  waitMs(address: string): number {
    const failures = this.#failures.get(address);
    if (failures === undefined || failures.count < this.#maxFailures) return 0;
    const left = failures.since + WINDOW_MS - this.#clock.now();
    if (left > 0) return left;
    this.#failures.delete(address);
    return 0;
  }

  failed(address: string): void {
    const now = this.#clock.now();
    const known = this.#failures.get(address);
    if (known !== undefined && now - known.since < WINDOW_MS) {
      known.count++;
      return;
    }
    this.#failures.delete(address);
    if (this.#failures.size >= MAX_ADDRESSES) {
      for (const oldest of this.#failures.keys()) {
        this.#failures.delete(oldest);
        break;
      }
    }
    this.#failures.set(address, { since: now, count: 1 });
  }
}
