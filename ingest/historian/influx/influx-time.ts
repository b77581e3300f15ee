import type { TimeRange } from '#devices/time/time-range.ts';

/** 2200-01-01, µs: past every instant that we take, and within what InfluxDB can store. */
export const MAX_MICROS = Date.UTC(2200, 0, 1) * 1000;

/** Epoch ms → whole epoch µs, 0 … `MAX_MICROS`: the finest that an instant holds. */
export function micros(instant: number): number {
  return Math.min(MAX_MICROS, Math.max(0, Math.round(instant * 1000)));
}

/**
 * The timestamp of a point, ns, as digits (2^53 is in April 1970): the microsecond of the order time, and the last three
 * digits of the journal position, which keep readings of one microsecond apart and are the same however often it is written.
 */
export function timestamp(orderMicros: number, position: number): string {
  const digits = String(position % 1000).padStart(3, '0');
  return orderMicros === 0 ? digits : `${orderMicros}${digits}`;
}

/** InfluxQL for the points of whole microseconds, first inclusive, end exclusive. */
export function betweenMicros(from: number, end: number): string {
  return `time >= ${from}000 AND time < ${end}000`;
}

/** InfluxQL for the points whose order time is in `range`. */
export function inRange(range: TimeRange): string {
  return betweenMicros(micros(range.from), micros(range.to));
}
