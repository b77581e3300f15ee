import { STATUS_CODES } from '#devices/model/status-code.ts';

const T0 = Date.UTC(2026, 0, 1);
export const DATASTREAMS = 7;

/** The reading at a journal position: the same whenever it is asked for. Some are late, some Bad; one a second. */
export function readingAt(position: number) {
  const hash = Math.imul(position + 1, 2_654_435_761) >>> 0;
  const isBad = hash % 17 === 0;
  const lateMs = hash % 5 === 0 ? (hash % 900) * 1_000 : 0;
  return {
    index: position % DATASTREAMS,
    time: T0 + position * 1_000 - lateMs,
    value: isBad ? Number.NaN : hash % 1_000,
    status: isBad ? STATUS_CODES.Bad : STATUS_CODES.Good,
  };
}
