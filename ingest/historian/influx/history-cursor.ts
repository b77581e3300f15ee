import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '#devices/time/clock.ts';
import type { InfluxTarget } from './influx-target.ts';

/** How far it may be behind after a crash, ms: so much is then offered again, which changes nothing. */
const SAVE_EVERY_MS = 1_000;

/**
 * How far a bucket follows the journal, in a file beside the journal.
 *
 * A bucket may have followed another journal before, whose data folder is gone; so that their positions never mix, each
 * following has a `life`, later than those before it, and what is stored as an observation's position is life + position.
 */
export class HistoryCursor {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #target: string;
  /** Epoch µs at which this bucket began to follow this journal: a multiple of 1,000. */
  readonly life: number;
  #position: number;
  #saved: number;
  #savedAt = Number.NEGATIVE_INFINITY;

  private constructor(path: string, clock: Clock, kept: Kept, saved: number) {
    this.#path = path;
    this.#clock = clock;
    this.#target = kept.target;
    this.life = kept.life;
    this.#position = kept.position;
    this.#saved = saved;
  }

  /** Where the file is missing, damaged, or of another bucket, a new life begins at position 0. */
  static async open(path: string, target: InfluxTarget, clock: Clock): Promise<HistoryCursor> {
    const name = targetName(target);
    const kept = keptIn(await readFile(path, 'utf8').catch(() => ''));
    if (kept?.target === name) return new HistoryCursor(path, clock, kept, kept.position);
    const life = Math.floor(clock.now()) * 1000;
    return new HistoryCursor(path, clock, { target: name, life, position: 0 }, -1);
  }

  /** One more than the highest position stored; 0 without any. */
  get position(): number {
    return this.#position;
  }

  /** The bucket holds everything below `position`. Kept now and then; a disk that fails only delays it. */
  async advance(position: number): Promise<void> {
    this.#position = Math.max(this.#position, position);
    if (this.#clock.now() - this.#savedAt >= SAVE_EVERY_MS) await this.save().catch(() => {});
  }

  /** Keeps the position exactly. Rejects where the disk does. */
  async save(): Promise<void> {
    this.#savedAt = this.#clock.now();
    const position = this.#position;
    if (position === this.#saved) return;
    await mkdir(dirname(this.#path), { recursive: true });
    const temporary = `${this.#path}.new`;
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(JSON.stringify({ target: this.#target, life: this.life, position } satisfies Kept));
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
    await syncFolder(dirname(this.#path));
    this.#saved = position;
  }
}

interface Kept {
  readonly target: string;
  readonly life: number;
  readonly position: number;
}

/** Which bucket, without what a person who reads the file should not see. */
function targetName({ url, org, bucket }: InfluxTarget): string {
  const { protocol, host, pathname } = new URL(url);
  return createHash('sha256')
    .update(JSON.stringify([protocol, host, pathname, org, bucket]))
    .digest('hex');
}

function keptIn(text: string): Kept | undefined {
  try {
    const { target, life, position } = JSON.parse(text) as Kept;
    const isSound = [life, position].every((number) => Number.isSafeInteger(number) && number >= 0);
    return isSound && life % 1000 === 0 ? { target, life, position } : undefined;
  } catch {
    return undefined;
  }
}

/** Makes a rename durable; Windows has no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
