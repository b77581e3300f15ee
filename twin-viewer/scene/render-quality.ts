/** Samples per pixel of a calm picture, and of one that moves on a machine that cannot keep up. */
export const FULL_SAMPLES = 4;
export const MOVING_SAMPLES = 1;

/** Milliseconds per frame above which a moving picture gives up smooth edges, and below which it takes them up again. */
const SLOW_MS = 90;
const QUICK_MS = 25;
/** A longer pause between two frames says nothing about the machine. */
const PAUSE_MS = 3000;

/**
 * How smooth edges may be: always smooth at rest; while the camera moves, as smooth as the machine allows. On software
 * GL (SwiftShader, 2 cores, 1920×1080) a frame takes 840 ms with four samples and 460 ms with one; halving the
 * resolution as well would save only 85 ms more, for it is the vertices that cost.
 */
export class RenderQuality {
  #slow: boolean;
  #frameAt: number | undefined;

  /** `softwareGl`: known to be slow before the first frame. */
  constructor(softwareGl: boolean) {
    this.#slow = softwareGl;
  }

  /** Samples per pixel for the frame that starts at `now` (ms, monotonic). */
  samples(moving: boolean, now: number): number {
    const took = this.#frameAt === undefined ? undefined : now - this.#frameAt;
    this.#frameAt = moving ? now : undefined;
    if (moving && took !== undefined && took < PAUSE_MS) {
      if (took > SLOW_MS) this.#slow = true;
      else if (took < QUICK_MS) this.#slow = false;
    }
    return moving && this.#slow ? MOVING_SAMPLES : FULL_SAMPLES;
  }
}

/** Whether the name of a WebGL renderer is that of a CPU (SwiftShader, llvmpipe, WARP). */
export function isSoftwareGl(renderer: string): boolean {
  return /swiftshader|llvmpipe|softpipe|basic render|software/i.test(renderer);
}
