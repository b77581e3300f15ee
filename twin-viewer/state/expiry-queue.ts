/**
 * A binary min-heap of (moment, key), each key at most once, in typed arrays: which readings are the next to become
 * stale. A moment that has moved on is not corrected in the heap; whoever takes the key puts it back with its new moment.
 */
export class ExpiryQueue {
  #moments: Float64Array<ArrayBuffer> = new Float64Array(0);
  #keys: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  #has: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #size = 0;

  has(key: number): boolean {
    return this.#has[key] === 1;
  }

  /** The earliest moment; Infinity when empty. */
  get next(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : (this.#moments[0] as number);
  }

  /** Adds `key` unless it is there. */
  add(key: number, moment: number): void {
    if (key >= this.#has.length) this.#grow(key + 1);
    if (this.#has[key] === 1) return;
    this.#has[key] = 1;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#moments[parent] as number) <= moment) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, key, moment);
  }

  /** Takes the key of the earliest moment. The queue must not be empty. */
  take(): number {
    const key = this.#keys[0] as number;
    this.#has[key] = 0;
    const last = --this.#size;
    if (last === 0) return key;
    const moment = this.#moments[last] as number;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= last) break;
      if (child + 1 < last && (this.#moments[child + 1] as number) < (this.#moments[child] as number)) child++;
      if ((this.#moments[child] as number) >= moment) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, this.#keys[last] as number, moment);
    return key;
  }

  clear(): void {
    this.#size = 0;
    this.#has.fill(0);
  }

  #put(at: number, key: number, moment: number): void {
    this.#keys[at] = key;
    this.#moments[at] = moment;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#keys[from] as number, this.#moments[from] as number);
  }

  #grow(least: number): void {
    const capacity = Math.max(1024, least, this.#has.length * 2);
    const moments = new Float64Array(capacity);
    moments.set(this.#moments);
    this.#moments = moments;
    const keys = new Uint32Array(capacity);
    keys.set(this.#keys);
    this.#keys = keys;
    const has = new Uint8Array(capacity);
    has.set(this.#has);
    this.#has = has;
  }
}
