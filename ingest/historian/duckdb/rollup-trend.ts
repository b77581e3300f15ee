import type { TimeRange } from '#devices/time/time-range.ts';
import type { Trend } from '../historian.ts';
import { microsSql } from './micros.ts';
import { IS_BAD, type Rollup } from './rollup.ts';
import { type TrendParts, toTrend } from './trend-answer.ts';

/**
 * A trend from the bins of `rollup`, from the observations at both ends of the range that fill no whole bin, and from
 * those that no rollup has taken in yet. The points are real observations with their own times and statuses, because a
 * rollup keeps those of its least, greatest, last and first Bad one.
 *
 * Where the observations at an end were deleted, the rollup's points that lie in the range stand for them.
 */
export async function rollupTrend(
  { readers, progress, retention }: TrendParts,
  rollup: Rollup,
  index: number,
  range: TimeRange,
  maxPoints: number,
): Promise<Trend> {
  const { widthMs } = rollup;
  const observedFrom = retention.observationsFrom(index);
  const ends: Ends = {
    first: (range.from >= observedFrom ? Math.ceil(range.from / widthMs) : Math.floor(range.from / widthMs)) * widthMs,
    // Bins are wholly before it.
    last: (range.to >= observedFrom ? Math.floor(range.to / widthMs) : Math.ceil(range.to / widthMs)) * widthMs,
  };
  const parameters = [index, range.from, range.to, ends.first, ends.last, progress.of(rollup)];
  const counts = await readers.numbers(countSql(rollup), parameters, 'd');
  const observations = counts.doubles(0)[0] as number;
  const rollupMs = widthMs;
  if (observations <= maxPoints) {
    const all = await readers.numbers(
      `${pointsSql(rollup)} SELECT DISTINCT t, v, s FROM point ORDER BY t, v, s`,
      parameters,
      'ddu',
    );
    if (all.count <= maxPoints) return { ...toTrend(all, observations), rollupMs };
  }
  // Bins of the trend are whole bins of the rollup, so that none of its points lies on a boundary.
  const start = Math.floor(range.from / widthMs) * widthMs;
  const binMs = Math.ceil((range.to - start) / Math.floor(maxPoints / 3) / widthMs) * widthMs;
  const chosen = await readers.numbers(`${pointsSql(rollup)} ${CHOSEN}`, [...parameters, start, binMs], 'ddu');
  return { ...toTrend(chosen, observations), rollupMs };
}

interface Ends {
  /** Start of the first bin taken from the rollup. */
  readonly first: number;
  /** End of the last one. */
  readonly last: number;
}

/** $1 datastream, $2 and $3 the range, $4 and $5 the first and the end of the bins, $6 how far the rollup has come. */
const BINS = 'datastream = $1::UINTEGER AND bin >= $4 AND bin < $5';
const OBSERVED = `datastream = $1::UINTEGER AND order_us >= ${microsSql('$2')} AND order_us < ${microsSql('$3')}
  AND (order_us < ${microsSql('$4')} OR order_us >= ${microsSql('$5')} OR position >= $6)`;

const countSql = ({ table }: Rollup): string => `SELECT
  (coalesce((SELECT sum(count + bad) FROM ${table} WHERE ${BINS}), 0)
  + (SELECT count(*) FROM observation WHERE ${OBSERVED}))::DOUBLE`;

const pointsSql = ({ table }: Rollup): string => `WITH rolled AS (
    SELECT unnest([{t: min_time, v: min, s: min_status}, {t: max_time, v: max, s: max_status},
      {t: last_time, v: last, s: last_status}, {t: bad_time, v: 'nan'::DOUBLE, s: bad_status}]) AS p
    FROM ${table} WHERE ${BINS}),
  point AS (
    SELECT p.t AS t, p.v AS v, p.s AS s FROM rolled WHERE p.t >= $2 AND p.t < $3
    UNION ALL
    SELECT order_us / 1000, CASE WHEN ${IS_BAD} THEN 'nan'::DOUBLE ELSE result END, status
    FROM observation WHERE ${OBSERVED})`;

const CHOSEN = `, chosen AS (
    SELECT min({v: v, t: t, s: s}) FILTER (NOT isnan(v)) AS least, max({v: v, t: t, s: s}) FILTER (NOT isnan(v)) AS most,
      min({v: v, t: t, s: s}) FILTER (isnan(v)) AS bad
    FROM point GROUP BY floor((t - $7) / $8)),
  kept AS (SELECT DISTINCT unnest([least, most, bad]) AS p FROM chosen)
  SELECT p.t, p.v, p.s FROM kept WHERE p IS NOT NULL ORDER BY p.t, p.v`;
