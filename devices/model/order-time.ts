/**
 * The time by which observations are ordered, epoch ms: the phenomenon time, unless the source's clock runs more than
 * five seconds ahead of ours; then the received time, so that one wrong clock freezes nothing.
 * Stored beside the source's own time; state, replay and the latest table all order by it.
 */
export const CLOCK_AHEAD_TOLERANCE_MS = 5_000;

export function orderTime(phenomenonTime: number, receivedTime: number): number {
  return phenomenonTime > receivedTime + CLOCK_AHEAD_TOLERANCE_MS ? receivedTime : phenomenonTime;
}
