import { copyFile, mkdir, open, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatInstant } from '#devices/time/instant.ts';
import type { Segment } from './segment.ts';
import type { Damage } from './segment-scanner.ts';

/** Bytes of a damaged stretch that are copied; a segment is hardly larger. */
const MAX_COPY_BYTES = 256 * 1024 * 1024;
const COPY_CHUNK_BYTES = 1024 * 1024;
/** Stretches that wait to be copied, and files in the folder: a disk that breaks down makes any number. */
const MAX_WAITING = 100;
const MAX_FILES = 2_000;

/** Keeps damaged bytes for those who may want to look at them, each stretch once, with a report beside it. */
export class Quarantine {
  readonly #folder: string;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(journalFolder: string) {
    this.#folder = join(journalFolder, 'quarantine');
  }

  /** Copies the stretch, one after another; false where it was here already. @throws where it cannot, or has too many */
  async keep(segment: Segment, damage: Damage, now: number): Promise<boolean> {
    if (this.#waiting >= MAX_WAITING) throw new Error(`${MAX_WAITING} others wait to be copied`);
    this.#waiting++;
    const done = this.#tail.then(() => this.#keep(segment, damage, now)).finally(() => this.#waiting--);
    this.#tail = done.catch(() => {
      // Who asked is told.
    });
    return done;
  }

  /** Resolves when nothing waits to be copied. */
  async idle(): Promise<void> {
    await this.#tail;
  }

  async #keep(segment: Segment, { from, to }: Damage, now: number): Promise<boolean> {
    const path = join(this.#folder, `${segment.name}-${from}-${to}`);
    if (await exists(path)) return false;
    await mkdir(this.#folder, { recursive: true });
    if ((await readdir(this.#folder)).length >= MAX_FILES) {
      throw new Error(`${this.#folder} holds ${MAX_FILES} files; look at them and take them away`);
    }
    await copyStretch(segment.path, path, from, Math.min(to, from + MAX_COPY_BYTES));
    const report = {
      segment: segment.name,
      from,
      to,
      found: formatInstant(now),
      what: 'These bytes of the segment are no records: their checksum is wrong. The records around them were read.',
    };
    await writeFile(`${path}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
    return true;
  }

  /** Takes a whole file away, one in which nothing can be read. */
  async takeFile(journalFolder: string, name: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const from = join(journalFolder, name);
    const to = join(this.#folder, name);
    await rename(from, to).catch(() => copyFile(from, to));
  }
}

async function copyStretch(fromPath: string, toPath: string, from: number, to: number): Promise<void> {
  const source = await open(fromPath, 'r');
  const target = await open(toPath, 'w');
  try {
    const chunk = Buffer.alloc(COPY_CHUNK_BYTES);
    for (let at = from; at < to; ) {
      const { bytesRead } = await source.read(chunk, 0, Math.min(chunk.length, to - at), at);
      if (bytesRead === 0) break;
      await target.write(chunk, 0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await source.close();
    await target.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
