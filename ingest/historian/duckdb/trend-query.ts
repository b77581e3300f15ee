import type { TimeRange } from '#devices/time/time-range.ts';
import type { Trend } from '../historian.ts';
import type { NumericRows } from './numeric-rows.ts';
import type { ReaderPool } from './reader-pool.ts';

/** Bad, or without a result: not part of the extremes, but kept, so that the trend shows where it breaks off. */
const IS_BAD = '(status >= 2147483648 OR isnan(result))';
const IN_RANGE = 'datastream = $1 AND order_time >= $2 AND order_time < $3';

/**
 * At most `maxPoints` real observations by order time: all of them where they are so few, else from each of equal bins the
 * least, the greatest and, where there are Bad ones, one of these. Times are order times, so they never run backwards.
 *
 * @throws {RangeError} where `maxPoints` is less than 3.
 */
export async function trend(readers: ReaderPool, index: number, range: TimeRange, maxPoints: number): Promise<Trend> {
  if (!(maxPoints >= 3)) throw new RangeError(`trend: ${maxPoints} points cannot keep a bin's extremes, use 3 or more`);
  const where = [index, range.from, range.to];
  const counts = await readers.numbers(
    `SELECT count(*)::DOUBLE, (count(*) FILTER (${IS_BAD}))::DOUBLE FROM observation WHERE ${IN_RANGE}`,
    where,
    'dd',
  );
  const observations = counts.doubles(0)[0] as number;
  const bad = counts.doubles(1)[0] as number;
  if (observations <= maxPoints) return toTrend(await readers.numbers(allSql, where, 'ddu'), observations);
  const bins = Math.floor(maxPoints / (bad > 0 ? 3 : 2));
  const binMs = (range.to - range.from) / bins;
  return toTrend(await readers.numbers(binnedSql, [...where, binMs], 'ddu'), observations);
}

const allSql = `SELECT order_time, result, status FROM observation
  WHERE ${IN_RANGE} ORDER BY order_time, received_time, position`;

const binnedSql = `WITH chosen AS (
    SELECT arg_min(position, result) FILTER (NOT ${IS_BAD}) AS least, arg_max(position, result) FILTER (NOT ${IS_BAD}) AS most,
      min(position) FILTER (${IS_BAD}) AS bad
    FROM observation WHERE ${IN_RANGE} GROUP BY floor((order_time - $2) / $4))
  SELECT order_time, result, status FROM observation
  WHERE ${IN_RANGE} AND position IN (SELECT unnest([least, most, bad]) FROM chosen)
  ORDER BY order_time, received_time, position`;

function toTrend(rows: NumericRows, observations: number): Trend {
  return {
    time: rows.doubles(0).slice(0, rows.count),
    value: rows.doubles(1).slice(0, rows.count),
    status: rows.integers(2).slice(0, rows.count),
    observations,
  };
}
