/** How many of a datastream's newest readings are remembered: more than the messages a device has in flight. */
export const WINDOW_DEPTH = 32;

/**
 * Remembers the last readings of each datastream as they were sent, to know an exact duplicate: same source-given time,
 * value and status. A ring per datastream and not one for all, because a device that lost its connection sends its own
 * last messages again, however much others sent meanwhile. 640 bytes per datastream.
 */
export class DuplicateWindow {
  #capacity = 0;
  #time = new Float64Array(0);
  #value = new Float64Array(0);
  #status = new Uint32Array(0);
  /** Where in its ring the datastream's next reading goes. */
  #next = new Uint8Array(0);
  /** Results of text datastreams, beside the same rings. */
  readonly #texts = new Map<number, (string | undefined)[]>();

  /** Whether the reading is there already; if not, it is from now on. No allocation. */
  isDuplicate(index: number, time: number, value: number, status: number): boolean {
    if (index >= this.#capacity) this.#grow(index + 1);
    const start = index * WINDOW_DEPTH;
    for (let i = start; i < start + WINDOW_DEPTH; i++) {
      if (this.#time[i] === time && this.#status[i] === status && Object.is(this.#value[i], value)) return true;
    }
    this.#put(index, time, value, status);
    return false;
  }

  /** The same for a text datastream. */
  isDuplicateText(index: number, time: number, value: string | undefined, status: number): boolean {
    if (index >= this.#capacity) this.#grow(index + 1);
    const texts = this.#textsOf(index);
    const start = index * WINDOW_DEPTH;
    for (let i = 0; i < WINDOW_DEPTH; i++) {
      if (this.#time[start + i] === time && this.#status[start + i] === status && texts[i] === value) return true;
    }
    texts[this.#next[index] as number] = value;
    this.#put(index, time, Number.NaN, status);
    return false;
  }

  /** Forgets a datastream's readings, because some of them did not reach the disk and will be sent again. */
  forget(index: number): void {
    if (index >= this.#capacity) return;
    this.#time.fill(Number.NaN, index * WINDOW_DEPTH, (index + 1) * WINDOW_DEPTH);
    this.#texts.delete(index);
  }

  #put(index: number, time: number, value: number, status: number): void {
    const slot = this.#next[index] as number;
    const at = index * WINDOW_DEPTH + slot;
    this.#time[at] = time;
    this.#value[at] = value;
    this.#status[at] = status;
    this.#next[index] = (slot + 1) % WINDOW_DEPTH;
  }

  #textsOf(index: number): (string | undefined)[] {
    const known = this.#texts.get(index);
    if (known !== undefined) return known;
    const texts = new Array<string | undefined>(WINDOW_DEPTH).fill(undefined);
    this.#texts.set(index, texts);
    return texts;
  }

  #grow(least: number): void {
    const capacity = Math.max(1024, least, this.#capacity * 2);
    const time = new Float64Array(capacity * WINDOW_DEPTH).fill(Number.NaN);
    time.set(this.#time);
    this.#time = time;
    const value = new Float64Array(capacity * WINDOW_DEPTH);
    value.set(this.#value);
    this.#value = value;
    const status = new Uint32Array(capacity * WINDOW_DEPTH);
    status.set(this.#status);
    this.#status = status;
    const next = new Uint8Array(capacity);
    next.set(this.#next);
    this.#next = next;
    this.#capacity = capacity;
  }
}
