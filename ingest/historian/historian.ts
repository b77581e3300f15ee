import type { ObservationBatch, TextObservation } from '#devices/model/observation-batch.ts';
import type { TimeRange } from '#devices/time/time-range.ts';

/** What goes to history in one transaction: a stretch of the journal, every observation with its position in it. */
export interface HistorianWrite {
  readonly batch: ObservationBatch;
  readonly texts: readonly TextObservation[];
}

/** Where a page ended; opaque to callers, stable across restarts. */
export type HistorianCursor = string & { readonly __brand: 'HistorianCursor' };

/** One observation as stored; `value` is a number (booleans 0 and 1; NaN: Bad without a result) or a string. */
export interface StoredObservation {
  readonly index: number;
  readonly time: number;
  readonly receivedTime: number;
  readonly value: number | string | undefined;
  readonly status: number;
  /** Its place in the journal, where its raw message is; see `JournalPosition`. */
  readonly position: number;
}

export interface ObservationPage {
  readonly observations: readonly StoredObservation[];
  /** Absent on the last page. */
  readonly next?: HistorianCursor;
}

/** Parallel columns, length `time.length`. */
export interface Trend {
  readonly time: Float64Array;
  readonly value: Float64Array;
  readonly status: Uint32Array;
  /** Stored observations behind the points; where these were deleted, those that there were. */
  readonly observations: number;
  /** The points were found in rollups of bins of this width, ms; absent: among the observations themselves. */
  readonly rollupMs?: number;
}

/** Observations of the whole city: the newest of every datastream at a moment, where nothing else is said. */
export interface CityState {
  readonly batch: ObservationBatch;
  readonly texts: readonly TextObservation[];
}

/** History cannot answer now; the message says why, in a sentence. */
export class HistoryAwayError extends Error {}

/** What can be asked of history. */
export type HistoryReader = Pick<Historian, 'observations' | 'trend' | 'stateAt' | 'replay' | 'density'>;

/**
 * The keeper of telemetry. Every implementation passes `historian-contract.ts`.
 *
 * All ordering is by order time (`#devices/model/order-time.ts`), then by received time, then by position.
 *
 * It follows the journal: writes come in the order of their positions, and what it holds is everything below `position`
 * that was ever offered to it. A write that is offered again after a crash changes nothing: whoever feeds it goes on
 * from `position`.
 */
export interface Historian {
  /** One more than the highest position stored, durably; 0 while there is none. */
  readonly position: number;
  /** Why it takes and answers nothing now; undefined while all is well. */
  readonly problem: Error | undefined;
  /**
   * Resolves when everything in `write` is durable; rejects when it may not be, and then it is offered again. One that is
   * given while another is under way is taken behind it, and rejects where that one does.
   */
  append(write: HistorianWrite): Promise<void>;

  /** Every stored observation of one datastream, a page at a time. `limit` 1–100,000. Rejects with a RangeError for a made-up cursor. */
  observations(index: number, range: TimeRange, limit: number, cursor?: HistorianCursor): Promise<ObservationPage>;

  /** At most `maxPoints` of the stored numeric observations, the least and the greatest of every bin among them. */
  trend(index: number, range: TimeRange, maxPoints: number): Promise<Trend>;

  /** The state at `at` (inclusive): for each datastream its newest observation with order time ≤ `at`. */
  stateAt(at: number): Promise<CityState>;

  /**
   * What a viewer that plays `range` needs: for each step of `stepMs`, the newest observation in it of each datastream
   * that has one, oldest step first. Applying them all to `stateAt(range.from)` gives `stateAt(range.to)` but for
   * observations exactly at `range.to`.
   */
  replay(range: TimeRange, stepMs: number): AsyncIterable<CityState & { readonly stepEnd: number }>;

  /** Stored observations per bin, `bins` equal bins over `range`. */
  density(range: TimeRange, bins: number): Promise<Uint32Array>;

  close(): Promise<void>;
}
