import { constants } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Disk, DiskFile } from './disk.ts';
import { type Segment, segmentHeader, segmentName } from './segment.ts';

/** Bytes of a group, at most (the pipeline's `maxGroupBytes` and one message): what a failed sync may have left in the page cache alone. */
export const MAX_GROUP_BYTES = 16 * 1024 * 1024;

/**
 * A segment could not be made, and what there is of it may be there at the next start: it then ends the one before, so
 * that one must take nothing more.
 */
export class SegmentLeftBehindError extends Error {}

/**
 * Appends to a segment. After a write that failed the file is cut back to what is known to be on disk; after a sync that
 * failed nothing is known of the file's newest pages any more (Linux drops them and says so once), so it takes no more.
 */
export class SegmentWriter {
  readonly segment: Segment;
  readonly #file: DiskFile;
  #isUsable = true;

  private constructor(segment: Segment, file: DiskFile) {
    this.segment = segment;
    this.#file = file;
  }

  /**
   * A new file, beginning with `head` (records) behind its header; on disk when this resolves.
   *
   * @throws {SegmentLeftBehindError} where it failed and the file may still be there; else the disk's error
   */
  static async create(
    disk: Disk,
    folder: string,
    firstPosition: number,
    created: number,
    head: Uint8Array,
  ): Promise<SegmentWriter> {
    const { name, file } = await createFile(disk, folder, firstPosition);
    const path = join(folder, name);
    try {
      const header = Buffer.concat([segmentHeader(firstPosition, created), head]);
      await writeAll(file, header, 0);
      await file.datasync();
      await disk.syncFolder(folder);
      return new SegmentWriter({ name, path, firstPosition, length: header.length }, file);
    } catch (error) {
      await file.close().catch(ignore);
      await removeForGood(disk, folder, path, error);
      throw error;
    }
  }

  /**
   * Goes on with an old one; cuts off what stands behind its known length. All of it is on disk when this resolves: a
   * process may have ended between a write and its sync, and what it wrote is known as stored from now on.
   */
  static async resume(disk: Disk, segment: Segment): Promise<SegmentWriter> {
    const file = await disk.open(segment.path, constants.O_RDWR);
    try {
      const { size } = await file.stat();
      if (size > segment.length) await file.truncate(segment.length);
      await writeTailAgain(file, segment.length);
      await file.datasync();
      await disk.syncFolder(dirname(segment.path));
      return new SegmentWriter(segment, file);
    } catch (error) {
      await file.close().catch(ignore);
      throw error;
    }
  }

  /** Takes nothing more; what it has stays. */
  giveUp(): void {
    this.#isUsable = false;
  }

  /** False: the next append needs a new segment. */
  get isUsable(): boolean {
    return this.#isUsable;
  }

  /**
   * Resolves when the bytes are on disk; the caller then adds them to the segment's length, together with what it says of
   * them. One call at a time. @throws the error of the disk; nothing was kept then.
   */
  async append(bytes: Uint8Array): Promise<void> {
    const { segment } = this;
    try {
      await writeAll(this.#file, bytes, segment.length);
    } catch (error) {
      await this.#cutBack();
      throw error;
    }
    try {
      await this.#file.datasync();
    } catch (error) {
      this.#isUsable = false;
      await this.#cutBack();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isUsable = false;
    await this.#file.close();
  }

  async #cutBack(): Promise<void> {
    try {
      await this.#file.truncate(this.segment.length);
    } catch {
      // What stays behind the known length is cut or overruled by the next segment's first position.
      this.#isUsable = false;
    }
  }
}

async function createFile(
  disk: Disk,
  folder: string,
  firstPosition: number,
): Promise<{ name: string; file: DiskFile }> {
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
  for (let attempt = 0; ; attempt++) {
    const name = segmentName(firstPosition, attempt);
    try {
      return { name, file: await disk.open(join(folder, name), flags) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 9_999) throw error;
    }
  }
}

/** @throws {SegmentLeftBehindError} */
async function removeForGood(disk: Disk, folder: string, path: string, cause: unknown): Promise<void> {
  try {
    await disk.unlink(path);
    await disk.syncFolder(folder);
  } catch (error) {
    throw new SegmentLeftBehindError(
      `journal: ${path} could neither be made (${String(cause)}) nor taken away again (${String(error)}); check the disk`,
      { cause },
    );
  }
}

/**
 * After a sync that failed, what it was to write may be found in the page cache and nowhere else, and no later sync
 * writes it. Nothing is appended behind it, so it is in the last group.
 */
async function writeTailAgain(file: DiskFile, length: number): Promise<void> {
  const from = Math.max(0, length - MAX_GROUP_BYTES);
  const tail = Buffer.alloc(length - from);
  let filled = 0;
  while (filled < tail.length) {
    const { bytesRead } = await file.read(tail, filled, tail.length - filled, from + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  await writeAll(file, tail.subarray(0, filled), from);
}

/** A file system may take less than it is given. */
async function writeAll(file: DiskFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

function ignore(): void {}
