import type { Clock } from '#devices/time/clock.ts';

/** Waits between restarts, ms: doubled each time up to the longest. */
const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** What lived so long counts from the first again. */
const LASTING_MS = 60_000;

/** How long to wait before something that died is started again. */
export class RestartDelay {
  readonly #clock: Clock;
  #startedAt = Number.NEGATIVE_INFINITY;
  #nextMs = FIRST_MS;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  started(): void {
    this.#startedAt = this.#clock.now();
  }

  next(): number {
    if (this.#clock.now() - this.#startedAt >= LASTING_MS) this.#nextMs = FIRST_MS;
    const waitMs = this.#nextMs;
    this.#nextMs = Math.min(LONGEST_MS, waitMs * 2);
    return waitMs;
  }
}
