import type { DatastreamIndex } from './datastream.ts';
import type { StatusCode } from './status-code.ts';

/**
 * Observations as a struct of typed arrays, the form in which they travel inside a process.
 * Only the first `count` entries of each array are set; arrays may be longer.
 *
 * A Bad observation without a result has NaN as its value. Booleans are 0 and 1.
 */
export interface ObservationBatch {
  count: number;
  /** DatastreamIndex, length ≥ count. */
  index: Uint32Array<ArrayBuffer>;
  /** phenomenonTime, epoch ms UTC with fractions down to the microsecond. */
  time: Float64Array<ArrayBuffer>;
  /** Our clock, epoch ms UTC. */
  receivedTime: Float64Array<ArrayBuffer>;
  value: Float64Array<ArrayBuffer>;
  /** OPC UA StatusCode. */
  status: Uint32Array<ArrayBuffer>;
  /**
   * Place in the journal, which leads to the raw message: a whole number that grows with every observation taken, never
   * used twice. NaN where there is none.
   */
  position: Float64Array<ArrayBuffer>;
}

/** An observation whose result is a string (category or text): the rarer lane. `value` undefined when Bad. */
export interface TextObservation {
  readonly index: DatastreamIndex;
  readonly time: number;
  readonly receivedTime: number;
  readonly value: string | undefined;
  readonly status: StatusCode;
  /** As in the batch; absent where there is none. */
  readonly position?: number;
}

export function createBatch(capacity: number): ObservationBatch {
  return {
    count: 0,
    index: new Uint32Array(capacity),
    time: new Float64Array(capacity),
    receivedTime: new Float64Array(capacity),
    value: new Float64Array(capacity),
    status: new Uint32Array(capacity),
    position: new Float64Array(capacity),
  };
}

/** Appends one observation; doubles the arrays when they are full, so allocation is amortised. */
export function appendObservation(
  batch: ObservationBatch,
  index: number,
  time: number,
  receivedTime: number,
  value: number,
  status: StatusCode,
  position = Number.NaN,
): void {
  if (batch.count === batch.index.length) growBatch(batch, Math.max(16, batch.count * 2));
  const i = batch.count++;
  batch.index[i] = index;
  batch.time[i] = time;
  batch.receivedTime[i] = receivedTime;
  batch.value[i] = value;
  batch.status[i] = status;
  batch.position[i] = position;
}

function growBatch(batch: ObservationBatch, capacity: number): void {
  batch.index = grown(batch.index, new Uint32Array(capacity));
  batch.time = grown(batch.time, new Float64Array(capacity));
  batch.receivedTime = grown(batch.receivedTime, new Float64Array(capacity));
  batch.value = grown(batch.value, new Float64Array(capacity));
  batch.status = grown(batch.status, new Uint32Array(capacity));
  batch.position = grown(batch.position, new Float64Array(capacity));
}

function grown<A extends Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(from: A, to: A): A {
  to.set(from);
  return to;
}
