import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '#devices/time/clock.ts';
import type { LatestTable } from '../live/latest-table.ts';
import type { SourceIssue } from '../source/source.ts';
import { type Disk, systemDisk } from './disk.ts';
import { JournalReader, type JournalSegments } from './journal-reader.ts';
import { Quarantine } from './quarantine.ts';
import type { RawMessage, RowTarget } from './read-record.ts';
import type { RecordBuffer } from './record-buffer.ts';
import { recover } from './recover.ts';
import type { Segment } from './segment.ts';
import type { Damage } from './segment-scanner.ts';
import { SegmentLeftBehindError, SegmentWriter } from './segment-writer.ts';
import { snapshotRecords } from './snapshot.ts';

export interface JournalLimits {
  /** A segment of so many bytes is closed and the next one begun. */
  readonly segmentBytes: number;
  /** Bytes of all segments. Old ones that the historian has go first; where it has none of them, nothing more is taken. */
  readonly budgetBytes: number;
  /** Bytes of the disk that are left to others, the historian's checkpoints among them. */
  readonly reserveBytes: number;
}

const MiB = 1024 * 1024;
export const JOURNAL_DEFAULTS: JournalLimits = {
  segmentBytes: 64 * MiB,
  budgetBytes: 4096 * MiB,
  reserveBytes: 256 * MiB,
};

export interface JournalParts {
  readonly folder: string;
  readonly clock: Clock;
  /** Its state goes to the head of every segment; `open` does not change it. */
  readonly latest: LatestTable;
  /** How far the historian has come: older segments may go, and a new journal begins there. */
  readonly historianPosition: () => number;
  readonly report: (issue: SourceIssue) => void;
  /** Given what the newest segments hold, oldest first; what is not a snapshot has positions. */
  readonly restore: (rows: RowTarget) => void;
  /** Default: this machine's. */
  readonly disk?: Disk;
}

/** The disk budget is used up by what the historian does not have yet. */
export class JournalFullError extends Error {}

/** Below this share of what the journal may take, messages that nobody waits for are dropped. */
const SHORT_SHARE = 0.1;
/** Where there is little room, it is enough for so many segments. */
const LEAST_SEGMENTS = 4;
const DISK_CHECK_MS = 1_000;
const NEW_SEGMENT_RETRY_MS = 1_000;

/**
 * The promise of law 2: an append-only log of what was received and what was made of it, in segments. `write` resolves when
 * a group is on disk; then it may be acknowledged. Whoever reads it (`reader`) has a place of its own.
 *
 * When the disk budget is used up, segments that the historian has go first, the oldest first; then messages of QoS 0 are
 * dropped and counted (`isShort`); then nothing is taken and nothing acknowledged, until there is room again.
 */
export class Journal implements JournalSegments {
  readonly #parts: JournalParts;
  readonly #limits: JournalLimits;
  readonly #quarantine: Quarantine;
  readonly #disk: Disk;
  #segments: readonly Segment[] = [];
  /** Bytes of all but the newest; their sum is asked for with each message. */
  #closedBytes = 0;
  #writer: SegmentWriter | undefined;
  #end = 0;
  /** Bytes of the snapshot at the head of the newest segment. */
  #headBytes = 0;
  /** Bytes of the disk free for us, when last asked. */
  #free = Number.POSITIVE_INFINITY;
  #freeAskedAt = Number.NEGATIVE_INFINITY;
  #newSegmentFailedAt = Number.NEGATIVE_INFINITY;

  private constructor(parts: JournalParts, limits: JournalLimits) {
    this.#parts = parts;
    this.#limits = limits;
    this.#disk = parts.disk ?? systemDisk;
    this.#quarantine = new Quarantine(parts.folder);
  }

