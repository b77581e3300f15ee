import type { StoreApi } from 'zustand/vanilla';
import type { Frame } from '#devices/wire/frame.ts';

/** Where played frames go. A snapshot replaces all that was known; a delta adds to it. */
export interface FrameSink {
  apply(frame: Frame): void;
}

export interface PlayerState {
  /** `live` is now; everything else is `replay`, also while it stands still. */
  readonly mode: 'live' | 'replay';
  readonly playing: boolean;
  /** City seconds per second of replay; one of SPEEDS. */
  readonly speed: number;
  /**
   * The replayed moment, epoch ms UTC: all that was observed before it is shown. Undefined when live.
   */
  readonly moment: number | undefined;
  /** History was asked for and has not come yet. */
  readonly loading: boolean;
  /** Why the last request to history failed; what is shown is older than `moment`. */
  readonly failure: string | undefined;
}

/** The one thing that decides which moment the screen shows. All orders return at once; `store` tells what came of them. */
export interface Player {
  readonly store: StoreApi<PlayerState>;
  /** The moment the screen is at, epoch ms UTC: server time when live, else the replayed moment. */
  presentTime(): number;
  /** The server's clock, epoch ms UTC. */
  serverNow(): number;
  play(): void;
  /** Live: stops at this moment. */
  pause(): void;
  /** One second of play (`speed` city seconds) forward or back, standing still afterwards. */
  step(direction: 1 | -1): void;
  /** @throws {RangeError} where `speed` is none of SPEEDS. */
  setSpeed(speed: number): void;
  /** Shows the city as it was at `time` (cut to the grid of MOMENT_GRID_MS); a time in the future goes live. */
  seek(time: number): void;
  goLive(): void;
}
