import type { Colour } from '../style/colour.ts';
import type { MeshBuilder } from './mesh-builder.ts';
import type { Point, Polygon, Ring } from './plane.ts';
import { triangulate } from './triangulate.ts';

/** How far walls reach below the ground, so that no gap opens over the ground plate; metres. */
export const FOOTING = 1.2;

export interface Extrusion {
  /** Metres above ground where the walls begin; walls that begin at 0 reach down to the footing. */
  readonly base: number;
  /** Metres above ground of the roof. */
  readonly top: number;
  readonly feature: number;
  readonly foot: Colour;
  readonly wall: Colour;
  readonly roof: Colour;
}

/**
 * Raises a polygon to a prism: a roof and one wall an edge, each wall with its own normal. There is no floor: the
 * prism stands in the ground. Holes become courtyards.
 */
export function extrude(mesh: MeshBuilder, polygon: Polygon, extrusion: Extrusion): void {
  addRoof(mesh, polygon, extrusion);
  for (const ring of polygon) addWalls(mesh, ring, extrusion);
}

function addRoof(mesh: MeshBuilder, polygon: Polygon, { top, feature, roof }: Extrusion): void {
  const { points, triangles } = triangulate(polygon);
  const face = { normal: [0, 0, 1], feature, top } as const;
  const first = mesh.vertexCount;
  for (const point of points) mesh.vertex(point, top, roof, face);
  for (let i = 0; i < triangles.length; i += 3) {
    const [a, b, c] = triangles.slice(i, i + 3) as [number, number, number];
    mesh.triangle(first + a, first + b, first + c);
  }
}

function addWalls(mesh: MeshBuilder, ring: Ring, { base, top, feature, foot, wall }: Extrusion): void {
  const bottom = base > 0 ? base : -FOOTING;
  let from = ring.at(-1) as Point;
  for (const to of ring) {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy);
    const face = { normal: [dy / length, -dx / length, 0], feature, top } as const;
    mesh.quad(
      mesh.vertex(from, bottom, foot, face),
      mesh.vertex(to, bottom, foot, face),
      mesh.vertex(to, top, wall, face),
      mesh.vertex(from, top, wall, face),
    );
    from = to;
  }
}
