import type { Feature, LonLat } from '../read/feature.ts';
import type { CityFrame } from './city-frame.ts';

/** A point of the city's plane, metres east and north of its origin. */
export type Point = readonly [x: number, y: number];
/** A closed boundary, first point not repeated. */
export type Ring = readonly Point[];
/** The outer ring, counter-clockwise, then its holes, clockwise. */
export type Polygon = readonly Ring[];

/** Plane polygons of a feature: rings turned the right way, repeated points and rings without area dropped. */
export function planePolygons(feature: Feature, frame: CityFrame): Polygon[] {
  if (feature.geometry.kind !== 'polygons') return [];
  const polygons: Polygon[] = [];
  for (const rings of feature.geometry.polygons) {
    const [outer, ...holes] = rings.map((ring) => cleanRing(planePoints(ring, frame)));
    if (!outer || Math.abs(signedArea(outer)) < 0.01) continue;
    const kept = holes.filter((hole) => Math.abs(signedArea(hole)) >= 0.01);
    polygons.push([turned(outer, true), ...kept.map((hole) => turned(hole, false))]);
  }
  return polygons;
}

/** Plane lines of a feature, repeated points dropped. */
export function planeLines(feature: Feature, frame: CityFrame): Point[][] {
  if (feature.geometry.kind !== 'lines') return [];
  return feature.geometry.lines.map((line) => withoutRepeats(planePoints(line, frame))).filter((l) => l.length > 1);
}

export function planePoints(points: readonly LonLat[], frame: CityFrame): Point[] {
  return points.map(([lon, lat]) => frame.toPlane(lon, lat));
}

/** m², positive where the ring runs counter-clockwise (shoelace formula). */
export function signedArea(ring: Ring): number {
  let doubled = 0;
  let [px, py] = ring.at(-1) ?? [0, 0];
  for (const [x, y] of ring) {
    doubled += px * y - x * py;
    [px, py] = [x, y];
  }
  return doubled / 2;
}

/** m², holes taken off. */
export function polygonArea(polygon: Polygon): number {
  const [outer, ...holes] = polygon.map((ring) => Math.abs(signedArea(ring)));
  return holes.reduce((area, hole) => area - hole, outer ?? 0);
}

/** Centre of the outer ring's box: inside the tile that a feature is given to, if not always inside the feature. */
export function boxCentre(ring: Ring): Point {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of ring) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return [(west + east) / 2, (south + north) / 2];
}

/** Even-odd rule; a point on the boundary may fall either way. */
export function ringContains(ring: Ring, [x, y]: Point): boolean {
  let inside = false;
  let [px, py] = ring.at(-1) ?? [0, 0];
  for (const [qx, qy] of ring) {
    if (qy > y !== py > y && x < ((px - qx) * (y - qy)) / (py - qy) + qx) inside = !inside;
    [px, py] = [qx, qy];
  }
  return inside;
}

function turned(ring: Ring, counterClockwise: boolean): Ring {
  return signedArea(ring) > 0 === counterClockwise ? ring : [...ring].reverse();
}

function withoutRepeats(points: readonly Point[]): Point[] {
  return points.filter((point, i) => i === 0 || !near(point, points[i - 1] as Point));
}

function cleanRing(points: readonly Point[]): Point[] {
  const ring = withoutRepeats(points);
  while (ring.length > 1 && near(ring[0] as Point, ring.at(-1) as Point)) ring.pop();
  return ring;
}

/** Closer than the source can tell apart (1e-7 degrees). */
function near(a: Point, b: Point): boolean {
  return Math.abs(a[0] - b[0]) < 0.005 && Math.abs(a[1] - b[1]) < 0.005;
}
