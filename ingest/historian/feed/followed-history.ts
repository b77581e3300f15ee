import type { TimeRange } from '#devices/time/time-range.ts';
import {
  type CityState,
  type Historian,
  type HistorianCursor,
  HistoryAwayError,
  type HistoryReader,
  type ObservationPage,
  type Trend,
} from '../historian.ts';
import type { HistorianFeed, HistoryLag } from './historian-feed.ts';

/**
 * History as others ask it: every question lets the feed catch up first, so that what was acknowledged before is in the
 * answer. Where history is away or far behind the answer comes all the same, and `lag` says until when it is complete.
 */
export class FollowedHistory implements HistoryReader {
  readonly #historian: Historian;
  readonly #feed: Pick<HistorianFeed, 'settle' | 'lag'>;

  constructor(historian: Historian, feed: Pick<HistorianFeed, 'settle' | 'lag'>) {
    this.#historian = historian;
    this.#feed = feed;
  }

  get lag(): HistoryLag {
    const { lag } = this.#feed;
    return lag.problem === undefined ? { ...lag, problem: this.#historian.problem?.message } : lag;
  }

  async observations(
    index: number,
    range: TimeRange,
    limit: number,
    cursor?: HistorianCursor,
  ): Promise<ObservationPage> {
    return this.#ask(() => this.#historian.observations(index, range, limit, cursor));
  }

  async trend(index: number, range: TimeRange, maxPoints: number): Promise<Trend> {
    return this.#ask(() => this.#historian.trend(index, range, maxPoints));
  }

  async stateAt(at: number): Promise<CityState> {
    return this.#ask(() => this.#historian.stateAt(at));
  }

  async *replay(range: TimeRange, stepMs: number): AsyncGenerator<CityState & { readonly stepEnd: number }> {
    await this.#feed.settle();
    try {
      yield* this.#historian.replay(range, stepMs);
    } catch (error) {
      throw this.#explained(error);
    }
  }

  async density(range: TimeRange, bins: number): Promise<Uint32Array> {
    return this.#ask(() => this.#historian.density(range, bins));
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    await this.#feed.settle();
    try {
      return await question();
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** A failure while history is away is said to be that. */
  #explained(error: unknown): unknown {
    const { problem } = this.#historian;
    return problem === undefined ? error : new HistoryAwayError(problem.message, { cause: error });
  }
}
