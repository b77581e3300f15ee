import type { TimeRange } from '#devices/time/time-range.ts';
import type { Trend } from '../historian.ts';
import { microsSql } from './micros.ts';
import type { ReaderPool } from './reader-pool.ts';
import { IS_BAD, ROLLUPS, type Rollup } from './rollup.ts';
import { rollupTrend } from './rollup-trend.ts';
import { type TrendParts, toTrend } from './trend-answer.ts';

const FROM = microsSql('$2');
const IN_RANGE = `datastream = $1::UINTEGER AND order_us >= ${FROM} AND order_us < ${microsSql('$3')}`;
/** Bins of a rollup in one bin of the trend, at least, where the observations themselves could be asked too. */
const WORTH_IT = 4;

/**
 * At most `maxPoints` real observations by order time: all of them where they are so few, else from each of equal bins the
 * least, the greatest and, where there are Bad ones, one of these. Times are order times, so they never run backwards.
 * Long ranges, and those whose observations were deleted, are answered from rollups; the answer then says of which.
 *
 * @throws {RangeError} where `maxPoints` is less than 3.
 */
export async function trend(parts: TrendParts, index: number, range: TimeRange, maxPoints: number): Promise<Trend> {
  if (!(maxPoints >= 3)) throw new RangeError(`trend: ${maxPoints} points cannot keep a bin's extremes, use 3 or more`);
  const rollup = rollupFor(parts, index, range, maxPoints);
  if (rollup === undefined) return observedTrend(parts.readers, index, range, maxPoints);
  return rollupTrend(parts, rollup, index, range, maxPoints);
}

/** The coarsest that is fine enough and reaches back to the start; undefined where the observations serve as well. */
function rollupFor(
  { progress, retention }: TrendParts,
  index: number,
  range: TimeRange,
  maxPoints: number,
): Rollup | undefined {
  const binMs = (range.to - range.from) / Math.floor(maxPoints / 3);
  const reaching = ROLLUPS.filter(
    (rollup) => Number.isFinite(progress.of(rollup)) && retention.rollupFrom(rollup.name) <= range.from,
  );
  const worthIt = reaching.findLast(({ widthMs }) => widthMs * WORTH_IT <= binMs);
  if (worthIt !== undefined || retention.observationsFrom(index) <= range.from) return worthIt;
  // Observations are missing: the finest that has something for all of the range, or else the coarsest.
  return reaching[0] ?? ROLLUPS.findLast((rollup) => Number.isFinite(progress.of(rollup)));
}

async function observedTrend(readers: ReaderPool, index: number, range: TimeRange, maxPoints: number): Promise<Trend> {
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

const allSql = `SELECT order_us / 1000, result, status FROM observation
  WHERE ${IN_RANGE} ORDER BY order_us, received_us, position`;

const binnedSql = `WITH chosen AS (
    SELECT arg_min(position, result) FILTER (NOT ${IS_BAD}) AS least, arg_max(position, result) FILTER (NOT ${IS_BAD}) AS most,
      min(position) FILTER (${IS_BAD}) AS bad
    FROM observation WHERE ${IN_RANGE} GROUP BY floor((order_us - ${FROM}) / ($4 * 1000)))
  SELECT order_us / 1000, result, status FROM observation
  WHERE ${IN_RANGE} AND position IN (SELECT unnest([least, most, bad]) FROM chosen)
  ORDER BY order_us, received_us, position`;
