import type { TimeRange } from '#devices/time/time-range.ts';
import type { CityState, Historian, HistorianCursor, HistorianWrite, ObservationPage, Trend } from '../historian.ts';
import { density } from './density-query.ts';
import { closeDuckDbFile, type DuckDbFile, openDuckDbFile } from './duckdb-file.ts';
import { FirstSeen } from './first-seen.ts';
import { ObservationWriter } from './observation-writer.ts';
import { observationsPage } from './observations-query.ts';
import { ReaderPool } from './reader-pool.ts';
import { replay } from './replay-query.ts';
import { stateAt } from './state-query.ts';
import { trend } from './trend-query.ts';

/** History in one DuckDB file. One writer; `append` calls are taken one after another. */
export class DuckDbHistorian implements Historian {
  readonly #path: string;
  /** What is open now, or was until it broke. */
  #opened: Opened;
  #tail: Promise<void> = Promise.resolve();
  #state: 'open' | 'broken' | 'closed' = 'open';

  private constructor(path: string, opened: Opened) {
    this.#path = path;
    this.#opened = opened;
  }

  /** Opens or creates the file. @throws {Error} where another process holds it or it cannot be read. */
  static async open(path: string): Promise<DuckDbHistorian> {
    return new DuckDbHistorian(path, await openAll(path));
  }

  get problem(): Error | undefined {
    if (this.#state === 'open') return undefined;
    return new Error(`${this.#path} could not be opened again after the disk failed; check the disk`);
  }

  get position(): number {
    return this.#opened.firstSeen.position;
  }

  append(write: HistorianWrite): Promise<void> {
    const done = this.#tail.then(() => this.#append(write));
    // Who appended is told; the next one has its own try.
    this.#tail = done.catch(ignore);
    return done;
  }

  observations(index: number, range: TimeRange, limit: number, cursor?: HistorianCursor): Promise<ObservationPage> {
    const { readers, firstSeen } = this.#opened;
    return observationsPage(readers, index, firstSeen.isText(index), range, limit, cursor);
  }

  trend(index: number, range: TimeRange, maxPoints: number): Promise<Trend> {
    return trend(this.#opened.readers, index, range, maxPoints);
  }

  stateAt(at: number): Promise<CityState> {
    return stateAt(this.#opened.readers, this.#opened.firstSeen, at);
  }

  replay(range: TimeRange, stepMs: number): AsyncIterable<CityState & { readonly stepEnd: number }> {
    return replay(this.#opened.readers, range, stepMs);
  }

  density(range: TimeRange, bins: number): Promise<Uint32Array> {
    return density(this.#opened.readers, range, bins);
  }

  async close(): Promise<void> {
    await this.#tail;
    if (this.#state !== 'closed') await closeAll(this.#opened);
    this.#state = 'closed';
  }

  async #append(write: HistorianWrite): Promise<void> {
    if (this.#state !== 'open') await this.#reopen();
    try {
      if (await this.#opened.writer.append(write)) this.#state = 'broken';
    } catch (error) {
      // After some failures DuckDB refuses everything until the file is opened anew.
      if (/FATAL|invalidated/i.test(String(error))) this.#state = 'broken';
      throw error;
    } finally {
      if (this.#state === 'broken') await this.#reopen().catch(ignore);
    }
  }

  async #reopen(): Promise<void> {
    if (this.#state === 'broken') {
      this.#state = 'closed';
      // A broken file cannot be checkpointed; its log is read when it is opened again.
      await closeAll(this.#opened).catch(ignore);
    }
    this.#opened = await openAll(this.#path);
    this.#state = 'open';
  }
}

/** For failures that are told, or made good, elsewhere. */
function ignore(): void {}

interface Opened {
  readonly file: DuckDbFile;
  readonly writer: ObservationWriter;
  readonly readers: ReaderPool;
  readonly firstSeen: FirstSeen;
}

async function openAll(path: string): Promise<Opened> {
  const file = await openDuckDbFile(path);
  const readers = new ReaderPool(file.readers);
  const firstSeen = new FirstSeen();
  const rows = await readers.numbers(
    'SELECT datastream, is_text::UINTEGER, min(order_time) FROM first_seen GROUP BY ALL',
    [],
    'uud',
  );
  for (let row = 0; row < rows.count; row++) {
    const index = rows.integers(0)[row] as number;
    firstSeen.restore(index, rows.doubles(2)[row] as number, rows.integers(1)[row] === 1);
  }
  for (const lane of ['observation', 'text_observation']) {
    const newest = await readers.numbers(
      `SELECT coalesce(max(order_time), '-inf'::DOUBLE), coalesce(max(position) + 1, 0) FROM ${lane}`,
      [],
      'dd',
    );
    firstSeen.newest = Math.max(firstSeen.newest, newest.doubles(0)[0] as number);
    firstSeen.position = Math.max(firstSeen.position, newest.doubles(1)[0] as number);
  }
  return { file, writer: await ObservationWriter.create(file.writer, firstSeen), readers, firstSeen };
}

async function closeAll({ readers, writer, file }: Opened): Promise<void> {
  await readers.close();
  try {
    writer.closeSync();
  } finally {
    await closeDuckDbFile(file);
  }
}
