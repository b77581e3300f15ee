import type { FileHandle } from 'node:fs/promises';
import { announcedBytes, checkedBytes } from './read-record.ts';
import { MAGIC_BYTES, RECORD_HEADER_BYTES } from './record-layout.ts';

/** Bytes read at once. */
const WINDOW_BYTES = 1024 * 1024;
/** What a search for the next record may read of records that are none, bytes. */
const SEARCH_BYTES = 256 * 1024 * 1024;
const SHORT_RECORD_BYTES = 4 * 1024;
/** Where a disk cannot read a stretch, it is read in pieces of this size, and those that fail are zeros: no record. */
const PAGE_BYTES = 4096;

/** A stretch of a segment that holds no record. */
export interface Damage {
  /** Offsets in the file; `to` exclusive. */
  readonly from: number;
  readonly to: number;
}

export interface ScannerOptions {
  readonly file: Pick<FileHandle, 'read'>;
  /** Where to begin: the offset of a record. */
  readonly from: number;
  /** Where the file ends now; may grow between two scans. */
  readonly end: () => number;
  readonly onDamage: (damage: Damage) => void;
}

/** What a taker says of a record: go on; it was the last one for now; or it is not taken and comes again next time. */
export type Taken = 'next' | 'last' | 'not-yet';

/**
 * Goes through the records of a segment, one after another, and past what is damaged. One window of the file in memory;
 * 64 MiB of records of 150 bytes, rows decoded: 0.3 s on one core.
 */
export class SegmentScanner {
  readonly #options: ScannerOptions;
  #window: Buffer = Buffer.alloc(0);
  /** Offset in the file of the window's first byte. */
  #start: number;
  /** Offset in the window of the next record. */
  #at = 0;

  constructor(options: ScannerOptions) {
    this.#options = options;
    this.#start = options.from;
  }

  /** Offset in the file of the next record. */
  get offset(): number {
    return this.#start + this.#at;
  }

  /** Calls `take` with each record until it wants no more or the file ends. The bytes are valid during the call only. */
  async scan(take: (bytes: Buffer, offset: number) => Taken): Promise<void> {
    for (;;) {
      const length = checkedBytes(this.#window, this.#at);
      if (length !== undefined) {
        const taken = take(this.#window, this.#at);
        if (taken !== 'not-yet') this.#at += length;
        if (taken !== 'next') return;
      } else if (this.#left() === 0) {
        return;
      } else if (!(await this.#readOn())) {
        await this.#skipDamage();
      }
    }
  }

  /** Bytes from the next record to the end of the file. */
  #left(): number {
    return Math.max(0, this.#options.end() - this.offset);
  }

  /** Brings the next record wholly into the window; false where it is there already or cannot be. */
  async #readOn(): Promise<boolean> {
    const have = this.#window.length - this.#at;
    const need = announcedBytes(this.#window, this.#at) ?? RECORD_HEADER_BYTES;
    if (have >= need || need > this.#left()) return false;
    await this.#open(this.offset, Math.max(need, WINDOW_BYTES));
    return this.#window.length >= need;
  }

  /** Makes the window begin at `offset`, with so many bytes as there are. */
  async #open(offset: number, bytes: number): Promise<void> {
    const wanted = Math.min(bytes, this.#options.end() - offset);
    const window = Buffer.allocUnsafe(wanted);
    let filled = 0;
    let isByPages = false;
    while (filled < wanted) {
      const at = offset + filled;
      const length = Math.min(isByPages ? PAGE_BYTES - (at % PAGE_BYTES) : wanted, wanted - filled);
      try {
        const { bytesRead } = await this.#options.file.read(window, filled, length, at);
        if (bytesRead === 0) break;
        filled += bytesRead;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error;
        if (isByPages) {
          window.fill(0, filled, filled + length);
          filled += length;
        }
        isByPages = true;
      }
    }
    this.#window = window.subarray(0, filled);
    this.#start = offset;
    this.#at = 0;
  }

  /**
   * To the next good record: first where the damaged one says it ends, so that nothing inside a message is taken for a
   * record; else to the next place that looks like one and is.
   */
  async #skipDamage(): Promise<void> {
    const from = this.offset;
    const announced = announcedBytes(this.#window, this.#at);
    const isGood = announced !== undefined && (await this.#lookAt(from + announced)).isRecord;
    const to = isGood ? from + announced : await this.#findRecord(from + 1);
    await this.#open(to, WINDOW_BYTES);
    this.#options.onDamage({ from, to });
  }

  /** Whether a record of at most `longest` bytes, or the end, is at `offset`; and how many bytes were read to know. */
  async #lookAt(offset: number, longest = Number.POSITIVE_INFINITY): Promise<{ isRecord: boolean; bytes: number }> {
    const left = this.#options.end() - offset;
    if (left < RECORD_HEADER_BYTES) return { isRecord: left === 0, bytes: 0 };
    await this.#open(offset, RECORD_HEADER_BYTES);
    const announced = announcedBytes(this.#window, 0);
    if (announced === undefined || announced > Math.min(left, longest)) return { isRecord: false, bytes: 0 };
    await this.#open(offset, announced);
    return { isRecord: checkedBytes(this.#window, 0) !== undefined, bytes: announced };
  }

  /**
   * Offset of the first good record from `offset` on, or the end of the file. A message may be full of what looks like
   * long records: when SEARCH_BYTES were read in vain, only short ones are believed.
   */
  async #findRecord(offset: number): Promise<number> {
    let budget = SEARCH_BYTES;
    for (let from = offset; from < this.#options.end(); ) {
      await this.#open(from, WINDOW_BYTES);
      const window = this.#window;
      if (window.length < MAGIC_BYTES.length) break;
      for (let at = window.indexOf(MAGIC_BYTES); at >= 0; at = window.indexOf(MAGIC_BYTES, at + 1)) {
        const { isRecord, bytes } = await this.#lookAt(from + at, Math.max(budget, SHORT_RECORD_BYTES));
        if (isRecord) return from + at;
        budget -= bytes;
      }
      // Three bytes again: the magic may lie across two windows.
      from += window.length - (MAGIC_BYTES.length - 1);
      if (window.length < MAGIC_BYTES.length * 2) break;
    }
    return this.#options.end();
  }
}
