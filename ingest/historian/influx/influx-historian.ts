import { orderTime } from '#devices/model/order-time.ts';
import type { Clock } from '#devices/time/clock.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import type { CityState, Historian, HistorianCursor, HistorianWrite, ObservationPage, Trend } from '../historian.ts';
import { density } from './density-query.ts';
import { HistoryCursor } from './history-cursor.ts';
import { InfluxConnection } from './influx-connection.ts';
import type { InfluxError } from './influx-error.ts';
import type { InfluxTarget } from './influx-target.ts';
import { micros } from './influx-time.ts';
import type { HistoryView } from './observation-rows.ts';
import { ObservationWriter, type OnRefused } from './observation-writer.ts';
import { observationsPage } from './observations-query.ts';
import { replay } from './replay-query.ts';
import { type DatastreamDirectory, SeriesNames } from './series-names.ts';
import { SilentStreams } from './silent-streams.ts';
import { stateAt } from './state-query.ts';
import { trend } from './trend-query.ts';

/** A write that the server does not answer holds up the end no longer, ms; it is offered again at the next start. */
const CLOSE_MS = 2_000;

export interface InfluxHistorianOptions extends InfluxTarget {
  /** The file that keeps how far this bucket follows the journal. */
  readonly historyCursorPath: string;
  /** Which datastreams there are: the catalog. */
  readonly directory: DatastreamDirectory;
  readonly clock: Clock;
  readonly onRefused: OnRefused;
}

/**
 * History in an InfluxDB 1, 2 or 3. `append` neither buffers nor retries: whoever feeds it offers again what was not taken.
 * `README.md` beside it says how observations are stored.
 */
export class InfluxHistorian implements Historian {
  readonly #clock: Clock;
  readonly #connection: InfluxConnection;
  readonly #cursor: HistoryCursor;
  readonly #names: SeriesNames;
  readonly #writer: ObservationWriter;
  readonly #silent = new SilentStreams();
  /** The newest append that was given and has not ended; rejects with it. */
  #newest: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(options: InfluxHistorianOptions, cursor: HistoryCursor) {
    this.#clock = options.clock;
    this.#connection = new InfluxConnection(options, options.clock);
    this.#cursor = cursor;
    this.#names = new SeriesNames(options.directory);
    this.#writer = new ObservationWriter(this.#connection, this.#names, options.onRefused);
  }

  /** Does not need the server: what is wrong with it is told by `problem`, and by whatever is asked of it. */
  static async open(options: InfluxHistorianOptions): Promise<InfluxHistorian> {
    return new InfluxHistorian(options, await HistoryCursor.open(options.historyCursorPath, options, options.clock));
  }

  get position(): number {
    return this.#cursor.position;
  }

  /** What is wrong with the server or with what we may do there; undefined while all is well. */
  get problem(): InfluxError | undefined {
    return this.#connection.problem;
  }

  /** Asks whether the server is there and lets us read and write. @throws {InfluxError} the same as `problem` then */
  check(): Promise<void> {
    return this.#connection.check();
  }

  append(write: HistorianWrite): Promise<void> {
    const done = this.#newest.then(() => this.#append(write));
    this.#newest = done;
    done.catch(() => {
      // Whoever comes after the failure is known has a try of its own.
      if (this.#newest === done) this.#newest = Promise.resolve();
    });
    return done;
  }

  async observations(
    index: number,
    range: TimeRange,
    limit: number,
    cursor?: HistorianCursor,
  ): Promise<ObservationPage> {
    return observationsPage(this.#view(), index, range, limit, cursor);
  }

  async trend(index: number, range: TimeRange, maxPoints: number): Promise<Trend> {
    return trend(this.#view(), index, range, maxPoints);
  }

  async stateAt(at: number): Promise<CityState> {
    return stateAt(this.#view(), this.#silent, at);
  }

  replay(range: TimeRange, stepMs: number): AsyncIterable<CityState & { readonly stepEnd: number }> {
    return replay(() => this.#view(), range, stepMs);
  }

  async density(range: TimeRange, bins: number): Promise<Uint32Array> {
    return density(this.#view(), range, bins);
  }

  /** Keeps the position exactly. Rejects where the disk does not take it: a little is then offered again. */
  async close(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const cancel = this.#clock.after(CLOSE_MS, late.resolve);
    await Promise.race([this.#newest.catch(() => {}), late.promise]);
    cancel();
    this.#isClosed = true;
    await this.#cursor.save();
  }

  async #append(write: HistorianWrite): Promise<void> {
    this.#checkOpen();
    const next = this.#note(write);
    await this.#writer.append(write, this.#cursor.life);
    await this.#cursor.advance(next);
  }

  /** One more than the highest position in `write`. */
  #note({ batch, texts }: HistorianWrite): number {
    let next = 0;
    for (let i = 0; i < batch.count; i++) {
      const position = batch.position[i] as number;
      if (position >= next) next = position + 1;
      const order = orderTime(batch.time[i] as number, batch.receivedTime[i] as number);
      this.#silent.noteObservation(batch.index[i] as number, micros(order));
    }
    for (const { index, time, receivedTime, position } of texts) {
      if (position !== undefined && position >= next) next = position + 1;
      this.#silent.noteObservation(index, micros(orderTime(time, receivedTime)));
    }
    return next;
  }

  #view(): HistoryView {
    this.#checkOpen();
    const { life, position } = this.#cursor;
    return { connection: this.#connection, names: this.#names, life, hiddenFrom: life + position };
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new Error('history: closed');
  }
}
