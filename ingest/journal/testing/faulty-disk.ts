import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Disk, type DiskFile, systemDisk } from '../disk.ts';

export type DiskCall = 'open' | 'write' | 'datasync' | 'truncate' | 'unlink' | 'syncFolder';

/** What of a file would be there after a power cut, and what was written since. */
interface OnPlatter {
  bytes: Buffer;
  /** Stretches written and not yet synced. */
  dirty: { readonly from: number; readonly to: number }[];
}

/**
 * Real files in a real folder, on a disk that fails when it is told to, and that knows what a power cut would leave: what
 * was synced, under names that were synced. What a failed sync was to write is dropped, as Linux does: the next sync
 * succeeds without it.
 */
export class FaultyDisk implements Disk {
  readonly #folder: string;
  readonly #files = new Map<string, OnPlatter>();
  /** Names as the folder's last sync left them. */
  #names = new Map<string, OnPlatter>();
  readonly #opened = new Set<FileHandle>();
  /** Calls that fail from now on, each that many times. */
  readonly failing = new Map<DiskCall, number>();
  /** The process ends at this call, before it does anything: it never returns. */
  endsAt: DiskCall | undefined;
  #whenEnded: () => void = () => {};
  readonly calls: DiskCall[] = [];
  free = Number.POSITIVE_INFINITY;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Resolves when the process has come to the call at which it ends. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEnded = resolve;
    });
  }

  /** Another process finds what the page cache has. */
  async restart(): Promise<void> {
    this.endsAt = undefined;
    this.failing.clear();
    const opened = [...this.#opened];
    this.#opened.clear();
    for (const file of opened) await file.close();
  }

  /** Another process, after the power was away, finds what was on disk. */
  async cutPower(): Promise<void> {
    await this.restart();
    for (const name of readdirSync(this.#folder)) {
      if (name.endsWith('.journal')) rmSync(join(this.#folder, name));
    }
    this.#files.clear();
    for (const [path, platter] of this.#names) {
      platter.dirty = [];
      this.#files.set(path, platter);
      writeFileSync(path, platter.bytes);
    }
  }

  async open(path: string, flags: number): Promise<DiskFile> {
    await this.#meet('open');
    const isNew = !existsSync(path);
    const file = await open(path, flags);
    const platter: OnPlatter = (isNew ? undefined : this.#files.get(path)) ?? { bytes: Buffer.alloc(0), dirty: [] };
    this.#files.set(path, platter);
    this.#opened.add(file);
    return {
      read: (into, offset, length, position) => file.read(into, offset, length, position),
      write: async (bytes, offset, length, position) => {
        const part = this.#fails('write') ? Math.floor(length / 2) : length;
        await this.#pass('write');
        if (part > 0) await file.write(bytes, offset, part, position);
        platter.dirty.push({ from: position, to: position + part });
        if (part < length) throw diskError('ENOSPC', 'write');
        return { bytesWritten: part };
      },
      datasync: async () => {
        const isFailing = this.#fails('datasync');
        await this.#pass('datasync');
        const now = readFileSync(path);
        const bytes = Buffer.alloc(now.length);
        platter.bytes.copy(bytes);
        if (!isFailing) for (const { from, to } of platter.dirty) now.copy(bytes, from, from, Math.min(to, now.length));
        platter.dirty = [];
        if (isFailing) throw diskError('EIO', 'fdatasync');
        platter.bytes = bytes;
      },
      truncate: async (length) => {
        await this.#meet('truncate');
        await file.truncate(length);
      },
      stat: () => file.stat(),
      close: async () => {
        if (this.#opened.delete(file)) await file.close();
      },
    };
  }

  async unlink(path: string): Promise<void> {
    await this.#meet('unlink');
    await systemDisk.unlink(path);
    this.#files.delete(path);
  }

  async syncFolder(): Promise<void> {
    const isFailing = this.#fails('syncFolder');
    await this.#pass('syncFolder');
    // Also where it fails: the worst of both.
    this.#names = new Map(this.#files);
    if (isFailing) throw diskError('EIO', 'fsync');
  }

  async freeBytes(): Promise<number> {
    return this.free;
  }

  async #meet(call: DiskCall): Promise<void> {
    const isFailing = this.#fails(call);
    await this.#pass(call);
    if (isFailing) throw diskError('EIO', call);
  }

  #fails(call: DiskCall): boolean {
    const times = this.failing.get(call) ?? 0;
    this.failing.set(call, times - 1);
    return times > 0;
  }

  async #pass(call: DiskCall): Promise<void> {
    this.calls.push(call);
    if (this.endsAt !== call) return;
    this.#whenEnded();
    await new Promise(() => {});
  }
}

function diskError(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: i/o error, ${call}`), { code });
}
