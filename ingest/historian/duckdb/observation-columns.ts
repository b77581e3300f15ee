import { BIGINT, DOUBLE, type DuckDBAppender, DuckDBDataChunk, UINTEGER } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { ObservationBatch } from '#devices/model/observation-batch.ts';
import { orderTime } from '#devices/model/order-time.ts';

/** Rows of one DuckDB vector. */
const CHUNK_ROWS = 2048;
const TWO_TO_32 = 2 ** 32;

/** The vectors through which a batch goes into the table `observation`, by memory copy. */
export class ObservationColumns {
  readonly #chunk = DuckDBDataChunk.create([UINTEGER, BIGINT, BIGINT, BIGINT, DOUBLE, UINTEGER, BIGINT]);
  readonly #vectors = [0, 1, 2, 3, 4, 5, 6].map((column) => duckdb.data_chunk_get_vector(this.#chunk.chunk, column));
  readonly #order = bigints();
  readonly #phenomenon = bigints();
  /** A bit per row: its phenomenon time is another than its order time. */
  readonly #hasOwnTime = new Uint8Array(CHUNK_ROWS / 8);
  readonly #received = bigints();
  readonly #positions = bigints();

  /** @throws {RangeError} for an observation without a position; the appender then holds a part of the batch. */
  append(appender: DuckDBAppender, batch: ObservationBatch): void {
    for (let from = 0; from < batch.count; from += CHUNK_ROWS) {
      this.#appendChunk(appender, batch, from, Math.min(CHUNK_ROWS, batch.count - from));
    }
    if (batch.count > 0) appender.flushSync();
  }

  #appendChunk(appender: DuckDBAppender, batch: ObservationBatch, from: number, count: number): void {
    this.#hasOwnTime.fill(0);
    // No allocation per observation.
    for (let i = 0; i < count; i++) {
      const time = batch.time[from + i] as number;
      const received = batch.receivedTime[from + i] as number;
      const order = orderTime(time, received);
      setBigint(this.#order, i, Math.round(order * 1000));
      setBigint(this.#received, i, Math.round(received * 1000));
      if (order !== time) {
        setBigint(this.#phenomenon, i, Math.round(time * 1000));
        this.#hasOwnTime[i >> 3] = (this.#hasOwnTime[i >> 3] as number) | (1 << (i & 7));
      }
      const position = batch.position[from + i] as number;
      if (!(position >= 0)) throw new RangeError(`history: ${position} is no position in the journal`);
      setBigint(this.#positions, i, position);
    }
    this.#copy(0, batch.index, from, count);
    this.#copy(1, this.#order, 0, 2 * count);
    this.#copy(2, this.#phenomenon, 0, 2 * count);
    this.#copy(3, this.#received, 0, 2 * count);
    this.#copy(4, batch.value, from, count);
    this.#copy(5, batch.status, from, count);
    this.#copy(6, this.#positions, 0, 2 * count);
    const phenomenon = this.#vectors[2] as duckdb.Vector;
    duckdb.vector_ensure_validity_writable(phenomenon);
    duckdb.copy_data_to_vector_validity(phenomenon, 0, this.#hasOwnTime.buffer, 0, this.#hasOwnTime.length);
    this.#chunk.rowCount = count;
    appender.appendDataChunk(this.#chunk);
  }

  #copy(column: number, data: Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>, from: number, count: number): void {
    const size = data.BYTES_PER_ELEMENT;
    const vector = this.#vectors[column] as duckdb.Vector;
    duckdb.copy_data_to_vector(vector, 0, data.buffer, data.byteOffset + from * size, count * size);
  }
}

/** BIGINTs of a vector, the low half first: without a JavaScript bigint per value. */
function bigints(): Uint32Array<ArrayBuffer> {
  return new Uint32Array(2 * CHUNK_ROWS);
}

/** `whole` within ±2^53. */
function setBigint(halves: Uint32Array<ArrayBuffer>, i: number, whole: number): void {
  halves[2 * i] = whole;
  halves[2 * i + 1] = Math.floor(whole / TWO_TO_32);
}
