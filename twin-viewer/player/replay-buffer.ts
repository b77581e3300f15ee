import type { Frame } from '#devices/wire/frame.ts';
import type { HistorySource } from './history-source.ts';

/** Steps asked for at a time: ten seconds of play. */
export const CHUNK_STEPS = 40;
/** The next chunk is asked for when fewer steps than this are left. */
const PREFETCH_STEPS = 20;

export interface ReplayBufferParts {
  readonly history: HistorySource;
  /** Multiple of MOMENT_GRID_MS; where play begins. */
  readonly from: number;
  readonly stepMs: number;
  /** The newest moment that history can be trusted to know, epoch ms. */
  readonly newest: () => number;
  /** Called when a chunk came. */
  readonly onArrival: () => void;
  readonly onFailure: (reason: string) => void;
}

/** The frames ahead of one stretch of play at one speed, fetched in chunks before they are needed. */
export class ReplayBuffer {
  readonly #parts: ReplayBufferParts;
  readonly #abort = new AbortController();
  #frames: Frame[] = [];
  /** Frames are complete up to this moment, exclusive. */
  #knownTo: number;
  #fetching = false;

  constructor(parts: ReplayBufferParts) {
    this.#parts = parts;
    this.#knownTo = parts.from;
  }

  /** Whether every frame up to `moment` is here; asks for more where it is needed. */
  reaches(moment: number): boolean {
    if (this.#knownTo - moment < PREFETCH_STEPS * this.#parts.stepMs) this.#fetch();
    return moment <= this.#knownTo;
  }

  /** Hands out the frames up to `moment`, inclusive, once and in order. */
  take(moment: number, apply: (frame: Frame) => void): void {
    let taken = 0;
    for (const frame of this.#frames) {
      if (frame.time > moment) break;
      apply(frame);
      taken++;
    }
    this.#frames.splice(0, taken);
  }

  dispose(): void {
    this.#abort.abort();
  }

  #fetch(): void {
    const { history, stepMs, newest, onArrival, onFailure } = this.#parts;
    const steps = Math.min(CHUNK_STEPS, Math.floor((newest() - this.#knownTo) / stepMs));
    if (this.#fetching || steps < 1) return;
    this.#fetching = true;
    const range = { from: this.#knownTo, to: this.#knownTo + steps * stepMs };
    history.replay(range, stepMs, this.#abort.signal).then(
      (frames) => {
        if (this.#abort.signal.aborted) return;
        this.#frames.push(...frames);
        this.#knownTo = range.to;
        this.#fetching = false;
        onArrival();
      },
      (error: unknown) => {
        if (this.#abort.signal.aborted) return;
        // It stays "fetching": who plays decides whether to go on with a new buffer.
        onFailure(error instanceof Error ? error.message : String(error));
      },
    );
  }
}
