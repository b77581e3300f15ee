import { orderTime } from '#devices/model/order-time.ts';

/**
 * Gives a time to readings that come without one: the time they were received, made strictly later than the datastream's
 * last by a microsecond where it is not, so that none hides another.
 */
export class ReadingClock {
  /** Newest order time per datastream, epoch ms; -Infinity where there is none. */
  #newest = new Float64Array(0);

  /** The reading's phenomenon time. No allocation. */
  timeOf(index: number, sent: number | undefined, receivedTime: number): number {
    if (index >= this.#newest.length) this.#grow(index + 1);
    const newest = this.#newest[index] as number;
    // Counted in whole microseconds: a double of this size cannot add 0.001 exactly.
    const time = sent ?? (receivedTime > newest ? receivedTime : (Math.round(newest * 1000) + 1) / 1000);
    const order = orderTime(time, receivedTime);
    if (order > newest) this.#newest[index] = order;
    return time;
  }

  /** Takes note of an observation that is already in history. */
  note(index: number, time: number, receivedTime: number): void {
    this.timeOf(index, time, receivedTime);
  }

  #grow(least: number): void {
    const grown = new Float64Array(Math.max(1024, least, this.#newest.length * 2)).fill(Number.NEGATIVE_INFINITY);
    grown.set(this.#newest);
    this.#newest = grown;
  }
}
