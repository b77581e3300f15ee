import type { DuckDBConnection } from '@duckdb/node-api';
import { orderTime } from '#devices/model/order-time.ts';
import type { UpkeepMetrics } from '../history-archive.ts';
import type { FirstSeen } from './first-seen.ts';
import type { ReaderPool } from './reader-pool.ts';
import type { Retention } from './retention.ts';
import { ROLLUPS, type RollupProgress } from './rollup.ts';
import { stateAt } from './state-query.ts';

export interface UpkeepParts {
  readonly connection: DuckDBConnection;
  readonly readers: ReaderPool;
  readonly firstSeen: FirstSeen;
  readonly progress: RollupProgress;
  readonly retention: Retention;
  readonly metrics: UpkeepMetrics;
}

/** What the history does beside the feed, in bounded steps: rolls up what came, then deletes what has been kept long enough. */
export class Upkeep {
  readonly #parts: UpkeepParts;
  /** When the last pass of each rollup was, epoch ms. */
  readonly #passes = new Map<string, number>();
  #knowsNewest = false;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  /** One step. True: there is more to do at once. */
  async step(now: number): Promise<boolean> {
    if (await this.#rollUp(now)) return true;
    return this.#expire(now);
  }

  async #rollUp(now: number): Promise<boolean> {
    const { connection, firstSeen, progress, metrics } = this.#parts;
    for (const rollup of ROLLUPS) {
      const end = firstSeen.position;
      const waiting = end - progress.of(rollup);
      const isDue = now - (this.#passes.get(rollup.name) ?? Number.NEGATIVE_INFINITY) >= rollup.passMs;
      if (waiting <= 0 || (!isDue && waiting < rollup.passRows)) continue;
      const remaining = await progress.pass(connection, rollup, end, firstSeen.newest);
      metrics.rollupPasses++;
      if (remaining === 0) this.#passes.set(rollup.name, now);
      return true;
    }
    return false;
  }

  async #expire(now: number): Promise<boolean> {
    const { connection, firstSeen, progress, retention, metrics } = this.#parts;
    if (!retention.hasRules) return false;
    if (!this.#knowsNewest && retention.forgetsObservations) await this.#learnNewest();
    const { rows, hasMore } = await retention.step(connection, firstSeen, progress, now);
    metrics.expiredRows += rows;
    return hasMore;
  }

  /** What the file held when it was opened; the writer notes what has come since. */
  async #learnNewest(): Promise<void> {
    const { readers, firstSeen } = this.#parts;
    const { batch, texts } = await stateAt(readers, firstSeen, Number.POSITIVE_INFINITY);
    for (let i = 0; i < batch.count; i++) {
      const order = orderTime(batch.time[i] as number, batch.receivedTime[i] as number);
      firstSeen.noteNewest(batch.index[i] as number, order);
    }
    for (const text of texts) firstSeen.noteNewest(text.index, orderTime(text.time, text.receivedTime));
    this.#knowsNewest = true;
  }
}
