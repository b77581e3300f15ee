import { createBatch, type TextObservation } from '#devices/model/observation-batch.ts';
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
import { quotedName, quotedText } from './series-names.ts';
import type { SilentStreams } from './silent-streams.ts';

/**
 * How far to look back in turn, µs; what is then still missing is looked for in all of history. InfluxDB pays by series and
 * shard and not by the length of the window: 10,000 datastreams took 1.1 s in one of 60 s and in one of 2 h alike.
 */
const LOOKBACKS = [7_200e6, 2 * 86_400e6, 60 * 86_400e6];
/** Up to so many missing datastreams are named in the query; for more it is cheaper to look at all. */
const MOST_NAMED = 200;
/** Questions about single microseconds that go in one request. */
const MOST_AT_ONCE = 100;

/**
 * The newest observation of every datastream at `moment`: a short look back finds nearly all of them, and only for those it
 * missed does the window widen, because every window opens shards of the server's.
 */
export async function stateAt(view: HistoryView, silent: SilentStreams, moment: number): Promise<CityState> {
  const at = micros(moment);
  const newest = new Map<number, ObservationRow>();
  let missing: number[] = [];
  for (let index = 0; index < view.names.count; index++) if (!silent.isSilent(index, at)) missing.push(index);
  let end = at + 1;
  for (const lookback of [...LOOKBACKS, Number.POSITIVE_INFINITY]) {
    const from = Math.max(0, at - lookback);
    if (missing.length === 0 || from >= end) break;
    await addNewest(view, newest, missing, from, end);
    missing = missing.filter((index) => !newest.has(index));
    end = from;
  }
  for (const index of missing) silent.noteSilent(index, at);
  const state = { batch: createBatch(newest.size), texts: [] as TextObservation[] };
  for (const [index, row] of newest) addRow(state, row, index, view);
  return state;
}

/** Finds the newest of `missing` in [from, end) µs. */
async function addNewest(
  view: HistoryView,
  newest: Map<number, ObservationRow>,
  missing: readonly number[],
  from: number,
  end: number,
): Promise<void> {
  const { names } = view;
  const wanted = new Set(missing);
  const measurements = new Set<string>();
  for (const index of missing) measurements.add(names.measurement(index) as string);
  const things = new Set(missing.length <= MOST_NAMED ? missing.map((index) => names.thing(index) as string) : []);
  const only =
    things.size === 0 ? '' : ` AND (${[...things].map((thing) => `"thing" = ${quotedText(thing)}`).join(' OR ')})`;
  const ties: { measurement: string; thing: string; orderMicros: number }[] = [];
  for (const clause of fromClauses([...measurements])) {
    const where = `${betweenMicros(from, end)} AND ${inSight(view)}${only}`;
    // Two, to see whether the newest is alone in its microsecond: `last` in place of this is only a third faster.
    const question = `SELECT ${FIELDS} FROM ${clause} WHERE ${where} GROUP BY "thing" ORDER BY time DESC LIMIT 2`;
    for await (const series of view.connection.query(question)) {
      const thing = series.tags.thing;
      const index = names.indexOf(series.name, thing);
      if (index === undefined || thing === undefined || !wanted.has(index)) continue;
      const rows = [...rowsOf(series)];
      const [first, second] = rows;
      if (first === undefined) continue;
      keepNewest(newest, index, first);
      if (first.orderMicros === second?.orderMicros) {
        ties.push({ measurement: series.name, thing, orderMicros: first.orderMicros });
      }
    }
  }
  await breakTies(view, newest, ties);
}

/** Of several in one microsecond InfluxDB cannot say which was received last: all of them are looked at. */
async function breakTies(
  view: HistoryView,
  newest: Map<number, ObservationRow>,
  ties: readonly { measurement: string; thing: string; orderMicros: number }[],
): Promise<void> {
  for (let at = 0; at < ties.length; at += MOST_AT_ONCE) {
    const questions = ties.slice(at, at + MOST_AT_ONCE).map(({ measurement, thing, orderMicros }) => {
      const where = `"thing" = ${quotedText(thing)} AND ${betweenMicros(orderMicros, orderMicros + 1)} AND ${inSight(view)}`;
      return `SELECT ${FIELDS} FROM ${quotedName(measurement)} WHERE ${where} GROUP BY "thing"`;
    });
    for await (const series of view.connection.query(questions.join(';'))) {
      const index = view.names.indexOf(series.name, series.tags.thing);
      if (index === undefined) continue;
      for (const row of rowsOf(series)) keepNewest(newest, index, row);
    }
  }
}

function keepNewest(newest: Map<number, ObservationRow>, index: number, row: ObservationRow): void {
  const known = newest.get(index);
  if (known === undefined || byOrder(known, row) < 0) newest.set(index, row);
}
