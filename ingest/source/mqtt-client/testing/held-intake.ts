import { RecordingIntake } from '../../recording-intake.ts';
import type { SourceMessage } from '../../source.ts';

/** For tests: a disk that answers when it is told to, or refuses. */
export class HeldIntake extends RecordingIntake {
  isHeld = false;
  isFull = false;
  /** Messages that it said were stored. */
  readonly stored: SourceMessage[] = [];
  #open: { message: SourceMessage; resolve: () => void; reject: (error: Error) => void }[] = [];

  override accept(message: SourceMessage): Promise<void> {
    super.accept(message);
    if (this.isFull) return Promise.reject(new Error('the disk is full'));
    if (!this.isHeld) {
      this.#keep(message);
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => this.#open.push({ message, resolve, reject }));
  }

  /** The first `count` that wait are on disk. */
  release(count = Number.POSITIVE_INFINITY): void {
    for (const { message, resolve } of this.#open.splice(0, count)) {
      this.#keep(message);
      resolve();
    }
  }

  /** All that wait are refused. */
  refuse(): void {
    for (const { reject } of this.#open.splice(0)) reject(new Error('the disk is full'));
  }

  get storedValues(): unknown[] {
    return this.stored.flatMap(({ readings }) => readings.map(({ value }) => value));
  }

  get kinds(): string[] {
    return this.issues.map(({ kind }) => kind);
  }

  #keep(message: SourceMessage): void {
    this.stored.push(message);
    this.changed();
  }
}
