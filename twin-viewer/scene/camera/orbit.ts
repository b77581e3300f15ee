import type { CameraView } from '#devices/catalog/city-pack.ts';
import type { LonLatBox } from '#devices/model/location.ts';
import { metresPerDegree, radians } from './local-frame.ts';

/**
 * The camera's arithmetic: it orbits a target on the ground. A `CameraView` is the whole state; every movement is a
 * function from one to the next, so that the same code serves pointers, flights, walls and tests.
 */
export interface OrbitLimits {
  /** The target stays in here. */
  readonly bounds: LonLatBox;
  /** Metres from the target, inclusive. */
  readonly minRange: number;
  readonly maxRange: number;
  /** Degrees below the horizon, inclusive; above zero keeps the eye over the ground. */
  readonly minPitchDegrees: number;
}

/** The picture: its vertical field of view in radians and its size in CSS pixels. */
export interface Lens {
  readonly fovY: number;
  readonly width: number;
  readonly height: number;
}

/** Metres east and north of the camera's target, on the ground. */
export interface GroundPoint {
  readonly east: number;
  readonly north: number;
}

/** Nothing on the ground farther than this many ranges is grabbed or zoomed to: near the horizon a pixel is a mile. */
const REACH = 4;

export function clamped(view: CameraView, limits: OrbitLimits): CameraView {
  const [west, south, east, north] = limits.bounds;
  return {
    lon: clamp(view.lon, west, east),
    lat: clamp(view.lat, south, north),
    range: clamp(view.range, limits.minRange, limits.maxRange),
    headingDegrees: turn(view.headingDegrees),
    pitchDegrees: clamp(view.pitchDegrees, limits.minPitchDegrees, 90),
  };
}

/** Moves the target over the ground. */
export function panned(view: CameraView, by: GroundPoint): CameraView {
  const metres = metresPerDegree(view.lat);
  return { ...view, lon: view.lon + by.east / metres.lon, lat: view.lat + by.north / metres.lat };
}

/** Turns about the target; positive pitch looks further down. */
export function rotated(view: CameraView, headingDegrees: number, pitchDegrees: number): CameraView {
  return {
    ...view,
    headingDegrees: turn(view.headingDegrees + headingDegrees),
    pitchDegrees: view.pitchDegrees + pitchDegrees,
  };
}

/** Multiplies the range by `factor` so that `anchor` stays where it is in the picture (exact looking straight down). */
export function zoomed(view: CameraView, factor: number, anchor: GroundPoint | undefined, limits: OrbitLimits) {
  const range = clamp(view.range * factor, limits.minRange, limits.maxRange);
  const share = 1 - range / view.range;
  const moved = anchor === undefined ? view : panned(view, { east: anchor.east * share, north: anchor.north * share });
  return clamped({ ...moved, range }, limits);
}

/** Where the ray through the pixel `x`, `y` meets the ground; undefined above the horizon and out of reach. */
export function groundAt(view: CameraView, lens: Lens, x: number, y: number): GroundPoint | undefined {
  const basis = basisOf(view);
  const tanY = Math.tan(lens.fovY / 2);
  const dx = (2 * x - lens.width) * (tanY / lens.height);
  const dy = (lens.height - 2 * y) * (tanY / lens.height);
  const rayEast = basis.forward[0] + basis.right[0] * dx + basis.up[0] * dy;
  const rayNorth = basis.forward[1] + basis.right[1] * dx + basis.up[1] * dy;
  const rayUp = basis.forward[2] + basis.up[2] * dy;
  if (rayUp >= -1e-6) return undefined;
  const along = (-basis.forward[2] * view.range) / -rayUp;
  if (along > view.range * REACH) return undefined;
  return {
    east: -basis.forward[0] * view.range + rayEast * along,
    north: -basis.forward[1] * view.range + rayNorth * along,
  };
}

type Vector = readonly [east: number, north: number, up: number];

/** Unit vectors of the camera in the east-north-up frame at its target. */
export function basisOf(view: CameraView): { readonly forward: Vector; readonly right: Vector; readonly up: Vector } {
  const heading = radians(view.headingDegrees);
  const pitch = radians(view.pitchDegrees);
  const [sinH, cosH, sinP, cosP] = [Math.sin(heading), Math.cos(heading), Math.sin(pitch), Math.cos(pitch)];
  return {
    forward: [sinH * cosP, cosH * cosP, -sinP],
    right: [cosH, -sinH, 0],
    up: [sinH * sinP, cosH * sinP, cosP],
  };
}

/** Metres per CSS pixel at the target, across the line of sight. */
export function metresPerPixel(view: CameraView, lens: Lens): number {
  return (2 * Math.tan(lens.fovY / 2) * view.range) / lens.height;
}

/**
 * The view that shows `view`'s target not in the middle of the picture but `right` and `down` CSS pixels from there;
 * the same view where that is above the horizon.
 */
export function offCentre(view: CameraView, lens: Lens, right: number, down: number): CameraView {
  const there = groundAt(view, lens, lens.width / 2 + right, lens.height / 2 + down);
  return there === undefined ? view : panned(view, { east: -there.east, north: -there.north });
}

export function sameView(a: CameraView, b: CameraView): boolean {
  return (
    a.lon === b.lon &&
    a.lat === b.lat &&
    a.range === b.range &&
    a.headingDegrees === b.headingDegrees &&
    a.pitchDegrees === b.pitchDegrees
  );
}

/** Degrees in [0, 360). */
function turn(angle: number): number {
  return angle >= 0 && angle < 360 ? angle : ((angle % 360) + 360) % 360;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
