import { busy } from './problem.ts';

/** How many of one kind of work may run at once; one more is refused at once, so that nothing queues up. */
export class ConcurrencyLimit {
  readonly #what: string;
  readonly #most: number;
  #running = 0;

  constructor(what: string, most: number) {
    this.#what = what;
    this.#most = most;
  }

  /** Gauge. */
  get running(): number {
    return this.#running;
  }

  /** @throws {Problem} 503 where `most` run already; rejects as `work` does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const leave = this.enter();
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /** Takes a place; the answer gives it back, once. @throws {Problem} 503 */
  enter(): () => void {
    if (this.#running >= this.#most) throw busy(this.#what);
    this.#running++;
    let inside = true;
    return () => {
      if (inside) this.#running--;
      inside = false;
    };
  }
}
