import type { Clock } from '#devices/time/clock.ts';

export interface TimerWheelOptions {
  readonly clock: Clock;
  /** How many items it can hold. */
  readonly capacity: number;
  /** Called when an item falls due, never early, at most one tick late while the process keeps up. */
  readonly onDue: (item: number) => void;
  readonly tickMs?: number;
}

const DEFAULT_TICK_MS = 20;
const SLOTS = 1024;
const NONE = -1;
/** Fractional part of the golden ratio: its multiples, modulo 1, lie evenly however many there are. */
const GOLDEN = 0.6180339887498949;

/**
 * Thousands of periodic items on one timer: a hashed wheel (Varghese and Lauck 1987, scheme 6). The first due times are
 * spread over each item's period, so that the load is even. An item that was missed, because the process stood still,
 * is left out and counted, and keeps its phase.
 */
export class TimerWheel {
  readonly #options: Required<TimerWheelOptions>;
  readonly #period: Float64Array;
  readonly #due: Float64Array;
  /** Singly linked lists of items, one per slot: no allocation while it turns. */
  readonly #next: Int32Array;
  readonly #head = new Int32Array(SLOTS).fill(NONE);
  #count = 0;
  #skipped = 0;
  /** The next tick to work off, in ticks since the epoch. */
  #tick = 0;
  #cancel: (() => void) | undefined;

  constructor(options: TimerWheelOptions) {
    this.#options = { tickMs: DEFAULT_TICK_MS, ...options };
    this.#period = new Float64Array(options.capacity);
    this.#due = new Float64Array(options.capacity);
    this.#next = new Int32Array(options.capacity);
  }

  /** How many times an item was left out because its time had passed. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Adds an item before the start; its number is the answer, dense from 0. */
  add(periodMs: number): number {
    if (this.#count === this.#period.length) throw new Error(`timer wheel: full at ${this.#count} items`);
    this.#period[this.#count] = Math.max(1, periodMs);
    return this.#count++;
  }

  start(): void {
    const { clock, tickMs } = this.#options;
    const now = clock.now();
    this.#tick = Math.floor(now / tickMs);
    for (let item = 0; item < this.#count; item++) {
      this.#due[item] = now + ((item * GOLDEN) % 1) * (this.#period[item] ?? 0);
      this.#insert(item);
    }
    this.#cancel = clock.every(tickMs, () => this.#turn());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #turn(): void {
    const now = this.#options.clock.now();
    const until = Math.floor(now / this.#options.tickMs);
    if (until - this.#tick > SLOTS) this.#tick = until - SLOTS;
    while (this.#tick < until && this.#cancel !== undefined) {
      const slot = this.#tick++ % SLOTS;
      this.#fireSlot(slot, now);
    }
  }

  #fireSlot(slot: number, now: number): void {
    let item = this.#head[slot] as number;
    this.#head[slot] = NONE;
    while (item !== NONE) {
      const next = this.#next[item] as number;
      if ((this.#due[item] as number) <= now) {
        this.#advance(item, now);
        this.#insert(item);
        this.#options.onDue(item);
      } else {
        this.#insert(item);
      }
      item = next;
    }
  }

  #advance(item: number, now: number): void {
    const period = this.#period[item] as number;
    let due = (this.#due[item] as number) + period;
    // Up to a tick late is how this wheel works; later is missed.
    const late = now - this.#options.tickMs - due;
    if (late > 0) {
      const missed = Math.ceil(late / period);
      this.#skipped += missed;
      due += missed * period;
    }
    this.#due[item] = due;
  }

  #insert(item: number): void {
    // Never in a slot that is worked off already: its turn would come a whole round later.
    const tick = Math.max(Math.floor((this.#due[item] as number) / this.#options.tickMs), this.#tick);
    const slot = tick % SLOTS;
    this.#next[item] = this.#head[slot] as number;
    this.#head[slot] = item;
  }
}
