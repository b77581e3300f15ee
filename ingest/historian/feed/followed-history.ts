import type { TimeRange } from '#devices/time/time-range.ts';
import type { CityState, Historian, HistorianCursor, HistoryReader, ObservationPage, Trend } from '../historian.ts';
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
    return this.#feed.lag;
  }

  async observations(
    index: number,
    range: TimeRange,
    limit: number,
    cursor?: HistorianCursor,
  ): Promise<ObservationPage> {
    await this.#feed.settle();
    return this.#historian.observations(index, range, limit, cursor);
  }

  async trend(index: number, range: TimeRange, maxPoints: number): Promise<Trend> {
    await this.#feed.settle();
    return this.#historian.trend(index, range, maxPoints);
  }

  async stateAt(at: number): Promise<CityState> {
    await this.#feed.settle();
    return this.#historian.stateAt(at);
  }

  async *replay(range: TimeRange, stepMs: number): AsyncGenerator<CityState & { readonly stepEnd: number }> {
    await this.#feed.settle();
    yield* this.#historian.replay(range, stepMs);
  }

  async density(range: TimeRange, bins: number): Promise<Uint32Array> {
    await this.#feed.settle();
    return this.#historian.density(range, bins);
  }
}
