/** Two halves: the rate is that of the last half to whole minute. */
const HALF_MS = 30_000;

/** How many readings a second come, over a sliding window. */
export class RecentRate {
  #start = Number.NEGATIVE_INFINITY;
  #now = 0;
  #before = 0;
  /** Start of the half before; where the window begins. */
  #from = Number.NEGATIVE_INFINITY;

  note(count: number, receivedTime: number): void {
    this.#turn(receivedTime);
    this.#now += count;
  }

  perSecond(now: number): number {
    this.#turn(now);
    const seconds = Math.max(1, (now - this.#from) / 1000);
    return (this.#now + this.#before) / seconds;
  }

  #turn(time: number): void {
    const age = time - this.#start;
    if (age < HALF_MS) return;
    this.#before = age < 2 * HALF_MS ? this.#now : 0;
    this.#from = age < 2 * HALF_MS ? this.#start : time;
    this.#now = 0;
    this.#start = time;
  }
}
