import type { DatastreamSpec } from '#devices/model/datastream.ts';
import { CLOCK_AHEAD_TOLERANCE_MS } from '#devices/model/order-time.ts';
import { isBad, STATUS_CODES, type StatusCode, severityOf } from '#devices/model/status-code.ts';

/**
 * The status under which a reading is stored: as sent, but Uncertain where the source's clock runs ahead, and
 * UncertainEngineeringUnitsExceeded where the value lies outside the datastream's range. Bad stays what it was.
 */
export function judgeStatus(
  counts: { clockAhead: number; outOfRange: number },
  stream: Pick<DatastreamSpec, 'range'>,
  value: number,
  status: StatusCode,
  sentTime: number | undefined,
  receivedTime: number,
): StatusCode {
  const isAhead = sentTime !== undefined && sentTime > receivedTime + CLOCK_AHEAD_TOLERANCE_MS;
  if (isAhead) counts.clockAhead++;
  if (isBad(status)) return status;
  const { range } = stream;
  if (range !== undefined && (value < range[0] || value > range[1])) {
    counts.outOfRange++;
    return STATUS_CODES.UncertainEngineeringUnitsExceeded;
  }
  return isAhead && severityOf(status) === 'good' ? STATUS_CODES.Uncertain : status;
}
