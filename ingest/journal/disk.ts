import { type FileHandle, open, statfs, unlink } from 'node:fs/promises';

/** An open file of a segment, as its writer uses it. */
export interface DiskFile {
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  stat(): Promise<{ readonly size: number }>;
  close(): Promise<void>;
}

/** What the journal's writing asks of the file system; a test may put a disk in its place that fails or loses its power. */
export interface Disk {
  open(path: string, flags: number): Promise<DiskFile>;
  unlink(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(folder: string): Promise<void>;
  /** Bytes that are free for us. */
  freeBytes(folder: string): Promise<number>;
}

export const systemDisk: Disk = {
  open,
  unlink,
  async syncFolder(folder) {
    // Windows has no such call and needs none.
    if (process.platform === 'win32') return;
    const handle: FileHandle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};
