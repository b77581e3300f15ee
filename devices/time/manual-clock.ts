import type { Clock } from './clock.ts';

/** A Clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #now: number;
  #timers = new Set<{ due: number; periodMs: number | undefined; run: () => void }>();

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    return this.#add({ due: this.#now + delayMs, periodMs: undefined, run });
  }

  every(periodMs: number, run: () => void): () => void {
    return this.#add({ due: this.#now + periodMs, periodMs, run });
  }

  /** Moves on by `byMs`, running what falls due on the way in the order of time. */
  advance(byMs: number): void {
    const end = this.#now + byMs;
    for (;;) {
      let next: { due: number; periodMs: number | undefined; run: () => void } | undefined;
      for (const timer of this.#timers) {
        if (timer.due <= end && (next === undefined || timer.due < next.due)) next = timer;
      }
      if (next === undefined) break;
      this.#now = next.due;
      if (next.periodMs === undefined) this.#timers.delete(next);
      else next.due += next.periodMs;
      next.run();
    }
    this.#now = end;
  }

  #add(timer: { due: number; periodMs: number | undefined; run: () => void }): () => void {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}
