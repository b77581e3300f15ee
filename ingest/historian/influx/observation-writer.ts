import type { HistorianWrite } from '../historian.ts';
import type { InfluxConnection } from './influx-connection.ts';
import { InfluxError } from './influx-error.ts';
import { type ObservationLine, observationLines } from './observation-lines.ts';
import type { SeriesNames } from './series-names.ts';

/** Lines and characters of one request: what InfluxData advises, and what every version takes (1.x: 25 MB). */
const MOST_LINES = 5_000;
const MOST_CHARACTERS = 4_000_000;
/** Requests of one append at once: 143,000 lines/s to a server on two cores that takes 82,000 one after another. */
const MOST_AT_ONCE = 3;
/** Requests spent in one append on finding which of its observations were refused, while the others are stored. */
const MOST_REQUESTS = 200;

/** Told what InfluxDB will never take, with its reason; everything else of the write was stored. */
export type OnRefused = (reason: string, refused: readonly { readonly index: number; readonly time: number }[]) => void;

/** Writes observations in requests of bounded size, and finds the ones that are refused among the others. */
export class ObservationWriter {
  readonly #connection: InfluxConnection;
  readonly #names: SeriesNames;
  readonly #onRefused: OnRefused;

  constructor(connection: InfluxConnection, names: SeriesNames, onRefused: OnRefused) {
    this.#connection = connection;
    this.#names = names;
    this.#onRefused = onRefused;
  }

  /** Resolves when the server has everything that it takes. @throws {InfluxError} for all but `refused` */
  async append(write: HistorianWrite, life: number): Promise<void> {
    const lines = observationLines(write, this.#names, life, (index, time, reason) =>
      this.#onRefused(reason, [{ index, time }]),
    );
    const budget = { requests: MOST_REQUESTS };
    const queue = pieces(lines);
    // Who fails ends the queue, and so the others' work; none may still be writing when the append is offered again.
    const work = async () => {
      for (const piece of queue) {
        const refusal = await this.#send(piece);
        if (refusal !== undefined) await this.#findRefused(piece, refusal, budget);
      }
    };
    const done = await Promise.allSettled(Array.from({ length: MOST_AT_ONCE }, work));
    const failed = done.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** The refusal, where there is one. */
  async #send(lines: readonly ObservationLine[]): Promise<InfluxError | undefined> {
    try {
      await this.#connection.write(lines.map(({ text }) => text).join('\n'));
      return undefined;
    } catch (error) {
      if (error instanceof InfluxError && error.kind === 'refused') return error;
      throw error;
    }
  }

  /**
   * Writes again by measurement and field, oldest first, because it is by these that InfluxDB refuses; then by halves.
   * A second write of what is stored already changes nothing.
   */
  async #findRefused(lines: readonly ObservationLine[], refusal: InfluxError, budget: Budget): Promise<void> {
    const groups = Map.groupBy(lines, ({ index, lane }) => `${lane} ${this.#names.measurement(index)}`);
    for (const group of groups.values()) {
      const sorted = group.toSorted((a, b) => a.orderMicros - b.orderMicros);
      const again = groups.size === 1 ? refusal : await this.#send(sorted);
      if (again !== undefined) await this.#halve(sorted, again, budget);
    }
  }

  async #halve(lines: readonly ObservationLine[], refusal: InfluxError, budget: Budget): Promise<void> {
    const dropped = /dropped=(\d+)/.exec(refusal.message)?.[1];
    // A partial write has stored all others: the search may end. After any other refusal it must not.
    const isSpent = dropped !== undefined && budget.requests <= 0;
    if (lines.length === 1 || Number(dropped) === lines.length || isSpent) {
      const count = isSpent ? `${dropped} of ${lines.length} observations: ` : '';
      const refused = lines.map(({ index, orderMicros }) => ({ index, time: orderMicros / 1000 }));
      this.#onRefused(`${count}${refusal.message}`, refused);
      return;
    }
    const middle = lines.length >> 1;
    for (const half of [lines.slice(0, middle), lines.slice(middle)]) {
      budget.requests--;
      const again = await this.#send(half);
      if (again !== undefined) await this.#halve(half, again, budget);
    }
  }
}

interface Budget {
  requests: number;
}

function* pieces(lines: readonly ObservationLine[]): Generator<readonly ObservationLine[]> {
  let from = 0;
  let characters = 0;
  for (let i = 0; i < lines.length; i++) {
    const { length } = (lines[i] as ObservationLine).text;
    if (i > from && (i - from === MOST_LINES || characters + length > MOST_CHARACTERS)) {
      yield lines.slice(from, i);
      from = i;
      characters = 0;
    }
    characters += length;
  }
  if (from < lines.length) yield lines.slice(from);
}
