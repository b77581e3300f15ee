import { expectedIntervalMs, staleAfterMs } from '#devices/model/staleness.ts';
import { isBad } from '#devices/model/status-code.ts';
import type { DatastreamJson, TrendJson } from '#devices/wire/api.ts';

/** Columns for uPlot: `times` in epoch seconds; `values` null at a gap; `bad` 1 where an observation was bad. */
export interface TrendColumns {
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  readonly bad: readonly number[];
}

export interface TrendPoint {
  readonly time: number;
  readonly value: number | null;
  readonly status: number;
}

/** The points of one datastream over a sliding range: history first, then what comes live. Bounded by the range. */
export class TrendPoints {
  readonly #rangeMs: number;
  #points: TrendPoint[] = [];
  /** Whether history gave a choice of its observations, and not all of them. */
  isThinned = false;

  constructor(rangeMs: number) {
    this.#rangeMs = rangeMs;
  }

  /** Puts history under what has come live meanwhile. */
  load(history: TrendJson): void {
    const newest = history.time.at(-1) ?? Number.NEGATIVE_INFINITY;
    const old = history.time.map((time, i) => ({
      time,
      value: history.value[i] as number | null,
      status: history.status[i] as number,
    }));
    this.isThinned = history.observations > history.time.length;
    this.#points = [...old, ...this.#points.filter((point) => point.time > newest)];
  }

  /** Adds an observation where it is newer than the newest. */
  add(point: TrendPoint): void {
    const newest = this.#points.at(-1);
    if (newest !== undefined && point.time <= newest.time) return;
    this.#points.push(point);
    const oldest = point.time - this.#rangeMs;
    // The oldest point before the range stays: the line enters from the edge.
    let drop = 0;
    while (drop + 1 < this.#points.length && (this.#points[drop + 1] as TrendPoint).time < oldest) drop++;
    if (drop > 64) this.#points.splice(0, drop);
  }

  get isEmpty(): boolean {
    return this.#points.length === 0;
  }

  columns(gapMs: number): TrendColumns {
    return trendColumns(this.#points, gapMs);
  }
}

/**
 * Silence longer than this breaks the line: the datastream was stale then. Where the points are a choice of many
 * observations, at least what the choosing itself leaves between two of them.
 */
export function gapOf(
  stream: Pick<DatastreamJson, 'intervalMs' | 'learntIntervalMs'>,
  chosen: { readonly rangeMs: number; readonly maxPoints: number } | undefined,
): number {
  const staleMs = staleAfterMs(expectedIntervalMs(stream));
  return chosen === undefined ? staleMs : Math.max(staleMs, (4 * chosen.rangeMs) / chosen.maxPoints);
}

/** A null between two points further apart than `gapMs`: a gap is drawn as a gap. */
export function trendColumns(points: readonly TrendPoint[], gapMs: number): TrendColumns {
  const times: number[] = [];
  const values: (number | null)[] = [];
  const bad: number[] = [];
  let before: number | undefined;
  for (const { time, value, status } of points) {
    if (before !== undefined && time - before > gapMs) {
      times.push((before + time) / 2000);
      values.push(null);
      bad.push(0);
    }
    const isBroken = isBad(status);
    times.push(time / 1000);
    values.push(isBroken ? null : value);
    bad.push(isBroken ? 1 : 0);
    before = time;
  }
  return { times, values, bad };
}
