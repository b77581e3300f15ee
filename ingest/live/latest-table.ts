import { createBatch, type ObservationBatch, type TextObservation } from '#devices/model/observation-batch.ts';
import { orderTime } from '#devices/model/order-time.ts';

/**
 * The newest observation of every datastream, by order time; of two at one time the one that came later.
 * Typed arrays by DatastreamIndex; grows with the catalog. Late data never gets over a newer value.
 */
export class LatestTable {
  #capacity = 0;
  /** Order time by which the entry is the newest; -Infinity where the datastream has none yet. */
  order: Float64Array<ArrayBuffer> = new Float64Array(0);
  time: Float64Array<ArrayBuffer> = new Float64Array(0);
  receivedTime: Float64Array<ArrayBuffer> = new Float64Array(0);
  value: Float64Array<ArrayBuffer> = new Float64Array(0);
  status: Uint32Array<ArrayBuffer> = new Uint32Array(0);
  /** In the journal; NaN where nobody knows. */
  position: Float64Array<ArrayBuffer> = new Float64Array(0);
  /** Results of category and text datastreams; their `value` is NaN. */
  readonly texts = new Map<number, TextObservation>();
  readonly #listeners = new Set<(index: number) => void>();

  /** One more than the highest index seen. */
  size = 0;

  /** Calls `listener` for each entry that became newer. No allocation; keep it cheap. */
  subscribe(listener: (index: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  apply(batch: ObservationBatch, texts: readonly TextObservation[]): void {
    // No allocation per observation.
    for (let i = 0; i < batch.count; i++) {
      const index = batch.index[i] as number;
      const time = batch.time[i] as number;
      const receivedTime = batch.receivedTime[i] as number;
      if (!this.#set(index, time, receivedTime, batch.value[i] as number, batch.status[i] as number)) continue;
      this.position[index] = batch.position[i] as number;
      this.#tell(index);
    }
    for (const text of texts) {
      if (this.#set(text.index, text.time, text.receivedTime, Number.NaN, text.status)) {
        this.texts.set(text.index, text);
        this.#tell(text.index);
      }
    }
  }

  /** A copy of the whole table as observations. */
  state(): { batch: ObservationBatch; texts: TextObservation[] } {
    const batch = createBatch(this.size);
    for (let index = 0; index < this.size; index++) {
      if (this.order[index] === Number.NEGATIVE_INFINITY || this.texts.has(index)) continue;
      const at = batch.count++;
      batch.index[at] = index;
      batch.time[at] = this.time[index] as number;
      batch.receivedTime[at] = this.receivedTime[index] as number;
      batch.value[at] = this.value[index] as number;
      batch.status[at] = this.status[index] as number;
      batch.position[at] = this.position[index] as number;
    }
    return { batch, texts: [...this.texts.values()] };
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
    return true;
  }

  #tell(index: number): void {
    for (const listener of this.#listeners) listener(index);
  }

  #grow(least: number): void {
    const capacity = Math.max(1024, least, this.#capacity * 2);
    const order = new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY);
    order.set(this.order);
    this.order = order;
    const time = new Float64Array(capacity);
    time.set(this.time);
    this.time = time;
    const receivedTime = new Float64Array(capacity);
    receivedTime.set(this.receivedTime);
    this.receivedTime = receivedTime;
    const value = new Float64Array(capacity).fill(Number.NaN);
    value.set(this.value);
    this.value = value;
    const status = new Uint32Array(capacity);
    status.set(this.status);
    this.status = status;
    const position = new Float64Array(capacity).fill(Number.NaN);
    position.set(this.position);
    this.position = position;
    this.#capacity = capacity;
  }
}
