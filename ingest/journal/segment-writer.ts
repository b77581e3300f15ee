import { constants } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Segment, segmentHeader, segmentName, syncFolder } from './segment.ts';

/**
 * Appends to a segment. After a write that failed the file is cut back to what is known to be on disk; after a sync that
 * failed nothing is known of the file's newest pages any more (Linux drops them and says so once), so it takes no more.
 */
export class SegmentWriter {
  readonly segment: Segment;
  readonly #file: FileHandle;
  #isUsable = true;

  private constructor(segment: Segment, file: FileHandle) {
    this.segment = segment;
    this.#file = file;
  }

  /** A new file, beginning with `head` (records) behind its header. Durable with the first `append`. */
  static async create(
    folder: string,
    firstPosition: number,
    created: number,
    head: Uint8Array,
  ): Promise<SegmentWriter> {
    const { name, file } = await createFile(folder, firstPosition);
    const path = join(folder, name);
    try {
      const header = Buffer.concat([segmentHeader(firstPosition, created), head]);
      await writeAll(file, header, 0);
      await file.datasync();
      await syncFolder(folder);
      return new SegmentWriter({ name, path, firstPosition, created, length: header.length }, file);
    } catch (error) {
      await file.close().catch(ignore);
      await unlink(path).catch(ignore);
      throw error;
    }
  }

  /** Goes on with an old one; cuts off what stands behind its known length. */
  static async resume(segment: Segment): Promise<SegmentWriter> {
    const file = await open(segment.path, 'r+');
    try {
      const { size } = await file.stat();
      if (size > segment.length) {
        await file.truncate(segment.length);
        await file.datasync();
      }
      return new SegmentWriter(segment, file);
    } catch (error) {
      await file.close().catch(ignore);
      throw error;
    }
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

async function createFile(folder: string, firstPosition: number): Promise<{ name: string; file: FileHandle }> {
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY;
  for (let attempt = 0; ; attempt++) {
    const name = segmentName(firstPosition, attempt);
    try {
      return { name, file: await open(join(folder, name), flags) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === 9_999) throw error;
    }
  }
}

/** A file system may take less than it is given. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

function ignore(): void {}
