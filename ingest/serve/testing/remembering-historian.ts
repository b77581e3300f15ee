import { createBatch } from '#devices/model/observation-batch.ts';
import { orderTime } from '#devices/model/order-time.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import type { HistoryLag } from '../../historian/feed/historian-feed.ts';
import type {
  CityState,
  Historian,
  HistorianCursor,
  HistorianWrite,
  ObservationPage,
  StoredObservation,
  Trend,
} from '../../historian/historian.ts';
import { LatestTable } from '../../live/latest-table.ts';

/** A historian that keeps everything in an array, for tests of those who ask one. Numeric observations only. */
export class RememberingHistorian implements Historian {
  readonly #stored: StoredObservation[] = [];
  closed = false;
  lag: HistoryLag = { observations: 0, completeUntil: undefined, problem: undefined };

  position = 0;

  async append({ batch }: HistorianWrite): Promise<void> {
    for (let i = 0; i < batch.count; i++) {
      this.#stored.push({
        index: batch.index[i] as number,
        time: batch.time[i] as number,
        receivedTime: batch.receivedTime[i] as number,
        value: batch.value[i] as number,
        status: batch.status[i] as number,
        position: batch.position[i] as number,
      });
    }
    if (batch.count > 0) this.position = (batch.position[batch.count - 1] as number) + 1;
    this.#stored.sort((a, b) => orderTime(a.time, a.receivedTime) - orderTime(b.time, b.receivedTime));
  }

  async observations(
    index: number,
    range: TimeRange,
    limit: number,
    cursor?: HistorianCursor,
  ): Promise<ObservationPage> {
    const all = this.#within(range).filter((each) => each.index === index);
    const start = cursor === undefined ? 0 : Number(cursor);
    if (Number.isNaN(start)) throw new RangeError(`"${cursor}" is not a cursor of ours`);
    const observations = all.slice(start, start + limit);
    const end = start + observations.length;
    return { observations, ...(end < all.length && { next: String(end) as HistorianCursor }) };
  }

  async trend(index: number, range: TimeRange, maxPoints: number): Promise<Trend> {
    const all = this.#within(range).filter((each) => each.index === index);
    const shown = all.slice(0, maxPoints);
    return {
      time: Float64Array.from(shown, (each) => each.time),
      value: Float64Array.from(shown, (each) => each.value as number),
      status: Uint32Array.from(shown, (each) => each.status),
      observations: all.length,
    };
  }

  async stateAt(at: number): Promise<CityState> {
    const table = new LatestTable();
    table.apply(batchOf(this.#stored.filter((each) => orderTime(each.time, each.receivedTime) <= at)), []);
    return table.state();
  }

  async *replay(range: TimeRange, stepMs: number): AsyncGenerator<CityState & { readonly stepEnd: number }> {
    for (let from = range.from; from < range.to; from += stepMs) {
      const table = new LatestTable();
      table.apply(batchOf(this.#within({ from, to: Math.min(from + stepMs, range.to) })), []);
      if (table.size > 0) yield { ...table.state(), stepEnd: from + stepMs };
    }
  }

  async density(range: TimeRange, bins: number): Promise<Uint32Array> {
    const counts = new Uint32Array(bins);
    for (const { time } of this.#within(range)) {
      const bin = Math.floor(((time - range.from) / (range.to - range.from)) * bins);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return counts;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  #within({ from, to }: TimeRange): StoredObservation[] {
    return this.#stored.filter((each) => {
      const order = orderTime(each.time, each.receivedTime);
      return order >= from && order < to;
    });
  }
}

function batchOf(observations: readonly StoredObservation[]) {
  const batch = createBatch(observations.length);
  for (const [i, each] of observations.entries()) {
    batch.index[i] = each.index;
    batch.time[i] = each.time;
    batch.receivedTime[i] = each.receivedTime;
    batch.value[i] = each.value as number;
    batch.status[i] = each.status;
    batch.position[i] = each.position;
  }
  batch.count = observations.length;
  return batch;
}
