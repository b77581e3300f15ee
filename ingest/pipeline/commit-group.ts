import { createBatch, type ObservationBatch, type TextObservation } from '#devices/model/observation-batch.ts';
import { RecordBuffer } from '../journal/record-buffer.ts';

/**
 * What goes to disk together, and the one promise on which all who gave something to it wait.
 * Used again after it is committed, so the arrays are allocated once.
 */
export class CommitGroup {
  readonly batch: ObservationBatch = createBatch(1024);
  readonly texts: TextObservation[] = [];
  /** The same as they go to the journal, with the messages they came in. */
  readonly records = new RecordBuffer();
  /** Readings taken into it, duplicates and refused ones not counted. */
  get size(): number {
    return this.batch.count + this.texts.length;
  }

  /** Somebody waits for it, or it has something to store. */
  isOpen = false;
  done: Promise<void> = Promise.resolve();
  #resolve: () => void = () => {};
  #reject: (error: unknown) => void = () => {};

  /** The promise that it is on disk. */
  join(): Promise<void> {
    if (!this.isOpen) {
      this.isOpen = true;
      this.done = new Promise((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
      });
      this.done.catch(() => {
        // Of a group with only QoS 0 messages in it nobody may be waiting.
      });
    }
    return this.done;
  }

  resolve(): void {
    this.#resolve();
  }

  reject(error: unknown): void {
    this.#reject(error);
  }

  /** Makes it an empty group again. */
  clear(): void {
    this.batch.count = 0;
    this.texts.length = 0;
    this.records.clear();
    this.isOpen = false;
  }
}
