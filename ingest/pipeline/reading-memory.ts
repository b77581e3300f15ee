import type { ObservationBatch, TextObservation } from '#devices/model/observation-batch.ts';
import { CLOCK_AHEAD_TOLERANCE_MS } from '#devices/model/order-time.ts';
import { STATUS_CODES, type StatusCode } from '#devices/model/status-code.ts';
import { LatestTable } from '../live/latest-table.ts';
import { DuplicateWindow } from './duplicate-window.ts';
import { ReadingClock } from './reading-clock.ts';

/** What the pipeline must know of earlier readings to judge the next one; after a restart it comes from the journal. */
export class ReadingMemory {
  readonly duplicates = new DuplicateWindow();
  readonly clock = new ReadingClock();
  /** The newest value of every datastream as it was restored. */
  readonly restored = new LatestTable();

  /** Takes note of observations that were stored before, oldest first. */
  restore({ batch, texts }: { batch: ObservationBatch; texts: readonly TextObservation[] }): void {
    this.restored.apply(batch, texts);
    const { duplicates, clock } = this;
    for (let i = 0; i < batch.count; i++) {
      const [index, time, received] = [batch.index[i], batch.time[i], batch.receivedTime[i]] as [
        number,
        number,
        number,
      ];
      const [value, status] = [batch.value[i], batch.status[i]] as [number, number];
      clock.note(index, time, received);
      const sent = mayHaveBeenSentAs(status, time, received);
      if (!duplicates.isDuplicate(index, time, value, sent)) {
        duplicates.remember(index, time, value, sent, batch.position[i] as number);
      }
    }
    for (const { index, time, receivedTime, value, status, position = 0 } of texts) {
      clock.note(index, time, receivedTime);
      const sent = mayHaveBeenSentAs(status, time, receivedTime);
      if (!duplicates.isDuplicate(index, time, Number.NaN, sent, value)) {
        duplicates.remember(index, time, Number.NaN, sent, position, value);
      }
    }
  }
}

/** The status as the source most likely sent it, before it was judged: that is what a repetition is compared with. */
function mayHaveBeenSentAs(stored: StatusCode, time: number, receivedTime: number): StatusCode {
  const { Good, Uncertain, UncertainEngineeringUnitsExceeded } = STATUS_CODES;
  if (stored === UncertainEngineeringUnitsExceeded) return Good;
  // Ours only where the clock ran ahead.
  return stored === Uncertain && time > receivedTime + CLOCK_AHEAD_TOLERANCE_MS ? Good : stored;
}
