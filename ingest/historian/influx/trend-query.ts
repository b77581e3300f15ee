import type { TimeRange } from '#devices/time/time-range.ts';
import type { Trend } from '../historian.ts';
import { inRange, micros } from './influx-time.ts';
import { byOrder, type HistoryView, inSight, type ObservationRow, rowsOf } from './observation-rows.ts';
import { allRows } from './observations-query.ts';
import { quotedName, quotedText } from './series-names.ts';

/** From here on a status is Bad, so that of several the greatest is Bad where any is. */
const BAD = 0x80000000;

/**
 * At most `maxPoints` real observations by order time: all of them where they are so few, else from each of equal bins the
 * least, the greatest and, where there are Bad ones, one of these. `top` and `bottom` keep the points' own times, which
 * `max` and `min` lose in bins: 0.9 s each for 1 million points, against 5 s to fetch them all.
 *
 * @throws {RangeError} where `maxPoints` is less than 3.
 */
export async function trend(view: HistoryView, index: number, range: TimeRange, maxPoints: number): Promise<Trend> {
  if (!(maxPoints >= 3)) throw new RangeError(`trend: ${maxPoints} points cannot keep a bin's extremes, use 3 or more`);
  const { names } = view;
  const [measurement, thing] = [names.measurement(index), names.thing(index)];
  const isEmpty = micros(range.from) >= micros(range.to);
  if (measurement === undefined || thing === undefined || names.isText(index) === true || isEmpty)
    return toTrend([], 0);
  const source = `FROM ${quotedName(measurement)} WHERE "thing" = ${quotedText(thing)} AND ${inRange(range)} AND ${inSight(view)}`;
  const { count, worst } = await counted(view, source);
  if (count <= maxPoints) {
    const rows = await allRows(view, index, range);
    return toTrend(rows, rows.length);
  }
  const bins = Math.floor(maxPoints / (worst >= BAD ? 3 : 2));
  const width = Math.max(1, Math.ceil((micros(range.to) - micros(range.from)) / bins));
  const into = `GROUP BY time(${width}u, ${micros(range.from) % width}u)`;
  const rest = '"received","position"';
  const questions = [
    `SELECT top("value",1) AS "value","status",${rest} ${source} AND "status" < ${BAD} ${into}`,
    `SELECT bottom("value",1) AS "value","status",${rest} ${source} AND "status" < ${BAD} ${into}`,
  ];
  if (worst >= BAD)
    questions.push(`SELECT top("status",1) AS "status","value",${rest} ${source} AND "status" >= ${BAD} ${into}`);
  const chosen = new Map<number, ObservationRow>();
  for (const question of questions) {
    for await (const series of view.connection.query(question)) {
      for (const row of rowsOf(series)) chosen.set(row.storedPosition, row);
    }
  }
  return toTrend([...chosen.values()], count);
}

async function counted(view: HistoryView, source: string): Promise<{ count: number; worst: number }> {
  let [count, worst] = [0, 0];
  for await (const { columns, values } of view.connection.query(
    `SELECT count("status") AS "count", max("status") AS "worst" ${source}`,
  )) {
    for (const row of values) {
      count += Number(row[columns.indexOf('count')]) || 0;
      worst = Math.max(worst, Number(row[columns.indexOf('worst')]) || 0);
    }
  }
  return { count, worst };
}

function toTrend(rows: ObservationRow[], observations: number): Trend {
  rows.sort(byOrder);
  return {
    time: Float64Array.from(rows, ({ orderMicros }) => orderMicros / 1000),
    value: Float64Array.from(rows, ({ value }) => value ?? Number.NaN),
    status: Uint32Array.from(rows, ({ status }) => status),
    observations,
  };
}
