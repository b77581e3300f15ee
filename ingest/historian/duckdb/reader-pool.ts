import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBResult } from '@duckdb/node-api';
import { type NumericRows, readNumericRows } from './numeric-rows.ts';

/** Statements that a connection keeps; some name their datastreams, so that there is no end of different ones. */
export const MAX_PREPARED = 32;

/** A row of the text lane, columns in the order of the query. */
export type TextRow = readonly (number | string | null)[];

/**
 * The connections that read, each used by one query at a time; queries beyond that wait their turn, first come first
 * served. Statements are prepared once per connection, and the few that were used last are kept.
 */
export class ReaderPool {
  readonly #free: Reader[];
  readonly #waiting: ((reader: Reader | undefined) => void)[] = [];
  #busy = 0;
  #closed = false;
  #idle: () => void = () => {};

  constructor(connections: readonly DuckDBConnection[]) {
    this.#free = connections.map((connection) => ({ connection, prepared: new Map() }));
  }

  /** Runs `sql` with DOUBLE parameters and reads its columns, see `NumericRows` for `shape`. */
  numbers(sql: string, parameters: readonly number[], shape: string): Promise<NumericRows> {
    return this.#use(sql, parameters, (result) => readNumericRows(result, shape));
  }

  /** The same for queries with strings in their answer. */
  texts(sql: string, parameters: readonly number[]): Promise<TextRow[]> {
    return this.#use(sql, parameters, async (result) => (await result.getRows()) as unknown as TextRow[]);
  }

  /** Lets running queries end; refuses those to come and those that wait. The connections stay the caller's to close. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting(undefined);
    if (this.#busy > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  async #acquire(): Promise<Reader> {
    const reader = this.#closed ? undefined : (this.#free.pop() ?? (await this.#wait()));
    if (reader === undefined) throw new Error('history: closed');
    this.#busy++;
    return reader;
  }

  #wait(): Promise<Reader | undefined> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(reader: Reader): void {
    this.#busy--;
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(reader);
    else next(reader);
    if (this.#busy === 0) this.#idle();
  }

  async #use<T>(sql: string, parameters: readonly number[], read: (result: DuckDBResult) => Promise<T>): Promise<T> {
    const reader = await this.#acquire();
    try {
      const statement = await prepared(reader, sql);
      parameters.forEach((value, i) => {
        statement.bindDouble(i + 1, value);
      });
      return await read(await statement.run());
    } finally {
      this.#release(reader);
    }
  }
}

interface Reader {
  readonly connection: DuckDBConnection;
  /** By their text, the one used last at the end. */
  readonly prepared: Map<string, DuckDBPreparedStatement>;
}

async function prepared({ connection, prepared }: Reader, sql: string): Promise<DuckDBPreparedStatement> {
  const statement = prepared.get(sql) ?? (await connection.prepare(sql));
  prepared.delete(sql);
  prepared.set(sql, statement);
  if (prepared.size > MAX_PREPARED) {
    const [oldest, unused] = prepared.entries().next().value as [string, DuckDBPreparedStatement];
    unused.destroySync();
    prepared.delete(oldest);
  }
  return statement;
}
