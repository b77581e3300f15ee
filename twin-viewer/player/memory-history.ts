import { appendObservation, createBatch } from '#devices/model/observation-batch.ts';
import { orderTime } from '#devices/model/order-time.ts';
import type { Frame, FrameKind } from '#devices/wire/frame.ts';
import type { HistorySource } from './history-source.ts';

export interface PastObservation {
  readonly index: number;
  readonly time: number;
  readonly receivedTime: number;
  readonly value: number;
  readonly status: number;
}

/**
 * A history in memory, for tests: `observations` in order of arrival. Answers as the service does; slow and plain.
 */
export class MemoryHistory implements HistorySource {
  readonly observations: readonly PastObservation[];

  constructor(observations: readonly PastObservation[]) {
    this.observations = observations;
  }

  async stateAt(at: number, signal: AbortSignal): Promise<Frame> {
    signal.throwIfAborted();
    return this.#newest('snapshot', at, (order) => order <= at);
  }

  async replay(range: { from: number; to: number }, stepMs: number, signal: AbortSignal): Promise<readonly Frame[]> {
    signal.throwIfAborted();
    const frames: Frame[] = [];
    for (let from = range.from; from < range.to; from += stepMs) {
      const to = Math.min(range.to, from + stepMs);
      const frame = this.#newest('delta', to, (order) => order >= from && order < to);
      if (frame.batch.count > 0) frames.push(frame);
    }
    return frames;
  }

  #newest(kind: FrameKind, time: number, within: (order: number) => boolean): Frame {
    const newest = new Map<number, PastObservation>();
    for (const observation of this.observations) {
      if (!within(orderOf(observation))) continue;
      const known = newest.get(observation.index);
      if (known === undefined || comesAfter(observation, known)) newest.set(observation.index, observation);
    }
    const batch = createBatch(newest.size);
    for (const { index, time: at, receivedTime, value, status } of newest.values()) {
      appendObservation(batch, index, at, receivedTime, value, status);
    }
    return { kind, sequence: 0, time, batch, texts: [] };
  }
}

function orderOf(observation: PastObservation): number {
  return orderTime(observation.time, observation.receivedTime);
}

/** By order time, then received time, then arrival: `later` arrived after `earlier`. */
function comesAfter(later: PastObservation, earlier: PastObservation): boolean {
  const order = orderOf(later) - orderOf(earlier);
  return order > 0 || (order === 0 && later.receivedTime >= earlier.receivedTime);
}
