/** The time axis shows the last hour. */
export const AXIS_MS = 3_600_000;
/** A label every five minutes. */
export const LABEL_MS = 300_000;

/** Maps the hour that ends at `now` to 0–1 from left to right. */
export interface TimeAxis {
  readonly from: number;
  readonly to: number;
}

/** The axis that ends at `now`. */
export function axisAt(now: number): TimeAxis {
  return { from: now - AXIS_MS, to: now };
}

/** 0–1; a time outside the axis is at its end. */
export function shareOf(axis: TimeAxis, time: number): number {
  return Math.min(1, Math.max(0, (time - axis.from) / (axis.to - axis.from)));
}

/** The time at a share of the axis; shares outside 0–1 are at its end. */
export function timeAt(axis: TimeAxis, share: number): number {
  return axis.from + Math.min(1, Math.max(0, share)) * (axis.to - axis.from);
}

/** The round times on the axis, `everyMs` apart in epoch ms, oldest first; none so near an end that its label is cut. */
export function labelTimes(axis: TimeAxis, everyMs: number, margin = 0.015): number[] {
  const times: number[] = [];
  for (let time = Math.ceil(axis.from / everyMs) * everyMs; time <= axis.to; time += everyMs) {
    const share = shareOf(axis, time);
    if (share >= margin && share <= 1 - margin) times.push(time);
  }
  return times;
}

/** Heights 0–1 of the bars: the busiest bin is 1; a bin with anything at all is seen. */
export function barHeights(counts: readonly number[]): number[] {
  const most = Math.max(1, ...counts);
  return counts.map((count) => (count === 0 ? 0 : Math.max(0.08, count / most)));
}

export interface AxisEvent {
  readonly time: number;
  readonly index: number;
  readonly priority: number;
}

/**
 * At most one mark per bin and priority, the worst last so that it lies on top: thousands of events are still a strip
 * that can be read and drawn.
 */
export function thinnedEvents<T extends AxisEvent>(events: readonly T[], axis: TimeAxis, bins: number): T[] {
  const kept = new Map<number, T>();
  for (const event of events) {
    if (event.time < axis.from || event.time > axis.to) continue;
    const bin = Math.floor(shareOf(axis, event.time) * bins);
    kept.set(bin * 8 + event.priority, event);
  }
  return [...kept.values()].sort((a, b) => a.priority - b.priority);
}
