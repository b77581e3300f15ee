import type { ObservationBatch, TextObservation } from '#devices/model/observation-batch.ts';
import { orderTime } from '#devices/model/order-time.ts';
import type { Frame } from '#devices/wire/frame.ts';

/** Which datastreams one frame changed; valid only during the call. */
export type ChangeListener = (changed: Uint32Array, count: number) => void;

/** One datastream's newest observation, as panels read it. `value` is undefined when Bad without a result. */
export interface Reading {
  readonly time: number;
  readonly receivedTime: number;
  readonly status: number;
  readonly value: number | string | undefined;
}

/**
 * The newest observation of every datastream at the moment the player shows: typed arrays by DatastreamIndex, outside
 * React. The only writer is the player.
 */
export class LatestValues {
  #capacity = 0;
  /** One more than the highest index seen. */
  size = 0;
  /** Order time of the entry (`#devices/model/order-time.ts`); -Infinity where there is none. */
  order: Float64Array<ArrayBuffer> = new Float64Array(0);
  time: Float64Array<ArrayBuffer> = new Float64Array(0);
  receivedTime: Float64Array<ArrayBuffer> = new Float64Array(0);
  /** NaN: Bad without a result, or a text. */
  value: Float64Array<ArrayBuffer> = new Float64Array(0);
  status: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  /** Results of category and text datastreams. */
  readonly texts = new Map<number, string>();
  #changed: Uint32Array = new Uint32Array(0);
  #isChanged: Uint8Array = new Uint8Array(0);
  #changedCount = 0;
  /** How many snapshots came: the moment shown may have jumped when it grew. */
  snapshots = 0;
  readonly #listeners = new Set<ChangeListener>();
  readonly #watched = new Map<number, Set<() => void>>();

  /** Takes a frame and tells the listeners once. A snapshot replaces all that was known. */
  apply(frame: Frame): void {
    if (frame.kind === 'heartbeat') return;
    if (frame.kind === 'snapshot') {
      this.snapshots++;
      this.#forgetAll();
    }
    this.#applyNumbers(frame.batch);
    for (const text of frame.texts) this.#applyText(text);
    this.#tell();
  }

  /** Called once per frame that changed something. */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Called once per frame that changed this datastream. */
  watch(index: number, listener: () => void): () => void {
    const listeners = this.#watched.get(index) ?? new Set();
    this.#watched.set(index, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#watched.get(index) === listeners) this.#watched.delete(index);
    };
  }

  /** Undefined where the datastream has no observation yet. */
  reading(index: number): Reading | undefined {
    if (index >= this.size || this.order[index] === Number.NEGATIVE_INFINITY) return undefined;
    const value = this.texts.get(index) ?? (this.value[index] as number);
    return {
      time: this.time[index] as number,
      receivedTime: this.receivedTime[index] as number,
      status: this.status[index] as number,
      value: typeof value === 'number' && Number.isNaN(value) ? undefined : value,
    };
  }

  #applyNumbers(batch: Omit<ObservationBatch, 'position'>): void {
    // No allocation per observation: a snapshot of 13,000 takes 1.5 ms with its judging, a delta of 150 0.1 ms.
    for (let i = 0; i < batch.count; i++) {
      const index = batch.index[i] as number;
      const time = batch.time[i] as number;
      const receivedTime = batch.receivedTime[i] as number;
      this.#set(index, time, receivedTime, batch.value[i] as number, batch.status[i] as number);
    }
  }

  #applyText(text: TextObservation): void {
    if (!this.#set(text.index, text.time, text.receivedTime, Number.NaN, text.status)) return;
    if (text.value === undefined) this.texts.delete(text.index);
    else this.texts.set(text.index, text.value);
  }

  #set(index: number, time: number, receivedTime: number, value: number, status: number): boolean {
    if (index >= this.#capacity) this.#grow(index + 1);
    if (index >= this.size) this.size = index + 1;
    const order = orderTime(time, receivedTime);
    if (order < (this.order[index] as number)) return false;
    this.order[index] = order;
    this.time[index] = time;
    this.receivedTime[index] = receivedTime;
    this.value[index] = value;
    this.status[index] = status;
    this.#mark(index);
    return true;
  }

  #mark(index: number): void {
    if (this.#isChanged[index] === 1) return;
    this.#isChanged[index] = 1;
    this.#changed[this.#changedCount++] = index;
  }

  #forgetAll(): void {
    this.texts.clear();
    for (let index = 0; index < this.size; index++) {
      if (this.order[index] === Number.NEGATIVE_INFINITY) continue;
      this.order[index] = Number.NEGATIVE_INFINITY;
      this.value[index] = Number.NaN;
      this.#mark(index);
    }
  }

  #tell(): void {
    const count = this.#changedCount;
    if (count === 0) return;
    this.#changedCount = 0;
    for (let i = 0; i < count; i++) this.#isChanged[this.#changed[i] as number] = 0;
    for (const listener of this.#listeners) listener(this.#changed, count);
    if (this.#watched.size === 0) return;
    for (let i = 0; i < count; i++) {
      const watchers = this.#watched.get(this.#changed[i] as number);
      if (watchers !== undefined) for (const watcher of watchers) watcher();
    }
  }

  #grow(least: number): void {
    const capacity = Math.max(1024, least, this.#capacity * 2);
    const order = new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY);
    order.set(this.order);
    this.order = order;
    const value = new Float64Array(capacity).fill(Number.NaN);
    value.set(this.value);
    this.value = value;
    this.time = floats(this.time, capacity);
    this.receivedTime = floats(this.receivedTime, capacity);
    const status = new Uint32Array(capacity);
    status.set(this.status);
    this.status = status;
    const changed = new Uint32Array(capacity);
    changed.set(this.#changed);
    this.#changed = changed;
    const isChanged = new Uint8Array(capacity);
    isChanged.set(this.#isChanged);
    this.#isChanged = isChanged;
    this.#capacity = capacity;
  }
}

function floats(from: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(capacity);
  to.set(from);
  return to;
}
