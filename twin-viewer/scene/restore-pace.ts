/** Between the first tries; each failure doubles it. */
export const FIRST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 30_000;
/** A context that lived this long was a good one: what comes then counts from the start. */
export const CALM_MS = 60_000;

/** How soon a lost drawing context is replaced: at once where it is rare, twice a minute where it does not hold. */
export class RestorePace {
  #tries = 0;
  #lastTry = Number.NEGATIVE_INFINITY;

  /** Milliseconds from `now` (epoch ms, or any steady clock) until the next try, which is taken to happen then. */
  wait(now: number): number {
    if (now - this.#lastTry > CALM_MS) this.#tries = 0;
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#tries++);
    this.#lastTry = now + waitMs;
    return waitMs;
  }
}
