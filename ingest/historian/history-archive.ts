import type { TimeRange } from '#devices/time/time-range.ts';

/** What a historian does beside its answers, where it can: `DuckDbHistorian` does. */
export interface HistoryArchive {
  /**
   * Writes the observations of `range`, of these datastreams or of all, into a Parquet file that does not exist yet.
   * Columns: `thing`, `property`, `time`, `received_time` (timestamps, UTC), `result` (DOUBLE; booleans 0 and 1),
   * `text` (of text and category datastreams), `status` (name), `status_code`, `position`. No particular order.
   */
  exportParquet(path: string, range: TimeRange, datastreams: readonly NamedDatastream[]): Promise<void>;

  /** At most so many bytes an export of `range` will take, roughly. */
  exportBytes(range: TimeRange): Promise<number>;

  /** Copies everything, as it is at one moment, into a file that does not exist yet; appends go on meanwhile. */
  copyTo(path: string): Promise<void>;

  /** Bytes of the history on disk. */
  readonly bytes: number;
  readonly upkeepMetrics: Readonly<UpkeepMetrics>;
}

export interface NamedDatastream {
  readonly index: number;
  readonly thing: string;
  readonly property: string;
}

/** Counters of what goes on beside the feed; they only grow. */
export interface UpkeepMetrics {
  /** Passes that took observations into rollups. */
  rollupPasses: number;
  /** Observations and rollup bins deleted because they were older than `retention` allows. */
  expiredRows: number;
  /** Times that the file was opened anew, because DuckDB had no memory left or the disk had failed. */
  reopenings: number;
  /** Steps of upkeep that failed; they are tried again. */
  failedSteps: number;
  /** Time spent in steps, ms. */
  stepMs: number;
}

export function createUpkeepMetrics(): UpkeepMetrics {
  return { rollupPasses: 0, expiredRows: 0, reopenings: 0, failedSteps: 0, stepMs: 0 };
}
