import { statSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Clock } from '#devices/time/clock.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import type { CityState, Historian, HistorianCursor, HistorianWrite, ObservationPage, Trend } from '../historian.ts';
import { createUpkeepMetrics, type HistoryArchive, type NamedDatastream } from '../history-archive.ts';
import { parseRetention, type RetentionPolicy } from '../retention-policy.ts';
import { copyDatabase } from './copy-database.ts';
import { density } from './density-query.ts';
import { closeDuckDbFile, type DuckDbFile, openDuckDbFile } from './duckdb-file.ts';
import { FirstSeen } from './first-seen.ts';
import { ObservationWriter } from './observation-writer.ts';
import { observationsPage } from './observations-query.ts';
import { exportParquet } from './parquet-export.ts';
import { ReaderPool } from './reader-pool.ts';
import { replay } from './replay-query.ts';
import { type PropertyOf, Retention } from './retention.ts';
import { RollupProgress } from './rollup.ts';
import { stateAt } from './state-query.ts';
import { trend } from './trend-query.ts';
import { Upkeep } from './upkeep.ts';

/** One bounded step of upkeep so often, where there is something to do. */
const UPKEEP_PERIOD_MS = 1_000;
/** What an exported observation takes, measured: 9 to 20 bytes. */
const EXPORT_ROW_BYTES = 24;

export interface DuckDbOptions {
  /** Default: see `DEFAULT_RETENTION`. */
  readonly retention?: RetentionPolicy;
  /** For rules of one property. */
  readonly propertyOf?: PropertyOf;
  /** What DuckDB may take, MB; default 112. */
  readonly memoryMb?: number;
}

/**
 * History in one DuckDB file. Appends are committed one after another. Upkeep, exports and copies have connections of their
 * own and go on beside it.
 */
export class DuckDbHistorian implements Historian, HistoryArchive {
  readonly #path: string;
  readonly #options: DuckDbOptions;
  readonly upkeepMetrics = createUpkeepMetrics();
  /** What is open now, or was until it broke. */
  #opened: Opened;
  /** What goes on beside the feed; the file is not closed under it. */
  readonly #beside = new Set<Promise<unknown>>();
  #upkeep!: Upkeep;
  #stepping: Promise<boolean> | undefined;
  #stopUpkeep: () => void = ignore;
  #state: 'open' | 'broken' | 'closed' = 'open';
  /** Under way; rejects where the file cannot be opened. */
  #reopening: Promise<void> | undefined;

  private constructor(path: string, options: DuckDbOptions, opened: Opened) {
    this.#path = path;
    this.#options = options;
    this.#opened = opened;
  }

  /** Opens or creates the file. @throws {Error} where another process holds it or it cannot be read. */
  static async open(path: string, options: DuckDbOptions = {}): Promise<DuckDbHistorian> {
    const opened = await openAll(path, options);
    const historian = new DuckDbHistorian(path, options, opened);
    historian.#upkeep = historian.#upkeepOf(opened);
    return historian;
  }

