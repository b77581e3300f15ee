import { type FileHandle, open } from 'node:fs/promises';
import { createBatch } from '#devices/model/observation-batch.ts';
import {
  firstPositionOf,
  isSnapshot,
  type RawMessage,
  type RowTarget,
  readRawMessage,
  readRows,
} from './read-record.ts';
import { SEGMENT_HEADER_BYTES, type Segment } from './segment.ts';
import { type Damage, SegmentScanner } from './segment-scanner.ts';

/** What a reader needs of the journal. */
export interface JournalSegments {
  /** Oldest first; the last one is being written. */
  readonly segments: readonly Segment[];
  /** Below it everything is on disk. */
  readonly end: number;
  readonly onDamage: (segment: Segment, damage: Damage) => void;
}

/**
 * Reads the journal in the order of positions, from anywhere; reading on from where it left off costs no search. For one
 * caller at a time.
 */
export class JournalReader {
  readonly #journal: JournalSegments;
  #open: { readonly segment: Segment; readonly file: FileHandle; readonly scanner: SegmentScanner } | undefined;
  #next = Number.NaN;
  /** Offset up to which the segment may be read now. */
  #limit = 0;

  constructor(journal: JournalSegments) {
    this.#journal = journal;
  }

  /**
   * Adds observations from position `from` on to `into`, `atLeast` of them where there are so many, and returns the
   * position from which to go on: everything below it that the journal still has was given. Reads one segment at most.
   */
  async read(from: number, atLeast: number, into: RowTarget): Promise<number> {
    const { segment, to } = this.#segmentOf(from);
    if (segment === undefined || from >= to) return from;
    const scanner = await this.#scannerOf(segment, from).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    });
    if (scanner === undefined) {
      // Somebody took the file away; what follows must not wait for it.
      this.#journal.onDamage(segment, { from: 0, to: segment.length });
      return to;
    }
    this.#limit = segment.length;
    let next = from;
    let isOver = true;
    await scanner.scan((bytes, offset) => {
      if (isSnapshot(bytes, offset)) return 'next';
      // Written since, and not counted in `to` yet; or void.
      if (firstPositionOf(bytes, offset) >= to) return 'not-yet';
      next = Math.max(next, Math.min(to, readRows(bytes, offset, from, to, into)));
      isOver = into.batch.count + into.texts.length < atLeast;
      return isOver ? 'next' : 'last';
    });
    this.#next = isOver ? to : next;
    return this.#next;
  }

  /** The message whose observation has the position; undefined where the journal no longer has it. */
  async rawMessage(position: number): Promise<RawMessage | undefined> {
    const { segment, to } = this.#segmentOf(position);
    if (segment === undefined || position < segment.firstPosition || position >= to) return undefined;
    const scanner = await this.#scannerOf(segment, position);
    this.#limit = segment.length;
    this.#next = Number.NaN;
    let found: RawMessage | undefined;
    const row = { batch: NOTHING, texts: [] };
    await scanner.scan((bytes, offset) => {
      if (isSnapshot(bytes, offset)) return 'next';
      if (firstPositionOf(bytes, offset) > position) return 'last';
      if (readRows(bytes, offset, Number.POSITIVE_INFINITY, 0, row) <= position) return 'next';
      found = readRawMessage(bytes, offset);
      return 'last';
    });
    return found;
  }

  async close(): Promise<void> {
    const opened = this.#open;
    this.#open = undefined;
    await opened?.file.close();
  }

  /** The segment that has the position or the next one after it, and the position where it ends. */
  #segmentOf(position: number): { segment: Segment | undefined; to: number } {
    const { segments, end } = this.#journal;
    let at = segments.length - 1;
    while (at > 0 && (segments[at] as Segment).firstPosition > position) at--;
    return { segment: segments[at], to: segments[at + 1]?.firstPosition ?? end };
  }

  async #scannerOf(segment: Segment, from: number): Promise<SegmentScanner> {
    if (this.#open?.segment === segment && this.#next === from) return this.#open.scanner;
    await this.close();
    const file = await open(segment.path, 'r');
    const scanner = new SegmentScanner({
      file,
      from: SEGMENT_HEADER_BYTES,
      end: () => this.#limit,
      onDamage: (damage) => this.#journal.onDamage(segment, damage),
    });
    this.#open = { segment, file, scanner };
    return scanner;
  }
}

/** No row is wanted of it. */
const NOTHING = createBatch(0);
