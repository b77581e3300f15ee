import type { Trend } from '../historian.ts';
import type { NumericRows } from './numeric-rows.ts';
import type { ReaderPool } from './reader-pool.ts';
import type { Retention } from './retention.ts';
import type { RollupProgress } from './rollup.ts';

/** What a trend is made of. */
export interface TrendParts {
  readonly readers: ReaderPool;
  readonly progress: RollupProgress;
  readonly retention: Retention;
}

/** Rows of order time, result, status. */
export function toTrend(rows: NumericRows, observations: number): Trend {
  return {
    time: rows.doubles(0).slice(0, rows.count),
    value: rows.doubles(1).slice(0, rows.count),
    status: rows.integers(2).slice(0, rows.count),
    observations,
  };
}
