/**
 * Stale is derived, never stored: a reading is stale when it is older than three expected intervals,
 * and never before ten seconds. Without an expected interval nothing is stale.
 */
export const STALE_INTERVALS = 3;
export const STALE_FLOOR_MS = 10_000;

/**
 * The time between two observations by which a datastream is judged, ms: what its device declares, else what was learnt
 * from its readings; undefined where it has none.
 */
export function expectedIntervalMs(stream: {
  readonly intervalMs?: number | undefined;
  readonly learntIntervalMs?: number | undefined;
}): number | undefined {
  return stream.intervalMs ?? stream.learntIntervalMs;
}

/** Age in ms from which a reading of this interval is stale; Infinity without an interval. */
export function staleAfterMs(intervalMs: number | undefined): number {
  return intervalMs === undefined ? Number.POSITIVE_INFINITY : Math.max(STALE_FLOOR_MS, intervalMs * STALE_INTERVALS);
}
