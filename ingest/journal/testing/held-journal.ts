import type { RecordBuffer } from '../record-buffer.ts';
import { type JournalRow, rowsIn } from './rows.ts';

/** A journal in memory that writes when it is told to, or fails. */
export class HeldJournal {
  readonly rows: JournalRow[] = [];
  /** Observations in each write. */
  readonly groups: number[] = [];
  #held: { resolve: () => void; reject: (error: Error) => void } | undefined;
  isHeld = false;
  failing = false;
  isShort = false;
  end = 0;

  async write(records: RecordBuffer, end: number): Promise<void> {
    if (this.isHeld) {
      await new Promise<void>((resolve, reject) => {
        this.#held = { resolve, reject };
      });
    }
    if (this.failing) throw new Error('disk full');
    const rows = rowsIn(records.bytes);
    if (rows.length > 0) this.groups.push(rows.length);
    this.rows.push(...rows);
    this.end = end;
  }

  release(): void {
    this.#held?.resolve();
    this.#held = undefined;
  }

  fail(): void {
    this.#held?.reject(new Error('disk full'));
    this.#held = undefined;
  }
}
