/**
 * A place on the Earth, WGS 84 (EPSG:4326 / EPSG:4979).
 *
 * `lon` and `lat` in degrees; `height` in metres above the ground of the city model (absent: on the ground).
 */
export interface Location {
  readonly lon: number;
  readonly lat: number;
  readonly height?: number;
}

/** Degrees west, south, east, north; a box that crosses the antimeridian is not supported. */
export type LonLatBox = readonly [west: number, south: number, east: number, north: number];

export function isLocation(lon: number, lat: number, height?: number): boolean {
  return (
    Number.isFinite(lon) &&
    Number.isFinite(lat) &&
    lon >= -180 &&
    lon <= 180 &&
    lat >= -90 &&
    lat <= 90 &&
    (height === undefined || (Number.isFinite(height) && height > -500 && height < 9000))
  );
}
