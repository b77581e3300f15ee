import earcut, { flatten } from 'earcut';
import type { Point, Polygon } from './plane.ts';

/** Corners of a polygon, all rings one after the other, and its triangles, counter-clockwise. */
export interface Triangulation {
  readonly points: readonly Point[];
  /** Indices into `points`, three a triangle. */
  readonly triangles: readonly number[];
}

/** Ear clipping (mapbox/earcut); holes are bridged, no point is added. */
export function triangulate(polygon: Polygon): Triangulation {
  const { vertices, holes, dimensions } = flatten(polygon);
  const triangles = earcut(vertices, holes, dimensions);
  const points = polygon.flat();
  for (let i = 0; i < triangles.length; i += 3) {
    const [a, b, c] = triangles.slice(i, i + 3) as [number, number, number];
    if (turn(points[a] as Point, points[b] as Point, points[c] as Point) < 0) {
      triangles[i + 1] = c;
      triangles[i + 2] = b;
    }
  }
  return { points, triangles };
}

function turn(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
