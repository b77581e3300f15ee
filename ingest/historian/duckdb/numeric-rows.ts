import type { DuckDBDataChunk, DuckDBResult } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/**
 * Reads a result whose columns are all DOUBLE and UINTEGER into typed arrays, chunk by chunk, without a JavaScript
 * value per cell. NULL must not occur.
 */
export async function readNumericRows(result: DuckDBResult, shape: string): Promise<NumericRows> {
  const rows = new NumericRows(shape);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return rows;
    rows.append(chunk);
  }
}

/** Columns by position; `shape` has a letter for each: `d` DOUBLE, `u` UINTEGER. Only the first `count` entries are set. */
export class NumericRows {
  count = 0;
  readonly #shape: string;
  readonly #columns: (Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>)[];
  #capacity = 0;

  constructor(shape: string) {
    this.#shape = shape;
    this.#columns = [...shape].map((letter) => emptyColumn(letter, 0));
  }

  doubles(column: number): Float64Array<ArrayBuffer> {
    return this.#columns[column] as Float64Array<ArrayBuffer>;
  }

  integers(column: number): Uint32Array<ArrayBuffer> {
    return this.#columns[column] as Uint32Array<ArrayBuffer>;
  }

  append(chunk: DuckDBDataChunk): void {
    const rowCount = chunk.rowCount;
    if (this.count + rowCount > this.#capacity) this.#grow(this.count + rowCount);
    for (let column = 0; column < this.#columns.length; column++) {
      const target = this.#columns[column] as Float64Array<ArrayBuffer>;
      const bytes = rowCount * target.BYTES_PER_ELEMENT;
      const data = duckdb.vector_get_data(duckdb.data_chunk_get_vector(chunk.chunk, column), bytes);
      new Uint8Array(target.buffer).set(data, this.count * target.BYTES_PER_ELEMENT);
    }
    this.count += rowCount;
  }

  #grow(least: number): void {
    this.#capacity = Math.max(2048, least, this.#capacity * 2);
    for (let column = 0; column < this.#columns.length; column++) {
      const grown = emptyColumn(this.#shape.charAt(column), this.#capacity);
      grown.set(this.#columns[column] as Float64Array);
      this.#columns[column] = grown;
    }
  }
}

function emptyColumn(letter: string, length: number): Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  return letter === 'u' ? new Uint32Array(length) : new Float64Array(length);
}
