/** Epoch ms → whole epoch µs, as lanes keep times; the ends of time for ±infinity. */
export function micros(instant: number): bigint {
  return BigInt(Math.round(Math.min(9e18, Math.max(-9e18, instant * 1000))));
}

/** SQL that does the same with a DOUBLE: of a parameter a constant of the query, so that zone maps serve. */
export function microsSql(instant: string): string {
  return `CAST(greatest(least(${instant} * 1000, 9e18), -9e18) AS BIGINT)`;
}