  /** Cuts off a torn tail, sets damaged files aside, and restores. @throws where the folder cannot be read or written. */
  static async open(parts: JournalParts, limits: Partial<JournalLimits> = {}): Promise<Journal> {
    const journal = new Journal(parts, { ...JOURNAL_DEFAULTS, ...limits });
    await mkdir(parts.folder, { recursive: true });
    await journal.#recover();
    return journal;
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** One more than the highest position on disk. */
  get end(): number {
    return this.#end;
  }

  /** The lowest position that can still be read. */
  get oldest(): number {
    return this.#segments[0]?.firstPosition ?? this.#end;
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.#closedBytes + (this.#segments.at(-1)?.length ?? 0);
  }

  /** Room is running out: what may be dropped should be. */
  get isShort(): boolean {
    const room = this.#room();
    if (room >= (this.bytes + room) * SHORT_SHARE || this.#canPrune()) return false;
    // Where everything is dropped nothing is written, and nobody else would ask the disk again.
    this.#askFree().catch(ignore);
    return true;
  }

  /**
   * Resolves when the records are on disk. One call at a time. `end` is one more than their highest position.
   *
   * @throws {JournalFullError} where there is no room; else the disk's error. Nothing was kept then, and the positions are free.
   */
  async write(records: RecordBuffer, end: number): Promise<void> {
    if (records.length === 0) return;
    await this.#makeRoom(records.length);
    const writer = await this.#writerNow();
    await writer.append(records.bytes);
    // At once, so that no reader sees the one without the other.
    writer.segment.length += records.length;
    this.#end = end;
  }

  /** A reader with a place of its own; the caller closes it. */
  reader(): JournalReader {
    return new JournalReader(this);
  }

  /** The message that an observation came in; undefined where its segment is gone. Reads up to a segment. */
  async rawMessage(position: number): Promise<RawMessage | undefined> {
    const reader = this.reader();
    try {
      return await reader.rawMessage(position);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    } finally {
      await reader.close();
    }
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    this.#writer = undefined;
    await this.#quarantine.idle();
  }

  readonly onDamage = (segment: Segment, damage: Damage): void => {
    const { clock } = this.#parts;
    this.#quarantine.keep(segment, damage, clock.now()).then(
      (isNew) => {
        if (!isNew) return;
        const bytes = damage.to - damage.from;
        this.#report(
          'journal-damaged',
          segment.name,
          `${bytes} bytes from ${damage.from} on are damaged and were set aside in journal/quarantine; what they held is lost to history unless it has it already; check the disk`,
        );
      },
      (error) =>
        this.#report('journal-damaged', segment.name, `damaged bytes could not be set aside: ${String(error)}`),
    );
  };

