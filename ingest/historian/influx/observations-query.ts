import type { TimeRange } from '#devices/time/time-range.ts';
import type { HistorianCursor, ObservationPage } from '../historian.ts';
import { checkPageLimit, pageCursor, pageEnd } from '../page-cursor.ts';
import { betweenMicros, micros } from './influx-time.ts';
import {
  byOrder,
  FIELDS,
  type HistoryView,
  inSight,
  type ObservationRow,
  observationOf,
  rowsOf,
} from './observation-rows.ts';
import { quotedName, quotedText } from './series-names.ts';

/** Points asked for beyond a page, for its first and last microsecond, which it may share with its neighbours. */
const SPARE = 32;
/** No more points of a datastream than these fit into one microsecond. */
const MOST_IN_A_MICROSECOND = 1_000;

/**
 * One page of everything stored of a datastream. InfluxDB orders by time and position only, so whole microseconds are
 * fetched and put into order here.
 *
 * @throws {RangeError} where `limit` is not 1–100,000, or the cursor is not one that a page gave.
 */
export async function observationsPage(
  view: HistoryView,
  index: number,
  range: TimeRange,
  limit: number,
  cursor: HistorianCursor | undefined,
): Promise<ObservationPage> {
  checkPageLimit(limit);
  const after = cursor === undefined ? undefined : pageEnd(cursor);
  const isAfter = (row: ObservationRow) => after === undefined || compareToEnd(row, after) > 0;
  const from = Math.max(micros(range.from), after?.[0] ?? 0);
  for (let most = limit + SPARE; ; most = most * 2 + 2 * MOST_IN_A_MICROSECOND) {
    const { rows, isAll } = await oldestRows(view, index, from, micros(range.to), most);
    const page = rows.filter(isAfter).sort(byOrder);
    // Another row must follow, or it is not known whether there is a next page.
    if (!isAll && page.length <= limit) continue;
    const observations = page.slice(0, limit).map((row) => observationOf(row, index, view));
    const last = page[limit - 1];
    if (page.length <= limit || last === undefined) return { observations };
    return { observations, next: pageCursor([last.orderMicros, last.receivedTime, last.storedPosition]) };
  }
}

/** All rows of a datastream in [from, end) µs, in no certain order. */
export async function allRows(view: HistoryView, index: number, range: TimeRange): Promise<ObservationRow[]> {
  return (await oldestRows(view, index, micros(range.from), micros(range.to), Number.POSITIVE_INFINITY)).rows;
}

/** The oldest of them, at most `most`, whole microseconds only. */
async function oldestRows(
  { connection, names, ...view }: HistoryView,
  index: number,
  from: number,
  end: number,
  most: number,
): Promise<{ rows: ObservationRow[]; isAll: boolean }> {
  const [measurement, thing] = [names.measurement(index), names.thing(index)];
  if (measurement === undefined || thing === undefined || from >= end) return { rows: [], isAll: true };
  const where = `"thing" = ${quotedText(thing)} AND ${betweenMicros(from, end)} AND ${inSight({ connection, names, ...view })}`;
  const limit = Number.isFinite(most) ? ` LIMIT ${most}` : '';
  const rows: ObservationRow[] = [];
  let points = 0;
  for await (const series of connection.query(
    `SELECT ${FIELDS} FROM ${quotedName(measurement)} WHERE ${where} ORDER BY time${limit}`,
  )) {
    points += series.values.length;
    for (const row of rowsOf(series)) rows.push(row);
  }
  if (points < most) return { rows, isAll: true };
  const cut = rows.at(-1)?.orderMicros;
  return { rows: rows.filter(({ orderMicros }) => orderMicros !== cut), isAll: false };
}

function compareToEnd(row: ObservationRow, [order, received, position]: readonly [number, number, number]): number {
  return row.orderMicros - order || row.receivedTime - received || row.storedPosition - position;
}
