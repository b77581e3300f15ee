import type { Catalog } from '#devices/catalog/catalog.ts';
import type { PriorityRank } from '#devices/model/priority.ts';
import type { Clock } from '#devices/time/clock.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import type { LatestTable } from './latest-table.ts';

export interface TransitionsParts {
  /** The SQLite file, e.g. `transitions.sqlite` in the data folder. */
  readonly path: string;
  readonly catalog: Catalog;
  readonly latest: LatestTable;
  readonly clock: Clock;
}

/** A datastream went from one limit priority to another. */
export interface Transition {
  readonly index: number;
  /** Order time of the observation that did it, epoch ms. */
  readonly time: number;
  readonly from: PriorityRank;
  readonly to: PriorityRank;
  /** NaN where the observation was Bad. */
  readonly value: number;
}

/** A datastream that is beyond a limit; `since` is when it last left the normal, epoch ms. */
export interface Abnormal {
  readonly index: number;
  readonly priority: PriorityRank;
  readonly since: number;
}

export class Transitions {
  constructor(_parts: TransitionsParts) {}

  /** Opens the file, restores, and follows the latest table from now on. Start it before the pipeline. */
  start(): void {
    throw new Error('not yet');
  }

  /** What was beyond a limit at `at` (inclusive). */
  abnormalAt(_at: number): Abnormal[] {
    throw new Error('not yet');
  }

  /** The first `limit` transitions in `range`, oldest first. */
  between(_range: TimeRange, _limit: number): Transition[] {
    throw new Error('not yet');
  }

  stop(): void {
    throw new Error('not yet');
  }
}
