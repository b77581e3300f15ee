import type { ObservationBatch, TextObservation } from '#devices/model/observation-batch.ts';
import { orderTime } from '#devices/model/order-time.ts';

/**
 * The earliest order time of every datastream that history knows, and its lane; and how far history reaches. A look back
 * for the state at a moment ends when it has found all those that had begun by then.
 */
export class FirstSeen {
  /** Infinity where the datastream has no observation. */
  #order = new Float64Array(0);
  /** -Infinity where nothing came since the file was opened and `noteNewest` was not told. */
  #newestOf = new Float64Array(0);
  readonly #texts = new Set<number>();
  /** The newest order time of all; -Infinity without any. */
  newest = Number.NEGATIVE_INFINITY;
  #newestNoted = Number.NEGATIVE_INFINITY;
  /** One more than the highest journal position of all; 0 without any. */
  position = 0;
  #positionNoted = 0;
  /** What the transaction under way adds, of datastreams that begin with it or began later than it says. */
  readonly news = new Map<number, { order: number; isText: boolean; newest: number }>();

  /** One more than the highest DatastreamIndex. */
  get size(): number {
    return this.#order.length;
  }

  /** Infinity where the datastream has no observation. */
  order(index: number): number {
    return this.#order[index] ?? Number.POSITIVE_INFINITY;
  }

  /** The newest order time of a datastream, once `noteNewest` was told what the file holds. */
  newestOf(index: number): number {
    return this.#newestOf[index] ?? Number.NEGATIVE_INFINITY;
  }

  noteNewest(index: number, order: number): void {
    if (index >= this.#order.length) this.#grow(index + 1);
    if (order > (this.#newestOf[index] as number)) this.#newestOf[index] = order;
  }

  /** Observations before `before` were deleted, of those datastreams for which it is true; but the newest of each. */
  forgetBefore(before: number, isMember: (index: number) => boolean = () => true): void {
    for (let index = 0; index < this.size; index++) {
      const left = Math.min(before, this.newestOf(index));
      if (this.order(index) < left && isMember(index)) this.#order[index] = left;
    }
  }

  isText(index: number): boolean {
    return this.#texts.has(index);
  }

  restore(index: number, order: number, isText: boolean): void {
    if (index >= this.#order.length) this.#grow(index + 1);
    if (order < (this.#order[index] as number)) this.#order[index] = order;
    if (isText) this.#texts.add(index);
  }

  note(batch: ObservationBatch, texts: readonly TextObservation[]): void {
    const known = this.#order;
    const newestOf = this.#newestOf;
    // No allocation per observation but for a datastream's first.
    for (let i = 0; i < batch.count; i++) {
      const index = batch.index[i] as number;
      const order = orderTime(batch.time[i] as number, batch.receivedTime[i] as number);
      if (order > this.#newestNoted) this.#newestNoted = order;
      if ((batch.position[i] as number) >= this.#positionNoted) this.#positionNoted = (batch.position[i] as number) + 1;
      if (order > (newestOf[index] as number)) newestOf[index] = order;
      if (index >= known.length || order < (known[index] as number)) this.#noteNew(index, order, false);
    }
    for (const text of texts) {
      const order = orderTime(text.time, text.receivedTime);
      if (order > this.#newestNoted) this.#newestNoted = order;
      if (text.position !== undefined && text.position >= this.#positionNoted) this.#positionNoted = text.position + 1;
      this.noteNewest(text.index, order);
      if (order < this.order(text.index)) this.#noteNew(text.index, order, true);
    }
  }

  /** The transaction reached the disk. */
  keep(): void {
    for (const [index, { order, isText, newest }] of this.news) {
      this.restore(index, order, isText);
      this.noteNewest(index, newest);
    }
    if (this.#newestNoted > this.newest) this.newest = this.#newestNoted;
    if (this.#positionNoted > this.position) this.position = this.#positionNoted;
    this.news.clear();
  }

  /** It did not. */
  forget(): void {
    this.#newestNoted = this.newest;
    this.#positionNoted = this.position;
    this.news.clear();
  }

  #noteNew(index: number, order: number, isText: boolean): void {
    const noted = this.news.get(index);
    if (noted === undefined) this.news.set(index, { order, isText, newest: order });
    else if (order < noted.order) this.news.set(index, { ...noted, order });
    else if (order > noted.newest) this.news.set(index, { ...noted, newest: order });
  }

  #grow(least: number): void {
    const size = Math.max(1024, least, this.#order.length * 2);
    const order = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    order.set(this.#order);
    this.#order = order;
    const newestOf = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    newestOf.set(this.#newestOf);
    this.#newestOf = newestOf;
  }
}
