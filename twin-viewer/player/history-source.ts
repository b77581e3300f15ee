import type { TimeRange } from '#devices/time/time-range.ts';
import type { Frame } from '#devices/wire/frame.ts';

/** The city's past as frames. Order is by order time (`#devices/model/order-time.ts`). */
export interface HistorySource {
  /**
   * One snapshot frame: the newest observation of each datastream with order time ≤ `at`.
   *
   * @throws {Error} where history cannot answer, or `signal` was aborted.
   */
  stateAt(at: number, signal: AbortSignal): Promise<Frame>;
  /**
   * Delta frames, oldest first: for each step of `stepMs` from `range.from` on the newest observation of each datastream
   * that has one in it; the frame's time is the step's end. Steps without observations may be left out.
   *
   * @throws {Error} where history cannot answer, or `signal` was aborted.
   */
  replay(range: TimeRange, stepMs: number, signal: AbortSignal): Promise<readonly Frame[]>;
}
