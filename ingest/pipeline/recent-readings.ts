/** Readings that are remembered: at 5,000 a second those of the last 100 s. 20 MB. */
export const RECENT_READINGS = 2 ** 19;
const NONE = -1;

/**
 * The last readings of all datastreams as they were sent, found by datastream and time; exact, no hash stands for a
 * reading. A ring with chains through it: what comes in pushes out the oldest.
 */
export class RecentReadings {
  readonly #capacity: number;
  readonly #index: Uint32Array;
  readonly #time: Float64Array;
  readonly #value: Float64Array;
  readonly #status: Uint32Array;
  /** By bucket: the slot of the newest reading in it. */
  readonly #head: Int32Array;
  /** By slot: the next older one of its bucket. */
  readonly #older: Int32Array;
  readonly #texts = new Map<number, string>();
  #next = 0;
  #size = 0;
  readonly #bits = new Float64Array(1);
  readonly #words = new Uint32Array(this.#bits.buffer);

  /** @param capacity A power of two. */
  constructor(capacity = RECENT_READINGS) {
    this.#capacity = capacity;
    this.#index = new Uint32Array(capacity);
    this.#time = new Float64Array(capacity);
    this.#value = new Float64Array(capacity);
    this.#status = new Uint32Array(capacity);
    this.#head = new Int32Array(capacity).fill(NONE);
    this.#older = new Int32Array(capacity);
  }

  /** Readings remembered now. */
  get size(): number {
    return this.#size;
  }

  /** No allocation. `text` undefined: none, or Bad. */
  has(index: number, time: number, value: number, status: number, text: string | undefined): boolean {
    for (let slot = this.#headOf(index, time); slot !== NONE; slot = this.#older[slot] as number) {
      if (
        this.#index[slot] === index &&
        this.#time[slot] === time &&
        this.#status[slot] === status &&
        Object.is(this.#value[slot], value) &&
        this.#texts.get(slot) === text
      ) {
        return true;
      }
    }
    return false;
  }

  add(index: number, time: number, value: number, status: number, text: string | undefined): void {
    const slot = this.#next;
    if (this.#size === this.#capacity) this.#unlink(slot);
    else this.#size++;
    this.#next = (slot + 1) % this.#capacity;
    this.#index[slot] = index;
    this.#time[slot] = time;
    this.#value[slot] = value;
    this.#status[slot] = status;
    if (text !== undefined) this.#texts.set(slot, text);
    const bucket = this.#bucket(index, time);
    this.#older[slot] = this.#head[bucket] as number;
    this.#head[bucket] = slot;
  }

  /** Forgets the readings of the datastream at this time with this value: they did not reach the disk. */
  forget(index: number, time: number, value: number, text: string | undefined): void {
    for (let slot = this.#headOf(index, time); slot !== NONE; slot = this.#older[slot] as number) {
      if (
        this.#index[slot] === index &&
        this.#time[slot] === time &&
        Object.is(this.#value[slot], value) &&
        this.#texts.get(slot) === text
      ) {
        // The slot stays in its chain until the ring comes to it.
        this.#status[slot] = FORGOTTEN;
      }
    }
  }

  #headOf(index: number, time: number): number {
    return this.#head[this.#bucket(index, time)] as number;
  }

  /** Takes the oldest reading out of its chain. */
  #unlink(slot: number): void {
    this.#texts.delete(slot);
    const bucket = this.#bucket(this.#index[slot] as number, this.#time[slot] as number);
    if (this.#head[bucket] === slot) {
      this.#head[bucket] = this.#older[slot] as number;
      return;
    }
    let newer = this.#head[bucket] as number;
    while (newer !== NONE && this.#older[newer] !== slot) newer = this.#older[newer] as number;
    if (newer !== NONE) this.#older[newer] = this.#older[slot] as number;
  }

  #bucket(index: number, time: number): number {
    // Minus zero is zero.
    this.#bits[0] = time + 0;
    const mixed =
      Math.imul(index ^ 0x9e3779b9, 0x85ebca6b) ^
      Math.imul((this.#words[0] as number) ^ Math.imul(this.#words[1] as number, 0xc2b2ae35), 0x27d4eb2f);
    return (mixed ^ (mixed >>> 15)) & (this.#capacity - 1);
  }
}

/** A status that no reading has: all bits but the lowest are set, severity bits 11 are reserved in OPC UA. */
const FORGOTTEN = 0xfffffffe;
