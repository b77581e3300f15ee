import type { CameraView } from '#devices/catalog/city-pack.ts';
import { type Flight, flight } from './flight.ts';
import { clamped, type GroundPoint, type OrbitLimits, panned, sameView, zoomed } from './orbit.ts';

/** Milliseconds in which a coasting or zooming camera loses two thirds of its way to go. */
const CALM_MS = 90;
/** Below this share of the range per millisecond coasting has ended. */
const STILL = 1e-5;
/** Milliseconds and animation frames without movement after which the camera is at rest. */
const REST_MS = 140;
const REST_TICKS = 4;
/** A machine that draws slower than this sees shorter steps rather than jumps. */
const LONGEST_STEP_MS = 500;

/**
 * Where the camera is and what moves it: the hand, its inertia, a flight. Says nothing to Cesium: `tick` is called
 * once per animation frame and answers whether the view changed.
 */
export class CameraPilot {
  #view: CameraView;
  readonly #limits: OrbitLimits;
  readonly #still: () => boolean;
  #flight: { readonly way: Flight; readonly start: number } | undefined;
  #zoom: { readonly to: number; readonly anchor: GroundPoint | undefined } | undefined;
  /** Metres per millisecond. */
  #drift: GroundPoint | undefined;
  #tickedAt: number | undefined;
  #movedAt: number | undefined;
  #changed = true;
  #stillTicks = 0;

  /** `still`: whether the user wants no motion; asked at every movement. */
  constructor(view: CameraView, limits: OrbitLimits, still: () => boolean) {
    this.#limits = limits;
    this.#still = still;
    this.#view = clamped(view, limits);
  }

  get view(): CameraView {
    return this.#view;
  }

  /** Takes the camera by hand: whatever moved it stops. */
  move(view: CameraView): void {
    this.#stop();
    this.#put(clamped(view, this.#limits));
  }

  /** Moves the target by hand. */
  moveBy(by: GroundPoint): void {
    this.move(panned(this.#view, by));
  }

  /** Zooms smoothly by `factor`; several in a row add up. */
  zoomBy(factor: number, anchor: GroundPoint | undefined): void {
    this.#flight = undefined;
    this.#drift = undefined;
    const from = this.#zoom?.to ?? this.#view.range;
    const to = Math.min(this.#limits.maxRange, Math.max(this.#limits.minRange, from * factor));
    if (this.#still()) this.#put(zoomed(this.#view, to / this.#view.range, anchor, this.#limits));
    else this.#zoom = { to, anchor };
  }

  /** Lets the camera coast at this many metres per millisecond. */
  coast(drift: GroundPoint): void {
    if (!this.#still()) this.#drift = drift;
  }

  flyTo(view: CameraView, now: number, immediate: boolean): void {
    this.#stop();
    const to = clamped(view, this.#limits);
    if (immediate || this.#still()) this.#put(to);
    else this.#flight = { way: flight(this.#view, to), start: now };
  }

  get isMoving(): boolean {
    return this.#flight !== undefined || this.#zoom !== undefined || this.#drift !== undefined;
  }

  /**
   * Moves on to `now` (ms, monotonic). `changed`: draw; `rested`: the camera has just come to rest; `done`: nothing
   * will change until something is asked again.
   */
  tick(now: number): { readonly changed: boolean; readonly rested: boolean; readonly done: boolean } {
    const elapsed = Math.min(LONGEST_STEP_MS, now - (this.#tickedAt ?? now));
    this.#tickedAt = now;
    this.#fly(now);
    this.#zoomOn(elapsed);
    this.#driftOn(elapsed);
    const changed = this.#changed;
    this.#changed = false;
    if (changed) this.#movedAt = now;
    this.#stillTicks = changed ? 0 : this.#stillTicks + 1;
    const still = this.#stillTicks >= REST_TICKS && this.#movedAt !== undefined && now - this.#movedAt >= REST_MS;
    const rested = still && !this.isMoving;
    if (rested) this.#movedAt = undefined;
    const done = !this.isMoving && this.#movedAt === undefined;
    if (done) this.#tickedAt = undefined;
    return { changed, rested, done };
  }

  #fly(now: number): void {
    if (this.#flight === undefined) return;
    const share = (now - this.#flight.start) / this.#flight.way.durationMs;
    this.#put(clamped(this.#flight.way.at(share), this.#limits));
    if (share >= 1) this.#flight = undefined;
  }

  #zoomOn(elapsed: number): void {
    if (this.#zoom === undefined) return;
    const { to, anchor } = this.#zoom;
    const before = this.#view.range;
    const left = Math.log(to / before) * Math.exp(-elapsed / CALM_MS);
    const done = Math.abs(left) < 0.002;
    const factor = done ? to / before : to / Math.exp(left) / before;
    this.#put(zoomed(this.#view, factor, anchor, this.#limits));
    // The anchor is told from the target, which has just moved towards it by the share of the range that went.
    const share = this.#view.range / before;
    const rest = anchor && { east: anchor.east * share, north: anchor.north * share };
    this.#zoom = done ? undefined : { to, anchor: rest };
  }

  #driftOn(elapsed: number): void {
    if (this.#drift === undefined) return;
    const { east, north } = this.#drift;
    this.#put(clamped(panned(this.#view, { east: east * elapsed, north: north * elapsed }), this.#limits));
    const decay = Math.exp(-elapsed / CALM_MS);
    this.#drift = { east: east * decay, north: north * decay };
    if (Math.hypot(this.#drift.east, this.#drift.north) < this.#view.range * STILL) this.#drift = undefined;
  }

  #stop(): void {
    this.#flight = undefined;
    this.#zoom = undefined;
    this.#drift = undefined;
  }

  #put(view: CameraView): void {
    if (sameView(view, this.#view)) return;
    this.#view = view;
    this.#changed = true;
  }
}
