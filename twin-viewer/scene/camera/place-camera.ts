import { type Camera, Cartesian3, Matrix4, type PerspectiveFrustum } from 'cesium';
import type { CameraView } from '#devices/catalog/city-pack.ts';
import { FOV_Y } from './camera-frame.ts';
import { localFrame } from './local-frame.ts';
import { basisOf } from './orbit.ts';

const toFixed = new Matrix4();
const destination = new Cartesian3();
const direction = new Cartesian3();
const up = new Cartesian3();

/** Puts Cesium's camera where `view` says. */
export function placeCamera(camera: Camera, view: CameraView): void {
  const { forward, up: above } = basisOf(view);
  Matrix4.fromArray(localFrame(view.lon, view.lat).toFixed as unknown as number[], 0, toFixed);
  Cartesian3.fromElements(-forward[0] * view.range, -forward[1] * view.range, -forward[2] * view.range, destination);
  Matrix4.multiplyByPoint(toFixed, destination, destination);
  Matrix4.multiplyByPointAsVector(toFixed, Cartesian3.fromElements(...forward, direction), direction);
  Matrix4.multiplyByPointAsVector(toFixed, Cartesian3.fromElements(...above, up), up);
  camera.setView({ destination, orientation: { direction, up } });
}

/** Cesium's `fov` is that of the longer side; ours is always the vertical one. */
export function setLens(camera: Camera, width: number, height: number): void {
  const frustum = camera.frustum as PerspectiveFrustum;
  const aspect = width / height;
  frustum.aspectRatio = aspect;
  frustum.fov = aspect > 1 ? 2 * Math.atan(Math.tan(FOV_Y / 2) * aspect) : FOV_Y;
}
