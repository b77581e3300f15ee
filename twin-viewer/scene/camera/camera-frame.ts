import type { CameraView } from '#devices/catalog/city-pack.ts';
import { type Haze, hazeAt } from '../haze.ts';
import { radians } from './local-frame.ts';
import type { Lens } from './orbit.ts';

/** Vertical field of view, radians: wide enough for a skyline, narrow enough that towers stand straight. */
export const FOV_Y = radians(42);

/** What all layers need to know about the camera in one rendered frame. */
export interface CameraFrame {
  readonly view: CameraView;
  readonly lens: Lens;
  readonly haze: Haze;
  /** CSS pixels that one metre takes at a distance of one metre. */
  readonly focalLength: number;
  /** Metres of the eye above the ground. */
  readonly eyeHeight: number;
  /** Local frame to clip coordinates, column-major, length 16; its content changes with every frame. */
  readonly matrix: Float64Array;
}

export function cameraFrame(view: CameraView, lens: Lens, matrix: Float64Array): CameraFrame {
  return {
    view,
    lens,
    haze: hazeAt(view.range),
    focalLength: lens.height / 2 / Math.tan(lens.fovY / 2),
    eyeHeight: view.range * Math.sin(radians(view.pitchDegrees)),
    matrix,
  };
}