  async #recover(): Promise<void> {
    const { folder, restore, historianPosition } = this.#parts;
    const found = await recover(folder, this.#limits.segmentBytes, {
      disk: this.#disk,
      restore,
      onDamage: this.onDamage,
    });
    for (const name of found.unreadable) {
      await this.#quarantine.takeFile(folder, name);
      this.#report(
        'journal-damaged',
        name,
        'nothing in this segment can be read; it was set aside in journal/quarantine; what it held is lost to history unless it has it already; check the disk',
      );
    }
    this.#setSegments(found.segments);
    this.#end = Math.max(found.end, historianPosition());
    // The folder's own name, where it is new.
    await this.#disk.syncFolder(dirname(folder));
    const newest = this.#segments.at(-1);
    if (newest === undefined) return;
    if (found.tornBytes > 0) {
      const torn = { from: newest.length, to: newest.length + found.tornBytes };
      await this.#quarantine.keep(newest, torn, this.#parts.clock.now()).catch(ignore);
      const why = `${found.tornBytes} bytes at its end were not written wholly when the service ended, and then nothing in them was acknowledged, or the disk damaged them since; they were cut off; a copy is in journal/quarantine`;
      this.#report('journal-torn', newest.name, why);
    }
    this.#writer = await SegmentWriter.resume(this.#disk, newest);
    // A journal that is younger than history begins behind it, so that no position is used twice.
    if (this.#end > found.end) this.#writer.giveUp();
  }

  async #writerNow(): Promise<SegmentWriter> {
    const old = this.#writer;
    if (old?.isUsable && (old.segment.length < this.#segmentLimit() || this.#hasJustFailed())) return old;
    try {
      const { folder, clock, latest } = this.#parts;
      const head = snapshotRecords(latest, this.#end, clock.now());
      const writer = await SegmentWriter.create(this.#disk, folder, this.#end, clock.now(), head);
      await old?.close().catch(ignore);
      this.#writer = writer;
      this.#headBytes = head.length;
      this.#setSegments([...this.#segments, writer.segment]);
      return writer;
    } catch (error) {
      if (error instanceof SegmentLeftBehindError) old?.giveUp();
      this.#newSegmentFailedAt = this.#parts.clock.now();
      // A segment may grow a little longer than it should, where the disk has no room for a new one.
      if (old?.isUsable) return old;
      throw error;
    }
  }

  /** A new segment costs a snapshot; where it could not be made, the next try comes a while later. */
  #hasJustFailed(): boolean {
    return Math.abs(this.#parts.clock.now() - this.#newSegmentFailedAt) < NEW_SEGMENT_RETRY_MS;
  }

  #setSegments(segments: readonly Segment[]): void {
    this.#segments = segments;
    this.#closedBytes = segments.slice(0, -1).reduce((sum, { length }) => sum + length, 0);
  }

  /** Bytes that can be written before there is no room. */
  #room(): number {
    return Math.min(this.#limits.budgetBytes - this.bytes, this.#free - this.#limits.reserveBytes);
  }

  /**
   * At this length a segment is closed. A part of all the room, because only closed ones can go when history has them; and
   * never so short that most of what is written is snapshots.
   */
  #segmentLimit(): number {
    const share = (this.bytes + this.#room()) / LEAST_SEGMENTS;
    return Math.max(2 * this.#headBytes, Math.min(this.#limits.segmentBytes, share));
  }

  async #makeRoom(bytes: number): Promise<void> {
    await this.#askFree(this.#room() <= 0);
    while (this.#room() < bytes && this.#canPrune()) await this.#dropOldest();
    if (this.#room() >= bytes) return;
    const { budgetBytes, reserveBytes } = this.#limits;
    const why =
      this.#free - reserveBytes < budgetBytes - this.bytes
        ? `the disk has ${mib(this.#free)} MiB free, and ${mib(reserveBytes)} are left to others; free some space`
        : `it has ${mib(this.bytes)} MiB that history does not hold yet and may have ${mib(budgetBytes)}; bring history back, or raise journal-budget`;
    throw new JournalFullError(`journal: nothing more is taken: ${why}`);
  }

  #canPrune(): boolean {
    const second = this.#segments[1];
    return second !== undefined && second.firstPosition <= this.#parts.historianPosition();
  }

  async #dropOldest(): Promise<void> {
    const [oldest, ...rest] = this.#segments as [Segment, ...Segment[]];
    await this.#disk.unlink(oldest.path).catch((error: NodeJS.ErrnoException) => {
      // Somebody else made room.
      if (error.code !== 'ENOENT') throw error;
    });
    this.#setSegments(rest);
    this.#free += oldest.length;
  }

  async #askFree(isUrgent = false): Promise<void> {
    const now = this.#parts.clock.now();
    // Its distance, because a clock may be set back.
    if (!isUrgent && Math.abs(now - this.#freeAskedAt) < DISK_CHECK_MS) return;
    this.#freeAskedAt = now;
    try {
      this.#free = await this.#disk.freeBytes(this.#parts.folder);
    } catch (error) {
      this.#freeAskedAt = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  #report(kind: string, address: string, reason: string): void {
    this.#parts.report({ time: this.#parts.clock.now(), source: 'journal', kind, address, firstBytes: '', reason });
  }
}

function mib(bytes: number): number {
  return Math.floor(bytes / MiB);
}

function ignore(): void {}
