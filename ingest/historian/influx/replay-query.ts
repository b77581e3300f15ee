import { createBatch, type TextObservation } from '#devices/model/observation-batch.ts';
import type { TimeRange } from '#devices/time/time-range.ts';
import type { CityState } from '../historian.ts';
import { betweenMicros, micros } from './influx-time.ts';
import {
  addRow,
  byOrder,
  FIELDS,
  fromClauses,
  type HistoryView,
  inSight,
  type ObservationRow,
  rowsOf,
} from './observation-rows.ts';

/** How much is read at once: so many points, more or less. */
const TARGET_POINTS = 100_000;
/** More in memory than this, and a stretch of several steps is read again in shorter ones. */
const MOST_KEPT = 400_000;
const FIRST_STRETCH_MS = 10_000;

/**
 * The steps of `range` that have observations, oldest first. The server is asked for the points themselves, a stretch of
 * steps at a time, and they are conflated as they come: InfluxQL's bins lose the points' own times. The stretches follow
 * the density of the data, so memory stays flat however long the range is.
 */
export async function* replay(
  viewNow: () => HistoryView,
  range: TimeRange,
  stepMs: number,
): AsyncGenerator<CityState & { readonly stepEnd: number }> {
  if (!(stepMs > 0)) throw new RangeError(`replay: a step of ${stepMs} ms is not a length of time`);
  const stepCount = Math.ceil((range.to - range.from) / stepMs);
  let length = Math.max(1, Math.round(FIRST_STRETCH_MS / stepMs));
  for (let step = 0; step < stepCount; ) {
    const steps = Math.min(length, stepCount - step);
    const from = range.from + step * stepMs;
    const to = step + steps === stepCount ? range.to : range.from + (step + steps) * stepMs;
    const view = viewNow();
    const stretch = await readStretch(view, { from, to }, stepMs, steps > 1 ? MOST_KEPT : Number.POSITIVE_INFINITY);
    if (stretch === undefined) {
      length = Math.max(1, steps >> 2);
      continue;
    }
    for (const [inStretch, newest] of [...stretch.steps].sort(([a], [b]) => a - b)) {
      const stepEnd = Math.min(range.to, range.from + (step + inStretch + 1) * stepMs);
      yield { ...stateOf(newest, view), stepEnd };
    }
    step += steps;
    length = Math.max(1, Math.round(length * Math.min(4, TARGET_POINTS / Math.max(1, stretch.points))));
  }
}

/** The newest row of each datastream, by step. */
type Steps = Map<number, Map<number, ObservationRow>>;

/** Undefined where more than `mostKept` rows would have to be kept. */
async function readStretch(
  view: HistoryView,
  { from, to }: TimeRange,
  stepMs: number,
  mostKept: number,
): Promise<{ steps: Steps; points: number } | undefined> {
  const steps: Steps = new Map();
  const [first, end] = [micros(from), micros(to)];
  let [points, kept] = [0, 0];
  if (first >= end) return { steps, points };
  for (const clause of fromClauses(view.names.measurements())) {
    const where = `${betweenMicros(first, end)} AND ${inSight(view)}`;
    // Half the time of the same grouped by thing: 0.65 s against 1.4 s for 60,000 points of 10,000 datastreams.
    const question = `SELECT ${FIELDS},"thing"::tag FROM ${clause} WHERE ${where}`;
    for await (const series of view.connection.query(question)) {
      points += series.values.length;
      for (const row of rowsOf(series)) {
        const index = view.names.indexOf(series.name, row.thing);
        if (index === undefined) continue;
        const step = Math.max(0, Math.floor((row.orderMicros / 1000 - from) / stepMs));
        const newest = steps.get(step) ?? new Map<number, ObservationRow>();
        steps.set(step, newest);
        const known = newest.get(index);
        if (known === undefined && ++kept > mostKept) return undefined;
        if (known === undefined || byOrder(known, row) < 0) newest.set(index, row);
      }
    }
  }
  return { steps, points };
}

function stateOf(newest: ReadonlyMap<number, ObservationRow>, view: HistoryView): CityState {
  const state = { batch: createBatch(newest.size), texts: [] as TextObservation[] };
  for (const [index, row] of newest) addRow(state, row, index, view);
  return state;
}
