import { RecentReadings } from './recent-readings.ts';

/** How many of a datastream's own newest readings are remembered, however long ago they came. */
export const WINDOW_DEPTH = 16;
/** Positions are told apart by their last three digits. */
const POSITION_DIGITS = 1_000;

/**
 * Remembers readings as they were sent, to know an exact duplicate: same datastream, source-given time, value and status.
 * The last half million of all, because a client sends again whatever it had in flight; and beside them the last few of
 * each datastream, because a device that was away for long sends its own last ones again, however much others sent
 * meanwhile. 22 bytes a reading of a datastream's own, 352 per datastream.
 */
export class DuplicateWindow {
  readonly #recent = new RecentReadings();
  #capacity = 0;
  #time = new Float64Array(0);
  #value = new Float64Array(0);
  #status = new Uint32Array(0);
  /** Journal position modulo POSITION_DIGITS. */
  #digits = new Uint16Array(0);
  /** Where in its ring the datastream's next reading goes. */
  #next = new Uint8Array(0);
  /** Results of text datastreams, beside the same rings. */
  readonly #texts = new Map<number, (string | undefined)[]>();

  /** Readings of all datastreams that are remembered now. */
  get size(): number {
    return this.#recent.size;
  }

  /** Whether the reading is there already; `text` in the place of a value for text datastreams. No allocation. */
  isDuplicate(index: number, time: number, value: number, status: number, text?: string): boolean {
    if (this.#recent.has(index, time, value, status, text)) return true;
    if (index >= this.#capacity) return false;
    const texts = this.#texts.get(index);
    const start = index * WINDOW_DEPTH;
    for (let i = 0; i < WINDOW_DEPTH; i++) {
      const at = start + i;
      if (this.#time[at] !== time || this.#status[at] !== status || !Object.is(this.#value[at], value)) continue;
      if (texts?.[i] === text) return true;
    }
    return false;
  }

  /**
   * The first position from `position` on whose last three digits no remembered reading of the same time has: stores that
   * keep one point per instant tell such readings apart by these digits.
   */
  freePosition(index: number, time: number, position: number): number {
    if (index >= this.#capacity) return position;
    const start = index * WINDOW_DEPTH;
    let free = position;
    for (let i = start; i < start + WINDOW_DEPTH; i++) {
      if (this.#time[i] !== time || this.#digits[i] !== free % POSITION_DIGITS) continue;
      free++;
      i = start - 1;
    }
    return free;
  }

  /** Knows the reading from now on. No allocation but for a text datastream's first. */
  remember(index: number, time: number, value: number, status: number, position: number, text?: string): void {
    if (index >= this.#capacity) this.#grow(index + 1);
    const slot = this.#next[index] as number;
    const at = index * WINDOW_DEPTH + slot;
    this.#time[at] = time;
    this.#value[at] = value;
    this.#status[at] = status;
    this.#digits[at] = position % POSITION_DIGITS;
    this.#next[index] = (slot + 1) % WINDOW_DEPTH;
    if (text !== undefined) this.#textsOf(index)[slot] = text;
    else if (this.#texts.size > 0) this.#texts.get(index)?.fill(undefined, slot, slot + 1);
    this.#recent.add(index, time, value, status, text);
  }

  /**
   * Forgets the datastream's readings of this time and value: they did not reach the disk and will be sent again. Others
   * of the same time may have reached it.
   */
  forget(index: number, time: number, value: number, text?: string): void {
    this.#recent.forget(index, time, value, text);
    if (index >= this.#capacity) return;
    const texts = this.#texts.get(index);
    const start = index * WINDOW_DEPTH;
    for (let i = 0; i < WINDOW_DEPTH; i++) {
      const at = start + i;
      if (this.#time[at] !== time || !Object.is(this.#value[at], value) || texts?.[i] !== text) continue;
      this.#time[at] = Number.NaN;
    }
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
    const digits = new Uint16Array(capacity * WINDOW_DEPTH);
    digits.set(this.#digits);
    this.#digits = digits;
    const next = new Uint8Array(capacity);
    next.set(this.#next);
    this.#next = next;
    this.#capacity = capacity;
  }
}
