/** WGS 84 (NIMA TR8350.2): semi-major axis in metres and first eccentricity squared. */
const SEMI_MAJOR = 6_378_137;
const ECCENTRICITY_SQUARED = 6.694379990141316e-3;
const RADIANS = Math.PI / 180;

/** Geodetic degrees and height (m above the ellipsoid) to EPSG:4978 metres. */
export function toEcef(lon: number, lat: number, height: number): [x: number, y: number, z: number] {
  const [sinLat, cosLat] = [Math.sin(lat * RADIANS), Math.cos(lat * RADIANS)];
  const normal = SEMI_MAJOR / Math.sqrt(1 - ECCENTRICITY_SQUARED * sinLat * sinLat);
  return [
    (normal + height) * cosLat * Math.cos(lon * RADIANS),
    (normal + height) * cosLat * Math.sin(lon * RADIANS),
    (normal * (1 - ECCENTRICITY_SQUARED) + height) * sinLat,
  ];
}

/**
 * The two coordinate systems in which a city is meshed, both in metres about one origin.
 *
 * The *plane* is longitude and latitude scaled to metres (equirectangular): geometry is cut, offset and measured in it;
 * its scale is wrong by 0.2 % at 12 km from the origin. The *frame* is east, north, up at the origin, a rigid turn of
 * ECEF: vertices live in it, and there the ground falls away from the flat with the ellipsoid, 11 m at 12 km.
 */
export interface CityFrame {
  readonly lon: number;
  readonly lat: number;
  toPlane(lon: number, lat: number): [x: number, y: number];
  toLonLat(x: number, y: number): [lon: number, lat: number];
  /** A point of the plane, `height` metres above the ellipsoid, in the frame. */
  toFrame(x: number, y: number, height: number): [east: number, north: number, up: number];
  /** Frame to ECEF, column-major 4×4, as `transform` of a 3D Tiles tile. */
  readonly transform: readonly number[];
}

export function cityFrame(lon: number, lat: number): CityFrame {
  const origin = toEcef(lon, lat, 0);
  const [sinLon, cosLon] = [Math.sin(lon * RADIANS), Math.cos(lon * RADIANS)];
  const [sinLat, cosLat] = [Math.sin(lat * RADIANS), Math.cos(lat * RADIANS)];
  const east = [-sinLon, cosLon, 0] as const;
  const north = [-sinLat * cosLon, -sinLat * sinLon, cosLat] as const;
  const up = [cosLat * cosLon, cosLat * sinLon, sinLat] as const;
  const curvature = Math.sqrt(1 - ECCENTRICITY_SQUARED * sinLat * sinLat);
  const perDegreeLon = (SEMI_MAJOR / curvature) * cosLat * RADIANS;
  const perDegreeLat = ((SEMI_MAJOR * (1 - ECCENTRICITY_SQUARED)) / curvature ** 3) * RADIANS;
  const toLonLat = (x: number, y: number): [number, number] => [lon + x / perDegreeLon, lat + y / perDegreeLat];
  return {
    lon,
    lat,
    toPlane: (pointLon, pointLat) => [(pointLon - lon) * perDegreeLon, (pointLat - lat) * perDegreeLat],
    toLonLat,
    toFrame(x, y, height) {
      const [pointLon, pointLat] = toLonLat(x, y);
      const point = toEcef(pointLon, pointLat, height);
      const [dx, dy, dz] = [point[0] - origin[0], point[1] - origin[1], point[2] - origin[2]];
      return [
        east[0] * dx + east[1] * dy + east[2] * dz,
        north[0] * dx + north[1] * dy + north[2] * dz,
        up[0] * dx + up[1] * dy + up[2] * dz,
      ];
    },
    transform: [...east, 0, ...north, 0, ...up, 0, ...origin, 1],
  };
}