  /** Rollups and retention from now on, a step a second, until it is closed. `report` is told of steps that fail. */
  startUpkeep(clock: Clock, report: (error: unknown) => void): void {
    this.#stopUpkeep = clock.every(UPKEEP_PERIOD_MS, () => {
      if (this.#stepping !== undefined || this.#state !== 'open') return;
      const started = clock.now();
      this.upkeep(started)
        .catch((error) => {
          this.upkeepMetrics.failedSteps++;
          if (!needsReopening(error)) report(error);
        })
        .finally(() => {
          this.upkeepMetrics.stepMs += clock.now() - started;
        });
    });
  }

  /** One bounded step of upkeep. True: there is more to do at once. `now`: epoch ms. */
  upkeep(now: number): Promise<boolean> {
    this.#stepping ??= this.#besides(this.#upkeep.step(now))
      .catch((error) => {
        if (needsReopening(error)) this.#broke();
        throw error;
      })
      .finally(() => {
        this.#stepping = undefined;
      });
    return this.#stepping;
  }

  get problem(): Error | undefined {
    if (this.#state === 'open') return undefined;
    return new Error(`${this.#path} could not be opened again after the disk failed; check the disk`);
  }

  get position(): number {
    return this.#opened.firstSeen.position;
  }

  async append(write: HistorianWrite): Promise<void> {
    if (this.#state !== 'open') await this.#reopen();
    const opened = this.#opened;
    try {
      if (await opened.writer.append(write)) this.#broke(opened);
    } catch (error) {
      if (needsReopening(error)) this.#broke(opened);
      throw error;
    } finally {
      await this.#reopened();
    }
  }

  observations(index: number, range: TimeRange, limit: number, cursor?: HistorianCursor): Promise<ObservationPage> {
    return this.#ask(({ readers, firstSeen }) =>
      observationsPage(readers, index, firstSeen.isText(index), range, limit, cursor),
    );
  }

  trend(index: number, range: TimeRange, maxPoints: number): Promise<Trend> {
    return this.#ask((opened) => trend(opened, index, range, maxPoints));
  }

  stateAt(at: number): Promise<CityState> {
    return this.#ask(({ readers, firstSeen }) => stateAt(readers, firstSeen, at));
  }

  async *replay(range: TimeRange, stepMs: number): AsyncGenerator<CityState & { readonly stepEnd: number }> {
    await this.#reopened();
    yield* replay(this.#opened.readers, range, stepMs);
  }

  density(range: TimeRange, bins: number): Promise<Uint32Array> {
    return this.#ask(({ readers }) => density(readers, range, bins));
  }

  exportParquet(path: string, range: TimeRange, datastreams: readonly NamedDatastream[]): Promise<void> {
    return this.#withConnection((connection) => exportParquet(connection, path, range, datastreams));
  }

  async exportBytes(range: TimeRange): Promise<number> {
    const [count = 0] = await density(this.#opened.readers, range, 1);
    return count * EXPORT_ROW_BYTES;
  }

  copyTo(path: string): Promise<void> {
    return this.#withConnection((connection) => copyDatabase(connection, path));
  }

  /** Brings the log into the file, so that `bytes` says what the observations take. */
  async checkpoint(): Promise<void> {
    await this.#withConnection((connection) => connection.run('CHECKPOINT'));
  }

  get bytes(): number {
    return sizeOf(this.#path) + sizeOf(`${this.#path}.wal`);
  }

  async close(): Promise<void> {
    this.#stopUpkeep();
    await this.#reopened();
    await this.#opened.writer.idle();
    await this.#quiet();
    if (this.#state !== 'closed') await closeAll(this.#opened);
    this.#state = 'closed';
  }

  async #withConnection<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#opened.file.instance.connect();
    try {
      return await this.#besides(work(connection));
    } finally {
      connection.closeSync();
    }
  }

  /** Remembers it until it has ended. */
  #besides<T>(work: Promise<T>): Promise<T> {
    const ended = work.catch(ignore).then(() => {
      this.#beside.delete(ended);
    });
    this.#beside.add(ended);
    return work;
  }

  async #quiet(): Promise<void> {
    while (this.#beside.size > 0) await Promise.all(this.#beside);
  }

  #upkeepOf({ file, readers, firstSeen, progress, retention }: Opened): Upkeep {
    const metrics = this.upkeepMetrics;
    return new Upkeep({ connection: file.upkeep, readers, firstSeen, progress, retention, metrics });
  }

  /** A question that comes while the file is opened anew waits for it, and one that was cut off by it is asked again. */
  async #ask<T>(question: (opened: Opened) => Promise<T>): Promise<T> {
    await this.#reopened();
    const opened = this.#opened;
    try {
      return await question(opened);
    } catch (error) {
      if (needsReopening(error)) this.#broke(opened);
      await this.#reopened();
      if (opened === this.#opened) throw error;
      return question(this.#opened);
    }
  }

  /** Opens the file anew when what is under way has ended. */
  #broke(opened = this.#opened): void {
    if (opened !== this.#opened || this.#state !== 'open') return;
    this.#state = 'broken';
    this.#reopen().catch(ignore);
  }

  #reopen(): Promise<void> {
    this.#reopening ??= this.#openAnew().finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  /** When it is not being opened anew, whatever became of that. */
  async #reopened(): Promise<void> {
    await this.#reopening?.catch(ignore);
  }

  async #openAnew(): Promise<void> {
    if (this.#state === 'broken') {
      await this.#opened.writer.idle();
      await this.#quiet();
      this.#state = 'closed';
      // A broken file cannot be checkpointed; its log is read when it is opened again.
      await closeAll(this.#opened).catch(ignore);
    }
    this.#opened = await openAll(this.#path, this.#options);
    this.#upkeep = this.#upkeepOf(this.#opened);
    this.#state = 'open';
    this.upkeepMetrics.reopenings++;
  }
}

/**
 * After some failures DuckDB refuses everything until the file is opened anew. Its own memory is one of them: rollup passes
 * leave blocks pinned (DuckDB 1.5.5; at 160 MB and 5,000 observations a second after about an hour), and a file that is
 * opened anew, in a tenth of a second, has none.
 */
function needsReopening(error: unknown): boolean {
  return /FATAL|invalidated|Out of Memory|failed to (pin|allocate)/i.test(String(error));
}

/** For failures that are told, or made good, elsewhere. */
function ignore(): void {}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

interface Opened {
  readonly file: DuckDbFile;
  readonly writer: ObservationWriter;
  readonly readers: ReaderPool;
  readonly firstSeen: FirstSeen;
  readonly progress: RollupProgress;
  readonly retention: Retention;
}

async function openAll(path: string, options: DuckDbOptions): Promise<Opened> {
  const file = await openDuckDbFile(path, options.memoryMb);
  try {
    return await readAll(file, options);
  } catch (error) {
    await closeDuckDbFile(file).catch(ignore);
    throw error;
  }
}

async function readAll(file: DuckDbFile, options: DuckDbOptions): Promise<Opened> {
  const readers = new ReaderPool(file.readers);
  const progress = new RollupProgress();
  await progress.load(file.upkeep);
  const policy = options.retention ?? (parseRetention('') as RetentionPolicy);
  const retention = new Retention(policy, options.propertyOf ?? (() => undefined));
  await retention.load(file.upkeep);
  const firstSeen = await loadFirstSeen(readers, progress);
  return {
    file,
    writer: await ObservationWriter.create(file.writers, firstSeen),
    readers,
    firstSeen,
    progress,
    retention,
  };
}

/** How far history reaches is read off what no rollup has taken in yet: it may be all that retention has left. */
async function loadFirstSeen(readers: ReaderPool, progress: RollupProgress): Promise<FirstSeen> {
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
  firstSeen.newest = progress.newest;
  firstSeen.position = Math.max(0, progress.furthest);
  const since = Number.isFinite(progress.furthest) ? `WHERE position >= ${progress.furthest}` : '';
  for (const lane of ['observation', 'text_observation']) {
    const newest = await readers.numbers(
      `SELECT coalesce(max(order_us) / 1000, '-inf'::DOUBLE), coalesce(max(position) + 1, 0)::DOUBLE FROM ${lane} ${since}`,
      [],
      'dd',
    );
    firstSeen.newest = Math.max(firstSeen.newest, newest.doubles(0)[0] as number);
    firstSeen.position = Math.max(firstSeen.position, newest.doubles(1)[0] as number);
  }
  return firstSeen;
}

async function closeAll({ readers, writer, file }: Opened): Promise<void> {
  await readers.close();
  try {
    writer.closeSync();
  } finally {
    await closeDuckDbFile(file);
  }
}
