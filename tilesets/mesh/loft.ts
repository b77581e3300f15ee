import { type Colour, mix } from '../style/colour.ts';
import type { MeshBuilder } from './mesh-builder.ts';
import type { Point, Ring } from './plane.ts';

/** One level of a loft: the ring scaled about its middle, at a height in metres above ground. */
export type LoftLevel = readonly [scale: number, height: number];

export interface Loft {
  /** From the foot up; a scale of 0 closes the top. */
  readonly levels: readonly LoftLevel[];
  readonly feature: number;
  readonly foot: Colour;
  readonly roof: Colour;
}

/**
 * Raises a ring through levels of other sizes: tents, pyramids, towers with a ball. Each face has its own normal;
 * a top that is not closed by a scale of 0 stays open, so profiles end in 0.
 */
export function loft(mesh: MeshBuilder, ring: Ring, { levels, feature, foot, roof }: Loft): void {
  const centre = meanOf(ring);
  const top = Math.max(...levels.map(([, height]) => height));
  const at = (point: Point, scale: number): Point => [
    centre[0] + (point[0] - centre[0]) * scale,
    centre[1] + (point[1] - centre[1]) * scale,
  ];
  for (const [i, [upperScale, upper]] of levels.entries()) {
    const below = levels[i - 1];
    if (!below) continue;
    const [lowerScale, lower] = below;
    let from = ring.at(-1) as Point;
    for (const to of ring) {
      const corners = [at(from, lowerScale), at(to, lowerScale), at(to, upperScale), at(from, upperScale)] as const;
      const normal = faceNormal(from, to, centre, (lowerScale - upperScale) / Math.max(upper - lower, 0.01));
      const face = { normal, feature, top };
      const heights = [lower, lower, upper, upper] as const;
      const [a, b, c, d] = corners.map((point, k) => {
        const height = heights[k] as number;
        return mesh.vertex(point, height, mix(foot, roof, Math.min(1, Math.max(0, height) / top)), face);
      }) as [number, number, number, number];
      if (upperScale === 0) mesh.triangle(a, b, c);
      else if (lowerScale === 0) mesh.triangle(a, c, d);
      else mesh.quad(a, b, c, d);
      from = to;
    }
  }
}

/** Outward from the edge, and up by how much the ring shrinks for each metre of height. */
function faceNormal(from: Point, to: Point, centre: Point, shrink: number): readonly [number, number, number] {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy) || 1;
  const out: Point = [dy / length, -dx / length];
  const distance = (from[0] - centre[0]) * out[0] + (from[1] - centre[1]) * out[1];
  const up = shrink * distance;
  const size = Math.hypot(1, up);
  return [out[0] / size, out[1] / size, up / size];
}

/** A regular ring, counter-clockwise. */
export function circle([x, y]: Point, radius: number, corners: number): Ring {
  return Array.from({ length: corners }, (_, i): Point => {
    const angle = (i / corners) * 2 * Math.PI;
    return [x + Math.cos(angle) * radius, y + Math.sin(angle) * radius];
  });
}

export function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce<[number, number]>(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}
