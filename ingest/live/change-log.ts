import type { LatestTable } from './latest-table.ts';

/** Datastreams per block of the summary; a clean block costs one comparison. */
const BLOCK = 256;

/**
 * Which entries of the LatestTable changed after which version: one dirty set that serves every viewer, whatever it has
 * seen. A viewer remembers only the version up to which it was sent; what changed twice meanwhile is one change.
 *
 * Per observation it costs less than the table's own update, whatever the number of viewers. Rejected: a bitset per
 * viewer, 2.4 to 5.2 µs per observation with 200 viewers, against less than 0.1 µs, and no encoding to share.
 *
 * Versions are 1, 2, 3 … one per change (exact up to 2^53); 0 stands for "has seen nothing".
 */
export class ChangeLog {
  readonly #table: LatestTable;
  #changedAt = new Float64Array(0);
  #blockChangedAt = new Float64Array(0);
  #unsubscribe: (() => void) | undefined;

  /** Version of the newest change. */
  version = 0;

  constructor(table: LatestTable) {
    this.#table = table;
  }

  /** Takes over what the table already holds and follows it from here. */
  start(): void {
    const { order, size } = this.#table;
    for (let index = 0; index < size; index++) {
      if (order[index] !== Number.NEGATIVE_INFINITY) this.#mark(index);
    }
    this.#unsubscribe = this.#table.subscribe((index) => this.#mark(index));
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /**
   * Writes the indexes that changed after `version` into `into` (length ≥ the table's size), ascending; the answer is
   * how many. No allocation.
   */
  changedSince(version: number, into: Uint32Array): number {
    const changedAt = this.#changedAt;
    const blocks = this.#blockChangedAt;
    let count = 0;
    for (let block = 0; block < blocks.length; block++) {
      if ((blocks[block] as number) <= version) continue;
      const end = Math.min((block + 1) * BLOCK, changedAt.length);
      for (let index = block * BLOCK; index < end; index++) {
        if ((changedAt[index] as number) > version) into[count++] = index;
      }
    }
    return count;
  }

  /** The same for some datastreams only. `among` may name datastreams that have no observation yet. */
  changedAmong(among: Uint32Array, version: number, into: Uint32Array): number {
    const changedAt = this.#changedAt;
    let count = 0;
    for (let i = 0; i < among.length; i++) {
      const index = among[i] as number;
      if (index < changedAt.length && (changedAt[index] as number) > version) into[count++] = index;
    }
    return count;
  }

  #mark(index: number): void {
    if (index >= this.#changedAt.length) this.#grow(index + 1);
    this.#changedAt[index] = ++this.version;
    this.#blockChangedAt[Math.floor(index / BLOCK)] = this.version;
  }

  #grow(least: number): void {
    const capacity = Math.ceil(Math.max(1024, least, this.#changedAt.length * 2) / BLOCK) * BLOCK;
    const changedAt = new Float64Array(capacity);
    changedAt.set(this.#changedAt);
    this.#changedAt = changedAt;
    const blocks = new Float64Array(capacity / BLOCK);
    blocks.set(this.#blockChangedAt);
    this.#blockChangedAt = blocks;
  }
}
