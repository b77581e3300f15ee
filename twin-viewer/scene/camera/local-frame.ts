import type { LonLatBox } from '#devices/model/location.ts';

/** WGS 84 semi-major axis, metres, and first eccentricity squared (NIMA TR8350.2, table 3.1 and 3.3). */
const SEMI_MAJOR = 6_378_137;
const ECCENTRICITY_SQUARED = 6.694379990141316e-3;

/**
 * An east-north-up frame that touches the ellipsoid at one point: the flat sheet on which the scene does its sums in
 * metres with 64-bit numbers. Heights are above the ellipsoid, which is the ground of the city model.
 */
export interface LocalFrame {
  readonly lon: number;
  readonly lat: number;
  /** Column-major 4×4: frame to Earth-centred, Earth-fixed, metres. Length 16. */
  readonly toFixed: Float64Array;
}

/** The frame at `lon`, `lat` in degrees, height 0. */
export function localFrame(lon: number, lat: number): LocalFrame {
  const lambda = radians(lon);
  const phi = radians(lat);
  const [sinLon, cosLon, sinLat, cosLat] = [Math.sin(lambda), Math.cos(lambda), Math.sin(phi), Math.cos(phi)];
  const origin = new Float64Array(3);
  fixedFromDegrees(lon, lat, 0, origin, 0);
  // biome-ignore format: columns east, north, up, origin
  const toFixed = Float64Array.of(
    -sinLon, cosLon, 0, 0,
    -sinLat * cosLon, -sinLat * sinLon, cosLat, 0,
    cosLat * cosLon, cosLat * sinLon, sinLat, 0,
    origin[0] as number, origin[1] as number, origin[2] as number, 1,
  );
  return { lon, lat, toFixed };
}

export function frameOfBox(box: LonLatBox): LocalFrame {
  return localFrame((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
}

/** Writes Earth-fixed x, y, z in metres to `out` at `offset`. */
export function fixedFromDegrees(lon: number, lat: number, height: number, out: Float64Array, offset: number): void {
  const lambda = radians(lon);
  const phi = radians(lat);
  const sinLat = Math.sin(phi);
  const cosLat = Math.cos(phi);
  const n = SEMI_MAJOR / Math.sqrt(1 - ECCENTRICITY_SQUARED * sinLat * sinLat);
  out[offset] = (n + height) * cosLat * Math.cos(lambda);
  out[offset + 1] = (n + height) * cosLat * Math.sin(lambda);
  out[offset + 2] = (n * (1 - ECCENTRICITY_SQUARED) + height) * sinLat;
}

/** Writes east, north, up in metres of a place to `out` at `offset`. */
export function localFromDegrees(
  frame: LocalFrame,
  lon: number,
  lat: number,
  height: number,
  out: Float64Array,
  offset: number,
): void {
  const m = frame.toFixed as ArrayLike<number>;
  fixedFromDegrees(lon, lat, height, out, offset);
  const x = (out[offset] as number) - (m[12] as number);
  const y = (out[offset + 1] as number) - (m[13] as number);
  const z = (out[offset + 2] as number) - (m[14] as number);
  out[offset] = x * (m[0] as number) + y * (m[1] as number) + z * (m[2] as number);
  out[offset + 1] = x * (m[4] as number) + y * (m[5] as number) + z * (m[6] as number);
  out[offset + 2] = x * (m[8] as number) + y * (m[9] as number) + z * (m[10] as number);
}

/** Metres on the ground of one degree of longitude and of latitude at `lat`: the two radii of curvature. */
export function metresPerDegree(lat: number): { readonly lon: number; readonly lat: number } {
  const sinLat = Math.sin(radians(lat));
  const root = 1 - ECCENTRICITY_SQUARED * sinLat * sinLat;
  const normal = SEMI_MAJOR / Math.sqrt(root);
  const meridian = (SEMI_MAJOR * (1 - ECCENTRICITY_SQUARED)) / (root * Math.sqrt(root));
  return { lon: (normal * Math.cos(radians(lat)) * Math.PI) / 180, lat: (meridian * Math.PI) / 180 };
}

export function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
